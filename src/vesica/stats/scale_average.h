// SPDX-License-Identifier: Apache-2.0
// Averages over the distribution of a pooled standard deviation: the outer integral of t-like probabilities.
#pragma once

#include <cmath>
#include <limits>

namespace vesica::stats {

/// E[g(s)] for s = sqrt(chi2(df)/df) and 0 <= g <= 1. With u = log s the density is analytic in a strip and falls off
/// at both ends, so the plain trapezoidal rule converges exponentially; the density is normalised on the same nodes,
/// so no gamma function enters. `sharpness` bounds the slope of g against u where g changes (about 6 for normal
/// probabilities). The sum stops where what is left is below 1e-17 of it, which keeps small tails relative-accurate.
template <typename G>
double average_over_scale(double df, double sharpness, const G& g) {
  if (!std::isfinite(df) || df > 1e12) return g(1.0);  // chosen: the spread of s is then below 1e-6
  constexpr double kStep = 0.7;                        // error exp(-2 pi^2/0.49) = 3e-18 for a Gaussian of unit width
  constexpr double kRest = 1e-17;
  const double step = kStep / std::sqrt(2 * df + sharpness * sharpness);
  double weights = 0;
  double sum = 0;
  for (const int direction : {1, -1}) {
    for (int i = direction == 1 ? 0 : 1;; ++i) {
      const double u = direction * i * step;
      const double weight = std::exp(df * (u - std::expm1(2 * u) / 2));
      weights += weight;
      sum += weight * g(std::exp(u));
      if (weight < kRest * sum || weight < std::numeric_limits<double>::min()) break;
    }
  }
  return sum / weights;
}

}  // namespace vesica::stats
