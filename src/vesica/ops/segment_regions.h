// SPDX-License-Identifier: Apache-2.0
// What an object of a label image is like: place, size, shape, and its light in every channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Shape of one object, in pixels. NaN where a shape has no such number. Coordinates are of pixel centres, the centre
/// of the first pixel at (0, 0).
struct Region {
  std::int32_t label = 0;
  std::size_t area = 0;
  double x = 0, y = 0;                                      ///< centroid
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;               ///< box, x1 and y1 exclusive
  bool on_border = false;                                   ///< has a pixel on the outermost row or column
  double perimeter = 0;                                     ///< ImageJ's: traced outline, corners cut (below)
  double feret_max = 0, feret_min = 0;                      ///< calipers of the pixels' corners
  double major = 0, minor = 0;                              ///< axes of the ellipse of the same second moments and area
  double angle = std::numeric_limits<double>::quiet_NaN();  ///< of the major axis to x, degrees, 0 to 180, y up
  double convex_area = 0;                                   ///< of the hull of the pixels' corners
  double circularity() const;                               ///< 4 pi area / perimeter^2; above 1 for a few pixels
  double roundness() const;                                 ///< 4 area / (pi major^2)
  double solidity() const;                                  ///< area / convex_area
  double diameter() const;                                  ///< of the circle of the same area
};

/// Shapes of all objects in the order of their labels, labels without pixels left out. Perimeter as ImageJ's
/// (PolygonRoi.getTracedPerimeter): the sides of the pixels between inside and outside of the outer outline, less
/// (2 - sqrt 2) for every corner; a label of several pieces is measured along the first. Ellipse by second moments with
/// 1/12 for the extent of a pixel, scaled to the area of the object as ImageJ's. Requires labels >= 0.
std::vector<Region> measure_regions(const Labels2& labels);

/// Light of one object in one channel, in the image's counts.
struct Light {
  std::size_t pixels = 0;
  double mean = 0, sd = 0, min = 0, max = 0, median = 0, sum = 0;
  double background = std::numeric_limits<double>::quiet_NaN();  ///< median of the ring; NaN: no ring
  std::size_t ring = 0;                                          ///< pixels of the ring
  double saturated = 0;                                          ///< share at or above the given level
  double above() const { return mean - background; }             ///< contrast against the local background
};

/// Where the local background is taken: pixels outside all objects, from `inner` to `outer` pixels away from the
/// nearest, given to that nearest object. 2 to 5: chosen, beyond the blur of an edge, nearer than the next cell.
struct Ring {
  double inner = 2, outer = 5;
};
Labels2 ring_labels(const Labels2& labels, const Ring& ring = {});

/// Light of every object, in the order of measure_regions; `rings` from ring_labels, empty for no background.
/// `saturation`: the level from which a pixel counts as saturated. Pixels that are not finite are left out; an object
/// without finite pixels has NaN. Requires planes of one size.
std::vector<Light> measure_light(const Labels2& labels, const Labels2& rings, const Image2& image,
                                 double saturation = std::numeric_limits<double>::infinity());

/// A corner between pixels: (0, 0) is the upper left corner of the first pixel.
struct Corner {
  std::int32_t x = 0, y = 0;
  bool operator==(const Corner&) const = default;
};
/// The outer outline of every object in the order of their labels, as a polygon of corners at its turns, the object on
/// its left, diagonal neighbours joined (ImageJ's wand with 8 neighbours). Of a label of several pieces the first.
std::vector<std::vector<Corner>> trace_outlines(const Labels2& labels);
/// Length of such a polygon as ImageJ's PolygonRoi gives it: its sides, less (2 - sqrt 2) for every corner, of a
/// staircase of single steps every second one.
double traced_length(const std::vector<Corner>& outline);

}  // namespace vesica
