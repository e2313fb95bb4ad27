// SPDX-License-Identifier: Apache-2.0
// Inside locating: the band-passed frame, its maxima, what lies away from everything bright.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vesica/ops/track_locate.h"

namespace vesica::ops {

/// Settings with what follows from them, and the memory that frames share.
struct Band {
  explicit Band(const LocateSettings& settings);

  LocateSettings settings;
  int radius = 0, box = 0, window = 0, margin = 0;  ///< px; window: side of the box of a maximum
  double separation = 0;

  std::size_t width = 0, height = 0;
  std::vector<float> turned;   ///< the frame turned round; empty unless dark
  const float* raw = nullptr;  ///< the frame, or the turned one
  std::vector<float> band;     ///< band-passed, 0 below the threshold; kLanes more at the end
  float scale = 1;             ///< band is in 1 / scale counts
  std::size_t lit = 0;         ///< pixels above 0
  float top = 0;               ///< the greatest value

  /// Lanes that sums over a row of a disc run in: reading starts anywhere and may go past the end of a row.
  static constexpr std::size_t kLanes = 16;
  static constexpr int kFewLevels = 256;       ///< so few that numbers are counted one after the other, chosen
  static constexpr std::size_t kSampled = 37;  ///< every so many pixels are asked where the percentile lies, chosen

  /// Fills raw and band for a frame.
  void pass(const Image2& frame);
  /// The value at `percentile` of the pixels above 0, between neighbouring ranks linearly. Requires lit > 0.
  double percentile() const;
  /// Pixels that are no less than any other of the window round them, above `least` and `margin` away from the edges:
  /// indices into band, ascending.
  std::vector<std::size_t> maxima(double least) const;
  /// Mean and standard deviation of raw away from everything lit by more than the radius; NaN where there is nothing.
  void measure_background(double& mean, double& sd) const;
};

/// Half-widths of the rows -radius .. radius of a disc: x^2 + y^2 <= radius^2.
std::vector<int> disc_rows(int radius);

}  // namespace vesica::ops
