// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/sobol.h"

#include <boost/random/sobol.hpp>

#include "vesica/base/require.h"

namespace vesica {

namespace {

constexpr unsigned kDigits = 32;

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014, 10.1145/2660193.2660195): every bit depends on every bit.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Flips each digit of `x` by a coin that belongs to the digits above it.
std::uint32_t scrambled(std::uint32_t x, std::uint64_t key) {
  std::uint32_t flips = 0;
  for (unsigned digit = 0; digit < kDigits; ++digit) {
    const std::uint64_t above = digit == 0 ? 0 : x >> (kDigits - digit);
    const std::uint64_t coin = mix(key + 0x9e3779b97f4a7c15ULL * ((std::uint64_t{digit} << 32) + above + 1));
    flips |= static_cast<std::uint32_t>(coin >> 63) << (kDigits - 1 - digit);
  }
  return x ^ flips;
}

}  // namespace

std::vector<double> sobol_points(std::size_t points, std::size_t dimensions, std::uint64_t seed) {
  VESICA_REQUIRE(dimensions >= 1 && dimensions <= kMostSobolDimensions, "as many dimensions as direction numbers");
  VESICA_REQUIRE(points < (std::size_t{1} << 31), "as many points as digits");
  boost::random::sobol engine(dimensions);
  std::vector<std::uint64_t> keys(dimensions);
  for (std::size_t k = 0; k < dimensions; ++k) keys[k] = mix(mix(seed + 0x9e3779b97f4a7c15ULL) + k + 1);
  std::vector<double> out;
  out.reserve(points * dimensions);
  for (std::size_t i = 0; i < points; ++i) {
    for (std::size_t k = 0; k < dimensions; ++k) {
      // The engine leaves out the first point, which is all zeros.
      const auto plain = i == 0 ? std::uint32_t{0} : static_cast<std::uint32_t>(engine() >> 32);
      out.push_back((scrambled(plain, keys[k]) + 0.5) / 4294967296.0);  // 2^32
    }
  }
  return out;
}

}  // namespace vesica
