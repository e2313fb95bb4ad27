// SPDX-License-Identifier: Apache-2.0
// What every test and estimate returns: numbers together with the reason when there are none.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace vesica::stats {

inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// Why a result has numbers or has none. With anything but kOk every number of the result is NaN.
enum class TestStatus {
  kOk,
  kEmpty,           ///< no values at all
  kNotEnoughUnits,  ///< fewer independent units than the method needs
  kNoVariance,      ///< the values do not vary, so nothing can be standardised
  kNotFinite,       ///< a NaN or an infinity among the values
  kNotPositive,     ///< a zero or negative value where a logarithm is needed
  kBadShape,        ///< groups, pairs or blocks do not fit together (unequal lengths, missing cells)
  kNotSeparable,    ///< two effects or variances cannot be told apart with these data
  kNotConverged,    ///< an iteration ended without an answer
};
/// The word in tables and JSON: "ok", "too_few_units", "no_variance", ...
const char* to_text(TestStatus status);

/// A two-sided interval. `level` is the confidence that it really has: exact rank intervals of small samples cannot
/// reach 0.95, and say so here.
struct Interval {
  double low = kNoNumber;
  double high = kNoNumber;
  double level = kNoNumber;
};

/// One test.
struct TestResult {
  std::string method;  ///< id: "welch_t", "one_way_anova", "mann_whitney", ...
  TestStatus status = TestStatus::kEmpty;
  std::string statistic_name;  ///< "t", "F", "W", "V", "H", "Q", "z"
  double statistic = kNoNumber;
  double df = kNoNumber;         ///< numerator degrees of freedom for F
  double df2 = kNoNumber;        ///< denominator degrees of freedom for F
  double p = kNoNumber;          ///< two-sided
  double estimate = kNoNumber;   ///< in the values' unit unless the function says otherwise
  double se = kNoNumber;         ///< standard error of the estimate
  Interval interval;             ///< of the estimate
  bool exact = false;            ///< p from the exact permutation distribution (rank tests)
  double minimum_p = kNoNumber;  ///< smallest p that this design can reach (rank tests)

  bool ok() const { return status == TestStatus::kOk; }
};

/// A result that has no numbers.
TestResult without_answer(std::string method, TestStatus status);

/// kOk when there are at least `least` values and all are finite.
TestStatus check_values(std::span<const double> values, std::size_t least);
/// The first status of the groups that is not kOk; kEmpty without groups.
TestStatus check_groups(std::span<const std::vector<double>> groups, std::size_t least_groups,
                        std::size_t least_values);

}  // namespace vesica::stats
