// SPDX-License-Identifier: Apache-2.0
#include "vesica/stats/shelf_life.h"

#include <algorithm>
#include <cmath>

#include "vesica/stats/distributions.h"
#include "vesica/stats/linear_model.h"

namespace vesica::stats {

namespace {

constexpr double kOneSided = 0.95;

/// Rows of a design whose lot is `level` (all: -1), with its columns.
struct Data {
  Eigen::VectorXd time, value;
};
Data rows_of(std::span<const double> time, std::span<const double> value, const Factor& lot, int level) {
  std::vector<double> t, v;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (level >= 0 && lot.level[i] != level) continue;
    t.push_back(time[i]), v.push_back(value[i]);
  }
  Data out;
  out.time = Eigen::Map<Eigen::VectorXd>(t.data(), static_cast<Eigen::Index>(t.size()));
  out.value = Eigen::Map<Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
  return out;
}

/// mean(t) = weights(t)'beta with weights linear in t: w0 + t w1.
struct Line {
  const LinearFit* fit;
  Eigen::VectorXd at_zero, by_time;
  double mean(double t) const { return (at_zero + t * by_time).dot(fit->beta); }
  double se(double t) const {
    const Eigen::VectorXd w = at_zero + t * by_time;
    return std::sqrt(w.dot(fit->covariance * w));
  }
};

/// First time at which mean ∓ t·se meets the limit. side +1: lower limit and lower bound. The bound is concave (side
/// +1) in time, so its distance to the limit has at most one root after a start inside; doubling, then halving.
double time_to(const Line& line, double limit, double side, double last) {
  const double quantile = t_quantile(kOneSided, line.fit->residual_df);
  const auto room = [&](double t) { return side * (line.mean(t) - limit) - quantile * line.se(t); };
  if (!(room(0) > 0)) return 0;
  constexpr double kLongest = 1e6;  // chosen: in units of the last time
  double low = 0, high = std::max(last, 1e-9);
  // Where the bound rises at first it may still fall later: its slope at infinity decides whether it ever meets.
  while (room(high) > 0) {
    low = high, high *= 2;
    if (high > kLongest * std::max(last, 1e-9)) return INFINITY;
  }
  constexpr int kHalvings = 200;
  for (int i = 0; i < kHalvings && high - low > 1e-12 * high; ++i) {
    const double middle = (low + high) / 2;
    (room(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

double shelf_of(const Line& line, const StabilityLimits& limits, double last) {
  double out = kNoNumber;
  if (std::isfinite(limits.low)) out = time_to(line, limits.low, 1, last);
  if (std::isfinite(limits.high)) {
    const double upper = time_to(line, limits.high, -1, last);
    out = std::isnan(out) ? upper : std::min(out, upper);
  }
  return out;
}

/// Interval of weights'beta, two-sided 95 %.
Interval interval_of(const LinearFit& fit, const Eigen::VectorXd& weights) {
  return linear_contrast(fit, weights).interval;
}

StabilityLot lot_of(const Line& line, int level, const StabilityLimits& limits, double last) {
  StabilityLot out;
  out.lot = level;
  out.intercept = line.mean(0);
  out.slope = line.by_time.dot(line.fit->beta);
  out.slope_interval = interval_of(*line.fit, line.by_time);
  out.shelf_life = shelf_of(line, limits, last);
  out.residual_sd = std::sqrt(line.fit->residual_variance);
  return out;
}

double p_of(const LinearFit& smaller, const LinearFit& larger, const LinearFit& residual) {
  const double df = smaller.residual_df - larger.residual_df;
  if (!(df > 0) || !(residual.residual_df > 0) || !(residual.residual_ss > 0)) return kNoNumber;
  const double f = ((smaller.residual_ss - larger.residual_ss) / df) / (residual.residual_ss / residual.residual_df);
  return f_upper(f, df, residual.residual_df);
}

Eigen::VectorXd unit(Eigen::Index size, Eigen::Index at) {
  Eigen::VectorXd out = Eigen::VectorXd::Zero(size);
  out(at) = 1;
  return out;
}

/// The three models of all lots together.
struct Models {
  LinearFit one_line, one_slope, separate;
};
Models fit_models(const Data& all, const Factor& lot) {
  const Eigen::MatrixXd indicators = indicator_columns(lot);
  const Eigen::Index n = all.time.size(), k = indicators.cols();
  Eigen::MatrixXd one(n, 2), slope(n, k + 1), both(n, 2 * k);
  one << Eigen::VectorXd::Ones(n), all.time;
  slope << indicators, all.time;
  both << indicators, (indicators.array().colwise() * all.time.array()).matrix();
  return {fit_linear(one, all.value), fit_linear(slope, all.value), fit_linear(both, all.value)};
}

void take_shortest(Stability& out) {
  for (const StabilityLot& lot : out.lots) {
    if (std::isnan(lot.shelf_life) || lot.shelf_life >= out.shelf_life) continue;
    out.shelf_life = lot.shelf_life;
    out.worst_lot = lot.lot;
  }
}

}  // namespace

Stability stability(std::span<const double> time, std::span<const double> value, std::span<const int> lots,
                    const StabilityLimits& limits, double pool_level) {
  Stability out;
  if (time.size() != value.size() || lots.size() != value.size()) {
    out.status = TestStatus::kBadShape;
    return out;
  }
  Factor lot{"lot", {lots.begin(), lots.end()}, 0};
  for (const int level : lots) lot.levels = std::max(lot.levels, level + 1);
  out.status = check_values(value, 3);
  if (out.status == TestStatus::kOk) out.status = check_values(time, 3);
  if (out.status != TestStatus::kOk) return out;
  const Data all = rows_of(time, value, lot, -1);
  out.last_time = all.time.maxCoeff();
  const Models models = fit_models(all, lot);
  out.status = models.one_line.status;
  if (out.status != TestStatus::kOk) return out;
  const bool separate_ok = lot.levels > 1 && models.separate.residual_df > 0 && models.separate.rank == 2 * lot.levels;
  if (separate_ok) {
    out.slopes_p = p_of(models.one_slope, models.separate, models.separate);
    if (!(out.slopes_p > pool_level)) out.model = StabilityModel::kSeparateLines;
  }
  if (lot.levels > 1 && out.model == StabilityModel::kOneLine && models.one_slope.status == TestStatus::kOk) {
    out.intercepts_p = p_of(models.one_line, models.one_slope, models.one_slope);
    if (!(out.intercepts_p > pool_level)) out.model = StabilityModel::kOneSlope;
  }
  out.shelf_life = std::isfinite(limits.low) || std::isfinite(limits.high) ? INFINITY : kNoNumber;
  if (out.model == StabilityModel::kOneLine) {
    out.lots.push_back(lot_of({&models.one_line, unit(2, 0), unit(2, 1)}, -1, limits, out.last_time));
  } else if (out.model == StabilityModel::kOneSlope) {
    const Eigen::Index size = lot.levels + 1;
    for (int k = 0; k < lot.levels; ++k)
      out.lots.push_back(lot_of({&models.one_slope, unit(size, k), unit(size, size - 1)}, k, limits, out.last_time));
  } else {
    for (int k = 0; k < lot.levels; ++k) {
      const Data own = rows_of(time, value, lot, k);
      Eigen::MatrixXd design(own.time.size(), 2);
      design << Eigen::VectorXd::Ones(own.time.size()), own.time;
      const LinearFit fit = fit_linear(design, own.value);
      if (fit.status != TestStatus::kOk) continue;
      out.lots.push_back(lot_of({&fit, unit(2, 0), unit(2, 1)}, k, limits, out.last_time));
    }
  }
  if (out.model != StabilityModel::kSeparateLines && !out.lots.empty()) {
    out.slope = out.lots.front().slope;
    out.slope_interval = out.lots.front().slope_interval;
  }
  take_shortest(out);
  return out;
}

}  // namespace vesica::stats
