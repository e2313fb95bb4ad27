// SPDX-License-Identifier: Apache-2.0
// ZetaView texts: whatever is read is whole and can be measured.
#include "fuzz/fuzz.h"

#include "vesica/contract/registry.h"
#include "vesica/io/zetaview.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const SizeReport report = read_zetaview(as_text(data, size), "f.txt");
    for (const SizeVideo& video : report.videos) {
      for (const SizeTable& table : video.tables) {
        VESICA_REQUIRE(table.centre_nm.size() == table.concentration_per_ml.size(), "columns have one length");
        VESICA_REQUIRE(table.centre_nm.size() == table.upper_nm.size(), "edges belong to bins");
      }
    }
    const std::string format = report.format;
    const Reading reading{"f.csv", "", format, std::make_shared<const ReadingData>(report)};
    const Assay& assay = *find_assay("nta");
    InputFacts facts;
    facts.source = assay.id;
    assay.measure(reading, {}, assay.make_settings(), facts, Context{});
  });
  return 0;
}
