// SPDX-License-Identifier: Apache-2.0
// From responses back to concentrations, with intervals; limits of detection and quantification; working range.
#include <algorithm>
#include <cmath>
#include <map>

#include <boost/math/distributions/students_t.hpp>

#include "vesica/solve/standard_curve.h"

namespace vesica {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kReach = 1e6;                             // how far from x an end is looked for: so many fold, chosen
constexpr std::size_t kLooks = 400;                        // steps of the search on either side, chosen
constexpr std::size_t kHalvings = 60;                      // of the interval between two looks: to the last digits
constexpr double kDetection = 3, kQuantification = 10;     // Currie 1995
constexpr std::size_t kFewestBlanks = 3;                   // chosen: an SD of two says nothing
constexpr double kTolerance = 0.20, kEndTolerance = 0.25;  // ICH M10 (2022), ligand binding assays

/// Whether the band of a mean of `readings` responses at x holds y.
class Band {
 public:
  Band(const CurveFit& fit, double y, std::size_t readings, double t)
      : fit_(fit), y_(y), readings_(static_cast<double>(readings)), t_(t) {}
  bool holds(double x) const {
    const double value = fit_.at(x), sd = fit_.reading_sd(value);
    return std::abs(y_ - value) <= t_ * std::hypot(sd / std::sqrt(readings_), fit_.error_at(x));
  }

 private:
  const CurveFit& fit_;
  double y_, readings_, t_;
};

/// The end of the band from x on, by steps of a constant factor (or difference for lines); NaN when it has none within
/// reach. `zero` is set when it holds down to x = 0.
double end_of(const Band& band, const CurveFit& fit, double x, bool upwards, bool& zero) {
  const bool line = fit.model == CurveModel::kLinear;
  const double span = std::max(fit.high_x - fit.low_x, std::abs(x));
  const double factor = std::pow(kReach, 1.0 / static_cast<double>(kLooks));
  double inside = x, step = span * 1e-3;
  for (std::size_t i = 0; i < kLooks; ++i) {
    double next = upwards ? inside * factor : inside / factor;
    if (line) next = upwards ? inside + step : inside - step, step *= 1.05;
    if (band.holds(next)) {
      inside = next;
      continue;
    }
    double outside = next;
    for (std::size_t k = 0; k < kHalvings; ++k) {
      const double middle = line ? (inside + outside) / 2 : std::sqrt(inside * outside);
      (band.holds(middle) ? inside : outside) = middle;
    }
    return inside;
  }
  zero = !upwards && !line && band.holds(0);
  return kNaN;
}

double relative_error(const CurveFit& fit, double x, double y, std::size_t readings) {
  const double h = 1e-5;
  const double slope = (fit.at(x * (1 + h)) - fit.at(x * (1 - h))) / (2 * h);  // d y / d ln x
  const double error = std::hypot(fit.reading_sd(y) / std::sqrt(static_cast<double>(readings)), fit.error_at(x));
  return slope == 0 ? kNaN : error / std::abs(slope);
}

/// The x where the response has moved by `away` from `base` towards the curve's far end.
double x_beyond(const CurveFit& fit, double base, double away) {
  const bool line = fit.model == CurveModel::kLinear;
  const bool rising = line ? fit.p[3] > 0 : fit.p[1] > fit.p[0];
  const double x = curve_inverse(fit.model, fit.p, base + (rising ? away : -away));
  return x > 0 ? x : kNaN;
}

}  // namespace

double student_t(double level, double freedom) {
  if (!(freedom > 0) || !(level > 0 && level < 1)) return kNaN;
  return boost::math::quantile(boost::math::complement(boost::math::students_t(freedom), (1 - level) / 2));
}

BackCalculated back_calculate(const CurveFit& fit, double y, std::size_t readings, double level) {
  BackCalculated out;
  if (!std::isfinite(y) || readings == 0) return out;
  out.x = curve_inverse(fit.model, fit.p, y);
  if (std::isnan(out.x)) {
    if (fit.model == CurveModel::kLinear) return out;
    const double share = (y - fit.p[1]) / (fit.p[0] - fit.p[1]);
    out.side = share > 1 ? -1 : 1;
    return out;
  }
  if (!fit.has_covariance || fit.freedom == 0 || (out.x <= 0 && fit.model != CurveModel::kLinear)) return out;
  const Band band(fit, y, readings, student_t(level, static_cast<double>(fit.freedom)));
  bool zero = false;
  out.low = end_of(band, fit, out.x, false, zero);
  if (zero) out.low = 0;
  out.high = end_of(band, fit, out.x, true, zero);
  if (out.x > 0) out.relative_se = relative_error(fit, out.x, y, readings);
  return out;
}

CurveLimits curve_limits(const CurveFit& fit, std::span<const StandardReading> standards,
                         std::span<const double> blanks) {
  CurveLimits out;
  if (blanks.size() >= kFewestBlanks) {
    double mean = 0, squares = 0;
    for (const double blank : blanks) mean += blank / static_cast<double>(blanks.size());
    for (const double blank : blanks) squares += (blank - mean) * (blank - mean);
    const double sd = std::sqrt(squares / static_cast<double>(blanks.size() - 1));
    out.detection = x_beyond(fit, mean, kDetection * sd);
    out.quantification = x_beyond(fit, mean, kQuantification * sd);
  }
  std::map<double, std::pair<double, std::size_t>> levels;
  for (const StandardReading& point : standards)
    if (point.x > 0 && std::isfinite(point.y)) levels[point.x].first += point.y, ++levels[point.x].second;
  for (const auto& [x, sum] : levels) {
    const bool end = x == levels.begin()->first || x == levels.rbegin()->first;
    const double read = curve_inverse(fit.model, fit.p, sum.first / static_cast<double>(sum.second));
    if (!(std::abs(read / x - 1) <= (end ? kEndTolerance : kTolerance))) continue;
    if (std::isnan(out.low)) out.low = x;
    out.high = x;
  }
  return out;
}

}  // namespace vesica
