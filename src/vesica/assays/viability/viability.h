// SPDX-License-Identifier: Apache-2.0
// viability: percent of control, cytotoxicity, and the dose of half effect.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/table/observation_table.h"

namespace vesica::viability {

/// A number with an interval; `freedom` 0: no interval.
struct Share {
  double percent = kNaN, low = kNaN, high = kNaN;
  std::size_t wells = 0;
};

/// 100 mean(wells) / mean(control), with Fieller's interval of a ratio of two independent means at 95 % (Fieller 1954,
/// 10.1111/j.2517-6161.1954.tb00159.x), each mean with its own wells' SD and the smaller number of degrees of freedom.
/// NaN without wells, or with a control whose mean is not positive; no interval with fewer than two wells on a side or
/// a control that may be zero.
Share percent_of(std::span<const double> wells, std::span<const double> control);

/// 100 (mean(wells) - mean(spontaneous)) / (mean(maximum) - mean(spontaneous)); NaN unless the maximum is larger.
double cytotoxicity(std::span<const double> wells, std::span<const double> spontaneous,
                    std::span<const double> maximum);

/// Viability at a dose.
struct Response {
  double dose = 0, percent = 0;
};

struct HalfEffect {
  double ec50 = kNaN, low = kNaN, high = kNaN;
  double slope = kNaN;
  Status status = Status::kNotMeasurable;  ///< a limit when the middle lies beyond the doses tested
  std::string why;                         ///< of a status that is not ok, for people
};

/// The middle of a four-parameter logistic (Ritz et al. 2015, 10.1371/journal.pone.0146021) through single wells, its
/// interval on the logarithm by Student's t. No number when the curve is no better than a constant by AICc, or does not
/// converge; the highest (lowest) dose as a limit when the middle lies beyond it.
HalfEffect half_effect(std::span<const Response> responses);

}  // namespace vesica::viability

namespace vesica {
struct Assay;
extern const Assay kViabilityAssay;
}  // namespace vesica
