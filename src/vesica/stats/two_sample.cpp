// SPDX-License-Identifier: Apache-2.0
// t tests: the estimate, its standard error and its degrees of freedom, then one common ending.
#include "vesica/stats/two_sample.h"

#include <cmath>
#include <limits>

#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

// `size` is the magnitude of the means: a smaller standard error is rounding noise of constant data.
TestResult finish(TestResult result, double se, double df, double against, double size, double level) {
  constexpr double kRounding = 10 * std::numeric_limits<double>::epsilon();
  if (!(se > kRounding * size)) return without_answer(result.method, TestStatus::kNoVariance);
  result.status = TestStatus::kOk;
  result.statistic_name = "t";
  result.se = se;
  result.df = df;
  result.statistic = (result.estimate - against) / se;
  result.p = t_two_sided(result.statistic, df);
  const double half = t_quantile(0.5 + level / 2, df) * se;
  result.interval = {result.estimate - half, result.estimate + half, level};
  return result;
}

TestStatus check_both(std::span<const double> x, std::span<const double> y) {
  const TestStatus status = check_values(x, 2);
  return status == TestStatus::kOk ? check_values(y, 2) : status;
}

}  // namespace

TestResult welch_t(std::span<const double> x, std::span<const double> y, double level) {
  TestResult result = without_answer("welch_t", check_both(x, y));
  if (!result.ok()) return result;
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  const auto n_x = static_cast<double>(x.size());
  const auto n_y = static_cast<double>(y.size());
  const double part_x = variance(x) / n_x;
  const double part_y = variance(y) / n_y;
  const double both = part_x + part_y;
  result.estimate = mean_x - mean_y;
  const double df = both * both / (part_x * part_x / (n_x - 1) + part_y * part_y / (n_y - 1));
  return finish(result, std::sqrt(both), df, 0, std::max(std::abs(mean_x), std::abs(mean_y)), level);
}

TestResult student_t(std::span<const double> x, std::span<const double> y, double level) {
  TestResult result = without_answer("student_t", check_both(x, y));
  if (!result.ok()) return result;
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  const auto n_x = static_cast<double>(x.size());
  const auto n_y = static_cast<double>(y.size());
  const double df = n_x + n_y - 2;
  const double pooled = (sum_of_squares(x) + sum_of_squares(y)) / df;
  result.estimate = mean_x - mean_y;
  return finish(result, std::sqrt(pooled * (1 / n_x + 1 / n_y)), df, 0, std::max(std::abs(mean_x), std::abs(mean_y)),
                level);
}

TestResult paired_t(std::span<const double> x, std::span<const double> y, double level) {
  TestResult result = without_answer("paired_t", check_both(x, y));
  if (!result.ok()) return result;
  if (x.size() != y.size()) return without_answer("paired_t", TestStatus::kBadShape);
  std::vector<double> differences(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) differences[i] = x[i] - y[i];
  const auto n = static_cast<double>(x.size());
  result.estimate = mean(differences);
  const double size = std::max(std::abs(mean(x)), std::abs(mean(y)));
  return finish(result, std::sqrt(variance(differences) / n), n - 1, 0, size, level);
}

TestResult one_sample_t(std::span<const double> x, double against, double level) {
  TestResult result = without_answer("one_sample_t", check_values(x, 2));
  if (!result.ok()) return result;
  if (!std::isfinite(against)) return without_answer(result.method, TestStatus::kNotFinite);
  const auto n = static_cast<double>(x.size());
  result.estimate = mean(x);
  return finish(result, std::sqrt(variance(x) / n), n - 1, against, std::abs(result.estimate), level);
}

}  // namespace vesica::stats
