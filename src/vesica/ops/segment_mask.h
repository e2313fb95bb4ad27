// SPDX-License-Identifier: Apache-2.0
// Masks: thresholds, morphology with discs of any radius, components, holes, outlines.
#pragma once

#include <cstddef>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Pixels below `threshold`. NaN is not below.
Mask2 below(const Image2& image, double threshold);

/// Distance of every pixel centre to the nearest pixel centre of the mask, in pixels, exact (Felzenszwalb and
/// Huttenlocher 2012, 10.4086/toc.2012.v008a019); 0 inside, infinite everywhere for an empty mask.
Image2 distance_to(const Mask2& mask);

/// Morphology with a disc: a pixel belongs to the dilation when a pixel of the mask lies within `radius` (in pixels,
/// any positive number; at most the radius, so that 1 reaches the 4 neighbours). What lies outside the image repeats
/// its border: an object that leaves the field is not eroded there. Radii below 1 change nothing.
Mask2 dilate(const Mask2& mask, double radius);
Mask2 erode(const Mask2& mask, double radius);
Mask2 open(const Mask2& mask, double radius);   ///< erode, then dilate: drops what is narrower than the disc
Mask2 close(const Mask2& mask, double radius);  ///< dilate, then erode: fills what is narrower than the disc

/// Everything that is not in the mask.
Mask2 inverse(const Mask2& mask);
std::size_t area(const Mask2& mask);  ///< pixels inside

/// One connected set of pixels.
struct Component {
  std::size_t area = 0;
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< box, x1 and y1 exclusive
};
struct Components {
  Labels2 labels;                  ///< 0 outside, i + 1 for objects[i]
  std::vector<Component> objects;  ///< in the order of their first pixel, row by row
};
/// Connected components of a mask; neighbours share an edge, or with `diagonal` a corner.
Components components(const Mask2& mask, bool diagonal);

/// The mask with its holes filled: everything outside it that cannot reach the image's border over shared edges.
Mask2 fill_holes(const Mask2& mask);

/// The pixels of the mask that have a pixel outside it within `width` (inside the image; the image's border is none).
Mask2 outline(const Mask2& mask, double width);

}  // namespace vesica
