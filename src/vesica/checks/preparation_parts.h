// SPDX-License-Identifier: Apache-2.0
// What the contradictions and the page of a preparation share. Inside `checks` only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vesica/checks/preparation.h"
#include "vesica/checks/preparation_rows.h"

namespace vesica::preparation_detail {

/// A lognormal distribution.
struct Lognormal {
  double median = kNaN, sigma = kNaN;
  bool known() const { return median > 0 && sigma >= 0; }
};
Lognormal lognormal_of(double mean, double sd);

/// Everything that is known of the sizes of one preparation.
struct Sizes {
  Mean tracked;              ///< mean hydrodynamic diameter
  double tracked_sd = kNaN;  ///< within the preparation
  Mean dry;                  ///< mean of electron microscopy
  double dry_sd = kNaN;
  bool dry_sd_assumed = false;
  std::int64_t dry_objects = 0;
  Mean z_average, polydispersity;
  double expected_low = kNaN, expected_high = kNaN;  ///< tracked mean that the dry sizes allow
  double unseen = kNaN;                              ///< share of the dry sizes that tracking cannot see
  double dry_from = kNaN, dry_to = kNaN;             ///< dry mean that the tracked mean allows, swelling alone
  Scattered scattered;                               ///< expected of the tracked distribution
  double z_low = kNaN, z_high = kNaN;                ///< that the tracked sizes allow
};
Sizes sizes_of(const PreparationRows& rows, const Preparation& preparation, const PreparationSettings& settings);

/// The factor between the cell and the preparation, where it is stated or can be told: rows, inputs, settings.
std::vector<double> dilutions_of(const PreparationRows& rows, const Preparation& preparation);
/// "Particle tracking", "Transmission electron microscopy", ... of a source's id.
std::string method_title(const std::string& source);
PreparationSettings preparation_settings_from(const Study& study);
/// "CD63" and "cd-63" → "cd63".
std::string folded_marker(std::string_view name);
std::string marker_class_text(MarkerClass kind);

}  // namespace vesica::preparation_detail
