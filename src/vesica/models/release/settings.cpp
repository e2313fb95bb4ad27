// SPDX-License-Identifier: Apache-2.0
// Settings of model release and the evidence rows of each preset.
#include "vesica/models/release/settings.h"

#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/evidence/evidence.h"
#include "vesica/evidence/water.h"

namespace vesica::release {

namespace {

constexpr std::array<std::string_view, 6> kPresets = {"alginate_disc", "chitosan_thermogel", "ha_gel",
                                                      "gelma",         "microneedle",        "scaffold"};
constexpr std::array<std::string_view, 8> kLaws = {"composite",     "fick",    "higuchi",    "korsmeyer_peppas",
                                                   "peppas_sahlin", "weibull", "hopfenberg", "first_order"};
constexpr std::array<std::string_view, 4> kShapes = {"slab", "cylinder", "disc", "sphere"};
constexpr std::array<std::string_view, 6> kHindrances = {"multiscale",   "obstruction", "ogston",
                                                         "hydrodynamic", "none",        "stated"};
constexpr std::array<std::string_view, 2> kMeshes = {"stated", "network"};
constexpr std::array<std::string_view, 3> kErosions = {"bulk", "surface", "none"};

/// Which row of evidence/parameters.tsv a setting takes in a preset; no preset: in all that name none of their own.
struct Row {
  std::string_view preset, setting, id;
};
constexpr Row kRows[] = {
    {"alginate_disc", "thickness_mm", "release.bone_study.disc_thickness"},
    {"alginate_disc", "radius_mm", "release.bone_study.disc_radius"},
    {"alginate_disc", "mesh_nm", "release.alginate.mesh"},
    {"alginate_disc", "polymer_share", "release.alginate.polymer_share"},
    {"alginate_disc", "fibre_nm", "release.alginate.fibre_radius"},
    {"alginate_disc", "erosion_half_life_d", "release.alginate.erosion_half_life"},
    {"chitosan_thermogel", "radius_mm", "release.chitosan.droplet_radius"},
    {"chitosan_thermogel", "mesh_nm", "release.chitosan.mesh"},
    {"chitosan_thermogel", "polymer_share", "release.chitosan.polymer_share"},
    {"chitosan_thermogel", "erosion_half_life_d", "release.chitosan.erosion_half_life"},
    {"ha_gel", "radius_mm", "release.hyaluronan.droplet_radius"},
    {"ha_gel", "mesh_nm", "release.hyaluronan.mesh"},
    {"ha_gel", "polymer_share", "release.hyaluronan.polymer_share"},
    {"ha_gel", "erosion_half_life_d", "release.hyaluronan.erosion_half_life"},
    {"gelma", "radius_mm", "release.gelma.disc_radius"},
    {"gelma", "mesh_nm", "release.gelma.mesh"},
    {"gelma", "polymer_share", "release.gelma.polymer_share"},
    {"gelma", "erosion_half_life_d", "release.gelma.erosion_half_life"},
    {"microneedle", "radius_mm", "release.microneedle.radius"},
    {"microneedle", "mesh_nm", "release.microneedle.mesh"},
    {"microneedle", "polymer_share", "release.microneedle.polymer_share"},
    {"microneedle", "burst_share", "release.microneedle.burst_share"},
    {"microneedle", "diffusive_share", "release.microneedle.diffusive_share"},
    {"microneedle", "erosion_half_life_d", "release.microneedle.half_life"},
    {"microneedle", "erosion_shape", "release.microneedle.erosion_shape"},
    {"scaffold", "radius_mm", "release.scaffold.strut_radius"},
    {"scaffold", "mesh_nm", "release.scaffold.pore"},
    {"scaffold", "polymer_share", "release.scaffold.solid_share"},
    {"scaffold", "erosion_half_life_d", "release.scaffold.half_life"},
    {"scaffold", "erosion_shape", "release.scaffold.erosion_shape"},
    {"", "thickness_mm", "release.disc_thickness"},
    {"", "diameter_nm", "release.vesicle_diameter"},
    {"", "diameter_gsd", "release.vesicle_gsd"},
    {"", "temperature_c", "release.temperature"},
    {"", "fibre_nm", "release.fibre_radius"},
    {"", "free_volume_nm", "release.water.free_volume_radius"},
    {"", "burst_share", "release.burst_share"},
    {"", "burst_per_h", "release.burst_rate"},
    {"", "diffusive_share", "release.diffusive_share"},
    {"", "tethered_share", "release.tethered_share"},
    {"", "tether_per_d", "release.tether_rate"},
    {"", "erosion_shape", "release.erosion_shape"},
};

struct Number {
  std::string_view name;
  double Settings::*member;
};
constexpr Number kNumbers[] = {
    {"thickness_mm", &Settings::thickness_mm},
    {"radius_mm", &Settings::radius_mm},
    {"diameter_nm", &Settings::diameter_nm},
    {"diameter_gsd", &Settings::diameter_gsd},
    {"temperature_c", &Settings::temperature_c},
    {"mesh_nm", &Settings::mesh_nm},
    {"polymer_share", &Settings::polymer_share},
    {"fibre_nm", &Settings::fibre_nm},
    {"free_volume_nm", &Settings::free_volume_nm},
    {"burst_share", &Settings::burst_share},
    {"burst_per_h", &Settings::burst_per_h},
    {"diffusive_share", &Settings::diffusive_share},
    {"tethered_share", &Settings::tethered_share},
    {"tether_per_d", &Settings::tether_per_d},
    {"erosion_half_life_d", &Settings::erosion_half_life_d},
    {"erosion_shape", &Settings::erosion_shape},
};

std::string_view shape_of(std::string_view preset) {
  if (preset == "chitosan_thermogel" || preset == "ha_gel") return "sphere";
  return preset == "microneedle" || preset == "scaffold" ? "cylinder" : "disc";
}

double value_of(std::string_view preset, std::string_view setting) {
  const ParameterRow* row = find_parameter(evidence_id(preset, setting));
  VESICA_REQUIRE(row != nullptr, "every setting of a preset has its row of evidence");
  return row->value;
}

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw Error(ErrorKind::kConfig, std::move(message), {}, std::move(hint));
}

/// A number without which the law says nothing.
void need(const Settings& settings, const std::optional<double>& number, std::string_view name) {
  if (number) return;
  refuse(say("The law {} needs the setting \"{}\"", settings.law, name),
         say("Take it from a fit to a measured curve; the laws of the gel itself are composite and fick"));
}

void check_law(const Settings& s) {
  if (s.law == "higuchi") need(s, s.saturation_ratio, "saturation_ratio");
  if (s.law == "korsmeyer_peppas" || s.law == "peppas_sahlin") need(s, s.law_k, "law_k");
  if (s.law == "peppas_sahlin") need(s, s.law_k2, "law_k2");
  if (s.law == "weibull") need(s, s.law_tau_h, "law_tau_h");
  if (s.law == "weibull") need(s, s.law_b, "law_b");
  if (s.law == "first_order") need(s, s.law_per_h, "law_per_h");
}

}  // namespace

std::string_view evidence_id(std::string_view preset, std::string_view setting) {
  std::string_view general;
  for (const Row& row : kRows) {
    if (row.setting != setting) continue;
    if (row.preset == preset) return row.id;
    if (row.preset.empty()) general = row.id;
  }
  return general;
}

Settings::Settings() : shape(shape_of(preset)), followed_(preset) {
  for (const Number& number : kNumbers) this->*number.member = value_of(preset, number.name);
}

void Settings::follow_preset() {
  if (preset == followed_) return;
  for (const Number& number : kNumbers) {
    double& member = this->*number.member;
    if (member == value_of(followed_, number.name)) member = value_of(preset, number.name);
  }
  if (shape == shape_of(followed_)) shape = shape_of(preset);
  followed_ = preset;
}

void Settings::known(Fields& fields, std::string_view name, double& member, FieldInfo info) const {
  info.evidence = evidence_id(preset, name);
  fields.number(name, member, info);
}

void Settings::describe(Fields& fields) {
  fields.choice("preset", preset, kPresets,
                {.help = "The gel whose evidence rows the other settings start from; it has to come first."});
  follow_preset();
  fields.choice("law", law, kLaws,
                {.help = "How vesicles leave: the gel's populations (composite), diffusion alone (fick), or an "
                         "empirical law with numbers of your own."});
  describe_body(fields);
  describe_vesicles(fields);
  describe_mesh(fields);
  describe_populations(fields);
  describe_outside(fields);
  describe_laws(fields);
}

void Settings::describe_body(Fields& fields) {
  fields.choice("shape", shape, kShapes,
                {.help = "Shape of the gel: slab, long cylinder, disc (flat cylinder) or sphere."});
  fields.integer("faces", faces, {.low = 1, .high = 2, .help = "Open faces of a slab or disc."});
  known(fields, "thickness_mm", thickness_mm,
        {.unit = "mm", .low = 1e-4, .high = 1000, .help = "Thickness of a slab or disc."});
  known(fields, "radius_mm", radius_mm,
        {.unit = "mm", .low = 1e-4, .high = 1000, .help = "Radius of a disc, cylinder or sphere."});
}

void Settings::describe_vesicles(Fields& fields) {
  known(fields, "diameter_nm", diameter_nm,
        {.unit = "nm", .low = 1, .high = 5000, .help = "Median diameter of the vesicles.", .estimate = true});
  known(fields, "diameter_gsd", diameter_gsd,
        {.low = 1, .high = 4, .help = "Geometric standard deviation of the diameters; 1: all alike."});
  fields.optional_number("load_particles", load_particles,
                         {.unit = "{particles}",
                          .low = 0,
                          .high = 1e20,
                          .help = "Particles in the gel at the start; empty: shares are predicted, no amounts."});
  known(fields, "temperature_c", temperature_c,
        {.unit = "Cel", .low = 0, .high = 60, .help = "Temperature of the gel."});
  fields.optional_number("viscosity_mpa_s", viscosity_mpa_s,
                         {.unit = "mPa.s",
                          .low = 0.1,
                          .high = 1000,
                          .help = "Viscosity of the liquid in the gel; empty: water at the temperature."});
}

void Settings::describe_mesh(Fields& fields) {
  fields.choice("hindrance", hindrance, kHindrances,
                {.help = "How the mesh slows vesicles down: multiscale model, obstruction, Ogston's fibres, "
                         "hydrodynamic drag, none (as in water), or a stated coefficient."});
  fields.optional_number("diffusivity_um2_s", diffusivity_um2_s,
                         {.unit = "um2/s",
                          .low = 0,
                          .high = 1e5,
                          .help = "Diffusion coefficient in the gel when hindrance is \"stated\".",
                          .estimate = true});
  fields.choice("mesh_from", mesh_from, kMeshes,
                {.help = "Mesh as stated in mesh_nm, or from the settings network_* and polymer_share."});
  known(fields, "mesh_nm", mesh_nm,
        {.unit = "nm", .low = 0.1, .high = 1e6, .help = "Mesh of the gel at the start.", .estimate = true});
  known(fields, "polymer_share", polymer_share,
        {.low = 1e-5, .high = 0.95, .help = "Volume of polymer over volume of gel."});
  known(fields, "fibre_nm", fibre_nm, {.unit = "nm", .low = 0.01, .high = 100, .help = "Radius of a polymer chain."});
  known(fields, "free_volume_nm", free_volume_nm,
        {.unit = "nm", .low = 0.01, .high = 10, .help = "Radius of the holes in water (multiscale model)."});
  fields.optional_number("network_junction", network_junction,
                         {.low = 3, .high = 100, .help = "Chains that meet at a junction of the network."});
  fields.optional_number("network_bond_nm", network_bond_nm,
                         {.unit = "nm", .low = 0.05, .high = 2, .help = "Length of a bond of the backbone."});
  fields.optional_number("network_ratio", network_ratio,
                         {.low = 1, .high = 100, .help = "Characteristic ratio of the polymer."});
  fields.optional_number("network_bonds", network_bonds,
                         {.low = 1, .high = 100, .help = "Backbone bonds in a repeat unit."});
  fields.optional_number("network_units", network_units,
                         {.low = 1, .high = 1e6, .help = "Repeat units between two junctions."});
}

void Settings::describe_populations(Fields& fields) {
  known(fields, "burst_share", burst_share,
        {.low = 0, .high = 1, .help = "Share of the vesicles that leaves at first.", .estimate = true});
  known(fields, "burst_per_h", burst_per_h,
        {.unit = "/h", .low = 0, .high = 1e4, .help = "Rate at which the burst leaves.", .estimate = true});
  known(fields, "diffusive_share", diffusive_share,
        {.low = 0, .high = 1, .help = "Share that diffuses through the mesh.", .estimate = true});
  known(fields, "tethered_share", tethered_share,
        {.low = 0,
         .high = 1,
         .help = "Share that is bound to the polymer; what remains leaves with the gel.",
         .estimate = true});
  known(fields, "tether_per_d", tether_per_d,
        {.unit = "/d", .low = 0, .high = 1e4, .help = "Rate at which bound vesicles let go.", .estimate = true});
  fields.choice(
      "erosion", erosion, kErosions,
      {.help = "How the gel goes: everywhere at once (bulk: its mesh grows), from its surface, or not at all."});
  known(fields, "erosion_half_life_d", erosion_half_life_d,
        {.unit = "d", .low = 1e-3, .high = 1e5, .help = "Time after which half of the gel is gone.", .estimate = true});
  known(fields, "erosion_shape", erosion_shape,
        {.low = 0.1, .high = 10, .help = "Weibull shape of bulk erosion; 1: first order.", .estimate = true});
  fields.optional_number(
      "degradation_per_d", degradation_per_d,
      {.unit = "/d",
       .low = 0,
       .high = 1e3,
       .help = "Rate at which crosslinks of a bulk-eroding gel go, so that its mesh grows; empty: ln "
               "2 over its half-life.",
       .evidence = "release.degradation_rate",
       .estimate = true});
}

void Settings::describe_outside(Fields& fields) {
  fields.optional_number(
      "bath_ml", bath_ml,
      {.unit = "mL",
       .low = 0,
       .high = 1e9,
       .help = "Volume of the liquid around the gel (of a slab per cm² of face, of a cylinder per cm "
               "of length); empty: a perfect sink."});
  fields.number("partition", partition,
                {.low = 1e-6, .high = 1e6, .help = "Concentration in the gel over that in the bath at equilibrium."});
  fields.optional_number("film_um_s", film_um_s,
                         {.unit = "um/s",
                          .low = 1e-9,
                          .high = 1e9,
                          .help = "Mass transfer coefficient of the layer around the gel; empty: none.",
                          .estimate = true});
}

void Settings::describe_laws(Fields& fields) {
  fields.optional_number(
      "law_k", law_k,
      {.low = 0, .high = 10, .help = "korsmeyer_peppas, peppas_sahlin: share released after 1 h.", .estimate = true});
  fields.optional_number("law_n", law_n,
                         {.low = 0.05,
                          .high = 2,
                          .help = "korsmeyer_peppas, peppas_sahlin: exponent; empty: Fick's for the shape.",
                          .estimate = true});
  fields.optional_number(
      "law_k2", law_k2,
      {.low = -10, .high = 10, .help = "peppas_sahlin: share by relaxation after 1 h.", .estimate = true});
  fields.optional_number("law_tau_h", law_tau_h,
                         {.unit = "h", .low = 1e-6, .high = 1e9, .help = "weibull: scale.", .estimate = true});
  fields.optional_number("law_b", law_b, {.low = 0.05, .high = 20, .help = "weibull: shape.", .estimate = true});
  fields.optional_number("law_per_h", law_per_h,
                         {.unit = "/h", .low = 0, .high = 1e6, .help = "first_order: rate.", .estimate = true});
  fields.optional_number(
      "saturation_ratio", saturation_ratio,
      {.low = 1e-9, .high = 1, .help = "higuchi: solubility over content of the gel.", .estimate = true});
}

Body Settings::body() const {
  Body out;
  out.shape = shape == "slab"       ? Shape::kSlab
              : shape == "cylinder" ? Shape::kCylinder
              : shape == "sphere"   ? Shape::kSphere
                                    : Shape::kDisc;
  out.thickness_mm = thickness_mm;
  out.radius_mm = radius_mm;
  out.faces = static_cast<int>(faces);
  return out;
}

double Settings::mesh_size_nm() const {
  if (mesh_from == "stated") return mesh_nm;
  return network_mesh_nm(polymer_share, *network_junction, *network_bond_nm, *network_ratio, *network_bonds,
                         *network_units);
}

double Settings::growth_per_d() const {
  if (erosion != "bulk" || law != "composite") return 0;
  return degradation_per_d.value_or(std::log(2.0) / erosion_half_life_d);
}

double Settings::viscosity() const { return viscosity_mpa_s.value_or(water_viscosity_mpa_s(temperature_c)); }

void check(const Settings& s) {
  check_law(s);
  if (s.hindrance == "stated" && !s.diffusivity_um2_s)
    refuse(say("The diffusion coefficient is to be stated, and is not"), say("Set diffusivity_um2_s"));
  if (s.mesh_from == "network" &&
      !(s.network_junction && s.network_bond_nm && s.network_ratio && s.network_bonds && s.network_units))
    refuse(say("The mesh of a network needs all five settings network_*"), say("State them, or mesh_nm"));
  if (s.bath_ml && !(*s.bath_ml > 0)) refuse(say("A bath of no volume takes nothing up"), say("Correct bath_ml"));
  const bool surface = s.erosion == "surface" && s.law == "composite";
  if (s.film_um_s && surface)
    refuse(say("A film around a surface that erodes is not modelled"),
           say("Leave out film_um_s, or erosion = \"surface\""));
  if (s.bath_ml && (surface || s.film_um_s))
    refuse(say("A bath of finite volume is modelled without film and without erosion from the surface"),
           say("Leave out bath_ml: a bath more than ten times the gel's volume hardly differs from a perfect sink"));
  if (s.law == "composite" && s.eroding_share() < -1e-9)
    refuse(say("The shares of burst, diffusion and tether sum to more than 1"), say("Lower one of them"));
}

}  // namespace vesica::release
