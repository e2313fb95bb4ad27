// SPDX-License-Identifier: Apache-2.0
// Which routes and schedules are tried for a wish, and what wishes make no sense.
#pragma once

#include <string_view>
#include <vector>

#include "vesica/design/dose.h"

namespace vesica::design {

inline constexpr double kMostVesicles = 1e20;  ///< chosen: sixty kilograms of vesicles
inline constexpr std::string_view kGel = "gel";

/// Throws Error(kConfig) for unknown names ("did you mean"), windows and numbers that make no sense.
void check_dose_wish(const DoseWish& wish);
/// Every route of the wish (or the usual ones for the organ) once, repeated, as an infusion, as gels. Throws
/// Error(kConfig) for a route by which the organ does not exist.
std::vector<DoseWay> all_ways(const DoseWish& wish);

}  // namespace vesica::design
