// SPDX-License-Identifier: Apache-2.0
// BMP, as SkyScan and microscopes write it: 1, 4, 8 (indexed), 24 and 32 bits without compression, rows padded to four
// bytes, bottom-up unless the height is negative. Source: Microsoft, "Bitmap Storage" (BITMAPINFOHEADER and later).
#include <array>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

struct Head {
  std::size_t width = 0, height = 0;
  bool top_down = false;
  unsigned bits = 0;
  std::size_t pixels_at = 0;
  std::size_t row_bytes = 0;
  double per_metre = 0;
  std::vector<std::array<std::byte, 3>> palette;  ///< red, green, blue
  bool colour = false;
};

class BmpBytes {
 public:
  BmpBytes(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}
  std::uint32_t number(std::size_t at, std::size_t n) const {
    if (at + n > bytes_.size()) throw_damaged(file_, "BMP header");
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes_[at + i])} << (8 * i);
    return value;
  }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
  const std::string& file_;
};

/// Colours as red, green, blue from the file's blue, green, red.
void read_palette(const BmpBytes& in, std::size_t at, std::size_t colours, std::size_t entry, Head& head) {
  for (std::size_t i = 0; i < colours && at + i * entry + 3 <= in.bytes().size(); ++i) {
    std::array<std::byte, 3> rgb;
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = static_cast<std::byte>(in.bytes()[at + i * entry + 2 - c]);
    head.colour = head.colour || rgb[0] != rgb[1] || rgb[1] != rgb[2];
    head.palette.push_back(rgb);
  }
}

Head read_head(std::string_view bytes, const std::string& file) {
  constexpr std::size_t kInfoAt = 14;
  constexpr std::uint32_t kCoreHeader = 12, kNoCompression = 0, kBitFields = 3;
  const BmpBytes in(bytes, file);
  Head head;
  if (!bytes.starts_with("BM")) throw_damaged(file, "BMP header");
  const std::uint32_t info_bytes = in.number(kInfoAt, 4);
  const bool core = info_bytes == kCoreHeader;
  if (!core && (info_bytes < 40 || info_bytes > 1024)) throw_damaged(file, "BMP header");
  head.pixels_at = in.number(10, 4);
  head.width = core ? in.number(18, 2) : in.number(18, 4);
  const auto height = core ? static_cast<std::int32_t>(in.number(20, 2)) : static_cast<std::int32_t>(in.number(22, 4));
  head.top_down = height < 0;
  head.height = static_cast<std::size_t>(height < 0 ? -static_cast<std::int64_t>(height) : height);
  head.bits = in.number(core ? 24 : 28, 2);
  const std::uint32_t packing = core ? kNoCompression : in.number(30, 4);
  const bool known_bits = head.bits == 1 || head.bits == 4 || head.bits == 8 || head.bits == 24 || head.bits == 32;
  // 32-bit files of some programs declare the usual masks; other masks are not read.
  const bool usual_masks = packing == kBitFields && head.bits == 32 && in.number(54, 4) == 0x00FF0000U &&
                           in.number(58, 4) == 0x0000FF00U && in.number(62, 4) == 0x000000FFU;
  check_plane_size(head.width, head.height, 1, head.bits, bytes.size(), file);
  if (!known_bits || (packing != kNoCompression && !usual_masks))
    throw Error(ErrorKind::kUnsupported,
                say("This BMP is packed in a rare way ({} bits, method {}).", head.bits, packing), {file, 0, 0, ""},
                say("Save it as PNG or TIFF, in Fiji: File > Save As."));
  head.row_bytes = (head.width * head.bits + 31) / 32 * 4;
  if (head.pixels_at > bytes.size() || head.row_bytes * head.height > bytes.size() - head.pixels_at)
    throw_damaged(file, "rows are missing");
  if (!core) head.per_metre = in.number(38, 4);
  if (head.bits <= 8) {
    const std::size_t most = std::size_t{1} << head.bits;
    const std::size_t stated = core ? 0 : in.number(46, 4);
    read_palette(in, kInfoAt + info_bytes, stated == 0 || stated > most ? most : stated, core ? 3 : 4, head);
    if (head.palette.empty()) throw_damaged(file, "no palette");
  } else {
    head.colour = true;
  }
  return head;
}

std::size_t index_at(const unsigned char* row, std::size_t x, unsigned bits) {
  if (bits == 8) return row[x];
  const std::size_t per_byte = 8 / bits;
  const std::size_t shift = (per_byte - 1 - x % per_byte) * bits;
  return (row[x / per_byte] >> shift) & ((1U << bits) - 1);
}

}  // namespace

ImageInfo read_bmp_info(std::string_view bytes, const std::string& file) {
  const Head head = read_head(bytes, file);
  ImageInfo info;
  info.width = head.width;
  info.height = head.height;
  info.colour = head.colour;
  info.channels = head.colour ? 3 : 1;
  if (head.colour) info.channel_names = {"red", "green", "blue"};
  if (head.per_metre > 0) {
    const Known pixel = believed_pixel_um(head.per_metre, "BMP resolution", info.notes);
    info.voxel_um = {pixel, pixel, Known()};
  }
  return info;
}

RawPlane read_bmp(std::string_view bytes, const std::string& file) {
  const Head head = read_head(bytes, file);
  const std::size_t samples = head.colour ? 3 : 1;
  RawPlane raw = make_raw(head.width, head.height, samples, SampleType::kU8);
  std::byte* out = raw.bytes.data();
  for (std::size_t y = 0; y < head.height; ++y) {
    const std::size_t stored = head.top_down ? y : head.height - 1 - y;
    const auto* row = reinterpret_cast<const unsigned char*>(bytes.data()) + head.pixels_at + stored * head.row_bytes;
    for (std::size_t x = 0; x < head.width; ++x, out += samples) {
      if (head.bits <= 8) {
        const std::size_t index = index_at(row, x, head.bits);
        if (index >= head.palette.size()) throw_damaged(file, "a colour beyond the palette");
        std::memcpy(out, head.palette[index].data(), samples);
      } else {
        const unsigned char* pixel = row + x * (head.bits / 8);
        for (std::size_t c = 0; c < 3; ++c) out[c] = static_cast<std::byte>(pixel[2 - c]);
      }
    }
  }
  return raw;
}

}  // namespace vesica
