// SPDX-License-Identifier: Apache-2.0
// The picture that shows what was measured: the image in grey with the outlines of masks upon it, as a small PNG.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "vesica/data/image.h"

namespace vesica {

/// Colours that people with any colour vision tell apart (Okabe and Ito 2008, "Color Universal Design").
inline constexpr std::array<std::uint8_t, 3> kOverlayOrange = {230, 159, 0};
inline constexpr std::array<std::uint8_t, 3> kOverlaySky = {86, 180, 233};
inline constexpr std::array<std::uint8_t, 3> kOverlayGreen = {0, 158, 115};
inline constexpr std::array<std::uint8_t, 3> kOverlayYellow = {240, 228, 66};
inline constexpr std::array<std::uint8_t, 3> kOverlayPurple = {204, 121, 167};

struct OverlayLayer {
  const Mask2* mask = nullptr;  ///< of the image's size
  std::array<std::uint8_t, 3> colour = kOverlayOrange;
};

struct OverlayOptions {
  std::size_t max_side = 1000;      ///< pixels of the longer side; larger images are shrunk by whole factors
  std::size_t max_bytes = 300'000;  ///< shrunk further until the file is no larger
  double pixel_um = 0;              ///< of the image; the drawn pixel is written as pHYs, for the scale bar's layer
  double least_range = 0;           ///< counts from black to white at least, so that mere noise stays dark
  std::size_t min_side = 0;         ///< smaller images are enlarged, pixel by pixel, by whole factors within this
};

/// The image stretched from its 0.5 to its 99.5 percentile or over `least_range` (a constant image is mid grey,
/// non-finite pixels black) in 64 greys, and every layer's outline (inside pixels with an outside 4-neighbour; the
/// image's border is no outline), later layers on top. The same bytes for the same input. Requires an image and masks
/// of its size.
std::string render_overlay(const Image2& image, std::span<const OverlayLayer> layers,
                           const OverlayOptions& options = {});

/// A small picture of a PNG, as JPEG.
struct Thumbnail {
  std::string jpeg;
  std::size_t width = 0, height = 0;
  double pixel_um = 0;  ///< of the small picture; 0 when the PNG states none
};
/// Shrinks by the least whole factor that brings the longer side to `max_side`. Throws Error(kData) when the bytes are
/// no PNG.
Thumbnail render_thumbnail(std::string_view png, const std::string& file, std::size_t max_side = 360);

}  // namespace vesica
