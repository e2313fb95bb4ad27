// SPDX-License-Identifier: Apache-2.0
// The parts of an object between its necks, one object at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "vesica/ops/segment_depth.h"
#include "vesica/ops/segment_hills.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Where shapes part: as in Splitting.
struct Necks {
  double sigma_px = 0, distance_px = 0, depth = 0;
};

/// Cuts objects as split_by_shape cuts those of a whole mask. What lies beside an object is outside, be it ground or
/// another object.
class NeckCutter {
 public:
  NeckCutter(std::size_t width, std::size_t height, const Necks& necks);  ///< width and height of the image

  /// The parts, 1 to the number that it yields, of the pixels in `runs`, run by run. `runs` row by row; their numbers
  /// become those of the connected pieces (8 neighbours), each of which is a part or several.
  std::int32_t cut(std::vector<PixelRun>& runs, std::vector<std::int32_t>& parts);

 private:
  void cut_piece(std::span<const PixelRun> runs, const RunPieces::Box& box, std::span<const std::uint32_t> offsets,
                 std::vector<std::int32_t>& parts);

  PieceDepth depth_;
  PieceHills hills_;
  std::int32_t count_ = 0;             ///< parts so far
  std::vector<std::int32_t> numbers_;  ///< of the hills of a piece
  RunPieces pieces_;
  std::vector<std::uint32_t> next_, offsets_;  ///< of the pieces' runs, in pixels
};

}  // namespace vesica
