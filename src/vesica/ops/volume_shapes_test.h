// SPDX-License-Identifier: Apache-2.0
// Shapes in small volumes for the tests of operations on volumes.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "vesica/base/random.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// Inside wherever inside(x, y, z) holds at the voxel's centre.
template <typename Inside>
Mask3 shape(std::size_t nx, std::size_t ny, std::size_t nz, const Inside& inside) {
  Mask3 out(nx, ny, nz);
  for (std::size_t z = 0; z < nz; ++z) {
    for (std::size_t y = 0; y < ny; ++y) {
      for (std::size_t x = 0; x < nx; ++x) {
        out.at(x, y, z) = inside(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)) ? 1 : 0;
      }
    }
  }
  return out;
}

/// A union of balls of radius 1 to 4 at random places.
inline Mask3 random_blobs(std::size_t nx, std::size_t ny, std::size_t nz, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::array<double, 4>> balls;
  const auto count = static_cast<int>(nx * ny * nz / 150 + 1);
  for (int i = 0; i < count; ++i) {
    balls.push_back({random.uniform(0, static_cast<double>(nx)), random.uniform(0, static_cast<double>(ny)),
                     random.uniform(0, static_cast<double>(nz)), random.uniform(1, 4)});
  }
  return shape(nx, ny, nz, [&](double x, double y, double z) {
    for (const auto& [bx, by, bz, r] : balls) {
      if (std::hypot(x - bx, y - by, z - bz) < r) return true;
    }
    return false;
  });
}

/// Sheets along a gyroid of period `period` voxels: |g| < level.
inline Mask3 gyroid(std::size_t n, double period, double level) {
  const double k = 2 * std::numbers::pi / period;
  return shape(n, n, n, [&](double x, double y, double z) {
    return std::abs(std::sin(k * x) * std::cos(k * y) + std::sin(k * y) * std::cos(k * z) +
                    std::sin(k * z) * std::cos(k * x)) < level;
  });
}

/// Local thickness by painting every ball whole, in voxels: no ridge, no order, no tables; distances by looking at all
/// walls within a growing reach.
inline std::vector<double> quick_twin(const Mask3& mask, int phase, bool to_face) {
  const int nx = static_cast<int>(mask.nx), ny = static_cast<int>(mask.ny), nz = static_cast<int>(mask.nz);
  const auto index = [&](int x, int y, int z) { return static_cast<std::size_t>((z * ny + y) * nx + x); };
  std::vector<int> best(mask.voxels.size(), 0);
  const int unit = to_face ? 2 : 1;
  // Squared distance in half steps from the centre (cx, cy, cz), also in half steps, voxel i at 2 i.
  const auto wall_square = [&](int cx, int cy, int cz) {
    int square = 1 << 30;
    for (int reach = 0; reach * reach < square; ++reach) {
      const auto look = [&](int x, int y, int z) {
        if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz || mask.voxels[index(x, y, z)] == phase) return;
        int sum = 0;
        for (const int d : {std::abs(2 * x - cx), std::abs(2 * y - cy), std::abs(2 * z - cz)}) {
          const int step = to_face ? std::max(0, d - 1) : d / 2;
          sum += step * step;
        }
        square = std::min(square, sum);
      };
      const int x = cx / 2, y = cy / 2, z = cz / 2;
      const int far = reach / unit + 1;  // voxels at this distance along some axis
      for (int a = -far; a <= far; ++a) {
        for (int b = -far; b <= far; ++b) {
          for (const int c : {-far, far})
            look(x + a, y + b, z + c), look(x + a, y + c, z + b), look(x + c, y + a, z + b);
        }
      }
      if (reach == 0) {
        for (int a = -1; a <= 1; ++a)
          for (int b = -1; b <= 1; ++b)
            for (int c = -1; c <= 1; ++c) look(x + a, y + b, z + c);
      }
    }
    return square;
  };
  const int step = to_face ? 1 : 2;
  for (int cz = 0; cz <= 2 * (nz - 1); cz += step) {
    for (int cy = 0; cy <= 2 * (ny - 1); cy += step) {
      for (int cx = 0; cx <= 2 * (nx - 1); cx += step) {
        if (mask.voxels[index(cx / 2, cy / 2, cz / 2)] != phase) continue;
        const int square = wall_square(cx, cy, cz);
        if (square == 0) continue;
        const int reach = static_cast<int>(std::sqrt(square)) / unit + 2;
        for (int z = std::max(0, cz / 2 - reach); z <= std::min(nz - 1, cz / 2 + reach); ++z) {
          for (int y = std::max(0, cy / 2 - reach); y <= std::min(ny - 1, cy / 2 + reach); ++y) {
            for (int x = std::max(0, cx / 2 - reach); x <= std::min(nx - 1, cx / 2 + reach); ++x) {
              const int dx = (2 * x - cx), dy = (2 * y - cy), dz = (2 * z - cz);
              const int away = dx * dx + dy * dy + dz * dz;
              if ((to_face ? away : away / 4) >= square) continue;
              int& value = best[index(x, y, z)];
              value = std::max(value, square);
            }
          }
        }
      }
    }
  }
  std::vector<double> out;
  for (std::size_t i = 0; i < best.size(); ++i) {
    out.push_back(mask.voxels[i] == phase ? (to_face ? 1 : 2) * std::sqrt(best[i]) : 0);
  }
  return out;
}

}  // namespace vesica
