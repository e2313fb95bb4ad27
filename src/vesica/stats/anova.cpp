// SPDX-License-Identifier: Apache-2.0
// One-way tables by accurate sums, all others by comparing least-squares models.
#include "vesica/stats/anova.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "vesica/base/require.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

AnovaRow effect_row(std::string term, double ss, double df, double error_ms, double error_df) {
  AnovaRow row;
  row.term = std::move(term);
  row.ss = ss;
  row.df = df;
  row.ms = ss / df;
  row.error_df = error_df;
  row.f = row.ms / error_ms;
  row.p = f_upper(row.f, df, error_df);
  return row;
}

Eigen::VectorXd centred(std::span<const double> values) {
  // Models with a constant are unchanged by a shift; without the offset no digits are lost.
  const double shift = mean(values);
  Eigen::VectorXd y(static_cast<Eigen::Index>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) y[static_cast<Eigen::Index>(i)] = values[i] - shift;
  return y;
}

void set_residual(AnovaTable& table, double ss, double df) {
  table.residual_ss = ss;
  table.residual_df = df;
  table.residual_ms = ss / df;
}

AnovaTable empty_table(std::string method, TestStatus status) {
  AnovaTable table;
  table.method = std::move(method);
  table.status = status;
  return table;
}

TestStatus check_factors(std::span<const double> values, const Factor& a, const Factor& b) {
  const TestStatus status = check_values(values, 3);
  if (status != TestStatus::kOk) return status;
  if (a.level.size() != values.size() || b.level.size() != values.size()) return TestStatus::kBadShape;
  return a.levels < 2 || b.levels < 2 ? TestStatus::kNotEnoughUnits : TestStatus::kOk;
}

bool is_rounding(double ss, double df, std::span<const double> values) {
  double size = 0;
  for (const double value : values) size = std::max(size, std::abs(value));
  constexpr double kRounding = 10 * std::numeric_limits<double>::epsilon();
  return ss <= kRounding * kRounding * size * size * df;
}

// Main effects of the two-way and the blocked layout: each against the model without it; `extra` is in every model.
void add_main_effects(AnovaTable& table, const Eigen::VectorXd& y, const Factor& a, const Factor& b,
                      const Eigen::MatrixXd& extra, double error_ms, double error_df) {
  const Eigen::MatrixXd one_a = indicator_columns(a);
  const LinearFit only_a = fit_linear(beside(std::vector{one_a, extra}), y);
  const LinearFit only_b = fit_linear(beside(std::vector{indicator_columns(b), extra}), y);
  const LinearFit both = fit_linear(beside(std::vector{one_a, sum_to_zero_columns(b), extra}), y);
  table.rows.push_back(effect_row(a.name, std::max(0.0, only_b.residual_ss - both.residual_ss), both.rank - only_b.rank,
                                  error_ms, error_df));
  table.rows.push_back(effect_row(b.name, std::max(0.0, only_a.residual_ss - both.residual_ss), both.rank - only_a.rank,
                                  error_ms, error_df));
}

}  // namespace

const AnovaRow* AnovaTable::find(const std::string& term) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const AnovaRow& row) { return row.term == term; });
  return found == rows.end() ? nullptr : &*found;
}

AnovaTable one_way_anova(std::span<const std::vector<double>> groups) {
  AnovaTable table = empty_table("one_way_anova", check_groups(groups, 2, 2));
  if (table.status != TestStatus::kOk) return table;
  const double shift = groups.front().front();
  std::vector<double> within;
  std::vector<double> means;
  std::vector<double> weighted;
  std::vector<double> all;
  double n = 0;
  for (const auto& group : groups) {
    std::vector<double> shifted(group.size());
    std::transform(group.begin(), group.end(), shifted.begin(), [&](double v) { return v - shift; });
    means.push_back(mean(shifted));
    within.push_back(sum_of_squares(shifted));
    weighted.push_back(means.back() * static_cast<double>(group.size()));
    n += static_cast<double>(group.size());
    all.insert(all.end(), group.begin(), group.end());
  }
  const double grand = accurate_sum(weighted) / n;
  std::vector<double> between;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    between.push_back(static_cast<double>(groups[g].size()) * (means[g] - grand) * (means[g] - grand));
  }
  const auto k = static_cast<double>(groups.size());
  set_residual(table, accurate_sum(within), n - k);
  if (is_rounding(table.residual_ss, table.residual_df, all)) return empty_table(table.method, TestStatus::kNoVariance);
  table.rows.push_back(effect_row("group", accurate_sum(between), k - 1, table.residual_ms, table.residual_df));
  return table;
}

TestResult welch_anova(std::span<const std::vector<double>> groups) {
  TestResult result = without_answer("welch_anova", check_groups(groups, 2, 2));
  if (!result.ok()) return result;
  std::vector<double> weights;
  std::vector<double> means;
  for (const auto& group : groups) {
    const double spread = sum_of_squares(group);
    const auto n = static_cast<double>(group.size());
    if (is_rounding(spread, n - 1, group)) return without_answer(result.method, TestStatus::kNoVariance);
    weights.push_back(n * (n - 1) / spread);
    means.push_back(mean(group));
  }
  const double total = accurate_sum(weights);
  const double shift = means.front();
  double centre = 0;
  for (std::size_t g = 0; g < means.size(); ++g) centre += weights[g] * (means[g] - shift) / total;
  double between = 0;
  double lack = 0;
  for (std::size_t g = 0; g < means.size(); ++g) {
    const double deviation = means[g] - shift - centre;
    between += weights[g] * deviation * deviation;
    const double rest = 1 - weights[g] / total;
    lack += rest * rest / (static_cast<double>(groups[g].size()) - 1);
  }
  const auto k = static_cast<double>(groups.size());
  result.statistic_name = "F";
  result.df = k - 1;
  result.df2 = (k * k - 1) / (3 * lack);
  result.statistic = between / (k - 1) / (1 + 2 * (k - 2) / (k * k - 1) * lack);
  result.p = f_upper(result.statistic, result.df, result.df2);
  return result;
}

AnovaTable block_anova(std::span<const double> values, const Factor& treatment, const Factor& block) {
  AnovaTable table = empty_table("block_anova", check_factors(values, treatment, block));
  if (table.status != TestStatus::kOk) return table;
  const Eigen::VectorXd y = centred(values);
  const LinearFit fit = fit_linear(beside(std::vector{indicator_columns(treatment), sum_to_zero_columns(block)}), y);
  table.status = fit.status;
  if (table.status == TestStatus::kOk && is_rounding(fit.residual_ss, fit.residual_df, values)) {
    table.status = TestStatus::kNoVariance;
  }
  if (table.status != TestStatus::kOk) return table;
  set_residual(table, fit.residual_ss, fit.residual_df);
  add_main_effects(table, y, treatment, block, Eigen::MatrixXd(y.size(), 0), table.residual_ms, table.residual_df);
  return table;
}

AnovaTable two_way_anova(std::span<const double> values, const Factor& a, const Factor& b, const Factor* block) {
  AnovaTable table = empty_table("two_way_anova", check_factors(values, a, b));
  if (table.status != TestStatus::kOk) return table;
  if (block != nullptr && block->level.size() != values.size()) {
    return empty_table(table.method, TestStatus::kBadShape);
  }
  const Eigen::VectorXd y = centred(values);
  const Eigen::MatrixXd extra = block == nullptr ? Eigen::MatrixXd(y.size(), 0) : sum_to_zero_columns(*block);
  const LinearFit additive = fit_linear(beside(std::vector{indicator_columns(a), sum_to_zero_columns(b), extra}), y);
  // One indicator a cell that occurs: the rank then is the number of filled cells.
  const LinearFit cells =
      fit_linear(beside(std::vector{column_products(indicator_columns(a), indicator_columns(b)), extra}), y);
  const bool replicated = cells.residual_df >= 1;
  const LinearFit& error = replicated ? cells : additive;
  if (!replicated) table.method = "two_way_additive";
  if (additive.status == TestStatus::kNotSeparable || additive.status == TestStatus::kNotEnoughUnits) {
    return empty_table(table.method, additive.status);
  }
  if (is_rounding(error.residual_ss, error.residual_df, values)) {
    return empty_table(table.method, TestStatus::kNoVariance);
  }
  set_residual(table, error.residual_ss, error.residual_df);
  add_main_effects(table, y, a, b, extra, table.residual_ms, table.residual_df);
  if (replicated && cells.rank > additive.rank) {
    table.rows.push_back(effect_row(a.name + ":" + b.name, std::max(0.0, additive.residual_ss - cells.residual_ss),
                                    cells.rank - additive.rank, table.residual_ms, table.residual_df));
  }
  return table;
}

TestResult levene(std::span<const std::vector<double>> groups, Centre centre) {
  TestResult result =
      without_answer(centre == Centre::kMedian ? "brown_forsythe" : "levene", check_groups(groups, 2, 2));
  if (!result.ok()) return result;
  std::vector<std::vector<double>> deviations;
  for (const auto& group : groups) {
    const double middle = centre == Centre::kMedian ? median(group) : mean(group);
    deviations.emplace_back();
    for (const double value : group) deviations.back().push_back(std::abs(value - middle));
  }
  const AnovaTable table = one_way_anova(deviations);
  if (table.status != TestStatus::kOk) return without_answer(result.method, table.status);
  result.statistic_name = "F";
  result.statistic = table.rows.front().f;
  result.df = table.rows.front().df;
  result.df2 = table.residual_df;
  result.p = table.rows.front().p;
  return result;
}

TestResult bartlett(std::span<const std::vector<double>> groups) {
  TestResult result = without_answer("bartlett", check_groups(groups, 2, 2));
  if (!result.ok()) return result;
  double pooled = 0;
  double freedom = 0;
  double logs = 0;
  double inverse = 0;
  for (const auto& group : groups) {
    const double df = static_cast<double>(group.size()) - 1;
    const double spread = sum_of_squares(group);
    if (is_rounding(spread, df, group)) return without_answer(result.method, TestStatus::kNoVariance);
    pooled += spread;
    freedom += df;
    logs += df * std::log(spread / df);
    inverse += 1 / df;
  }
  result.statistic_name = "K2";
  result.df = static_cast<double>(groups.size()) - 1;
  result.statistic = (freedom * std::log(pooled / freedom) - logs) / (1 + (inverse - 1 / freedom) / (3 * result.df));
  result.p = chi_squared_upper(result.statistic, result.df);
  return result;
}

}  // namespace vesica::stats
