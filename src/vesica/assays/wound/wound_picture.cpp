// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/wound/wound_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vesica/assays/wound/wound.h"
#include "vesica/io/still.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_mask.h"

namespace vesica::wound {

namespace {

constexpr std::size_t kLongest = 960;  // pixels, chosen: fills a report's column twice
constexpr std::size_t kMostBytes = 300000;
constexpr double kTail = 0.005;  // of the pixels at both ends of the grey scale, chosen
constexpr int kGreyLevels = 48;  // chosen: the eye sees no steps, the file halves
using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kGapColour = {230, 159, 0}, kIslandColour = {86, 180, 233};  // Okabe and Ito's orange and sky blue

/// The grey scale's ends.
std::pair<float, float> range_of(const Image2& image) {
  std::vector<float> values = image.pixels;
  const auto at = [&](double share) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  const float low = at(kTail), high = at(1 - kTail);
  return {low, high > low ? high : low + 1};
}

std::string painted(const Image2& grey, const Plane<std::uint8_t>& parts, std::size_t step, std::size_t by) {
  const Image2 small = block_means(grey, by);
  Mask2 gap(small.width, small.height), islands(small.width, small.height);
  for (std::size_t y = 0; y < small.height; ++y) {
    for (std::size_t x = 0; x < small.width; ++x) {
      const std::size_t u = std::min((x * by + by / 2) / step, parts.width - 1);
      const std::size_t v = std::min((y * by + by / 2) / step, parts.height - 1);
      gap.at(x, y) = parts.at(u, v) != kSheet ? 1 : 0;
      islands.at(x, y) = parts.at(u, v) == kIsland ? 1 : 0;
    }
  }
  const double line = std::max(1.0, static_cast<double>(std::max(small.width, small.height)) / 400);
  const Mask2 around = outline(gap, line), within = outline(islands, line);
  const auto [low, high] = range_of(small);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(small.pixels.size() * 3);
  for (std::size_t i = 0; i < small.pixels.size(); ++i) {
    const double share = std::clamp((static_cast<double>(small.pixels[i]) - low) / (high - low), 0.0, 1.0);
    const double level = std::round(share * (kGreyLevels - 1)) / (kGreyLevels - 1);
    Colour colour;
    colour.fill(static_cast<std::uint8_t>(std::lround(level * 255)));
    if (around.pixels[i] != 0) colour = kGapColour;
    if (within.pixels[i] != 0) colour = kIslandColour;
    pixels.insert(pixels.end(), colour.begin(), colour.end());
  }
  return write_png(small.width, small.height, 3, pixels);
}

}  // namespace

std::string overlay_png(const Image2& grey, const Plane<std::uint8_t>& parts, std::size_t step) {
  const std::size_t longest = std::max(grey.width, grey.height);
  for (std::size_t by = std::max<std::size_t>(1, (longest + kLongest - 1) / kLongest);; ++by) {
    std::string out = painted(grey, parts, step, by);
    if (out.size() <= kMostBytes || by >= longest) return out;
  }
}

std::string mask_png(const Plane<std::uint8_t>& parts, std::size_t step, std::size_t width, std::size_t height,
                     double pixel_um) {
  std::vector<std::uint8_t> pixels(width * height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint8_t part = parts.at(x / step, y / step);
      pixels[y * width + x] = part == kGap ? 255 : (part == kIsland ? 128 : 0);
    }
  }
  return write_png(width, height, 1, pixels, pixel_um);
}

}  // namespace vesica::wound
