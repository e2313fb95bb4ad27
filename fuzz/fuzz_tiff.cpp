// SPDX-License-Identifier: Apache-2.0
// TIFF: directories, descriptions, every plane of small files.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/tiff.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] { read_some(*open_tiff(bytes_of(as_text(data, size)), "f.tif")); });
  return 0;
}
