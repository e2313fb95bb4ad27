// SPDX-License-Identifier: Apache-2.0
// ImageJ's outlines, one by one and in archives.
#include "fuzz/fuzz.h"

#include "vesica/io/imagej_roi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] { read_roi(as_text(data, size), "f.roi"); });
  read_or_refuse([&] { read_roi_zip(as_text(data, size), "f.zip"); });
  return 0;
}
