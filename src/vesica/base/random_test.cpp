// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/random.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace vesica {
namespace {

using Block = std::array<std::uint32_t, 4>;

TEST(Random, PhiloxKnownAnswers) {  // kat_vectors of Random123 1.14, philox4x32 10 rounds
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsAreFunctionsOfSeedAndKey) {
  Random first(0), again(0), other(0, 1);
  EXPECT_EQ(first.bits32(), 0x6627e8d5u);
  EXPECT_EQ(again.bits64(), 0xe169c58d6627e8d5u);
  EXPECT_NE(other.bits32(), 0x6627e8d5u);
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::function<double()>& draw, int n = 200000) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  return {sum / n, squares / n - (sum / n) * (sum / n)};
}

/// Mean within five standard errors, variance within 3 % (its own spread over 2e5 draws is below 1 %).
void expect_moments(const std::function<double()>& draw, double mean, double variance) {
  const Moments m = moments_of(draw);
  EXPECT_NEAR(m.mean, mean, 5 * std::sqrt(variance / 200000));
  EXPECT_NEAR(m.variance, variance, 0.03 * variance);
}

TEST(Random, DistributionsHaveTheirMoments) {
  Random r(2026);
  expect_moments([&] { return r.uniform(); }, 0.5, 1.0 / 12);
  expect_moments([&] { return r.normal(3, 2); }, 3, 4);
  expect_moments([&] { return r.exponential(0.25); }, 4, 16);
  expect_moments([&] { return r.gamma(0.3, 2); }, 0.6, 1.2);
  expect_moments([&] { return r.gamma(7.5, 0.5); }, 3.75, 1.875);
  for (const double mean : {0.2, 5.0, 29.9, 30.1, 200.0, 1e6}) {
    expect_moments([&] { return static_cast<double>(r.poisson(mean)); }, mean, mean);
  }
  expect_moments([&] { return static_cast<double>(r.below(6)); }, 2.5, 35.0 / 12);
}

TEST(Random, PoissonMatchesItsProbabilitiesOnBothSides) {
  for (const double mean : {25.0, 35.0}) {  // below and above the change of algorithm
    Random r(5);
    std::array<int, 100> counts{};
    constexpr int kDraws = 200000;
    for (int i = 0; i < kDraws; ++i) ++counts[std::min<std::uint64_t>(r.poisson(mean), 99)];
    for (int k = 10; k < 50; ++k) {
      const double p = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
      EXPECT_NEAR(counts[static_cast<std::size_t>(k)], kDraws * p, 5 * std::sqrt(kDraws * p) + 5) << mean << " " << k;
    }
  }
}

TEST(Random, EdgesStayInside) {
  Random r(1);
  for (int i = 0; i < 10000; ++i) {
    const double u = r.uniform();
    EXPECT_GT(u, 0);
    EXPECT_LT(u, 1);
    EXPECT_EQ(r.below(1), 0u);
  }
  EXPECT_EQ(r.poisson(0), 0u);
}

}  // namespace
}  // namespace vesica
