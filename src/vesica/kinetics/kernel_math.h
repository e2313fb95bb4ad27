// SPDX-License-Identifier: Apache-2.0
// exp, ln and pow without branches and fused multiply-adds, so that compilers make vectors of them and every
// instruction set and width gives the same bits. The method is that of Arm's optimized routines (S. Nagy 2018: a table
// of 128 pieces, a short polynomial, the logarithm of pow in two doubles), with Taylor coefficients and tables of our
// own. Errors stay below 0.6 units in the last place (kernel_math_test.cpp against long double). Where the `_fits`
// functions say no (zero, negative, subnormal, infinite, not a number, results that overflow or underflow) the C
// library answers.
#pragma once

#include <cstdint>

#include "vesica/kinetics/kernel_tables.h"

namespace vesica::kinetics {
namespace {

inline __attribute__((always_inline)) std::uint64_t bits_of(double x) {
  std::uint64_t bits = 0;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline __attribute__((always_inline)) double double_of(std::uint64_t bits) {
  double x = 0;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

constexpr double kSmallestNormal = 0x1p-1022, kLargest = 0x1.fffffffffffffp+1023;
constexpr double kExpLimit = 690;  // chosen: no product on the way becomes subnormal

inline __attribute__((always_inline)) int ln_fits(double x) {
  return static_cast<int>(x >= kSmallestNormal) & static_cast<int>(x <= kLargest);
}
inline __attribute__((always_inline)) int exp_fits(double x) {
  return static_cast<int>(x > -kExpLimit) & static_cast<int>(x < kExpLimit);
}

/// ln x as `high + low`, to about 68 bits. x = 2^k z; z / c = 1 + r with a tabulated 1/c.
inline __attribute__((always_inline)) void ln_parts(double x, double& high, double& low) {
  constexpr std::uint64_t kFirst = 0x3fe6955500000000;  // the beginning of the first piece, 0.7057
  constexpr double kLn2High = 0x1.62e42fefa3800p-1, kLn2Low = 0x1.ef35793c76730p-45;
  const std::uint64_t ix = bits_of(x), from_first = ix - kFirst;
  const std::uint64_t piece = (from_first >> 45) & (kPieces - 1);
  // The exponent as a double: 2048 makes it positive, 2^52 puts it into the last bits.
  const std::uint64_t biased = (from_first + (std::uint64_t{2048} << 52)) >> 52;
  const double k = double_of(biased | 0x4330000000000000) - (0x1p52 + 2048);
  const std::uint64_t iz = ix - (from_first & 0xfff0000000000000);
  const double inverse = kLogInverse[piece], z = double_of(iz);
  // The product's upper part is exact, so that r is known to more than a double.
  const double z_high = double_of((iz + 0x80000000) & 0xffffffff00000000), z_low = z - z_high;
  const double r_high = z_high * inverse - 1, r_low = z_low * inverse, r = r_high + r_low;
  const double t1 = k * kLn2High + kLogHigh[piece], t2 = t1 + r;
  const double low1 = k * kLn2Low + kLogLow[piece] + (r_high - r + r_low), low2 = t1 - t2 + r;
  const double ar = -0.5 * r, ar2 = r * ar, ar3 = r * ar2;
  const double ar_high = -0.5 * r_high, ar2_high = r_high * ar_high;
  const double sum = t2 + ar2_high, low3 = r_low * (ar + ar_high), low4 = t2 - sum + ar2_high;
  const double rest =
      ar3 * (-2.0 / 3 + r * 0.5 + ar2 * (4.0 / 5 - r * (2.0 / 3) + ar2 * (-8.0 / 7 + r + ar2 * (16.0 / 9))));
  const double small = low1 + low2 + low3 + low4 + rest;
  high = sum + small;
  low = sum - high + small;
}

/// exp(x + tail) for a small tail. x = (k + i/128) ln 2 + r.
inline __attribute__((always_inline)) double exp_of(double x, double tail) {
  constexpr double kShift = 0x1.8p52;  // adding it rounds to a whole number, which the last bits then hold
  constexpr double kSteps = 0x1.71547652b82fep+7, kStepHigh = 0x1.62e42fefc0000p-8, kStepLow = -0x1.c610ca86c3899p-44;
  const double shifted = x * kSteps + kShift, k = shifted - kShift;
  const std::uint64_t ki = bits_of(shifted);
  const double r = x - k * kStepHigh - k * kStepLow + tail, r2 = r * r;
  const std::uint64_t piece = ki & (kPieces - 1);
  const double scale = double_of(bits_of(kExpScale[piece]) + ((ki & ~std::uint64_t{kPieces - 1}) << 45));
  const double rest = kExpTail[piece] + r + r2 * (0.5 + r * (1.0 / 6)) + r2 * r2 * (1.0 / 24 + r * (1.0 / 120));
  return scale + scale * rest;
}

inline __attribute__((always_inline)) double fast_ln(double x) {
  double high = 0, low = 0;
  ln_parts(x, high, low);
  return high;
}

inline __attribute__((always_inline)) double fast_exp(double x) { return exp_of(x, 0); }

/// x^y, and the logarithm of it for pow_fits().
inline __attribute__((always_inline)) double fast_pow(double x, double y, double& ln_power) {
  constexpr std::uint64_t kUpper = 0xfffffffff8000000;  // 26 bits: products of two are exact
  double high = 0, low = 0;
  ln_parts(x, high, low);
  const double y_high = double_of(bits_of(y) & kUpper), y_low = y - y_high;
  const double l_high = double_of(bits_of(high) & kUpper), l_low = high - l_high + low;
  ln_power = y_high * l_high;
  return exp_of(ln_power, y_low * l_high + y * l_low);
}
inline __attribute__((always_inline)) int pow_fits(double x, double ln_power) {
  return ln_fits(x) & exp_fits(ln_power);
}

}  // namespace
}  // namespace vesica::kinetics
