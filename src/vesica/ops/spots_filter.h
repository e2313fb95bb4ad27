// SPDX-License-Identifier: Apache-2.0
// The Laplacian of Gaussian and the noise behind it, for spots.cpp.
#pragma once

#include <cstddef>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/data/image.h"

namespace vesica::spots {

/// The two one-dimensional halves of the filter: k(x, y) = d(x) g(y) + g(x) d(y).
struct Kernel {
  std::vector<float> g, d;  ///< from the centre outwards, radius + 1 values each
  double gain = 1;          ///< standard deviation of the response to independent noise of 1
};
Kernel kernel_of(double sigma_px);

/// The filtered image; mirrored at the borders (outermost pixel repeated).
Image2 respond(const Image2& image, const Kernel& kernel, const Context& context);

/// Standard deviation of a pixel's noise and of the response to it, by tiles.
struct Noise {
  std::size_t tile = 48;                ///< pixels, chosen: some 500 values, and smaller than a cell
  Plane<float> pixel;                   ///< one a tile
  double correlation = 1;               ///< response noise / (gain * pixel noise), at least 1
  double at(double x, double y) const;  ///< pixel noise, linear between the centres of tiles
};
Noise noise_of(const Image2& image, const Image2& response, const Kernel& kernel, const Context& context);

}  // namespace vesica::spots
