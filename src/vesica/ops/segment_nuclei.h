// SPDX-License-Identifier: Apache-2.0
// Bright roundish objects on a dark ground, touching or not, bright beside dim: nuclei under fluorescence.
#pragma once

#include <cstddef>
#include <optional>

#include "vesica/data/image.h"
#include "vesica/ops/segment_background.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica {

/// Lengths in pixels. Defaults for nuclei of 8 to 70 pixels, tried on fields of 11 laboratories (page of the assay).
struct NucleiSearch {
  double blur_px = 0.7;       ///< Gaussian against noise: well below the edge of a nucleus in focus
  double background_px = 60;  ///< half the width of the opening that finds the background; above one nucleus
  BackgroundMethod background = BackgroundMethod::kOpening;
  ThresholdMethod method = ThresholdMethod::kOtsu;  ///< of the image without its background
  double correction = 0.5;  ///< times the threshold: down to there objects are looked for, dim beside bright ones
  std::optional<double> threshold;  ///< counts above the background, in place of method and correction
  double half = 0.5;                ///< an object ends where its light falls to this share of its own mean
  double shape = 0.92;              ///< likeness to an ellipse from which on a region can be an object
  double neck = 0.07;               ///< two halves part where their neck is narrower than the smaller one by this share
  double neck_px = 3;               ///< and their middles lie at least this far apart
  double edge = 0.2;                ///< least step of light across an object's edge, share of its mean: blur has less
  double least_px = 25;             ///< pixels of area
  double most_px = 1e9;
};

/// What was found, and what it was found in.
struct NucleiFound {
  Labels2 labels;           ///< 1.. row by row
  Image2 light;             ///< the image without its background, not below 0
  std::size_t blurred = 0;  ///< objects that were dropped for their blurred edges
  double level = 0;         ///< counts above the background from which on objects were looked for; 0: nothing there
};

/// Objects of an image:
/// 1. Background by opening, taken off; a threshold on what remains, times `correction`, and above the noise (six of
///    its standard deviations over the ground), so that an empty field has no objects.
/// 2. Above it all regions that any higher threshold would give form a tree (Salembier, Oliveras and Garrido 1998,
///    10.1109/83.663500; 200 levels on a square-root scale). Of every chain of nested regions those are taken whose sum
///    of area times (likeness to an ellipse - shape) is greatest: a region that is two nuclei gives way to its halves
///    (after Arteta et al. 2012, 10.1007/978-3-642-33415-3_43). Likeness: area over that of the ellipse of the same
///    second moments, 1 for an ellipse, 0.90 for two touching discs.
/// 3. A connected piece that is like an ellipse as a whole (three quarters of the way from `shape` to 1) is one region
/// and
///    not looked into. One that the regions so far do not explain is looked at in four more ways, one after the other,
///    until it is explained: cut at the necks of what lies above the level, twice and four times the level; and by the
///    tree of flatness, since a dim nucleus beside a bright one is a shoulder of the light and no summit, but flat.
///    Where regions overlap, those of the greater sum stay.
/// 4. Each object grows along the light to `half` of its own mean; holes are filled.
/// 5. Objects that are not like an ellipse are cut at necks (as split by shape); those with blurred edges and odd sizes
///    are dropped.
/// Empty, constant and non-finite images yield no labels. Our choice of steps. Misleads where nuclei overlap without a
/// neck or a dip of light, and on nuclei wider than the background's window.
NucleiFound find_nuclei(const Image2& image, const NucleiSearch& how);

}  // namespace vesica
