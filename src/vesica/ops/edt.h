// SPDX-License-Identifier: Apache-2.0
// The exact Euclidean distance transform of a volume.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// How distances are taken. With `to_face` false: from voxel centre to voxel centre, in units of `edge`. With `to_face`
/// true: to the nearest point of the other phase's closed cubes, in units of half an edge; `half` then moves the points
/// that ask by half a voxel towards the origin (1) or leaves them at the voxel's centre (0), axis by axis.
struct DistanceRule {
  bool to_face = false;
  std::array<int, 3> half = {0, 0, 0};
  Spacing3 edge = {1, 1, 1};
};

/// Squared distance from every point that asks, one a voxel of `phase` (0 or 1), to the nearest voxel of the other
/// phase within the volume; 0 in the other phase, and for half points that touch it or the volume's lower face. What
/// lies outside the volume is unknown and no wall. Where there is no voxel of the other phase at all: kNoWall<T>. T =
/// std::int32_t: edges must all be 1, results are exact; T = float: any edges, computed in double. Separable lower
/// envelopes of parabolas, between walls only: Felzenszwalb and Huttenlocher 2012, 10.4086/toc.2012.v008a019; time
/// proportional to the voxels, 4 bytes a voxel.
template <typename T>
std::vector<T> squared_distance(const Mask3& mask, int phase, const DistanceRule& rule, const Context& context);
extern template std::vector<std::int32_t> squared_distance(const Mask3&, int, const DistanceRule&, const Context&);
extern template std::vector<float> squared_distance(const Mask3&, int, const DistanceRule&, const Context&);

template <typename T>
inline constexpr T kNoWall = std::numeric_limits<T>::max();

}  // namespace vesica
