// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/course/course_derive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "vesica/assays/course/course.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::course {

namespace {

constexpr std::string_view kRules[] = {"linear", "linear_log"};
constexpr std::string_view kEntries[] = {"auto", "bolus", "other"};
constexpr double kMuchExtrapolated = 0.2;           ///< chosen: the usual limit of bioequivalence guidance
constexpr double kWholeDose = 100, kTooMuch = 115;  ///< % of the dose; chosen: what weighing and counting can be off by

/// One course: values of one quantity in one target of one individual.
using CourseKey =
    std::tuple<std::string, std::string, std::string, std::string>;  // quantity, target, condition, sample

/// The mean of technical repeats at each time (arithmetic, as areas are sums), in order of time.
std::vector<Point> merged(std::vector<Point> points) {
  std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.time_h < b.time_h; });
  std::vector<Point> out;
  for (std::size_t i = 0; i < points.size();) {
    double sum = 0;
    std::size_t seen = 0, j = i;
    for (; j < points.size() && points[j].time_h == points[i].time_h; ++j) {
      if (points[j].below) continue;
      sum += points[j].value;
      ++seen;
    }
    out.push_back({points[i].time_h, seen > 0 ? sum / static_cast<double>(seen) : 0, seen == 0});
    i = j;
  }
  return out;
}

std::map<CourseKey, std::vector<Point>> gather(const ObservationTable& table) {
  std::map<CourseKey, std::vector<Point>> out;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured || find_measured(table.quantity(i)) == nullptr) continue;
    if (std::isnan(table.time_h(i))) continue;
    const bool below = table.status(i) == Status::kBelowRange || table.status(i) == Status::kNoObjects;
    if (!below && table.status(i) != Status::kOk) continue;
    out[{std::string(table.quantity(i)), std::string(table.target(i)), std::string(table.condition(i)),
         std::string(table.sample(i))}]
        .push_back({table.time_h(i), table.value(i), below});
  }
  for (auto& [key, points] : out) points = merged(std::move(points));
  return out;
}

/// What was given to an individual: the amount in the wanted unit and whether it went into the blood at once.
struct Dosing {
  double amount = kNaN;
  bool is_bolus = false;
};

bool is_intravenous(std::string_view route) {
  const std::string word = lower_ascii(route);
  return word == "iv" || word == "i.v." || word == "intravenous" || word == "iv_bolus" || word == "静脉注射";
}

Dosing dosing_of(const Study& study, const Settings& settings, const std::string& sample, std::string_view unit) {
  Dosing out;
  std::size_t doses = 0;
  double sum = 0;
  for (const Given& given : study.givens) {
    if (given.to != sample) continue;
    ++doses;
    out.is_bolus = is_intravenous(given.route);
    sum += convert_unit(given.amount, given.unit, unit).value_or(kNaN);
  }
  // Several doses: the area to infinity of the whole course belongs to their sum, the bolus rule to none.
  if (doses > 1) out.is_bolus = false;
  if (doses > 0) out.amount = sum;
  if (settings.dose) out.amount = *settings.dose;
  if (unit == "%") out.amount = kWholeDose;
  if (settings.entry != "auto") out.is_bolus = settings.entry == "bolus";
  return out;
}

class Deriver {
 public:
  Deriver(const Study& study, const Settings& settings) : study_(study), settings_(settings) {}

  Outcome run(const ObservationTable& table) {
    const auto courses = gather(table);
    for (const Measured& measured : kMeasured) {
      for (const auto& [key, points] : courses) {
        if (std::get<0>(key) == measured.quantity && points.size() >= kLeastTimes) individual(key, points);
      }
    }
    sparse(courses);
    ratios();
    return std::move(out_);
  }

 private:
  Observation row_for(const CourseKey& key, std::string_view quantity) const {
    Observation row;
    row.quantity = quantity;
    row.unit = find_quantity(quantity)->unit;
    row.target = std::get<1>(key);
    row.condition = std::get<2>(key);
    row.sample = std::get<3>(key);
    row.source = "course";
    return row;
  }

  void add(Observation row, double value) {
    row.value = value;
    row.status = std::isnan(value) ? Status::kNotMeasurable : Status::kOk;
    out_.observations.add(row);
  }

  /// A row that the first quantity with a course gives without a part, the others with their name as part.
  Observation common_row(const CourseKey& key, std::string_view quantity) const {
    Observation row = row_for(key, quantity);
    const auto& [name, target, condition, sample] = key;
    if (first_.at({target, condition, sample}) != name) row.part = suffix(name);
    return row;
  }

  static std::string suffix(std::string_view quantity) {
    return std::string(quantity.substr(std::string_view("course.").size()));
  }

  void individual(const CourseKey& key, const std::vector<Point>& points) {
    first_.try_emplace({std::get<1>(key), std::get<2>(key), std::get<3>(key)}, std::get<0>(key));
    const Measured& measured = *find_measured(std::get<0>(key));
    const bool is_plasma = std::get<1>(key) == "plasma" || std::get<1>(key) == "blood";
    Dosing dosing = dosing_of(study_, settings_, std::get<3>(key), measured.dose_unit);
    const Entry entry = dosing.is_bolus && is_plasma ? Entry::kBolus : Entry::kOther;
    const Trapezoid rule = settings_.rule == "linear" ? Trapezoid::kLinear : Trapezoid::kLinearLog;
    const Quantities q = quantities_of(points, rule, entry);
    Observation last = row_for(key, measured.auc), infinite = last;
    last.time_h = q.time_of_last;
    infinite.part = "to infinity";
    add(row_for(key, measured.peak), q.peak);
    add(common_row(key, "course.time_of_peak"), q.peak > 0 ? q.time_of_peak : kNaN);
    add(last, q.auc_last);
    add(infinite, q.auc_infinity);
    Observation half = common_row(key, "course.half_life");
    half.n = static_cast<std::int64_t>(q.terminal_points);
    add(half, q.half_life_h);
    add(common_row(key, "course.auc_extrapolated"), q.extrapolated_share);
    areas_[key] = q.auc_last;
    if (q.extrapolated_share > kMuchExtrapolated) warn_extrapolated(key, q);
    if (is_plasma) blood(key, measured, q, dosing.amount, entry);
  }

  void blood(const CourseKey& key, const Measured& measured, const Quantities& q, double dose, Entry entry) {
    add(common_row(key, "course.mean_residence_time"), q.residence_h);
    if (measured.dose_unit.empty()) return;
    const double clearance = dose / q.auc_infinity;
    add(common_row(key, "course.clearance"), clearance);
    add(common_row(key, "course.volume_terminal"), clearance / q.lambda_per_h);
    if (entry == Entry::kBolus) add(common_row(key, "course.volume_steady"), clearance * q.residence_h);
  }

  void warn_extrapolated(const CourseKey& key, const Quantities& q) {
    out_.issues.push_back(
        {Severity::kWarning, "course.extrapolated",
         say("{} % of the area of {} in {} lies after the last value: area to infinity, clearance and residence time "
             "rest on {} point(s)",
             readable_number(100 * q.extrapolated_share, 2), std::get<1>(key), std::get<3>(key), q.terminal_points),
         Place{}, say("Sample later, or compare the areas to the last value"), "", std::get<3>(key)});
  }

  /// Areas of the mean course where individuals gave fewer samples than a course needs.
  void sparse(const std::map<CourseKey, std::vector<Point>>& courses) {
    std::map<std::tuple<std::string, std::string, std::string>, std::map<double, Group>> groups;
    std::map<std::string, std::size_t> individuals;
    for (const auto& [key, points] : courses) {
      if (points.size() >= kLeastTimes) continue;
      const auto& [quantity, target, condition, sample] = key;
      const std::size_t who = individuals.emplace(sample, individuals.size()).first->second;
      for (const Point& point : points) {
        Group& group = groups[{quantity, target, condition}][point.time_h];
        group.time_h = point.time_h;
        group.values.push_back(point.below ? 0 : point.value);
        group.who.push_back(who);
      }
    }
    for (const auto& [names, by_time] : groups) {
      if (by_time.size() < kLeastTimes) continue;
      std::vector<Group> ordered;
      std::int64_t values = 0;
      for (const auto& [time, group] : by_time)
        ordered.push_back(group), values += static_cast<std::int64_t>(group.values.size());
      const SparseArea area = sparse_area(ordered);
      const CourseKey key{std::get<0>(names), std::get<1>(names), std::get<2>(names), ""};
      Observation row = row_for(key, find_measured(std::get<0>(names))->auc);
      row.part = "mean course";
      row.time_h = ordered.back().time_h;
      row.n = values;
      if (!std::isnan(area.low)) {
        row.low = std::max(area.low, 0.0);
        row.high = area.high;
        row.interval = "t95";
        row.sd = area.standard_error;
      }
      add(row, area.area);
    }
  }

  void ratios() {
    for (const auto& [key, area] : areas_) {
      if (std::get<1>(key) == "plasma") continue;
      CourseKey plasma = key;
      std::get<1>(plasma) = "plasma";
      const auto found = areas_.find(plasma);
      if (found == areas_.end() || !(found->second > 0)) continue;
      Observation row = row_for(key, "course.tissue_ratio");
      row.part = suffix(std::get<0>(key));
      add(row, area / found->second);
    }
  }

  const Study& study_;
  const Settings& settings_;
  std::map<CourseKey, double> areas_;
  /// Target, condition and sample → the first quantity that has a course there.
  std::map<std::tuple<std::string, std::string, std::string>, std::string> first_;
  Outcome out_;
};

/// More than the whole dose in the organs of one individual at one time.
void check_recovery(const ObservationTable& table, std::vector<Issue>& issues) {
  std::map<std::pair<std::string, double>, std::map<std::string, double>> by_moment;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != "course.dose_fraction" || table.status(i) != Status::kOk) continue;
    if (table.origin(i) != Origin::kMeasured || std::isnan(table.time_h(i))) continue;
    by_moment[{std::string(table.sample(i)), table.time_h(i)}][std::string(table.target(i))] = table.value(i);
  }
  for (const auto& [moment, organs] : by_moment) {
    double sum = 0;
    for (const auto& [organ, share] : organs) sum += share;
    if (sum <= kTooMuch) continue;
    issues.push_back({Severity::kWarning, "course.more_than_given",
                      say("{} holds {} % of the dose at {} h: more than was given", moment.first,
                          readable_number(sum, 4), readable_number(moment.second, 3)),
                      Place{}, say("Check the counted standard of the dose, decay correction and overlapping regions"),
                      "", moment.first});
  }
}

}  // namespace

const Measured* find_measured(std::string_view quantity) {
  for (const Measured& measured : kMeasured)
    if (measured.quantity == quantity) return &measured;
  return nullptr;
}

void Settings::describe(Fields& fields) {
  fields.text("organ", organ, {.help = "Organ or fluid of values that name none."});
  fields.choice("rule", rule, kRules,
                {.help = "Area by straight lines (linear), or straight up and exponential down (linear_log)."});
  fields.choice("entry", entry, kEntries,
                {.help = "bolus: the value at 0 h in plasma is extrapolated; auto: where the study says iv."});
  fields.optional_number(
      "dose", dose,
      {.low = 0,
       .high = 1e20,
       .help = "Dose of each individual, in particles or ug; empty: what the study says was given."});
  fields.optional_number("quantification_limit", quantification_limit,
                         {.low = 0, .high = 1e30, .help = "Values below it, in the quantity's unit, are below range."});
  sheet.describe(fields);
}

Outcome derive_courses(const ObservationTable& table, const Study& study, const Settings& settings) {
  Outcome out = Deriver(study, settings).run(table);
  check_recovery(table, out.issues);
  return out;
}

}  // namespace vesica::course
