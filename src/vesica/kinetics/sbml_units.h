// SPDX-License-Identifier: Apache-2.0
// Units of an SBML model as UCUM texts.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "vesica/kinetics/network.h"

class Model;

namespace vesica::kinetics {

/// UCUM texts of the unit definitions and base units of one model; empty text for what UCUM as read by
/// quantity/unit.h cannot say (fractional powers, offsets).
class SbmlUnits {
 public:
  explicit SbmlUnits(const Model& model);

  /// The unit of an id: a definition of the model, a base unit, or one of Level 2's own words (substance, volume, area,
  /// length, time), which a definition may redefine.
  const std::string& text(std::string_view id) const;
  /// What the model says of time, substance, extent, volume, area and length.
  NetworkUnits of_model() const;
  /// amount / size; empty when one of them is.
  static std::string per(const std::string& amount, const std::string& size);

 private:
  const Model& model_;
  std::unordered_map<std::string_view, std::string> texts_;
};

}  // namespace vesica::kinetics
