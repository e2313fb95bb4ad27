// SPDX-License-Identifier: Apache-2.0
// One decoded plane in the file's own samples, bounds on its size, and the source that all image readers share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/image_source.h"

namespace vesica {

/// Bounds on one image, checked against its header before any memory is taken. Chosen: a plane of 2^29 pixels is 2 GB
/// as floats; no still-image codec here packs better than 1:2000 (deflate ends at 1:1032, LZW near 1:1400), so a file
/// that declares more is damaged or a bomb.
inline constexpr std::uint64_t kMaxPlanePixels = std::uint64_t{1} << 29;
inline constexpr std::uint64_t kMaxPlanes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kMaxChannels = 256;
inline constexpr std::uint64_t kMaxPackRatio = 2000;
inline constexpr std::uint64_t kFreePlaneBytes = std::uint64_t{1} << 16;  ///< any header may promise that much

enum class SampleType { kU8, kI8, kU16, kI16, kU32, kI32, kU64, kI64, kF32, kF64 };
std::size_t bytes_of(SampleType type);
int bits_of(SampleType type);
bool is_floating(SampleType type);

/// Samples of a part of a plane, interleaved: sample s of pixel (x, y) is number (y * width + x) * samples + s, in the
/// machine's byte order.
struct RawPlane {
  std::size_t width = 0, height = 0;
  std::size_t samples = 1;
  SampleType type = SampleType::kU8;
  std::vector<std::byte> bytes;
};
/// Takes the memory; requires sizes within the bounds above.
RawPlane make_raw(std::size_t width, std::size_t height, std::size_t samples, SampleType type);
/// One sample of every pixel as floats.
Image2 image_of(const RawPlane& raw, std::size_t sample);

/// Throws Error(kData) for an empty plane, one beyond kMaxPlanePixels or more channels than kMaxChannels, and one whose
/// `bits` a pixel (of one plane) cannot have come from `file_bytes`.
void check_plane_size(std::uint64_t width, std::uint64_t height, std::uint64_t samples, std::uint64_t bits,
                      std::uint64_t file_bytes, const std::string& file);
/// Error(kData): the image is damaged or cut off; `detail` is the decoder's own sentence.
[[noreturn]] void throw_damaged(const std::string& file, std::string_view detail);

/// Images that come as planes of samples: the reader says where a plane lies, this class turns it into images and
/// boxes without ever holding more than one plane.
class RasterSource : public ImageSource {
 public:
  using ImageSource::ImageSource;
  /// Columns [x0, x1) and rows [y0, y1) of slice z at moment t; channel c is sample `sample_of(c)` of the result.
  virtual RawPlane read_raw(std::size_t z, std::size_t t, std::size_t channel, const Box3& part) const = 0;
  /// The files that it was read from, so that what lies beside them can be found; none for bytes in memory.
  virtual std::vector<std::filesystem::path> files() const { return {}; }

 protected:
  /// Channels are samples of one plane (colour) or planes of their own.
  virtual std::size_t sample_of(std::size_t channel) const { return info_.colour ? channel : 0; }
  std::vector<Image2> do_read_plane(std::size_t z, std::size_t t, std::span<const std::size_t> channels) const override;
  Volume do_read_box(const Box3& box, std::size_t t, std::size_t channel) const override;
};

}  // namespace vesica
