// SPDX-License-Identifier: Apache-2.0
// Colocalisation of a sample from its fields or wells: shares and means with intervals over these, never over spots.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "vesica/data/proportion.h"
#include "vesica/table/observation_table.h"

namespace vesica::cell_uptake {

/// What one unit (a field, or a well of several fields) shows: spots of both channels in cells, pairs, and the pairs
/// that chance makes of them on average.
struct PairCounts {
  double first = 0, second = 0, paired = 0, by_chance = 0;
};

/// NaN as low and high: one unit, or none, has no interval.
struct PooledPairs {
  Share fraction, chance, corrected;
  std::size_t units = 0;  ///< with a spot of the first channel
};

/// Shares of a sample over its units, as ratios of sums R = sum x / sum n. Intervals by Student's t with k - 1 degrees
/// of freedom and the variance of a ratio over clusters, k / (k - 1) sum (x_i - R n_i)^2 / (sum n)^2 (Cochran 1977,
/// Sampling Techniques, 3rd edition, chapter 6), within 0 and 1, and never narrower than
/// Wilson's of all spots: units that happen to agree are no proof. `corrected`: share_beyond_chance (ops/colocalise.h)
/// of the sums; its interval takes x = paired - by_chance, so that what moves both within a unit cancels, adds the
/// chance rate again and goes through the same function. It is cut off at 0 once, not in every unit. NaN without spots.
PooledPairs pool_pairs(std::span<const PairCounts> units);

/// Mean of one number a unit and its t interval within `low` and `high`; with `fisher` of a correlation by Fisher's z
/// (atanh), which is averaged and turned back. NaN for none; NaN as interval for one.
Share mean_over_units(std::span<const double> values, double low, double high, bool fisher);

/// Target of a pooled row: the fields' target, and that it is pooled.
std::string pooled_target(const std::string& target);

/// Rows of each sample and time, over its wells where several are named (`replicate`), else over its fields.
void add_pooled_colocalisation(const ObservationTable& table, ObservationTable& out);

}  // namespace vesica::cell_uptake
