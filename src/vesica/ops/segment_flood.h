// SPDX-License-Identifier: Apache-2.0
// Objects that grow downhill, one connected piece at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Floods pieces from what is labelled in them, from the brightest pixel down, on 1024 levels of light (square root; 0
/// to `top`), over the 4 neighbours, pixels of one level in the order in which they were reached: a watershed with one
/// queue a level instead of a heap.
class PieceFlood {
 public:
  explicit PieceFlood(float top) : scale_(top > 0 ? 1 / top : 0) {}

  /// `runs`: of a piece row by row, `box` around them; `light`: of the image, none below 0; `labels`: of the piece's
  /// pixels run by run, 0 for open ones. Every pixel that a label reaches takes it.
  void flood(std::span<const PixelRun> runs, const RunPieces::Box& box, const Image2& light,
             std::span<std::int32_t> labels);

 private:
  static constexpr std::size_t kSteps = 1024;
  static constexpr std::uint32_t kNone = 0;  // the frame's corner waits for nothing
  void push(std::uint32_t cell);
  void run(std::uint32_t wide);

  float scale_;
  std::vector<std::int32_t> state_;   ///< in a frame of one pixel: -1 outside, 0 open, or a label
  std::vector<std::uint16_t> steps_;  ///< level of light, the brightest is 0
  std::vector<std::uint32_t> next_;   ///< cell in its queue
  std::array<std::uint32_t, kSteps> first_{}, last_{};
};

}  // namespace vesica
