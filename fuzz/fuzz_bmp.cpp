// SPDX-License-Identifier: Apache-2.0
// BMP: header, then pixels; both must agree.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/still.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const ImageInfo info = read_bmp_info(as_text(data, size), "f.bmp");
    if (std::uint64_t{info.width} * info.height > kMostFuzzPixels) return;
    const RawPlane raw = read_bmp(as_text(data, size), "f.bmp");
    VESICA_REQUIRE(raw.width == info.width && raw.height == info.height && raw.samples == info.channels,
                   "the header does not lie");
  });
  return 0;
}
