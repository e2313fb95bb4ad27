// SPDX-License-Identifier: Apache-2.0
// The map as a tree of values for reports and JSON. Inside `checks` only.
#pragma once

#include <string>
#include <vector>

#include "vesica/checks/isolation.h"

namespace vesica::isolation_detail {

/// A mean that the map is about.
struct Target {
  double mean_nm = 0;
  std::string origin;  ///< "measured" or "reported"
  std::string source;  ///< assay or paper
  std::string condition, title;
};

/// "185.3 nm": to the digit that instruments print.
std::string mean_text(double mean_nm);
/// "45 Ti" for "Type 45 Ti": columns are narrow.
std::string rotor_name(const RotorRow* rotor);
/// "any swing-out rotor", when all possible rotors are of one class; else "any rotor".
std::string any_rotor(const IsolationMap& map);

/// Largest difference between two possible rotors in any number of the map, rounded up to a tenth: "0.6".
std::string spread_percent(const IsolationMap& map);

/// The documented shape of Finding.details; one target for each of map.targets_nm.
Value details_of(const IsolationMap& map, const std::vector<Target>& targets, const spin::Settings& spin_settings,
                 const IsolationSettings& settings, const std::vector<std::string>& would_decide,
                 const std::vector<std::string>& other_explanations);

}  // namespace vesica::isolation_detail
