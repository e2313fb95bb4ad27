// SPDX-License-Identifier: Apache-2.0
// Pictures of what was found: outlines on the frame, masks.
#pragma once

#include <cstddef>
#include <string>

#include "vesica/data/image.h"

namespace vesica::wound {

/// PNG of the frame in grey with the gap's outline in orange and islands' in blue (render_overlay). `parts` on blocks
/// of `step` pixels.
std::string overlay_png(const Image2& grey, const Plane<std::uint8_t>& parts, std::size_t step, double pixel_um);

/// PNG in the frame's own size: 255 gap, 128 island, 0 cells.
std::string mask_png(const Plane<std::uint8_t>& parts, std::size_t step, std::size_t width, std::size_t height,
                     double pixel_um);

}  // namespace vesica::wound
