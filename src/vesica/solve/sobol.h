// SPDX-License-Identifier: Apache-2.0
// Sobol's sequence, scrambled: points that fill a cube evenly and still carry an honest error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vesica {

inline constexpr std::size_t kMostSobolDimensions = 3667;  ///< of the direction numbers at hand

/// Points 0 .. points-1 of Sobol's sequence in the open unit cube, points x dimensions, with Owen's nested uniform
/// scrambling (1995, 10.1007/978-1-4612-2552-2_19) of the first 32 binary digits: every point is uniform on the cube by
/// itself, two seeds are independent, and each power of two of the points stays as evenly spread as unscrambled. The
/// flip of a digit is a hash of (seed, dimension, the digits before it). Direction numbers: Joe & Kuo 2008
/// (10.1137/070709359), "new-joe-kuo-6", from Boost.Random. At most kMostSobolDimensions dimensions and 2^31 points.
std::vector<double> sobol_points(std::size_t points, std::size_t dimensions, std::uint64_t seed);

}  // namespace vesica
