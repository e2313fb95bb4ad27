// SPDX-License-Identifier: Apache-2.0
// Sizes of effects with intervals: differences, ratios, standardised differences, dominance, proportions, bootstrap.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

struct Effect {
  std::string kind;  ///< "ratio_of_geometric_means", "hedges_g", "hedges_g_paired", "cliffs_delta", ...
  TestStatus status = TestStatus::kEmpty;
  double estimate = kNoNumber;
  Interval interval;
  bool ok() const { return status == TestStatus::kOk; }
};

/// mean(x) - mean(y) with Welch's interval.
Effect mean_difference(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// exp of the difference of log means with Welch's interval on logs; a value <= 0 is kNotPositive.
Effect ratio_of_geometric_means(std::span<const double> x, std::span<const double> y, double level = 0.95);

/// The factor that makes a standardised difference unbiased: Γ(ν/2) / (sqrt(ν/2) Γ((ν-1)/2)) (Hedges 1981,
/// 10.3102/10769986006002107), about 1 - 3/(4ν - 1). Needs ν > 1; NaN below.
double hedges_correction(double df);
/// (mean(x) - mean(y)) / pooled sd, bias-corrected, with the noncentral-t interval (corrected by the same factor).
Effect hedges_g(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// Mean of x[i] - y[i] over the sd of these differences, bias-corrected, noncentral-t interval. Larger than hedges_g
/// when pairs agree: the two must not be compared.
Effect hedges_g_paired(std::span<const double> x, std::span<const double> y, double level = 0.95);

/// P(x > y) - P(x < y) with the asymmetric interval of Feng & Cliff 2004 (10.22237/jmasm/1099267560); complete
/// separation takes the Wilson bound of the smaller group (our choice).
Effect cliffs_delta(std::span<const double> x, std::span<const double> y, double level = 0.95);

/// A statistic of several groups of units.
using Statistic = std::function<double(std::span<const std::vector<double>>)>;
/// The bias-corrected and accelerated bootstrap interval (Efron 1987, 10.1080/01621459.1987.10478410): units are drawn
/// with replacement within their groups, acceleration from leaving one unit out. Same seed, same interval. Below ten
/// units a group it is too narrow (say so beside it); below three it is kNotEnoughUnits; a statistic that never moves
/// is kNoVariance.
Effect bca_bootstrap(std::span<const std::vector<double>> groups, const Statistic& statistic, std::uint64_t seed,
                     int resamples = 5000, double level = 0.95);

}  // namespace vesica::stats
