// SPDX-License-Identifier: Apache-2.0
// The rarer automatic thresholds; segment_threshold.h is the way to them and names their sources.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace vesica::thresholds {

using Counts = std::span<const double>;
using Bin = std::optional<std::size_t>;

struct Sums {
  std::vector<double> count, moment;  ///< of bins 0..i
};
Sums running(Counts counts);

/// All expect counts of which at least two bins hold something.
Bin mean(Counts counts);
Bin ij_isodata(Counts counts);
Bin default_isodata(Counts counts);
Bin huang(Counts counts);
Bin intermodes(Counts counts);
Bin minimum(Counts counts);
Bin min_error(Counts counts);
Bin moments(Counts counts);
Bin percentile(Counts counts);
Bin renyi_entropy(Counts counts);
Bin shanbhag(Counts counts);

}  // namespace vesica::thresholds
