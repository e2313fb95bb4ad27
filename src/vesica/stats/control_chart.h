// SPDX-License-Identifier: Apache-2.0
// Control charts of single values in their order: individuals and moving range, with rules for signals.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

/// A point that a rule speaks of: the last of those that make it.
struct ChartSignal {
  std::size_t index = 0;
  std::string rule;  ///< "beyond_3_sigma", "2_of_3_beyond_2_sigma", ..., see chart_rules()
};

/// x̄ ± 3 MR̄/1.128 (= 2.66 MR̄) and MR̄ · 3.267 for the ranges of two neighbours (Shewhart's constants d2, D4 for
/// subgroups of two; NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.2).
struct ControlChart {
  TestStatus status = TestStatus::kEmpty;
  double centre = kNoNumber, sigma = kNoNumber;  ///< sigma = MR̄ / 1.128
  double low = kNoNumber, high = kNoNumber;
  double mean_range = kNoNumber, range_high = kNoNumber;
  std::vector<double> ranges;  ///< |x_i − x_{i−1}|, one less than values
  std::vector<ChartSignal> signals, range_signals;
};

enum class ChartRules {
  kLimits,           ///< beyond 3 sigma alone
  kWesternElectric,  ///< 1 beyond 3σ; 2 of 3 beyond 2σ on one side; 4 of 5 beyond 1σ on one side; 8 on one side (1956)
  kNelson,           ///< Nelson 1984 (10.1080/00224065.1984.11978921): 9 on one side, 6 rising or falling, 14
                     ///< alternating, 15 within 1σ, 8 beyond 1σ on both sides, and the first three of the above
};

/// Limits from all values, in their order. Fewer than two values, or values that do not vary, are a status; limits of
/// fewer than some twenty values are themselves uncertain.
ControlChart control_chart(std::span<const double> values, ChartRules rules);
/// The names of the rules of a set, in the order in which they are looked for.
std::vector<std::string> chart_rules(ChartRules rules);

}  // namespace vesica::stats
