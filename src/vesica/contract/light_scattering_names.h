// SPDX-License-Identifier: Apache-2.0
// Inside the reading of light scattering exports: what their columns are called and which units they come in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vesica::scattering {

/// What a number is, which decides the units it may come in.
enum class Kind {
  kLength,
  kPlain,
  kRate,
  kTemperature,
  kViscosity,
  kVoltage,
  kMobility,
  kConductivity,
  kPercent,
  kWord
};

/// "Z-Average (d.nm)/Cumulants Result/..." as its name and its unit.
struct Title {
  std::string name, unit;
};

/// A name that is understood.
struct Known {
  std::string field;
  Kind kind = Kind::kPlain;
  std::string unit;
  std::size_t index = 0;  ///< of an element of a distribution, from 1; 0 otherwise
};

inline constexpr std::size_t kMostClasses = 2000;  // of a distribution, chosen; Zetasizers have 70

/// In small letters, without degree signs, micro as u.
std::string plain(std::string_view text);
/// The same without what units are joined with.
std::string squeeze(std::string_view unit);
Title title_of(std::string_view text);
/// The field that a column or line of this name holds.
std::optional<Known> known(std::string_view text);
/// What a number of this kind and unit is multiplied by; nothing for a unit that is not understood.
std::optional<double> factor_of(Kind kind, std::string_view unit);

}  // namespace vesica::scattering
