// SPDX-License-Identifier: Apache-2.0
// Inside of report/: how the two kinds of figure are drawn on an SvgWriter.
#pragma once

#include <string>
#include <vector>

#include "vesica/report/figure.h"
#include "vesica/report/svg.h"

namespace vesica {

inline constexpr double kLabelSize = 7;  // Nature: 5-7 pt
inline constexpr double kTickSize = 6;
inline constexpr double kSingleWidthMm = 89;  // Nature's columns
inline constexpr double kDoubleWidthMm = 183;
inline constexpr double kMaxHeightMm = 170;

// Points; chosen for 89 mm, within Nature's 0.25-1 pt for lines.
inline constexpr double kAxisWidth = 0.5;
inline constexpr double kTickLength = 2.5;
inline constexpr double kFigureGap = 4;
inline constexpr double kLegendLine = 8;
inline constexpr double kBracketHeight = 10;

struct LegendItem {
  const Series* series;
  double x, y;
};

/// The plot's box, scales and the lists that go with it.
struct Frame {
  double width = 0, height = 0;
  double left = 0, top = 0, right = 0, bottom = 0;
  AxisScale x, y;
  std::vector<Tick> x_ticks, y_ticks;
  std::vector<std::vector<std::string>> x_names, y_names;  // wrapped categories
  std::vector<std::string> y_label;
  bool turned = false;
  std::size_t every = 1;  // of how many categories one is named
  std::vector<LegendItem> legend;
  std::size_t legend_left_out = 0;
  std::vector<int> bracket_level;
};

/// Finite, and positive on a log axis.
bool drawable(double value, bool log);
/// True when something beside reference lines can be drawn.
bool has_marks(const Figure& figure);
Frame layout_plot(const Figure& figure);

double figure_width_pt(const Figure& figure);
/// Axes with marks.
std::string draw_plot(const Figure& figure, bool xml_declaration);
/// Heat maps, one below the other (side by side in a double-width figure).
std::string draw_maps(const Figure& figure, bool xml_declaration);

}  // namespace vesica
