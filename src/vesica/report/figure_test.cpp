// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/figure.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/example_test.h"
#include "vesica/report/figures.h"
#include "vesica/report/svg.h"
#include "vesica/report/xml_test.h"

namespace vesica {
namespace {

using example::parse_xml;
using example::XmlDocument;
using example::XmlElement;

std::vector<std::vector<std::string>> read_tsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : split_lines(text)) {
    if (line.empty()) continue;
    rows.emplace_back();
    for (const std::string_view cell : split(line, '\t')) rows.back().emplace_back(cell);
  }
  return rows;
}

double number(const std::map<std::string, std::string>& attributes, const char* key) {
  return parse_number(attributes.at(key)).value_or(kNaN);
}

TEST(Figure, EveryFigureIsWellFormedSelfContainedAndItsIdsAreItsOwn) {
  for (const Figure& figure : example::content().figures) {
    const std::string svg = figure_svg(figure);
    const XmlDocument document = parse_xml(svg);
    ASSERT_EQ(document.error, "") << figure.id;
    std::set<std::string> ids;
    for (const XmlElement& element : document.elements) {
      for (const auto& [key, value] : element.attributes) {
        if (key == "id") {
          EXPECT_TRUE(value.starts_with(figure.id)) << value;
          EXPECT_TRUE(ids.insert(value).second) << value;
        }
        if (key != "xmlns") {
          EXPECT_EQ(value.find("http"), std::string::npos) << value;
        }
      }
      EXPECT_NE(element.name, "image");
      EXPECT_NE(element.name, "script");
    }
    EXPECT_EQ(svg, figure_svg(figure)) << "same figure, same bytes";
    const XmlElement& root = document.elements.front();
    EXPECT_TRUE(root.attributes.at("width") == "89mm" || root.attributes.at("width") == "183mm");
    EXPECT_LE(
        parse_number(std::string_view(root.attributes.at("height")).substr(0, root.attributes.at("height").size() - 2))
            .value_or(999),
        170.5);
  }
}

TEST(Figure, TextIsFiveToSevenPointsButForSuperscripts) {
  for (const Figure& figure : example::content().figures) {
    for (const XmlElement& element : parse_xml(figure_svg(figure)).elements) {
      if (element.name != "text") continue;
      EXPECT_GE(number(element.attributes, "font-size"), 5);
      EXPECT_LE(number(element.attributes, "font-size"), 7);
    }
  }
}

/// Position = a + b * f(value), from the first and the most distant point; every other point must agree.
void expect_affine(const std::vector<std::pair<double, double>>& value_and_position, bool log, double tolerance,
                   const std::string& what) {
  ASSERT_GE(value_and_position.size(), 3u) << what;
  const auto f = [log](double v) { return log ? std::log(v) : v; };
  const auto [low, high] = std::minmax_element(value_and_position.begin(), value_and_position.end());
  const double slope = (high->second - low->second) / (f(high->first) - f(low->first));
  for (const auto& [value, position] : value_and_position) {
    EXPECT_NEAR(position, low->second + slope * (f(value) - f(low->first)), tolerance) << what << " at " << value;
  }
}

TEST(Figure, PlottedPointsAndTicksAreThoseOfTheTable) {
  std::size_t checked = 0;
  for (const Figure& figure : example::content().figures) {
    if (figure.kind != "groups" && figure.kind != "agreement") continue;
    std::map<std::string, std::vector<std::string>> row_by_key;  // sample + observation → TSV row
    const auto rows = read_tsv(figure_tsv(figure));
    std::size_t points_in_table = 0;
    for (const auto& row : rows) {
      if (row[1] == "observation" || row[1] == "unit" || row[1] == "interval") {
        row_by_key[row[1] + row[10] + row[11]] = row;
        ++points_in_table;
      }
    }
    std::vector<std::pair<double, double>> xs, ys;
    std::size_t drawn = 0;
    for (const XmlElement& element : parse_xml(figure_svg(figure)).elements) {
      if (element.name == "circle" && element.attributes.contains("data-sample")) {
        ++drawn;
        const std::string sample = element.attributes.at("data-sample");
        const std::string id =
            element.attributes.contains("data-observation") ? element.attributes.at("data-observation") : "";
        const bool small = number(element.attributes, "r") < 2;
        const std::string role = figure.kind == "agreement" ? "interval" : small ? "observation" : "unit";
        ASSERT_TRUE(row_by_key.contains(role + sample + id)) << sample << " " << id;
        const auto& row = row_by_key.at(role + sample + id);
        xs.emplace_back(parse_number(row[4]).value_or(kNaN), number(element.attributes, "cx"));
        ys.emplace_back(parse_number(row[7]).value_or(kNaN), number(element.attributes, "cy"));
        EXPECT_NE(element.title, "");
        if (!id.empty()) {
          EXPECT_NE(element.title.find(id), std::string::npos);
        }
      }
      // Tick labels of the y axis: middle of the text, 0.35 sizes above its base line.
      const bool y_tick = element.name == "text" && element.attributes.contains("text-anchor") &&
                          element.attributes.at("text-anchor") == "end" && !element.attributes.contains("transform");
      const std::optional<double> value = parse_number(element.text);
      if (y_tick && value) ys.emplace_back(*value, number(element.attributes, "y") - 6 * 0.35);
    }
    EXPECT_EQ(drawn, points_in_table);
    expect_affine(xs, figure.x.log, 0.011, figure.id + " x");
    expect_affine(ys, figure.y.log, 0.011, figure.id + " y");
    ++checked;
  }
  EXPECT_GE(checked, 3u);
}

TEST(Figure, CurvesPassThroughTheirTable) {
  example::Options options;
  options.preparations_per_group = 2;
  const ReportContent content = example::content(options);
  const auto found = std::find_if(content.figures.begin(), content.figures.end(),
                                  [](const Figure& f) { return f.kind == "curves" && !f.sample.empty(); });
  ASSERT_NE(found, content.figures.end());
  std::vector<std::pair<double, double>> data;  // of the first line
  for (const Mark& mark : found->series[1].marks) data.emplace_back(mark.x, mark.y);
  std::vector<std::pair<double, double>> drawn;
  for (const XmlElement& element : parse_xml(figure_svg(*found)).elements) {
    if (element.name != "polyline" || !drawn.empty()) continue;
    for (const std::string_view pair : split(element.attributes.at("points"), ' ')) {
      const auto cells = split(pair, ',');
      drawn.emplace_back(parse_number(cells[0]).value_or(kNaN), parse_number(cells[1]).value_or(kNaN));
    }
  }
  ASSERT_GE(drawn.size(), 10u);
  EXPECT_LT(drawn.size(), data.size());
  const auto [y_min, y_max] =
      std::minmax_element(data.begin(), data.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto [p_min, p_max] =
      std::minmax_element(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const double sx = (drawn.back().first - drawn.front().first) / (data.back().first - data.front().first);
  const double sy = (p_max->second - p_min->second) / (y_max->second - y_min->second);
  std::size_t segment = 0;
  for (const auto& [x, y] : data) {
    const double px = drawn.front().first + sx * (x - data.front().first),
                 py = p_min->second + sy * (y - y_min->second);
    while (segment + 2 < drawn.size() && drawn[segment + 1].first < px) ++segment;
    const auto &a = drawn[segment], &b = drawn[segment + 1];
    const double across = std::fabs((px - a.first) * (b.second - a.second) - (py - a.second) * (b.first - a.first)) /
                          std::hypot(b.first - a.first, b.second - a.second);
    EXPECT_LE(across, 0.08) << x;  // the tolerance of the line and the rounding of its ends
  }
}

TEST(Figure, NothingToDrawIsSaid) {
  Figure figure;
  figure.id = "empty";
  figure.y.label = "Mean diameter (nm)";
  for (const double value : {kNaN, std::numeric_limits<double>::infinity()}) {
    figure.series = {{"none", "", Role::kUnit, 1, false, {{}}}};
    figure.series[0].marks[0].x = 0, figure.series[0].marks[0].y = value;
    const std::string svg = figure_svg(figure);
    EXPECT_NE(svg.find("There is no value to draw."), std::string::npos);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
  }
  EXPECT_EQ(read_tsv(figure_tsv(Figure{})).size(), 1u);
}

TEST(Figure, ASingleValueHasAnAxisAroundIt) {
  Figure figure;
  figure.id = "one", figure.x.categories = {"A"};
  figure.series = {{"A", "A", Role::kUnit, 1, false, {{}}}};
  Mark& mark = figure.series[0].marks[0];
  mark.x = 0, mark.y = 143.2, mark.sample = "P1";
  for (const bool log : {false, true}) {
    figure.y.log = log;
    const XmlDocument document = parse_xml(figure_svg(figure));
    ASSERT_EQ(document.error, "");
    const auto ticks = std::count_if(document.elements.begin(), document.elements.end(),
                                     [](const XmlElement& e) { return e.name == "text"; });
    EXPECT_GE(ticks, 4);
  }
}

TEST(Figure, NonPositiveValuesOfALogAxisAreLeftOutNotMoved) {
  Figure figure;
  figure.id = "log", figure.y.log = true, figure.x.categories = {"A"};
  figure.series = {{"A", "", Role::kUnit, 1, false, {}}};
  for (const double y : {0.0, -1.0, 10.0, 100.0}) {
    Mark mark;
    mark.x = 0, mark.y = y, mark.sample = "P";
    figure.series[0].marks.push_back(mark);
  }
  const XmlDocument document = parse_xml(figure_svg(figure));
  EXPECT_EQ(std::count_if(document.elements.begin(), document.elements.end(),
                          [](const XmlElement& e) { return e.name == "circle"; }),
            2);
  EXPECT_EQ(read_tsv(figure_tsv(figure)).size(), 5u);
}

TEST(Figure, LongChineseAndHostileNamesStayInside) {
  Figure figure;
  figure.id = "names", figure.y.label = std::string(300, 'y');
  figure.x.label = "x";
  for (int i = 0; i < 40; ++i) {
    figure.x.categories.push_back(
        std::string(i % 3 == 0 ? "间充质干细胞来源的外泌体" : "a very long name of a <condition> & \"more\"") +
        std::to_string(i));
    Mark mark;
    mark.x = i, mark.y = i, mark.sample = figure.x.categories.back();
    figure.series.push_back({figure.x.categories.back(), figure.x.categories.back(), Role::kUnit, i, false, {mark}});
  }
  const XmlDocument document = parse_xml(figure_svg(figure));
  ASSERT_EQ(document.error, "");
  for (const XmlElement& element : document.elements) {
    if (element.name != "circle") continue;
    EXPECT_GE(number(element.attributes, "cx"), 0);
    EXPECT_LE(number(element.attributes, "cx"), 253);
  }
}

TEST(Figure, TablesCarryNoFormulas) {
  Figure figure;
  figure.id = "f";
  figure.series = {{"=cmd()", "", Role::kUnit, 1, false, {{}}}};
  figure.series[0].marks[0].x = -1, figure.series[0].marks[0].y = -2, figure.series[0].marks[0].sample = "@x\ty";
  const auto rows = read_tsv(figure_tsv(figure));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1][0], "'=cmd()");
  EXPECT_EQ(rows[1][4], "-1") << "numbers are never changed";
  EXPECT_EQ(rows[1][10], "'@x y");
}

TEST(Figure, BracketsDoNotOverlapAndCarryTheExactP) {
  Figure figure;
  figure.id = "b", figure.x.categories = {"A", "B", "C", "D"};
  figure.series = {{"A", "", Role::kUnit, 1, false, {}}};
  for (int i = 0; i < 4; ++i) {
    Mark mark;
    mark.x = i, mark.y = i + 1;
    figure.series[0].marks.push_back(mark);
  }
  figure.brackets = {
      {0, 3, 0.2, "ns"}, {0, 1, 0.0123456, "*"}, {1, 2, 0.5, "ns"}, {2, 3, 0.04, "*"}, {0, 2, 0.03, "*"}};
  std::vector<std::tuple<double, double, double>> bars;  // y, from, to
  for (const XmlElement& element : parse_xml(figure_svg(figure)).elements) {
    if (element.name != "polyline") continue;
    const auto points = split(element.attributes.at("points"), ' ');
    const auto a = split(points[1], ','), b = split(points[2], ',');
    bars.emplace_back(*parse_number(a[1]), *parse_number(a[0]), *parse_number(b[0]));
  }
  ASSERT_EQ(bars.size(), 5u);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (std::get<0>(bars[i]) != std::get<0>(bars[j])) continue;
      EXPECT_TRUE(std::get<2>(bars[i]) < std::get<1>(bars[j]) || std::get<2>(bars[j]) < std::get<1>(bars[i]));
    }
  }
  EXPECT_NE(figure_tsv(figure).find("p = 0.0123456"), std::string::npos);
}

TEST(Figures, MapsReadEveryShapeOfDetails) {
  const Finding whole = example::compatibility();
  const Figure figure = map_figure(whole);
  ASSERT_EQ(figure.panels.size(), 2u);
  EXPECT_EQ(figure.panels[0].cells[0][0].text, "> 400");
  EXPECT_TRUE(figure.panels[0].cells[2][0].compatible);
  EXPECT_EQ(figure.panels[1].cells[1][2].value, 131);
  Finding single = whole;
  single.details = whole.details.find("maps")->items[0];
  EXPECT_EQ(map_figure(single).panels.size(), 1u);
  single.details = Value::table();
  single.details.set("maps", Value::of("nonsense"));
  EXPECT_TRUE(map_figure(single).panels.empty());
  EXPECT_EQ(read_tsv(figure_tsv(figure)).size(), 1u + 24u);
}

TEST(Figures, MapCellsKeepTheirTextReadable) {
  // Relative luminance after WCAG 2.1; black text needs 4.5:1.
  for (const XmlElement& element : parse_xml(figure_svg(map_figure(example::compatibility()))).elements) {
    if (element.name != "rect" || element.attributes.at("fill") == "none") continue;
    const std::string fill = element.attributes.at("fill");
    double luminance = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    for (std::size_t k = 0; k < 3; ++k) {
      const double c = std::stoi(fill.substr(1 + 2 * k, 2), nullptr, 16) / 255.0;
      luminance += weights[k] * (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    EXPECT_GE((luminance + 0.05) / 0.05, 4.5) << fill;
  }
}

TEST(Figures, WordsInNarrowCellsAreSetSmaller) {
  Figure figure;
  figure.id = "plate", figure.kind = "map", figure.width = FigureWidth::kDouble;
  MapPanel panel;
  for (int i = 0; i < 24; ++i) panel.columns.push_back(std::to_string(i + 1));
  panel.rows = {"A"};
  panel.cells.assign(1, std::vector<MapCell>(24));
  for (MapCell& cell : panel.cells[0]) cell.text = "control", cell.compatible = true;
  figure.panels.push_back(panel);
  std::size_t words = 0;
  for (const XmlElement& element : parse_xml(figure_svg(figure)).elements) {
    if (element.name != "text" || element.text != "control") continue;
    ++words;
    const double size = std::stod(element.attributes.at("font-size"));
    EXPECT_LE(text_width_pt("control", size, true), 20) << size;
    EXPECT_GE(size, 4.5);
  }
  EXPECT_EQ(words, 24u) << "whole, not cut";
}

TEST(Figures, VideosWithoutAMeanCurveGetOneWithItsBand) {
  // 1, 3 at 100 nm and 4, nothing at 200 nm: means 2 and 2, from 1 to 3 and from 0 to 4.
  ObservationTable table;
  for (const auto& [video, at, value] : {std::tuple("v1", 100.0, 1.0), {"v2", 100.0, 3.0}, {"v1", 200.0, 4.0}}) {
    Observation row;
    row.quantity = "vesicle.number_density", row.sample = "P", row.replicate = video, row.at = at, row.value = value;
    table.add(row);
  }
  const Figure figure = curve_figure(table, Study{}, "vesicle.number_density", "P");
  ASSERT_EQ(figure.series.size(), 2u);
  const std::vector<Mark>&band = figure.series[0].marks, &line = figure.series[1].marks;
  ASSERT_EQ(line.size(), 2u);
  EXPECT_EQ(line[0].y, 2);
  EXPECT_EQ(line[1].y, 2);
  EXPECT_EQ(band[0].low, 1);
  EXPECT_EQ(band[0].high, 3);
  EXPECT_EQ(band[1].low, 0);
  EXPECT_EQ(band[1].high, 4);
  EXPECT_NE(figure.caption.find("mean of 2 replicates"), std::string::npos);
}

TEST(Figures, LimitsAreNotDrawnAsValues) {
  ObservationTable table;
  for (const double at : {100.0, 200.0, 300.0}) {
    Observation row;
    row.quantity = "vesicle.number_density", row.sample = "P", row.replicate = "v1", row.at = at, row.value = 5;
    if (at == 200) row.status = Status::kBelowRange;
    table.add(row);
  }
  const Figure figure = curve_figure(table, Study{}, "vesicle.number_density", "P");
  EXPECT_EQ(figure.series.back().marks[1].y, 0);
  EXPECT_NE(figure.caption.find("drawn as zero"), std::string::npos);
}

TEST(Figures, TheInstrumentsFlagsAreFoundInTheRows) {
  ObservationTable table;
  for (const auto& [video, flag] : {std::pair("v1", 0.0), {"v2", 1.0}}) {
    Observation row;
    row.quantity = "nta.flagged_videos", row.sample = "P", row.replicate = video, row.value = flag;
    table.add(row);
  }
  EXPECT_EQ(flagged_replicates(table, {}, "P"), std::vector<std::string>{"v2"});
}

TEST(Figures, FlaggedReplicatesAreHollow) {
  const ReportContent content = example::content();
  const auto found = std::find_if(content.figures.begin(), content.figures.end(),
                                  [](const Figure& f) { return f.kind == "replicates" && f.sample == "P1-2"; });
  ASSERT_NE(found, content.figures.end());
  std::vector<bool> hollow;
  for (const Mark& mark : found->series.back().marks) hollow.push_back(mark.hollow);
  EXPECT_EQ(hollow, (std::vector<bool>{false, true, false}));
}

TEST(Figures, TimesMakeATimeCourse) {
  Finding finding;
  finding.id = "t", finding.comparison = "release", finding.kind = "comparison", finding.quantity = "other.fraction",
  finding.unit = "gel";
  FindingGroup group;
  group.name = "SA";
  for (const char* gel : {"g1", "g2"}) {
    for (const double time : {0.0, 24.0, 48.0}) {
      FindingUnit unit;
      unit.sample = gel, unit.time_h = time, unit.value = time / 50;
      group.units.push_back(unit);
    }
  }
  finding.groups = {group};
  const Figure figure = group_figure(finding, Study{});
  EXPECT_EQ(figure.kind, "time");
  EXPECT_EQ(
      std::count_if(figure.series.begin(), figure.series.end(), [](const Series& s) { return s.role == Role::kLine; }),
      2);
}

TEST(Figures, AxesBearTheUnitOfTheRows) {
  Finding finding;
  finding.comparison = "measured", finding.quantity = "viability.ec50", finding.value_unit = "ug/mL";
  finding.groups.emplace_back();
  finding.groups[0].units.emplace_back().value = 4;
  EXPECT_EQ(group_figure(finding, Study{}).y.label, "EC50 (µg/mL)");
  finding.value_unit.clear();
  EXPECT_EQ(group_figure(finding, Study{}).y.label, "EC50");
}

TEST(Figures, IdsAreUniqueFileNames) {
  example::Options options;
  options.chinese_names = true, options.preparations_per_group = 6;
  std::set<std::string> ids;
  for (const Figure& figure : example::content(options).figures) {
    EXPECT_TRUE(ids.insert(figure.id).second) << figure.id;
    EXPECT_EQ(figure.id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
              std::string::npos)
        << figure.id;
  }
}

}  // namespace
}  // namespace vesica
