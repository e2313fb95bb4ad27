// SPDX-License-Identifier: Apache-2.0
// Inside of report/: how the two kinds of figure are drawn on an SvgWriter.
#pragma once

#include <string>

#include "vesica/report/figure.h"
#include "vesica/report/svg.h"

namespace vesica {

inline constexpr double kLabelSize = 7;  // Nature: 5-7 pt
inline constexpr double kTickSize = 6;
inline constexpr double kSingleWidthMm = 89;  // Nature's columns
inline constexpr double kDoubleWidthMm = 183;
inline constexpr double kMaxHeightMm = 170;

double figure_width_pt(const Figure& figure);
/// Axes with marks.
std::string draw_plot(const Figure& figure, bool xml_declaration);
/// Heat maps, one below the other (side by side in a double-width figure).
std::string draw_maps(const Figure& figure, bool xml_declaration);

}  // namespace vesica
