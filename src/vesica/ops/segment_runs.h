// SPDX-License-Identifier: Apache-2.0
// Masks as runs, pixels side by side in a row, and the connected pieces that runs form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Pixels [begin, end) of row y.
struct PixelRun {
  std::uint32_t y = 0, begin = 0, end = 0;
  std::uint32_t piece = 0;
  std::uint32_t size() const { return end - begin; }
};

/// Where the pixels that are equal to that at `begin` end.
inline std::size_t end_of_equal(std::span<const std::int32_t> pixels, std::size_t begin) {
  constexpr std::size_t kAtOnce = 8;  // as runs are long
  const std::int32_t same = pixels[begin];
  std::size_t end = begin + 1;
  for (; end + kAtOnce <= pixels.size(); end += kAtOnce) {
    std::int32_t other = 0;
    for (std::size_t k = 0; k < kAtOnce; ++k) other |= pixels[end + k] ^ same;
    if (other != 0) break;
  }
  while (end < pixels.size() && pixels[end] == same) ++end;
  return end;
}

/// Appends the runs of a row of a mask (0 outside).
void add_runs(std::span<const std::uint8_t> row, std::uint32_t y, std::vector<PixelRun>& runs);

/// Appends the runs of objects (not 0) in a row, or in the part of it that begins at `begin`; their labels as pieces.
void add_runs_of_labels(std::span<const std::int32_t> row, std::uint32_t y, std::uint32_t begin,
                        std::vector<PixelRun>& runs);

/// The runs of a mask, row by row.
std::vector<PixelRun> runs_of(const Mask2& mask);
/// The runs of objects, row by row, their labels as pieces.
std::vector<PixelRun> runs_of(const Labels2& labels);

/// Puts runs into the order row by row, from left to right.
void sort_by_row(std::vector<PixelRun>& runs);

/// Numbers the connected pieces of all runs of a mask in the order of their first pixel, from 0; yields how many there
/// are. Neighbours share an edge, or with `diagonal` a corner. Requires runs row by row.
std::size_t connect_runs(std::vector<PixelRun>& runs, bool diagonal);

/// The runs piece by piece, those of a piece row by row, and the box around each.
struct RunPieces {
  struct Box {
    std::uint32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< x1 and y1 exclusive
    std::uint32_t area = 0;                        ///< pixels of the piece
  };
  std::vector<PixelRun> runs;
  std::vector<std::uint32_t> start;  ///< of piece p in runs; one more than pieces
  std::vector<Box> boxes;
  std::size_t size() const { return boxes.size(); }
  std::span<const PixelRun> of(std::size_t p) const { return {runs.data() + start[p], start[p + 1] - start[p]}; }
};
/// Requires runs numbered by `connect_runs`, `count` what it gave.
RunPieces by_piece(std::span<const PixelRun> runs, std::size_t count);

}  // namespace vesica
