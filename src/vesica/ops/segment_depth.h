// SPDX-License-Identifier: Apache-2.0
// How deep the pixels of a connected piece lie in it, one piece at a time, so that all of it stays in the cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Distance of the pixels of a piece to the nearest pixel outside it, in pixels, exact, then a Gaussian of `sigma`
/// pixels (cut off at 4 sigma; 0: none) within the piece's box, 0 outside the piece. Beyond the image nothing is
/// known: distances do not end there, and the Gaussian mirrors what lies inside. A piece that is the whole image is 1
/// everywhere.
class PieceDepth {
 public:
  PieceDepth(std::size_t width, std::size_t height, double sigma);  ///< of the image

  /// Of a piece whose runs and box are as `by_piece` gives them.
  void find(std::span<const PixelRun> runs, const RunPieces::Box& box);
  /// Row of the box; right at the pixels of the piece.
  const float* row(std::size_t y) const { return depth_.data() + y * width_; }

 private:
  void find_in_columns(std::span<const PixelRun> runs);
  void find_in_rows(std::span<const PixelRun> runs);
  template <typename Number>
  void find_in_rows(std::span<const PixelRun> runs, std::vector<Number>& line, std::vector<Number>& best, Number far);
  void find_in_wide(std::span<const PixelRun> runs);
  void blur_rows();
  void blur_columns(std::span<const PixelRun> runs);

  std::size_t image_width_, image_height_;
  std::vector<float> weights_;  ///< of the Gaussian: of the middle, one away, ...
  RunPieces::Box box_;
  std::size_t width_ = 0, height_ = 0;        ///< of the box
  std::vector<float> depth_, across_;         ///< of the box, after each step
  std::vector<float> line_, best_, nothing_;  ///< squares of a row with what lies beside it; the least; a row of 0
  std::vector<std::int16_t> small_line_, small_best_;
  std::vector<const float*> rows_;  ///< from above the box to below it
};

}  // namespace vesica
