// SPDX-License-Identifier: Apache-2.0
// Planes that lie in one piece of a file from a fixed offset, uncompressed: what ISQ, AIM, MRC and DM files hold.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "vesica/base/os/bytes.h"
#include "vesica/io/raster.h"

namespace vesica {

struct Piece {
  std::uint64_t start = 0;
  SampleType type = SampleType::kU8;
  bool big_endian = false;
  bool half = false;                           ///< 16-bit floats, given out as 32-bit ones (type kF32)
  std::size_t stored = 1;                      ///< samples of a stored pixel, of 8 bits each when more than one
  std::array<std::size_t, 3> rgb = {0, 1, 2};  ///< of stored samples, when the image is in colour
};

/// Bytes of one stored pixel.
std::size_t stored_bytes(const Piece& piece);

/// The source over `info`, whose sizes were checked with require_piece.
std::shared_ptr<const ImageSource> open_piece(ImageInfo info, std::shared_ptr<const ByteSource> bytes,
                                              const Piece& piece, const std::string& file);

/// Sets the sizes of `info` (width, height, depth) and its bits. Throws Error(kData) for sizes below 1 or beyond
/// raster.h, `bits` being those that a packed pixel takes at least.
void set_piece_size(const std::array<std::int64_t, 3>& size, const Piece& piece, std::uint64_t bits,
                    std::uint64_t file_bytes, const std::string& file, ImageInfo& info);
/// The same for a plain piece; Error(kData) also when the file ends before the last plane.
void require_piece(const std::array<std::int64_t, 3>& size, const Piece& piece, std::uint64_t file_bytes,
                   const std::string& file, ImageInfo& info);

}  // namespace vesica
