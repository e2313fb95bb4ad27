// SPDX-License-Identifier: Apache-2.0
// Figures of the standard curves that the assay `protein` keeps beside its numbers.
#pragma once

#include <string>
#include <vector>

#include "vesica/report/figure.h"
#include "vesica/store/store.h"

namespace vesica {

/// One figure for each artifact "standard_curve*.tsv" of current runs: standards as points, the curve with its band
/// (curve ± 1.96 standard errors), both over logarithms of the concentration; standards of 0 are left out and said.
/// Lines that are not understood are left out.
std::vector<Figure> standard_curve_figures(const Store& store);

/// The same from one artifact's text.
Figure standard_curve_figure(const std::string& tsv, const std::string& id);

}  // namespace vesica
