// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/chain.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/quantity/quantity.h"

namespace vesica {
namespace {

/// A gel that lets go of everything at a rate, its density factor shared with the organ behind it.
struct Gel {
  double rate = 0.7, density = 1.15;
  void describe(Fields& fields) {
    fields.number("rate", rate, {.unit = "/h", .low = 0, .high = 100, .help = "Rate."});
    fields.number("density", density, {.unit = "g/mL", .help = "Density.", .evidence = "vesicle.density"});
  }
};

/// An organ that loses what came from the gel.
struct Organ {
  double loss = 0.3, density = 1.15;
  void describe(Fields& fields) {
    fields.number("loss", loss, {.unit = "/h", .low = 0, .high = 100, .help = "Loss."});
    fields.number("density", density, {.unit = "g/mL", .help = "Density.", .evidence = "vesicle.density"});
  }
};

Observation row_at(std::string_view quantity, std::string_view target, double time_h) {
  Observation row;
  row.quantity = quantity;
  row.target = target;
  row.unit = find_quantity(quantity)->unit;
  row.time_h = time_h;
  return row;
}

std::vector<double> times_of(const Scenario& scenario) {
  return scenario.times_h.empty() ? std::vector<double>{0, 1, 10} : scenario.times_h;
}

/// isolation.yield of two targets: 1 − exp(−rate t) and the density; NaN for a rate of 13.
Predictions evaluate_gel(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken>,
                         const Context&) {
  Predictions out;
  for (const double time : times_of(scenario)) {
    out.rows.push_back(row_at("isolation.yield", "released", time));
    out.rows.push_back(row_at("isolation.yield", "density", time));
  }
  for (const AnySettings& any : all) {
    const auto& gel = any.get<Gel>();
    for (const double time : times_of(scenario)) {
      out.values.push_back(gel.rate == 13 ? NAN : 1 - std::exp(-gel.rate * time));
      out.values.push_back(gel.density);
    }
  }
  return out;
}

/// Amount left in the organ: exact for an inflow that is constant between the times of the port's curve. Without one:
/// exp(−loss t).
double organ_at(const Organ& organ, const Taken* inflow, std::size_t settings, double time) {
  if (inflow == nullptr) return std::exp(-organ.loss * time);
  double amount = 0;
  const auto& rows = inflow->given.rows;
  for (std::size_t k = 0; k + 1 < rows.size() && rows[k].time_h < time; ++k) {
    const double dt = rows[k + 1].time_h - rows[k].time_h;
    const double rate = (inflow->given.value(settings, k + 1) - inflow->given.value(settings, k)) / dt;
    amount = amount * std::exp(-organ.loss * dt) + rate / organ.loss * (1 - std::exp(-organ.loss * dt));
  }
  return amount;
}

Predictions evaluate_organ(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken> taken,
                           const Context&) {
  Predictions out;
  const Taken *inflow = nullptr, *number = nullptr;
  for (const Taken& one : taken) (one.port == "inflow" ? inflow : number) = &one;
  for (const double time : times_of(scenario)) out.rows.push_back(row_at("isolation.yield", "organ", time));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& organ = all[i].get<Organ>();
    const double factor = number == nullptr ? 1 : number->given.value(i, 0) / organ.density;
    for (const double time : times_of(scenario)) out.values.push_back(factor * organ_at(organ, inflow, i, time));
  }
  return out;
}

constexpr std::string_view kYield[] = {"isolation.yield"};
constexpr Port kPorts[] = {{"inflow", "isolation.yield", "What comes in."},
                           {"factor", "isolation.yield", "A factor.", false}};

template <typename Settings>
AnySettings make() {
  return AnySettings::of(Settings{});
}

Model gel_model() {
  Model model{};
  model.id = "gel";
  model.quantities = kYield;
  model.make_settings = make<Gel>;
  model.evaluate = evaluate_gel;
  return model;
}
Model organ_model() {
  Model model{};
  model.id = "organ";
  model.quantities = kYield;
  model.make_settings = make<Organ>;
  model.evaluate = evaluate_organ;
  model.ports = kPorts;
  return model;
}

const Model kGel = gel_model(), kOrgan = organ_model();

Take take_of(std::string target, std::string port = "inflow", double time_h = NAN) {
  return {"gel", "isolation.yield", std::move(target), std::move(port), time_h, {"study.toml", 9, 1, ""}};
}

std::vector<ChainStage> stages(std::vector<double> times, std::vector<Take> takes) {
  ChainStage gel{&kGel, {}, make<Gel>()}, organ{&kOrgan, {}, make<Organ>()};
  gel.scenario.id = "gel";
  organ.scenario.id = "organ";
  organ.scenario.times_h = std::move(times);
  for (Take& take : takes) organ.links.push_back({0, std::move(take)});
  return {gel, organ};
}

/// Bateman's function: first-order inflow at rate a, loss at rate b.
double bateman(double a, double b, double t) { return a / (a - b) * (std::exp(-b * t) - std::exp(-a * t)); }

TEST(Chain, OneClockGivesTheClosedForm) {
  const Chain chain(stages({0.5, 2, 24, 168}, {take_of("released")}), Context());
  for (std::size_t k = 0; k < 4; ++k) {
    const double time = chain.central().rows[k].time_h;
    EXPECT_NEAR(chain.central().value(0, k), bateman(0.7, 0.3, time), 0.002) << time;
  }
  EXPECT_NEAR(chain.central().value(0, 1), bateman(0.7, 0.3, 2), 0.002 * bateman(0.7, 0.3, 2));
}

TEST(Chain, ACourseWithoutWantedTimesHasThoseOfItsModel) {
  const Chain chain(stages({}, {take_of("released")}), Context());
  ASSERT_EQ(chain.central().rows.size(), 3u);
  EXPECT_NEAR(chain.central().value(0, 2), bateman(0.7, 0.3, 10), 1e-4);
}

TEST(Chain, UnknownsOfOneEvidenceRowMoveTogether) {
  // The organ divides the gel's density by its own: the same draw in both stages leaves exactly 1.
  std::vector<ChainStage> both = stages({1, 2}, {take_of("density", "factor", 1)});
  both[1].scenario.draws = 50;
  const Chain chain(both, Context());
  ASSERT_EQ(chain.unknowns().size(), 1u);
  EXPECT_EQ(chain.unknowns()[0].key, "vesicle.density");
  EXPECT_EQ(chain.unknowns()[0].setting, "gel.density");
  const std::vector<double> values = chain.evaluate(chain.draw_positions(1, 0, 600), Context());
  for (std::size_t i = 0; i < 600; ++i) EXPECT_EQ(values[2 * i], chain.central().value(0, 0));
}

TEST(Chain, VariedSettingsStandAtTheirMedianAndCarryABand) {
  std::vector<ChainStage> both = stages({2}, {take_of("released")});
  Value vary = Value::table();
  vary.set("loss", Value::of("uniform(0.2, 0.6)"));
  vary.set("density", Value::of(1.2));
  both[1].scenario.vary = vary;
  both[1].scenario.draws = 4000;
  const Outcome out = predict_chain(Chain(both, Context()), Context());
  ASSERT_EQ(out.observations.size(), 1u);
  const Observation row = out.observations.row(0);
  EXPECT_EQ(row.source, "organ");
  EXPECT_NEAR(row.value, bateman(0.7, 0.4, 2), 1e-3);
  // Monotone in the loss: the 2.5 % and 97.5 % quantiles of the loss give those of the amount.
  EXPECT_NEAR(row.low, bateman(0.7, 0.59, 2), 0.003);
  EXPECT_NEAR(row.high, bateman(0.7, 0.21, 2), 0.003);
  ASSERT_EQ(out.artifacts.size(), 1u);
  EXPECT_NE(out.artifacts[0].bytes.find("gel.density\t1.15"), std::string::npos) << out.artifacts[0].bytes;
  EXPECT_NE(out.artifacts[0].bytes.find("organ.density\t1.2"), std::string::npos);
  Context two;
  two.threads = 2;
  EXPECT_EQ(predict_chain(Chain(both, two), two).observations.row(0).low, row.low);
}

TEST(Chain, WhatFailsUpstreamIsNoNumberDownstream) {
  std::vector<ChainStage> both = stages({2}, {take_of("released")});
  both[0].settings.get<Gel>().rate = 13;
  const Chain chain(both, Context());
  EXPECT_TRUE(std::isnan(chain.central().value(0, 0)));
  EXPECT_EQ(chain.central().status(0, 0), Status::kNotMeasurable);
}

std::string problem_of(std::vector<ChainStage> both) {
  try {
    const Chain chain(std::move(both), Context());
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    return error.what();
  }
}

TEST(Chain, WrongTakesAreNamed) {
  EXPECT_NE(problem_of(stages({2}, {take_of("brain")})).find("\"brain\""), std::string::npos);
  EXPECT_NE(problem_of(stages({2}, {take_of("")})).find("several targets"), std::string::npos);
  Take other = take_of("released");
  other.quantity = "vesicle.diameter.mean";
  EXPECT_NE(problem_of(stages({2}, {other})).find("does not predict"), std::string::npos);
  EXPECT_NE(problem_of(stages({2}, {take_of("released", "factor")})).find("takes one number"), std::string::npos);
}

TEST(Chain, WrongEntriesOfVaryAreNamed) {
  const auto problem = [](std::string_view name, Value entry) {
    std::vector<ChainStage> both = stages({2}, {});
    both[1].scenario.vary.set(name, std::move(entry));
    return problem_of(both);
  };
  EXPECT_NE(problem("los", Value::of("uniform(0, 1)")).find("los"), std::string::npos);
  EXPECT_NE(problem("loss", Value::of("unifrm(0, 1)")).find("unifrm"), std::string::npos);
  EXPECT_NE(problem("loss", Value::of(200)).find("outside the range"), std::string::npos);
  EXPECT_NE(problem("loss", Value::of(true)).find("must be"), std::string::npos);
  EXPECT_EQ(problem("loss", Value::of("normal(0.1, 0.5)")), "") << "cut to the bounds of the setting";
}

}  // namespace
}  // namespace vesica
