// SPDX-License-Identifier: Apache-2.0
// Effect sizes.
#include "vesica/stats/effect.h"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

#include "vesica/base/random.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

Effect no_effect(std::string kind, TestStatus status) {
  Effect effect;
  effect.kind = std::move(kind);
  effect.status = status;
  return effect;
}

// From a t value: the noncentrality and its interval, divided by `root` to become a standardised difference.
Effect standardised(std::string kind, const TestResult& test, double root, double level) {
  if (!test.ok()) return no_effect(std::move(kind), test.status);
  if (!(test.df > 1)) return no_effect(std::move(kind), TestStatus::kNotEnoughUnits);
  Effect effect = no_effect(std::move(kind), TestStatus::kOk);
  const double factor = hedges_correction(test.df) / root;
  const Interval delta = noncentrality_interval(test.statistic, test.df, level);
  effect.estimate = test.statistic * factor;
  effect.interval = {delta.low * factor, delta.high * factor, level};
  return effect;
}

// The dominance of one value over a sample: share below minus share above.
double dominance(double value, std::span<const double> others) {
  double sum = 0;
  for (const double other : others) sum += value > other ? 1 : value < other ? -1 : 0;
  return sum / static_cast<double>(others.size());
}

double squares_about(const std::vector<double>& values, double centre) {
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum;
}

// Efron's acceleration: a sixth of the skewness of the values with one unit left out.
double acceleration(std::span<const std::vector<double>> groups, const Statistic& statistic) {
  std::vector<double> left_out;
  std::vector<std::vector<double>> working(groups.begin(), groups.end());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t i = 0; i < groups[g].size(); ++i) {
      working[g].erase(working[g].begin() + static_cast<std::ptrdiff_t>(i));
      left_out.push_back(statistic(working));
      working[g] = groups[g];
    }
  }
  const double centre = mean(left_out);
  double squares = 0;
  double cubes = 0;
  for (const double value : left_out) {
    const double deviation = centre - value;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

}  // namespace

Effect mean_difference(std::span<const double> x, std::span<const double> y, double level) {
  const TestResult test = welch_t(x, y, level);
  Effect effect = no_effect("mean_difference", test.status);
  effect.estimate = test.estimate;
  effect.interval = test.interval;
  return effect;
}

Effect ratio_of_geometric_means(std::span<const double> x, std::span<const double> y, double level) {
  const std::string kind = "ratio_of_geometric_means";
  std::vector<std::vector<double>> logs(2);
  for (const auto& [sample, out] : {std::pair{x, &logs[0]}, std::pair{y, &logs[1]}}) {
    const TestStatus status = check_values(sample, 2);
    if (status != TestStatus::kOk) return no_effect(kind, status);
    for (const double value : sample) {
      if (!(value > 0)) return no_effect(kind, TestStatus::kNotPositive);
      out->push_back(std::log(value));
    }
  }
  Effect effect = mean_difference(logs[0], logs[1], level);
  effect.kind = kind;
  effect.estimate = std::exp(effect.estimate);
  effect.interval.low = std::exp(effect.interval.low);
  effect.interval.high = std::exp(effect.interval.high);
  return effect;
}

double hedges_correction(double df) {
  if (!(df > 1) || !std::isfinite(df)) return kNoNumber;
  // The ratio is Γ(z)/Γ(z + 1/2), computed without either gamma function.
  return 1 / (boost::math::tgamma_delta_ratio(df / 2 - 0.5, 0.5) * std::sqrt(df / 2));
}

Effect hedges_g(std::span<const double> x, std::span<const double> y, double level) {
  const auto n_x = static_cast<double>(x.size());
  const auto n_y = static_cast<double>(y.size());
  return standardised("hedges_g", student_t(x, y, level), std::sqrt(n_x * n_y / (n_x + n_y)), level);
}

Effect hedges_g_paired(std::span<const double> x, std::span<const double> y, double level) {
  return standardised("hedges_g_paired", paired_t(x, y, level), std::sqrt(static_cast<double>(x.size())), level);
}

Effect cliffs_delta(std::span<const double> x, std::span<const double> y, double level) {
  const std::string kind = "cliffs_delta";
  for (const auto& sample : {x, y}) {
    const TestStatus status = check_values(sample, 2);
    if (status != TestStatus::kOk) return no_effect(kind, status);
  }
  std::vector<double> rows;
  std::vector<double> columns;
  double pairs = 0;
  for (const double a : x) rows.push_back(dominance(a, y));
  for (const double b : y) columns.push_back(-dominance(b, x));
  Effect effect = no_effect(kind, TestStatus::kOk);
  const double d = mean(rows);
  effect.estimate = d;
  for (const double a : x) {
    for (const double b : y) {
      const double sign = a > b ? 1 : a < b ? -1 : 0;
      pairs += (sign - d) * (sign - d);
    }
  }
  const auto n1 = static_cast<double>(x.size());
  const auto n2 = static_cast<double>(y.size());
  const double z = normal_quantile(0.5 + level / 2);
  if (std::abs(d) >= 1) {
    const double n = std::min(n1, n2);
    const double bound = (n - z * z) / (n + z * z);
    effect.interval = d > 0 ? Interval{bound, 1, level} : Interval{-1, -bound, level};
    return effect;
  }
  const double row_part = n2 * n2 * squares_about(rows, d);
  const double column_part = n1 * n1 * squares_about(columns, d);
  double variance_d = (row_part + column_part - pairs) / (n1 * n2 * (n1 - 1) * (n2 - 1));
  variance_d = std::max(variance_d, (1 - d * d) / (n1 * n2 - 1));  // the floor of Cliff 1993
  const double half = z * std::sqrt(variance_d) * std::sqrt((1 - d * d) * (1 - d * d) + z * z * variance_d);
  const double scale = 1 - d * d + z * z * variance_d;
  effect.interval = {std::max(-1.0, (d - d * d * d - half) / scale), std::min(1.0, (d - d * d * d + half) / scale),
                     level};
  return effect;
}

Effect bca_bootstrap(std::span<const std::vector<double>> groups, const Statistic& statistic, std::uint64_t seed,
                     int resamples, double level) {
  const std::string kind = "bca_bootstrap";
  constexpr std::size_t kLeast = 3;
  const TestStatus status = check_groups(groups, 1, kLeast);
  if (status != TestStatus::kOk) return no_effect(kind, status);
  const double observed = statistic(groups);
  Random random(seed);
  std::vector<std::vector<double>> drawn(groups.begin(), groups.end());
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(resamples));
  double below = 0;
  for (int b = 0; b < resamples; ++b) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (double& value : drawn[g]) value = groups[g][random.below(groups[g].size())];
    }
    const double value = statistic(drawn);
    if (!std::isfinite(value)) continue;  // a resample of one unit only, where the statistic has no answer
    values.push_back(value);
    below += value < observed ? 1 : value == observed ? 0.5 : 0;
  }
  if (!std::isfinite(observed) || values.empty()) return no_effect(kind, TestStatus::kNoVariance);
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  if (*lowest == *highest) return no_effect(kind, TestStatus::kNoVariance);
  const auto count = static_cast<double>(values.size());
  const double bias = normal_quantile(std::clamp(below / count, 0.5 / count, 1 - 0.5 / count));
  const double bend = acceleration(groups, statistic);
  const auto position = [&](double p) {
    const double shifted = bias + normal_quantile(p);
    return normal_cdf(bias + shifted / (1 - bend * shifted));
  };
  Effect effect = no_effect(kind, TestStatus::kOk);
  effect.estimate = observed;
  effect.interval = {quantile(values, position((1 - level) / 2)), quantile(values, position((1 + level) / 2)), level};
  return effect;
}

}  // namespace vesica::stats
