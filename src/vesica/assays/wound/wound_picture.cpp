// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/wound/wound_picture.h"

#include <array>
#include <vector>

#include "vesica/assays/wound/wound.h"
#include "vesica/io/overlay.h"
#include "vesica/io/still.h"

namespace vesica::wound {

namespace {

template <typename Of>
auto spread(const Plane<std::uint8_t>& parts, std::size_t step, std::size_t width, std::size_t height, const Of& of) {
  Plane<std::uint8_t> out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* from = parts.row(y / step).data();
    std::uint8_t* to = out.row(y).data();
    for (std::size_t x = 0; x < width; ++x) to[x] = of(from[x / step]);
  }
  return out;
}

/// pHYs of PNG knows no absent size but zero.
double known_or_zero(double pixel_um) { return pixel_um > 0 ? pixel_um : 0; }

}  // namespace

std::string overlay_png(const Image2& grey, const Plane<std::uint8_t>& parts, std::size_t step, double pixel_um) {
  const auto is = [](bool inside) { return static_cast<std::uint8_t>(inside ? 1 : 0); };
  const Mask2 gap = spread(parts, step, grey.width, grey.height, [&](std::uint8_t part) { return is(part != kSheet); });
  const Mask2 islands =
      spread(parts, step, grey.width, grey.height, [&](std::uint8_t part) { return is(part == kIsland); });
  const std::array<OverlayLayer, 2> layers = {{{&gap, kOverlayOrange}, {&islands, kOverlaySky}}};
  OverlayOptions options;
  options.pixel_um = known_or_zero(pixel_um);
  return render_overlay(grey, layers, options);
}

std::string mask_png(const Plane<std::uint8_t>& parts, std::size_t step, std::size_t width, std::size_t height,
                     double pixel_um) {
  const Plane<std::uint8_t> grey = spread(parts, step, width, height, [](std::uint8_t part) {
    return static_cast<std::uint8_t>(part == kGap ? 255 : (part == kIsland ? 128 : 0));
  });
  return write_png(width, height, 1, grey.pixels, known_or_zero(pixel_um));
}

}  // namespace vesica::wound
