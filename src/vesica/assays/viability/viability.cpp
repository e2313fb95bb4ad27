// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/viability/viability.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/solve/standard_curve.h"

namespace vesica::viability {

namespace {

constexpr double kLevel = 0.95;
constexpr std::size_t kFewestDoses = 4, kFewestWells = 6;  // chosen: two degrees of freedom for their spread
constexpr double kNoEffect = 0.05;                         // chosen: the usual level
constexpr double kSteepest = 30;                           // chosen: from 4 % to 96 % within a quarter of the dose
constexpr double kFarOff = 6;                              // chosen: standard deviations that no honest well is off
constexpr double kMisfit = 0.01;                           // chosen: one true curve in a hundred is doubted

struct Mean {
  double value = kNaN, variance = kNaN;  ///< variance of the mean
  std::size_t n = 0;
};

Mean mean_of(std::span<const double> numbers) {
  Mean out;
  out.n = numbers.size();
  if (numbers.empty()) return out;
  const auto n = static_cast<double>(numbers.size());
  out.value = 0;
  for (const double number : numbers) out.value += number / n;
  if (numbers.size() < 2) return out;
  double squares = 0;
  for (const double number : numbers) squares += (number - out.value) * (number - out.value);
  out.variance = squares / (n - 1) / n;
  return out;
}

/// Fieller's interval of numerator / denominator into `out`, where the denominator is surely not zero.
void bound(double numerator, double denominator, double numerator_variance, double denominator_variance,
           double covariance, double freedom, Share& out) {
  const double t2 = std::pow(student_t(kLevel, freedom), 2);
  const double a = denominator * denominator - t2 * denominator_variance;
  const double b = numerator * denominator - t2 * covariance;
  const double c = numerator * numerator - t2 * numerator_variance;
  if (!(a > 0)) return;
  const double root = std::sqrt(std::max(0.0, b * b - a * c));
  out.low = std::min(out.percent, 100 * (b - root) / a);  // equal wells: rounding alone is between them
  out.high = std::max(out.percent, 100 * (b + root) / a);
}

}  // namespace

Share percent_of(std::span<const double> wells, std::span<const double> control) {
  const Mean a = mean_of(wells), b = mean_of(control);
  Share out;
  out.wells = a.n;
  if (a.n == 0 || !(b.value > 0)) return out;
  out.percent = 100 * a.value / b.value;
  if (a.n < 2 || b.n < 2) return out;
  bound(a.value, b.value, a.variance, b.variance, 0, static_cast<double>(std::min(a.n, b.n) - 1), out);
  return out;
}

Share cytotoxicity(std::span<const double> wells, std::span<const double> spontaneous,
                   std::span<const double> maximum) {
  const Mean a = mean_of(wells), low = mean_of(spontaneous), high = mean_of(maximum);
  Share out;
  out.wells = a.n;
  if (a.n == 0 || !(high.value > low.value)) return out;
  const double released = a.value - low.value, releasable = high.value - low.value;
  out.percent = 100 * released / releasable;
  const std::size_t fewest = std::min({a.n, low.n, high.n});
  if (fewest < 2) return out;
  bound(released, releasable, a.variance + low.variance, high.variance + low.variance, low.variance,
        static_cast<double>(fewest - 1), out);
  return out;
}

double oxidised_ratio(double oxidised_low, double oxidised_high) {
  return oxidised_high > 0 && oxidised_low >= 0 ? oxidised_low / oxidised_high : kNaN;
}

namespace {

/// The dose of the well furthest from the curve, when it lies further off than wells do; else NaN.
double far_off(const CurveFit& fit, std::span<const StandardReading> points) {
  std::vector<double> sizes;
  StandardReading worst;
  double most = 0;
  for (const StandardReading& point : points) {
    sizes.push_back(std::abs(point.y - fit.at(point.x)));
    if (sizes.back() > most) most = sizes.back(), worst = point;
  }
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  constexpr double kNormal = 1.4826;  // median absolute deviation to standard deviation, of a normal distribution
  return *middle > 0 && most > kFarOff * kNormal * *middle ? worst.x : kNaN;
}

/// Why the wells can bear no curve; empty when they can.
std::string too_few(std::span<const StandardReading> points) {
  std::set<double> doses;
  for (const StandardReading& point : points) doses.insert(point.x);
  if (doses.size() < kFewestDoses) return say("A dose-response curve needs at least four doses.");
  if (points.size() < kFewestWells)
    return say("A dose-response curve needs at least {0} wells; there (is|are) {1}.", kFewestWells, points.size());
  return "";
}

}  // namespace

HalfEffect half_effect(std::span<const Response> responses) {
  std::vector<StandardReading> points;
  double least = kNaN, most = kNaN;
  for (const Response& one : responses) {
    if (!std::isfinite(one.dose) || !std::isfinite(one.percent) || one.dose < 0) continue;
    points.push_back({one.dose, one.percent});
    if (one.dose > 0 && !(one.dose >= least)) least = one.dose;
    if (one.dose > 0 && !(one.dose <= most)) most = one.dose;
  }
  HalfEffect out;
  out.hint = say("Test doses on both sides of the effect.");
  out.why = too_few(points);
  if (!out.why.empty()) out.hint = say("Test more doses, in several wells each.");
  if (!out.why.empty()) return out;
  const std::optional<CurveFit> fit = fit_curve(points, {});
  if (!fit || !(no_effect_p(*fit, points) < kNoEffect)) {
    out.why = say("The dose makes no difference that a curve would describe better than a constant.");
    return out;
  }
  if (fit->p[2] > most || fit->p[2] < least) {
    out.status = fit->p[2] > most ? Status::kAboveRange : Status::kBelowRange;
    out.ec50 = fit->p[2] > most ? most : least;
    out.why = say("Half of the effect lies beyond the doses tested.");
    return out;
  }
  const double t = student_t(kLevel, static_cast<double>(fit->freedom));
  const double se = fit->standard_error[2] / fit->p[2];
  const double low = fit->p[2] * std::exp(-t * se), high = fit->p[2] * std::exp(t * se);
  const bool is_step = fit->p[3] > kSteepest;
  if (is_step || (fit->has_covariance && low < least && high > most)) {
    out.why = is_step
                  ? say("The effect comes all at once between two doses: none lies on the slope, which says where "
                        "its middle is.")
                  : say("The doses do not tell where the middle of the effect is: its interval is wider than they.");
    return out;
  }
  if (!fit->converged || !fit->has_covariance) {
    out.status = Status::kNotConverged;
    out.why = say("No curve fits the doses.");
    return out;
  }
  out.status = Status::kOk;
  out.ec50 = fit->p[2];
  out.slope = fit->p[3];
  out.curve = fit;
  out.low = low;
  out.high = high;
  if (const double dose = far_off(*fit, points); std::isfinite(dose))
    out.doubt =
        say("A well at dose {} lies far from the dose-response curve, which follows it.", readable_number(dose, 3));
  if (lack_of_fit_p(*fit, points) < kMisfit)
    out.doubt =
        say("The means of the doses lie further from the dose-response curve than their wells spread: the curve "
            "has another shape (hormesis, two steps), or single wells are off.");
  return out;
}

}  // namespace vesica::viability
