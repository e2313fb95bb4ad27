// SPDX-License-Identifier: Apache-2.0
// Text tables: whatever is read can be written and read again.
#include "fuzz/fuzz.h"

#include "vesica/io/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const Sheet sheet = read_text_table(as_text(data, size), "f.csv");
    VESICA_REQUIRE(sheet.row_lines.size() == sheet.rows.size(), "every row has a line");
    const std::string text = write_tsv(sheet);
    const Sheet again = parse_text_table(text, "again", {'\t', sheet.decimal_mark});
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) {
        static_cast<void>(sheet.number_at(r, c));
        VESICA_REQUIRE(is_valid_utf8(sheet.at(r, c).text), "cells are UTF-8");
        // "sep=;" alone in a first line is a declaration when read back.
        if (r > 0) VESICA_REQUIRE(again.at(r, c).text == guard_formula(sheet.at(r, c).text), "cells come back");
      }
    }
  });
  return 0;
}
