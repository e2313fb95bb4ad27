// SPDX-License-Identifier: Apache-2.0
// viability: its settings, and the step from signals to percent of control, cytotoxicity and EC50.
#pragma once

#include <string>

#include "vesica/contract/contract.h"

namespace vesica::viability {

struct ViabilitySettings {
  std::string kind = "viability", dose_factor, dose_unit, sheet, read, reference, decimal_mark = "auto";
  bool subtract_blank = true;

  void describe(Fields& fields);
};

/// The dose in a well; that of an untreated one (control, spontaneous) is 0 where doses are known. NaN: none.
double dose_at(const Layout& layout, const std::string& well);

/// The part of a well's row: its layout, and behind " / " the repeat of the plate, where the sheet names one.
std::string part_of(const std::string& layout, const std::string& replicate);

/// Adds a row; a number that its quantity cannot have is none.
void add_row(Observation row, ObservationTable& table);

/// From viability.signal to percent of control, cytotoxicity and EC50. A plate is one file (its run) at one time: its
/// wells are held against its own controls. Doses of plates in other units are brought to the first plate's; a plate
/// whose unit cannot be is told and makes no curve.
Outcome derive_viability(const ObservationTable& table, const Study& study, const ViabilitySettings& settings);

}  // namespace vesica::viability
