// SPDX-License-Identifier: Apache-2.0
// Sums are compensated and shifted, so that ten-digit offsets cost no digits of the variance.
#include "vesica/stats/descriptive.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

struct Accumulator {
  double sum = 0;
  double lost = 0;
  void add(double value) {
    const double next = sum + value;
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  double total() const { return sum + lost; }
};

std::vector<std::size_t> order_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

// The end of the run of equal values that begins at order[i].
std::size_t end_of_tie(std::span<const double> values, const std::vector<std::size_t>& order, std::size_t i) {
  std::size_t end = i + 1;
  while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
  return end;
}

}  // namespace

double accurate_sum(std::span<const double> values) {
  Accumulator sum;
  for (const double value : values) sum.add(value);
  return sum.total();
}

double mean(std::span<const double> values) {
  if (values.empty()) return kNoNumber;
  const double first = values.front();
  Accumulator sum;
  for (const double value : values) sum.add(value - first);
  return first + sum.total() / static_cast<double>(values.size());
}

double sum_of_squares(std::span<const double> values) {
  if (values.empty()) return kNoNumber;
  const double centre = mean(values);
  Accumulator squares;
  Accumulator rest;
  for (const double value : values) {
    const double deviation = value - centre;
    squares.add(deviation * deviation);
    rest.add(deviation);
  }
  return std::max(0.0, squares.total() - rest.total() * rest.total() / static_cast<double>(values.size()));
}

double variance(std::span<const double> values) {
  return values.size() < 2 ? kNoNumber : sum_of_squares(values) / static_cast<double>(values.size() - 1);
}

double quantile(std::vector<double> values, double p) {
  if (values.empty() || !(p >= 0 && p <= 1)) return kNoNumber;
  if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) return kNoNumber;
  std::sort(values.begin(), values.end());
  const double position = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::size_t>(std::floor(position));
  const double share = position - static_cast<double>(below);
  if (share == 0 || below + 1 >= values.size()) return values[below];
  return values[below] + share * (values[below + 1] - values[below]);
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

Summary summarise(std::span<const double> values, double level) {
  Summary summary;
  summary.n = values.size();
  summary.status = check_values(values, 1);
  if (summary.status != TestStatus::kOk) return summary;
  const std::vector<double> copy(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  summary.mean = mean(values);
  summary.minimum = *std::min_element(values.begin(), values.end());
  summary.maximum = *std::max_element(values.begin(), values.end());
  summary.lower_quartile = quantile(copy, 0.25);
  summary.median = quantile(copy, 0.5);
  summary.upper_quartile = quantile(copy, 0.75);
  const bool several = values.size() > 1;
  const double reach = several ? t_quantile(0.5 + level / 2, n - 1) : kNoNumber;
  if (several) {
    summary.sd = std::sqrt(variance(values));
    summary.sem = summary.sd / std::sqrt(n);
    summary.mean_interval = {summary.mean - reach * summary.sem, summary.mean + reach * summary.sem, level};
  }
  if (summary.minimum <= 0) return summary;
  std::vector<double> logs(copy.size());
  std::transform(copy.begin(), copy.end(), logs.begin(), [](double v) { return std::log(v); });
  const double log_mean = mean(logs);
  summary.geometric_mean = std::exp(log_mean);
  if (several) {
    const double log_sd = std::sqrt(variance(logs));
    summary.geometric_sd = std::exp(log_sd);
    const double half = reach * log_sd / std::sqrt(n);
    summary.geometric_interval = {std::exp(log_mean - half), std::exp(log_mean + half), level};
  }
  return summary;
}

std::vector<double> midranks(std::span<const double> values) {
  const auto order = order_of(values);
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t end = end_of_tie(values, order, i);
    const double rank = static_cast<double>(i + 1 + end) / 2;
    for (; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double tie_sum(std::span<const double> values) {
  const auto order = order_of(values);
  double sum = 0;
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t end = end_of_tie(values, order, i);
    const auto t = static_cast<double>(end - i);
    sum += t * t * t - t;
    i = end;
  }
  return sum;
}

}  // namespace vesica::stats
