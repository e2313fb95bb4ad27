// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/wound/wound_picture.h"

#include <algorithm>
#include <array>
#include <vector>

#include "vesica/assays/wound/wound.h"
#include "vesica/io/overlay.h"
#include "vesica/io/still.h"
#include "vesica/ops/image.h"

namespace vesica::wound {

namespace {

/// pHYs of PNG knows no absent size but zero.
double known_or_zero(double pixel_um) { return pixel_um > 0 ? pixel_um : 0; }

}  // namespace

std::string overlay_png(const Image2& grey, const Plane<std::uint8_t>& parts, std::size_t step, double pixel_um) {
  OverlayOptions options;
  const std::size_t longest = std::max(grey.width, grey.height);
  const std::size_t by = std::max<std::size_t>(1, (longest + options.max_side - 1) / options.max_side);
  const Image2 small = block_means(grey, by);
  Mask2 gap(small.width, small.height), islands(small.width, small.height);
  for (std::size_t y = 0; y < small.height; ++y) {
    for (std::size_t x = 0; x < small.width; ++x) {
      // The middle of the shrunk pixel; the last one may lie half outside.
      const std::uint8_t part = parts.at(std::min((x * by + by / 2) / step, parts.width - 1),
                                         std::min((y * by + by / 2) / step, parts.height - 1));
      gap.at(x, y) = part != kSheet ? 1 : 0;
      islands.at(x, y) = part == kIsland ? 1 : 0;
    }
  }
  const std::array<OverlayLayer, 2> layers = {{{&gap, kOverlayOrange}, {&islands, kOverlaySky}}};
  options.pixel_um = known_or_zero(pixel_um) * static_cast<double>(by);
  return render_overlay(small, layers, options);
}

std::string mask_png(const Plane<std::uint8_t>& parts, std::size_t step, std::size_t width, std::size_t height,
                     double pixel_um) {
  std::vector<std::uint8_t> pixels(width * height);
  constexpr std::array<std::uint8_t, 3> kGrey = {0, 255, 128};
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* from = parts.row(y / step).data();
    for (std::size_t x = 0; x < width; ++x) pixels[y * width + x] = kGrey[from[x / step]];
  }
  return write_png(width, height, 1, pixels, known_or_zero(pixel_um));
}

}  // namespace vesica::wound
