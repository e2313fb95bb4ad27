// SPDX-License-Identifier: Apache-2.0
// Choosing, averaging and pairing rows of an ObservationTable.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/quantity/quantity.h"
#include "vesica/table/observation_table.h"

namespace vesica {

/// A value on the scale on which its quantity is compared and averaged: itself, its logarithm or its logit. NaN where
/// the scale cannot take it (0 on a log scale).
double to_scale(double value, Scale scale);
/// The other way.
double from_scale(double scaled, Scale scale);

/// A mean on the quantity's own scale: arithmetic, geometric (log) or logistic mean of the ok values. Values that the
/// scale cannot take (0 on a log scale) make it empty rather than wrong.
std::optional<double> mean_on_scale(const std::vector<double>& values, Scale scale);

/// A measured and a predicted row with equal quantity, target, condition (and sample where the prediction has one),
/// time and `at`.
struct Pair {
  std::size_t measured;
  std::size_t predicted;
};
/// All pairs; times and positions are compared exactly, because predictions are evaluated at the measured ones.
std::vector<Pair> pair_rows(const ObservationTable& table);

}  // namespace vesica
