// SPDX-License-Identifier: Apache-2.0
// Stability over storage time: lines of several lots, whether they may be pooled, and the shelf life (ICH Q1E).
#pragma once

#include <span>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

/// What lots have in common.
enum class StabilityModel {
  kOneLine,        ///< one intercept, one slope
  kOneSlope,       ///< an intercept a lot, one slope
  kSeparateLines,  ///< each lot by itself
};

struct StabilityLot {
  int lot = -1;  ///< level of the factor; -1: all
  double intercept = kNoNumber, slope = kNoNumber;
  Interval slope_interval;        ///< two-sided
  double shelf_life = kNoNumber;  ///< infinite when the bound never reaches the limit
  double residual_sd = kNoNumber;
};

struct Stability {
  TestStatus status = TestStatus::kEmpty;
  StabilityModel model = StabilityModel::kOneLine;
  double slopes_p = kNoNumber;      ///< of equal slopes; NaN with one lot
  double intercepts_p = kNoNumber;  ///< of equal intercepts given equal slopes
  std::vector<StabilityLot> lots;   ///< one entry for kOneLine
  double slope = kNoNumber;         ///< common slope; NaN for separate lines
  Interval slope_interval;
  double shelf_life = kNoNumber;  ///< shortest over the lots; NaN without a limit; 0 when the bound begins beyond it
  int worst_lot = -1;
  double last_time = kNoNumber;  ///< beyond it a shelf life is an extrapolation
};

/// The acceptance criterion: the mean must stay above `low` and below `high` (NaN: none).
struct StabilityLimits {
  double low = kNoNumber, high = kNoNumber;
};

/// Lines of `value` over `time` by lot (0 .. lots − 1 for each value). Slopes, then intercepts, are pooled when their
/// test has p above `pool_level` (0.25 in ICH Q1E, Evaluation of stability data, 2003; analysis of covariance, each
/// step against the residual of the larger model). The shelf life is the time at which the one-sided 95 % confidence
/// bound of the mean meets the limit: for separate lines each lot has its own residual. Needs two times and residual
/// degrees of freedom.
Stability stability(std::span<const double> time, std::span<const double> value, std::span<const int> lot,
                    const StabilityLimits& limits, double pool_level = 0.25);

}  // namespace vesica::stats
