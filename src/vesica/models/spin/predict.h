// SPDX-License-Identifier: Apache-2.0
// One prediction of model spin for one assumed rotor, as plain rows; the glue adds intervals and keys.
#pragma once

#include <string>
#include <vector>

#include "vesica/models/spin/settings.h"

namespace vesica::spin {

/// A predicted number with the part of its key that the model decides.
struct Row {
  std::string_view quantity;
  std::string target;
  std::string part;
  double at = 0;     ///< NaN: none
  double value = 0;  ///< NaN: nothing left to see, or no such diameter
};

/// What is the same in all draws of one scenario.
struct Plan {
  std::vector<Step> steps;
  std::vector<double> curve_at_nm;     ///< positions of the size distribution
  std::vector<double> fraction_at_nm;  ///< positions of the pelleted fraction and the sedimentation coefficient
  Spectrum grid;
  std::vector<const RotorRow*> rotors;  ///< possible ones; one nullptr when every rotor is stated
};
/// The steps read and checked, the rotors that are possible, the positions: `at` when it is not empty, else our choice
/// of 10 to 500 nm by 10 for the distribution and the eight diameters of the published tables and figures. Throws the
/// first problem of the steps as Error(kConfig), saying how many more there are.
Plan make_plan(const Settings& settings, const std::vector<double>& at);

/// A contaminant with the numbers of this draw.
struct Particle {
  std::string id;
  double diameter_nm = 0;
  double density_g_ml = 0;
};

/// Sizes as the instrument would show them, yield, losses, pelleted fractions, contaminants: the same rows in the same
/// order for every rotor and every draw.
std::vector<Row> predict_preparation(const Plan& plan, const Settings& settings, const std::vector<Particle>& particles,
                                     const RotorRow* assumed);
/// Cut-off and k-factor of every step: target is the rotor's id, part the step ("step 4"). Steps whose rotor is not
/// stated have one row for each possible rotor.
std::vector<Row> predict_rotors(const Plan& plan, const Settings& settings);

/// Rotors whose predicted means or needed medians differ by less than this factor are alike for the question (chosen:
/// half of the 10 % or so by which two instruments disagree about one sample).
inline constexpr double kAlikeFactor = 1.05;

/// "step 4", counted as in the study, steps that are no spins included.
std::string step_name(std::size_t index);

}  // namespace vesica::spin
