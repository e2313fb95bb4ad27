// SPDX-License-Identifier: Apache-2.0
// The closed path of greatest sum through a table of directions and radii.
#pragma once

#include <cstddef>
#include <vector>

namespace vesica::ops {

/// Gains of `radii` radii in each of `directions` directions, direction by direction.
struct PolarGains {
  std::size_t directions = 0, radii = 0;
  std::vector<float> gain;
  float at(std::size_t direction, std::size_t radius) const { return gain[direction * radii + radius]; }
};

/// One radius a direction with the greatest sum of gains less `bend` times the square of every step; steps are at most
/// two radii, also from the last direction to the first. Found in two passes: an open path, then the closed one through
/// that path's radius half-way round (exact when the two agree there; our choice). Requires a table of at least one
/// radius and four directions.
std::vector<std::size_t> closed_path(const PolarGains& gains, float bend);

}  // namespace vesica::ops
