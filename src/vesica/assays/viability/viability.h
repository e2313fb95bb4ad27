// SPDX-License-Identifier: Apache-2.0
// viability: percent of control, cytotoxicity, and the dose of half effect.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/solve/standard_curve.h"
#include "vesica/table/observation_table.h"

namespace vesica::viability {

/// A number with an interval; NaN: no interval.
struct Share {
  double percent = kNaN, low = kNaN, high = kNaN;
  std::size_t wells = 0;
};

/// 100 mean(wells) / mean(control), with Fieller's interval of a ratio of two independent means at 95 % (Fieller 1954,
/// 10.1111/j.2517-6161.1954.tb00159.x), each mean with its own wells' SD and the smaller number of degrees of freedom.
/// NaN without wells, or with a control whose mean is not positive; no interval with fewer than two wells on a side or
/// a control that may be zero.
Share percent_of(std::span<const double> wells, std::span<const double> control);

/// 100 (mean(wells) - mean(spontaneous)) / (mean(maximum) - mean(spontaneous)), with Fieller's interval as above: both
/// differences hold the same spontaneous wells, so their covariance is that mean's variance. NaN without wells or
/// unless the maximum is larger; no interval with fewer than two wells of any of the three, or when the maximum may be
/// the spontaneous release.
Share cytotoxicity(std::span<const double> wells, std::span<const double> spontaneous, std::span<const double> maximum);

/// R_O = absorbance of the oxidised dye at the shorter over that at the longer wavelength, medium taken off: what
/// correct_colours() takes off is A(low) - R_O A(high), the reduced dye's (Bio-Rad, alamarBlue with different filters,
/// equations 5 and 6). NaN when the dye has no colour at the longer wavelength.
double oxidised_ratio(double oxidised_low, double oxidised_high);

/// Viability at a dose.
struct Response {
  double dose = 0, percent = 0;
};

struct HalfEffect {
  double ec50 = kNaN, low = kNaN, high = kNaN;
  double slope = kNaN;
  std::optional<CurveFit> curve;           ///< only with a number
  Status status = Status::kNotMeasurable;  ///< a limit when the middle lies beyond the doses tested
  std::string why, hint;                   ///< of a status that is not ok, for people: what is wrong, what to do
  std::string doubt;                       ///< of a number that is given although the wells say otherwise; mostly empty
};

/// The middle of a four-parameter logistic (Ritz et al. 2015, 10.1371/journal.pone.0146021) through single wells, its
/// interval on the logarithm by Student's t. No number with fewer than six wells or four doses, when the curve is no
/// better than a constant (F test at 5 %), does not converge, or when doses do not bound its middle (none on the slope;
/// an interval wider than the doses). The highest (lowest) dose as a limit when the middle lies beyond it. `doubt`:
/// means of doses lie further from the curve than their wells spread (lack of fit, F test at 1 %), as with hormesis, or
/// a single well is more than six standard deviations (by the median) off.
HalfEffect half_effect(std::span<const Response> responses);

}  // namespace vesica::viability

namespace vesica {
struct Assay;
extern const Assay kViabilityAssay;
}  // namespace vesica
