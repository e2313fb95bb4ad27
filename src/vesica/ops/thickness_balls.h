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
  std::int16_t x, y, z;
  T square;
};
/// Longest side of a volume whose balls fit their numbers.
inline constexpr std::size_t kLongestSide = 16383;

/// Finds the balls of a phase, one class of centres after the other, so that only one class is in memory: centres at
/// voxels, for kToFace then also those moved by half a voxel along one, two and three axes.
template <typename T>
class BallFinder {
 public:
  BallFinder(const Mask3& mask, int phase, const Spacing3& edge, ThicknessRule rule)
      : mask_(mask), phase_(phase), edge_(edge), rule_(rule) {}
  int classes() const { return rule_ == ThicknessRule::kToFace ? 8 : 1; }
  /// The balls of class `kind` that are not redundant, by falling radius, in a fixed order; classes in order from 0.
  /// Nothing when there is no wall at all.
  std::vector<Ball<T>> find(int kind, const Context& context);
  bool has_wall() const { return has_wall_; }

 private:
  const Mask3& mask_;
  int phase_;
  Spacing3 edge_;
  ThicknessRule rule_;
  bool has_wall_ = true;
  std::vector<T> at_voxels_;  ///< squared distances of class 0, for comparison with the others
};

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

/// Gives every voxel that is asked the diameter of the first ball that covers it, unless it has a larger one already;
/// the others keep what they have.
template <typename T>
void paint(const std::vector<Ball<T>>& balls, const Spacing3& edge, ThicknessRule rule, const Asked& asked,
           std::vector<float>& diameter, const Context& context);

extern template class BallFinder<std::int32_t>;
extern template class BallFinder<float>;
extern template void paint(const std::vector<Ball<std::int32_t>>&, const Spacing3&, ThicknessRule, const Asked&,
                           std::vector<float>&, const Context&);
extern template void paint(const std::vector<Ball<float>>&, const Spacing3&, ThicknessRule, const Asked&,
                           std::vector<float>&, const Context&);

}  // namespace vesica::thickness
