// SPDX-License-Identifier: Apache-2.0
// How sharp the edges of objects are: what tells a field out of focus.
#pragma once

#include <limits>

#include "vesica/data/image.h"

namespace vesica {

/// `width`: blur of the edges of objects as the SD of a Gaussian, by what a further blur of known width (a tenth of
/// their diameter, at least a pixel) does to their slopes: a step seen through sigma has a slope of 1 / sigma, after a
/// further one 1 / sqrt(sigma^2 + known^2) (re-blurring: Crete et al. 2007, 10.1117/12.702790). Slopes by object: the
/// median over its pixels beside the ground of the steepest within two pixels, so that outlines may lie a little beside
/// the edge; a blur of one pixel against noise comes first and is taken off again. The median over objects; needs
/// neither their height nor the ground. NaN when nothing slopes. Where an object is little wider than the blur the
/// truth is up to a fifth larger. Our choice.
///
/// `is_blurred`: wider than 0.085 diameters and than 1.6 pixels; false for fewer than three objects. Chosen: of 33
/// planes of real nuclei as they were taken 32 reach at most 0.90 of that bound, also with outlines drawn by people and
/// two pixels wider or narrower than these; the one beyond it shows nuclei half of which are out of focus. Blurred by
/// half the nuclei's radius all reach at least 1.25 where nuclei are found at all (a test on real data prints both).
/// The slope set against the light within, which needs no second blur, parts the same planes at 0.86 and 0.99 only.
struct EdgeBlur {
  double width = std::numeric_limits<double>::quiet_NaN();  ///< pixels
  double diameter = 0;                                      ///< of a circle of the objects' area, median, pixels
  bool is_blurred = false;

  /// Width over what a field in focus has at most; NaN without a width.
  double share_of_bound() const;
};

/// Requires planes of one size.
EdgeBlur edge_blur(const Labels2& labels, const Image2& image);

}  // namespace vesica
