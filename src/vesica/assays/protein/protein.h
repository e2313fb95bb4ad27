// SPDX-License-Identifier: Apache-2.0
// protein: amounts read back from a plate's standard curve, dilution by dilution.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/solve/standard_curve.h"
#include "vesica/table/observation_table.h"

namespace vesica::protein {

/// Concentrations in the well between which the curve is believed.
struct Range {
  double low = kNaN, high = kNaN;
};

/// A sample's wells at one dilution, signals with the blank taken off.
struct Wells {
  double fold = 1;
  std::vector<double> signals;
  std::size_t above = 0;  ///< of them beyond what the reader can read; they have no signal
};

/// An amount in the undiluted sample.
struct Amount {
  double fold = 1;
  double value = kNaN, low = kNaN, high = kNaN;  ///< of a status beyond the range: the limit, no interval
  double relative_se = kNaN;
  std::size_t wells = 0;
  Status status = Status::kNotMeasurable;
  std::string interval;  ///< "inversion95", "delta95"
};

/// The mean signal read back by the curve, times the dilution; its interval is the inversion of the curve's band
/// (back_calculate()). Beyond the range: the limit times the dilution, as a status; more than half of the wells beyond
/// the reader count as above. No wells: not measurable.
Amount read_back(const CurveFit& curve, const Range& range, const Wells& wells);

/// One amount of several dilutions: of those in range the mean of logarithms, weighted by 1 / relative_se^2; its
/// standard error is the larger of what these say and of what the dilutions differ by, and its interval is Student's t
/// with the curve's freedom. A single one in range is returned as it is. With none: the tightest limit when all are
/// beyond one side, else not measurable.
Amount combine(std::span<const Amount> dilutions, std::size_t freedom);

/// 100 SD / mean; NaN with fewer than two signals or a mean that is not positive.
double cv_percent(std::span<const double> signals);

}  // namespace vesica::protein

namespace vesica {
struct Assay;
extern const Assay kProteinAssay;
}  // namespace vesica
