// SPDX-License-Identifier: Apache-2.0
// t tests, analyses of variance, summaries, correlation: identities between tests, closed forms, peers' values.
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/stats/anova.h"
#include "vesica/stats/correlation.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

using Groups = std::vector<std::vector<double>>;
const std::vector<double> kA{1.1, 2.3, 3.8, 4.4, 2.9};
const std::vector<double> kB{5.1, 4.2, 6.6, 7.9, 3.3, 8.2};
const std::vector<double> kC{2.2, 9.1, 7.3};

TEST(Summary, OfKnownValues) {
  const Summary summary = summarise(std::vector<double>{1.0, 2, 4, 8});
  EXPECT_DOUBLE_EQ(summary.mean, 3.75);
  EXPECT_NEAR(summary.sd, std::sqrt(28.75 / 3), 1e-15);
  EXPECT_DOUBLE_EQ(summary.median, 3);
  EXPECT_DOUBLE_EQ(summary.lower_quartile, 1.75);  // type 7: h = 0.75
  EXPECT_DOUBLE_EQ(summary.upper_quartile, 5);
  EXPECT_NEAR(summary.geometric_mean, std::pow(2, 1.5), 1e-14);
  EXPECT_NEAR(summary.geometric_sd, std::exp(std::log(2.0) * std::sqrt(5.0 / 3)), 1e-14);
  EXPECT_NEAR(summary.mean_interval.high - summary.mean, 3.182446305284263 * summary.sd / 2, 1e-12);
  EXPECT_TRUE(std::isnan(summarise(std::vector<double>{1.0, -2}).geometric_mean));
  EXPECT_EQ(summarise({}).status, TestStatus::kEmpty);
  EXPECT_TRUE(std::isnan(summarise(std::vector<double>{3.0}).sd));
  EXPECT_EQ(summarise(std::vector<double>{3.0}).mean, 3.0);
  EXPECT_EQ(summarise(std::vector<double>{3.0, kNoNumber}).status, TestStatus::kNotFinite);
}

TEST(Summary, OffsetsCostNoDigits) {
  EXPECT_NEAR(variance(std::vector<double>{1e12 + 1, 1e12 + 2, 1e12 + 3}), 1, 1e-12);
  EXPECT_EQ(variance(std::vector<double>(7, 0.1)), 0);
  EXPECT_EQ(accurate_sum(std::vector<double>{1.0, 1e100, 1.0, -1e100}), 2);
}

TEST(TTests, AgreeWhereTheyMust) {
  const TestResult student = student_t(kA, kB);
  const AnovaTable table = one_way_anova(Groups{kA, kB});
  EXPECT_NEAR(table.rows[0].f, student.statistic * student.statistic, 1e-11);
  EXPECT_NEAR(table.rows[0].p, student.p, 1e-14);
  const TestResult welch = welch_t(kA, kB);
  const TestResult welch_f = welch_anova(Groups{kA, kB});
  EXPECT_NEAR(welch_f.statistic, welch.statistic * welch.statistic, 1e-11);
  EXPECT_NEAR(welch_f.df2, welch.df, 1e-10);
  const std::vector<double> b5(kB.begin(), kB.begin() + 5);
  EXPECT_NEAR(welch_t(kA, b5).statistic, student_t(kA, b5).statistic, 1e-13);  // equal n
  std::vector<double> differences;
  for (std::size_t i = 0; i < 5; ++i) differences.push_back(kA[i] - b5[i]);
  EXPECT_DOUBLE_EQ(paired_t(kA, b5).p, one_sample_t(differences).p);
  EXPECT_NEAR(one_sample_t(kA, 2).statistic, (2.9 - 2) / std::sqrt(variance(kA) / 5), 1e-13);
}

TEST(TTests, TheIntervalIsTheTestReversed) {
  const TestResult welch = welch_t(kA, kB, 0.9);
  EXPECT_NEAR(t_two_sided((welch.interval.high - welch.estimate) / welch.se, welch.df), 0.1, 1e-12);
}

TEST(TTests, DegenerateInputsGiveAStatus) {
  const std::vector<double> same(4, 0.1);
  for (const auto& test : {welch_t(same, same), student_t(same, same), paired_t(same, same), one_sample_t(same)}) {
    EXPECT_EQ(test.status, TestStatus::kNoVariance) << test.method;
    EXPECT_TRUE(std::isnan(test.p) && std::isnan(test.estimate) && std::isnan(test.interval.low)) << test.method;
  }
  const std::vector<double> one{1.0};
  EXPECT_EQ(welch_t(one, kA).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(student_t({}, kA).status, TestStatus::kEmpty);
  EXPECT_EQ(paired_t(kA, kB).status, TestStatus::kBadShape);
  EXPECT_EQ(one_sample_t(std::vector<double>{1.0, kNoNumber}).status, TestStatus::kNotFinite);
  EXPECT_TRUE(welch_t(same, kA).ok());  // one constant group still has an answer
}

TEST(Anova, EqualsPeers) {
  const Groups groups{kA, kB, kC};
  const AnovaTable table = one_way_anova(groups);
  EXPECT_NEAR(table.rows[0].f, 3.2432446568999778, 1e-11);  // SciPy f_oneway
  EXPECT_NEAR(table.rows[0].p, 0.07812595171158072, 1e-13);
  EXPECT_NEAR(levene(groups).statistic, 1.0503316933084923, 1e-11);  // SciPy levene
  EXPECT_NEAR(levene(groups, Centre::kMean).p, 0.0799025850144667, 1e-12);
  EXPECT_NEAR(bartlett(groups).statistic, 2.687231638545197, 1e-11);  // SciPy bartlett
}

Factor levels(std::string name, std::vector<int> level, int count) {
  return {std::move(name), std::move(level), count};
}

TEST(Anova, BlocksOfTwoArePairs) {
  const std::vector<double> x{5.1, 4.2, 6.6, 7.9, 3.3};
  std::vector<double> values = kA;
  values.insert(values.end(), x.begin(), x.end());
  const Factor treatment = levels("treatment", {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 2);
  const Factor block = levels("block", {0, 1, 2, 3, 4, 0, 1, 2, 3, 4}, 5);
  const AnovaTable table = block_anova(values, treatment, block);
  const TestResult paired = paired_t(kA, x);
  EXPECT_NEAR(table.find("treatment")->f, paired.statistic * paired.statistic, 1e-10);
  EXPECT_NEAR(table.find("treatment")->p, paired.p, 1e-12);
  EXPECT_EQ(table.find("treatment")->error_df, 4);
}

TEST(Anova, TwoWayPartsAddUpWhenBalanced) {
  Random random(5);
  std::vector<double> values;
  Factor a = levels("gel", {}, 3);
  Factor b = levels("time", {}, 2);
  Groups cells;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      cells.emplace_back();
      for (int k = 0; k < 4; ++k) {
        values.push_back(10 + i - 2 * j * i + random.normal());
        cells.back().push_back(values.back());
        a.level.push_back(i);
        b.level.push_back(j);
      }
    }
  }
  const AnovaTable table = two_way_anova(values, a, b);
  ASSERT_EQ(table.rows.size(), 3U);
  const AnovaTable one_way = one_way_anova(cells);
  EXPECT_NEAR(table.rows[0].ss + table.rows[1].ss + table.rows[2].ss, one_way.rows[0].ss, 1e-10);
  EXPECT_NEAR(table.residual_ss, one_way.residual_ss, 1e-10);
  EXPECT_EQ(table.rows[2].df, 2);
}

TEST(Anova, TypeTwoOfUnbalancedLayoutByModelComparison) {
  // y = a + 2b exactly additive plus one residual pattern: type II of the interaction does not see the main effects.
  const std::vector<double> values{1.1, 0.9, 3.0, 2.1, 1.9, 4.05, 3.95, 4.3};
  const Factor a = levels("a", {0, 0, 0, 1, 1, 1, 1, 1}, 2);
  const Factor b = levels("b", {0, 0, 1, 0, 0, 1, 1, 1}, 2);
  const AnovaTable table = two_way_anova(values, a, b);
  // Two levels each: the interaction's t is the contrast of the four cell means.
  const double m00 = 1.0, m01 = 3.0, m10 = 2.0, m11 = 12.3 / 3;
  const double contrast = m00 - m01 - m10 + m11;
  const double spread = table.residual_ms * (1.0 / 2 + 1 + 1.0 / 2 + 1.0 / 3);
  EXPECT_NEAR(table.find("a:b")->f, contrast * contrast / spread, 1e-9);
  // Main effect a of type II: weighted mean of the two simple differences, weights n1 n2/(n1 + n2).
  const double w0 = 2.0 * 2 / 4, w1 = 1.0 * 3 / 4;
  const double main = (w0 * (m10 - m00) + w1 * (m11 - m01)) / (w0 + w1);
  EXPECT_NEAR(table.find("a")->ss, main * main * (w0 + w1), 1e-10);
}

TEST(Anova, WithoutReplicatesTheInteractionIsTheError) {
  const std::vector<double> values{1, 2, 4, 3, 5, 6.5};
  const AnovaTable table =
      two_way_anova(values, levels("a", {0, 0, 0, 1, 1, 1}, 2), levels("b", {0, 1, 2, 0, 1, 2}, 3));
  EXPECT_EQ(table.method, "two_way_additive");
  EXPECT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.residual_df, 2);
}

TEST(Anova, DegenerateInputsGiveAStatus) {
  const std::vector<double> same(3, 0.1);
  EXPECT_EQ(one_way_anova(Groups{same, {0.3, 0.3}}).status, TestStatus::kNoVariance);
  EXPECT_EQ(one_way_anova(Groups{same}).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(one_way_anova(Groups{same, {1.0}}).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(one_way_anova(Groups{}).status, TestStatus::kEmpty);
  EXPECT_EQ(welch_anova(Groups{same, kA}).status, TestStatus::kNoVariance);
  EXPECT_EQ(levene(Groups{same, same}).status, TestStatus::kNoVariance);
  EXPECT_EQ(bartlett(Groups{same, kA}).status, TestStatus::kNoVariance);
  const Factor t = levels("t", {0, 0, 1, 1}, 2);
  EXPECT_EQ(block_anova(std::vector<double>{1.0, 2, 3, 4}, t, t).status, TestStatus::kNotSeparable);
  EXPECT_EQ(block_anova(std::vector<double>{1.0, 2, 3, kNoNumber}, t, t).status, TestStatus::kNotFinite);
  EXPECT_EQ(block_anova(std::vector<double>(4, 0.1), t, levels("b", {0, 1, 0, 1}, 2)).status, TestStatus::kNoVariance);
  EXPECT_EQ(two_way_anova(std::vector<double>(3, 0.1), t, t).status, TestStatus::kBadShape);
}

TEST(Repeated, OneGroupEqualsBlocks) {
  const Groups units{{30, 28, 16, 34}, {14, 18, 10, 22}, {24, 20, 18, 30}, {38, 34, 20, 44}, {26, 28, 14, 30}};
  const std::vector<int> group(5, 0);
  const RepeatedAnova repeated = repeated_anova(units, group);
  std::vector<double> values;
  Factor time = levels("time", {}, 4);
  Factor unit = levels("unit", {}, 5);
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 4; ++j) {
      values.push_back(units[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
      time.level.push_back(j);
      unit.level.push_back(i);
    }
  }
  const AnovaTable blocks = block_anova(values, time, unit);
  EXPECT_NEAR(repeated.table.rows[0].f, blocks.find("time")->f, 1e-10);
  // Winer 1971, drugs by persons: F(3, 12) = 24.76.
  EXPECT_NEAR(repeated.table.rows[0].f, 24.76, 5e-3);
  EXPECT_GE(repeated.greenhouse_geisser, 1.0 / 3);
  EXPECT_LE(repeated.greenhouse_geisser, repeated.huynh_feldt);
  EXPECT_GT(repeated.time_p, repeated.table.rows[0].p);
}

TEST(Repeated, TwoTimesAreAPairedTest) {
  const Groups units{{1.1, 5.1}, {2.3, 4.2}, {3.8, 6.6}, {4.4, 7.9}, {2.9, 3.3}};
  const RepeatedAnova repeated = repeated_anova(units, std::vector<int>(5, 0));
  const TestResult paired = paired_t(kA, std::vector<double>{5.1, 4.2, 6.6, 7.9, 3.3});
  EXPECT_NEAR(repeated.time_p, paired.p, 1e-12);
  EXPECT_DOUBLE_EQ(repeated.greenhouse_geisser, 1);
  EXPECT_TRUE(std::isnan(repeated.mauchly_w));
}

TEST(Repeated, GroupsAndInteraction) {
  const Groups units{{1, 2, 3.5}, {2, 2.5, 4}, {1.5, 3, 4.5}, {3, 3.2, 3.1}, {2.5, 2.9, 3.4}, {3.5, 3, 3.3}};
  const std::vector<int> group{0, 0, 0, 1, 1, 1};
  const RepeatedAnova repeated = repeated_anova(units, group);
  ASSERT_EQ(repeated.table.rows.size(), 3U);
  Groups means(2);
  for (std::size_t i = 0; i < 6; ++i) means[i / 3].push_back(mean(units[i]));
  EXPECT_NEAR(repeated.table.find("group")->p, student_t(means[0], means[1]).p, 1e-12);
  // The contrast last minus first, two groups: its part of the interaction is a t test of differences.
  EXPECT_EQ(repeated.table.find("group:time")->df, 2);
  EXPECT_EQ(repeated.table.find("group:time")->error_df, 8);
  EXPECT_EQ(repeated_anova(units, std::vector<int>{0, 0, 0, 0, 0, 1}).table.status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(repeated_anova(Groups{{1, 2}, {1, 2}, {3, 4}}, std::vector<int>(3, 0)).table.status,
            TestStatus::kNoVariance);
  EXPECT_EQ(repeated_anova(Groups{{1, 2}, {1}}, std::vector<int>(2, 0)).table.status, TestStatus::kNotEnoughUnits);
}

TEST(Correlation, EqualsPeersAndIdentities) {
  const std::vector<double> y{5.1, 4.2, 6.6, 7.9, 3.3};
  const Line line = regress(kA, y);
  EXPECT_NEAR(line.slope.estimate, 0.9144144144144145, 1e-13);  // SciPy linregress
  EXPECT_NEAR(line.slope.se, 0.6351095771485394, 1e-13);
  EXPECT_NEAR(line.intercept.se, 1.982315260676674, 1e-12);
  EXPECT_NEAR(line.slope.p, pearson(kA, y).p, 1e-13);
  EXPECT_NEAR(std::sqrt(line.r_squared), pearson(kA, y).estimate, 1e-13);
  EXPECT_NEAR(spearman(kA, y).estimate, 0.6, 1e-14);
  EXPECT_NEAR(spearman(kA, y).p, 42.0 / 120, 1e-14);  // sum d² = 8: 42 of 120 permutations lie as far out
  EXPECT_NEAR(spearman(std::vector<double>{1.0, 2, 3, 4}, std::vector<double>{1.0, 4, 9, 16}).p, 2.0 / 24, 1e-14);
  EXPECT_EQ(regress(kA, kA).slope.status, TestStatus::kNoVariance);
  EXPECT_EQ(pearson(kA, std::vector<double>(5, 1.0)).status, TestStatus::kNoVariance);
  EXPECT_EQ(pearson(kA, kB).status, TestStatus::kBadShape);
  EXPECT_EQ(spearman(std::vector<double>{1.0, 2}, std::vector<double>{1.0, 2}).status, TestStatus::kNotEnoughUnits);
}

TEST(ShapiroWilk, EqualsPeers) {
  // The eleven weights of Shapiro & Wilk 1965 and others, by SciPy (whose normal quantile is good to 1e-9).
  const TestResult eleven = shapiro_wilk(std::vector<double>{148.0, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236});
  EXPECT_NEAR(eleven.statistic, 0.7888146948631716, 1e-9);
  EXPECT_NEAR(eleven.p, 0.006703814061898823, 1e-9);
  EXPECT_NEAR(shapiro_wilk(std::vector<double>{1.0, 2, 4, 8, 16, 32, 64, 3, 5, 9, 11, 2.5, 7}).p, 0.0002078491101413791,
              1e-9);
  EXPECT_NEAR(shapiro_wilk(std::vector<double>{1.0, 2, 4}).p, 0.6368868450289689, 1e-9);
  EXPECT_NEAR(shapiro_wilk(std::vector<double>{1.0, 2, 4, 8.5}).p, 0.4678770564466915, 1e-9);
  EXPECT_EQ(shapiro_wilk(std::vector<double>(4, 2.0)).status, TestStatus::kNoVariance);
}

}  // namespace
}  // namespace vesica::stats
