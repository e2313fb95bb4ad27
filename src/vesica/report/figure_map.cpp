// SPDX-License-Identifier: Apache-2.0
// Heat maps: light cells with black numbers, so that they print and read without colour.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/report/figure_draw.h"

namespace vesica {

namespace {

using Stroke = SvgWriter::Stroke;
using Anchor = SvgWriter::Anchor;

constexpr double kSmallest = 4.5;  // chosen: points that a printed page still shows
constexpr double kRowHeight = 13;
constexpr double kFullTint = 0.55;  // chosen: black on it keeps a contrast above 7:1 with Wong's blue and orange
constexpr double kKindTint = 0.4;   // chosen: seven colours stay apart and black on them keeps its contrast
constexpr double kFactorOfFullTint = 2.0;
constexpr std::size_t kMostColumnsOfHalf = 10;  // chosen: "> 400" still fits a cell of half the page's width

struct PanelBox {
  double x = 0, y = 0, width = 0, height = 0;
  double names = 0;    // width of the row names
  double heading = 0;  // height above the cells
  double column = 0;   // width of one
  std::vector<std::vector<std::string>> column_names, row_names;
  std::vector<std::string> title;
};

/// White mixed with a colour: share 0 is white.
std::string tint(const std::array<int, 3>& colour, double share) {
  std::array<int, 3> mixed{};
  for (std::size_t i = 0; i < 3; ++i) mixed[i] = static_cast<int>(std::lround(255 + (colour[i] - 255) * share));
  return fmt::format("#{:02x}{:02x}{:02x}", mixed[0], mixed[1], mixed[2]);
}

constexpr std::array<int, 3> kBlue = {0x00, 0x72, 0xb2};
constexpr std::array<int, 3> kOrange = {0xe6, 0x9f, 0x00};

/// Lowest and highest value of all panels without reference that show the same thing, so that one colour means one
/// value in all of them.
std::pair<double, double> shared_range(const Figure& figure, const MapPanel& like) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const MapPanel& panel : figure.panels) {
    if (panel.value_label != like.value_label || std::isfinite(panel.reference)) continue;
    for (const auto& row : panel.cells) {
      for (const MapCell& cell : row) {
        if (std::isfinite(cell.value)) low = std::min(low, cell.value), high = std::max(high, cell.value);
      }
    }
  }
  return {low, high};
}

/// With a reference: blue below it, orange above it, white at it, full at a factor of two. Without: white to blue over
/// the range.
std::string cell_colour(const MapPanel& panel, double value, const std::pair<double, double>& range) {
  if (!std::isfinite(value)) return "#ffffff";
  if (std::isfinite(panel.reference) && panel.reference > 0 && value > 0) {
    const double side = std::log(value / panel.reference) / std::log(kFactorOfFullTint);
    return tint(side < 0 ? kBlue : kOrange, std::min(1.0, std::fabs(side)) * kFullTint);
  }
  return tint(kBlue, range.second > range.first ? (value - range.first) / (range.second - range.first) * kFullTint : 0);
}

/// A pale colour of Wong's palette, for cells that are told apart by kind and not by size.
std::string kind_colour(int colour) {
  const std::string_view hex = wong_colour(colour);
  std::array<int, 3> rgb{};
  for (std::size_t i = 0; i < 3; ++i) rgb[i] = std::stoi(std::string(hex.substr(1 + 2 * i, 2)), nullptr, 16);
  return tint(rgb, kKindTint);
}

PanelBox measure_panel(const MapPanel& panel, double width) {
  PanelBox box;
  box.width = width;
  const double columns = std::max<double>(1, static_cast<double>(panel.columns.size()));
  double names = text_width_pt(panel.row_label, kTickSize);
  for (const std::string& row : panel.rows) names = std::max(names, text_width_pt(row, kTickSize));
  box.names = std::min(names, width * 0.36) + kFigureGap;
  box.column = (width - box.names) / columns;
  std::size_t lines = 1;
  for (const std::string& column : panel.columns) {
    box.column_names.push_back(wrap_text(column, kTickSize, box.column - 2, 3));
    lines = std::max(lines, box.column_names.back().size());
  }
  for (const std::string& row : panel.rows)
    box.row_names.push_back(wrap_text(row, kTickSize, box.names - kFigureGap, 2));
  if (!panel.title.empty()) box.title = wrap_text(panel.title, kLabelSize, width / 1.08, 3);
  box.heading = static_cast<double>(box.title.size()) * (kLabelSize + 2) +
                (panel.column_label.empty() ? 0 : kTickSize + 3) + static_cast<double>(lines) * (kTickSize + 1) + 4;
  const double below = panel.value_label.empty() && panel.legend.empty() ? 0 : kTickSize + 5;
  box.height = box.heading + kRowHeight * static_cast<double>(panel.rows.size()) + below;
  return box;
}

void draw_cell(const MapPanel& panel, std::size_t r, std::size_t c, const PanelBox& box,
               const std::pair<double, double>& range, SvgWriter& svg) {
  const double x = box.x + box.names + box.column * static_cast<double>(c);
  const double y = box.y + box.heading + kRowHeight * static_cast<double>(r);
  const MapCell* cell = r < panel.cells.size() && c < panel.cells[r].size() ? &panel.cells[r][c] : nullptr;
  if (cell == nullptr) return;
  const std::string text = !cell->text.empty() ? cell->text : readable_number(cell->value, 3);
  svg.begin_group("cell", fmt::format("{}, {}: {}", panel.rows[r], panel.columns[c], text));
  svg.rect(x + 0.5, y + 0.5, box.column - 1, kRowHeight - 1,
           cell->colour > 0 ? kind_colour(cell->colour) : cell_colour(panel, cell->value, range),
           {"#ffffff", 0, "", 1});
  // Plates of 384 wells have narrow cells: a word is set smaller before it is cut.
  const double room = box.column - (cell->compatible ? 4 : 1), wide = text_width_pt(text, kTickSize, cell->compatible);
  const double size = wide > room ? std::max(kSmallest, kTickSize * room / wide) : kTickSize;
  const bool fits = wide * size / kTickSize <= room + 0.01;
  svg.text(x + box.column / 2, y + kRowHeight / 2 + size * 0.35, fits ? text : wrap_text(text, size, room, 1)[0], size,
           Anchor::kMiddle, cell->compatible);
  if (cell->compatible) svg.rect(x + 0.9, y + 0.9, box.column - 1.8, kRowHeight - 1.8, "none", {"#000000", 1, "", 1});
  svg.end_group();
}

void draw_panel(const MapPanel& panel, const PanelBox& box, const std::pair<double, double>& range, SvgWriter& svg) {
  double y = box.y;
  for (const std::string& line : box.title) {
    svg.text(box.x, y + kLabelSize, line, kLabelSize, Anchor::kStart, true);
    y += kLabelSize + 2;
  }
  if (!panel.column_label.empty()) {
    svg.text(box.x + box.names + (box.width - box.names) / 2, y + kTickSize + 1, panel.column_label, kTickSize,
             Anchor::kMiddle);
  }
  const double cells_top = box.y + box.heading;
  for (std::size_t c = 0; c < panel.columns.size(); ++c) {
    const double x = box.x + box.names + box.column * (static_cast<double>(c) + 0.5);
    double line_y = cells_top - 3 - (static_cast<double>(box.column_names[c].size()) - 1) * (kTickSize + 1);
    for (const std::string& line : box.column_names[c]) {
      svg.text(x, line_y, line, kTickSize, Anchor::kMiddle);
      line_y += kTickSize + 1;
    }
  }
  if (!panel.row_label.empty()) {
    svg.text(box.x, cells_top - 3, wrap_text(panel.row_label, kTickSize, box.names, 1)[0], kTickSize);
  }
  for (std::size_t r = 0; r < panel.rows.size(); ++r) {
    const auto& lines = box.row_names[r];
    double line_y = cells_top + kRowHeight * (static_cast<double>(r) + 0.5) + kTickSize * 0.35 -
                    (static_cast<double>(lines.size()) - 1) * 3.1;
    for (const std::string& line : lines) {
      svg.text(box.x, line_y, line, kTickSize);
      line_y += 6.2;
    }
    for (std::size_t c = 0; c < panel.columns.size(); ++c) draw_cell(panel, r, c, box, range, svg);
  }
  double x = box.x + box.names;
  for (std::size_t i = 0; i < panel.legend.size(); ++i) {
    const double side = kTickSize;
    svg.rect(x, box.y + box.height - 1 - side, side, side, kind_colour(static_cast<int>(i) + 1),
             {"#000000", 0.3, "", 1});
    svg.text(x + side + 3, box.y + box.height - 1.5, panel.legend[i], kTickSize);
    x += side + 12 + text_width_pt(panel.legend[i], kTickSize);
  }
  if (!panel.value_label.empty() && panel.legend.empty()) {
    svg.text(box.x + box.names, box.y + box.height - 1,
             wrap_text(panel.value_label, kTickSize, box.width - box.names, 1)[0], kTickSize);
  }
}

}  // namespace

std::string draw_maps(const Figure& figure, bool xml_declaration) {
  const double width = figure_width_pt(figure);
  std::size_t columns = 0;
  for (const MapPanel& panel : figure.panels) columns = std::max(columns, panel.columns.size());
  const bool pairs = figure.width == FigureWidth::kDouble && figure.panels.size() > 1 && columns <= kMostColumnsOfHalf;
  const std::size_t across = pairs ? 2 : 1;
  const double panel_width =
      (width - kFigureGap * 2 - 14 * static_cast<double>(across - 1)) / static_cast<double>(across);
  std::vector<PanelBox> boxes;
  double y = kFigureGap, row_height = 0;
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    PanelBox box = measure_panel(figure.panels[i], panel_width);
    if (i % across == 0 && i > 0) y += row_height + 10, row_height = 0;
    box.x = kFigureGap + static_cast<double>(i % across) * (panel_width + 14);
    box.y = y;
    row_height = std::max(row_height, box.height);
    boxes.push_back(std::move(box));
  }
  SvgWriter svg(width, y + row_height + kFigureGap, figure.id, figure.title,
                figure.alt.empty() ? figure.caption : figure.alt);
  for (std::size_t i = 0; i < boxes.size(); ++i)
    draw_panel(figure.panels[i], boxes[i], shared_range(figure, figure.panels[i]), svg);
  return svg.finish(xml_declaration);
}

}  // namespace vesica
