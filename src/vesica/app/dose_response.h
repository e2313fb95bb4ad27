// SPDX-License-Identifier: Apache-2.0
// Figures of the dose-response curves that the assay `viability` keeps beside its numbers.
#pragma once

#include <string>
#include <vector>

#include "vesica/report/figure.h"
#include "vesica/store/store.h"

namespace vesica {

/// One figure for each artifact "dose_response*.tsv" of current runs, at most kMostDoseFigures: wells as points over
/// the logarithm of the dose, the curve with its band (± 1.96 standard errors) and EC50 where there is one, untreated
/// wells as a line at their mean. Lines that are not understood are left out.
std::vector<Figure> dose_response_figures(const Store& store);

/// The same from one artifact's text.
Figure dose_response_figure(const std::string& tsv, const std::string& id);

inline constexpr std::size_t kMostDoseFigures = 24;  ///< chosen: more is a folder, not a report

}  // namespace vesica
