// SPDX-License-Identifier: Apache-2.0
// JPEG: header, then pixels; both must agree.
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_images.h"

#include "vesica/io/still.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const ImageInfo info = read_jpeg_info(as_text(data, size), "f.jpg");
    if (std::uint64_t{info.width} * info.height > kMostFuzzPixels) return;
    const RawPlane raw = read_jpeg(as_text(data, size), "f.jpg");
    VESICA_REQUIRE(raw.width == info.width && raw.height == info.height && raw.samples == info.channels,
                   "the header does not lie");
  });
  return 0;
}
