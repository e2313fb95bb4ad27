// SPDX-License-Identifier: Apache-2.0
// DM3 and DM4: tags, then every plane of small images.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/dm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] { read_some(*open_dm(bytes_of(as_text(data, size)), "f.dm")); });
  return 0;
}
