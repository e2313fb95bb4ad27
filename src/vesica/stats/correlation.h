// SPDX-License-Identifier: Apache-2.0
// Association of two measured quantities: Pearson, Spearman, the straight line.
#pragma once

#include <span>

#include "vesica/stats/result.h"

namespace vesica::stats {

// x[i] and y[i] are the same unit's. Unequal lengths: kBadShape; below three pairs: kNotEnoughUnits; a constant side:
// kNoVariance.

/// Pearson's r, t test with n - 2, interval by Fisher's z (NaN for three pairs).
TestResult pearson(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// Spearman's rho on midranks; p by all permutations up to nine pairs, by t with n - 2 beyond (as R's
/// cor.test(exact = FALSE)). No interval.
TestResult spearman(std::span<const double> x, std::span<const double> y);

/// y = intercept + slope x by least squares.
struct Line {
  TestResult slope;
  TestResult intercept;
  double r_squared = kNoNumber;
  double residual_sd = kNoNumber;
};
/// Slope and intercept with t tests and intervals (n - 2). Points exactly on a line are kNoVariance.
Line regress(std::span<const double> x, std::span<const double> y, double level = 0.95);

/// Shapiro-Wilk W and its p (Royston 1995, AS R94, 10.2307/2986146), 3 to 5000 values: to look at, not to choose a test
/// by.
TestResult shapiro_wilk(std::span<const double> values);

}  // namespace vesica::stats
