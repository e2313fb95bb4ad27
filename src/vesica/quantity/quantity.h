// SPDX-License-Identifier: Apache-2.0
// The catalogue: every number that Vesica reports, with unit, range, scale, definition and source.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// The scale on which values of a quantity are averaged and compared.
enum class Scale { kLinear, kLog, kLogit };
const char* to_text(Scale scale);

/// One entry of the catalogue. Axis labels, range checks, statistics and tolerances read it. Where the field has
/// several definitions under one name, each is an entry of its own.
struct Quantity {
  std::string_view id;      ///< "vesicle.diameter.mean"
  std::string_view symbol;  ///< "mean diameter", as on an axis
  std::string_view title;   ///< a few words
  std::string_view unit;    ///< UCUM; "1" for pure numbers
  double low;               ///< values outside [low, high] are impossible
  double high;
  double plausible_low;  ///< outside: a warning, not an error
  double plausible_high;
  Scale scale;
  int digits;                   ///< significant digits shown
  double tolerance;             ///< relative difference that counts as equal across machines
  std::string_view definition;  ///< one or two sentences, with the formula
  std::string_view source;      ///< author, year, DOI or standard
  std::string_view at = "";     ///< what `at` means when rows form a curve ("diameter"), empty otherwise
  std::string_view at_unit = "";
  /// Rows carry the unit that their own source declares (symbols of a user's model), and `unit` is "1". Such rows are
  /// never averaged or compared across models.
  bool unit_by_row = false;
};

/// All entries, sorted by id.
std::span<const Quantity> all_quantities();
const Quantity* find_quantity(std::string_view id);
/// Ids near a mistyped one.
std::optional<std::string> nearest_quantity(std::string_view id);

/// "Mean diameter (nm)": the axis label; the unit in the customary writing of people (µm, mL⁻¹).
std::string axis_label(const Quantity& quantity);
/// UCUM to print: "um" → "µm", "{particles}/mL" → "particles/mL", "1" → "".
std::string readable_unit(std::string_view ucum);

}  // namespace vesica
