// SPDX-License-Identifier: Apache-2.0
// Settings of model distribution.
#include "vesica/models/distribution/settings.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/models/distribution/body.h"

namespace vesica::distribution {

namespace {

constexpr std::array<std::string_view, 2> kStructures = {"organs", "two_compartments"};
constexpr std::array<std::string_view, 8> kLabels = {"none",      "dye",          "iodine_125", "indium_111",
                                                     "copper_64", "zirconium_89", "nanoluc",    "gluc"};
constexpr std::array<std::string_view, 3> kAllometries = {"quarter_power", "per_mass", "surface"};
constexpr double kMouseKg = 0.02;         ///< the mouse that the rate constants belong to (Chen and Lin)
constexpr double kAbsurdFactor = 10;      ///< chosen
constexpr double kFewestParticles = 1e4;  ///< chosen: nobody counts out fewer; micrograms and millilitres are below it
constexpr double kMostPerHour = 1e4;      ///< chosen: faster than blood passes any organ

constexpr Label kLabelList[] = {
    {"dye", &Settings::detachment_dye_per_h, &Settings::free_dye_per_h, true, false},
    {"iodine_125", &Settings::detachment_iodine_per_h, &Settings::free_iodine_per_h, false, false},
    {"indium_111", &Settings::detachment_metal_per_h, &Settings::free_metal_per_h, true, false},
    {"copper_64", &Settings::detachment_metal_per_h, &Settings::free_metal_per_h, true, false},
    {"zirconium_89", &Settings::detachment_metal_per_h, &Settings::free_metal_per_h, true, false},
    {"nanoluc", &Settings::detachment_reporter_per_h, &Settings::free_reporter_per_h, false, true},
    {"gluc", &Settings::detachment_reporter_per_h, &Settings::free_reporter_per_h, false, true},
};

FieldInfo rate(std::string_view help, std::string_view evidence) {
  return {.unit = "/h", .low = 0, .high = kMostPerHour, .help = help, .evidence = evidence, .estimate = true};
}

Error bad(std::string what, std::string item, std::string hint) {
  return {ErrorKind::kConfig, std::move(what), Place{"", 0, 0, std::move(item)}, std::move(hint)};
}

/// Particles of one unit of the dose as it is stated.
double particles_per_unit(const Settings& settings) {
  if (settings.dose_unit == "particles") return 1;
  if (settings.dose_unit == "particles/kg") return body_weight_kg(settings);
  if (settings.dose_unit == "ug") {
    if (!settings.particles_per_ug)
      throw bad(say("A dose in micrograms of protein is no number of particles"), "dose_unit",
                say("State particles_per_ug as measured for this sample"));
    return *settings.particles_per_ug;
  }
  return 1;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool matters(const Settings& s, std::string_view name) {
  if (is_one_of(name, {"dose", "infusion_h", "interval_h", "age_d", "duration_h"})) return false;
  const bool minimal = s.structure == "two_compartments";
  if (is_one_of(name, {"central_volume_l_kg", "k12_per_h", "k21_per_h", "elimination_per_h"})) return minimal;
  if (minimal) return false;
  if (is_one_of(name, {"nasal_share", "mucociliary_half_life_min"})) return s.route == "intranasal";
  if (name == "absorption_per_h") return s.route == "ip" || s.route == "sc";
  if (is_one_of(name, {"local_volume_ml", "local_loss_per_h"})) return s.route == "local";
  if (!name.starts_with("detachment_") && !name.starts_with("free_")) return true;
  const Label* label = find_label(s.label);
  const bool metal = is_one_of(s.label, {"indium_111", "copper_64", "zirconium_89"});
  const std::string_view kind = s.label == "dye"          ? "dye"
                                : s.label == "iodine_125" ? "iodine"
                                : metal                   ? "metal"
                                                          : "reporter";
  return label != nullptr && name.find(kind) != std::string_view::npos;
}

/// Passes on the fields that matter.
class Matters final : public Fields {
 public:
  Matters(Fields& to, const Settings& settings) : to_(to), settings_(settings) {}
  void number(std::string_view name, double& member, const FieldInfo& info) override {
    if (matters(settings_, name)) to_.number(name, member, info);
  }
  void optional_number(std::string_view, std::optional<double>&, const FieldInfo&) override {}
  void integer(std::string_view, std::int64_t&, const FieldInfo&) override {}
  void flag(std::string_view, bool&, const FieldInfo&) override {}
  void text(std::string_view, std::string&, const FieldInfo&) override {}
  void choice(std::string_view, std::string&, std::span<const std::string_view>, const FieldInfo&) override {}
  void numbers(std::string_view, std::vector<double>&, const FieldInfo&) override {}
  void texts(std::string_view, std::vector<std::string>&, const FieldInfo&) override {}
  void tree(std::string_view, Value&, const Value&, const FieldInfo&) override {}

 private:
  Fields& to_;
  const Settings& settings_;
};

struct Relevant {
  Settings all;
  void describe(Fields& fields) {
    Matters some(fields, all);
    all.describe(some);
  }
};

}  // namespace

AnySettings relevant(const Settings& settings) { return AnySettings::of(Relevant{settings}); }

void Settings::describe(Fields& fields) {
  describe_dose(fields);
  describe_uptake(fields);
  describe_routes(fields);
  describe_labels(fields);
  describe_minimal(fields);
  fields.number("rtol", rtol, {.low = 1e-13, .high = 1e-2, .help = "Relative tolerance of the integrator."});
  fields.number("atol", atol,
                {.low = 1e-20, .high = 1e-3, .help = "Absolute tolerance of the integrator, as a share of the dose."});
}

void Settings::describe_dose(Fields& fields) {
  static constexpr std::array<std::string_view, 4> kUnits = {"unstated", "particles", "particles/kg", "ug"};
  fields.choice("species", species, kSpecies, {.help = "Whose body; rat_pup grows during the scenario."});
  fields.choice("route", route, kRoutes, {.help = "How it is given; local is a defect or a gel in it."});
  fields.choice("structure", structure, kStructures,
                {.help = "A network of perfused organs, or the minimal model of two compartments (iv only)."});
  fields.number("dose", dose,
                {.unit = "{particles}",
                 .low = 0,
                 .high = 1e18,
                 .help = "One dose, in dose_unit.",
                 .evidence = "distribution.dose"});
  fields.choice("dose_unit", dose_unit, kUnits,
                {.help = "Unit of the dose; unstated: a large number is taken as particles, a small one is refused."});
  fields.optional_number("particles_per_ug", particles_per_ug,
                         {.unit = "{particles}/ug",
                          .low = 1,
                          .high = 1e15,
                          .help = "Particles per microgram of protein, as measured for the sample."});
  fields.number("infusion_h", infusion_h,
                {.unit = "h",
                 .low = 0,
                 .high = 1e4,
                 .help = "Each dose is given evenly over so long; 0 is a bolus.",
                 .evidence = "distribution.infusion"});
  fields.integer("repeats", repeats, {.low = 1, .high = 10000, .help = "How many doses."});
  fields.number("interval_h", interval_h,
                {.unit = "h",
                 .low = 1e-3,
                 .high = 1e5,
                 .help = "From one dose to the next.",
                 .evidence = "distribution.interval"});
  fields.text("schedule", schedule,
              {.help = "Instead of the above: AMOUNT@HOUR[/HOURS][+INTERVALxCOUNT], several joined by a semicolon."});
  fields.optional_number("body_weight_kg", body_weight_kg,
                         {.unit = "kg", .low = 0.001, .high = 500, .help = "Body weight at the first dose."});
  fields.number(
      "age_d", age_d,
      {.unit = "d", .low = 0, .high = 1000, .help = "Age of a rat pup at time 0.", .evidence = "distribution.age"});
  fields.number("duration_h", duration_h,
                {.unit = "h",
                 .low = 0.01,
                 .high = 1e4,
                 .help = "Time covered when the scenario names no times.",
                 .evidence = "distribution.duration"});
}

void Settings::describe_uptake(Fields& fields) {
  const auto factor = [&](std::string_view name, double& member, std::string_view help, std::string_view evidence) {
    fields.number(name, member, {.low = 1e-3, .high = 1e9, .help = help, .evidence = evidence, .estimate = true});
  };
  const auto capacity = [&](std::string_view name, double& member, std::string_view help, std::string_view evidence) {
    fields.number(name, member, {.unit = "ug/g", .low = 1e-6, .high = 1e12, .help = help, .evidence = evidence});
  };
  fields.choice("allometry", allometry, kAllometries,
                {.help = "How rate constants of mice carry over: weight^-0.25, unchanged, or weight^(-1/3)."});
  factor("flow_factor", flow_factor, "Cardiac output over that of the species.", "distribution.flow_factor");
  factor("permeability_factor", permeability_factor, "Permeability of capillaries over that of gold nanoparticles.",
         "distribution.permeability_factor");
  factor("partition_factor", partition_factor, "Partition into tissue over that of gold nanoparticles.",
         "distribution.partition_factor");
  fields.number("liver_uptake_per_h", liver_uptake_per_h,
                rate("Largest uptake by phagocytes of the liver.", "distribution.liver_uptake"));
  fields.number("spleen_uptake_per_h", spleen_uptake_per_h,
                rate("Largest uptake by phagocytes of the spleen.", "distribution.spleen_uptake"));
  fields.number("lung_uptake_per_h", lung_uptake_per_h,
                rate("Largest uptake by phagocytes of the lung.", "distribution.lung_uptake"));
  fields.number("kidney_uptake_per_h", kidney_uptake_per_h,
                rate("Largest uptake by phagocytes of the kidney.", "distribution.kidney_uptake"));
  fields.number("phagocyte_release_per_h", phagocyte_release_per_h,
                rate("Return from phagocytes to blood.", "distribution.phagocyte_release"));
  capacity("liver_capacity_ug_g", liver_capacity_ug_g, "What phagocytes of the liver can hold.",
           "distribution.liver_capacity");
  capacity("spleen_capacity_ug_g", spleen_capacity_ug_g, "What phagocytes of the spleen can hold.",
           "distribution.spleen_capacity");
  capacity("lung_capacity_ug_g", lung_capacity_ug_g, "What phagocytes of the lung can hold.",
           "distribution.lung_capacity");
  capacity("kidney_capacity_ug_g", kidney_capacity_ug_g, "What phagocytes of the kidney can hold.",
           "distribution.kidney_capacity");
  fields.number("vesicle_mass_fg", vesicle_mass_fg,
                {.unit = "fg",
                 .low = 1e-6,
                 .high = 1e6,
                 .help = "Mass of one vesicle, by which capacities become particles.",
                 .evidence = "distribution.vesicle_mass"});
  fields.number("digestion_per_h", digestion_per_h,
                rate("Digestion of vesicles inside cells.", "distribution.digestion"));
  fields.number("bile_l_h", bile_l_h,
                {.unit = "L/h",
                 .low = 0,
                 .high = 100,
                 .help = "Clearance into bile, per kg^0.75.",
                 .evidence = "distribution.bile"});
  fields.number("urine_l_h", urine_l_h,
                {.unit = "L/h",
                 .low = 0,
                 .high = 100,
                 .help = "Clearance into urine, per kg^0.75.",
                 .evidence = "distribution.urine"});
}

void Settings::describe_routes(Fields& fields) {
  fields.number("nasal_share", nasal_share,
                {.low = 0,
                 .high = 0.999,
                 .help = "Share of an intranasal dose that reaches the brain: k_nb / (k_nb + k_mcc).",
                 .evidence = "distribution.intranasal.brain_share",
                 .estimate = true});
  fields.number("mucociliary_half_life_min", mucociliary_half_life_min,
                {.unit = "min",
                 .low = 0.1,
                 .high = 1e5,
                 .help = "Half-life of clearance from the nose by cilia.",
                 .evidence = "distribution.intranasal.mucociliary_half_life"});
  fields.number("absorption_per_h", absorption_per_h,
                rate("From the peritoneum or from under the skin into blood.", "distribution.depot_absorption"));
  fields.number("local_volume_ml", local_volume_ml,
                {.unit = "mL",
                 .low = 1e-6,
                 .high = 1e4,
                 .help = "Volume of the local site.",
                 .evidence = "distribution.local_volume"});
  fields.number("local_loss_per_h", local_loss_per_h,
                rate("From the local site into blood.", "distribution.local_loss"));
  fields.number(
      "local_uptake_per_h", local_uptake_per_h,
      rate("Into cells at the local site and, once in tissue, of brain and cord.", "distribution.local_uptake"));
  fields.number("brain_loss_per_h", brain_loss_per_h,
                rate("From the tissue of brain and cord into CSF.", "distribution.intranasal.brain_loss"));
  fields.number("csf_uptake_per_h", csf_uptake_per_h,
                rate("From CSF into the tissue of brain and cord.", "csf.tissue_uptake"));
}

void Settings::describe_labels(Fields& fields) {
  fields.choice("label", label, kLabels,
                {.help = "What the instrument sees instead of vesicles; none: vesicles themselves."});
  fields.number("detachment_dye_per_h", detachment_dye_per_h,
                rate("Loss of a lipophilic dye by vesicles.", "distribution.detachment_dye"));
  fields.number("detachment_iodine_per_h", detachment_iodine_per_h,
                rate("Loss of iodine by vesicles.", "distribution.detachment_iodine"));
  fields.number("detachment_metal_per_h", detachment_metal_per_h,
                rate("Loss of a chelated metal by vesicles.", "distribution.detachment_metal"));
  fields.number("detachment_reporter_per_h", detachment_reporter_per_h,
                rate("Loss of a reporter protein by vesicles.", "distribution.detachment_reporter"));
  fields.number("free_dye_per_h", free_dye_per_h, rate("Elimination of a free dye.", "distribution.free_dye"));
  fields.number("free_iodine_per_h", free_iodine_per_h,
                rate("Elimination of free iodide.", "distribution.free_iodine"));
  fields.number("free_metal_per_h", free_metal_per_h, rate("Elimination of a free metal.", "distribution.free_metal"));
  fields.number("free_reporter_per_h", free_reporter_per_h,
                rate("Elimination of a free reporter.", "distribution.free_reporter"));
}

void Settings::describe_minimal(Fields& fields) {
  fields.number("central_volume_l_kg", central_volume_l_kg,
                {.unit = "L/kg",
                 .low = 1e-4,
                 .high = 10,
                 .help = "Central volume of the model of two compartments.",
                 .evidence = "distribution.liposome.volume",
                 .estimate = true});
  fields.number("k12_per_h", k12_per_h,
                rate("From the central compartment to the other.", "distribution.liposome.k12"));
  fields.number("k21_per_h", k21_per_h, rate("Back to the central compartment.", "distribution.liposome.k21"));
  fields.number("elimination_per_h", elimination_per_h,
                rate("Elimination from the central compartment.", "distribution.liposome.kel"));
}

const Label* find_label(std::string_view id) {
  const auto* found =
      std::find_if(std::begin(kLabelList), std::end(kLabelList), [&](const Label& label) { return label.id == id; });
  return found == std::end(kLabelList) ? nullptr : found;
}

double body_weight_kg(const Settings& settings) {
  const Body& body = body_of(settings.species);
  const double usual = body.grows ? body.body.at(settings.age_d) : body.weight_kg;
  if (!settings.body_weight_kg) return usual;
  const double weight = *settings.body_weight_kg;
  if (!(weight >= usual / kAbsurdFactor && weight <= usual * kAbsurdFactor))
    throw bad(say("A body weight of {} kg is not that of species {}, which weighs about {} kg", exact_number(weight),
                  settings.species, readable_number(usual, 3)),
              "body_weight_kg", say("Check the unit: body_weight_kg is in kilograms"));
  return weight;
}

std::vector<kinetics::Dose> doses_of(const Settings& settings) {
  const double unit = particles_per_unit(settings);
  std::vector<kinetics::Dose> out;
  if (settings.schedule.empty()) {
    out.push_back({settings.dose, 0, settings.infusion_h, settings.repeats > 1 ? settings.interval_h : 0,
                   static_cast<std::uint32_t>(settings.repeats)});
  } else {
    out = kinetics::parse_doses(settings.schedule, "schedule");
  }
  for (kinetics::Dose& dose : out) {
    if (dose.amount < 0 || dose.time < 0)
      throw bad(say("A dose of {} at {} h cannot be given", exact_number(dose.amount), exact_number(dose.time)),
                settings.schedule.empty() ? "dose" : "schedule", say("Doses and their times are not negative"));
    if (settings.dose_unit == "unstated" && dose.amount > 0 && dose.amount < kFewestParticles)
      throw bad(say("A dose of {} without a unit is no number of particles", exact_number(dose.amount)), "dose",
                say("State dose_unit = \"ug\" with particles_per_ug, or \"particles\" if you mean it"));
    dose.amount *= unit;
  }
  return out;
}

double total_dose(const std::vector<kinetics::Dose>& doses) {
  double out = 0;
  for (const kinetics::Dose& dose : doses) out += dose.amount * static_cast<double>(dose.count);
  return out;
}

double rate_scale(std::string_view allometry, double weight_kg) {
  constexpr double kQuarter = -0.25, kSurface = -1.0 / 3.0;  // weight^0.75 and weight^(2/3) of a clearance
  if (allometry == "per_mass") return 1;
  return std::pow(weight_kg / kMouseKg, allometry == "surface" ? kSurface : kQuarter);
}

}  // namespace vesica::distribution
