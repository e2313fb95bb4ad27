// SPDX-License-Identifier: Apache-2.0
// What fuzz targets of images share: reading the planes and a box of a source that opened, small ones only.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vesica/base/require.h"
#include "vesica/data/image_source.h"

namespace vesica {

inline constexpr std::uint64_t kMostFuzzPixels = 1 << 20;  ///< larger planes take time, not other paths

inline void read_some(const ImageSource& source) {
  const ImageInfo& info = source.info();
  VESICA_REQUIRE(info.width > 0 && info.height > 0 && info.channels > 0, "an image that opened has a size");
  if (std::uint64_t{info.width} * info.height * info.channels > kMostFuzzPixels) return;
  constexpr std::size_t kMostPlanes = 3;
  for (std::size_t i = 0; i < std::min(source.series_length(), kMostPlanes); ++i) {
    const auto planes = source.read_channels(i);
    VESICA_REQUIRE(planes.size() == info.channels && planes[0].width == info.width, "planes have the size promised");
  }
  Box3 box = source.whole();
  box.z1 = std::min<std::size_t>(box.z1, 2);
  VESICA_REQUIRE(source.read_box(box).voxels() == box.voxels(), "a box has the size asked for");
}

}  // namespace vesica
