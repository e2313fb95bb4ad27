// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/table/table.h"

namespace vesica::table_assay {

Outcome measure_table(const Reading& reading, const sheet_rows::Settings& settings, const InputFacts& facts) {
  const Sheet& sheet = sheet_rows::choose_sheet(sheet_rows::book_of(reading), settings);
  return sheet_rows::measure_sheet(sheet, settings, facts, reading.path);
}

}  // namespace vesica::table_assay
