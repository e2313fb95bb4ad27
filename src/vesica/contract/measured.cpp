// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/measured.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

constexpr double kNormal975 = 1.959963984540054;  ///< 97.5 % point of the standard normal distribution
constexpr double kMostSpreads = 8;                ///< chosen: no draw of a normal distribution lies farther out

/// Settings of the stage: everything but `spreads_off` stands fixed.
struct MeasuredSettings {
  MeasuredCourse course;
  Scale scale = Scale::kLinear;
  double spreads_off = 0;

  void describe(Fields& fields) {
    fields.number("spreads_off", spreads_off,
                  {.low = -kMostSpreads, .high = kMostSpreads, .help = "Distance from the measured mean."});
  }
};

Predictions evaluate_measured(const Scenario&, std::span<const AnySettings> settings, std::span<const Taken>,
                              const Context&) {
  Predictions out;
  const MeasuredCourse& course = settings.front().get<MeasuredSettings>().course;
  for (const double time : course.times_h) {
    Observation row;
    row.quantity = course.quantity;
    row.target = course.target;
    row.unit = course.unit;
    row.time_h = time;
    out.rows.push_back(row);
  }
  for (const AnySettings& any : settings) {
    const MeasuredSettings& one = any.get<MeasuredSettings>();
    for (std::size_t k = 0; k < course.values.size(); ++k) {
      const double away = one.spreads_off * course.spreads[k];
      out.values.push_back(away == 0 ? course.values[k]
                                     : from_scale(to_scale(course.values[k], one.scale) + away, one.scale));
    }
  }
  return out;
}

AnySettings no_settings() { return AnySettings::of(MeasuredSettings{}); }

constexpr Model kMeasuredModel = {kMeasuredRows, "",      "",      {},      {},
                                  no_settings,   nullptr, nullptr, nullptr, evaluate_measured};

[[noreturn]] void refuse(const Take& take, std::string what, std::string hint) {
  throw Error(ErrorKind::kConfig, std::move(what), take.place, std::move(hint));
}

/// The spread of a mean of `values` (on the scale), as that of a normal distribution with the t interval's ends.
double spread_of_mean(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  for (const double value : values) squares += (value - sum / n) * (value - sum / n);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  return std::sqrt(squares / (n - 1) / n) * t / kNormal975;
}

/// Half of the row's interval on the scale, as a spread; 0 without one. An end that the scale cannot take (0 on a log
/// scale) leaves the distance to the other.
double spread_of_row(const ObservationTable& table, std::size_t row, Scale scale) {
  const double value = to_scale(table.value(row), scale);
  const double low = to_scale(table.low(row), scale), high = to_scale(table.high(row), scale);
  if (std::isfinite(low) && std::isfinite(high)) return (high - low) / 2 / kNormal975;
  if (std::isfinite(high)) return (high - value) / kNormal975;
  return std::isfinite(low) ? (value - low) / kNormal975 : 0;
}

/// The rows of one moment, by sample.
using BySample = std::map<std::string, std::vector<std::size_t>>;

void add_moment(const ObservationTable& table, const BySample& samples, double time_h, Scale scale,
                MeasuredCourse& out) {
  std::vector<double> means, values;  // of samples, of rows; on the scale
  for (const auto& [sample, rows] : samples) {
    double sum = 0;
    for (const std::size_t row : rows) {
      values.push_back(to_scale(table.value(row), scale));
      sum += values.back();
    }
    means.push_back(sum / static_cast<double>(rows.size()));
  }
  double mean = 0;
  for (const double one : means) mean += one / static_cast<double>(means.size());
  out.times_h.push_back(time_h);
  out.values.push_back(from_scale(mean, scale));
  out.spreads.push_back(means.size() > 1    ? spread_of_mean(means)
                        : values.size() > 1 ? spread_of_mean(values)
                                            : spread_of_row(table, samples.begin()->second.front(), scale));
  out.samples = std::max(out.samples, samples.size());
  out.rows += values.size();
}

/// As a note prints it.
std::string short_text(double value) { return fmt::format("{:.3g}", value); }

/// The target to take: the one that is named, else rows without one, else the only one.
std::string target_of(const std::set<std::string>& targets, const Take& take, const std::string& of) {
  if (targets.empty())
    refuse(take, say("No {0} of {1} was measured.", take.quantity, "\"" + of + "\""),
           say("Measure it first (\"vesica run\" of the study), or state the number as a setting."));
  const std::string listed = join(std::vector<std::string>(targets.begin(), targets.end()), ", ");
  if (!take.target.empty()) {
    if (targets.contains(take.target)) return take.target;
    refuse(take, say("No {0} of {1} was measured for \"{2}\".", take.quantity, "\"" + of + "\"", take.target),
           say("Its targets: {}.", listed));
  }
  if (targets.contains("") || targets.size() == 1) return *targets.begin();
  refuse(take, say("{0} of {1} was measured of several targets.", take.quantity, "\"" + of + "\""),
         say("Name one of them with target = \"...\": {}.", listed));
}

}  // namespace

MeasuredCourse measured_course(const ObservationTable& table, const Scenario& scenario, const Take& take) {
  const bool names_one = !take.sample.empty() || !take.condition.empty();
  const std::string& sample = names_one ? take.sample : scenario.sample;
  const std::string& condition = names_one ? take.condition : scenario.condition;
  MeasuredCourse out;
  out.of = sample.empty() ? condition : sample;
  out.quantity = take.quantity;
  const Quantity* quantity = find_quantity(take.quantity);
  if (quantity != nullptr) out.unit = quantity->unit;
  const Scale scale = quantity == nullptr ? Scale::kLinear : quantity->scale;

  std::vector<std::size_t> fitting;
  std::set<std::string> targets;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const bool is_its = sample.empty() ? table.condition(i) == condition : table.sample(i) == sample;
    if (!is_its || table.origin(i) != Origin::kMeasured || table.quantity(i) != take.quantity) continue;
    if (table.status(i) != Status::kOk || !std::isnan(table.at(i))) continue;
    if (!std::isfinite(to_scale(table.value(i), scale))) continue;
    if (!std::isnan(take.time_h) && table.time_h(i) != take.time_h) continue;
    fitting.push_back(i);
    targets.insert(std::string(table.target(i)));
  }
  out.target = target_of(targets, take, out.of);
  std::map<double, BySample> moments;
  BySample timeless;
  for (const std::size_t row : fitting) {
    if (table.target(row) != out.target) continue;
    if (out.unit.empty()) out.unit = table.unit(row);
    BySample& moment = std::isnan(table.time_h(row)) ? timeless : moments[table.time_h(row)];
    moment[std::string(table.sample(row))].push_back(row);
  }
  if (!timeless.empty() && !moments.empty())
    refuse(take, say("{0} of {1} was measured with and without a time.", take.quantity, "\"" + out.of + "\""),
           say("Say which with time_h = ..., or give every row its time."));
  if (!timeless.empty()) add_moment(table, timeless, kNaN, scale, out);
  for (const auto& [time, samples] : moments) add_moment(table, samples, time, scale, out);
  return out;
}

ChainStage measured_stage(const MeasuredCourse& course) {
  MeasuredSettings settings;
  settings.course = course;
  const Quantity* quantity = find_quantity(course.quantity);
  if (quantity != nullptr) settings.scale = quantity->scale;
  ChainStage out;
  out.model = &kMeasuredModel;
  out.scenario.id = kMeasuredRows + (" " + course.quantity) + " " + course.target + " " + course.of;
  out.scenario.model = kMeasuredRows;
  for (const double spread : course.spreads)
    if (spread > 0) out.scenario.vary.set("spreads_off", Value::of("normal(0, 1)"));
  out.settings = AnySettings::of(std::move(settings));
  return out;
}

Issue measured_note(const MeasuredCourse& course, const Scenario& scenario) {
  const Quantity* quantity = find_quantity(course.quantity);
  const Scale scale = quantity == nullptr ? Scale::kLinear : quantity->scale;
  const double middle = to_scale(course.values.front(), scale), half = kNormal975 * course.spreads.front();
  const std::string value =
      course.values.size() > 1 ? say("{} moment(s)", course.values.size())
      : half > 0 ? say("{} ({} to {})", short_text(course.values.front()), short_text(from_scale(middle - half, scale)),
                       short_text(from_scale(middle + half, scale)))
                 : say("{}, taken as exact: nothing says how exact it is", short_text(course.values.front()));
  return {Severity::kNote,
          "chain.measured",
          say("Scenario {0} takes {1} as measured of {2}: {3}; {4} sample(s), {5} row(s).", scenario.id,
              course.quantity, course.of, value, course.samples, course.rows),
          scenario.place,
          "",
          "",
          scenario.sample};
}

}  // namespace vesica
