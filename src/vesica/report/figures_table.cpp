// SPDX-License-Identifier: Apache-2.0
// Figures of rows: size distributions, replicates, measured against predicted.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/labels.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

constexpr double kLogFrom = 1200;        // chosen: a diameter axis beyond it leaves vesicles less than a third
constexpr std::size_t kMostCurves = 40;  // chosen: more lines cannot be told apart
using Curve = std::vector<std::pair<double, std::size_t>>;  // position, row

/// The rows of one curve by replicate; the empty replicate is the preparation's own curve.
struct Curves {
  std::map<std::string, Curve, decltype(&natural_less)> measured{&natural_less};
  Curve predicted;
};

Curves split_curves(const ObservationTable& table, const std::vector<std::size_t>& rows) {
  // Of several weightings or sections only the first is drawn: they have different heights.
  std::set<std::string_view> parts;
  for (const std::size_t i : rows) parts.insert(table.part(i));
  Curves curves;
  for (const std::size_t i : rows) {
    if (!std::isfinite(table.at(i)) || table.part(i) != *parts.begin()) continue;
    if (table.origin(i) == Origin::kPredicted) {
      curves.predicted.emplace_back(table.at(i), i);
    } else {
      curves.measured[std::string(table.replicate(i))].emplace_back(table.at(i), i);
    }
  }
  for (auto& [name, curve] : curves.measured) std::sort(curve.begin(), curve.end());
  std::sort(curves.predicted.begin(), curves.predicted.end());
  return curves;
}

/// Without the zeros at both ends, but for the one next to the curve.
Curve without_empty_ends(const ObservationTable& table, const Curve& curve) {
  const auto zero = [&](const auto& point) { return !(table.value(point.second) != 0); };
  auto first = std::find_if_not(curve.begin(), curve.end(), zero);
  auto last = std::find_if_not(curve.rbegin(), curve.rend(), zero).base();
  if (first == curve.end()) return curve.empty() ? curve : Curve(curve.begin(), curve.begin() + 1);
  if (first != curve.begin()) --first;
  if (last != curve.end()) ++last;
  return Curve(first, last);
}

Series line_series(const ObservationTable& table, const Curve& curve, const std::string& name, int colour) {
  Series series{name, "", Role::kLine, colour, false, {}};
  for (const auto& [at, row] : without_empty_ends(table, curve)) {
    Mark mark;
    mark.x = at, mark.y = table.value(row);
    mark.sample = table.sample(row);
    mark.id = observation_id(table, row);
    series.marks.push_back(std::move(mark));
  }
  return series;
}

/// Lowest and highest of several curves at each position. A curve that ends is empty beyond its ends (definition of the
/// distribution quantities), hence zero there.
Series envelope(const ObservationTable& table, const std::vector<const Curve*>& curves, const std::string& name,
                int colour) {
  std::map<double, std::pair<double, double>> ends;
  std::map<double, std::size_t> seen;
  for (const Curve* curve : curves) {
    for (const auto& [at, row] : *curve) {
      const double value = table.value(row);
      if (!std::isfinite(value)) continue;
      const auto [found, fresh] = ends.try_emplace(at, value, value);
      if (!fresh) {
        found->second.first = std::min(found->second.first, value);
        found->second.second = std::max(found->second.second, value);
      }
      ++seen[at];
    }
  }
  Series series{name, "", Role::kBand, colour, false, {}};
  for (const auto& [at, range] : ends) {
    Mark mark;
    mark.x = at;
    mark.low = seen[at] < curves.size() ? std::min(0.0, range.first) : range.first;
    mark.high = range.second;
    series.marks.push_back(mark);
  }
  return series;
}

Series own_band(const ObservationTable& table, const Curve& curve, const std::string& name, int colour) {
  Series series{name, "", Role::kBand, colour, false, {}};
  for (const auto& [at, row] : without_empty_ends(table, curve)) {
    Mark mark;
    mark.x = at, mark.low = table.low(row), mark.high = table.high(row);
    if (std::isfinite(mark.low) && std::isfinite(mark.high)) series.marks.push_back(mark);
  }
  return series;
}

void set_curve_axes(const std::string& quantity, Figure& figure) {
  const Quantity* entry = find_quantity(quantity);
  figure.y.label = quantity_axis(quantity, "");
  figure.y.from_zero = true;
  if (entry != nullptr) {
    std::string at(translate(entry->at));
    if (!at.empty() && at[0] >= 'a' && at[0] <= 'z') at[0] = static_cast<char>(at[0] - 'a' + 'A');
    figure.x.label = at + (entry->at_unit.empty() ? "" : " (" + readable_unit(entry->at_unit) + ")");
  }
  double top = 0;
  bool positive = true;
  for (const Series& series : figure.series) {
    for (const Mark& mark : series.marks) {
      top = std::max(top, mark.x);
      positive = positive && mark.x > 0;
    }
  }
  figure.x.log = positive && top > kLogFrom;
}

/// The preparation's own curve, or its only replicate's; nullptr when there are several and no mean of them.
const Curve* main_curve(const Curves& curves) {
  const auto own = curves.measured.find("");
  if (own != curves.measured.end()) return &own->second;
  return curves.measured.size() == 1 ? &curves.measured.begin()->second : nullptr;
}

std::vector<const Curve*> replicate_curves(const Curves& curves) {
  std::vector<const Curve*> result;
  for (const auto& [name, curve] : curves.measured) {
    if (!name.empty()) result.push_back(&curve);
  }
  return result;
}

void add_curves(const ObservationTable& table, const Curves& curves, const std::string& name, int colour,
                Figure& figure) {
  const std::vector<const Curve*> replicates = replicate_curves(curves);
  const Curve* main = main_curve(curves);
  if (main != nullptr) {
    Series own = own_band(table, *main, name, colour);
    if (!own.marks.empty()) {
      figure.series.push_back(std::move(own));
    } else if (replicates.size() > 1) {
      figure.series.push_back(envelope(table, replicates, name, colour));
    }
    figure.series.push_back(line_series(table, *main, name, colour));
    return;
  }
  for (const auto& [replicate, curve] : curves.measured) {
    figure.series.push_back(line_series(table, curve, name + ", " + replicate, colour));
  }
}

}  // namespace

RowIndex::RowIndex(const ObservationTable& table) : table_(table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    rows_[{std::string(table.quantity(i)), std::string(table.sample(i))}].push_back(i);
  }
}

const std::vector<std::size_t>& RowIndex::rows(const std::string& quantity, const std::string& sample) const {
  static const std::vector<std::size_t> kNone;
  const auto found = rows_.find({quantity, sample});
  return found == rows_.end() ? kNone : found->second;
}

std::vector<std::size_t> RowIndex::rows_with_predictions(const std::string& quantity, const std::string& sample,
                                                         const std::string& condition) const {
  std::vector<std::size_t> result = rows(quantity, sample);
  if (sample.empty()) return result;
  for (const std::size_t i : rows(quantity, "")) {
    if (table_.origin(i) == Origin::kPredicted && table_.condition(i) == condition) result.push_back(i);
  }
  return result;
}

std::vector<std::string> RowIndex::curve_quantities() const {
  std::vector<std::string> result;
  for (const auto& [key, rows] : rows_) {
    if (!result.empty() && result.back() == key.first) continue;
    const bool curve = std::any_of(rows.begin(), rows.end(), [&](std::size_t i) {
      return std::isfinite(table_.at(i)) && table_.origin(i) == Origin::kMeasured;
    });
    if (curve) result.push_back(key.first);
  }
  return result;
}

std::vector<std::string> RowIndex::samples(const std::string& quantity) const {
  std::vector<std::string> result;
  for (const auto& [key, rows] : rows_) {
    if (key.first == quantity && !key.second.empty()) result.push_back(key.second);
  }
  std::sort(result.begin(), result.end(), natural_less);
  return result;
}

std::vector<std::pair<double, std::size_t>> own_curve(const RowIndex& index, const std::string& quantity,
                                                      const std::string& sample) {
  const Curves curves = split_curves(index.table(), index.rows(quantity, sample));
  const Curve* main = main_curve(curves);
  if (main == nullptr && !curves.measured.empty()) main = &curves.measured.begin()->second;
  return main == nullptr ? Curve{} : *main;
}

Figure curve_figure(const RowIndex& index, const Study& study, const std::string& quantity, const std::string& sample) {
  const ObservationTable& table = index.table();
  Figure figure;
  figure.kind = "curves";
  figure.id = "curve_" + file_slug(quantity) + "_" + file_slug(sample);
  figure.sample = sample;
  figure.quantity = quantity;
  figure.title = say("{} of {}", sentence_case(quantity_text(quantity, "")), sample);
  const Curves curves = split_curves(table, index.rows_with_predictions(quantity, sample, study.condition_of(sample)));
  add_curves(table, curves, sample, 1, figure);
  const std::size_t replicates = replicate_curves(curves).size();
  const bool band = !figure.series.empty() && figure.series.front().role == Role::kBand;
  if (band) {
    figure.caption = replicates > 1
                         ? say("Line: the preparation; band: lowest to highest of {} replicates.", replicates)
                         : say("Line: the preparation; band: its interval.");
  } else if (replicates > 1) {
    figure.caption = say("Lines: {} replicates.", replicates);
  }
  if (!curves.predicted.empty()) {
    for (Series& series : figure.series) {
      if (series.role == Role::kLine) {
        series.title = say("measured");
        break;
      }
    }
    Series predicted = line_series(table, curves.predicted, "predicted", 2);
    predicted.predicted = true;
    predicted.title = say("predicted");
    figure.series.push_back(std::move(predicted));
  }
  figure.alt = figure.title + ". " + figure.caption;
  set_curve_axes(quantity, figure);
  return figure;
}

Figure curve_overlay_figure(const RowIndex& index, const Study& study, const std::string& quantity) {
  const ObservationTable& table = index.table();
  Figure figure;
  figure.kind = "curves";
  figure.id = "overlay_" + file_slug(quantity);
  figure.quantity = quantity;
  figure.title = say("{} of all preparations", sentence_case(quantity_text(quantity, "")));
  std::map<std::string, Curves> by_sample;
  std::map<std::string, std::vector<const Curve*>> by_condition;
  std::size_t drawn = 0;
  const std::vector<std::string> samples = index.samples(quantity);
  for (const std::string& sample : samples) {
    const Curves& curves = by_sample.emplace(sample, split_curves(table, index.rows(quantity, sample))).first->second;
    const Curve* main = main_curve(curves);
    if (main == nullptr && !curves.measured.empty()) main = &curves.measured.begin()->second;
    if (main == nullptr || main->empty()) continue;
    by_condition[study.condition_of(sample)].push_back(main);
    ++drawn;
  }
  std::vector<std::string> conditions;  // those of the study in its order, then others
  for (const Condition& condition : study.conditions) {
    if (by_condition.contains(condition.id)) conditions.push_back(condition.id);
  }
  for (const auto& [condition, curves] : by_condition) {
    if (study.find_condition(condition) == nullptr) conditions.push_back(condition);
  }
  for (const std::string& condition : conditions) {
    const std::vector<const Curve*>& curves = by_condition[condition];
    const int colour = condition_colour(study, condition, static_cast<int>(study.conditions.size()) + 1);
    const std::string title = condition.empty() ? say("no condition") : condition_title(study, condition);
    bool first = true;
    if (drawn > kMostCurves) {
      Series band = envelope(table, curves, condition, colour);
      band.title = fmt::format("{} (n\u00a0=\u00a0{})", title, curves.size());
      figure.series.push_back(std::move(band));
      continue;
    }
    for (const Curve* curve : curves) {
      Series line = line_series(table, *curve, std::string(table.sample(curve->front().second)), colour);
      if (first) line.title = fmt::format("{} (n\u00a0=\u00a0{})", title, curves.size());
      first = false;
      figure.series.push_back(std::move(line));
    }
  }
  figure.caption = drawn > kMostCurves ? say("Bands: lowest to highest of the preparations of a condition.")
                                       : say("One line a preparation, coloured by condition.");
  figure.alt = fmt::format("{}. {} {}", figure.title, counted(drawn, "preparation"), figure.caption);
  set_curve_axes(quantity, figure);
  return figure;
}

Figure replicates_figure(const RowIndex& index, const std::string& quantity, const std::string& sample,
                         std::span<const std::string> flagged_replicates) {
  const ObservationTable& table = index.table();
  Figure figure;
  figure.kind = "replicates";
  figure.id = "replicates_" + file_slug(quantity) + "_" + file_slug(sample);
  figure.sample = sample;
  figure.quantity = quantity;
  figure.title = say("{} of every replicate of {}", sentence_case(quantity_text(quantity, "")), sample);
  figure.y.label = quantity_axis(quantity, "");
  std::map<std::string, std::size_t, decltype(&natural_less)> rows{&natural_less};
  double own = kNaN;
  for (const std::size_t i : index.rows(quantity, sample)) {
    if (table.origin(i) != Origin::kMeasured || std::isfinite(table.at(i)) || !table.part(i).empty()) continue;
    if (table.replicate(i).empty()) {
      own = table.value(i);
    } else {
      rows.emplace(std::string(table.replicate(i)), i);
    }
  }
  Series series{sample, "", Role::kUnit, 1, false, {}};
  std::size_t flagged = 0;
  for (const auto& [replicate, row] : rows) {
    Mark mark;
    mark.x = static_cast<double>(figure.x.categories.size());
    mark.y = table.value(row), mark.low = table.low(row), mark.high = table.high(row);
    mark.sample = sample, mark.label = replicate, mark.id = observation_id(table, row);
    mark.hollow =
        std::find(flagged_replicates.begin(), flagged_replicates.end(), replicate) != flagged_replicates.end() ||
        table.status(row) != Status::kOk;
    flagged += mark.hollow ? 1 : 0;
    figure.x.categories.push_back(replicate);
    series.marks.push_back(mark);
  }
  if (std::isfinite(own) && !series.marks.empty()) {
    Mark line;
    line.y = own, line.label = sample;
    figure.series.push_back({"preparation", "", Role::kReference, 0, false, {line}});
  }
  figure.series.push_back(std::move(series));
  figure.caption = flagged == 0 ? say("One point a replicate.")
                                : say("One point a replicate; hollow: flagged ({} of {}).", flagged, rows.size());
  if (figure.series.size() > 1) figure.caption += " " + say("Dashed: the preparation.");
  figure.alt = figure.title + ". " + figure.caption;
  return figure;
}

Figure agreement_figure(const ObservationTable& table, const Study& study, const std::string& quantity) {
  Figure figure;
  figure.kind = "agreement";
  figure.id = "agreement_" + file_slug(quantity);
  figure.quantity = quantity;
  figure.title = say("{}: measured against predicted", sentence_case(quantity_text(quantity, "")));
  const Quantity* entry = find_quantity(quantity);
  figure.x.log = figure.y.log = entry != nullptr && entry->scale == Scale::kLog;
  figure.x.label = say("Measured: {}", quantity_axis(quantity, ""));
  figure.y.label = say("Predicted: {}", quantity_axis(quantity, ""));
  std::map<std::string, Series> by_condition;
  for (const Pair& pair : pair_rows(table)) {
    const std::size_t m = pair.measured, p = pair.predicted;
    if (table.quantity(m) != quantity || std::isfinite(table.at(m))) continue;
    const std::string condition(table.condition(m));
    Series& series = by_condition[condition];
    Mark mark;
    mark.x = table.value(m), mark.x_low = table.low(m), mark.x_high = table.high(m);
    mark.y = table.value(p), mark.low = table.low(p), mark.high = table.high(p);
    mark.sample = mark.label = table.sample(m);
    mark.id = observation_id(table, m);
    series.marks.push_back(mark);
  }
  if (by_condition.empty()) return figure;
  Mark diagonal;
  diagonal.x = diagonal.y = by_condition.begin()->second.marks.front().x;
  figure.series.push_back({"equality", say("equal"), Role::kReference, 0, false, {diagonal}});
  std::size_t pairs = 0;
  for (auto& [condition, series] : by_condition) {
    series.name = condition;
    series.title = condition.empty() ? "" : condition_title(study, condition);
    series.role = Role::kInterval;
    series.colour = condition_colour(study, condition, static_cast<int>(study.conditions.size()) + 1);
    pairs += series.marks.size();
    figure.series.push_back(std::move(series));
  }
  figure.caption =
      say("One point a pair of a measured and a predicted value ({}); bars: their intervals; dashed: equality.", pairs);
  figure.alt = figure.title + ". " + figure.caption;
  return figure;
}

Figure curve_figure(const ObservationTable& table, const Study& study, const std::string& quantity,
                    const std::string& sample) {
  return curve_figure(RowIndex(table), study, quantity, sample);
}
Figure curve_overlay_figure(const ObservationTable& table, const Study& study, const std::string& quantity) {
  return curve_overlay_figure(RowIndex(table), study, quantity);
}
Figure replicates_figure(const ObservationTable& table, const std::string& quantity, const std::string& sample,
                         std::span<const std::string> flagged_replicates) {
  return replicates_figure(RowIndex(table), quantity, sample, flagged_replicates);
}

}  // namespace vesica
