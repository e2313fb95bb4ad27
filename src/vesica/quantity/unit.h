// SPDX-License-Identifier: Apache-2.0
// Units in UCUM: parsing, comparing, converting. Only what laboratories write: products, powers, prefixes, annotations.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vesica {

/// A unit as a factor to base units (m, kg, s, K, mol, A, cd) and exponents; Celsius carries an offset in kelvin.
/// Annotations in braces are kept apart: they count as dimensionless.
struct Unit {
  double factor = 1;
  double offset = 0;
  std::array<int, 7> exponents{};
  bool same_dimension(const Unit& other) const { return exponents == other.exponents; }
};

/// Parses UCUM ("nm", "um2/s", "{particles}/mL", "mPa.s", "Cel", "10*9/mL", "%", "[iU]/L") and the customary spellings
/// µm, ml, °C, cP, "particles / ml", "E9/mL". Unknown text: nothing.
std::optional<Unit> parse_unit(std::string_view text);
/// The value in another unit; nothing when the dimensions differ or a unit is unknown.
std::optional<double> convert_unit(double value, std::string_view from, std::string_view to);

}  // namespace vesica
