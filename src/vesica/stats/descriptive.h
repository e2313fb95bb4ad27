// SPDX-License-Identifier: Apache-2.0
// Summaries of one group of values, accurate for values with a large common offset.
#pragma once

#include <span>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

/// Sum with Neumaier's compensation (1974, 10.1002/zamm.19740540106).
double accurate_sum(std::span<const double> values);
/// Arithmetic mean, shifted by the first value before summing so that equal values have exactly their own mean.
/// NaN for no values.
double mean(std::span<const double> values);
/// Sum of squared deviations from the mean, two passes with the remainder of the first corrected.
double sum_of_squares(std::span<const double> values);
/// Sample variance (n - 1); NaN below two values.
double variance(std::span<const double> values);
/// The p-quantile by linear interpolation of order statistics, h = (n - 1)p: type 7 of Hyndman & Fan 1996
/// (10.1080/00031305.1996.10473566), the default of R, NumPy and Excel. NaN for no values or NaN among them.
double quantile(std::vector<double> values, double p);
double median(std::vector<double> values);

struct Summary {
  TestStatus status = TestStatus::kEmpty;
  std::size_t n = 0;
  double mean = kNoNumber;
  double sd = kNoNumber;   ///< n - 1; NaN for one value
  double sem = kNoNumber;  ///< sd / sqrt(n)
  Interval mean_interval;  ///< t interval of the mean; NaN for one value
  double minimum = kNoNumber, lower_quartile = kNoNumber, median = kNoNumber, upper_quartile = kNoNumber,
         maximum = kNoNumber;         ///< quartiles by type 7
  double geometric_mean = kNoNumber;  ///< NaN unless all values are positive
  double geometric_sd = kNoNumber;    ///< exp(sd of logs): a factor, not a difference
  Interval geometric_interval;        ///< t interval on logs, taken back
};
/// Empty input and NaN give a status; one value has a mean and no spread.
Summary summarise(std::span<const double> values, double level = 0.95);

/// Ranks 1..n with ties sharing their mean rank.
std::vector<double> midranks(std::span<const double> values);
/// Sum over groups of equal values of t^3 - t.
double tie_sum(std::span<const double> values);

}  // namespace vesica::stats
