// SPDX-License-Identifier: Apache-2.0
// NIST's published example; each rule on a sequence made for it.
#include "vesica/stats/control_chart.h"

#include <set>

#include <gtest/gtest.h>

namespace vesica::stats {
namespace {

std::set<std::string> rules_of(const ControlChart& chart) {
  std::set<std::string> out;
  for (const ChartSignal& signal : chart.signals) out.insert(signal.rule);
  return out;
}

TEST(ControlChart, FlowRateOfTheNistHandbook) {
  // NIST/SEMATECH e-Handbook 6.3.2.2: mean 50.81, mean range 1.8778, limits 55.8041 and 45.8159, nothing beyond.
  const std::vector<double> flow = {49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1};
  const ControlChart chart = control_chart(flow, ChartRules::kWesternElectric);
  ASSERT_EQ(chart.status, TestStatus::kOk);
  EXPECT_NEAR(chart.centre, 50.81, 1e-9);
  EXPECT_NEAR(chart.mean_range, 1.8778, 5e-5);
  EXPECT_NEAR(chart.high, 55.8041, 5e-5);
  EXPECT_NEAR(chart.low, 45.8159, 5e-5);
  EXPECT_NEAR((chart.high - chart.centre) / chart.mean_range, 2.66, 5e-4);
  EXPECT_TRUE(control_chart(flow, ChartRules::kLimits).signals.empty());
}

/// Values whose centre is 0 and whose sigma is 1 by two far tails that do not matter: not possible with own limits, so
/// sequences are long enough that the planted part moves the limits little.
std::vector<double> with(const std::vector<double>& planted) {
  std::vector<double> out;
  for (int i = 0; i < 200; ++i) out.push_back(i % 4 == 0 || i % 4 == 3 ? 0.9 : -0.9);  // ranges 1.8 and 0: sigma 0.8
  out.insert(out.end(), planted.begin(), planted.end());
  return out;
}

TEST(ControlChart, EachRuleSpeaksOfItsPattern) {
  EXPECT_TRUE(rules_of(control_chart(with({9}), ChartRules::kLimits)).contains("beyond_3_sigma"));
  const auto western = [](const std::vector<double>& planted) {
    return rules_of(control_chart(with(planted), ChartRules::kWesternElectric));
  };
  EXPECT_TRUE(western({2, 0, 2}).contains("2_of_3_beyond_2_sigma"));
  EXPECT_FALSE(western({2, 0, -2}).contains("2_of_3_beyond_2_sigma"));
  EXPECT_TRUE(western({1.2, 1.2, -0.5, 1.2, 1.2}).contains("4_of_5_beyond_1_sigma"));
  EXPECT_TRUE(western({0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3}).contains("8_on_one_side"));
  EXPECT_FALSE(western({-0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3}).contains("8_on_one_side"));
  const auto nelson = [](const std::vector<double>& planted) {
    return rules_of(control_chart(with(planted), ChartRules::kNelson));
  };
  EXPECT_TRUE(nelson({-1, 0.1, 0.2, 0.3, 0.4, 0.5}).contains("6_rising_or_falling"));
  EXPECT_FALSE(nelson({0.2, 0.1, 0.2, 0.3, 0.4, 0.5}).contains("6_rising_or_falling"));
  EXPECT_TRUE(nelson(std::vector<double>(15, 0.1)).contains("15_within_1_sigma"));
  std::vector<double> zigzag;
  for (int i = 0; i < 14; ++i) zigzag.push_back(i % 2 == 0 ? 0.3 : -0.3);
  EXPECT_TRUE(nelson(zigzag).contains("14_alternating"));
  EXPECT_EQ(chart_rules(ChartRules::kNelson).size(), 8u);
}

TEST(ControlChart, WithoutValuesOrVariationIsAStatus) {
  EXPECT_NE(control_chart({}, ChartRules::kLimits).status, TestStatus::kOk);
  const std::vector<double> one = {1}, same = {2, 2, 2}, bad = {1, kNoNumber};
  EXPECT_NE(control_chart(one, ChartRules::kLimits).status, TestStatus::kOk);
  EXPECT_EQ(control_chart(same, ChartRules::kLimits).status, TestStatus::kNoVariance);
  EXPECT_EQ(control_chart(bad, ChartRules::kLimits).status, TestStatus::kNotFinite);
}

}  // namespace
}  // namespace vesica::stats
