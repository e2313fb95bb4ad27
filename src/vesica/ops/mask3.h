// SPDX-License-Identifier: Apache-2.0
// A yes or no for every voxel of a box, and what the operations on volumes share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vesica {

/// One byte a voxel, 0 outside and 1 inside: voxel (x, y, z) lies at (z * ny + y) * nx + x.
struct Mask3 {
  std::size_t nx = 0, ny = 0, nz = 0;
  std::vector<std::uint8_t> voxels;

  Mask3() = default;
  Mask3(std::size_t x, std::size_t y, std::size_t z, std::uint8_t value = 0)
      : nx(x), ny(y), nz(z), voxels(x * y * z, value) {}
  std::size_t index(std::size_t x, std::size_t y, std::size_t z) const { return (z * ny + y) * nx + x; }
  std::uint8_t& at(std::size_t x, std::size_t y, std::size_t z) { return voxels[index(x, y, z)]; }
  std::uint8_t at(std::size_t x, std::size_t y, std::size_t z) const { return voxels[index(x, y, z)]; }
  bool same_size(const Mask3& other) const { return nx == other.nx && ny == other.ny && nz == other.nz; }
};

/// Edge of a voxel along x, y, z.
using Spacing3 = std::array<double, 3>;
/// Edges that differ by less than this, relative, count as equal. Chosen: a tenth of what BoneJ warns at (1 %).
inline constexpr double kSameEdge = 1e-3;
inline bool is_isotropic(const Spacing3& edge) {
  for (const double each : edge) {
    if (each > edge[0] * (1 + kSameEdge) || each < edge[0] * (1 - kSameEdge)) return false;
  }
  return true;
}

}  // namespace vesica
