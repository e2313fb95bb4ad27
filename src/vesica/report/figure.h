// SPDX-License-Identifier: Apache-2.0
// A figure as data: what is drawn, where, and which observation each mark stands for. Two renderings: SVG and TSV.
#pragma once

#include <string>
#include <vector>

#include "vesica/table/observation_table.h"

namespace vesica {

/// What a series of marks is drawn as.
enum class Role {
  kObservation,  ///< small pale points, below the unit's point
  kUnit,         ///< one point an independent unit
  kMean,         ///< a short bar with its interval
  kLine,         ///< a curve through x, y
  kStep,         ///< a histogram's outline; x is the bin centre
  kLink,         ///< a thin grey line between marks that belong together (pairs, blocks)
  kBand,         ///< the area between low and high
  kInterval,     ///< a point with an interval (forest, agreement)
  kBar,          ///< a filled bar from x_low to x_high beside a category (tornado); hollow: outlined only
  kReference,    ///< a thin dashed line: y given → horizontal, x given → vertical, both → the diagonal
};
const char* to_text(Role role);

/// One plotted number. NaN: not there (never drawn, never invented).
struct Mark {
  double x = kNaN;  ///< on a category axis the position of the category, from 0
  double y = kNaN;
  double low = kNaN, high = kNaN;  ///< interval along y (along x in a forest)
  double x_low = kNaN, x_high = kNaN;
  std::string sample;   ///< becomes data-sample
  std::string id;       ///< observation id, becomes data-observation; what `vesica why` takes
  std::string label;    ///< said in the tooltip
  bool hollow = false;  ///< flagged by the instrument, or outside what could be measured
};

struct Series {
  std::string name;   ///< key in the TSV
  std::string title;  ///< in the legend; empty: not listed
  Role role = Role::kUnit;
  int colour = 0;          ///< index into the Wong palette; see wong_colour()
  bool predicted = false;  ///< dashed
  std::vector<Mark> marks;
};

struct FigureAxis {
  std::string label;  ///< "Mean diameter (nm)"
  bool log = false;
  bool from_zero = false;               ///< a linear axis that must show zero (counts, shares)
  std::vector<std::string> categories;  ///< not empty: a category axis
};

/// A comparison drawn above two categories.
struct Bracket {
  double from = 0, to = 0;  ///< category positions
  double p = kNaN;          ///< exact (adjusted) p, in the TSV and the tooltip
  std::string text;         ///< what is printed: stars or "p = 0.013"
};

/// One heat map: rows x columns of cells.
struct MapCell {
  double value = kNaN;
  std::string text;         ///< printed instead of the number ("> 400")
  std::string status;       ///< "ok", "above_range", "below_range", "not_measurable"
  bool compatible = false;  ///< drawn with a heavy outline
  int colour = 0;           ///< 1..7: a pale wong_colour() in place of the value's; its name stands in the legend
};
struct MapPanel {
  std::string title;
  std::string row_label, column_label;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<MapCell>> cells;  ///< [row][column]
  std::string value_label;                  ///< what the numbers are, with unit
  std::vector<std::string> legend;          ///< what colours 1, 2, ... mean, in place of value_label
  double reference = kNaN;                  ///< the measured value: colour turns there; NaN: light to dark
};

enum class FigureWidth { kSingle, kDouble };  ///< 89 mm and 183 mm

struct Figure {
  std::string id;       ///< file name without extension: letters, digits, "-", "_", "."
  std::string kind;     ///< "groups", "curves", "agreement", "map", "time", "forest", "tornado", "replicates"
  std::string title;    ///< one line, in the HTML and as the SVG's <title>
  std::string caption;  ///< n, test, what the error bars are
  std::string alt;      ///< what a reader who cannot see it should know, with the numbers
  std::string sample;   ///< the preparation it belongs to; empty: none
  std::string finding;  ///< the finding it draws; empty: none
  std::string quantity;
  FigureAxis x, y;
  std::vector<Series> series;
  std::vector<Bracket> brackets;
  std::vector<MapPanel> panels;
  FigureWidth width = FigureWidth::kSingle;
  double height_mm = 0;  ///< 0: chosen from the kind; at most 170 mm
};

/// Colour of the palette of Wong 2011 (10.1038/nmeth.1618) as "#rrggbb"; 0 is black, 1..7 the colours, then from 1
/// again.
const char* wong_colour(int index);

/// Stand-alone SVG (UTF-8, XML 1.0): text stays text, every mark carries data-sample, data-observation and a <title>,
/// element ids begin with the figure's id. Lines drop vertices that lie within 0.04 pt of the line without them
/// (chosen: a fifth of the thinnest line); nothing else of the data is changed. A figure without a finite mark says so
/// in words.
std::string figure_svg(const Figure& figure);
/// The same for embedding in HTML: no XML declaration.
std::string figure_svg_inline(const Figure& figure);
/// Exactly the plotted data, one mark a line: series, role, predicted, category, x, x_low, x_high, y, low, high,
/// sample, observation, label, hollow; brackets as role "bracket"; a map as panel, row, column, value, text, status,
/// compatible.
std::string figure_tsv(const Figure& figure);

}  // namespace vesica
