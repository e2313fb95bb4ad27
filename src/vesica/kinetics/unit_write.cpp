// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/unit_write.h"

#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "vesica/base/number.h"
#include "vesica/quantity/unit.h"

namespace vesica::kinetics {

namespace {

struct Factor {
  std::string kind;
  int exponent = 1;
};

/// The base units of the exponents of `unit`; lengths to the third are litres, and the gram stands for the kilogram's
/// factor. What is left of the unit's factor is returned.
double split(const Unit& unit, std::vector<Factor>& out) {
  constexpr std::array<const char*, 7> kKinds = {"metre", "kilogram", "second", "kelvin", "mole", "ampere", "candela"};
  constexpr double kLitre = 1e-3;  // cubic metres
  double factor = unit.factor;
  for (const int i : {4, 1, 0, 2, 3, 5, 6}) {  // amounts first: the definition reads as people write
    int exponent = unit.exponents[static_cast<std::size_t>(i)];
    if (exponent == 0) continue;
    std::string kind = kKinds[static_cast<std::size_t>(i)];
    if (i == 0 && exponent % 3 == 0) {
      kind = "litre";
      exponent /= 3;
      factor /= std::pow(kLitre, exponent);
    }
    out.push_back({kind, exponent});
  }
  return factor;
}

}  // namespace

std::string UnitDefinitions::id_of(const std::string& ucum) {
  if (ucum.empty()) return {};
  const auto known = ids_.find(ucum);
  if (known != ids_.end()) return known->second;
  std::string& id = ids_[ucum];
  const auto unit = parse_unit(ucum);
  if (!unit || unit->offset != 0 || !(unit->factor > 0) || !std::isfinite(unit->factor)) return {};
  std::vector<Factor> factors;
  const bool counted = ucum.find('{') != std::string::npos;
  double factor = split(*unit, factors);
  if (std::fabs(factor - 1) < 1e-12) factor = 1;  // rounding of powers of ten
  if (counted) factors.insert(factors.begin(), {"item", 1});
  if (factors.empty()) factors.push_back({"dimensionless", 1});
  if (factors.size() == 1 && factors[0].exponent == 1 && factor == 1) return id = factors[0].kind;
  id = "unit_" + std::to_string(++count_);
  definitions_ += fmt::format("<unitDefinition id=\"{}\"><listOfUnits>", id);
  // The whole factor belongs to a unit of exponent 1, so that no root of it is taken.
  bool placed = factor == 1;
  std::string units;
  for (const Factor& part : factors) {
    const bool here = !placed && part.exponent == 1;
    placed |= here;
    units += fmt::format("<unit kind=\"{}\" exponent=\"{}\" scale=\"0\" multiplier=\"{}\"/>", part.kind, part.exponent,
                         here ? exact_number(factor) : "1");
  }
  if (!placed)
    units += fmt::format("<unit kind=\"dimensionless\" exponent=\"1\" scale=\"0\" multiplier=\"{}\"/>",
                         exact_number(factor));
  definitions_ += units + "</listOfUnits></unitDefinition>\n";
  return id;
}

std::string UnitDefinitions::xml() const {
  return definitions_.empty() ? std::string()
                              : "<listOfUnitDefinitions>\n" + definitions_ + "</listOfUnitDefinitions>\n";
}

}  // namespace vesica::kinetics
