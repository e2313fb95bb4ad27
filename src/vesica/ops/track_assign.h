// SPDX-License-Identifier: Apache-2.0
// Inside linking: the cheapest assignment of rows to columns when each row knows few columns and may stay alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vesica::ops {

/// A column that a row may take, at a cost >= 0.
struct Choice {
  std::size_t column;
  double cost;
};

/// For each row the column it takes, or kAlone: the assignment of least total cost, where a row that takes none costs
/// `alone`, and no column is taken twice. Shortest augmenting paths over the choices alone (Jonker and Volgenant 1987,
/// 10.1007/BF02278710; Dijkstra's search with a heap), O(rows * choices * log) at worst, exact. Of equally cheap
/// assignments the one found first with rows and columns in their order. Requires finite costs.
inline constexpr std::size_t kAlone = static_cast<std::size_t>(-1);
std::vector<std::size_t> assign(std::span<const std::vector<Choice>> rows, std::size_t columns, double alone);

}  // namespace vesica::ops
