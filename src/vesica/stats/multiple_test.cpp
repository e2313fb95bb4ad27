// SPDX-License-Identifier: Apache-2.0
// Families of comparisons: hand-made adjustments, identities between methods, coverage of their limits.
#include "vesica/stats/multiple.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/stats/distributions.h"
#include "vesica/stats/effect.h"
#include "vesica/stats/power.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

using Groups = std::vector<std::vector<double>>;
const Groups kGroups{{1.1, 2.3, 3.8, 4.4, 2.9}, {5.1, 4.2, 6.6, 7.9, 3.3, 8.2}, {2.2, 9.1, 7.3, 6.0}};

void expect_all(const std::vector<double>& values, const std::vector<double>& truth) {
  ASSERT_EQ(values.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(values[i], truth[i], 1e-14) << i;
}

TEST(Adjust, ByHand) {
  const std::vector<double> p{0.01, 0.04, 0.03, 0.5};
  expect_all(adjust_p(p, Correction::kBonferroni), {0.04, 0.16, 0.12, 1});
  expect_all(adjust_p(p, Correction::kHolm), {0.04, 0.09, 0.09, 0.5});
  expect_all(adjust_p(p, Correction::kBenjaminiHochberg), {0.04, 0.16 / 3, 0.16 / 3, 0.5});
  expect_all(adjust_p(p, Correction::kSidak),
             {1 - std::pow(0.99, 4), 1 - std::pow(0.96, 4), 1 - std::pow(0.97, 4), 1 - std::pow(0.5, 4)});
  expect_all(adjust_p(p, Correction::kHolmSidak),
             {1 - std::pow(0.99, 4), 1 - std::pow(0.97, 3), 1 - std::pow(0.97, 3), 0.5});
  expect_all(adjust_p(p, Correction::kNone), p);
  EXPECT_NEAR(adjust_p(std::vector<double>{1e-18, 0.5}, Correction::kSidak)[0], 2e-18, 1e-30);
}

TEST(Adjust, MissingValuesStayMissing) {
  const auto adjusted = adjust_p(std::vector<double>{0.01, kNoNumber, 0.02}, Correction::kBonferroni);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.02);
  EXPECT_TRUE(std::isnan(adjusted[1]));
  EXPECT_TRUE(adjust_p({}, Correction::kHolm).empty());
}

TEST(Family, TwoGroupsNeedNoCorrection) {
  const Groups two{kGroups[0], kGroups[1]};
  const TestResult student = student_t(two[1], two[0]);
  const auto tukey = tukey_kramer(two);
  ASSERT_EQ(tukey.size(), 1U);
  EXPECT_NEAR(tukey[0].adjusted_p, student.p, 1e-11);
  EXPECT_NEAR(tukey[0].simultaneous.low, student.interval.low, 1e-8);
  EXPECT_NEAR(dunnett(two, 0)[0].adjusted_p, student.p, 1e-11);
  const TestResult welch = welch_t(two[1], two[0]);
  EXPECT_NEAR(games_howell(two)[0].adjusted_p, welch.p, 1e-11);
  EXPECT_NEAR(games_howell(two)[0].simultaneous.high, welch.interval.high, 1e-8);
}

TEST(Family, IntervalAndPAgree) {
  // The interval at level 1 - p touches zero.
  for (const auto& judged : tukey_kramer(kGroups)) {
    const std::size_t at = judged.contrast.first + judged.contrast.second - 1;
    const auto again = tukey_kramer(kGroups, 1 - judged.adjusted_p);
    const Interval interval = again[at].simultaneous;
    EXPECT_NEAR(std::min(std::abs(interval.low), std::abs(interval.high)), 0, 1e-8);
  }
  const auto judged = dunnett(kGroups, 0);
  const auto again = dunnett(kGroups, 0, 1 - judged[1].adjusted_p);
  EXPECT_NEAR(again[1].simultaneous.low, 0, 1e-8);
}

TEST(Family, MethodsAreOrdered) {
  // Dunnett's family lies inside Šidák's, Šidák's inside Bonferroni's.
  const auto contrasts = pooled_contrasts(kGroups, pairs_with_control(3, 0));
  const auto exact = dunnett(kGroups, 0);
  const auto loose = judge(contrasts, Correction::kSidak, {3, {}});
  const auto looser = judge(contrasts, Correction::kBonferroni, {3, {}});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_GT(exact[i].adjusted_p, contrasts[i].test.p);
    EXPECT_LT(exact[i].adjusted_p, loose[i].adjusted_p);
    EXPECT_LT(loose[i].adjusted_p, looser[i].adjusted_p);
    EXPECT_LT(looser[i].simultaneous.low, loose[i].simultaneous.low);
  }
  EXPECT_TRUE(std::isnan(judge(contrasts, Correction::kHolm, {3, {}})[0].simultaneous.low));
}

TEST(Family, DegenerateGroupsGiveAStatus) {
  const Groups flat{{1, 1, 1}, {2, 2, 2}, {3, 3, 3}};
  for (const auto& judged : tukey_kramer(flat)) {
    EXPECT_EQ(judged.contrast.test.status, TestStatus::kNoVariance);
    EXPECT_TRUE(std::isnan(judged.adjusted_p));
  }
  EXPECT_EQ(games_howell(flat)[0].contrast.test.status, TestStatus::kNoVariance);
  EXPECT_EQ(dunnett(Groups{{1, 2}, {1}}, 0)[0].contrast.test.status, TestStatus::kNotEnoughUnits);
}

TEST(Effect, HedgesG) {
  EXPECT_NEAR(hedges_correction(2), std::sqrt(1 / std::numbers::pi), 1e-14);  // Γ(1)/(Γ(1/2))
  EXPECT_NEAR(hedges_correction(50), 1 - 3.0 / (4 * 50 - 1), 2e-5);
  const Effect g = hedges_g(kGroups[1], kGroups[0]);
  const TestResult t = student_t(kGroups[1], kGroups[0]);
  EXPECT_NEAR(g.estimate, hedges_correction(9) * t.statistic * std::sqrt(11.0 / 30), 1e-13);
  const double delta = g.interval.low / hedges_correction(9) * std::sqrt(30.0 / 11);
  EXPECT_NEAR(noncentral_t_upper(t.statistic, 9, delta), 0.025, 1e-10);
  EXPECT_EQ(hedges_g(std::vector<double>(3, 1.0), std::vector<double>(3, 1.0)).status, TestStatus::kNoVariance);
  EXPECT_EQ(hedges_g_paired(std::vector<double>{1.0, 2}, std::vector<double>{2.0, 5}).status,
            TestStatus::kNotEnoughUnits);
}

TEST(Effect, RatioIsADifferenceOfLogs) {
  const Effect ratio = ratio_of_geometric_means(std::vector<double>{2.0, 8}, std::vector<double>{1.0, 4});
  EXPECT_NEAR(ratio.estimate, 2, 1e-14);
  EXPECT_NEAR(ratio.interval.low * ratio.interval.high, 4, 1e-12);
  EXPECT_EQ(ratio_of_geometric_means(std::vector<double>{0.0, 8}, std::vector<double>{1.0, 4}).status,
            TestStatus::kNotPositive);
}

TEST(Effect, CliffsDelta) {
  EXPECT_DOUBLE_EQ(cliffs_delta(std::vector<double>{1.0, 2, 3}, std::vector<double>{1.0, 2, 3}).estimate, 0);
  const Effect apart = cliffs_delta(std::vector<double>{4.0, 5, 6}, std::vector<double>{1.0, 2, 3});
  EXPECT_DOUBLE_EQ(apart.estimate, 1);
  EXPECT_DOUBLE_EQ(apart.interval.high, 1);
  EXPECT_LT(apart.interval.low, 0);  // three against three say little
  const Effect some = cliffs_delta(kGroups[1], kGroups[0]);
  EXPECT_NEAR(some.estimate, 1 - 2 * 3.0 / 30, 1e-14);  // W = 3 of 30 pairs
  EXPECT_LT(some.interval.low, some.estimate);
}

TEST(Effect, BootstrapOfAMean) {
  const Groups groups{{1.1, 2.3, 3.8, 4.4, 2.9, 3.1, 2.2, 4.9, 3.3, 2.7, 3.9, 2.5}};
  const Statistic average = [](std::span<const std::vector<double>> g) {
    double sum = 0;
    for (const double value : g[0]) sum += value;
    return sum / static_cast<double>(g[0].size());
  };
  const Effect first = bca_bootstrap(groups, average, 12345);
  const Effect again = bca_bootstrap(groups, average, 12345);
  EXPECT_EQ(first.interval.low, again.interval.low);
  EXPECT_NE(first.interval.low, bca_bootstrap(groups, average, 1).interval.low);
  // The mean's bootstrap is nearly normal with sd sqrt((n - 1)/n) sem.
  const double half = 1.96 * std::sqrt(11.0 / 12) * 0.3095;
  EXPECT_NEAR(first.interval.low, first.estimate - half, 0.08);
  EXPECT_NEAR(first.interval.high, first.estimate + half, 0.08);
  EXPECT_EQ(bca_bootstrap(Groups{{2, 2, 2}}, average, 1).status, TestStatus::kNoVariance);
  EXPECT_EQ(bca_bootstrap(Groups{{2, 3}}, average, 1).status, TestStatus::kNotEnoughUnits);
  EXPECT_EQ(bca_bootstrap(Groups{}, average, 1).status, TestStatus::kEmpty);
}

TEST(Power, KnownValuesOfR) {
  // help(power.t.test): n = 20, delta = 1, sd = 1: 0.8689528; power = 0.9, delta = 1: n = 22.02110.
  EXPECT_NEAR(power_t(Layout::kTwoSample, 20, 1, 1), 0.8689528, 5e-8);
  EXPECT_NEAR(n_for_power(Layout::kTwoSample, 0.9, 1, 1), 22.02110, 5e-6);
  // help(power.anova.test): 4 groups, n = 5, between 1, within 3: 0.3535594; power 0.80: n = 11.92613.
  EXPECT_NEAR(power_anova(4, 5, 1, 3), 0.3535594, 5e-8);
  EXPECT_NEAR(n_for_power_anova(4, 0.8, 1, 3), 11.92613, 5e-5);  // R's root is searched to 1e-4 only
}

TEST(Power, Identities) {
  EXPECT_NEAR(power_t(Layout::kTwoSample, 6, 1.2, 0.8), power_welch(6, 6, 1.2, 0.8, 0.8), 1e-12);
  const double n = n_for_power(Layout::kPaired, 0.8, 0.7, 1.1);
  EXPECT_NEAR(power_t(Layout::kPaired, n, 0.7, 1.1), 0.8, 1e-10);
  const double delta = detectable_difference(Layout::kOneSample, 5, 0.8, 2.0);
  EXPECT_NEAR(power_t(Layout::kOneSample, 5, delta, 2.0), 0.8, 1e-10);
  EXPECT_NEAR(power_t(Layout::kTwoSample, 3, 0, 1, 0.05), 0.025, 1e-12);
  EXPECT_EQ(n_for_power(Layout::kTwoSample, 0.8, 100, 1), 2);
}

TEST(Power, DegenerateInputsAreNaN) {
  EXPECT_TRUE(std::isnan(power_t(Layout::kTwoSample, 1, 1, 1)));
  EXPECT_TRUE(std::isnan(power_t(Layout::kTwoSample, 3, 1, 0)));
  EXPECT_TRUE(std::isnan(power_t(Layout::kTwoSample, 3, kNoNumber, 1)));
  EXPECT_TRUE(std::isnan(n_for_power(Layout::kTwoSample, 0.8, 0, 1)));
  EXPECT_TRUE(std::isnan(n_for_power(Layout::kTwoSample, 0.8, 1e-9, 1)));
  EXPECT_TRUE(std::isnan(n_for_power_anova(3, 0.8, 0, 1)));
  EXPECT_TRUE(std::isnan(intraclass_correlation(0, 0)));
}

TEST(Power, FieldsSaturate) {
  // With rho = 0.5 a hundred fields an animal are worth less than two animals.
  EXPECT_NEAR(unit_mean_sd(1, 1, 1e9), 1, 1e-9);
  EXPECT_NEAR(design_effect(100, 0.5), 50.5, 1e-12);
  EXPECT_NEAR(intraclass_correlation(1, 3), 0.25, 1e-15);
}

}  // namespace
}  // namespace vesica::stats
