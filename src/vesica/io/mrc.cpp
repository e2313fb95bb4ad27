// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/mrc.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/piece.h"

namespace vesica {

namespace {

constexpr std::size_t kHead = 1024;
constexpr double kAngstromUm = 1e-4, kMetreUm = 1e6;

/// Numbers of the header in its byte order.
class Header {
 public:
  Header(std::string bytes, bool big_endian) : bytes_(std::move(bytes)), big_endian_(big_endian) {}

  template <typename T>
  T at(std::size_t offset) const {
    if (offset + sizeof(T) > bytes_.size()) return T{};
    char raw[sizeof(T)];
    const bool turned = big_endian_ != (std::endian::native == std::endian::big);
    for (std::size_t i = 0; i < sizeof(T); ++i) raw[turned ? sizeof(T) - 1 - i : i] = bytes_[offset + i];
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
  }
  std::string_view text(std::size_t offset, std::size_t n) const { return std::string_view(bytes_).substr(offset, n); }
  bool big_endian() const { return big_endian_; }

 private:
  std::string bytes_;
  bool big_endian_;
};

/// The byte order by the machine stamp, by the mode where old programs left the stamp empty.
Header read_header(const ByteSource& bytes, const std::string& file) {
  std::string head = bytes.text_at(0, kHead);
  if (head.size() < kHead) throw_damaged(file, "MRC header");
  const auto stamp = static_cast<unsigned char>(head[212]);
  if (stamp == 0x11) return {std::move(head), true};
  if (stamp == 0x44) return {std::move(head), false};
  constexpr std::int32_t kLargestMode = 101;
  const Header little(head, false);
  const std::int32_t mode = little.at<std::int32_t>(12);
  return mode >= 0 && mode <= kLargestMode ? little : Header(std::move(head), true);
}

SampleType type_of(const Header& header, const std::string& file, bool& half) {
  constexpr std::int32_t kImodStamp = 1146047817;
  const std::int32_t mode = header.at<std::int32_t>(12);
  const bool imod = header.at<std::int32_t>(152) == kImodStamp;
  constexpr float kMostSigned = 127;
  const bool is_unsigned = imod ? (header.at<std::int32_t>(156) & 1) == 0 : header.at<float>(80) > kMostSigned;
  switch (mode) {
    case 0:
      return is_unsigned ? SampleType::kU8 : SampleType::kI8;
    case 1:
      return SampleType::kI16;
    case 2:
      return SampleType::kF32;
    case 6:
      return SampleType::kU16;
    case 12:
      half = true;
      return SampleType::kF32;
    default:
      throw Error(ErrorKind::kUnsupported,
                  say("The MRC file holds numbers of a kind that Vesica does not read (mode {}).", mode),
                  {file, 0, 0, ""}, say("Save it with 8 or 16 bits or real numbers: newstack -mode 2 IN OUT (IMOD)."));
  }
}

/// FEI's pixel, in metres: FEI1 and FEI2 state it at byte 156 of their first section, the older blocks of 128 bytes as
/// their 12th number.
double fei_pixel_m(const Header& header, const ByteSource& bytes) {
  const std::int32_t length = header.at<std::int32_t>(92);
  const std::string_view kind = header.text(104, 4);
  constexpr std::int32_t kOldLength = 131072;  // 1024 blocks of 128 bytes
  constexpr std::size_t kSection = 888, kPixelAt = 156, kOldPixelAt = 44;
  if (kind == "FEI1" || kind == "FEI2") {
    const Header section(bytes.text_at(kHead, kSection), header.big_endian());
    return section.at<double>(kPixelAt);
  }
  const bool unnamed = kind.find_first_not_of(std::string_view("\0 ", 2)) == std::string_view::npos;
  if (length != kOldLength || !unnamed) return 0;
  return static_cast<double>(Header(bytes.text_at(kHead, 128), header.big_endian()).at<float>(kOldPixelAt));
}

void set_voxel(const Header& header, const ByteSource& bytes, ImageInfo& info) {
  std::array<double, 3> angstrom = {};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int32_t named = header.at<std::int32_t>(64 + 4 * axis);  // which cell edge runs along this stored axis
    const std::size_t edge = named >= 1 && named <= 3 ? static_cast<std::size_t>(named - 1) : axis;
    const std::int32_t samples = header.at<std::int32_t>(28 + 4 * edge);
    const auto length = static_cast<double>(header.at<float>(40 + 4 * edge));
    if (samples > 0 && std::isfinite(length) && length > 0) angstrom[axis] = length / samples;
  }
  constexpr double kExact = 1e-5;  // the cell is stored in single precision
  const bool unit = std::abs(angstrom[0] - 1) < kExact && std::abs(angstrom[1] - 1) < kExact;
  const double fei_um = fei_pixel_m(header, bytes) * kMetreUm;
  constexpr double kLeastUm = 1e-6, kMostUm = 1000;  // chosen: far below an atom to a millimetre
  if ((unit || angstrom[0] <= 0) && fei_um > kLeastUm && fei_um < kMostUm) {
    info.voxel_um[0] = info.voxel_um[1] = {fei_um, KnownFrom::kTag, "MRC pixel size (FEI)"};
    return;
  }
  if (unit) {
    info.notes.push_back(
        {"image.resolution_ignored",
         say("The MRC file states pixels of exactly 1 angstrom, as programs do that know no size; it is "
             "not believed."),
         say("Give the size of a pixel in micrometres with \"pixel_um\".")});
    return;
  }
  const bool images = header.at<std::int32_t>(88) == 0;
  for (std::size_t axis = 0; axis < (images ? 2U : 3U); ++axis) {
    if (angstrom[axis] > 0)
      info.voxel_um[axis] = {angstrom[axis] * kAngstromUm, KnownFrom::kTag, "MRC cell / sampling"};
  }
}

}  // namespace

std::shared_ptr<const ImageSource> open_mrc(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  const Header header = read_header(*bytes, file);
  Piece piece;
  piece.type = type_of(header, file, piece.half);
  piece.big_endian = header.big_endian();
  const std::int32_t extended = header.at<std::int32_t>(92);
  constexpr std::int32_t kMaxExtended = 1 << 30;
  if (extended < 0 || extended > kMaxExtended) throw_damaged(file, "MRC header");
  piece.start = kHead + static_cast<std::uint64_t>(extended);
  const std::int64_t sections = header.at<std::int32_t>(8);
  ImageInfo info;
  require_piece({header.at<std::int32_t>(0), header.at<std::int32_t>(4), sections}, piece, bytes->size(), file, info);
  const std::int32_t space_group = header.at<std::int32_t>(88), volume = header.at<std::int32_t>(36);
  constexpr std::int32_t kVolumeStack = 401;
  if (space_group >= kVolumeStack && volume > 0 && sections > volume)
    throw Error(ErrorKind::kUnsupported, say("The file holds {} volumes.", sections / volume), {file, 0, 0, ""},
                say("Save each volume as a file of its own."));
  set_voxel(header, *bytes, info);
  if (space_group == 0 && info.depth > 1) {
    std::swap(info.depth, info.frames);
    info.axis_known = false;
  }
  return open_piece(std::move(info), std::move(bytes), piece, file);
}

}  // namespace vesica
