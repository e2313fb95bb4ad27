// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/random.h"

#include <cmath>

#include "vesica/base/require.h"

namespace vesica {

namespace {

/// log(k!) by Stirling's series (Abramowitz & Stegun 6.1.41), exact sums below 10; error under 1e-12.
double log_factorial(double k) {
  if (k < 10) {
    double sum = 0;
    for (double i = 2; i <= k; ++i) sum += std::log(i);
    return sum;
  }
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  const double x = k + 1;
  const double r = 1 / (x * x);
  const double series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / x;
  return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + series;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr int kRounds = 10;  // multipliers and Weyl constants: Salmon et al. 2011, section 4
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

Random::Random(std::uint64_t seed, std::uint64_t key)
    : counter_{0, 0, static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)},
      key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)} {}

void Random::refill() {
  block_ = philox4x32(counter_, key_);
  left_ = 4;
  if (++counter_[0] == 0) ++counter_[1];
}

std::uint32_t Random::bits32() {
  if (left_ == 0) refill();
  return block_[static_cast<std::size_t>(4 - left_--)];
}

std::uint64_t Random::bits64() {
  const std::uint64_t low = bits32();
  return low | (std::uint64_t{bits32()} << 32);
}

double Random::uniform() {
  // The middle of one of 2^52 cells: 0 and 1 cannot occur, and no rounding happens.
  return (static_cast<double>(bits64() >> 12) + 0.5) * 0x1p-52;
}

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::uint64_t Random::below(std::uint64_t bound) {
  VESICA_REQUIRE(bound >= 1, "nothing lies below 0");
  const std::uint64_t reject = (0 - bound) % bound;  // 2^64 mod bound
  for (;;) {
    const std::uint64_t bits = bits64();
    if (bits >= reject) return bits % bound;
  }
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  for (;;) {  // Marsaglia & Bray 1964, 10.1137/1006063
    const double x = 2 * uniform() - 1;
    const double y = 2 * uniform() - 1;
    const double square = x * x + y * y;
    if (square >= 1 || square == 0) continue;
    const double factor = std::sqrt(-2 * std::log(square) / square);
    spare_ = y * factor;
    has_spare_ = true;
    return x * factor;
  }
}

double Random::normal(double mean, double sd) { return mean + sd * normal(); }

double Random::exponential(double rate) {
  VESICA_REQUIRE(rate > 0, "an exponential needs a positive rate");
  return -std::log(uniform()) / rate;
}

double Random::gamma(double shape, double scale) {
  VESICA_REQUIRE(shape > 0 && scale > 0, "a gamma needs positive shape and scale");
  if (shape < 1) {
    const double boost = std::pow(uniform(), 1 / shape);
    return gamma(shape + 1, scale) * boost;
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double base = 1 + c * x;
    if (base <= 0) continue;
    const double v = base * base * base;
    if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * scale;
  }
}

std::uint64_t Random::poisson(double mean) {
  VESICA_REQUIRE(mean >= 0 && mean <= 1e15, "a Poisson mean lies between 0 and 1e15");
  if (mean == 0) return 0;
  if (mean < 30) {
    std::uint64_t k = 0;
    double product = uniform();
    for (const double limit = std::exp(-mean); product > limit; ++k) product *= uniform();
    return k;
  }
  const double root = std::sqrt(mean);  // constants of the algorithm PTRS as published
  const double b = 0.931 + 2.53 * root;
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= k * std::log(mean) - mean - log_factorial(k)) {
      return static_cast<std::uint64_t>(k);
    }
  }
}

}  // namespace vesica
