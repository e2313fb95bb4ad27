// SPDX-License-Identifier: Apache-2.0
// Release tests: from concentrations in a sampled medium to what has left the gel, and model-free summaries of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/contract/sheet_rows.h"

namespace vesica {
extern const Assay kReleaseCurveAssay;
}  // namespace vesica

namespace vesica::release_curve {

struct Settings {
  sheet_rows::Settings sheet;
  std::string reading_column, sampled_column, replaced_column, medium_column, loaded_column;
  std::optional<double> medium_ml, sampled_ml;
  std::string replacement = "all";
  std::optional<double> loaded, loaded_cv, reading_cv, quantification_limit, particles_per_unit;
  std::optional<double> gel_ml, saturation, left_in_gel;
  double partition = 1;
  double burst_h = 24;

  void describe(Fields& fields);
};

/// One sample taken from the medium. `reading` is a concentration; `below`: under the limit, which `reading` then
/// holds.
struct Sampling {
  double time_h = 0;
  double reading = kNaN;
  bool below = false;
  double sampled_ml = 0;    ///< taken out with this sample
  double replaced_ml = 0;   ///< fresh medium put back after it
  double medium_ml = kNaN;  ///< volume before this sample, when it was measured
};

/// What had left the gel when a sample was taken, in units of the reading times mL.
struct Amount {
  double time_h = 0;
  double value = kNaN;
  double most = kNaN;  ///< with every reading below the limit at the limit
  double sd = 0;       ///< from the readings' coefficient of variation and from what lies below the limit
  bool below = false;  ///< this sample's reading is below the limit
};

/// M_n = V_n c_n + sum of v_i c_i over the earlier samples; V_1 = medium_ml, V_n+1 = V_n − v_n + replaced_n (a stated
/// volume of the sample comes first). With full replacement V stays, without it shrinks. A reading below the limit L
/// counts as L/2 with the variance of an even distribution, L²/12. Times ascend. NaN readings give NaN from there on
/// only for themselves: what they withdrew counts as the reading before (our choice). Throws nothing; a volume that
/// falls to 0 or below gives NaN.
std::vector<Amount> released_amounts(std::span<const Sampling> samples, double medium_ml, double reading_cv);

/// The first time at which the curve reaches `share`, from (0, 0) by straight lines; infinite when it never does; NaN
/// without points. Points without a number are left out.
double time_of_share(std::span<const double> times_h, std::span<const double> shares, double share);

/// The share at `time_h` by straight lines from (0, 0) on; NaN after the last point.
double share_at(std::span<const double> times_h, std::span<const double> shares, double time_h);

/// Share of the load that stays in the gel at equilibrium with a medium that is never changed: K Vg / (V + K Vg).
double held_back(double gel_ml, double medium_ml, double partition);

}  // namespace vesica::release_curve
