// SPDX-License-Identifier: Apache-2.0
// Where values vary: variance components of groupings inside and across each other, without matrices in the interface.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

/// A way to sort the values: one name a value ("lot": L1, L1, L2, ...). Names of nested groupings must be their own.
struct Grouping {
  std::string name;
  std::vector<std::string> of;
};

/// One source of variation, "residual" last.
struct SpreadComponent {
  std::string name;
  double variance = kNoNumber;
  bool at_boundary = false;  ///< the likelihood is highest at 0: none was shown
  int levels = 0;            ///< 0 for the residual
};

struct NestedSpread {
  TestStatus status = TestStatus::kEmpty;
  double mean = kNoNumber;
  std::vector<SpreadComponent> components;
};

/// Restricted maximum likelihood (fit_mixed) of a mean with one random intercept a grouping. Groupings with empty
/// names, with one level, with as many levels as values, or equal to an earlier one are left out, as is one that cannot
/// be told apart. Without any left: kNotSeparable.
NestedSpread nested_spread(std::span<const double> values, std::span<const Grouping> groupings);

}  // namespace vesica::stats
