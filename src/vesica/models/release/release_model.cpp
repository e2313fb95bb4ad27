// SPDX-License-Identifier: Apache-2.0
// Release as a model of the house: ports, rows at wanted times, what a reader should know.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/models/release/course.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using namespace release;

constexpr std::string_view kSources[] = {"10.1021/acs.macromol.9b00753", "10.1016/0168-3659(87)90034-4",
                                         "10.1021/ma980765f", "Crank 1975, The Mathematics of Diffusion"};
constexpr std::string_view kQuantities[] = {
    "release.cumulative_fraction",   "release.cumulative_amount", "release.rate",     "release.t50", "release.t90",
    "release.diffusion_coefficient", "release.hindrance",         "release.mesh_size"};
constexpr Port kPorts[] = {
    {"load", "vesicle.particle_count", "Particles in the gel at the start; takes the place of load_particles.", false},
    {"diameter", "vesicle.diameter.median", "Median diameter of the vesicles; takes the place of diameter_nm.", false},
};
/// Where no times are asked for (chosen: three weeks, as release tests last).
constexpr std::array<double, 13> kTimes = {0, 1, 3, 6, 12, 24, 48, 72, 120, 168, 240, 336, 504};
constexpr double kHoursPerYear = 8766;

/// A number with its status.
struct Told {
  double value = kNaN;
  Status status = Status::kNotMeasurable;
};
Told told(double value) { return std::isnan(value) ? Told{} : Told{value, Status::kOk}; }

/// The rows without their values: the same for all settings.
std::vector<Observation> make_rows(const Scenario& scenario, bool with_amount) {
  std::vector<double> times = scenario.times_h;
  if (times.empty()) times.assign(kTimes.begin(), kTimes.end());
  std::vector<Observation> out;
  const auto add = [&](std::string_view quantity, double time_h, std::string_view target) {
    if (!wants(scenario, quantity)) return;
    Observation row;
    row.quantity = quantity;
    row.unit = find_quantity(quantity)->unit;
    row.target = target;
    row.time_h = time_h;
    out.push_back(std::move(row));
  };
  for (const double time : times) add("release.cumulative_fraction", time, "");
  if (with_amount)
    for (const double time : times) add("release.cumulative_amount", time, "");
  for (const double time : times) add("release.rate", time, "");
  for (const std::string_view quantity : {"release.t50", "release.t90", "release.hindrance", "release.mesh_size"})
    add(quantity, kNaN, "");
  add("release.diffusion_coefficient", kNaN, "gel");
  add("release.diffusion_coefficient", kNaN, "liquid");
  return out;
}

Told share_at(const Course& course, double time_h) {
  const double value = course.released(time_h);
  // Beyond the range of a power law all that is known is that more than its limit has left.
  if (std::isnan(value) && time_h > 0 && course.limit() < 1) return {course.limit(), Status::kAboveRange};
  return told(value);
}

Told time_at(const Course& course, double share) {
  const double value = course.time_of(share);
  if (std::isinf(value)) return {kLastTime, Status::kAboveRange};
  return told(value);
}

Told value_of(const Observation& row, const Course& course, const Settings& settings) {
  if (row.quantity == "release.cumulative_fraction") return share_at(course, row.time_h);
  if (row.quantity == "release.cumulative_amount") {
    Told out = share_at(course, row.time_h);
    out.value *= settings.load_particles.value_or(kNaN);
    return std::isnan(out.value) ? Told{} : out;
  }
  if (row.quantity == "release.rate") return told(course.rate(row.time_h));
  if (row.quantity == "release.t50") return time_at(course, 0.5);
  if (row.quantity == "release.t90") return time_at(course, 0.9);
  if (row.quantity == "release.hindrance") return told(course.median().um2_s(0) / course.median().free_um2_s());
  if (row.quantity == "release.mesh_size") return told(settings.mesh_size_nm());
  return told(row.target == "gel" ? course.median().um2_s(0) : course.median().free_um2_s());
}

/// The settings with what the chain hands over.
Settings taken_in(Settings settings, std::span<const Taken> taken, std::size_t index) {
  for (const Taken& port : taken) {
    if (port.given.rows.empty()) continue;
    const double value = port.given.value(port.given.count() == 1 ? 0 : index, 0);
    if (port.port == "load") settings.load_particles = value;
    if (port.port == "diameter") settings.diameter_nm = value;
  }
  return settings;
}

void note(std::vector<Issue>& issues, Severity severity, std::string kind, std::string message, std::string hint) {
  issues.push_back({severity, std::move(kind), std::move(message), {}, std::move(hint), "", ""});
}

void add_mesh_issue(const Settings& settings, const Course& course, std::vector<Issue>& issues) {
  const bool by_mesh = settings.hindrance == "multiscale" || settings.hindrance == "obstruction";
  const bool diffuses = settings.law == "fick" || (settings.law == "composite" && settings.diffusive_share > 0);
  if (!by_mesh || !diffuses || settings.mesh_size_nm() >= settings.diameter_nm) return;
  const Body body = settings.body();
  double low = 0, high = 1;  // path in mm² after which 90 % have left
  while (fick(body, high) < 0.9) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (fick(body, middle) < 0.9 ? low : high) = middle;
  }
  const double years = high / course.median().mm2_h(0) / kHoursPerYear;
  const std::string ratio = readable_number(course.median().um2_s(0) / course.median().free_um2_s(), 2);
  note(issues, Severity::kWarning, "release.mesh_smaller",
       say("The mesh ({} nm) is smaller than the vesicles ({} nm): they would diffuse {} times as fast as in water and "
           "90 % would need {} years. Diffusion through this mesh cannot explain a release within weeks",
           readable_number(settings.mesh_size_nm(), 3), readable_number(settings.diameter_nm, 3), ratio,
           readable_number(years, 2)),
       say("What is released then comes from the surface, from pores, or with the gel; vesicles also squeeze through "
           "meshes that relax (10.1038/s41565-020-0636-2), which no law here describes"));
}

void add_issues(const Scenario& scenario, const Settings& settings, const Course& course, bool with_amount,
                std::vector<Issue>& issues) {
  add_mesh_issue(settings, course, issues);
  if (course.limit() < 1)
    note(issues, Severity::kNote, "release.power_law",
         say("The power law holds up to {} % of the release: later rows only say that more has left",
             readable_number(100 * course.limit(), 2)),
         "");
  if (!with_amount && !scenario.quantities.empty() && wants(scenario, "release.cumulative_amount"))
    note(issues, Severity::kWarning, "release.no_load",
         say("How many particles the gel holds is not stated: there are no amounts"), say("Set load_particles"));
}

Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken> taken,
                     const Context& context) {
  std::vector<Settings> settings;
  bool with_amount = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    settings.push_back(taken_in(all[i].get<Settings>(), taken, i));
    with_amount = with_amount || settings.back().load_particles;
  }
  Predictions out;
  out.rows = make_rows(scenario, with_amount);
  out.values.assign(settings.size() * out.rows.size(), kNaN);
  out.statuses.assign(out.values.size(), Status::kNotMeasurable);
  std::vector<std::optional<Error>> failures(settings.size());
  std::vector<double> times;
  for (const Observation& row : out.rows)
    if (!std::isnan(row.time_h)) times.push_back(row.time_h);
  parallel_for(settings.size(), context, [&](std::size_t i) {
    try {
      check(settings[i]);
      const Course course(settings[i], times);
      for (std::size_t k = 0; k < out.rows.size(); ++k) {
        const Told told_value = value_of(out.rows[k], course, settings[i]);
        out.values[i * out.rows.size() + k] = told_value.value;
        out.statuses[i * out.rows.size() + k] = told_value.status;
      }
      if (i == 0) add_issues(scenario, settings[0], course, with_amount, out.issues);
    } catch (const Error& error) {
      failures[i] = error;
    }
  });
  // One set of settings that makes no sense leaves its rows empty; when none makes sense, the question does not.
  if (!failures.empty() &&
      std::all_of(failures.begin(), failures.end(), [](const auto& failure) { return failure.has_value(); }))
    throw *failures.front();
  return out;
}

AnySettings make_settings() { return AnySettings::of(Settings()); }

Outcome predict(const Scenario& scenario, const AnySettings& any, const Context& context) {
  return predict_by_sampling(kReleaseModel, scenario, any, context);
}

}  // namespace

const Model kReleaseModel = {
    .id = "release",
    .title = "Release from a gel",
    .summary =
        "How vesicles leave a hydrogel, microneedle or scaffold: by burst, hindered diffusion, tethers and "
        "erosion, or by an empirical law.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
    .ports = kPorts,
};

}  // namespace vesica
