// SPDX-License-Identifier: Apache-2.0
// The exact Euclidean distance transform of a volume, plane by plane or whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// What stands for "there is no voxel of the other phase at all".
template <typename T>
inline constexpr T kNoWall = std::numeric_limits<T>::max();

/// Longest side of a volume whose distances fit their numbers.
inline constexpr std::size_t kLongestSide = 16383;

/// Squared distances from the points of a grid to the nearest voxel of the other phase, one plane at a time.
/// `to_face` false: one point a voxel, at its centre; distances go from centre to centre, in units of `edge`.
/// `to_face` true: points at the centres of voxels (even indices) and half-way between them (odd), 2 n - 1 along an
/// axis; distances go to the nearest point of the other phase's closed cubes, in units of half an edge.
/// 0 in the other phase and on its faces. What lies outside the volume is unknown and no wall. T = std::int32_t: edges
/// must all be 1, results are exact; T = float: any edges, computed in double. Runs along z are held (2 bytes a voxel);
/// a plane takes separable lower envelopes of parabolas, between walls only: Felzenszwalb and Huttenlocher 2012,
/// 10.4086/toc.2012.v008a019; time proportional to its points.
template <typename T>
class DistancePlanes {
 public:
  /// The mask is not kept. Sides of at most kLongestSide voxels.
  DistancePlanes(const Mask3& mask, int phase, const Spacing3& edge, bool to_face, const Context& context);
  std::size_t nx() const { return points(size_[0]); }
  std::size_t ny() const { return points(size_[1]); }
  std::size_t nz() const { return points(size_[2]); }
  /// No point lies further from the other phase along z, in steps of the grid; 0 when there is no other phase.
  std::size_t longest_run() const { return longest_run_; }
  bool has_wall() const { return has_wall_; }
  /// Plane z of the grid: point (x, y) goes to out[y * stride + x]. Calls may run at the same time.
  void plane(std::size_t z, T* out, std::size_t stride) const;

 private:
  std::size_t points(std::size_t n) const { return to_face_ && n > 0 ? 2 * n - 1 : n; }
  void row(std::size_t y, std::size_t z, std::vector<T>& out) const;

  std::array<std::size_t, 3> size_;
  Spacing3 edge_;
  bool to_face_;
  std::vector<std::uint16_t> along_z_;  ///< steps to the nearest voxel of the other phase in the same column
  std::size_t longest_run_ = 0;
  bool has_wall_ = false;
};
extern template class DistancePlanes<std::int32_t>;
extern template class DistancePlanes<float>;

/// All planes of DistancePlanes with `to_face` false: 0 in the other phase, kNoWall<T> everywhere when there is none.
/// 4 bytes a voxel, and 2 more while it works.
template <typename T>
std::vector<T> squared_distance(const Mask3& mask, int phase, const Spacing3& edge, const Context& context);
extern template std::vector<std::int32_t> squared_distance(const Mask3&, int, const Spacing3&, const Context&);
extern template std::vector<float> squared_distance(const Mask3&, int, const Spacing3&, const Context&);

}  // namespace vesica
