// SPDX-License-Identifier: Apache-2.0
// The assay `table` on any text table: rows obey the catalogue, or the table is refused.
#include "fuzz/fuzz.h"

#include "vesica/contract/registry.h"
#include "vesica/io/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  if (size == 0) return 0;
  read_or_refuse([&] {
    static constexpr const char* kLayouts[] = {"auto", "long", "wide", "groups", "plate"};
    Workbook book{"f.csv", {read_text_table(as_text(data + 1, size - 1), "f.csv")}};
    const Reading reading{"f.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
    const Assay& assay = *find_assay("table");
    AnySettings settings = assay.make_settings();
    set_field(settings, "layout", kLayouts[data[0] % 5]);
    set_field(settings, "unit", data[0] % 2 == 0 ? "" : "mg");
    InputFacts facts;
    facts.source = assay.id;
    const Outcome out = assay.measure(reading, {}, settings, facts, Context{});
    VESICA_REQUIRE(out.observations.duplicates().empty(), "every row has a key of its own");
    for (std::size_t i = 0; i < out.observations.size(); ++i) {
      VESICA_REQUIRE(out.observations.status(i) != Status::kOk || std::isfinite(out.observations.value(i)),
                     "ok is a number");
    }
    assay.missing(reading, settings);
  });
  return 0;
}
