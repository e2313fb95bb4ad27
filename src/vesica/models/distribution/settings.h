// SPDX-License-Identifier: Apache-2.0
// The settings of model distribution: who is given what, by which route, with which label.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/kinetics/dose.h"
#include "vesica/settings/fields.h"

namespace vesica::distribution {

inline constexpr std::array<std::string_view, 7> kRoutes = {
    "iv", "ip", "sc", "intranasal", "intrathecal", "intracerebral", "local"};

/// Every default is the row of evidence/parameters.tsv that describe() names beside it.
struct Settings {
  std::string species = "mouse";
  std::string route = "iv";
  std::string structure = "organs";
  double dose = 1e10;
  std::string dose_unit = "unstated";
  std::optional<double> particles_per_ug;
  double infusion_h = 0;
  std::int64_t repeats = 1;
  double interval_h = 24;
  std::string schedule;
  std::optional<double> body_weight_kg;
  double age_d = 7;
  double duration_h = 24;
  std::string label = "none";
  std::string allometry = "quarter_power";
  double flow_factor = 1, permeability_factor = 1, partition_factor = 1;
  double liver_uptake_per_h = 20, spleen_uptake_per_h = 5, lung_uptake_per_h = 0.1, kidney_uptake_per_h = 0.12;
  double phagocyte_release_per_h = 0.0075;
  double liver_capacity_ug_g = 100, spleen_capacity_ug_g = 200, lung_capacity_ug_g = 15, kidney_capacity_ug_g = 15;
  double vesicle_mass_fg = 0.6;
  double digestion_per_h = 0.335;
  double bile_l_h = 0.0012, urine_l_h = 0.00012;
  double nasal_share = 0.001, mucociliary_half_life_min = 17;
  double absorption_per_h = 0.1;
  double local_volume_ml = 0.01, local_loss_per_h = 0.07, local_uptake_per_h = 0.06;
  double brain_loss_per_h = 0.07, csf_uptake_per_h = 0.1;
  double detachment_dye_per_h = 0.15, detachment_iodine_per_h = 0.05, detachment_metal_per_h = 0.01,
         detachment_reporter_per_h = 0.02;
  double free_dye_per_h = 0.06, free_iodine_per_h = 0.12, free_metal_per_h = 0.1, free_reporter_per_h = 1;
  double central_volume_l_kg = 0.0707, k12_per_h = 0.353, k21_per_h = 0.275, elimination_per_h = 0.0865;
  double rtol = 1e-6, atol = 1e-10;

  void describe(Fields& fields);

 private:
  void describe_dose(Fields& fields);
  void describe_uptake(Fields& fields);
  void describe_routes(Fields& fields);
  void describe_labels(Fields& fields);
  void describe_minimal(Fields& fields);
};

/// The fields that are facts and matter for these settings: no other route's, label's or structure's, and nothing that
/// the user asks (doses, times, age). What lists and warnings of evidence are made from.
AnySettings relevant(const Settings& settings);

/// What becomes of a label.
struct Label {
  std::string_view id;
  double Settings::*detachment;  ///< nullptr: never detaches, and digestion ends it
  double Settings::*free_elimination;
  bool stays_when_digested;  ///< residualising: it stays in the cell that digests the vesicle
  bool ends_when_digested;   ///< a protein's light: digestion ends it
};
/// dye (PKH, DiI, DiR), iodine_125, indium_111, copper_64, zirconium_89, nanoluc, gluc. nullptr for "none".
const Label* find_label(std::string_view id);

/// The body weight at the first dose in kg: stated, of the growth curve, or the species' own. Throws Error(kConfig) for
/// a weight more than 10 times off the species' own (chosen: such an animal is a slip of unit).
double body_weight_kg(const Settings& settings);

/// The doses in particles: the schedule when there is one, else `repeats` doses `interval_h` apart. Throws
/// Error(kConfig) for negative doses, a mass without particles per microgram, and a number so small that its unit must
/// have been left out.
std::vector<kinetics::Dose> doses_of(const Settings& settings);
/// All particles of all doses.
double total_dose(const std::vector<kinetics::Dose>& doses);

/// By how much rate constants of a mouse of 20 g are slower in an animal of this weight.
double rate_scale(std::string_view allometry, double weight_kg);

}  // namespace vesica::distribution
