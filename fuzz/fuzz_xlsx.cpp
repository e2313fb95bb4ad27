// SPDX-License-Identifier: Apache-2.0
// Workbooks: whole files, and the parts inside by themselves, because no mutation gets through a checksum.
#include "fuzz/fuzz.h"

#include "vesica/io/xlsx.h"
#include "vesica/io/xlsx_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  const std::string bytes(as_text(data, size));
  read_or_refuse([&] {
    if (bytes.starts_with("PK") || bytes.starts_with("\xD0\xCF")) {
      static_cast<void>(read_xlsx(bytes, "f.xlsx"));
    } else if (bytes.find("<sst") != std::string::npos) {
      for (const std::string& text : xlsx::read_shared_strings(bytes, "f.xlsx", "strings")) {
        VESICA_REQUIRE(is_valid_utf8(text), "texts are UTF-8");
      }
    } else if (bytes.find("<styleSheet") != std::string::npos) {
      for (const DateFormat& format : xlsx::read_styles(bytes, "f.xlsx", "styles")) {
        static_cast<void>(iso_from_serial(40000.75, format, true));
      }
    } else if (bytes.find("<workbook") != std::string::npos) {
      static_cast<void>(xlsx::read_book(bytes, "f.xlsx", "workbook"));
    } else if (bytes.find("<Relationships") != std::string::npos) {
      static_cast<void>(xlsx::read_relations(bytes, "xl", "f.xlsx", "rels"));
    } else {
      xlsx::BookTables tables;
      tables.strings = {"a", "b"};
      tables.styles = {{}, {true, true, false}, {false, true, true}};
      Sheet sheet;
      sheet.file = "f.xlsx";
      sheet.name = "S";
      xlsx::read_cells(bytes, "sheet", tables, sheet);
      for (const auto& row : sheet.rows) {
        for (const Cell& cell : row) VESICA_REQUIRE(is_valid_utf8(cell.text), "cells are UTF-8");
      }
    }
  });
  return 0;
}
