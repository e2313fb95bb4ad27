// SPDX-License-Identifier: Apache-2.0
// Numbers of any table as the user maps them: contract/sheet_rows.h as an assay of its own.
#pragma once

#include "vesica/contract/contract.h"
#include "vesica/contract/sheet_rows.h"

namespace vesica::table_assay {

/// The rows that the sheet of a reading says, by the user's mapping. Throws as sheet_rows::map_sheet() does, and
/// Error(kUnsupported) for a reading that is no table.
Outcome measure_table(const Reading& reading, const sheet_rows::Settings& settings, const InputFacts& facts);

}  // namespace vesica::table_assay

namespace vesica {
extern const Assay kTableAssay;
}
