// SPDX-License-Identifier: Apache-2.0
// UCUM units as SBML unit definitions.
#pragma once

#include <map>
#include <string>

namespace vesica::kinetics {

/// Gathers the units that a document names; each distinct one becomes one definition.
class UnitDefinitions {
 public:
  /// The id to write for a UCUM text: of a base unit, or of a definition made for it. Empty for text that
  /// quantity/unit.h does not know and for temperatures in degrees Celsius, which SBML Level 3 cannot say.
  std::string id_of(const std::string& ucum);
  /// `<listOfUnitDefinitions>...`, empty when there are none.
  std::string xml() const;

 private:
  std::map<std::string, std::string> ids_;
  std::string definitions_;
  int count_ = 0;
};

}  // namespace vesica::kinetics
