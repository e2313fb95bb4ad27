// SPDX-License-Identifier: Apache-2.0
// Connected parts of a volume, and the Euler number of a phase.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// Which neighbours belong together: those that share a face (6), an edge (18), a corner (26).
enum class Neighbours { kFaces = 6, kEdges = 18, kCorners = 26 };

/// Labels 1, 2, ... in the order of each part's first voxel (x fastest), 0 in the other phase; sizes[i] voxels of part
/// i + 1. 4 bytes a voxel.
struct Components3 {
  std::vector<std::int32_t> labels;
  std::vector<std::size_t> sizes;
};
/// Parts of the voxels equal to `phase`, by union of runs.
Components3 components3(const Mask3& mask, int phase, Neighbours neighbours);

/// Turns every part of `phase` that has fewer than `voxels` voxels into the other phase; yields how many voxels turned.
std::size_t remove_small(Mask3& mask, int phase, Neighbours neighbours, std::size_t voxels);
/// Only the largest part of phase 1 stays (of equal ones the first); yields how many parts there were.
std::size_t keep_largest(Mask3& mask, Neighbours neighbours);

/// Euler number (parts - tunnels + cavities) of the voxels of 1 as closed cubes (26 neighbours), from the eight voxels
/// around each vertex.
struct EulerNumber {
  double whole = 0;      ///< of the object cut out by `where`, its cut faces included
  double corrected = 0;  ///< what the part in `where` adds to the Euler number of the world it was cut from
};
/// `where` empty: the whole volume. `corrected` counts vertices, edges and faces by the share of their surroundings
/// that lies in `where`; for a box that is the edge correction of Odgaard and Gundersen 1993
/// (10.1016/8756-3282(93)90245-6), chi - chi_2/2 - chi_1/4 - chi_0/8 in BoneJ's terms. Voxels outside `where` are seen
/// where the volume holds them, so that parts of a volume add up to its whole. 0 and 0 for an empty mask.
EulerNumber euler_number(const Mask3& mask, const Mask3& where, const Context& context);

}  // namespace vesica
