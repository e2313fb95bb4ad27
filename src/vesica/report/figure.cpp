// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/figure.h"

#include <array>

#include "vesica/base/number.h"

namespace vesica {

namespace {

std::string number_cell(double value) { return value != value ? "" : exact_number(value); }

/// A text cell: tabs and line ends become blanks, a beginning that spreadsheets take for a formula gets an apostrophe.
std::string text_cell(std::string text) {
  for (char& c : text) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  return text;
}

void add_line(std::string& out, std::initializer_list<std::string> cells) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += '\t';
    first = false;
    out += cell;
  }
  out += '\n';
}

/// The category a mark stands over (or beside, in a forest); empty on numeric axes.
std::string category_of(const Figure& figure, const Mark& mark) {
  const auto at = [](const FigureAxis& axis, double position) -> std::string {
    const double rounded = position + 0.5;
    if (!(rounded >= 0) || rounded >= static_cast<double>(axis.categories.size())) return "";
    return axis.categories[static_cast<std::size_t>(rounded)];
  };
  if (!figure.x.categories.empty()) return at(figure.x, mark.x);
  if (!figure.y.categories.empty()) return at(figure.y, mark.y);
  return "";
}

std::string map_tsv(const Figure& figure) {
  std::string out = "panel\trow\tcolumn\tvalue\ttext\tstatus\tcompatible\treference\n";
  for (const MapPanel& panel : figure.panels) {
    for (std::size_t r = 0; r < panel.cells.size(); ++r) {
      for (std::size_t c = 0; c < panel.cells[r].size(); ++c) {
        const MapCell& cell = panel.cells[r][c];
        add_line(out, {text_cell(panel.title), r < panel.rows.size() ? text_cell(panel.rows[r]) : "",
                       c < panel.columns.size() ? text_cell(panel.columns[c]) : "", number_cell(cell.value),
                       text_cell(cell.text), cell.status, cell.compatible ? "1" : "0", number_cell(panel.reference)});
      }
    }
  }
  return out;
}

}  // namespace

const char* to_text(Role role) {
  switch (role) {
    case Role::kObservation:
      return "observation";
    case Role::kUnit:
      return "unit";
    case Role::kMean:
      return "mean";
    case Role::kLine:
      return "line";
    case Role::kStep:
      return "step";
    case Role::kLink:
      return "link";
    case Role::kBand:
      return "band";
    case Role::kInterval:
      return "interval";
    case Role::kBar:
      return "bar";
    case Role::kReference:
      return "reference";
  }
  return "";
}

const char* wong_colour(int index) {
  // Wong 2011: black, blue, vermillion, bluish green, reddish purple, orange, sky blue, yellow; reordered so that the
  // first ones differ most in lightness and hue on white.
  static constexpr std::array<const char*, 8> kWong = {"#000000", "#0072b2", "#d55e00", "#009e73",
                                                       "#cc79a7", "#e69f00", "#56b4e9", "#f0e442"};
  if (index <= 0) return kWong[0];
  return kWong[static_cast<std::size_t>((index - 1) % 7 + 1)];
}

std::string figure_tsv(const Figure& figure) {
  if (!figure.panels.empty()) return map_tsv(figure);
  std::string out =
      "series\trole\tpredicted\tcategory\tx\tx_low\tx_high\ty\tlow\thigh\tsample\tobservation\tlabel\thollow\n";
  for (const Series& series : figure.series) {
    for (const Mark& mark : series.marks) {
      add_line(out, {text_cell(series.name), to_text(series.role), series.predicted ? "1" : "0",
                     text_cell(category_of(figure, mark)), number_cell(mark.x), number_cell(mark.x_low),
                     number_cell(mark.x_high), number_cell(mark.y), number_cell(mark.low), number_cell(mark.high),
                     text_cell(mark.sample), mark.id, text_cell(mark.label), mark.hollow ? "1" : "0"});
    }
  }
  for (const Bracket& bracket : figure.brackets) {
    const std::string p = number_cell(bracket.p);
    add_line(out, {"", "bracket", "0", "", "", number_cell(bracket.from), number_cell(bracket.to), "", "", "", "", "",
                   text_cell(p.empty() ? bracket.text : bracket.text + "; p = " + p), "0"});
  }
  return out;
}

}  // namespace vesica
