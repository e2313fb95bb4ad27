// SPDX-License-Identifier: Apache-2.0
// Light on both sides of the edges of objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Sums of light and numbers of pixels in bands along the edge of an object.
struct EdgeLight {
  double in = 0, out = 0, n_in = 0, n_out = 0;
  double all = 0;  ///< sum over the whole object, kept or not
};
/// Of every label with keep[label] != 0 (others are taken for ground): bands of `width` pixels inside and outside its
/// edge, in steps over the 4 and the 8 neighbours in turn (an octagon); a pixel outside two objects belongs to the one
/// that reaches it first, the edge between two touching objects to neither. Requires planes of one size and a `keep`
/// for every label.
std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const std::uint8_t> keep,
                                  int width);

}  // namespace vesica
