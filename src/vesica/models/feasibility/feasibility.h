// SPDX-License-Identifier: Apache-2.0
// The stoichiometric gate: can a dose bring enough copies of a cargo into each recipient cell?
#pragma once

#include <string_view>

namespace vesica::feasibility {

/// What the gate is asked about. All shares between 0 and 1.
struct Question {
  double dose = 0;                ///< vesicles given
  double organ_share = 1;         ///< of the dose that reaches the organ of the recipient cells
  double taken_up_share = 1;      ///< of those that recipient cells take up
  double recipient_cells = 1;     ///< that share them
  double copies_per_vesicle = 0;  ///< mean copies of the cargo
  double escape_share = 1;        ///< of the copies taken up that reach the cytosol
  double copies_needed = 1;       ///< per cell
};

struct Answer {
  double vesicles_per_cell = 0;   ///< dose · organ_share · taken_up_share / recipient_cells
  double delivered_per_cell = 0;  ///< copies before escape: vesicles_per_cell · copies_per_vesicle
  double copies_per_cell = 0;     ///< in the cytosol: delivered_per_cell · escape_share
  double ratio = 0;               ///< copies_per_cell / copies_needed
  double vesicles_needed = 0;     ///< per cell: copies_needed / (copies_per_vesicle · escape_share)
  double dose_needed = 0;         ///< vesicles_needed · recipient_cells / (organ_share · taken_up_share)
};

/// The balance of copies: copies/cell = dose · f_organ · μ · f_up · f_esc / N_cells, with μ the mean copies per vesicle
/// (Chevillet et al. 2014, 10.1073/pnas.1408301111: 0.008 for a given miRNA, by counting both). Every cell is taken to
/// get the same; a few cells may get more. A share or a copy number of 0 needs infinitely many vesicles: +infinity.
/// NaN for what is negative, NaN, a share above 1, or no recipient cell.
Answer answer(const Question& question);

/// The same with the vesicles that each cell takes in known (from model uptake); dose_needed then is NaN.
Answer answer(const Question& question, double vesicles_per_cell);

enum class Verdict { kPasses, kUncertain, kFails, kUnknown };
/// From this ratio on enough copies arrive; below the other the shortfall is a hundredfold, more than the gap between
/// mean and best cell that single-cell data know (chosen).
inline constexpr double kPass = 1, kFail = 0.01;
Verdict verdict(double ratio);
std::string_view to_text(Verdict verdict);

/// v^h / (ec50^h + v^h), between 0 and 1: a fitted effect of v vesicles per cell that no mechanism stands behind (Hill
/// 1910). NaN for negative numbers and for an ec50 or h of 0.
double empirical_effect(double vesicles_per_cell, double ec50, double hill);

}  // namespace vesica::feasibility

namespace vesica {
struct Model;
extern const Model kFeasibilityModel;
}  // namespace vesica
