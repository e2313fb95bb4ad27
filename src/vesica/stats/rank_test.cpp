// SPDX-License-Identifier: Apache-2.0
// Truths: published tables, full enumeration, and the permutations that can be counted by hand.
#include "vesica/stats/rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "vesica/stats/descriptive.h"

namespace vesica::stats {
namespace {

using Groups = std::vector<std::vector<double>>;

// Every split of the joint sample, one by one.
double slow_mann_whitney_p(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> all = x;
  all.insert(all.end(), y.begin(), y.end());
  const auto ranks = midranks(all);
  const double middle = static_cast<double>(x.size() * (all.size() + 1)) / 2;
  const double observed =
      std::abs(std::accumulate(ranks.begin(), ranks.begin() + static_cast<long>(x.size()), -middle));
  std::vector<int> in_x(all.size(), 0);
  std::fill(in_x.end() - static_cast<long>(x.size()), in_x.end(), 1);
  double splits = 0;
  double reached = 0;
  do {
    double sum = -middle;
    for (std::size_t i = 0; i < all.size(); ++i) sum += in_x[i] != 0 ? ranks[i] : 0;
    ++splits;
    if (std::abs(sum) >= observed - 1e-9) ++reached;
  } while (std::next_permutation(in_x.begin(), in_x.end()));
  return reached / splits;
}

TEST(MannWhitney, ThreeAgainstThreeStopsAtATenth) {
  const TestResult test = mann_whitney(std::vector<double>{1.0, 2, 3}, std::vector<double>{10.0, 11, 12});
  ASSERT_TRUE(test.ok());
  EXPECT_TRUE(test.exact);
  EXPECT_DOUBLE_EQ(test.statistic, 0);
  EXPECT_DOUBLE_EQ(test.p, 0.1);
  EXPECT_DOUBLE_EQ(test.minimum_p, 0.1);
  EXPECT_NEAR(minimum_mann_whitney_p(3, 3), 0.1, 1e-12);
  EXPECT_NEAR(minimum_mann_whitney_p(4, 4), 2.0 / 70, 1e-12);
  EXPECT_DOUBLE_EQ(test.interval.level, 0.9);  // 0.95 cannot be had
  EXPECT_DOUBLE_EQ(test.interval.low, -11);
  EXPECT_DOUBLE_EQ(test.interval.high, -7);
  EXPECT_DOUBLE_EQ(test.estimate, -9);
}

TEST(MannWhitney, EqualsEnumerationWithAndWithoutTies) {
  const std::vector<double> a{1.1, 2.3, 3.8, 4.4, 2.9};
  const std::vector<double> b{5.1, 4.2, 6.6, 7.9, 3.3, 8.2};
  EXPECT_NEAR(mann_whitney(a, b).p, 0.030303030303030304, 1e-14);  // SciPy 1.x, exact
  const std::vector<double> c{1, 2, 2, 3, 3, 3, 5};
  const std::vector<double> d{2, 3, 4, 5, 5};
  EXPECT_NEAR(mann_whitney(a, b).p, slow_mann_whitney_p(a, b), 1e-14);
  EXPECT_NEAR(mann_whitney(c, d).p, slow_mann_whitney_p(c, d), 1e-14);
  EXPECT_NEAR(mann_whitney(c, d).p, mann_whitney(d, c).p, 1e-14);
  EXPECT_NEAR(mann_whitney(c, d).estimate, -mann_whitney(d, c).estimate, 1e-14);
}

TEST(MannWhitney, ExactLevelOfTheInterval) {
  // Five against five, 95 %: order statistics 3 and 23 of 25 differences, P(W <= 2) = 4/252.
  const std::vector<double> x{1, 4, 9, 16, 25};
  const std::vector<double> y{2, 5, 11, 13, 40};
  const TestResult test = mann_whitney(x, y);
  std::vector<double> differences;
  for (const double a : x) {
    for (const double b : y) differences.push_back(a - b);
  }
  std::sort(differences.begin(), differences.end());
  EXPECT_NEAR(test.interval.level, 1 - 2 * 4.0 / 252, 1e-14);
  EXPECT_DOUBLE_EQ(test.interval.low, differences[2]);
  EXPECT_DOUBLE_EQ(test.interval.high, differences[22]);
}

TEST(MannWhitney, LargeSamplesAreNormalAndSaySo) {
  std::vector<double> x(20);
  std::vector<double> y(20);
  for (std::size_t i = 0; i < 20; ++i) {
    x[i] = static_cast<double>((i * 7) % 20);
    y[i] = static_cast<double>((i * 3) % 20) + 4.5;
  }
  const TestResult normal = mann_whitney(x, y);
  const TestResult exact = mann_whitney(x, y, RankP::kExact);
  EXPECT_FALSE(normal.exact);
  EXPECT_TRUE(exact.exact);
  EXPECT_NEAR(normal.p, exact.p, 2e-3);
}

TEST(Rank, DegenerateInputsGiveAStatus) {
  const std::vector<double> same{4, 4, 4};
  EXPECT_EQ(mann_whitney(same, same).status, TestStatus::kNoVariance);
  EXPECT_EQ(mann_whitney(std::vector<double>{1.0}, same).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(mann_whitney({}, same).status, TestStatus::kEmpty);
  EXPECT_EQ(mann_whitney(std::vector<double>{1.0, kNoNumber}, same).status, TestStatus::kNotFinite);
  EXPECT_EQ(wilcoxon_signed(same, same).status, TestStatus::kNoVariance);
  EXPECT_EQ(wilcoxon_signed(same, std::vector<double>{1.0, 2}).status, TestStatus::kBadShape);
  EXPECT_EQ(kruskal_wallis(Groups{same, same}).status, TestStatus::kNoVariance);
  EXPECT_EQ(kruskal_wallis(Groups{}).status, TestStatus::kEmpty);
  EXPECT_EQ(kruskal_wallis(Groups{same, {1.0}}).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(friedman(Groups{same, same}).status, TestStatus::kNoVariance);
  EXPECT_EQ(friedman(Groups{{1, 2, 3}, {1, 2}}).status, TestStatus::kBadShape);
  EXPECT_EQ(dunn(Groups{same, same}).front().test.status, TestStatus::kNoVariance);
  EXPECT_TRUE(std::isnan(mann_whitney(same, same).p));
}

TEST(Wilcoxon, EqualsCountsBySigns) {
  // Differences 1..6 all positive: V = 21, p = 2/64.
  const std::vector<double> zero(6, 0.0);
  const TestResult test = wilcoxon_signed(std::vector<double>{1.0, 2, 3, 4, 5, 6}, zero);
  EXPECT_DOUBLE_EQ(test.statistic, 21);
  EXPECT_DOUBLE_EQ(test.p, 2.0 / 64);
  EXPECT_DOUBLE_EQ(test.minimum_p, minimum_wilcoxon_p(6));
  EXPECT_DOUBLE_EQ(test.estimate, 3.5);
  EXPECT_NEAR(test.interval.level, 1 - 2.0 / 64, 1e-15);
  // Zeros are dropped, ties share ranks: |d| = 1 1 2 with signs + - +, V = 4.5; of 8 sign patterns 6 lie as far from 3.
  const TestResult tied = wilcoxon_signed(std::vector<double>{1.0, -1, 2, 0}, std::vector<double>{0.0, 0, 0, 0});
  EXPECT_DOUBLE_EQ(tied.statistic, 4.5);
  EXPECT_DOUBLE_EQ(tied.p, 0.75);
}

TEST(KruskalWallis, ExactTableOfSmallGroups) {
  // Kruskal & Wallis 1952, Table 6.1: sizes 3, 3, 3, H >= 7.2 has probability 0.004 (6 of 1680 arrangements).
  const Groups apart{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  const TestResult test = kruskal_wallis(apart);
  EXPECT_NEAR(test.statistic, 7.2, 1e-12);
  EXPECT_TRUE(test.exact);
  EXPECT_NEAR(test.p, 6.0 / 1680, 1e-14);
  EXPECT_NEAR(test.minimum_p, 6.0 / 1680, 1e-14);
  const Groups large{{1.1, 2.3, 3.8, 4.4, 2.9}, {5.1, 4.2, 6.6, 7.9, 3.3, 8.2}, {2.2, 9.1, 7.3}};
  EXPECT_NEAR(kruskal_wallis(large, RankP::kNormal).statistic, 4.283809523809516, 1e-12);  // SciPy
  EXPECT_NEAR(kruskal_wallis(large, RankP::kNormal).p, 0.11743095185625438, 1e-13);        // SciPy
}

TEST(KruskalWallis, TwoGroupsAgreeWithMannWhitney) {
  const Groups groups{{1.1, 2.3, 3.8, 3.8}, {5.1, 4.2, 3.8, 7.9, 3.3}};
  EXPECT_NEAR(kruskal_wallis(groups).p, mann_whitney(groups[0], groups[1]).p, 1e-14);
}

TEST(Friedman, ExactTableOfSmallBlocks) {
  // Friedman 1937: k = 3, b = 3: chi2 = 6 has p = 0.028 (1/36); b = 4: 8 has p = 0.0046 (1/216).
  const TestResult three = friedman(Groups{{1, 2, 3}, {4, 7, 9}, {0, 1, 5}});
  EXPECT_NEAR(three.statistic, 6, 1e-12);
  EXPECT_NEAR(three.p, 1.0 / 36, 1e-14);
  const TestResult four = friedman(Groups{{1, 2, 3}, {4, 7, 9}, {0, 1, 5}, {2, 3, 4}});
  EXPECT_NEAR(four.p, 1.0 / 216, 1e-14);
  EXPECT_NEAR(four.minimum_p, 1.0 / 216, 1e-14);
  // k = 2 without ties is the sign test.
  const TestResult two = friedman(Groups{{1, 2}, {1, 3}, {5, 4}, {0, 1}, {2, 3}});
  EXPECT_NEAR(two.p, 2 * (1 + 5) / 32.0, 1e-14);
}

TEST(Dunn, EqualsHandComputation) {
  // Ranks 1..6 in two groups of three: mean ranks 2 and 5, variance 6*7/12*(1/3+1/3).
  const auto contrasts = dunn(Groups{{1, 2, 3}, {4, 5, 6}});
  ASSERT_EQ(contrasts.size(), 1U);
  EXPECT_EQ(contrasts[0].first, 1U);
  EXPECT_NEAR(contrasts[0].test.statistic, 3 / std::sqrt(3.5 * 2 / 3), 1e-14);
}

}  // namespace
}  // namespace vesica::stats
