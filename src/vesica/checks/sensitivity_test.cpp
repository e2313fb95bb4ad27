// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/sensitivity.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/quantity/quantity.h"

namespace vesica {
namespace {

struct Weights {
  double density = 1.15, lumen = 1.03, own = 2, idle = 1;
  void describe(Fields& fields) {
    fields.number("density", density, {.help = "Known.", .evidence = "vesicle.density"});
    fields.number("lumen", lumen, {.help = "Known.", .evidence = "vesicle.lumen_density"});
    fields.number("own", own, {.help = "No evidence."});
    fields.number("idle", idle, {.help = "Changes nothing."});
  }
};

constexpr std::string_view kQuantities[] = {"isolation.yield", "vesicle.concentration"};

/// isolation.yield: own + density at 1 h, twice that at 2 h, back at 3 h; vesicle.concentration: exp(own).
Predictions evaluate(const Scenario&, std::span<const AnySettings> all, std::span<const Taken>, const Context&) {
  Predictions out;
  for (const double time : {1.0, 2.0, 3.0}) {
    Observation row;
    row.quantity = "isolation.yield";
    row.time_h = time;
    out.rows.push_back(row);
  }
  Observation row;
  row.quantity = "vesicle.concentration";
  out.rows.push_back(row);
  for (const AnySettings& any : all) {
    const auto& w = any.get<Weights>();
    const double sum = w.own + w.density;
    out.values.insert(out.values.end(), {sum, 2 * sum, sum, std::exp(w.own)});
  }
  return out;
}

AnySettings make_settings() { return AnySettings::of(Weights{}); }

Model weights_model() {
  Model model{};
  model.id = "weights";
  model.quantities = kQuantities;
  model.make_settings = make_settings;
  model.evaluate = evaluate;
  return model;
}

const Model kWeights = weights_model();

Chain chain_of_one() {
  ChainStage stage{&kWeights, {}, make_settings()};
  stage.scenario.vary.set("own", Value::of("uniform(2.0, 2.12)"));
  stage.scenario.vary.set("idle", Value::of("uniform(0, 1)"));
  return Chain({stage}, Context());
}

const Influence& of(const ResultSensitivity& result, std::string_view setting) {
  for (const Influence& one : result.influences)
    if (one.setting == setting) return one;
  throw std::runtime_error("no such setting");
}

TEST(SensitivityOfAChain, SharesOfASumAreThoseOfItsVariances) {
  const auto results = sensitivity_of(chain_of_one(), {}, 1, Context());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].row.time_h, 3);
  // Two uniform numbers: density on [1.13, 1.19], own on [2.0, 2.12]: variances as 0.06² to 0.12², shares 1/5 and 4/5.
  const Influence &own = of(results[0], "own"), &density = of(results[0], "density"), &idle = of(results[0], "idle");
  EXPECT_NEAR(own.first.value, 0.8, 4 * own.first.se + 1e-9);
  EXPECT_NEAR(own.total.value, 0.8, 4 * own.total.se + 1e-9);
  EXPECT_NEAR(density.total.value, 0.2, 4 * density.total.se + 1e-9);
  EXPECT_EQ(idle.total.value, 0);
  EXPECT_LT(own.first.se, 0.03);
  EXPECT_EQ(results[0].influences[0].setting, "own") << "the strongest first";
  EXPECT_NEAR(own.low, 2.003, 1e-9);
  EXPECT_NEAR(own.result_low, 2.003 + 1.15, 1e-9);
  EXPECT_NEAR(own.result_high, 2.117 + 1.15, 1e-9);
  EXPECT_FALSE(own.has_data);
  EXPECT_TRUE(results[1].is_log) << "a concentration is compared by its logarithm";
  EXPECT_NEAR(of(results[1], "own").total.value, 1, 0.02);
}

TEST(SensitivityOfAChain, MomentsAndMorris) {
  SensitivityQuestion question;
  question.method = SensitivityQuestion::Method::kMorris;
  question.samples = 10;
  question.moment = SensitivityQuestion::Moment::kPeak;
  const auto peak = sensitivity_of(chain_of_one(), question, 1, Context());
  EXPECT_EQ(peak[0].row.time_h, 2);
  // Over its whole range own moves the peak by twice 0.12, whatever the others are.
  EXPECT_NEAR(of(peak[0], "own").size.value, 0.24, 1e-9);
  EXPECT_NEAR(of(peak[0], "own").spread.value, 0, 1e-7);
  EXPECT_NEAR(of(peak[0], "density").mean.value, 0.12, 1e-9);
  EXPECT_TRUE(std::isnan(of(peak[0], "own").first.value));
  question.moment = SensitivityQuestion::Moment::kHour;
  question.time_h = 1.2;
  EXPECT_EQ(sensitivity_of(chain_of_one(), question, 1, Context())[0].row.time_h, 1);
}

TEST(SensitivityOfAChain, NothingUncertainAndTooMuch) {
  ChainStage stage{&kWeights, {}, make_settings()};
  stage.scenario.vary.set("density", Value::of(1.15));
  stage.scenario.vary.set("lumen", Value::of(1.03));
  EXPECT_TRUE(sensitivity_of(Chain({stage}, Context()), {}, 1, Context()).empty());
  SensitivityQuestion question;
  question.samples = 1'000'000'000;
  EXPECT_THROW(sensitivity_of(chain_of_one(), question, 1, Context()), Error);
}

}  // namespace
}  // namespace vesica
