// SPDX-License-Identifier: Apache-2.0
// One page per preparation: methods side by side, reconciled; and findings where they contradict each other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/checks/purity.h"
#include "vesica/contract/finding.h"
#include "vesica/settings/fields.h"

namespace vesica {

/// `[settings.preparation]`.
struct PreparationSettings {
  double detection_limit_nm = 65;
  double hydrodynamic_over_dry = 1.25;
  double dry_cv = 0.35;
  double instruments_differ = 0.1;

  void describe(Fields& fields);
};
inline constexpr std::string_view kPreparationCheck = "preparation";
AnySettings preparation_settings();

/// Mean of the part of a lognormal distribution above `limit`: e^(μ+σ²/2) Φ((μ+σ²−ln L)/σ) / Φ((μ−ln L)/σ).
double lognormal_mean_above(double median, double sigma, double limit);
/// Share of it below `limit`.
double lognormal_share_below(double median, double sigma, double limit);

/// What dynamic light scattering shows of a number distribution when light grows as d⁶ (Rayleigh): z-average Σnd⁶/Σnd⁵
/// and polydispersity Σnd⁶Σnd⁴/(Σnd⁵)² − 1 (cumulants: decay rates go as 1/d).
struct Scattered {
  double z_average_nm = kNaN, polydispersity = kNaN;
};
Scattered scattered_by(const SizeCurve& curve);
/// The same of a lognormal distribution in closed form: median·e^(5.5σ²), e^(σ²) − 1.
Scattered scattered_by(double median, double sigma);

/// Markers by what MISEV2023 asks of them; names are compared without case, blanks and dashes.
enum class MarkerClass { kTransmembrane, kCytosolic, kNotVesicle, kOther };
MarkerClass marker_class(std::string_view name);
struct Marker {
  std::string name;
  MarkerClass kind = MarkerClass::kOther;
  bool seen = false;
  std::string source;  ///< "table", "antibody", "attribute"
};
/// What is stated about a preparation: rows of vesicle.marker, attribute `markers` ("CD63+ TSG101+ calnexin-"), and the
/// [[antibody]] entries of the study with a result.
std::vector<Marker> markers_of(const ObservationTable& table, const Study& study, const std::string& sample);

/// Findings of kind "contradiction", none for a preparation whose numbers can all be true: id
/// "preparation_KIND_SAMPLE", with KIND one of
///   tem       dry sizes and tracked sizes that no swelling and no detection limit reconcile
///   dls       a z-average below the tracked particles, or far above what their d⁶ gives
///   protein   under a fifth of the protein can be of vesicles, whatever they are made of
///   ceiling   more particles than the protein can make up, and no dilution explains it
///   dilution  concentrations apart by just the dilution (between videos, between methods, against the count in view,
///             or against the protein)
///   counts    two methods whose concentrations differ by more than threefold otherwise
///   blank     no more particles (or protein) than the blank
///   marker    an expected marker looked for and absent, or one that vesicles should not have
std::vector<Finding> check_preparations(const ObservationTable& table, const Study& study, const Context& context);

/// One finding of kind "preparation" a preparation (groups[0].units[0].sample), not for the list of findings but for
/// the page: details.tables (methods, sizes, concentrations, purity, markers), details.missing and details.flags
/// (texts), details.numbers for machines, details.figures. `others` are findings whose answers are quoted (isolation,
/// contradictions).
std::vector<Finding> preparation_pages(const ObservationTable& table, const Study& study,
                                       std::span<const Finding> others, const Context& context);

}  // namespace vesica
