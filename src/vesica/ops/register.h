// SPDX-License-Identifier: Apache-2.0
// Registration by translation: how far one frame of a series has moved against another.
#pragma once

#include "vesica/data/image.h"

namespace vesica {

/// What lies at (x, y) of the first image lies at (x + dx, y + dy) of the second.
struct Shift2 {
  double dx = 0, dy = 0;  ///< pixels
  double peak = 0;        ///< height of the peak over the mean of the correlation surface, in its standard deviations
  bool trusted = false;   ///< too high for chance, not on the edge of what was searched, shared by all halves
};

/// Phase correlation (Kuglin and Hines 1975) with a Hann window: peak of the inverse transform of the cross-power
/// spectrum divided by its modulus, damped above a quarter of the sampling frequency; sub-pixel place from the
/// parabolas through the peak and its neighbours. Pixels further than 3 robust standard deviations (median absolute
/// deviation) from the median are clipped first: single bright floating cells then weigh no more than the texture under
/// them. Searches |dx| <= limit * width, |dy| <= limit * height. A peak below 8 standard deviations (chosen: of 10^6
/// values of noise the greatest is near 5) is not trusted; shift 0 then. Requires images of one size; constant or empty
/// ones yield an untrusted 0. Misleads when most of the image is a pattern of the camera (dust, uneven light): flatten
/// first.
Shift2 phase_shift(const Image2& first, const Image2& second, double limit);

}  // namespace vesica
