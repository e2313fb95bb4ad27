// SPDX-License-Identifier: Apache-2.0
// How directed a structure is: mean intercept lengths and the ellipsoid through them.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// n unit vectors spread evenly over a half sphere (z >= 0) along a spiral of golden angles (Swinbank and Purser 2006,
/// 10.1256/qj.05.227).
std::vector<std::array<double, 3>> half_sphere(std::size_t n);

/// Mean intercept length along one direction: length of line within `where` a change of phase; NaN without a change.
struct Intercepts {
  std::array<double, 3> direction;
  double length = 0;  ///< of all lines within `where`, in the unit of the edges
  std::size_t changes = 0;
};

struct Anisotropy {
  std::vector<Intercepts> intercepts;
  std::array<double, 3> mil = {0, 0, 0};        ///< semi-axes of the ellipsoid, longest first; may be infinite
  std::array<std::array<double, 3>, 3> axes{};  ///< their directions
  double ratio = std::numeric_limits<double>::quiet_NaN();  ///< longest / shortest: 1 (even) to infinity
  double bonej = std::numeric_limits<double>::quiet_NaN();  ///< 1 - shortest^2 / longest^2: 0 (even) to 1
  double ratio_low = std::numeric_limits<double>::quiet_NaN(), ratio_high = ratio_low;  ///< bootstrap 95 %
  double bonej_low = std::numeric_limits<double>::quiet_NaN(), bonej_high = bonej_low;
};

/// Parallel lines in each of n = `directions` directions of half_sphere(), sampled every shortest edge; n' H n =
/// 1/MIL^2 by least squares (Harrigan and Mann 1984, 10.1007/BF00540446), semi-axes from H's eigenvalues. Lines lie one
/// edge apart, or further so that at most kMilLines cross the volume a direction. No random numbers but those of the
/// bootstrap of directions (200 draws from context.seed). Structures smaller than a few edges or fewer than five across
/// the volume mislead. NaN when fewer than ten directions meet a change of phase or the fit is no ellipsoid.
Anisotropy measure_anisotropy(const Mask3& mask, const Mask3& where, const Spacing3& edge, std::size_t directions,
                              const Context& context);
inline constexpr double kMilLines = 4096;  // chosen: a percent of noise a direction at five crossings a line

}  // namespace vesica
