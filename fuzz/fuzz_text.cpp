// SPDX-License-Identifier: Apache-2.0
// Encodings and recognition: any bytes become valid UTF-8 or are refused, and decoding twice changes nothing.
#include "fuzz/fuzz.h"

#include "vesica/io/open.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  const std::string_view bytes = as_text(data, size);
  read_or_refuse([&] {
    const DecodedText text = decode_text(bytes, "f.txt");
    VESICA_REQUIRE(is_valid_utf8(text.utf8), "decoded text is UTF-8");
    if (!text.utf8.starts_with("\xEF\xBB\xBF")) {
      VESICA_REQUIRE(decode_text(text.utf8, "again").utf8 == text.utf8, "decoded text stays as it is");
    }
    std::size_t bytes_of_lines = 0;
    for (const std::string_view line : split_lines(text.utf8)) bytes_of_lines += trim(line).size();
    VESICA_REQUIRE(bytes_of_lines <= text.utf8.size(), "lines are parts");
    static_cast<void>(text_width(text.utf8));
    VESICA_REQUIRE(is_valid_utf8(escape_xml(text.utf8)), "escaped text is UTF-8");
  });
  for (const char* name : {"a.nano", "a.vsi", "ExperimentSummary.csv"}) {
    VESICA_REQUIRE(!recognise(bytes, name).id.empty(), "every file has a kind");
  }
  return 0;
}
