// SPDX-License-Identifier: Apache-2.0
// Shares: Newcombe's published intervals, limits, and coverage by simulation.
#include "vesica/data/proportion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {
namespace {

TEST(Proportion, WilsonAsPublished) {
  // Newcombe 1998 (10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), table I, method 3.
  const Share a = wilson95(81, 263), b = wilson95(15, 148), c = wilson95(0, 20), d = wilson95(1, 29);
  EXPECT_NEAR(a.low, 0.2553, 5e-5);
  EXPECT_NEAR(a.high, 0.3662, 5e-5);
  EXPECT_NEAR(b.low, 0.0624, 5e-5);
  EXPECT_NEAR(b.high, 0.1605, 5e-5);
  EXPECT_DOUBLE_EQ(c.low, 0);
  EXPECT_NEAR(c.high, 0.1611, 5e-5);
  EXPECT_NEAR(d.low, 0.0061, 5e-5);
  EXPECT_NEAR(d.high, 0.1718, 5e-5);
  EXPECT_TRUE(std::isnan(wilson95(0, 0).value));
  EXPECT_DOUBLE_EQ(wilson95(7, 7).high, 1);
  EXPECT_DOUBLE_EQ(wilson95_of(0.25, 20).low, wilson95(5, 20).low);
  EXPECT_GT(wilson95_of(0.25, 10.5).high, wilson95_of(0.25, 20).high) << "fewer objects say less";
  EXPECT_TRUE(std::isnan(wilson95_of(0.5, 0).low));
}

TEST(Proportion, BeyondAControlThatShowsNothing) {
  const Share plain = wilson95(30, 100), beyond = beyond_control(30, 100, 0, 1000000);
  EXPECT_NEAR(beyond.value, plain.value, 1e-12);
  EXPECT_NEAR(beyond.low, plain.low, 1e-5);
  EXPECT_NEAR(beyond.high, plain.high, 1e-5);
  const Share none = beyond_control(1, 100, 10, 1000);  // as many as the control shows
  EXPECT_DOUBLE_EQ(none.value, 0);
  EXPECT_DOUBLE_EQ(none.low, 0);
  EXPECT_GT(none.high, 0.01);
  EXPECT_NEAR(beyond_control(55, 100, 10, 100).value, 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(beyond_control(1, 2, 3, 3).value));
  EXPECT_TRUE(std::isnan(beyond_control(0, 0, 0, 3).value));
}

TEST(Proportion, IntervalBeyondAControlHoldsTheTruth) {
  for (const double truth : {0.05, 0.4, 0.9}) {
    int held = 0;
    constexpr int kTrials = 1000;
    for (int trial = 0; trial < kTrials; ++trial) {
      Random random(7, static_cast<std::uint64_t>(trial) + 5000);
      const double a = 0.08;
      std::uint64_t hits = 0, control = 0;
      for (int i = 0; i < 120; ++i) hits += random.uniform() < a + (1 - a) * truth ? 1 : 0;
      for (int i = 0; i < 150; ++i) control += random.uniform() < a ? 1 : 0;
      const Share share = beyond_control(hits, 120, control, 150);
      held += share.low <= truth && truth <= share.high ? 1 : 0;
    }
    EXPECT_GE(held, 0.93 * kTrials) << truth;
    EXPECT_LE(held, 0.985 * kTrials) << truth;
  }
}

TEST(Proportion, AboveACutOfTheControlsOwn) {
  // scipy 1.17: beta.ppf([0.025, 0.975], 2, 149); closed form for none above: 1 - q^(1/n).
  EXPECT_NEAR(above_own_cut(1, 150).low, 0.00161883, 1e-8);
  EXPECT_NEAR(above_own_cut(1, 150).high, 0.03658317, 1e-8);
  EXPECT_DOUBLE_EQ(above_own_cut(1, 150).value, 2.0 / 151);
  const Share none = above_own_cut(0, 99);
  EXPECT_NEAR(none.low, 1 - std::pow(0.975, 1.0 / 99), 1e-12);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 1.0 / 99), 1e-12);
  EXPECT_TRUE(std::isnan(above_own_cut(3, 3).value));
  EXPECT_TRUE(std::isnan(above_own_cut(0, 0).low));
  EXPECT_TRUE(std::isnan(beyond_own_cut(0, 0, 1, 150).value));
  EXPECT_NEAR(beyond_own_cut(75, 150, 0, 1000000).value, 0.5, 1e-5);
  EXPECT_DOUBLE_EQ(beyond_own_cut(0, 150, 1, 150).value, 0);
}

}  // namespace
}  // namespace vesica
