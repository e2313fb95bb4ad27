// SPDX-License-Identifier: Apache-2.0
// Quantiles of many individuals in bounded memory, the same whatever the order in which they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace vesica::network {

/// Values of one cell (a symbol at a time). Exact while `exact` values or fewer arrive; from then on counts in
/// logarithmic cells of ratio 1.001 / 0.999 (the idea of DDSketch: Masson, Rim & Lee 2019, 10.14778/3352063.3352135),
/// whose quantiles lie within 0.1 % of a true one. Counts do not know the order in which they were made.
class Spread {
 public:
  static constexpr double kCellError = 1e-3;

  explicit Spread(std::size_t exact) : exact_(exact) {}
  /// Values that are not finite are not counted.
  void add(double value);
  std::size_t count() const { return count_; }
  /// The value below which the share p lies, linearly between neighbours (R's type 7); in cells, the middle of the
  /// cell of the nearest rank. NaN when nothing was added. Requires 0 <= p <= 1.
  double quantile(double p) const;

 private:
  void count_in_cell(double value);
  std::size_t exact_;
  std::size_t count_ = 0;
  mutable bool sorted_ = false;
  mutable std::vector<double> values_;
  std::map<std::int32_t, std::uint64_t> cells_;  ///< ascending in value: negative keys for negative values, 0 for zero
};

}  // namespace vesica::network
