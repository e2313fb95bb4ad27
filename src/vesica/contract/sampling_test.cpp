// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/sampling.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace vesica {
namespace {

/// Two numbers with evidence, one without.
struct Numbers {
  double density = 1.15, lumen = 1.03, own = 2;
  void describe(Fields& fields) {
    fields.number("density", density, {.unit = "g/mL", .help = "Density.", .evidence = "vesicle.density"});
    fields.number("lumen", lumen, {.unit = "g/mL", .help = "Lumen.", .evidence = "vesicle.lumen_density"});
    fields.number("own", own, {.help = "No evidence."});
  }
};

constexpr std::string_view kQuantities[] = {"isolation.yield"};

/// The sum of the densities less 2, and something that fails for half of the draws.
Predictions evaluate(const Scenario&, std::span<const AnySettings> all, std::span<const Taken>, const Context&) {
  Predictions out;
  out.rows.resize(2);
  out.rows[0].quantity = out.rows[1].quantity = "isolation.yield";
  out.rows[1].target = "half";
  for (const AnySettings& any : all) {
    const auto& numbers = any.get<Numbers>();
    out.values.push_back(numbers.density + numbers.lumen - 2);
    out.values.push_back(numbers.density > 1.16 ? NAN : numbers.own);
  }
  return out;
}

AnySettings make_settings() { return AnySettings::of(Numbers{}); }

Model sum_model() {
  Model model{};
  model.id = "sum";
  model.quantities = kQuantities;
  model.make_settings = make_settings;
  model.evaluate = evaluate;
  return model;
}

ParameterRow row_of(double low, double high, std::string distribution = "") {
  ParameterRow row;
  row.value = std::sqrt(low * high);
  row.low = low;
  row.high = high;
  row.distribution = std::move(distribution);
  return row;
}

TEST(Sampling, RangesAreDistributions) {
  using kinetics::quantile;
  EXPECT_EQ(distribution_of(row_of(1, 9)).kind, kinetics::DistributionKind::kUniform);
  EXPECT_EQ(distribution_of(row_of(1, 10)).kind, kinetics::DistributionKind::kLogUniform);
  EXPECT_EQ(distribution_of(row_of(1, NAN)).kind, kinetics::DistributionKind::kFixed);
  // Named normal and lognormal ranges are central 95 % intervals.
  EXPECT_NEAR(quantile(distribution_of(row_of(1, 9, "normal")), 0.025), 1, 1e-9);
  EXPECT_NEAR(quantile(distribution_of(row_of(1, 9, "normal")), 0.975), 9, 1e-9);
  EXPECT_NEAR(quantile(distribution_of(row_of(1, 9, "lognormal")), 0.025), 1, 1e-9);
  EXPECT_NEAR(quantile(distribution_of(row_of(1, 9, "lognormal")), 0.975), 9, 1e-8);
}

TEST(Sampling, StatedNumbersAreExact) {
  AnySettings settings = make_settings();
  ASSERT_EQ(unknowns_of(settings).size(), 2u);
  EXPECT_EQ(unknowns_of(settings)[0].key, "vesicle.density");
  settings.get<Numbers>().density = 1.1;
  ASSERT_EQ(unknowns_of(settings).size(), 1u);
  EXPECT_EQ(unknowns_of(settings)[0].setting, "lumen");
}

TEST(Sampling, ADrawDependsOnItsKeyAndNumberAlone) {
  EXPECT_EQ(draw_position("vesicle.density", 7, 3), draw_position("vesicle.density", 7, 3));
  EXPECT_NE(draw_position("vesicle.density", 7, 3), draw_position("vesicle.lumen_density", 7, 3));
  EXPECT_NE(draw_position("vesicle.density", 7, 3), draw_position("vesicle.density", 7, 4));
  EXPECT_NE(draw_position("vesicle.density", 7, 3), draw_position("vesicle.density", 8, 3));
  const std::vector<Unknown> second = {unknowns_of(make_settings())[1]};
  const AnySettings changed = with_values(make_settings(), second, std::vector<double>{1.05});
  EXPECT_EQ(changed.get<Numbers>().lumen, 1.05);
}

TEST(Sampling, BandsAreThoseOfTheDistributionAndFailuresAreCounted) {
  const Model model = sum_model();
  Scenario scenario;
  scenario.condition = "SA";
  scenario.draws = 4000;
  Context context;
  const Outcome out = predict_by_sampling(model, scenario, make_settings(), context);
  ASSERT_EQ(out.observations.size(), 2u);
  const Observation sum = out.observations.row(0);
  EXPECT_NEAR(sum.value, 0.18, 1e-12);
  EXPECT_EQ(sum.interval, "mc95");
  EXPECT_EQ(sum.condition, "SA");
  // The sum of uniforms on [1.13, 1.19] and [1.01, 1.06]: a trapezoid from 2.14 to 2.25 whose 2.5 % tail is
  // sqrt(0.025 * 2 * 0.06 * 0.05) wide; the standard error of such a quantile at 4,000 draws is below 0.001.
  const double tail = std::sqrt(0.025 * 2 * 0.06 * 0.05);
  EXPECT_NEAR(sum.low, 0.14 + tail, 0.002);
  EXPECT_NEAR(sum.high, 0.25 - tail, 0.002);
  EXPECT_NE(std::find_if(out.issues.begin(), out.issues.end(),
                         [](const Issue& issue) { return issue.kind == "sampling.failed_draws"; }),
            out.issues.end());
  const Outcome again = predict_by_sampling(model, scenario, make_settings(), context);
  EXPECT_EQ(again.observations.row(0).low, sum.low);
  scenario.draws = 0;
  EXPECT_TRUE(predict_by_sampling(model, scenario, make_settings(), context).observations.row(0).interval.empty());
}

}  // namespace
}  // namespace vesica
