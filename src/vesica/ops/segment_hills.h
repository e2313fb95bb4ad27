// SPDX-License-Identifier: Apache-2.0
// Hills of a landscape, one connected piece of its mask at a time, so that all of it stays in the processor's cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Hills of one piece after another; see `basins` for what a hill is.
class PieceHills {
 public:
  PieceHills(double depth, double distance) : depth_(depth), near_(distance * distance) {}

  /// Begins a piece of width by height pixels, all of them outside. Its heights, none below 0, are then put into rows.
  void begin(std::size_t width, std::size_t height);
  float* row(std::size_t y) { return heights_.data() + (y + 1) * wide_ + 1; }

  /// Finds the hills of the pixels in `runs`, whose heights are in place (x0, y0: of the piece's box); yields how many
  /// numbers there are, of which those with a peak of their own are in use. Of a landscape with a single local maximum
  /// `hill` must not be asked.
  std::size_t find(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0);
  std::size_t hill(std::size_t x, std::size_t y) {
    return root(static_cast<std::size_t>(hills_[(y + 1) * wide_ + x + 1]));
  }
  /// Place of the highest pixel of a hill in the box.
  std::pair<std::size_t, std::size_t> peak(std::size_t hill) const {
    return {peaks_[hill] % wide_ - 1, peaks_[hill] / wide_ - 1};
  }

 private:
  void find_peaks(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0);
  void look_around(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0);
  void climb(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0);
  void join(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0);
  void meet(std::size_t a, std::size_t b, float pass);
  std::size_t root(std::size_t hill);
  std::size_t start(const PixelRun& run, std::uint32_t x0, std::uint32_t y0) const {
    return (run.y - y0 + 1) * wide_ + run.begin - x0 + 1;
  }

  double depth_, near_;
  std::size_t wide_ = 0;             ///< width with a frame of one pixel
  std::vector<float> heights_;       ///< -1 outside
  std::vector<std::int32_t> steps_;  ///< from a cell to the neighbour that it leads up to, 0 on a peak
  std::vector<std::int32_t> hills_;  ///< -1 outside
  std::vector<std::uint32_t> path_, passes_;
  std::vector<std::uint8_t> peaked_, mixed_;  ///< of a run
  std::vector<PixelRun> peak_runs_, mixed_runs_;
  std::vector<std::uint32_t> parent_;  ///< a forest over the peaks
  std::vector<std::uint32_t> peaks_;   ///< cells
};

}  // namespace vesica
