// SPDX-License-Identifier: Apache-2.0
// MRC maps and micrographs.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/mrc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] { read_some(*open_mrc(bytes_of(as_text(data, size)), "f.mrc")); });
  return 0;
}
