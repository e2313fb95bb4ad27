// SPDX-License-Identifier: Apache-2.0
// Standard curves and dose-response curves: line, four- and five-parameter logistic, weights, and back from a response.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vesica {

/// kLinear: y = bottom + slope x. The logistic ones, for x >= 0 (Findlay & Dillard 2007, 10.1208/aapsj0902029;
/// Gottschalk & Dunn 2005, 10.1016/j.ab.2005.04.035):
///   y = top + (bottom - top) / (1 + (x / middle)^slope)^asymmetry,
/// with asymmetry 1 for four parameters: `bottom` is the response at x = 0 (also where it is the larger one), `top`
/// that at infinite x, `middle` the x of the response half-way (four parameters), slope > 0.
enum class CurveModel { kLinear, kFourParameters, kFiveParameters };
enum class CurveWeight { kNone, kOneOverY, kOneOverY2 };
std::string_view to_text(CurveModel model);    ///< "linear", "4pl", "5pl"
std::string_view to_text(CurveWeight weight);  ///< "none", "1/y", "1/y2"

inline constexpr std::size_t kCurveParameters = 5;
/// bottom, top, middle, slope, asymmetry; the line uses bottom and slope.
using CurveParameters = std::array<double, kCurveParameters>;

/// The curve's value. x < 0 gives NaN for the logistic ones.
double curve_value(CurveModel model, const CurveParameters& p, double x);
/// The x at which the curve has the value y; NaN where there is none (beyond an asymptote, below the response at zero).
double curve_inverse(CurveModel model, const CurveParameters& p, double y);

struct StandardReading {
  double x = 0, y = 0;
};

struct CurveFit {
  CurveModel model = CurveModel::kLinear;
  CurveWeight weight = CurveWeight::kNone;
  CurveParameters p{};
  std::array<double, kCurveParameters> standard_error{};  ///< of p; 0 where fixed, NaN where unknown
  /// Of the parameters that are searched: bottom, top, ln middle, ln slope, ln asymmetry (line: bottom, -, -, slope,
  /// -).
  std::array<std::array<double, kCurveParameters>, kCurveParameters> covariance{};
  bool converged = false;
  bool has_covariance = false;
  std::size_t points = 0, freedom = 0;
  double residual_sd = 0;   ///< of a point with weight 1
  double r_squared = 0;     ///< 1 - weighted residual / weighted total sum of squares
  double aicc = 0;          ///< Hurvich & Tsai 1989 (10.1093/biomet/76.2.297); +inf with too few points
  double runs_p = 1;        ///< exact P(as few runs of signs or fewer) of residuals in order of x: small says "bent"
  double weight_floor = 0;  ///< |y| below it weighs as if it were this
  double low_x = 0, high_x = 0;  ///< smallest and largest x fitted

  double at(double x) const { return curve_value(model, p, x); }
  /// Standard error of the curve's own value at x; NaN without a covariance.
  double error_at(double x) const;
  /// SD of one further reading where the curve has the value y.
  double reading_sd(double y) const;
};

struct CurveOptions {
  CurveModel model = CurveModel::kFourParameters;
  CurveWeight weight = CurveWeight::kNone;
  std::optional<double> bottom = {}, top = {};  ///< known asymptotes, held
};

/// Weighted least squares; weights come from the curve's own values (not from the noisy points), renewed until they
/// stand still, and are floored at 1 % of the largest |y| (chosen), so that a blank does not decide everything. Starts
/// on a grid of slopes and middles. Points with a NaN are left out. Nothing when points or distinct x are fewer than
/// parameters, or all y are alike.
std::optional<CurveFit> fit_curve(std::span<const StandardReading> points, const CurveOptions& options);

/// The model with the smallest AICc of line, four and five parameters, same weights. Nothing when none can be fitted.
std::optional<CurveFit> choose_curve(std::span<const StandardReading> points, const CurveOptions& options);

/// An x with what is known of it. `low` and `high` NaN: not bounded on that side by the data.
struct BackCalculated {
  double x = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  double relative_se = std::numeric_limits<double>::quiet_NaN();  ///< SD of ln x by the delta method
  int side = 0;  ///< -1: the response lies beyond the curve at small x, +1: at large x; then x is NaN
};

/// From the mean of `readings` responses to x. The interval is the inversion of the curve's own band (Greenwell &
/// Schubert Kabban 2014, 10.32614/RJ-2014-009): all x whose predicted mean of so many readings holds y, by Student's t
/// of the fit's freedom; it is lopsided and may be open near an asymptote. relative_se is the delta method's.
BackCalculated back_calculate(const CurveFit& fit, double y, std::size_t readings, double level = 0.95);

/// Limits of a curve in x.
struct CurveLimits {
  double detection = std::numeric_limits<double>::quiet_NaN();       ///< blank + 3 SD
  double quantification = std::numeric_limits<double>::quiet_NaN();  ///< blank + 10 SD
  double low = std::numeric_limits<double>::quiet_NaN();   ///< smallest standard read back within the tolerance
  double high = std::numeric_limits<double>::quiet_NaN();  ///< largest
};
/// Detection and quantification by k = 3 and 10 SD of the blanks (IUPAC: Currie 1995, 10.1351/pac199567101699), towards
/// the curve's other end; NaN with fewer than three blanks, or when the curve does not reach so far. Range: standards
/// (x > 0) whose mean reads back within 20 %, the outermost within 25 % (ICH M10, 2022, ligand binding assays).
CurveLimits curve_limits(const CurveFit& fit, std::span<const StandardReading> standards,
                         std::span<const double> blanks);

/// P of the F test of lack of fit: means of repeated x against the curve, over readings about their means, unweighted
/// (Draper & Smith 1998, 10.1002/9781118625590, chapter 2). 1 where there are no more x than parameters, fewer than two
/// degrees of freedom among repeats, or repeats without any spread.
double lack_of_fit_p(const CurveFit& fit, std::span<const StandardReading> points);

/// P of the F test that the points are a constant and no curve (extra sum of squares, unweighted: Bates & Watts 1988,
/// 10.1002/9780470316757, section 3.10). Parameters that enter nonlinearly make it approximate. 1 without freedom.
double no_effect_p(const CurveFit& fit, std::span<const StandardReading> points);

/// Two-sided quantile of Student's t, for callers of this rank.
double student_t(double level, double freedom);

}  // namespace vesica
