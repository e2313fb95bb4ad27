// SPDX-License-Identifier: Apache-2.0
// Closed outlines of bright round bodies: seeds by rings of edges, outlines by dynamic programming around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/data/image.h"

namespace vesica {

/// Lengths in pixels of the image that is searched.
struct OutlineSettings {
  double smallest = 10, largest = 100;  ///< diameters of circles of equal area
  double smooth = 1.5;                  ///< standard deviation of the blur before edges are looked for
  double strength = 5;                  ///< least edge of the weakest quarter of an outline, in SD of noise
  double solidity = 0.92;               ///< least area over area of the convex hull
  double roundness = 0.5;               ///< least minor over major axis of bodies that lie inside the image
  double overlap = 0.25;                ///< largest shared part of the smaller of two bodies
};

/// A star-shaped outline around (x, y): radius k lies in direction 2 pi k / n, from +x towards +y. Pixel centres are
/// whole numbers.
struct Outline {
  double x = 0, y = 0;
  std::vector<double> radii;
  double strength = 0;   ///< lower quartile of the edges along it, in SD of noise
  double area = 0;       ///< pixels of the image inside
  double solidity = 0;   ///< of the whole outline, also beyond the image's border
  double roundness = 0;  ///< minor over major axis of the ellipse with the same second moments
  double visible = 1;    ///< share of its directions that lie in the image
  /// The edge's radius in the direction of (dx, dy), straight between directions.
  double radius_towards(double dx, double dy) const;
};

struct OutlineField {
  std::vector<Outline> outlines;  ///< strongest (strength times square root of area) first
  double noise = 0;               ///< SD of the differences that edges are counted in
  std::size_t seeds = 0;
};

/// Bright bodies on darker ground. An edge at a point is the drop of the blurred image (Gaussian, `smooth`) from one
/// `smooth` inside to one outside; its noise is 1.4826 times the median magnitude of such differences along rows and
/// columns of the whole image, at least 1 % of the range between its 0.5 and 99.5 percentiles (chosen: an image without
/// noise would make every ripple an edge). Seeds: maxima over place and size of the mean edge along a circle, so that
/// rings (cups with a dark lumen) count like discs. Around each seed the closed path of greatest summed edge in polar
/// coordinates, radii from half to twice the seed's, each step off the circle costing its square (dynamic programming
/// as in Timp and Karssemeijer 2004, 10.1118/1.1688039; the weights are our choice), once again from the path's own
/// centre. The maximum of a blurred disc's edge lies smooth^2 / (2 r) inside the disc; radii are put out by that. Paths
/// below the settings' bounds are dropped; of two that overlap the stronger stays, so that touching bodies, whose
/// common outline is not convex, come out as two. The image is mirrored at its borders; a path is judged on what lies
/// inside. Empty, constant or smaller than 3 x 3: none. Requires finite pixels. Misleads where bodies are not
/// star-shaped about their middle, and where stain or film has sharp round edges.
OutlineField find_outlines(const Image2& image, const OutlineSettings& settings, const Context& context);

/// Sets the pixels of `labels` inside the outline (its lengths times `scale`, pixel centres of the two images at the
/// same place of the sample) to `label` where they are 0; yields how many.
std::size_t paint_outline(const Outline& outline, double scale, std::int32_t label, Labels2& labels);

}  // namespace vesica
