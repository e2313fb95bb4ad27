// SPDX-License-Identifier: Apache-2.0
// The steps of a protocol as a study writes them, and what they leave open: the rotors that could have been used.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/evidence/evidence.h"
#include "vesica/models/spin/spin.h"
#include "vesica/settings/value.h"

namespace vesica::spin {

/// One step as written; NaN and empty where the study says nothing.
struct Step {
  std::string kind = "spin";  ///< spin; wash (a spin of a resuspended pellet); anything else is not modelled
  double rcf_g = std::numeric_limits<double>::quiet_NaN();
  double rpm = std::numeric_limits<double>::quiet_NaN();
  double minutes = std::numeric_limits<double>::quiet_NaN();
  const RotorRow* rotor = nullptr;  ///< named rotor
  std::string rotor_class;          ///< "swing_out" or "fixed_angle" when only the class is stated
  std::string rcf_at;               ///< "rav", "rmax" or empty
  double tube_bore_mm = std::numeric_limits<double>::quiet_NaN();
  double temperature_c = std::numeric_limits<double>::quiet_NaN();
  double viscosity_mpa_s = std::numeric_limits<double>::quiet_NaN();
  double medium_density_g_ml = std::numeric_limits<double>::quiet_NaN();
  bool keep_pellet = false;
  double recovery = std::numeric_limits<double>::quiet_NaN();
  double carry_over = std::numeric_limits<double>::quiet_NaN();
  std::string note;
  Place place;

  bool is_spin() const { return kind == "spin" || kind == "wash"; }
  bool rotor_unstated() const { return is_spin() && rotor == nullptr; }
};

/// Reads the array `steps` of a protocol. Every problem (unknown key, wrong kind, number out of range, no force, no
/// time, nothing said about what is kept, unknown rotor) is added with its place; null and an empty array are no steps.
std::vector<Step> read_steps(const Value& steps, std::vector<Error>& problems);
/// JSON Schema of that array.
Value steps_schema();

/// The rotor as the laws need it; `tube_bore_mm` overrides the table's bore. Nothing when a fixed-angle rotor has no
/// bore from either.
std::optional<Geometry> geometry_of(const RotorRow& rotor, double tube_bore_mm);

/// What the settings say where a step says nothing.
struct Defaults {
  double temperature_c = 4;
  std::optional<double> viscosity_mpa_s;  ///< otherwise water at the step's temperature (Kestin 1978)
  double medium_density_g_ml = 1;
  double recovery = 1;
  double carry_over = 0;
};

/// The rotors that could have made the steps whose rotor is not stated: of the stated class (any when none is), able to
/// reach the highest force of those steps, with a known bore. In the table's order; vertical rotors are left out.
/// Empty when every rotor is stated.
std::vector<const RotorRow*> possible_rotors(const std::vector<Step>& steps);

/// The spins with every fact filled in, `assumed` standing for each rotor that is not stated (one rotor for all of
/// them: the usual habit, and our choice). Steps that are no spins are left out. Throws Error(kConfig) for a
/// fixed-angle rotor without bore.
std::vector<Spin> fill_in(const std::vector<Step>& steps, const RotorRow* assumed, const Defaults& defaults);

}  // namespace vesica::spin
