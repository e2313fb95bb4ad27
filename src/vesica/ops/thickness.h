// SPDX-License-Identifier: Apache-2.0
// Local thickness of a phase: at each voxel the diameter of the largest ball that lies in the phase and covers it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// How far a ball reaches. A plate of t voxels reads, far from its ends:
enum class ThicknessRule {
  kToFace,    ///< to the face of the nearest other voxel, centres at and half-way between voxels: t
  kToCentre,  ///< to the centre of the nearest other voxel, centres at voxels, the ball without its rim: t + 1, t for
              ///< even t
  kImagej,    ///< as kToCentre with the rim, then the clean-up of ImageJ's "Local Thickness": what BoneJ prints
};
const char* to_text(ThicknessRule rule);
/// "to_face", "to_centre", "imagej".
bool parse_thickness_rule(std::string_view text, ThicknessRule& rule);

/// One diameter a voxel, in the unit of the edges; 0 where nothing was asked, NaN where a ball finds no wall at all.
struct ThicknessMap {
  std::size_t nx = 0, ny = 0, nz = 0;
  std::vector<float> diameter;
  bool has_wall = true;   ///< false: the other phase is nowhere in the volume, every diameter is NaN
  std::size_t balls = 0;  ///< painted, once the redundant ones were left out
};

/// tau(p) = 2 max{D(q) : |p - q| < D(q)} at the voxels of `phase` (0 or 1) of `mask` that lie in `where` (empty: all),
/// D the distance to the other phase: Hildebrand and Rueegsegger 1997, 10.1046/j.1365-2818.1997.1340694.x. Exact: every
/// ball of the phase counts, also those whose centre lies outside `where`, and balls may leave the volume (what lies
/// outside is no wall). Balls that hold no voxel that a ball up to two steps away does not hold are left out; the
/// others are painted by falling radius, slab by slab, each voxel once. kImagej: the rim of a ball counts (|p - q| <=
/// D), and voxels with a neighbour (of 26) that no ball covers then take the mean of their covered inner neighbours,
/// before `where` is applied; needs `where` within the whole volume that BoneJ would be given. Volumes with unequal
/// edges (more than kSameEdge) are measured in their true distances, with redundant balls found by a bound; results are
/// then exact to single precision. Memory beside the masks: the map's 4 bytes a voxel and 12 a ball left, 5 to 10
/// together for bone (to_face needs the most), 20 for salt noise. Same map with any number of threads.
ThicknessMap local_thickness(const Mask3& mask, int phase, const Mask3& where, const Spacing3& edge, ThicknessRule rule,
                             const Context& context);

/// Mean, SD (n - 1), extremes and median of the positive diameters, and their histogram: volume shares in bins of
/// `bin_width` from 0. All NaN and empty when nothing was covered or the map has no wall.
struct ThicknessSummary {
  std::size_t n = 0;
  double mean, sd, median, max;
  std::vector<double> share;  ///< of bin [i w, (i + 1) w)
};
/// The median is the lower middle. At most kMaxThicknessBins bins: a wider width is then taken.
ThicknessSummary summarise(const ThicknessMap& map, double bin_width);
inline constexpr std::size_t kMaxThicknessBins = 2000;  // chosen

}  // namespace vesica
