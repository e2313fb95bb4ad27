// SPDX-License-Identifier: Apache-2.0
// The assays `dls` and `zeta` on any text table: rows have keys of their own and are numbers, or the table is refused.
#include "fuzz/fuzz.h"

#include "vesica/contract/registry.h"
#include "vesica/io/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  Reading reading{"f.txt", "", "text", nullptr};
  bool is_read = false;
  read_or_refuse([&] {
    Workbook book{"f.txt", {read_text_table(as_text(data, size), "f.txt")}};
    reading.data = std::make_shared<const ReadingData>(std::move(book));
    is_read = true;
  });
  if (!is_read) return 0;
  for (const char* id : {"dls", "zeta"}) {
    read_or_refuse([&] {
      const Assay& assay = *find_assay(id);
      InputFacts facts;
      facts.source = assay.id;
      assay.suits(reading);
      const Outcome out = assay.measure(reading, {}, assay.make_settings(), facts, Context{});
      VESICA_REQUIRE(out.observations.duplicates().empty(), "every row has a key of its own");
      for (std::size_t i = 0; i < out.observations.size(); ++i) {
        VESICA_REQUIRE(out.observations.status(i) != Status::kOk || std::isfinite(out.observations.value(i)),
                       "ok is a number");
      }
    });
  }
  return 0;
}
