// SPDX-License-Identifier: Apache-2.0
// Figures of rows: size distributions, replicates, measured against predicted.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/labels.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

constexpr double kLogFrom = 1200;        // chosen: a diameter axis beyond it leaves vesicles less than a third
constexpr std::size_t kMostCurves = 40;  // chosen: more lines cannot be told apart

Series line_series(const Curve& curve, const std::string& name, const std::string& sample, int colour) {
  Series series{name, "", Role::kLine, colour, false, {}};
  for (const CurvePoint& point : without_empty_ends(curve)) {
    Mark mark;
    mark.x = point.at, mark.y = point.value;
    mark.sample = sample, mark.id = point.id;
    series.marks.push_back(std::move(mark));
  }
  return series;
}

Series band_series(const Curve& curve, const std::string& name, int colour) {
  Series series{name, "", Role::kBand, colour, false, {}};
  for (const CurvePoint& point : without_empty_ends(curve)) {
    Mark mark;
    mark.x = point.at, mark.low = point.low, mark.high = point.high;
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

/// The limit below which the prediction takes the instrument to see nothing, as a line across the axis of diameters.
void add_detection_limit(const RowIndex& index, const std::string& sample, const std::string& condition,
                         Figure& figure) {
  const Quantity* entry = find_quantity(figure.quantity);
  if (entry == nullptr || entry->at != "diameter") return;
  for (const std::size_t i : index.rows_with_predictions("isolation.detection_limit", sample, condition)) {
    Mark mark;
    mark.x = index.table().value(i);
    if (!std::isfinite(mark.x)) continue;
    const std::string title = say("detection limit of the prediction, {} nm", exact_number(mark.x));
    mark.label = title;
    figure.series.push_back({"detection limit", title, Role::kReference, 0, false, {mark}});
    return;
  }
}

/// A predicted curve with the band of its interval, which lies behind everything else.
void add_prediction(const Curve& curve, const std::string& name, const std::string& title, const std::string& sample,
                    int colour, Figure& figure) {
  Series band = band_series(curve, name, colour);
  if (!band.marks.empty()) figure.series.insert(figure.series.begin(), std::move(band));
  Series line = line_series(curve, name, sample, colour);
  line.predicted = true;
  line.title = title;
  figure.series.push_back(std::move(line));
}

/// Equal at every position that both have: predictions are evaluated where their own samples were measured.
bool same_curve(const Curve& a, const Curve& b) {
  std::map<double, double> values;
  for (const CurvePoint& point : a) values[point.at] = point.value;
  return std::all_of(b.begin(), b.end(), [&](const CurvePoint& point) {
    const auto found = values.find(point.at);
    return found == values.end() || found->second == point.value;
  });
}

/// Predictions of an overlay: one black line when it is the same for all conditions, else one a condition.
void add_predictions(const RowIndex& index, const Study& study,
                     const std::vector<std::pair<std::string, Curve>>& predictions, Figure& figure) {
  if (predictions.empty()) return;
  const auto longest = std::max_element(predictions.begin(), predictions.end(),
                                        [](const auto& l, const auto& r) { return l.second.size() < r.second.size(); });
  const bool one = std::all_of(predictions.begin(), predictions.end(),
                               [&](const auto& item) { return same_curve(item.second, longest->second); });
  if (one) add_prediction(longest->second, "predicted", say("predicted"), "", 0, figure);
  for (const auto& [condition, curve] : predictions) {
    if (one) break;
    add_prediction(curve, "predicted " + condition, say("predicted, {}", condition_title(study, condition)), "",
                   condition_colour(study, condition, static_cast<int>(study.conditions.size()) + 1), figure);
  }
  add_detection_limit(index, "", predictions.front().first, figure);
  figure.caption += " " + say("Dashed: predicted, with the band of its interval.");
}

}  // namespace

Figure curve_figure(const RowIndex& index, const Study& study, const std::string& quantity, const std::string& sample) {
  Figure figure;
  figure.kind = "curves";
  figure.id = "curve_" + file_slug(quantity) + "_" + file_slug(sample);
  figure.sample = sample;
  figure.quantity = quantity;
  figure.title = say("{} of {}", sentence_case(quantity_text(quantity, "")), sample);
  const Curves curves = read_curves(index, quantity, sample, study.condition_of(sample));
  Series band = band_series(curves.own, sample, 1);
  if (!band.marks.empty()) figure.series.push_back(std::move(band));
  figure.series.push_back(line_series(curves.own, sample, sample, 1));
  switch (curves.band) {
    case Curves::Band::kNone:
      break;
    case Curves::Band::kInterval:
      figure.caption = say("Line: the preparation; band: its interval.");
      break;
    case Curves::Band::kReplicates:
      figure.caption = say("Line: the preparation; band: lowest to highest of {} replicate(s).", curves.replicates);
      break;
    case Curves::Band::kMeanOfReplicates:
      figure.caption =
          say("Line: mean of {} replicate(s) at each position; band: lowest to highest.", curves.replicates);
      break;
  }
  if (!curves.target.empty()) {
    figure.caption += (figure.caption.empty() ? "" : " ") + say("What is shown: {}.", target_text(curves.target));
  }
  if (curves.below_range) {
    figure.caption +=
        (figure.caption.empty() ? "" : " ") + say("Positions below the detection limit are drawn as zero.");
  }
  if (!curves.predicted.empty()) {
    figure.series.back().title = say("measured");
    add_prediction(curves.predicted, "predicted", say("predicted"), sample, 2, figure);
    add_detection_limit(index, sample, study.condition_of(sample), figure);
    figure.caption += (figure.caption.empty() ? "" : " ") + say("Dashed: predicted, with the band of its interval.");
  }
  figure.alt = figure.title + ". " + figure.caption;
  set_curve_axes(quantity, figure);
  return figure;
}

Figure curve_overlay_figure(const RowIndex& index, const Study& study, const std::string& quantity) {
  Figure figure;
  figure.kind = "curves";
  figure.id = "overlay_" + file_slug(quantity);
  figure.quantity = quantity;
  figure.title = say("{} of all preparations", sentence_case(quantity_text(quantity, "")));
  std::map<std::string, std::vector<std::pair<std::string, Curve>>> by_condition;  // sample, its curve
  std::map<std::string, Curve> predicted;
  std::set<std::string> targets;
  std::size_t drawn = 0;
  for (const std::string& sample : index.samples(quantity)) {
    const std::string condition = study.condition_of(sample);
    Curves read = read_curves(index, quantity, sample, condition);
    Curve own = std::move(read.own);
    if (own.empty()) continue;
    targets.insert(read.target.empty() ? "" : target_text(read.target));
    by_condition[condition].emplace_back(sample, std::move(own));
    if (!read.predicted.empty()) predicted.try_emplace(condition, std::move(read.predicted));
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
    const auto& curves = by_condition[condition];
    const int colour = condition_colour(study, condition, static_cast<int>(study.conditions.size()) + 1);
    std::string title = condition.empty() ? say("no condition") : condition_title(study, condition);
    title += fmt::format(" (n\u00a0=\u00a0{})", curves.size());
    if (drawn > kMostCurves) {
      std::vector<Curve> only;
      for (const auto& [sample, curve] : curves) only.push_back(curve);
      figure.series.push_back(band_series(mean_with_envelope(only), condition, colour));
      figure.series.back().title = title;
      continue;
    }
    for (const auto& [sample, curve] : curves) {
      figure.series.push_back(line_series(curve, sample, sample, colour));
      if (&sample == &curves.front().first) figure.series.back().title = title;
    }
  }
  figure.caption = drawn > kMostCurves ? say("Bands: lowest to highest of the preparations of a condition.")
                                       : say("One line a preparation, coloured by condition.");
  targets.erase("");
  if (!targets.empty()) {
    figure.caption +=
        " " + say("What is shown: {}.", join(std::vector<std::string>(targets.begin(), targets.end()), ", "));
  }
  std::vector<std::pair<std::string, Curve>> predictions;
  for (const std::string& condition : conditions) {
    if (const auto found = predicted.find(condition); found != predicted.end()) predictions.push_back(*found);
  }
  add_predictions(index, study, predictions, figure);
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
  figure.y.label = quantity_axis(quantity, "", unit_of_rows(table, quantity, ""));
  std::map<std::string, std::size_t, decltype(&natural_less)> rows{&natural_less};
  double own = kNaN;
  for (const std::size_t i : index.rows(quantity, sample)) {
    if (table.origin(i) != Origin::kMeasured || std::isfinite(table.at(i)) || !table.part(i).empty()) continue;
    const std::string_view target = table.target(i);
    if (!table.replicate(i).empty() && target.empty()) {
      rows.emplace(std::string(table.replicate(i)), i);
    } else if (table.replicate(i).empty() && (target.empty() || target == kAllReplicates) && !std::isfinite(own)) {
      own = table.value(i);
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
    flagged += mark.hollow && std::isfinite(mark.y) ? 1 : 0;
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
  const std::string axis = quantity_axis(quantity, "", unit_of_rows(table, quantity, ""));
  figure.x.label = say("Measured: {}", axis);
  figure.y.label = say("Predicted: {}", axis);
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
