// SPDX-License-Identifier: Apache-2.0
// TOML: what is read is the same after writing and reading again.
#include "fuzz/fuzz.h"

#include "vesica/io/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const Value value = read_toml(as_text(data, size), "f.toml");
    VESICA_REQUIRE(same_value(read_toml(write_toml(value), "again"), value), "TOML comes back");
  });
  return 0;
}
