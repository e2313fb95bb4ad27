// SPDX-License-Identifier: Apache-2.0
// What every decoder of vesica-read offers, and what those of volumes share: the way from stored voxels to the
// patient's axes in 8 or 16 bits.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "vesica/data/image_source.h"
#include "vesica/io/raster.h"
#include "vesica/settings/value.h"

namespace vesica {

/// Voxels of a box, x fastest, samples side by side; value = slope * stored + intercept.
struct DecodedPart {
  std::vector<std::byte> bytes;
  int bits = 8;
  double slope = 1, intercept = 0;
};

class Decoder {
 public:
  Decoder() = default;
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  const ImageInfo& info() const { return info_; }
  virtual DecodedPart read(const Box3& box, std::size_t frame) = 0;

 protected:
  ImageInfo info_;
};

/// How the stored axes lie in the patient (LPS: left, posterior, superior): unit vectors, one a stored axis.
struct Axes {
  std::array<std::array<double, 3>, 3> direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  bool known = false;
};

/// A volume whose stored axes are turned so that each runs most along the patient's: what formats store in different
/// orders comes out as the same numbers.
class VolumeDecoder : public Decoder {
 public:
  DecodedPart read(const Box3& box, std::size_t frame) override;

 protected:
  /// To be called once sizes, type and rescaling are known: sets the sizes of info_ and the order of the axes.
  void arrange(const std::array<std::size_t, 3>& stored_size, SampleType type, const Axes& axes,
               const std::array<Known, 3>& stored_voxel_um);
  /// A note "image.unit_voxel" for 1 mm in every direction, which programs write that know no size.
  void note_unit_voxel();
  /// Looks at all voxels of types beyond 16 bits for the scale into 16.
  void find_scale();
  /// Voxels of a box in stored axes, of the stored type, x fastest.
  virtual std::vector<std::byte> read_stored(const Box3& box) = 0;

  std::array<std::size_t, 3> size_ = {};
  SampleType type_ = SampleType::kU8;
  double rescale_slope_ = 1, rescale_intercept_ = 0;  ///< of the file

 private:
  std::array<std::size_t, 3> axis_ = {0, 1, 2};  ///< stored axis of each of ours
  std::array<bool, 3> flipped_ = {};
  double slope_ = 1, intercept_ = 0;  ///< from what crosses the pipe to what is stored
};

std::unique_ptr<Decoder> open_volume_file(const std::string& path, const std::string& format);
/// NIfTI-1 and -2, one file or two, packed or not, by its own header: the sform goes before the qform, units as stated,
/// a slope of 0 means 1. ITK refuses a sform that contradicts pixdim, which programs do write.
std::unique_ptr<Decoder> open_nifti(const std::string& path);
std::unique_ptr<Decoder> open_dicom(const std::vector<std::string>& paths);
std::unique_ptr<Decoder> open_video(const std::string& path);

/// The words of a grey picture of 8 bits (read_text.h), as {words: [{text, confidence, x0, y0, x1, y1}]}: tesseract
/// with its English data, which are taken from share/tessdata beside the program's folder, else from where the system
/// keeps them. Error(kUnsupported) without them.
Value recognised(const std::vector<std::byte>& pixels, std::size_t width, std::size_t height);

}  // namespace vesica
