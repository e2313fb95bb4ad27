// SPDX-License-Identifier: Apache-2.0
// Correlation, regression and the test of normal shape.
#include "vesica/stats/correlation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

struct Moments {
  double mean_x, mean_y, xx, yy, xy;
};

Moments moments(std::span<const double> x, std::span<const double> y) {
  Moments m{mean(x), mean(y), sum_of_squares(x), sum_of_squares(y), 0};
  std::vector<double> products(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) products[i] = (x[i] - m.mean_x) * (y[i] - m.mean_y);
  m.xy = accurate_sum(products);
  return m;
}

TestStatus check_pairs(std::span<const double> x, std::span<const double> y) {
  for (const auto& side : {x, y}) {
    const TestStatus status = check_values(side, 3);
    if (status != TestStatus::kOk) return status;
  }
  return x.size() == y.size() ? TestStatus::kOk : TestStatus::kBadShape;
}

// |rho| at least as large over all permutations of one side.
double exact_spearman_p(std::span<const double> ranks_x, std::vector<double> ranks_y) {
  const double centre = (static_cast<double>(ranks_x.size()) + 1) / 2;
  const auto score = [&] {
    double sum = 0;
    for (std::size_t i = 0; i < ranks_x.size(); ++i) sum += (ranks_x[i] - centre) * (ranks_y[i] - centre);
    return std::abs(sum);
  };
  const double observed = score() - 1e-9;
  std::sort(ranks_y.begin(), ranks_y.end());
  double all = 0;
  double reached = 0;
  do {
    ++all;
    if (score() >= observed) ++reached;
  } while (std::next_permutation(ranks_y.begin(), ranks_y.end()));
  return reached / all;
}

void finish_t(TestResult& result, double df, double level) {
  result.status = TestStatus::kOk;
  result.statistic_name = "t";
  result.df = df;
  result.statistic = result.estimate / result.se;
  result.p = t_two_sided(result.statistic, df);
  const double half = t_quantile(0.5 + level / 2, df) * result.se;
  result.interval = {result.estimate - half, result.estimate + half, level};
}

template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double value = 0;
  for (std::size_t i = N; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

// Royston's weights for the ordered values: antisymmetric, unit length.
std::vector<double> shapiro_weights(std::size_t n) {
  std::vector<double> m(n);
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    m[i] = normal_quantile((static_cast<double>(i) + 1 - 0.375) / (static_cast<double>(n) + 0.25));
    squares += m[i] * m[i];
  }
  std::vector<double> a(n, 0.0);
  if (n == 3) return {-std::numbers::sqrt2 / 2, 0, std::numbers::sqrt2 / 2};
  constexpr std::array kLast{0.0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056};
  constexpr std::array kNext{0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
  const double u = 1 / std::sqrt(static_cast<double>(n));
  const double length = std::sqrt(squares);
  const std::size_t fixed = n > 5 ? 2 : 1;
  a[n - 1] = m[n - 1] / length + polynomial(kLast, u);
  double left = squares - 2 * m[n - 1] * m[n - 1];
  double share = 1 - 2 * a[n - 1] * a[n - 1];
  if (fixed == 2) {
    a[n - 2] = m[n - 2] / length + polynomial(kNext, u);
    left -= 2 * m[n - 2] * m[n - 2];
    share -= 2 * a[n - 2] * a[n - 2];
  }
  const double scale = std::sqrt(left / share);
  for (std::size_t i = fixed; i < n - fixed; ++i) a[i] = m[i] / scale;
  for (std::size_t i = 0; i < fixed; ++i) a[i] = -a[n - 1 - i];
  return a;
}

// `rest` is 1 - W.
double shapiro_p(double rest, std::size_t n) {
  const auto size = static_cast<double>(n);
  if (n == 3) {
    const double w = 1 - rest;
    return std::max(0.0, 6 / std::numbers::pi * (std::asin(std::sqrt(w)) - std::asin(std::sqrt(0.75))));
  }
  constexpr std::size_t kSmall = 11;
  double y = std::log(rest);
  double centre = 0;
  double spread = 1;
  if (n <= kSmall) {
    const double gamma = polynomial(std::array{-2.273, 0.459}, size);
    if (y >= gamma) return 0;
    y = -std::log(gamma - y);
    centre = polynomial(std::array{0.5440, -0.39978, 0.025054, -6.714e-4}, size);
    spread = std::exp(polynomial(std::array{1.3822, -0.77857, 0.062767, -0.0020322}, size));
  } else {
    const double log_n = std::log(size);
    centre = polynomial(std::array{-1.5861, -0.31082, -0.083751, 0.0038915}, log_n);
    spread = std::exp(polynomial(std::array{-0.4803, -0.082676, 0.0030302}, log_n));
  }
  return normal_upper((y - centre) / spread);
}

}  // namespace

TestResult pearson(std::span<const double> x, std::span<const double> y, double level) {
  TestResult result = without_answer("pearson", check_pairs(x, y));
  if (!result.ok()) return result;
  const Moments m = moments(x, y);
  if (!(m.xx > 0 && m.yy > 0)) return without_answer(result.method, TestStatus::kNoVariance);
  const auto n = static_cast<double>(x.size());
  const double r = std::clamp(m.xy / std::sqrt(m.xx * m.yy), -1.0, 1.0);
  result.statistic_name = "t";
  result.estimate = r;
  result.df = n - 2;
  result.statistic = r * std::sqrt((n - 2) / ((1 - r) * (1 + r)));
  result.p = t_two_sided(result.statistic, result.df);
  if (x.size() > 3) {
    const double half = normal_quantile(0.5 + level / 2) / std::sqrt(n - 3);
    result.interval = {std::tanh(std::atanh(r) - half), std::tanh(std::atanh(r) + half), level};
  }
  return result;
}

TestResult spearman(std::span<const double> x, std::span<const double> y) {
  TestResult result = without_answer("spearman", check_pairs(x, y));
  if (!result.ok()) return result;
  const auto ranks_x = midranks(x);
  const auto ranks_y = midranks(y);
  result = pearson(ranks_x, ranks_y);
  result.method = "spearman";
  result.interval = {};
  constexpr std::size_t kEnumerated = 9;
  if (result.ok() && x.size() <= kEnumerated) {
    result.p = exact_spearman_p(ranks_x, ranks_y);
    result.exact = true;
  }
  return result;
}

Line regress(std::span<const double> x, std::span<const double> y, double level) {
  Line line;
  TestStatus status = check_pairs(x, y);
  const Moments m = status == TestStatus::kOk ? moments(x, y) : Moments{};
  if (status == TestStatus::kOk && !(m.xx > 0)) status = TestStatus::kNoVariance;
  line.slope = without_answer("regression_slope", status);
  line.intercept = without_answer("regression_intercept", status);
  if (status != TestStatus::kOk) return line;
  const double slope = m.xy / m.xx;
  std::vector<double> residuals(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) residuals[i] = y[i] - m.mean_y - slope * (x[i] - m.mean_x);
  std::vector<double> squares(x.size());
  std::transform(residuals.begin(), residuals.end(), squares.begin(), [](double r) { return r * r; });
  const double rest = accurate_sum(squares);
  constexpr double kRounding = 1e-28;  // chosen: relative square of about 50 rounding errors
  if (!(rest > kRounding * m.yy) || !(m.yy > 0)) {
    line.slope.status = line.intercept.status = TestStatus::kNoVariance;
    return line;
  }
  const auto n = static_cast<double>(x.size());
  const double variance_rest = rest / (n - 2);
  line.slope.estimate = slope;
  line.slope.se = std::sqrt(variance_rest / m.xx);
  finish_t(line.slope, n - 2, level);
  line.intercept.estimate = m.mean_y - slope * m.mean_x;
  line.intercept.se = std::sqrt(variance_rest * (1 / n + m.mean_x * m.mean_x / m.xx));
  finish_t(line.intercept, n - 2, level);
  line.r_squared = 1 - rest / m.yy;
  line.residual_sd = std::sqrt(variance_rest);
  return line;
}

TestResult shapiro_wilk(std::span<const double> values) {
  TestResult result = without_answer("shapiro_wilk", check_values(values, 3));
  constexpr std::size_t kMost = 5000;
  if (result.ok() && values.size() > kMost) result.status = TestStatus::kBadShape;
  if (!result.ok()) return result;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double centre = mean(sorted);
  const double squares = sum_of_squares(sorted);
  if (!(sorted.back() > sorted.front())) return without_answer(result.method, TestStatus::kNoVariance);
  const auto weights = shapiro_weights(sorted.size());
  double product = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) product += weights[i] * (sorted[i] - centre);
  // 1 - W as (SS a² - (a'x)²)/(SS a²): the weights' length divides out.
  double length = 0;
  for (const double weight : weights) length += weight * weight;
  const double root = std::sqrt(squares * length);
  const double rest = std::max(0.0, (root - product) * (root + product) / (squares * length));
  result.statistic_name = "W";
  result.statistic = 1 - rest;
  result.p = rest > 0 ? shapiro_p(rest, sorted.size()) : 1;
  return result;
}

}  // namespace vesica::stats
