// SPDX-License-Identifier: Apache-2.0
// Settings of model spin.
#include "vesica/models/spin/settings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::spin {

namespace {

constexpr double kSmallestNm = 5, kLargestNm = 5000;
constexpr std::size_t kCells = 512;
constexpr std::array<std::string_view, 3> kLaws = {"exact", "first_order", "log"};
constexpr std::array<std::string_view, 2> kDensityLaws = {"constant", "core_shell"};
constexpr std::array<std::string_view, 4> kContaminants = {"ldl", "hdl", "protein", "aggregates"};

/// The numbers with an evidence row; `when` says for which settings they matter.
struct Known {
  std::string_view name;
  double Settings::*member;
  std::string_view evidence;
  bool (*when)(const Settings&);
};
bool always(const Settings&) { return true; }
bool constant(const Settings& s) { return s.density_law == "constant"; }
bool core_shell(const Settings& s) { return s.density_law == "core_shell"; }
bool lognormal_parents(const Settings& s) { return s.parent_diameters_nm.empty(); }
bool by_temperature(const Settings& s) { return !s.viscosity_mpa_s; }

constexpr Known kKnown[] = {
    {"density_g_ml", &Settings::density_g_ml, "vesicle.density", constant},
    {"lumen_g_ml", &Settings::lumen_g_ml, "vesicle.lumen_density", core_shell},
    {"shell_g_ml", &Settings::shell_g_ml, "vesicle.shell_density", core_shell},
    {"shell_nm", &Settings::shell_nm, "vesicle.shell_thickness", core_shell},
    {"medium_density_g_ml", &Settings::medium_density_g_ml, "medium.density", always},
    {"temperature_c", &Settings::temperature_c, "medium.temperature", by_temperature},
    {"recovery", &Settings::recovery, "spin.recovery", always},
    {"carry_over", &Settings::carry_over, "spin.carry_over", always},
    {"parent_median_nm", &Settings::parent_median_nm, "parent.median", lognormal_parents},
    {"parent_gsd", &Settings::parent_gsd, "parent.gsd", lognormal_parents},
    {"detection_limit_nm", &Settings::detection_limit_nm, "nta.detection_limit", always},
    {"detection_width_nm", &Settings::detection_width_nm, "nta.detection_width", always},
};

}  // namespace

void Settings::describe(Fields& fields) {
  describe_vesicles(fields);
  describe_liquid(fields);
  describe_parents(fields);
}

void Settings::describe_vesicles(Fields& fields) {
  static const Value schema = steps_schema();
  fields.tree("steps", steps, schema, {.help = "Steps of the protocol, as [[protocol.steps]] in study.toml."});
  fields.choice("fixed_angle_law", fixed_angle_law, kLaws,
                {.help = "Pelleted share in a fixed-angle tube: exact, first_order (as published) or log."});
  fields.choice("density_law", density_law, kDensityLaws,
                {.help = "Vesicle density: the same for all diameters, or a dense shell around a light lumen."});
  fields.number("density_g_ml", density_g_ml,
                {.unit = "g/mL",
                 .low = 0.8,
                 .high = 2,
                 .help = "Vesicle density of the constant law.",
                 .evidence = "vesicle.density",
                 .estimate = true});
  fields.number("lumen_g_ml", lumen_g_ml,
                {.unit = "g/mL",
                 .low = 0.8,
                 .high = 2,
                 .help = "Density of the lumen in the core-shell law.",
                 .evidence = "vesicle.lumen_density",
                 .estimate = true});
  fields.number("shell_g_ml", shell_g_ml,
                {.unit = "g/mL",
                 .low = 0.8,
                 .high = 2,
                 .help = "Density of membrane and corona in the core-shell law.",
                 .evidence = "vesicle.shell_density",
                 .estimate = true});
  fields.number("shell_nm", shell_nm,
                {.unit = "nm",
                 .low = 0,
                 .high = 50,
                 .help = "Thickness of membrane and corona.",
                 .evidence = "vesicle.shell_thickness",
                 .estimate = true});
}

void Settings::describe_liquid(Fields& fields) {
  fields.number("medium_density_g_ml", medium_density_g_ml,
                {.unit = "g/mL",
                 .low = 0.7,
                 .high = 2,
                 .help = "Density of the liquid, where a step states none.",
                 .evidence = "medium.density"});
  fields.optional_number("viscosity_mpa_s", viscosity_mpa_s,
                         {.unit = "mPa.s",
                          .low = 0.1,
                          .high = 1000,
                          .help = "Viscosity of the liquid, where a step states none; empty: water at the temperature.",
                          .evidence = "medium.viscosity.livshits"});
  fields.number("temperature_c", temperature_c,
                {.unit = "Cel",
                 .low = -5,
                 .high = 60,
                 .help = "Temperature, where a step states none.",
                 .evidence = "medium.temperature"});
  fields.number("recovery", recovery,
                {.low = 0,
                 .high = 1,
                 .help = "Share of a pellet that is resuspended, where a step states none.",
                 .evidence = "spin.recovery",
                 .estimate = true});
  fields.number("carry_over", carry_over,
                {.low = 0,
                 .high = 1,
                 .help = "Liquid left on a pellet over total volume, where a step states none.",
                 .evidence = "spin.carry_over",
                 .estimate = true});
}

void Settings::describe_parents(Fields& fields) {
  fields.number("parent_median_nm", parent_median_nm,
                {.unit = "nm",
                 .low = 10,
                 .high = 2000,
                 .help = "Median diameter in the medium before any spin.",
                 .evidence = "parent.median",
                 .estimate = true});
  fields.number("parent_gsd", parent_gsd,
                {.low = 1.01,
                 .high = 5,
                 .help = "Geometric standard deviation of the parent diameters.",
                 .evidence = "parent.gsd",
                 .estimate = true});
  fields.numbers("parent_diameters_nm", parent_diameters_nm,
                 {.unit = "nm", .low = 1, .high = 1e5, .help = "Diameters of a measured parent curve, ascending."});
  fields.numbers("parent_numbers", parent_numbers,
                 {.low = 0, .help = "Particles per nm at those diameters, in any unit."});
  fields.optional_number("parent_per_ml", parent_per_ml,
                         {.unit = "{particles}/mL",
                          .low = 0,
                          .high = 1e18,
                          .help = "Vesicles in the medium; empty: shares are predicted, no concentrations."});
  fields.optional_number(
      "medium_ml", medium_ml,
      {.unit = "mL",
       .low = 0,
       .high = 1e6,
       .help = "Medium that is spun; with parent_per_ml the vesicles in the preparation are counted."});
  fields.number("concentration_factor", concentration_factor,
                {.low = 1e-6, .high = 1e6, .help = "Volume of medium over volume of the final preparation."});
  fields.number("detection_limit_nm", detection_limit_nm,
                {.unit = "nm",
                 .low = 0,
                 .high = 1000,
                 .help = "Diameter below which the instrument sees nothing.",
                 .evidence = "nta.detection_limit"});
  fields.number("detection_width_nm", detection_width_nm,
                {.unit = "nm",
                 .low = 0,
                 .high = 200,
                 .help = "Width of a logistic detection edge; 0: a sharp limit.",
                 .evidence = "nta.detection_width"});
  fields.texts("contaminants", contaminants, {.help = "Co-pelleting particles: ldl, hdl, protein, aggregates."});
  fields.integer("draws", draws,
                 {.low = 0, .high = 100000, .help = "Monte Carlo draws for the intervals; 0: no intervals."});
}

AngleLaw Settings::law() const {
  if (fixed_angle_law == "first_order") return AngleLaw::kFirstOrder;
  return fixed_angle_law == "log" ? AngleLaw::kLog : AngleLaw::kExact;
}

Density Settings::density() const {
  Density out;
  out.kind = core_shell(*this) ? Density::Kind::kCoreShell : Density::Kind::kConstant;
  out.g_ml = density_g_ml;
  out.lumen_g_ml = lumen_g_ml;
  out.shell_g_ml = shell_g_ml;
  out.shell_nm = shell_nm;
  return out;
}

Defaults Settings::defaults() const {
  return {temperature_c, viscosity_mpa_s, medium_density_g_ml, recovery, carry_over};
}

Spectrum working_grid() { return make_grid(kSmallestNm, kLargestNm, kCells); }

Spectrum parent_spectrum(const Settings& settings, const Spectrum& grid) {
  const std::vector<double>& d = settings.parent_diameters_nm;
  if (d.size() != settings.parent_numbers.size()) {
    throw Error(ErrorKind::kConfig,
                say("{} parent diameter(s), but {} number(s)", d.size(), settings.parent_numbers.size()), {},
                say("Give parent_numbers one number for each of parent_diameters_nm"));
  }
  if (std::adjacent_find(d.begin(), d.end(), [](double a, double b) { return !(a < b); }) != d.end()) {
    throw Error(ErrorKind::kConfig, say("The parent diameters do not ascend"), {},
                say("Sort parent_diameters_nm, each once, with its number"));
  }
  Spectrum out = d.empty() ? lognormal(grid, settings.parent_median_nm, settings.parent_gsd)
                           : from_curve(grid, d, settings.parent_numbers);
  if (!(out.total() > 0)) {
    throw Error(ErrorKind::kConfig,
                say("The parent curve holds no particles between {} and {} nm", kSmallestNm, kLargestNm), {},
                say("Check parent_diameters_nm (nm) and parent_numbers"));
  }
  return out;
}

std::vector<Contaminant> find_contaminants(const std::vector<std::string>& ids) {
  const std::vector<std::string> known(kContaminants.begin(), kContaminants.end());
  std::vector<Contaminant> out;
  for (const std::string& id : ids) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      const auto near = did_you_mean(id, known);
      throw Error(ErrorKind::kConfig, say("No contaminant is called \"{}\"", id), {},
                  near ? say("Did you mean {}?", *near) : say("Known ones: {}", join(known, ", ")));
    }
    out.push_back(
        {id, find_parameter("contaminant." + id + ".diameter"), find_parameter("contaminant." + id + ".density")});
  }
  return out;
}

std::vector<Uncertain> uncertain_numbers(const Settings& settings) {
  std::vector<Uncertain> out;
  for (const Known& known : kKnown) {
    const ParameterRow* row = find_parameter(known.evidence);
    if (row == nullptr || std::isnan(row->low) || !known.when(settings)) continue;
    if (settings.*known.member == row->value) out.push_back({known.member, row});
  }
  return out;
}

std::vector<UsedEvidence> used_evidence(const Settings& settings) {
  std::vector<UsedEvidence> out;
  for (const Known& known : kKnown) {
    if (known.when(settings)) {
      out.push_back({std::string(known.name), settings.*known.member, find_parameter(known.evidence)});
    }
  }
  for (const Contaminant& contaminant : find_contaminants(settings.contaminants)) {
    for (const ParameterRow* row : {contaminant.diameter, contaminant.density}) {
      out.push_back({"contaminants", row->value, row});
    }
  }
  return out;
}

}  // namespace vesica::spin
