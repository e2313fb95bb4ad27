// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/piece.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/message.h"

namespace vesica {

namespace {

/// IEEE 754 binary16.
float half_to_float(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1F;
  const auto mantissa = static_cast<float>(bits & 0x3FF);
  float size = 0;
  if (exponent == 0) {
    size = std::ldexp(mantissa, -24);
  } else if (exponent < 31) {
    size = std::ldexp(1024 + mantissa, exponent - 25);
  } else {
    size = mantissa > 0 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  }
  return (bits & 0x8000) != 0 ? -size : size;
}

class PieceSource : public RasterSource {
 public:
  PieceSource(ImageInfo info, std::shared_ptr<const ByteSource> bytes, const Piece& piece, std::string file)
      : RasterSource(std::move(info)), bytes_(std::move(bytes)), piece_(piece), file_(std::move(file)) {}

  RawPlane read_raw(std::size_t z, std::size_t t, std::size_t, const Box3& part) const override {
    const std::size_t size = stored_bytes(piece_), row = part.nx() * size;
    const std::size_t plane = t * info_.depth + z;
    std::vector<std::byte> stored(row * part.ny());
    for (std::size_t y = part.y0; y < part.y1; ++y) {
      const std::uint64_t pixel = (std::uint64_t{plane} * info_.height + y) * info_.width + part.x0;
      const std::span<std::byte> to(stored.data() + (y - part.y0) * row, row);
      if (bytes_->read_at(piece_.start + pixel * size, to) != row) throw_damaged(file_, "voxels are missing");
    }
    const std::size_t number = piece_.stored > 1 ? 1 : size;
    if (number > 1 && piece_.big_endian != (std::endian::native == std::endian::big)) {
      for (std::size_t i = 0; i < stored.size(); i += number) std::reverse(&stored[i], &stored[i] + number);
    }
    RawPlane out = make_raw(part.nx(), part.ny(), info_.colour ? 3 : 1, piece_.type);
    if (info_.colour) {
      for (std::size_t i = 0; i < part.nx() * part.ny(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) out.bytes[3 * i + c] = stored[piece_.stored * i + piece_.rgb[c]];
      }
    } else if (piece_.half) {
      for (std::size_t i = 0; i < part.nx() * part.ny(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, &stored[2 * i], 2);
        const float value = half_to_float(bits);
        std::memcpy(&out.bytes[4 * i], &value, 4);
      }
    } else {
      out.bytes = std::move(stored);
    }
    return out;
  }

 private:
  std::shared_ptr<const ByteSource> bytes_;
  Piece piece_;
  std::string file_;
};

}  // namespace

std::size_t stored_bytes(const Piece& piece) {
  if (piece.stored > 1) return piece.stored;
  return piece.half ? 2 : bytes_of(piece.type);
}

std::shared_ptr<const ImageSource> open_piece(ImageInfo info, std::shared_ptr<const ByteSource> bytes,
                                              const Piece& piece, const std::string& file) {
  return std::make_shared<PieceSource>(std::move(info), std::move(bytes), piece, file);
}

void set_piece_size(const std::array<std::int64_t, 3>& size, const Piece& piece, std::uint64_t bits,
                    std::uint64_t file_bytes, const std::string& file, ImageInfo& info) {
  constexpr std::int64_t kMaxSide = std::int64_t{1} << 24;  // chosen: so that no product below overflows
  const bool sane = size[0] > 0 && size[1] > 0 && size[2] > 0 && size[0] <= kMaxSide && size[1] <= kMaxSide &&
                    static_cast<std::uint64_t>(size[2]) <= kMaxPlanes;
  if (!sane)
    throw Error(ErrorKind::kData, say("The header declares {0} x {1} x {2} voxels.", size[0], size[1], size[2]),
                {file, 0, 0, ""}, say("Copy the file again, in binary mode."));
  info.width = static_cast<std::size_t>(size[0]);
  info.height = static_cast<std::size_t>(size[1]);
  info.depth = static_cast<std::size_t>(size[2]);
  info.bits = bits_of(piece.type);
  info.floating = is_floating(piece.type);
  check_plane_size(info.width, info.height, 1, bits, file_bytes, file);
}

void require_piece(const std::array<std::int64_t, 3>& size, const Piece& piece, std::uint64_t file_bytes,
                   const std::string& file, ImageInfo& info) {
  const std::uint64_t pixel = stored_bytes(piece);
  set_piece_size(size, piece, 8 * pixel, file_bytes, file, info);
  const std::uint64_t plane = std::uint64_t{info.width} * info.height * pixel;
  if (piece.start > file_bytes || (file_bytes - piece.start) / plane < info.depth)
    throw Error(ErrorKind::kData,
                say("The header declares {0} slice(s), the file ends after {1}.", info.depth,
                    piece.start > file_bytes ? 0 : (file_bytes - piece.start) / plane),
                {file, 0, 0, ""}, say("The file is cut off; copy it again."));
}

}  // namespace vesica
