// SPDX-License-Identifier: Apache-2.0
// JSON: what is read is the same after writing and reading again, on one line and on many.
#include "fuzz/fuzz.h"

#include "vesica/io/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const Value value = read_json(as_text(data, size), "f.json");
    VESICA_REQUIRE(same_value(read_json(write_json(value), "again"), value), "JSON comes back");
    VESICA_REQUIRE(same_value(read_json(write_json(value, 2), "again"), value), "indented JSON comes back");
  });
  return 0;
}
