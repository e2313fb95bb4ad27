// SPDX-License-Identifier: Apache-2.0
// Figures of findings: groups, time courses, effects, maps.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/report/figures.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr std::size_t kMostBrackets = 6;  // chosen: more hide the data; the table has them all
constexpr double kSpread = 0.5;           // share of a category's width that its points take

std::string group_title(const FindingGroup& group) { return group.title.empty() ? group.name : group.title; }

/// Names of the groups (or of the second factor's levels) in their order.
template <typename Name>
std::vector<std::string> distinct(const std::vector<FindingGroup>& groups, const Name& name) {
  std::vector<std::string> result;
  for (const FindingGroup& group : groups) {
    if (std::find(result.begin(), result.end(), name(group)) == result.end()) result.push_back(name(group));
  }
  return result;
}

std::size_t position(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// The end points of the error bar that the study asked for. Only `ci95` comes with the finding; SD is put around the
/// mean on the analysis scale.
Mark mean_mark(const FindingGroup& group, const Finding& finding, const Study& study, double x) {
  Mark mark;
  mark.x = x;
  mark.y = group.mean;
  mark.low = group.low, mark.high = group.high;
  if (study.report.error_bars == "sd" && std::isfinite(group.sd) && finding.scale != "logit") {
    const bool log = finding.scale == "log";
    mark.low = log ? group.mean * std::exp(-group.sd) : group.mean - group.sd;
    mark.high = log ? group.mean * std::exp(group.sd) : group.mean + group.sd;
  }
  mark.label = say("{}, mean", group_title(group));
  return mark;
}

std::string bars_text(const Study& study) {
  return study.report.error_bars == "sd" ? say("mean ± standard deviation") : say("mean with 95 % interval");
}

void add_units(const FindingGroup& group, double x, double width, int colour, Series& units, Series& observations) {
  const double n = static_cast<double>(group.units.size());
  const double step = n > 1 ? std::min(0.16, width / n) : 0;
  for (std::size_t k = 0; k < group.units.size(); ++k) {
    const FindingUnit& unit = group.units[k];
    Mark mark;
    mark.x = x + (static_cast<double>(k) - (n - 1) / 2) * step;
    mark.y = unit.value;
    mark.sample = unit.sample;
    mark.label = unit.sample;
    if (unit.row_ids.size() == 1) mark.id = unit.row_ids[0];
    units.marks.push_back(mark);
    const double m = static_cast<double>(unit.observations.size());
    if (unit.observations.size() < 2) continue;
    const double spread = std::min(0.035, (n > 1 ? step : 0.3) * 0.75 / m);
    for (std::size_t j = 0; j < unit.observations.size(); ++j) {
      Mark small = mark;
      small.x = mark.x + (static_cast<double>(j) - (m - 1) / 2) * spread;
      small.y = unit.observations[j];
      small.id = j < unit.row_ids.size() ? unit.row_ids[j] : "";
      observations.marks.push_back(small);
    }
  }
  units.colour = observations.colour = colour;
}

/// The points of one block over the groups, when the comparison was made within blocks.
void add_links(const Finding& finding, Figure& figure) {
  const bool within = std::any_of(finding.tests.begin(), finding.tests.end(), [](const FindingTest& test) {
    return test.method.find("paired") != std::string::npos || test.method.find("block") != std::string::npos ||
           test.method.find("wilcoxon") != std::string::npos || test.method.find("friedman") != std::string::npos;
  });
  if (!within) return;
  std::map<std::string, std::string> block_of;  // sample → block
  for (const FindingGroup& group : finding.groups) {
    for (const FindingUnit& unit : group.units) block_of[unit.sample] = unit.block;
  }
  std::map<std::string, Series> links;
  for (const Series& series : figure.series) {
    if (series.role != Role::kUnit) continue;
    for (const Mark& mark : series.marks) {
      const std::string& block = block_of[mark.sample];
      if (block.empty()) continue;
      Series& link = links[block];
      link.name = block, link.role = Role::kLink;
      Mark end;
      end.x = mark.x, end.y = mark.y, end.sample = mark.sample;
      link.marks.push_back(end);
    }
  }
  for (auto& [block, link] : links) {
    if (link.marks.size() > 1) figure.series.push_back(std::move(link));
  }
}

std::vector<Bracket> brackets_of(const Finding& finding, const Study& study) {
  std::vector<Bracket> brackets;
  const std::vector<std::string> names = distinct(finding.groups, [](const FindingGroup& g) { return g.name; });
  for (const FindingTest& test : finding.tests) {
    std::size_t a = 0, b = 0;
    const double p = reported_p(test);
    if (!std::isfinite(p) || !contrast_groups(finding, test, a, b)) continue;
    const double from = static_cast<double>(position(names, finding.groups[a].name));
    const double to = static_cast<double>(position(names, finding.groups[b].name));
    if (from == to) continue;
    const bool stars = study.report.stars != "none" && !test.stars.empty();
    brackets.push_back({std::min(from, to), std::max(from, to), p, stars ? test.stars : p_text(p)});
  }
  if (brackets.size() > kMostBrackets) {
    std::stable_sort(brackets.begin(), brackets.end(), [](const Bracket& l, const Bracket& r) { return l.p < r.p; });
    brackets.resize(kMostBrackets);
  }
  return brackets;
}

std::string tests_text(const Finding& finding) {
  std::string text;
  std::size_t said = 0;
  for (const FindingTest& test : finding.tests) {
    if (!std::isfinite(test.p) || said == 3) continue;
    text += " " + test.contrast + ": " + test.title + ", " + p_text(test.p);
    if (std::isfinite(test.adjusted_p)) text += ", " + say("adjusted {}", p_text(test.adjusted_p));
    text += ".";
    ++said;
  }
  if (said < finding.tests.size() && said == 3) text += " " + say("All contrasts are in the table.");
  return text;
}

void describe(const Finding& finding, const Study& study, bool small_points, Figure& figure) {
  figure.finding = finding.id;
  figure.quantity = finding.quantity;
  figure.title = finding.question.empty() ? quantity_text(finding.quantity, finding.target) : finding.question;
  figure.caption = finding.kind == "measured"
                       ? say("Large points: one {} each.", word_text(finding.unit.empty() ? "sample" : finding.unit))
                       : say("Large points: one {} each, the unit of the comparison.", word_text(finding.unit));
  if (small_points) figure.caption += " " + say("Small points: the observations behind it.");
  figure.caption += " " + say("Bars: {}.", bars_text(study));
  const bool linked =
      std::any_of(figure.series.begin(), figure.series.end(), [](const Series& s) { return s.role == Role::kLink; });
  if (linked) figure.caption += " " + say("Grey lines: units of one block.");
  figure.caption += tests_text(finding);
  const bool starred = std::any_of(figure.brackets.begin(), figure.brackets.end(),
                                   [](const Bracket& b) { return b.text.starts_with("*") || b.text == "ns"; });
  if (starred) figure.caption += " " + star_scheme_text(study.report.stars) + ".";
  figure.alt = finding.answer.empty() ? figure.title : finding.answer;
  for (const FindingGroup& group : finding.groups) {
    figure.alt += fmt::format(" {}: n = {}, {} {}.", group_title(group), group.units.size(), say("mean"),
                              value_text(group.mean, finding.quantity));
  }
}

FigureAxis quantity_axis_of(const Finding& finding) {
  FigureAxis axis;
  axis.label = quantity_axis(finding.quantity, finding.target, finding.value_unit);
  axis.log = finding.scale == "log";
  return axis;
}

bool is_time_course(const Finding& finding) {
  std::set<double> times;
  for (const FindingGroup& group : finding.groups) {
    for (const FindingUnit& unit : group.units) {
      if (std::isfinite(unit.time_h)) times.insert(unit.time_h);
    }
  }
  return times.size() > 1;
}

Figure time_figure(const Finding& finding, const Study& study) {
  Figure figure;
  figure.kind = "time";
  figure.x.label = say("Time (h)");
  figure.y = quantity_axis_of(finding);
  const std::vector<std::string> names = distinct(finding.groups, [](const FindingGroup& g) { return g.name; });
  std::set<std::string> titled;
  for (const FindingGroup& group : finding.groups) {
    const int colour = condition_colour(study, group.name, static_cast<int>(position(names, group.name)) + 1);
    std::map<std::string, std::vector<const FindingUnit*>> by_sample;
    Series units{group.name, titled.insert(group.name).second ? group_title(group) : "", Role::kUnit, colour, false,
                 {}};
    for (const FindingUnit& unit : group.units) {
      by_sample[unit.sample].push_back(&unit);
      Mark mark;
      mark.x = unit.time_h, mark.y = unit.value;
      mark.sample = mark.label = unit.sample;
      if (unit.row_ids.size() == 1) mark.id = unit.row_ids[0];
      units.marks.push_back(mark);
    }
    for (auto& [sample, points] : by_sample) {
      if (points.size() < 2) continue;
      std::stable_sort(points.begin(), points.end(),
                       [](const FindingUnit* l, const FindingUnit* r) { return l->time_h < r->time_h; });
      Series line{group.name + ": " + sample, "", Role::kLine, colour, false, {}};
      for (const FindingUnit* unit : points) {
        Mark mark;
        mark.x = unit->time_h, mark.y = unit->value, mark.sample = sample;
        line.marks.push_back(mark);
      }
      figure.series.push_back(std::move(line));
    }
    figure.series.push_back(std::move(units));
    const std::optional<double> time = parse_number(group.second);
    if (time && std::isfinite(group.mean)) {
      figure.series.push_back(
          {group.name + " mean", "", Role::kMean, colour, false, {mean_mark(group, finding, study, *time)}});
    }
  }
  describe(finding, study, false, figure);
  return figure;
}

}  // namespace

Figure group_figure(const Finding& finding, const Study& study) {
  const std::string id = "groups_" + file_slug(finding.comparison.empty() ? finding.id : finding.comparison) + "_" +
                         file_slug(finding.quantity + (finding.target.empty() ? "" : "-" + finding.target) +
                                   (finding.value_unit.empty() ? "" : "-" + finding.value_unit));
  if (is_time_course(finding)) {
    Figure figure = time_figure(finding, study);
    figure.id = id;
    return figure;
  }
  Figure figure;
  figure.kind = "groups";
  figure.id = id;
  figure.y = quantity_axis_of(finding);
  const std::vector<std::string> names = distinct(finding.groups, [](const FindingGroup& g) { return g.name; });
  const std::vector<std::string> seconds = distinct(finding.groups, [](const FindingGroup& g) { return g.second; });
  const bool two_way = seconds.size() > 1;
  figure.x.categories.resize(names.size());
  bool small_points = false;
  for (const FindingGroup& group : finding.groups) {
    const std::size_t category = position(names, group.name);
    const std::size_t second = position(seconds, group.second);
    const double levels = static_cast<double>(seconds.size());
    const double width = kSpread / levels;
    const double x = static_cast<double>(category) + (static_cast<double>(second) - (levels - 1) / 2) * 0.8 / levels;
    const int colour =
        two_way ? static_cast<int>(second) + 1 : condition_colour(study, group.name, static_cast<int>(category) + 1);
    std::string& label = figure.x.categories[category];
    const std::string n = fmt::format("(n\u00a0=\u00a0{})", group.units.size());  // no-break spaces
    label = label.empty() ? fmt::format("{} {}", group_title(group), n)
                          : label.substr(0, label.size() - 1) + fmt::format(",\u00a0{})", group.units.size());
    const std::string suffix = two_way ? " / " + group.second : "";
    Series units{group.name + suffix, two_way && category == 0 ? group.second : "", Role::kUnit, colour, false, {}};
    Series observations{group.name + suffix, "", Role::kObservation, colour, false, {}};
    add_units(group, x, width, colour, units, observations);
    small_points = small_points || !observations.marks.empty();
    if (!observations.marks.empty()) figure.series.push_back(std::move(observations));
    figure.series.push_back(std::move(units));
    figure.series.push_back({group.name + suffix, "", Role::kMean, 0, false, {mean_mark(group, finding, study, x)}});
  }
  if (!two_way) {
    figure.brackets = brackets_of(finding, study);
    add_links(finding, figure);
  }
  describe(finding, study, small_points, figure);
  if (names.size() > 7) figure.width = FigureWidth::kDouble;
  if (study.report.figure_width == "double") figure.width = FigureWidth::kDouble;
  return figure;
}

Figure forest_figure(const Finding& finding, const Study& study) {
  Figure figure;
  figure.kind = "forest";
  figure.id = "forest_" + file_slug(finding.comparison.empty() ? finding.id : finding.comparison) + "_" +
              file_slug(finding.quantity + (finding.target.empty() ? "" : "-" + finding.target));
  figure.finding = finding.id;
  figure.quantity = finding.quantity;
  std::string kind;
  Series series{"contrasts", "", Role::kInterval, 1, false, {}};
  for (const FindingTest& test : finding.tests) {
    if (!std::isfinite(test.estimate)) continue;
    if (kind.empty()) kind = test.estimate_kind;
    if (test.estimate_kind != kind) continue;  // one axis holds one kind of effect
    Mark mark;
    mark.x = test.estimate, mark.x_low = test.low, mark.x_high = test.high;
    mark.y = static_cast<double>(figure.y.categories.size());
    mark.label = test.contrast;
    figure.y.categories.push_back(test.contrast);
    figure.alt += fmt::format(" {}: {} ({}).", test.contrast, value_text(test.estimate, 3),
                              interval_text(test.low, test.high, 3));
    series.marks.push_back(mark);
  }
  const bool ratio = kind.find("ratio") != std::string::npos;
  figure.x.log = ratio;
  Mark none;
  none.x = ratio ? 1 : 0;
  if (!series.marks.empty()) figure.series.push_back({"no effect", "", Role::kReference, 0, false, {none}});
  figure.series.push_back(std::move(series));
  const Quantity* quantity = find_quantity(finding.quantity);
  const std::string unit = quantity == nullptr || ratio ? "" : readable_unit(quantity->unit);
  figure.x.label = word_text(kind) + (unit.empty() ? "" : " (" + unit + ")");
  figure.title = say("Effects on {}", quantity_text(finding.quantity, finding.target));
  figure.caption = say("Points: {}; bars: 95 % interval; dashed: no effect.", word_text(kind));
  figure.alt = figure.title + "." + figure.alt;
  if (study.report.figure_width == "double") figure.width = FigureWidth::kDouble;
  return figure;
}

Figure effects_figure(std::span<const Finding> findings, const Study& study) {
  Figure figure;
  figure.kind = "forest";
  figure.id = "effects";
  figure.title = say("Size of every effect");
  figure.x.label = "Hedges g";
  figure.caption =
      say("Points: Hedges g, the difference in units of the standard deviation between units; bars: 95 % "
          "interval; dashed: no effect.");
  figure.alt = figure.title + ".";
  std::set<std::string> comparisons;
  for (const Finding& finding : findings) {
    if (finding.kind == "comparison") comparisons.insert(finding.comparison);
  }
  Series series{"effects", "", Role::kInterval, 1, false, {}};
  for (const Finding& finding : findings) {
    for (const FindingTest& test : finding.tests) {
      if (!std::isfinite(test.hedges_g)) continue;
      Mark mark;
      mark.x = test.hedges_g, mark.x_low = test.hedges_low, mark.x_high = test.hedges_high;
      mark.y = static_cast<double>(figure.y.categories.size());
      mark.label = quantity_text(finding.quantity, finding.target) + ": " + test.contrast;
      if (comparisons.size() > 1) mark.label += " (" + finding.comparison + ")";
      figure.y.categories.push_back(mark.label);
      figure.alt +=
          fmt::format(" {}: {} ({}).", mark.label, value_text(mark.x, 3), interval_text(mark.x_low, mark.x_high, 3));
      series.marks.push_back(mark);
    }
  }
  Mark none;
  none.x = 0;
  if (!series.marks.empty()) figure.series.push_back({"no effect", "", Role::kReference, 0, false, {none}});
  figure.series.push_back(std::move(series));
  if (study.report.figure_width == "double") figure.width = FigureWidth::kDouble;
  return figure;
}

namespace {

std::string text_of(const Value* value) {
  if (value == nullptr) return "";
  if (value->kind == Value::Kind::kText) return value->text;
  if (value->is_number()) return readable_number(value->number, 4);
  if (value->kind == Value::Kind::kTable) {  // a heading may be a table with a title
    for (const char* key : {"title", "name", "id"}) {
      if (value->find(key) != nullptr) return text_of(value->find(key));
    }
  }
  return "";
}

double number_of(const Value* value) { return value != nullptr && value->is_number() ? value->number : kNaN; }

MapCell cell_of(const Value& value) {
  MapCell cell;
  cell.status = "ok";
  if (value.is_number()) {
    cell.value = value.number;
  } else if (value.kind == Value::Kind::kText) {
    cell.text = value.text;
  } else if (value.kind == Value::Kind::kTable) {
    cell.value = number_of(value.find("value"));
    cell.text = text_of(value.find("text"));
    if (const Value* status = value.find("status")) cell.status = text_of(status);
    if (const Value* flag = value.find("compatible")) cell.compatible = flag->boolean;
    if (const Value* colour = value.find("colour"))
      cell.colour = static_cast<int>(std::clamp(number_of(colour), 0., 7.));
  }
  return cell;
}

MapPanel panel_of(const Value& map) {
  MapPanel panel;
  panel.title = text_of(map.find("title"));
  panel.row_label = text_of(map.find("row_label"));
  panel.column_label = text_of(map.find("column_label"));
  panel.value_label = text_of(map.find("value_label"));
  panel.reference = number_of(map.find("reference"));
  const auto names = [&](const char* key, std::vector<std::string>& out) {
    if (const Value* list = map.find(key)) {
      for (const Value& item : list->items) out.push_back(text_of(&item));
    }
  };
  names("rows", panel.rows);
  names("columns", panel.columns);
  names("legend", panel.legend);
  if (const Value* rows = map.find("cells")) {
    for (const Value& row : rows->items) {
      panel.cells.emplace_back();
      for (const Value& cell : row.items) {
        if (panel.cells.back().size() < panel.columns.size()) panel.cells.back().push_back(cell_of(cell));
      }
      if (panel.cells.size() == panel.rows.size()) break;
    }
  }
  return panel;
}

}  // namespace

Figure map_figure(const Finding& finding) {
  Figure figure;
  figure.kind = "map";
  figure.id = "map_" + file_slug(finding.id.empty() ? finding.quantity : finding.id);
  figure.finding = finding.id;
  figure.quantity = finding.quantity;
  figure.title = finding.question;
  figure.alt = finding.answer;
  std::vector<const Value*> maps;
  if (const Value* list = finding.details.find("maps")) {
    for (const Value& map : list->items) maps.push_back(&map);
  } else if (const Value* map = finding.details.find("map")) {
    maps.push_back(map);
  } else if (finding.details.find("cells") != nullptr) {
    maps.push_back(&finding.details);
  }
  std::size_t columns = 0;
  bool outlined = false, turned = false;
  for (const Value* map : maps) {
    MapPanel panel = panel_of(*map);
    if (panel.cells.empty() || panel.columns.empty()) continue;
    columns = std::max(columns, panel.columns.size());
    turned = turned || std::isfinite(panel.reference);
    for (const auto& row : panel.cells) {
      for (const MapCell& cell : row) outlined = outlined || cell.compatible;
    }
    figure.panels.push_back(std::move(panel));
  }
  // Several panels stand side by side where their columns allow it.
  if (columns > 8 || figure.panels.size() > 1) figure.width = FigureWidth::kDouble;
  figure.caption = text_of(finding.details.find("caption"));
  if (!figure.caption.empty()) return figure;
  const bool plain = std::any_of(figure.panels.begin(), figure.panels.end(),
                                 [](const MapPanel& panel) { return !std::isfinite(panel.reference); });
  if (plain) figure.caption = say("White to blue: smallest to largest value.");
  if (turned) {
    figure.caption +=
        (figure.caption.empty() ? "" : " ") +
        (plain ? say("Where the measured value is the reference: blue below it, orange above it, full colour at a "
                     "factor of two.")
               : say("Blue: below the measured value; orange: above it; full colour at a factor of two."));
  }
  if (outlined)
    figure.caption += (figure.caption.empty() ? "" : " ") + say("Framed cells are compatible with what was measured.");
  return figure;
}

}  // namespace vesica
