// SPDX-License-Identifier: Apache-2.0
// Measured against predicted: under which assumptions is a measured or reported size compatible with the isolation?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/models/spin/settings.h"
#include "vesica/settings/fields.h"

namespace vesica {

/// `[settings.isolation]`; the protocol's liquid, laws, parents' spread and detection limit are those of
/// `[settings.spin]`.
struct IsolationSettings {
  std::vector<double> densities_g_ml = {1.15, 1.10};  ///< constant laws tried
  bool core_shell = true;                             ///< also the size-dependent law
  std::vector<std::string> rotors;                    ///< empty: all that are possible
  std::vector<double> medians_nm = {60, 80, 100, 130, 160, 200, 300, 400};
  double smallest_median_nm = 20;
  double largest_median_nm = 400;

  void describe(Fields& fields);
};
inline constexpr std::string_view kIsolationCheck = "isolation";
AnySettings isolation_settings();

/// One density law with one rotor.
struct IsolationCell {
  std::vector<double> means_nm;            ///< mean shown at each of medians_nm; NaN when nothing is left to see
  std::vector<spin::NeededMedian> needed;  ///< parent median for each target
  /// For each target. "usual_parents": needed median inside the usual range; "large_parents", "small_parents": found
  /// outside it; "above_range", "below_range": not reached up to the largest, or exceeded down to the smallest median
  /// tried; "nothing_left". None of them means impossible.
  std::vector<std::string> verdicts;
  bool found(std::size_t target) const { return needed[target].answer == spin::NeededMedian::Answer::kFound; }
};

/// The map: rows are density laws, columns rotors.
struct IsolationMap {
  std::vector<double> targets_nm;
  std::vector<std::string> laws;        ///< "1.15 g/mL", "core-shell"
  std::vector<const RotorRow*> rotors;  ///< possible ones; a single nullptr when the protocol names them all
  std::vector<double> medians_nm;
  double usual_low_nm = 0, usual_high_nm = 0;  ///< range of evidence row parent.median
  std::vector<std::vector<IsolationCell>> cells;
  /// Rotors (their places) that behave alike: under every law each mean and each needed median differs by less than
  /// spin::kAlikeFactor between any two of a group. In the order of the rotors.
  std::vector<std::vector<std::size_t>> alike;
  bool rotor_matters() const { return alike.size() > 1; }
};

/// Computes the map for target means. Throws Error(kConfig) for steps that cannot be read and for an unknown rotor
/// among `settings.rotors`. Cells are independent: any number of threads gives the same bytes.
IsolationMap isolation_map(const std::vector<double>& targets_nm, const spin::Settings& spin_settings,
                           const IsolationSettings& settings, const Context& context);
/// Largest factor between the means or needed medians of two cells; infinite when only one of them has an answer.
double largest_factor(const IsolationCell& a, const IsolationCell& b);

/// Findings of kind "compatibility", one for each protocol: its targets are the reported mean diameters and, by
/// condition in the order of the study, the measured ones (the mean over preparations, of rows without target).
/// Subjects without a protocol have none. The rotor is asked for only where it changes an answer (rotor_matters).
/// `details` holds, for figures, caption and maps = [ { title, row_label, column_label, value_label, reference, rows,
/// columns, cells[row][column] = { value, text, status, compatible, verdict } } ]: the needed parent median, then the
/// mean that the instrument would show; and all numbers: targets = [ { title, condition, mean_nm, origin, source } ],
/// detection_limit_nm, parent_gsd, fixed_angle_law, usual_parents_nm [low, high], largest_median_nm, medians_nm,
/// rotor_matters, rows = [ { density_law, cells = [ { rotor, class, means_nm, needed_median_nm and verdict (one a
/// target; null when none) } ] } ], would_decide, other_explanations.
std::vector<Finding> check_isolation(const ObservationTable& table, const Study& study, const Context& context);

/// Findings of kind "agreement", one for each family of quantities ("vesicle.diameter") and target: measured (averaged
/// over replicates on the quantity's scale) beside predicted for every sample, as difference, ratio and whether it lies
/// inside the prediction's interval. The finding's quantity is the family's mean, else its first; groups are conditions
/// in the order of the study. Rows with a position (`at`) are left to the figures. details.pairs = [ { quantity,
/// target, sample, condition, time_h, measured, predicted, low, high, difference, ratio, inside } ], one for each
/// prediction.
std::vector<Finding> compare_with_predictions(const ObservationTable& table, const Study& study);

}  // namespace vesica
