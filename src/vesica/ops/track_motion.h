// SPDX-License-Identifier: Apache-2.0
// What tracks say about motion: common drift, stuck particles, mean squared displacement.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vesica/ops/track_link.h"

namespace vesica {

/// Common displacement of all particles, frame by frame.
struct Drift {
  std::vector<double> x, y;  ///< since frame 0, one a frame, px
  /// 0 beyond the last frame's value is not assumed: frames past the end have the last one's drift.
  double x_at(std::uint64_t frame) const;
  double y_at(std::uint64_t frame) const;
};

/// Collects displacements between consecutive frames of as many tracks as are added: three numbers a frame.
class DriftSum {
 public:
  /// Adds the steps of one track; gaps and points of other pieces add none.
  void add(const Track& track);
  /// Mean displacement into each frame, averaged over the frame and the `smoothing` - 1 before it (0 and 1: not), and
  /// cumulated. A frame without steps adds none.
  Drift drift(std::size_t smoothing = 0) const;

 private:
  std::vector<double> x_, y_, n_;
};

/// Positions without drift.
void subtract(const Drift& drift, Track& track);

/// Whether a particle sits on the glass: at least `min_points` points, none farther than `range_px` from their mean, in
/// positions as seen (what sticks does not drift). Our choice; NanoTrackJ asks for 5 px in |dx| + |dy| from the start.
bool is_stuck(const Track& track, std::size_t min_points, double range_px);

/// Mean squared displacement, in px^2, of lags 1 .. lags.size() frames.
struct Msd {
  std::vector<double> msd;      ///< NaN where no pair of points is that far apart
  std::vector<double> weights;  ///< effective number of independent displacements (Qian 1991, equation B4)
};
/// Of one track over all pairs of its points, gaps respected. Effective numbers after Qian, Sheetz and Elson 1991
/// (10.1016/S0006-3495(91)82125-7), scaled by the share of frames in which the particle was seen.
Msd msd_of(const Track& track, std::size_t max_lag);
/// Of all tracks, weighted by effective numbers.
Msd ensemble_msd(std::span<const Track> tracks, std::size_t max_lag);

/// msd = a * t^n by least squares of logarithms. NaN with fewer than two positive values.
struct PowerLaw {
  double n, a;
};
PowerLaw fit_power_law(std::span<const double> t, std::span<const double> values);

}  // namespace vesica
