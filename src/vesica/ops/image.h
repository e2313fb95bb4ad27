// SPDX-License-Identifier: Apache-2.0
// Images as a whole: grey from colour, block means, blur, background.
#pragma once

#include <cstddef>
#include <span>

#include "vesica/data/image.h"

namespace vesica {

/// Brightness of a frame: one channel as it is, three as 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), any other
/// number as their mean. Requires channels of one size.
Image2 grey_of(std::span<const Image2> channels);

/// False when a pixel is NaN or infinite; true for an empty image.
bool all_finite(const Image2& image);

/// Means over blocks of step by step pixels, from the top left; blocks that stick out are averaged over what they hold.
/// The result has ceil(width / step) by ceil(height / step) pixels. Requires step > 0.
Image2 block_means(const Image2& image, std::size_t step);
/// The same of the squares of the pixels.
Image2 block_mean_squares(const Image2& image, std::size_t step);

/// Gaussian blur with standard deviation `sigma` in pixels, cut off at 4 sigma, the image mirrored at its borders
/// (the outermost pixel repeated once). sigma <= 0 and empty images yield the image itself.
Image2 gaussian(const Image2& image, double sigma);
/// The part [x0, x1) by [y0, y1) of it, without the rest being blurred.
struct ImagePart {
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};
Image2 gaussian_of_part(const Image2& image, const ImagePart& part, double sigma);

/// The slow part of the illumination: a Gaussian blur of `sigma` pixels taken on blocks of about sigma / 4 pixels and
/// interpolated linearly between their centres (faster by sigma^2, within 2 %; our choice).
Image2 background(const Image2& image, double sigma);

/// A mask of blocks as a mask of pixels: pixel (x, y) takes block (x / step, y / step). Requires a mask of blocks that
/// covers width by height.
Mask2 enlarge(const Mask2& blocks, std::size_t step, std::size_t width, std::size_t height);

}  // namespace vesica
