// SPDX-License-Identifier: Apache-2.0
// Repeated measures by orthonormal contrasts of the times: sums of squares are traces, sphericity is a covariance.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "vesica/stats/anova.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

// Helmert's contrasts: t x (t - 1), orthonormal, orthogonal to the constant.
Eigen::MatrixXd helmert(Eigen::Index t) {
  Eigen::MatrixXd contrasts = Eigen::MatrixXd::Zero(t, t - 1);
  for (Eigen::Index j = 0; j < t - 1; ++j) {
    const auto m = static_cast<double>(j + 1);
    const double scale = 1 / std::sqrt(m * (m + 1));
    contrasts.col(j).head(j + 1).setConstant(scale);
    contrasts(j + 1, j) = -m * scale;
  }
  return contrasts;
}

struct Parts {
  Eigen::MatrixXd error;  // pooled within groups, (t - 1) x (t - 1)
  double time_ss = 0;     // of the weighted mean
  double group_time_ss = 0;
};

Parts decompose(const Eigen::MatrixXd& scores, std::span<const int> group, int groups) {
  Parts parts;
  const Eigen::RowVectorXd grand = scores.colwise().mean();
  parts.time_ss = static_cast<double>(scores.rows()) * grand.squaredNorm();
  parts.error = Eigen::MatrixXd::Zero(scores.cols(), scores.cols());
  for (int g = 0; g < groups; ++g) {
    Eigen::RowVectorXd centre = Eigen::RowVectorXd::Zero(scores.cols());
    double n = 0;
    for (Eigen::Index i = 0; i < scores.rows(); ++i) {
      if (group[static_cast<std::size_t>(i)] != g) continue;
      centre += scores.row(i);
      ++n;
    }
    if (n == 0) continue;
    centre /= n;
    parts.group_time_ss += n * (centre - grand).squaredNorm();
    for (Eigen::Index i = 0; i < scores.rows(); ++i) {
      if (group[static_cast<std::size_t>(i)] != g) continue;
      const Eigen::RowVectorXd rest = scores.row(i) - centre;
      parts.error += rest.transpose() * rest;
    }
  }
  return parts;
}

void add_sphericity(RepeatedAnova& result, const Eigen::MatrixXd& error, double df) {
  const auto p = static_cast<double>(error.rows());
  const double trace = error.trace();
  const double epsilon = trace * trace / (p * error.squaredNorm());
  result.greenhouse_geisser = std::clamp(epsilon, 1 / p, 1.0);
  const double below = p * (df - p * epsilon);
  result.huynh_feldt = below > 0 ? std::clamp(((df + 1) * p * epsilon - 2) / below, result.greenhouse_geisser, 1.0) : 1;
  if (error.rows() < 2 || df < p) return;
  const Eigen::LDLT<Eigen::MatrixXd> ldlt(error);
  double log_w = -p * std::log(trace / p);
  for (const double d : ldlt.vectorD()) {
    if (!(d > 0)) return;
    log_w += std::log(d);
  }
  result.mauchly_w = std::exp(log_w);
  const double rho = 1 - (2 * p * p + p + 2) / (6 * df * p);
  const double second =
      (p + 2) * (p - 1) * (p - 2) * (2 * p * p * p + 6 * p * p + 3 * p + 2) / (288 * std::pow(df * p * rho, 2));
  const double z = -df * rho * log_w;
  const double freedom = p * (p + 1) / 2 - 1;
  const double first_tail = chi_squared_upper(z, freedom);
  result.mauchly_p = std::clamp(first_tail + second * (chi_squared_upper(z, freedom + 4) - first_tail), 0.0, 1.0);
}

AnovaRow row_of(std::string term, double ss, double df, double error_ss, double error_df) {
  AnovaRow row;
  row.term = std::move(term);
  row.ss = ss;
  row.df = df;
  row.ms = ss / df;
  row.error_df = error_df;
  row.f = row.ms / (error_ss / error_df);
  row.p = f_upper(row.f, df, error_df);
  return row;
}

TestStatus check(std::span<const std::vector<double>> units, std::span<const int> group, int groups) {
  const TestStatus status = check_groups(units, 2, 2);
  if (status != TestStatus::kOk) return status;
  if (group.size() != units.size()) return TestStatus::kBadShape;
  for (const auto& unit : units) {
    if (unit.size() != units.front().size()) return TestStatus::kBadShape;
  }
  for (int g = 0; g < groups; ++g) {
    if (std::count(group.begin(), group.end(), g) < 2) return TestStatus::kNotEnoughUnits;
  }
  return TestStatus::kOk;
}

}  // namespace

RepeatedAnova repeated_anova(std::span<const std::vector<double>> units, std::span<const int> group) {
  RepeatedAnova result;
  result.table.method = "repeated_anova";
  const int groups = group.empty() ? 1 : *std::max_element(group.begin(), group.end()) + 1;
  result.table.status = check(units, group, groups);
  if (result.table.status != TestStatus::kOk) return result;
  const auto n = static_cast<Eigen::Index>(units.size());
  const auto t = static_cast<Eigen::Index>(units.front().size());
  Eigen::MatrixXd values(n, t);
  std::vector<double> unit_means;
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto& unit = units[static_cast<std::size_t>(i)];
    for (Eigen::Index j = 0; j < t; ++j) values(i, j) = unit[static_cast<std::size_t>(j)] - units.front().front();
    unit_means.push_back(values.row(i).mean());
  }
  const Parts parts = decompose(values * helmert(t), group, groups);
  const double df = static_cast<double>(n - groups);
  const double times = static_cast<double>(t - 1);
  const double error_ss = parts.error.trace();
  constexpr double kRounding = 1e-14;  // chosen: a few tens of rounding errors
  const double size = values.cwiseAbs().maxCoeff();
  if (!(error_ss > kRounding * kRounding * size * size * df * times)) {
    result.table.status = TestStatus::kNoVariance;
    return result;
  }
  result.table.residual_ss = error_ss;
  result.table.residual_df = df * times;
  result.table.residual_ms = error_ss / (df * times);
  if (groups > 1) {
    std::vector<std::vector<double>> by_group(static_cast<std::size_t>(groups));
    for (std::size_t i = 0; i < unit_means.size(); ++i) {
      by_group[static_cast<std::size_t>(group[i])].push_back(unit_means[i]);
    }
    const AnovaTable between = one_way_anova(by_group);
    if (between.status == TestStatus::kOk) {
      AnovaRow row = between.rows.front();
      row.ss *= static_cast<double>(t);  // in the scale of single values
      row.ms *= static_cast<double>(t);
      result.table.rows.push_back(row);
    }
  }
  result.table.rows.push_back(row_of("time", parts.time_ss, times, error_ss, df * times));
  add_sphericity(result, parts.error, df);
  const double epsilon = result.greenhouse_geisser;
  result.time_p = f_upper(result.table.rows.back().f, epsilon * times, epsilon * df * times);
  if (groups > 1) {
    const double effect_df = static_cast<double>(groups - 1) * times;
    result.table.rows.push_back(row_of("group:time", parts.group_time_ss, effect_df, error_ss, df * times));
    result.interaction_p = f_upper(result.table.rows.back().f, epsilon * effect_df, epsilon * df * times);
  }
  return result;
}

}  // namespace vesica::stats
