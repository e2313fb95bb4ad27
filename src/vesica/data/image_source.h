// SPDX-License-Identifier: Apache-2.0
// What a file of images or a volume says about itself, and the way to its pixels: a plane or a box at a time.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Where a number came from: nobody said it, a tag of the file, the user.
enum class KnownFrom { kUnknown, kTag, kGiven };
const char* to_text(KnownFrom from);  ///< "unknown", "tag", "given"

/// A number with where it came from. `tag` names it: "OME PhysicalSizeX", "ImageJ description", "setting pixel_um".
struct Known {
  double value = std::numeric_limits<double>::quiet_NaN();
  KnownFrom from = KnownFrom::kUnknown;
  std::string tag = {};
  bool known() const { return from != KnownFrom::kUnknown; }
};
/// What the user gave (under the setting's name) goes before the file's tag.
Known given_or(const std::optional<double>& given, const char* setting, const Known& tag);

/// A straight line from the file's own numbers to a density or attenuation: out = slope * value + intercept.
struct DensityScale {
  std::string unit;  ///< "mg/cm3" (hydroxyapatite), "[hnsf'U]" (Hounsfield), "1/cm" (attenuation)
  double slope = 1, intercept = 0;
  std::string tag;  ///< "Scanco (0029,1004)", "SkyScan CS range", ...
};

/// Something the reader saw and the user should know: a tag that it did not believe, a missing slice, colour.
struct ReadNote {
  std::string kind;     ///< a stable word: "image.resolution_ignored"
  std::string message;  ///< a sentence
  std::string hint;
};

/// What a file (or a folder of slices or frames taken as one) says about itself.
struct ImageInfo {
  std::size_t width = 0, height = 0;
  std::size_t depth = 1;     ///< slices along z
  std::size_t frames = 1;    ///< moments
  std::size_t channels = 1;  ///< 3 for colour: red, green, blue
  bool axis_known = true;  ///< false: pages of a file that does not say whether they are slices or moments (in frames)
  bool colour = false;
  int bits = 8;  ///< of one stored value: 8, 16, 32
  bool floating = false;
  std::array<Known, 3> voxel_um;      ///< along x, y, z
  std::vector<double> frame_times_s;  ///< one a frame, from the first; empty when unknown
  KnownFrom times_from = KnownFrom::kUnknown;
  std::vector<std::string> channel_names;
  std::vector<std::string> plane_names;     ///< file of each frame or slice of a folder; empty for one file
  std::vector<DensityScale> densities;      ///< may be empty
  std::string orientation;                  ///< volumes: "LPS" when the axes are the patient's; "" as stored
  std::map<std::string, std::string> tags;  ///< further facts in the file's own words (tube voltage, scanner, ...)
  std::vector<ReadNote> notes;

  /// The edge of a square pixel; unknown when x or y is unknown or they differ by more than 1 %.
  Known pixel_um() const;
};

/// The pixels of one input, read when asked for, so that memory stays flat. Used from one thread at a time. Reading
/// throws Error(kData) for damaged content, Error(kIo) when the file went away.
class ImageSource {
 public:
  explicit ImageSource(ImageInfo info) : info_(std::move(info)) {}
  virtual ~ImageSource() = default;
  ImageSource(const ImageSource&) = delete;
  ImageSource& operator=(const ImageSource&) = delete;

  const ImageInfo& info() const { return info_; }
  /// Moments of a series: `frames`; the slices when the file has only one moment (ImageJ stores time as slices when it
  /// opens a sequence).
  std::size_t series_length() const;
  /// Slices of a volume: `depth`; the frames of a file that does not say what its pages are.
  std::size_t volume_depth() const;
  /// Plane i of series_length(), one channel. Requires both in range.
  Image2 read_frame(std::size_t i, std::size_t channel = 0) const;
  /// All channels of plane i of series_length() (colour: red, green, blue), decoded once.
  std::vector<Image2> read_channels(std::size_t i) const;
  /// A box of one channel of one moment. Requires a box within width, height, volume_depth().
  Volume read_box(const Box3& box, std::size_t channel = 0, std::size_t frame = 0) const;
  Box3 whole() const { return {0, 0, 0, info_.width, info_.height, volume_depth()}; }

 protected:
  /// The named channels of slice z at moment t, whole planes.
  virtual std::vector<Image2> do_read_plane(std::size_t z, std::size_t t,
                                            std::span<const std::size_t> channels) const = 0;
  /// Slices [z0, z1) of the box at moment t. The default takes planes and cuts them; values outside 0..65535 or with
  /// fractions are then scaled into 16 bits by the extremes of the box.
  virtual Volume do_read_box(const Box3& box, std::size_t t, std::size_t channel) const;
  ImageInfo info_;
};

/// What a Reading of images holds.
struct ImageReading {
  std::shared_ptr<const ImageSource> source;
};

/// Pixels that are already in memory, plane (t, z, channel) at (t * depth + z) * channels + channel. Sizes of `info`
/// are taken from the planes, counts must agree.
std::shared_ptr<const ImageSource> memory_images(ImageInfo info, std::vector<Image2> planes);
/// A volume that is already in memory; sizes, bits and voxel_um (as given by the file) are taken from it.
std::shared_ptr<const ImageSource> memory_volume(ImageInfo info, Volume volume);

}  // namespace vesica
