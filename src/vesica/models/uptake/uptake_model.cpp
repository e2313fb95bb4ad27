// SPDX-License-Identifier: Apache-2.0
// Uptake as a model: settings, the network run for each of them, rows of an average cell and of all cells.
#include <algorithm>
#include <cmath>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/evidence/water.h"
#include "vesica/kinetics/ensemble.h"
#include "vesica/models/uptake/uptake.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr std::string_view kSources[] = {"10.1038/s41467-021-22126-y", "10.1073/pnas.1408301111", "PMC5415968"};
constexpr std::string_view kQuantities[] = {"uptake.vesicles_per_cell", "uptake.bound_per_cell", "uptake.medium_share",
                                            "uptake.copies_per_cell", "uptake.positive_fraction"};
constexpr Port kPorts[] = {
    {"concentration", "course.concentration", "Vesicles per mL around the cells over time, as in an organ.", true},
};
/// What compile options list and Individual::given follows.
constexpr std::string_view kGiven[] = {"medium",    "volume_per_cell", "k_bind",   "k_off",  "k_in",
                                       "k_recycle", "k_lysis",         "k_escape", "k_loss", "copies_per_vesicle"};
/// What the rows are made of, in this order.
constexpr std::string_view kOutputs[] = {"medium", "bound", "taken", "copies"};
enum Output : std::size_t { kMedium, kBound, kTaken, kCopies, kOutputCount };
constexpr double kDefaultTimes[] = {0, 1, 2, 4, 8, 12, 24};  ///< h, chosen: those of a culture experiment

struct Settings {
  std::optional<double> concentration;
  double cells_per_ml = 1e5, diameter_nm = 100, cell_radius_um = 8, temperature_c = 37;
  std::optional<double> viscosity_mpa_s;
  double sticking = 0.04, k_off_per_h = 0.5, k_in_per_h = 1, k_recycle_per_h = 0.1, k_lysis_per_h = 0.5,
         k_escape_per_h = 0.2;
  double k_loss_per_h = 0.077, copies_per_vesicle = 0.00825;
  std::string cargo = "miRNA";
  std::int64_t least_vesicles = 1;
  std::optional<double> shape;
  bool sees_bound = false;
  double false_share = 0;

  void describe(Fields& fields);
  double viscosity() const { return viscosity_mpa_s.value_or(water_viscosity_mpa_s(temperature_c)); }
};

void Settings::describe(Fields& f) {
  f.optional_number(
      "concentration", concentration,
      {.unit = "/mL", .low = 0, .high = 1e16, .help = "Vesicles per mL put on the cells; not needed in a chain."});
  f.number(
      "cells_per_ml", cells_per_ml,
      {.unit = "/mL", .low = 1, .high = 1e10, .help = "Cells per mL of medium.", .evidence = "uptake.cells_per_ml"});
  f.number("diameter_nm", diameter_nm,
           {.unit = "nm", .low = 1, .high = 1e4, .help = "Diameter of the vesicles.", .evidence = "uptake.diameter"});
  f.number("cell_radius_um", cell_radius_um,
           {.unit = "um", .low = 0.1, .high = 1e3, .help = "Radius of a cell.", .evidence = "uptake.cell_radius"});
  f.number("temperature_c", temperature_c,
           {.unit = "Cel", .low = 0, .high = 100, .help = "Temperature.", .evidence = "uptake.temperature"});
  f.optional_number("viscosity_mpa_s", viscosity_mpa_s,
                    {.unit = "mPa.s", .low = 0.1, .high = 1e4, .help = "Viscosity of the medium; empty: water."});
  f.number("sticking", sticking,
           {.low = 0,
            .high = 1,
            .help = "Share of the encounters by diffusion that end in binding.",
            .evidence = "uptake.sticking",
            .estimate = true});
  f.number(
      "k_off_per_h", k_off_per_h,
      {.unit = "/h", .low = 0, .high = 1e5, .help = "Detachment.", .evidence = "uptake.unbinding", .estimate = true});
  f.number("k_in_per_h", k_in_per_h,
           {.unit = "/h",
            .low = 0,
            .high = 1e5,
            .help = "Internalisation of what is bound.",
            .evidence = "uptake.internalisation",
            .estimate = true});
  f.number("k_recycle_per_h", k_recycle_per_h,
           {.unit = "/h",
            .low = 0,
            .high = 1e5,
            .help = "Endosomes that give the vesicle back into the medium.",
            .evidence = "uptake.recycling",
            .estimate = true});
  f.number("k_lysis_per_h", k_lysis_per_h,
           {.unit = "/h",
            .low = 0,
            .high = 1e5,
            .help = "Endosomes that go to the lysosome.",
            .evidence = "uptake.lysis",
            .estimate = true});
  f.number("k_escape_per_h", k_escape_per_h,
           {.unit = "/h",
            .low = 0,
            .high = 1e5,
            .help = "Endosomes whose vesicle opens into the cytosol.",
            .evidence = "uptake.escape",
            .estimate = true});
  f.number("k_loss_per_h", k_loss_per_h,
           {.unit = "/h",
            .low = 0,
            .high = 1e5,
            .help = "Loss of the cargo in the cytosol, dilution by division included.",
            .evidence = "uptake.bartlett.risc_loss",
            .estimate = true});
  f.number("copies_per_vesicle", copies_per_vesicle,
           {.low = 0, .high = 1e6, .help = "Mean copies of the cargo in a vesicle.", .evidence = "cargo.mirna_copies"});
  f.text("cargo", cargo, {.help = "What is delivered; names its rows."});
  f.integer("least_vesicles", least_vesicles,
            {.low = 1, .high = 1000000, .help = "Vesicles from which on a cell counts as positive."});
  f.optional_number("shape", shape,
                    {.low = 1e-3, .high = 1e6, .help = "Shape of the negative binomial of counts; empty: Poisson."});
  f.flag("sees_bound", sees_bound, {.help = "Vesicles on the surface are counted too (no acid wash)."});
  f.number("false_share", false_share,
           {.low = 0, .high = 1, .help = "Share of positive cells in the dye-only control."});
}

AnySettings make_settings() { return AnySettings::of(Settings{}); }

const Taken* find_course(std::span<const Taken> taken) {
  for (const Taken& one : taken)
    if (one.port == "concentration" && !one.given.rows.empty()) return &one;
  return nullptr;
}

kinetics::Curve curve_for(const Predictions& given, std::size_t settings) {
  std::vector<double> times, values;
  for (std::size_t k = 0; k < given.rows.size(); ++k) {
    times.push_back(given.rows[k].time_h);
    values.push_back(given.value(given.count() == 1 ? 0 : settings, k));
  }
  return kinetics::Curve(times, values, "uptake.concentration");
}

std::vector<double> given_values(const Settings& s) {
  return {s.concentration.value_or(0),
          1 / s.cells_per_ml,
          s.sticking * uptake::encounter_ml_per_h(s.diameter_nm, s.cell_radius_um, s.temperature_c, s.viscosity()),
          s.k_off_per_h,
          s.k_in_per_h,
          s.k_recycle_per_h,
          s.k_lysis_per_h,
          s.k_escape_per_h,
          s.k_loss_per_h,
          s.copies_per_vesicle};
}

kinetics::Simulator make_simulator(uptake::Medium medium) {
  const kinetics::Network network = uptake::make_network(medium);
  kinetics::CompileOptions options;
  for (const std::string_view symbol : kOutputs) options.outputs.push_back(network.find(symbol));
  const bool follows = medium == uptake::Medium::kCourse;
  for (const std::string_view symbol : kGiven) {
    if (!(follows && symbol == "medium")) options.given.push_back(network.find(symbol));
  }
  if (follows) options.followed.push_back(network.find("medium"));
  return {network, options};
}

/// The row's value from the outputs of one moment; NaN stays NaN.
double value_of(std::string_view quantity, const Settings& s, std::span<const double> at) {
  if (quantity == "uptake.vesicles_per_cell") return at[kTaken];
  if (quantity == "uptake.bound_per_cell") return at[kBound];
  if (quantity == "uptake.copies_per_cell") return at[kCopies];
  if (quantity == "uptake.medium_share") return at[kMedium] / s.concentration.value_or(kNaN);
  const double seen = at[kTaken] + (s.sees_bound ? at[kBound] : 0);
  return uptake::positive_share(std::max(seen, 0.0), {static_cast<int>(s.least_vesicles), s.shape, s.false_share});
}

std::vector<Observation> make_rows(const Scenario& scenario, const Settings& settings, std::span<const double> times,
                                   bool in_well) {
  std::vector<Observation> rows;
  for (const std::string_view quantity : kQuantities) {
    if (!wants(scenario, quantity) || (quantity == "uptake.medium_share" && !in_well)) continue;
    for (const double time : times) {
      Observation row;
      row.quantity = quantity;
      row.unit = find_quantity(quantity)->unit;
      if (quantity == "uptake.copies_per_cell") row.target = settings.cargo;
      row.time_h = time;
      rows.push_back(row);
    }
  }
  return rows;
}

std::vector<double> sorted_times(const Scenario& scenario) {
  std::vector<double> times(scenario.times_h);
  if (times.empty()) times.assign(std::begin(kDefaultTimes), std::end(kDefaultTimes));
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

void add_issues(const Scenario& scenario, const Settings& settings, bool in_well, std::vector<Issue>& issues) {
  if (in_well && !settings.concentration) {
    Issue issue{Severity::kWarning,
                "uptake.unstated",
                say("How many vesicles the cells are given is not stated"),
                scenario.place,
                say("State concentration (vesicles per mL), or take course.concentration from another scenario"),
                "",
                "",
                "concentration"};
    issues.push_back(std::move(issue));
  }
  issues.push_back({Severity::kNote, "uptake.dye",
                    say("A positive cell is one that shows dye: nine in ten dye particles "
                        "may be no vesicles; false_share takes the dye-only control"),
                    Place{}, say("Measure a dye-only control"), "", ""});
}

Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken> taken,
                     const Context& context) {
  const Taken* course = find_course(taken);
  const bool in_well = course == nullptr;
  const std::vector<double> times = sorted_times(scenario);
  Predictions out;
  if (all.empty()) return out;
  out.rows = make_rows(scenario, all[0].get<Settings>(), times, in_well);
  if (all.size() == 1) add_issues(scenario, all[0].get<Settings>(), in_well, out.issues);
  const kinetics::Simulator simulator = make_simulator(in_well ? uptake::Medium::kWell : uptake::Medium::kCourse);
  kinetics::Plan plan;
  plan.start = std::min(0.0, times.front());
  plan.times = times;
  const auto make = [&](std::size_t i) {
    kinetics::Individual individual;
    individual.key = i;
    individual.given = given_values(all[i].get<Settings>());
    if (!in_well) {
      individual.given.erase(individual.given.begin());
      individual.curves.push_back(curve_for(course->given, i));
    }
    return individual;
  };
  out.values.reserve(all.size() * out.rows.size());
  kinetics::run_ensemble(
      simulator, plan, all.size(), make,
      [&](std::size_t first, std::span<kinetics::Trajectory> trajectories) {
        for (std::size_t i = 0; i < trajectories.size(); ++i) {
          const auto& settings = all[first + i].get<Settings>();
          for (std::size_t k = 0; k < out.rows.size(); ++k) {
            const auto moment =
                std::span(trajectories[i].values).subspan((k % times.size()) * kOutputCount, kOutputCount);
            const bool is_known = !in_well || settings.concentration.has_value();
            out.values.push_back(is_known ? value_of(out.rows[k].quantity, settings, moment) : kNaN);
            const bool failed = is_known && std::isnan(out.values.back());
            out.statuses.push_back(failed ? Status::kNotConverged : is_known ? Status::kOk : Status::kNotMeasurable);
          }
        }
      },
      context);
  return out;
}

Outcome predict(const Scenario& scenario, const AnySettings& settings, const Context& context) {
  return predict_by_sampling(kUptakeModel, scenario, settings, context);
}

}  // namespace

const Model kUptakeModel = {
    .id = "uptake",
    .title = "Uptake by cells",
    .summary = "How many vesicles cells bind, take in and open, and which share of the cells shows them.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
    .ports = kPorts,
};

}  // namespace vesica
