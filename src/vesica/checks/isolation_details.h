// SPDX-License-Identifier: Apache-2.0
// The map as a tree of values for reports and JSON. Inside `checks` only.
#pragma once

#include <string>
#include <vector>

#include "vesica/checks/isolation.h"

namespace vesica::isolation_detail {

/// What the map is about.
struct Target {
  double mean_nm = 0;
  std::string origin;  ///< "measured" or "reported"
  std::string source;  ///< assay or paper
};

/// The documented shape of Finding.details.
Value details_of(const IsolationMap& map, const Target& target, const spin::Settings& spin_settings,
                 const IsolationSettings& settings, const std::vector<std::string>& would_decide,
                 const std::vector<std::string>& other_explanations);

}  // namespace vesica::isolation_detail
