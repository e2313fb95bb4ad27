// SPDX-License-Identifier: Apache-2.0
// Dose translation as a model: every rule a part, in particles, protein and cell equivalents.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/models/dose/dose.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr std::string_view kSources[] = {"10.1126/science.276.5309.122", "FDA 2005, maximum safe starting dose"};
constexpr std::string_view kQuantities[] = {"dose.particles", "dose.particles_per_weight", "dose.protein",
                                            "dose.cell_equivalents"};
constexpr std::string_view kUnits[] = {"particles", "ug", "cells"};
constexpr Port kPorts[] = {
    {"particles_per_ug", "vesicle.particles_per_protein", "Particles per µg protein of the preparation.", false},
};

struct Settings {
  std::optional<double> dose;
  std::string dose_unit = "particles", from = "rat", to = "human_neonate";
  std::optional<double> from_weight_kg, to_weight_kg, particles_per_ug, particles_per_cell;

  void describe(Fields& f) {
    f.optional_number("dose", dose, {.low = 0, .high = 1e20, .help = "Dose of one individual of the first species."});
    f.choice("dose_unit", dose_unit, kUnits, {.help = "What the dose counts: particles, µg protein, or cells."});
    f.choice("from", from, dose::kSpecies, {.help = "Species that was given the dose."});
    f.choice("to", to, dose::kSpecies, {.help = "Species that the dose is wanted for."});
    f.optional_number("from_weight_kg", from_weight_kg,
                      {.unit = "kg", .low = 1e-4, .high = 500, .help = "Its body weight; empty: usual."});
    f.optional_number("to_weight_kg", to_weight_kg,
                      {.unit = "kg", .low = 1e-4, .high = 500, .help = "Body weight there; empty: usual."});
    f.optional_number("particles_per_ug", particles_per_ug,
                      {.unit = "/ug", .low = 1, .high = 1e14, .help = "Measured particles per µg protein."});
    f.optional_number("particles_per_cell", particles_per_cell,
                      {.low = 1e-6, .high = 1e9, .help = "Measured particles that one cell gave to the preparation."});
  }
};

AnySettings make_settings() { return AnySettings::of(Settings{}); }

/// What the preparation's own ratios say; NaN: not known.
struct Ratios {
  double per_ug, per_cell;
};

Ratios ratios_for(const Settings& settings, std::span<const Taken> taken, std::size_t i) {
  Ratios out{settings.particles_per_ug.value_or(kNaN), settings.particles_per_cell.value_or(kNaN)};
  for (const Taken& one : taken) {
    if (one.port == "particles_per_ug" && !one.given.rows.empty())
      out.per_ug = one.given.value(one.given.count() == 1 ? 0 : i, 0);
  }
  return out;
}

double particles_of(const Settings& settings, const Ratios& ratios) {
  const double dose = settings.dose.value_or(kNaN);
  if (settings.dose_unit == "ug") return dose * ratios.per_ug;
  return settings.dose_unit == "cells" ? dose * ratios.per_cell : dose;
}

/// NaN beyond what the catalogue allows: no dose of this world.
double value_of(std::string_view quantity, double particles, double weight_kg, const Ratios& ratios) {
  if (particles > find_quantity("dose.particles")->high) return kNaN;
  if (quantity == "dose.particles_per_weight") return particles / weight_kg;
  if (quantity == "dose.protein") return particles / ratios.per_ug;
  return quantity == "dose.cell_equivalents" ? particles / ratios.per_cell : particles;
}

void add_issues(const Settings& settings, const Ratios& ratios, std::vector<Issue>& issues) {
  const auto ask = [&](std::string message, std::string setting) {
    issues.push_back({Severity::kWarning, "dose.unstated", std::move(message), Place{},
                      say("State {} as a setting of dose", setting), "", "", setting});
  };
  if (!settings.dose) ask(say("The dose to carry over is not stated"), "dose");
  if (settings.dose_unit == "ug" && std::isnan(ratios.per_ug))
    ask(say("A dose in µg protein becomes particles only through the preparation's own ratio, which is not stated"),
        "particles_per_ug");
  if (settings.dose_unit == "cells" && std::isnan(ratios.per_cell))
    ask(say("A dose in cells becomes particles only through the preparation's own yield, which is not stated"),
        "particles_per_cell");
  issues.push_back({Severity::kNote, "dose.rules_differ",
                    say("The rules differ: body weight, surface and the power 0.75 are for doses into the blood, fluid "
                        "volume and brain mass for local routes into the nervous system. None is a safe starting dose: "
                        "guidance divides by 10 or more"),
                    Place{}, "", "", ""});
}

/// Rows in protein or cells are of use only where the ratio is known.
bool can_be_told(std::string_view quantity, const Ratios& ratios) {
  if (quantity == "dose.protein") return !std::isnan(ratios.per_ug);
  return quantity != "dose.cell_equivalents" || !std::isnan(ratios.per_cell);
}

Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken> taken,
                     const Context&) {
  Predictions out;
  if (all.empty()) return out;
  const Ratios told = ratios_for(all[0].get<Settings>(), taken, 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& settings = all[i].get<Settings>();
    const Ratios ratios = ratios_for(settings, taken, i);
    const dose::Body from{settings.from, settings.from_weight_kg, {}, {}},
        to{settings.to, settings.to_weight_kg, {}, {}};
    if (all.size() == 1) add_issues(settings, ratios, out.issues);
    for (const std::string_view quantity : kQuantities) {
      if (!wants(scenario, quantity) || !can_be_told(quantity, told)) continue;
      for (const dose::Rule rule : dose::kRules) {
        if (i == 0) {
          Observation row;
          row.quantity = quantity;
          row.unit = find_quantity(quantity)->unit;
          row.target = settings.to;
          row.part = dose::to_text(rule);
          out.rows.push_back(row);
        }
        const double particles = dose::carry_over(particles_of(settings, ratios), from, to, rule);
        out.values.push_back(value_of(quantity, particles, dose::weight(to).value, ratios));
      }
    }
  }
  return out;
}

/// The physiology behind each rule, as a table.
Artifact sizes_artifact(const Settings& settings) {
  std::string text = "rule\tspecies\tsize\tevidence\n";
  for (const dose::Rule rule : dose::kRules) {
    for (const dose::Body& body : {dose::Body{settings.from, settings.from_weight_kg, {}, {}},
                                   dose::Body{settings.to, settings.to_weight_kg, {}, {}}}) {
      const dose::Fact fact = dose::size(body, rule);
      text += std::string(dose::to_text(rule)) + "\t" + body.species + "\t" +
              (std::isnan(fact.value) ? "" : exact_number(fact.value)) + "\t" +
              (fact.evidence.empty() ? "stated" : fact.evidence) + "\n";
    }
  }
  return {"sizes.tsv", "text/tab-separated-values", text, say("What each rule compares, with its evidence")};
}

Outcome predict(const Scenario& scenario, const AnySettings& settings, const Context& context) {
  Outcome out = predict_by_sampling(kDoseModel, scenario, settings, context);
  out.artifacts.push_back(sizes_artifact(settings.get<Settings>()));
  return out;
}

}  // namespace

const Model kDoseModel = {
    .id = "dose",
    .title = "Dose between species",
    .summary = "What a dose given to one species is in another, by several rules side by side.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
    .ports = kPorts,
};

}  // namespace vesica
