// SPDX-License-Identifier: Apache-2.0
// Figures of what one prediction says over time, and figures as files.
#pragma once

#include <string>
#include <vector>

#include "vesica/app/console.h"
#include "vesica/report/figure.h"
#include "vesica/table/observation_table.h"

namespace vesica {

/// The moments that a figure wants of a course that ends at `end_h`: dense at first, for courses begin fast.
std::vector<double> figure_times(double end_h);

/// One figure a quantity that has at least three moments: a line with its band for each of the targets that reach
/// highest, at most kMostTargets. Quantities on a linear scale come first (shares before counts that span decades).
/// Empty: nothing has a course.
inline constexpr std::size_t kMostTargets = 6;  ///< chosen: more bands on one another are a grey surface
std::vector<Figure> course_figures(const std::string& title, const ObservationTable& rows);

/// Throws Error(kUsage) unless the file's ending is .svg, .png or .pdf.
void check_figure_file(const std::string& file);
/// Writes the first figure to `file`, the others beside it as NAME-2, NAME-3, ..., and says so.
void write_figure_files(const std::string& file, const std::vector<Figure>& figures, Console& console);

}  // namespace vesica
