// SPDX-License-Identifier: Apache-2.0
// Plates: a sheet as a plate map and as the export of a plate reader. What was read is drawn and read again.
#include <algorithm>

#include "fuzz/fuzz.h"

#include "vesica/contract/plate_reading.h"
#include "vesica/io/csv.h"
#include "vesica/study/plate_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  Workbook book;
  try {
    book.sheets.push_back(read_text_table(as_text(data, size), "plate.csv"));
  } catch (const Error&) {
    return 0;
  }
  // As a workbook may say, cells are merged: anywhere, over one another, beyond the sheet.
  Sheet& sheet = book.sheets.front();
  for (std::size_t i = 0; i + 4 <= std::min<std::size_t>(size, 24) && size % 3 == 0; i += 4) {
    const std::size_t row = data[i], column = data[i + 1] % 32;
    sheet.merged.push_back({row, column, row + data[i + 2] % 8, column + data[i + 3] % 8});
  }
  Problems problems;
  PlateMap map;
  PlateMapReader reader(book.sheets.front(), "plate 1", problems);
  if (reader.read(map)) {
    Layout layout;
    layout.id = "plate 1", layout.wells = 384, layout.unit = map.unit;
    for (const auto& [well, said] : map.wells) {
      VESICA_REQUIRE(well == *parse_well(well_name(well)), "a well's name is its own");
      VESICA_REQUIRE(!(said.level < 0) && !(said.dilution < 1), "levels and dilutions are possible");
      if (!said.sample.empty() && shape_of(layout)->holds(well)) layout.positions[well_name(well)] = said.sample;
    }
    if (is_drawn_in_sheet(layout, {&layout, 1})) draw_plate(layout);
  }
  const Reading reading{"plate.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
  for (const bool several : {false, true}) {
    try {
      const auto plate = plate_reading::read_export(reading, {"", "", "auto", several});
      for (const auto& value : plate.values)
        VESICA_REQUIRE(value.above || std::isfinite(value.value), "a reading is a number or beyond the reader");
    } catch (const Error& error) {
      VESICA_REQUIRE(!error.message().empty(), "an error says what");
    }
  }
  return 0;
}
