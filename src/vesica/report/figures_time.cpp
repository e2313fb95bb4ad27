// SPDX-License-Identifier: Apache-2.0
// Time courses of predicted quantities, with what was measured on them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/figures.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kHeightMm = 80;    // chosen: a course twice as wide as high
constexpr double kWideFactor = 30;  // chosen: a course over more is a line on the floor of a linear axis

/// condition and, where the prediction has one, sample → rows by ascending time
using Courses = std::map<std::pair<std::string, std::string>, std::vector<std::size_t>>;

bool is_point(const ObservationTable& table, std::size_t i) {
  return std::isfinite(table.time_h(i)) && std::isnan(table.at(i)) && std::isfinite(table.value(i)) &&
         table.status(i) == Status::kOk;
}

std::size_t times_in(const ObservationTable& table, const std::vector<std::size_t>& rows) {
  std::set<double> times;
  for (const std::size_t i : rows) times.insert(table.time_h(i));
  return times.size();
}

Mark mark_of(const ObservationTable& table, std::size_t i) {
  Mark mark;
  mark.x = table.time_h(i);
  mark.y = table.value(i);
  mark.sample = table.sample(i);
  mark.id = observation_id(table, i);
  return mark;
}

void add_predicted(const ObservationTable& table, const std::string& title, int colour,
                   const std::vector<std::size_t>& rows, Figure& figure) {
  Series line{title, title, Role::kLine, colour, true, {}};
  Series band{title + " interval", "", Role::kBand, colour, false, {}};
  for (const std::size_t i : rows) {
    Mark mark = mark_of(table, i);
    line.marks.push_back(mark);
    mark.low = table.low(i);
    mark.high = table.high(i);
    if (std::isfinite(mark.low) && std::isfinite(mark.high)) band.marks.push_back(mark);
  }
  if (!band.marks.empty()) figure.series.push_back(std::move(band));
  figure.series.push_back(std::move(line));
}

/// Quantities that are compared by their logarithm, all above 0 and over a wide range, stand on a logarithmic axis.
void choose_scale(Figure& figure) {
  const Quantity* quantity = find_quantity(figure.quantity);
  double low = kInfinity, high = 0;
  for (const Series& series : figure.series) {
    for (const Mark& mark : series.marks) {
      for (const double value : {mark.y, mark.low, mark.high}) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  figure.y.log = quantity != nullptr && quantity->scale == Scale::kLog && low > 0 && high > kWideFactor * low;
  if (figure.y.log) figure.y.from_zero = false;
}

}  // namespace

Figure course_figure(const ObservationTable& table, const Study& study, const std::string& quantity,
                     const std::string& target) {
  Courses predicted, measured;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != quantity || table.target(i) != target || !is_point(table, i)) continue;
    const std::string condition(table.condition(i));
    if (table.origin(i) == Origin::kPredicted) {
      predicted[{condition, std::string(table.sample(i))}].push_back(i);
    } else {
      measured[{condition, ""}].push_back(i);
    }
  }
  Figure figure;
  figure.kind = "time";
  figure.id = "course_" + file_slug(quantity + (target.empty() ? "" : "-" + target));
  figure.quantity = quantity;
  figure.title = say("{} over time", sentence_case(quantity_text(quantity, target)));
  figure.x.label = say("Time (h)");
  figure.y.label = quantity_axis(quantity, target, unit_of_rows(table, quantity, target));
  figure.y.from_zero = true;
  figure.width = FigureWidth::kDouble;
  figure.height_mm = kHeightMm;
  std::size_t points = 0;
  for (auto& [names, rows] : predicted) {
    if (times_in(table, rows) < 2) continue;
    std::stable_sort(rows.begin(), rows.end(),
                     [&](std::size_t a, std::size_t b) { return table.time_h(a) < table.time_h(b); });
    const auto& [condition, sample] = names;
    const std::string who = sample.empty() ? condition_title(study, condition) : sample;
    add_predicted(table, who.empty() ? say("predicted") : say("predicted, {}", who),
                  condition_colour(study, condition, static_cast<int>(figure.series.size()) + 1), rows, figure);
  }
  if (figure.series.empty()) return figure;
  for (const auto& [names, rows] : measured) {
    const std::string who = condition_title(study, names.first);
    Series units{"measured " + names.first,
                 who.empty() ? say("measured") : say("measured, {}", who),
                 Role::kUnit,
                 condition_colour(study, names.first, static_cast<int>(figure.series.size()) + 1),
                 false,
                 {}};
    for (const std::size_t i : rows) units.marks.push_back(mark_of(table, i));
    points += rows.size();
    figure.series.push_back(std::move(units));
  }
  choose_scale(figure);
  figure.caption =
      say("Dashed: predicted, with the band of its interval.") + " " + say("Points: {} measured value(s).", points);
  figure.alt = figure.title + ". " + figure.caption;
  return figure;
}

std::vector<Figure> course_figures(const ObservationTable& table, const Study& study) {
  std::map<std::pair<std::string, std::string>, std::set<double>> times;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) == Origin::kPredicted && is_point(table, i))
      times[{std::string(table.quantity(i)), std::string(table.target(i))}].insert(table.time_h(i));
  }
  std::vector<Figure> out;
  for (const auto& [names, seen] : times) {
    if (seen.size() > 1) out.push_back(course_figure(table, study, names.first, names.second));
  }
  return out;
}

}  // namespace vesica
