// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: a stream is a function of (seed, key), so results do not depend on threads or order.
#pragma once

#include <array>
#include <cstdint>

namespace vesica {

/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, 10.1145/2063384.2063405): one independent stream per (seed, key).
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t key = 0);

  std::uint32_t bits32();
  std::uint64_t bits64();
  double uniform();                          ///< in the open interval (0, 1), 53 bits
  double uniform(double low, double high);   ///< in (low, high)
  std::uint64_t below(std::uint64_t bound);  ///< 0 .. bound-1 without modulo bias; bound >= 1
  double normal();                           ///< standard normal, by inversion-free polar pairs
  double normal(double mean, double sd);
  double exponential(double rate);
  double gamma(double shape, double scale);  ///< Marsaglia & Tsang 2000, 10.1145/358407.358414; shape > 0
  std::uint64_t poisson(double mean);        ///< inversion below 30, rounded transformed rejection (PTRS) above

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
