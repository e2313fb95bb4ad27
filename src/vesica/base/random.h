// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: a stream is a function of (seed, key), so results do not depend on threads or order.
#pragma once

#include <array>
#include <cstdint>

namespace vesica {

/// The block function Philox 4x32-10: 128 random bits from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, 10.1145/2063384.2063405): one independent stream per (seed, key).
/// The seed is Philox's key, `key` the upper half of its counter; each stream has 2^64 blocks of four words.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t key = 0);

  std::uint32_t bits32();
  std::uint64_t bits64();
  double uniform();                          ///< in the open interval (0, 1), 52 bits
  double uniform(double low, double high);   ///< in (low, high)
  std::uint64_t below(std::uint64_t bound);  ///< 0 .. bound-1 without modulo bias; bound >= 1
  double normal();                           ///< standard normal, by inversion-free polar pairs
  double normal(double mean, double sd);
  double exponential(double rate);
  double gamma(double shape, double scale);  ///< Marsaglia & Tsang 2000, 10.1145/358407.358414; shape > 0
  std::uint64_t poisson(double mean);        ///< products of uniforms below 30, above it PTRS: Hormann
                                             ///< 1993, 10.1016/0167-6687(93)90997-4; mean <= 1e15

 private:
  void refill();
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;
  bool has_spare_ = false;
  double spare_ = 0;
};

}  // namespace vesica
