// SPDX-License-Identifier: Apache-2.0
// Regions: boxes and cylinders in a volume.
#include <algorithm>
#include <cmath>

#include "vesica/assays/bone_ct/bone_ct.h"

namespace vesica::bone {

Box3 box_of(const Cylinder& cylinder, const Spacing3& edge_mm, const Box3& whole) {
  std::array<std::size_t, 3> low{}, high{};
  const std::array<std::size_t, 3> from = {whole.x0, whole.y0, whole.z0}, to = {whole.x1, whole.y1, whole.z1};
  for (std::size_t a = 0; a < 3; ++a) {
    // Along one axis of the volume a disc of normal n reaches r sqrt(1 - n_a^2).
    const double disc = cylinder.radius * std::sqrt(std::max(0.0, 1 - cylinder.axis[a] * cylinder.axis[a]));
    const double reach = disc + cylinder.half_height * std::abs(cylinder.axis[a]);
    const double first = std::floor((cylinder.centre[a] - reach) / edge_mm[a]);
    const double last = std::ceil((cylinder.centre[a] + reach) / edge_mm[a]);
    low[a] = static_cast<std::size_t>(std::clamp(first, static_cast<double>(from[a]), static_cast<double>(to[a])));
    high[a] = static_cast<std::size_t>(std::clamp(last, static_cast<double>(from[a]), static_cast<double>(to[a])));
    if (high[a] <= low[a]) return {};
  }
  return {low[0], low[1], low[2], high[0], high[1], high[2]};
}

Mask3 mask_of(const Cylinder& cylinder, const Spacing3& edge_mm, const Box3& box) {
  Mask3 out(box.nx(), box.ny(), box.nz());
  for (std::size_t z = 0; z < out.nz; ++z) {
    for (std::size_t y = 0; y < out.ny; ++y) {
      for (std::size_t x = 0; x < out.nx; ++x) {
        const Point3 d = {(static_cast<double>(box.x0 + x) + 0.5) * edge_mm[0] - cylinder.centre[0],
                          (static_cast<double>(box.y0 + y) + 0.5) * edge_mm[1] - cylinder.centre[1],
                          (static_cast<double>(box.z0 + z) + 0.5) * edge_mm[2] - cylinder.centre[2]};
        const double along = d[0] * cylinder.axis[0] + d[1] * cylinder.axis[1] + d[2] * cylinder.axis[2];
        const double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] - along * along;
        out.at(x, y, z) = std::abs(along) <= cylinder.half_height && square <= cylinder.radius * cylinder.radius;
      }
    }
  }
  return out;
}

Box3 widened(const Box3& box, const std::array<std::size_t, 3>& margin, const Box3& whole) {
  const auto down = [](std::size_t value, std::size_t by, std::size_t least) {
    return value >= least + by ? value - by : least;
  };
  return {down(box.x0, margin[0], whole.x0),      down(box.y0, margin[1], whole.y0),
          down(box.z0, margin[2], whole.z0),      std::min(box.x1 + margin[0], whole.x1),
          std::min(box.y1 + margin[1], whole.y1), std::min(box.z1 + margin[2], whole.z1)};
}

Mask3 cut(const Mask3& mask, const Box3& box) {
  Mask3 out(box.nx(), box.ny(), box.nz());
  for (std::size_t z = 0; z < out.nz; ++z) {
    for (std::size_t y = 0; y < out.ny; ++y) {
      const auto from = mask.voxels.begin() + static_cast<std::ptrdiff_t>(mask.index(box.x0, box.y0 + y, box.z0 + z));
      std::copy_n(from, out.nx, out.voxels.begin() + static_cast<std::ptrdiff_t>(out.index(0, y, z)));
    }
  }
  return out;
}

Box3 box_around(const Mask3& mask) {
  Box3 out = {mask.nx, mask.ny, mask.nz, 0, 0, 0};
  for (std::size_t z = 0; z < mask.nz; ++z) {
    for (std::size_t y = 0; y < mask.ny; ++y) {
      for (std::size_t x = 0; x < mask.nx; ++x) {
        if (mask.at(x, y, z) == 0) continue;
        out = {std::min(out.x0, x),     std::min(out.y0, y),     std::min(out.z0, z),
               std::max(out.x1, x + 1), std::max(out.y1, y + 1), std::max(out.z1, z + 1)};
      }
    }
  }
  return out.x1 > 0 ? out : Box3{};
}

}  // namespace vesica::bone
