// SPDX-License-Identifier: Apache-2.0
// Outlines of QuPath: what is read is finite, and areas have outlines.
#include <cmath>

#include "fuzz/fuzz.h"

#include "vesica/io/geojson.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    for (const ImageJRoi& roi : read_geojson(as_text(data, size), "f.geojson")) {
      VESICA_REQUIRE(roi.is_area != roi.paths.empty(), "an area has an outline, and nothing else has");
      for (const auto& path : roi.paths)
        for (const RoiPoint& point : path)
          VESICA_REQUIRE(std::isfinite(point[0]) && std::isfinite(point[1]), "coordinates are numbers");
    }
  });
  return 0;
}
