// SPDX-License-Identifier: Apache-2.0
// What lies on each plate, how its wells read, and whether its rim reads otherwise than its inside.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/study/plate.h"
#include "vesica/table/observation_table.h"

namespace vesica {

/// One well's number, and what it may be compared with: wells of one group differ by nothing but their place.
struct WellNumber {
  Well well;
  double value = kNaN;
  std::string group;
};

/// How many fold the rim reads of the inside.
struct EdgeEffect {
  double ratio = kNaN, low = kNaN, high = kNaN;  ///< 95 % interval by Student's t
  double p = kNaN, t = kNaN, freedom = kNaN;
  std::size_t outer = 0, inner = 0;  ///< wells in groups that lie on both
};

/// Least squares of ln value on "outer" within groups: ln value = group + ln ratio * outer. Our choice; wells without a
/// positive value and groups that lie on one side only say nothing. NaN without two degrees of freedom.
EdgeEffect edge_effect(std::span<const WellNumber> wells, PlateShape shape);

/// One finding of kind "plate" for each layout that is a plate and has wells in use: details.maps are the plate map
/// (wells coloured by condition, roles outlined) and a heat map for each quantity measured well by well (rows whose
/// replicate is a well of the sample, or whose sample lies in that well alone; several rows of a well are averaged).
/// Each such quantity has a test of the edge; one that differs by more than 5 % (chosen) with an interval that leaves
/// out 1 is a warning.
std::vector<Finding> check_plates(const ObservationTable& table, const Study& study);

}  // namespace vesica
