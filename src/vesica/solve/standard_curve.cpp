// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/standard_curve.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/solve/least_squares.h"

namespace vesica {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kWeightFloor = 0.01;                                  // chosen, see fit_curve()
constexpr std::size_t kMostReweightings = 50;                          // chosen
constexpr double kSteadyWeights = 1e-10;                               // chosen, relative change of parameters
constexpr std::array<double, 4> kSlopes = {0.5, 1, 2, 4};              // chosen: what assays have
constexpr std::array<double, 5> kMiddles = {0.1, 0.3, 0.5, 0.7, 0.9};  // of the range of ln x, chosen
constexpr double kSteepest = 50, kFlattest = 0.02;                     // bounds of slope and asymmetry, chosen
constexpr double kBeyond = 1e4;                                        // middle: so far outside the range, chosen

using Searched = std::vector<double>;  // bottom, top, ln middle, ln slope, ln asymmetry; line: bottom, slope

double power_term(double x, double log_middle, double slope) {
  return x == 0 ? 0 : std::exp(slope * (std::log(x) - log_middle));
}

double value_of(CurveModel model, const Searched& q, double x) {
  if (model == CurveModel::kLinear) return q[0] + q[1] * x;
  if (x < 0) return kNaN;
  const double u = power_term(x, q[2], std::exp(q[3]));
  return q[1] + (q[0] - q[1]) * std::exp(-std::exp(q[4]) * std::log1p(u));
}

/// Derivatives of the value by the searched parameters.
Searched slope_of(CurveModel model, const Searched& q, double x) {
  if (model == CurveModel::kLinear) return {1, x};
  const double slope = std::exp(q[3]), g = std::exp(q[4]);
  const double u = power_term(x, q[2], slope), log_term = std::log1p(u);
  const double share = std::exp(-g * log_term), span = q[0] - q[1];
  const double by_u = std::isinf(u) ? 0 : -span * g * share * u / (1 + u);  // d value / d ln u
  const double log_ratio = x == 0 ? 0 : std::log(x) - q[2];
  return {share, 1 - share, -by_u * slope, by_u * slope * log_ratio, -span * share * g * log_term};
}

CurveParameters parameters_of(CurveModel model, const Searched& q) {
  if (model == CurveModel::kLinear) return {q[0], kNaN, kNaN, q[1], kNaN};
  return {q[0], q[1], std::exp(q[2]), std::exp(q[3]), std::exp(q[4])};
}

Searched searched_of(CurveModel model, const CurveParameters& p) {
  if (model == CurveModel::kLinear) return {p[0], p[3]};
  return {p[0], p[1], std::log(p[2]), std::log(p[3]), std::log(p[4])};
}

/// Where the searched parameters stand in CurveFit::covariance.
std::vector<std::size_t> slots(CurveModel model) {
  return model == CurveModel::kLinear ? std::vector<std::size_t>{0, 3} : std::vector<std::size_t>{0, 1, 2, 3, 4};
}

double weight_at(CurveWeight weight, double y, double floor) {
  const double size = std::max(std::abs(y), floor);
  return weight == CurveWeight::kNone ? 1 : weight == CurveWeight::kOneOverY ? 1 / size : 1 / (size * size);
}

class CurveFitter {
 public:
  CurveFitter(std::vector<StandardReading> points, const CurveOptions& options)
      : points_(std::move(points)), options_(options), weights_(points_.size(), 1.0) {
    double largest = 0;
    for (const StandardReading& point : points_) largest = std::max(largest, std::abs(point.y));
    floor_ = kWeightFloor * largest;
    for (const StandardReading& point : points_)
      if (point.x > 0) {
        least_ = std::min(least_, std::log(point.x));
        most_ = std::max(most_, std::log(point.x));
      }
  }

  std::optional<CurveFit> run() {
    if (!enough()) return std::nullopt;
    for (std::size_t i = 0; i < points_.size(); ++i) weights_[i] = weight_at(options_.weight, points_[i].y, floor_);
    LeastSquaresFit best = from_grid();
    if (!std::isfinite(best.sum_of_squares)) return std::nullopt;
    for (std::size_t turn = 0; options_.weight != CurveWeight::kNone && turn < kMostReweightings; ++turn) {
      for (std::size_t i = 0; i < points_.size(); ++i)
        weights_[i] = weight_at(options_.weight, value_of(options_.model, best.values, points_[i].x), floor_);
      const Searched before = best.values;
      best = fit(best.values, LeastSquaresOptions().most_steps);
      double change = 0;
      for (std::size_t i = 0; i < before.size(); ++i)
        change = std::max(change, std::abs(best.values[i] - before[i]) / (1e-12 + std::abs(before[i])));
      if (change < kSteadyWeights) break;
    }
    return described(best);
  }

 private:
  std::size_t count() const {
    return options_.model == CurveModel::kLinear ? 2 : options_.model == CurveModel::kFourParameters ? 4 : 5;
  }
  bool enough() const {
    std::set<double> places, responses;
    for (const StandardReading& point : points_) places.insert(point.x), responses.insert(point.y);
    const std::size_t held = (options_.bottom ? 1 : 0) + (options_.top && count() > 2 ? 1 : 0);
    const bool negative = count() > 2 && !places.empty() && *places.begin() < 0;
    return !negative && places.size() >= count() - held && responses.size() >= 2;
  }

  LeastSquaresFit fit(const Searched& start, std::size_t steps) const {
    const CurveModel model = options_.model;
    LeastSquaresProblem problem;
    problem.residuals = points_.size();
    problem.evaluate = [&](std::span<const double> q, std::span<double> out) {
      const Searched at(q.begin(), q.end());
      for (std::size_t i = 0; i < points_.size(); ++i)
        out[i] = std::sqrt(weights_[i]) * (points_[i].y - value_of(model, at, points_[i].x));
    };
    problem.differentiate = [&](std::span<const double> q, std::span<double> out) {
      const Searched at(q.begin(), q.end());
      for (std::size_t i = 0; i < points_.size(); ++i) {
        const Searched slopes = slope_of(model, at, points_[i].x);
        for (std::size_t j = 0; j < slopes.size(); ++j)
          out[i * slopes.size() + j] = -std::sqrt(weights_[i]) * slopes[j];
      }
    };
    problem.low = {-kInfinity, -kInfinity, least_ - std::log(kBeyond), std::log(kFlattest), std::log(kFlattest)};
    problem.high = {kInfinity, kInfinity, most_ + std::log(kBeyond), std::log(kSteepest), std::log(kSteepest)};
    if (options_.bottom) problem.low[0] = problem.high[0] = *options_.bottom;
    if (options_.top) problem.low[1] = problem.high[1] = *options_.top;
    if (model == CurveModel::kFourParameters) problem.low[4] = problem.high[4] = 0;
    if (model == CurveModel::kLinear) {
      problem.low = {options_.bottom.value_or(-kInfinity), -kInfinity};
      problem.high = {options_.bottom.value_or(kInfinity), kInfinity};
    }
    return fit_least_squares(problem, start, {steps, LeastSquaresOptions().tolerance});
  }

  /// Short fits from each start, a whole one from the best.
  LeastSquaresFit from_grid() const {
    if (options_.model == CurveModel::kLinear) return fit({0, 0}, LeastSquaresOptions().most_steps);
    constexpr std::size_t kShort = 15;  // chosen: enough to tell good starts from bad ones
    const auto by_x = [](const StandardReading& a, const StandardReading& b) { return a.x < b.x; };
    const double first = std::min_element(points_.begin(), points_.end(), by_x)->y;
    const double last = std::max_element(points_.begin(), points_.end(), by_x)->y;
    LeastSquaresFit best;
    best.sum_of_squares = kInfinity;
    for (const double slope : kSlopes) {
      for (const double middle : kMiddles) {
        const double reach = first + (last - first) * 1.2;  // the top lies somewhat beyond the last point
        const LeastSquaresFit tried =
            fit({first, reach, least_ + middle * (most_ - least_), std::log(slope), 0.0}, kShort);
        if (tried.sum_of_squares < best.sum_of_squares) best = tried;
      }
    }
    return std::isfinite(best.sum_of_squares) ? fit(best.values, LeastSquaresOptions().most_steps) : best;
  }

  CurveFit described(const LeastSquaresFit& best) const {
    CurveFit out;
    out.model = options_.model;
    out.weight = options_.weight;
    out.p = parameters_of(options_.model, best.values);
    out.converged = best.converged;
    out.points = points_.size();
    out.freedom = best.freedom;
    out.residual_sd = best.residual_sd();
    out.weight_floor = floor_;
    out.low_x = std::min_element(points_.begin(), points_.end(), [](auto& a, auto& b) { return a.x < b.x; })->x;
    out.high_x = std::max_element(points_.begin(), points_.end(), [](auto& a, auto& b) { return a.x < b.x; })->x;
    const std::vector<std::size_t> at = slots(options_.model);
    out.has_covariance = best.freedom > 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      for (std::size_t j = 0; j < at.size(); ++j) {
        out.covariance[at[i]][at[j]] = best.covariance[i * at.size() + j];
        out.has_covariance = out.has_covariance && std::isfinite(out.covariance[at[i]][at[j]]);
      }
      const bool logarithm = options_.model != CurveModel::kLinear && at[i] >= 2;
      out.standard_error[at[i]] = best.standard_error(i) * (logarithm ? out.p[at[i]] : 1);
    }
    add_quality(best, out);
    return out;
  }

  void add_quality(const LeastSquaresFit& best, CurveFit& out) const {
    double mean = 0, weight = 0, total = 0, log_weights = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) mean += weights_[i] * points_[i].y, weight += weights_[i];
    mean /= weight;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      total += weights_[i] * (points_[i].y - mean) * (points_[i].y - mean);
      log_weights += std::log(weights_[i]);
    }
    out.r_squared = 1 - best.sum_of_squares / total;
    const auto n = static_cast<double>(points_.size());
    const double k = n - static_cast<double>(best.freedom) + 1;  // the variance counts too
    const double least = std::numeric_limits<double>::min();
    out.aicc = best.freedom == 0 || n - k - 1 <= 0 ? kInfinity
                                                   : n * std::log(std::max(best.sum_of_squares, least) / n) -
                                                         log_weights + 2 * k + 2 * k * (k + 1) / (n - k - 1);
    out.runs_p = runs_probability(best);
  }

  /// Wald & Wolfowitz 1940 (10.1214/aoms/1177731909), exact: signs of the mean residual at each x, in order of x.
  double runs_probability(const LeastSquaresFit& best) const {
    std::vector<std::pair<double, double>> residuals;
    for (const StandardReading& point : points_)
      residuals.emplace_back(point.x, point.y - value_of(options_.model, best.values, point.x));
    std::stable_sort(residuals.begin(), residuals.end(), [](auto& a, auto& b) { return a.first < b.first; });
    std::vector<bool> signs;
    for (std::size_t i = 0; i < residuals.size();) {
      double sum = 0;
      const double x = residuals[i].first;
      for (; i < residuals.size() && residuals[i].first == x; ++i) sum += residuals[i].second;
      signs.push_back(sum > 0);
    }
    const auto up = static_cast<double>(std::count(signs.begin(), signs.end(), true));
    const double down = static_cast<double>(signs.size()) - up;
    if (up == 0 || down == 0) return 1;
    std::size_t runs = 1;
    for (std::size_t i = 1; i < signs.size(); ++i) runs += signs[i] != signs[i - 1] ? 1 : 0;
    const auto choose = [](double n, double k) {
      return k < 0 || k > n ? 0.0 : std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
    };
    double p = 0;
    for (std::size_t r = 2; r <= runs; ++r) {
      const auto half = static_cast<double>(r / 2);
      p += r % 2 == 0
               ? 2 * choose(up - 1, half - 1) * choose(down - 1, half - 1)
               : choose(up - 1, half) * choose(down - 1, half - 1) + choose(up - 1, half - 1) * choose(down - 1, half);
    }
    return std::min(1.0, p / choose(up + down, up));
  }

  std::vector<StandardReading> points_;
  const CurveOptions& options_;
  std::vector<double> weights_;
  double floor_ = 0, least_ = kInfinity, most_ = -kInfinity;
};

}  // namespace

std::string_view to_text(CurveModel model) {
  return model == CurveModel::kLinear ? "linear" : model == CurveModel::kFourParameters ? "4pl" : "5pl";
}

std::string_view to_text(CurveWeight weight) {
  return weight == CurveWeight::kNone ? "none" : weight == CurveWeight::kOneOverY ? "1/y" : "1/y2";
}

double curve_value(CurveModel model, const CurveParameters& p, double x) {
  return value_of(model, searched_of(model, p), x);
}

double curve_inverse(CurveModel model, const CurveParameters& p, double y) {
  if (model == CurveModel::kLinear) return p[3] == 0 ? kNaN : (y - p[0]) / p[3];
  const double share = (y - p[1]) / (p[0] - p[1]);  // 1 at zero, 0 at infinity
  if (!(share > 0) || share > 1) return kNaN;
  const double u = std::expm1(-std::log(share) / p[4]);
  return u == 0 ? 0 : p[2] * std::pow(u, 1 / p[3]);
}

double CurveFit::error_at(double x) const {
  if (!has_covariance) return kNaN;
  const Searched slopes = slope_of(model, searched_of(model, p), x);
  const std::vector<std::size_t> at = slots(model);
  double variance = 0;
  for (std::size_t i = 0; i < at.size(); ++i)
    for (std::size_t j = 0; j < at.size(); ++j) variance += slopes[i] * covariance[at[i]][at[j]] * slopes[j];
  return std::sqrt(std::max(0.0, variance));
}

double CurveFit::reading_sd(double y) const { return residual_sd / std::sqrt(weight_at(weight, y, weight_floor)); }

std::optional<CurveFit> fit_curve(std::span<const StandardReading> points, const CurveOptions& options) {
  std::vector<StandardReading> kept;
  for (const StandardReading& point : points)
    if (std::isfinite(point.x) && std::isfinite(point.y)) kept.push_back(point);
  return CurveFitter(std::move(kept), options).run();
}

std::optional<CurveFit> choose_curve(std::span<const StandardReading> points, const CurveOptions& options) {
  std::optional<CurveFit> best;
  for (const CurveModel model : {CurveModel::kLinear, CurveModel::kFourParameters, CurveModel::kFiveParameters}) {
    CurveOptions one = options;
    one.model = model;
    const std::optional<CurveFit> fit = fit_curve(points, one);
    if (fit && fit->converged && (!best || fit->aicc < best->aicc)) best = fit;
  }
  return best;
}

}  // namespace vesica
