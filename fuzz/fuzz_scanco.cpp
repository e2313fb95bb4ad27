// SPDX-License-Identifier: Apache-2.0
// ISQ and AIM, recognised by their heads as the program does.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/scanco.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  const std::string_view bytes = as_text(data, size);
  read_or_refuse([&] {
    if (scanco_format(bytes) == "isq") read_some(*open_isq(bytes_of(bytes), "f.isq"));
    if (scanco_format(bytes) == "aim") read_some(*open_aim(bytes_of(bytes), "f.aim"));
  });
  return 0;
}
