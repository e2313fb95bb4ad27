// SPDX-License-Identifier: Apache-2.0
// The balls of a local thickness: which are needed, and painting them. Internal to ops/.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"
#include "vesica/ops/thickness.h"

namespace vesica::thickness {

/// A ball: centre in steps of the rule (voxels; half voxels, voxel i at 2 i + 1, for kToFace) and squared radius in the
/// units of squared_distance().
template <typename T>
struct Ball {
  std::int32_t x, y, z;
  T square;
};

/// The balls of the phase that are not redundant, by falling radius, in a fixed order. `has_wall` turns false when
/// there is no wall at all.
template <typename T>
std::vector<Ball<T>> find_balls(const Mask3& mask, int phase, const Spacing3& edge, ThicknessRule rule, bool& has_wall,
                                const Context& context);

/// The voxels that want a diameter: of the phase, within `where` (nullptr: anywhere); or all of them.
struct Asked {
  const Mask3& mask;
  int phase;
  const Mask3* where;
  bool everywhere;
  bool operator()(std::size_t i) const {
    return everywhere || (mask.voxels[i] == phase && (where == nullptr || where->voxels[i] != 0));
  }
};

/// Gives every voxel that is asked the diameter of the first ball that covers it; the others keep what they have.
template <typename T>
void paint(const std::vector<Ball<T>>& balls, const Spacing3& edge, ThicknessRule rule, const Asked& asked,
           std::vector<float>& diameter, const Context& context);

extern template std::vector<Ball<std::int32_t>> find_balls(const Mask3&, int, const Spacing3&, ThicknessRule, bool&,
                                                           const Context&);
extern template std::vector<Ball<float>> find_balls(const Mask3&, int, const Spacing3&, ThicknessRule, bool&,
                                                    const Context&);
extern template void paint(const std::vector<Ball<std::int32_t>>&, const Spacing3&, ThicknessRule, const Asked&,
                           std::vector<float>&, const Context&);
extern template void paint(const std::vector<Ball<float>>&, const Spacing3&, ThicknessRule, const Asked&,
                           std::vector<float>&, const Context&);

}  // namespace vesica::thickness
