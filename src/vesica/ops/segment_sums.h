// SPDX-License-Identifier: Apache-2.0
// Sums and maxima of many values.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vesica {

/// The sum of values, in one fixed order: four sums side by side, which need not wait for each other.
inline double sum_of(std::span<const float> values) {
  std::array<double, 4> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += static_cast<double>(values[i + lane]);
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]);
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/// The greatest of values none of which is below 0; 0 of none.
inline float greatest_of(std::span<const float> values) {
  std::int32_t greatest = 0;  // bits of floats that are not below 0 are in their order: a loop over vectors
  for (const float value : values) greatest = std::max(greatest, std::bit_cast<std::int32_t>(value));
  return std::bit_cast<float>(greatest);
}

}  // namespace vesica
