// SPDX-License-Identifier: Apache-2.0
// Light on both sides of the edges of objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Sums of light and numbers of pixels in bands along the edge of an object.
struct EdgeLight {
  double in = 0, out = 0, n_in = 0, n_out = 0;
  double all = 0;  ///< sum of light over the whole object, kept or not
};
/// Of every label: bands of `width` pixels along its edge, those of its own pixels that are near the ground, and those
/// of the ground near it, which may be near others as well. Near: within `width` steps over the 4 and the 8 neighbours
/// in turn (an octagon), from an object over the ground alone. Ground: everything but labels with keep[label] != 0, of
/// which alone bands are taken; where two objects touch is no edge. Requires planes of one size, `runs` of the labels,
/// and a `keep` for every label, 0 for label 0.
std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const PixelRun> runs,
                                  std::span<const std::uint8_t> keep, int width);

}  // namespace vesica
