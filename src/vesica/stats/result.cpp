// SPDX-License-Identifier: Apache-2.0
// Statuses and the checks that every test makes before it computes.
#include "vesica/stats/result.h"

#include <cmath>

namespace vesica::stats {

const char* to_text(TestStatus status) {
  switch (status) {
    case TestStatus::kOk:
      return "ok";
    case TestStatus::kEmpty:
      return "no_values";
    case TestStatus::kNotEnoughUnits:
      return "too_few_units";
    case TestStatus::kNoVariance:
      return "no_variance";
    case TestStatus::kNotFinite:
      return "not_finite";
    case TestStatus::kNotPositive:
      return "not_positive";
    case TestStatus::kBadShape:
      return "bad_shape";
    case TestStatus::kNotSeparable:
      return "not_separable";
    case TestStatus::kNotConverged:
      return "not_converged";
  }
  return "unknown";
}

TestResult without_answer(std::string method, TestStatus status) {
  TestResult result;
  result.method = std::move(method);
  result.status = status;
  return result;
}

TestStatus check_values(std::span<const double> values, std::size_t least) {
  if (values.empty()) return TestStatus::kEmpty;
  for (const double value : values) {
    if (!std::isfinite(value)) return TestStatus::kNotFinite;
  }
  return values.size() < least ? TestStatus::kNotEnoughUnits : TestStatus::kOk;
}

TestStatus check_groups(std::span<const std::vector<double>> groups, std::size_t least_groups,
                        std::size_t least_values) {
  if (groups.empty()) return TestStatus::kEmpty;
  for (const auto& group : groups) {
    const TestStatus status = check_values(group, least_values);
    if (status != TestStatus::kOk) return status;
  }
  return groups.size() < least_groups ? TestStatus::kNotEnoughUnits : TestStatus::kOk;
}

}  // namespace vesica::stats
