// SPDX-License-Identifier: Apache-2.0
// Local texture: how much the image varies inside a window that slides over it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "vesica/data/image.h"

namespace vesica {

/// What counts as texture inside the window. Contrast is pixel / background.
enum class Texture {
  kSd,        ///< standard deviation of contrast
  kGradient,  ///< root mean square of the gradient of contrast (central differences, per pixel)
  kEntropy,   ///< Shannon entropy (nats) of contrast on levels of 0.025 from 0.6 to 1.4, both ends open
};
/// "sd", "gradient", "entropy"; nothing for any other word.
std::optional<Texture> texture_named(std::string_view name);

/// Texture on a grid of blocks of `step` pixels. `value` is the natural logarithm of SD or gradient (with a floor,
/// below) and the entropy itself.
struct TextureMap {
  Image2 value;
  Image2 level;  ///< kSd: mean of contrast in the window, less 1; empty otherwise
  std::size_t step = 1;
  double sigma = 0;  ///< SD of the Gaussian window, in blocks
};

/// Blocks of a window: 12 (chosen: the grid then costs less than 1 % of a window's width in place).
inline constexpr double kBlocksPerWindow = 12;

/// Texture of `grey` in a Gaussian window as wide as a box of `window_px` (same variance: sigma = window / sqrt 12), on
/// the image divided by its background (`background`, sigma `background_px`). The sums behind SD and gradient run over
/// every pixel; only the window slides in steps of blocks. SD and gradient have a floor of 1/sqrt 12 grey levels of an
/// 8-bit image at half scale (0.0023), added in squares: a perfectly flat field has a logarithm. Sigmas below one block
/// are taken as they are. Requires finite pixels; an empty image yields an empty map; a constant one the floor, or 0.
/// Misleads where the background itself has structure of the window's size. Source: our choice, after the local
/// variance of Suarez-Arnedo 2020, 10.1371/journal.pone.0232565.
TextureMap local_texture(const Image2& grey, Texture kind, double window_px, double background_px);

/// How far outside the textured region the map falls to `threshold`, in blocks: a straight edge between a smooth and a
/// textured half-plane is blurred by the window, so that f = (T^2 - s^2) / (t^2 - s^2) of the window's weight lies on
/// texture where the map crosses T (s and t: levels of the smooth and the textured side; entropy: not squared) and the
/// edge lies -sigma probit(f) further. When the two sides also differ in brightness, by `step` of contrast, the window
/// over the edge sees that as texture, too: T^2 = s^2 + (t^2 - s^2) f + step^2 f (1 - f), of which f is the smaller
/// root (kSd only). 0 where f is not in (0, 1). Our derivation.
double edge_offset(Texture kind, double sigma, double threshold, double smooth, double textured, double step = 0);

}  // namespace vesica
