// SPDX-License-Identifier: Apache-2.0
// The balls of a local thickness: which are needed, and painting them. Internal to ops/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"
#include "vesica/ops/thickness.h"

namespace vesica::thickness {

/// A ball: its centre is a point of the grid of DistancePlanes (voxel v lies at index v, for kToFace at 2 v), its
/// squared radius in the units of that grid.
template <typename T>
struct Ball {
  std::int16_t x, y, z;
  T square;
};

/// Planes of the grid searched together; chosen: those beside them are a small share.
inline constexpr std::size_t kLayer = 16;

/// What a search found: one list a layer of kLayer planes, so that no second copy is ever made and whoever paints some
/// slices need not see the balls that are far away. A list goes by falling radius; balls of one radius by z, y, x.
template <typename T>
struct Needed {
  bool has_wall = false;  ///< false: there is no other phase, and no ball
  std::vector<std::vector<Ball<T>>> layers;
  std::size_t count() const {
    std::size_t out = 0;
    for (const std::vector<Ball<T>>& each : layers) out += each.size();
    return out;
  }
};

/// The balls of a phase without those whose voxels are all held by a ball a few steps away.
template <typename T>
Needed<T> needed_balls(const Mask3& mask, int phase, const Spacing3& edge, ThicknessRule rule, const Context& context);

/// The voxels that want a diameter.
struct Asked {
  const Mask3& mask;
  int phase;
  const Mask3* where;  ///< nullptr: anywhere
  bool with_rim;       ///< anywhere, and voxels of the other phase that a ball's rim can touch
  bool operator()(std::size_t x, std::size_t y, std::size_t z) const {
    const std::size_t i = mask.index(x, y, z);
    if (mask.voxels[i] == phase) return with_rim || where == nullptr || where->voxels[i] != 0;
    return with_rim && beside_phase(i, x, y, z);
  }

 private:
  /// The nearest voxel of the other phase is one step nearer to the centre than what lies behind it, so that the voxel
  /// before it, across one of its faces, belongs to the ball's phase.
  bool beside_phase(std::size_t i, std::size_t x, std::size_t y, std::size_t z) const {
    const std::uint8_t* at = mask.voxels.data() + i;
    const std::size_t slice = mask.nx * mask.ny;
    return (x > 0 && *(at - 1) == phase) || (x + 1 < mask.nx && at[1] == phase) ||
           (y > 0 && *(at - mask.nx) == phase) || (y + 1 < mask.ny && at[mask.nx] == phase) ||
           (z > 0 && *(at - slice) == phase) || (z + 1 < mask.nz && at[slice] == phase);
  }
};

/// Gives every voxel that is asked the diameter of the first ball that covers it; the others keep what they have.
template <typename T>
void paint(const Needed<T>& needed, const Spacing3& edge, ThicknessRule rule, const Asked& asked,
           std::vector<float>& diameter, const Context& context);

extern template Needed<std::int32_t> needed_balls(const Mask3&, int, const Spacing3&, ThicknessRule, const Context&);
extern template Needed<float> needed_balls(const Mask3&, int, const Spacing3&, ThicknessRule, const Context&);
extern template void paint(const Needed<std::int32_t>&, const Spacing3&, ThicknessRule, const Asked&,
                           std::vector<float>&, const Context&);
extern template void paint(const Needed<float>&, const Spacing3&, ThicknessRule, const Asked&, std::vector<float>&,
                           const Context&);

}  // namespace vesica::thickness
