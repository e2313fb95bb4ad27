// SPDX-License-Identifier: Apache-2.0
// Particles per protein, judged against the ceiling that the preparation's own sizes allow.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/settings/fields.h"

namespace vesica {

/// `[settings.purity]`: what a vesicle is made of.
struct PuritySettings {
  double density_g_ml = 1.1;
  double protein_share = 0.2;
  double dilution_cv = 0.05;
  std::int64_t draws = 400;

  void describe(Fields& fields);
};
inline constexpr std::string_view kPurityCheck = "purity";
AnySettings purity_settings();

/// A number distribution: how many particles (in any unit) there are at each diameter.
struct SizeCurve {
  std::vector<double> d_nm, number;
  double counted = 0;  ///< particles that were really counted; 0: not known
};

/// Protein of one vesicle: share · density · π/6 d³, in µg.
double vesicle_protein_ug(double d_nm, double density_g_ml, double share);
/// ⟨dᵏ⟩ over the particles of a curve; NaN without particles.
double moment_nm(const SizeCurve& curve, int k);

/// Particles per µg protein if vesicles of these sizes were all that there is.
struct Ceiling {
  double value = kNaN;
  double low = kNaN, high = kNaN;  ///< 95 % bootstrap over videos and, within each, over what was counted
  std::vector<double> draws;       ///< of that bootstrap
  std::string basis;               ///< "distribution", "mean and SD", "mean", empty: nothing to go by
  double largest_nm = kNaN;        ///< the bin that holds most mass
  double largest_number = kNaN;    ///< its share of the particles
  double largest_mass = kNaN;      ///< its share of the mass
  double without_largest = kNaN;   ///< the ceiling without it
  bool one_bin_decides() const;    ///< that bin moves the ceiling by more than a quarter (chosen)
};
/// Videos are averaged with their particles as weights. One video is not resampled, its counts are (Poisson). Without
/// counts a video is taken to have 1000 tracks (chosen: what an instrument asks for).
Ceiling ceiling_of(std::span<const SizeCurve> videos, const PuritySettings& settings, std::uint64_t seed);
/// From a mean and an SD, lognormal: ⟨d³⟩ = m³ (1 + (s/m)²)³. An SD that is not known (NaN) is taken as 0: the ceiling
/// is then too high.
Ceiling ceiling_of(double mean_nm, double sd_nm, const PuritySettings& settings);

/// One preparation.
struct Purity {
  std::string sample, condition;
  double particles_per_ml = kNaN, protein_ug_ml = kNaN;
  double value = kNaN, low = kNaN, high = kNaN;  ///< particles per µg
  std::string interval;                          ///< "t95"; "partial95": of what is known
  std::vector<std::string> unknown;              ///< sentences: whose spread is not known
  Status status = Status::kOk;  ///< below_range: no particles beyond the blank; above_range: no protein
  bool measured = false;        ///< both methods have looked
  Ceiling ceiling;
  double of_ceiling = kNaN, of_low = kNaN, of_high = kNaN;  ///< with the ranges of density and share
  std::string verdict;                                      ///< "above", "compatible", "below", "unknown"
  std::string webber;  ///< "high", "between", "low", "unpure"; empty without a number
};
/// "high purity", "unpure", ... of Purity::webber, in the language of the report.
std::string webber_text(const std::string& word);
/// Whether the rows hold both particles per mL and protein per mL of anything.
bool concerns_purity(const ObservationTable& table);
/// Of every preparation with particles and protein, in the order of the study.
std::vector<Purity> purities(const ObservationTable& table, const Study& study, const Context& context);

/// Rows of vesicle.particles_per_protein, .ceiling and .of_ceiling, source "purity": what scenarios may take and
/// comparisons compare.
Outcome derive_purity(const ObservationTable& table, const Study& study, const Context& context);
inline constexpr std::string_view kPurityQuantities[] = {"vesicle.particles_per_protein",
                                                         "vesicle.particles_per_protein.ceiling",
                                                         "vesicle.particles_per_protein.of_ceiling"};

/// What a protocol leaves of vesicles and contaminants, as shares of what was in the medium (model spin).
struct CarryOver {
  double vesicles = kNaN;
  std::vector<std::pair<std::string, double>> contaminants;
};
/// Throws what the model throws for steps that cannot be read.
CarryOver carry_over_of(const Protocol& protocol, const Study& study, const Context& context);

/// One finding of kind "purity" over all preparations, none when none has both numbers. details.tables holds a row a
/// preparation; details.preparations the numbers.
std::vector<Finding> check_purity(const ObservationTable& table, const Study& study, const Context& context);

}  // namespace vesica
