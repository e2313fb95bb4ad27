// SPDX-License-Identifier: Apache-2.0
// SkyScan logs, and what they do to the info of a series.
#include "fuzz/fuzz.h"

#include "vesica/io/skyscan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    const SkyscanLog log = read_skyscan_log(as_text(data, size), "f.log");
    ImageInfo info;
    apply_skyscan_log(log, 8, info);
    for (const Known& edge : info.voxel_um) VESICA_REQUIRE(!edge.known() || edge.value > 0, "a voxel has a size");
  });
  return 0;
}
