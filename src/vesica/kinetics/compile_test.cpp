// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/network_test_help.h"

namespace vesica::kinetics {
namespace {

using test::Bench;

struct Started {
  explicit Started(const Network& network, const CompileOptions& options = {})
      : model(compile(network, options)), evaluator(model, 1), y(model.states.size()), f(y.size()) {
    start();
  }
  void start(double t = 0) { evaluator.initialise(0, t, y); }
  const std::vector<double>& rhs(double t = 0) {
    evaluator.lane_rhs(0, t, y, f);
    return f;
  }
  std::vector<double> outputs(double t = 0) {
    std::vector<double> values(model.outputs.outputs);
    evaluator.outputs(0, t, y, values);
    return values;
  }
  std::vector<double> conditions(double t = 0) {
    std::vector<double> values(model.conditions.outputs);
    evaluator.conditions(0, t, y, values);
    return values;
  }
  CompiledModel model;
  Evaluator evaluator;
  std::vector<double> y, f;
};

TEST(Compile, ASpeciesIsAnAmountInTheStateAndAConcentrationInFormulas) {
  Bench b;
  const auto v = b.compartment("V", 2);
  const auto a = b.species("A", v, 3);  // concentration 3, amount 6
  const auto k = b.parameter("k", 0.5);
  b.reaction("r", {a}, {}, b.g.mul(b.g.mul(b(k), b(a)), b(v)));  // k [A] V = 3 amounts a unit of time
  Started s(b.network, {.outputs = {a, a}, .output_kinds = {SpeciesMeasure::kAmount, SpeciesMeasure::kConcentration}});
  EXPECT_EQ(s.model.states, std::vector<std::uint32_t>{a});
  EXPECT_EQ(s.y, std::vector<double>{6});
  EXPECT_EQ(s.rhs(), std::vector<double>{-3});
  EXPECT_EQ(s.outputs(), (std::vector<double>{6, 3}));
  EXPECT_EQ(s.model.located[k].residence, Residence::kConstant);
  double jacobian = 0;
  const double t = 0;
  s.evaluator.jacobian(&t, s.y.data(), &jacobian);
  EXPECT_DOUBLE_EQ(jacobian, -0.5);
}

TEST(Compile, GivenStartsReplaceDeclarationsAndInitialAssignments) {
  Bench b;
  const auto v = b.compartment("V", 2);
  const auto a = b.species("A", v, 3);
  const auto k = b.parameter("k", 1);
  const auto k2 = b.parameter("k2", 0);
  b.network.symbols[k].initial = b.n(7);                  // void: k is given
  b.network.symbols[k2].initial = b.g.mul(b.n(2), b(k));  // follows the given k
  b.reaction("r", {a}, {}, b.g.mul(b(k2), b(a)));
  Started s(b.network, {.outputs = {k, k2, a}, .given = {k, a, v}});
  EXPECT_EQ(s.outputs(), (std::vector<double>{1, 2, 3}));
  s.evaluator.set_slot(0, s.model.given_slots[0], 5);
  s.evaluator.set_slot(0, s.model.given_slots[1], 4);
  s.evaluator.set_slot(0, s.model.given_slots[2], 10);
  s.start();
  EXPECT_EQ(s.outputs(), (std::vector<double>{5, 10, 4}));
  EXPECT_EQ(s.y, std::vector<double>{40});  // 4 per volume in 10 volumes
  EXPECT_EQ(s.rhs(), std::vector<double>{-40});
}

TEST(Compile, ConversionFactorsTurnExtentsIntoSubstance) {
  Bench b;
  const auto v = b.compartment("V", 1);
  const auto a = b.species("A", v, 1), c = b.species("C", v, 1), d = b.species("D", v, 1);
  const auto global = b.parameter("x", 3), own = b.parameter("y", 0.25);
  b.network.conversion_factor = global;
  b.network.symbols[c].conversion_factor = own;
  b.reaction("r", {a}, {c, d}, b.n(2));
  b.network.reactions[0].products[1].stoichiometry = 5;
  Started s(b.network);
  EXPECT_EQ(s.rhs(), (std::vector<double>{-6, 0.5, 30}));
}

TEST(Compile, RateOfIsTheRightHandSide) {
  Bench b;
  const auto v = b.compartment("V", 2);
  b.network.symbols[v].constant = false;
  b.rule(v, RuleKind::kRate, b.n(0.5));
  const auto a = b.species("A", v, 3);  // amount 6
  const auto k = b.parameter("k", 4);
  b.reaction("r", {a}, {}, b(k));
  const auto ra = b.parameter("ra", 0), rk = b.parameter("rk", 0), rv = b.parameter("rv", 0);
  b.rule(ra, RuleKind::kAssignment, b.g.rate_of(a));
  b.rule(rk, RuleKind::kAssignment, b.g.rate_of(k));
  b.rule(rv, RuleKind::kRate, b.g.rate_of(v));
  Started s(b.network, {.outputs = {ra, rk}});
  // d(n/V)/dt = (dn/dt - c dV/dt) / V = (-4 - 3 * 0.5) / 2
  EXPECT_EQ(s.outputs(), (std::vector<double>{-2.75, 0}));
  EXPECT_EQ(s.rhs(), (std::vector<double>{0.5, -4, 0.5}));
}

TEST(Compile, CyclesNameTheirSymbols) {
  Bench b;
  const auto x = b.parameter("x", 1), y = b.parameter("y", 1), z = b.parameter("z", 1), w = b.parameter("w", 1);
  b.rule(x, RuleKind::kAssignment, b(y));
  b.rule(y, RuleKind::kAssignment, b.g.add(b(z), b.n(1)));
  b.rule(z, RuleKind::kAssignment, b(x));
  b.rule(w, RuleKind::kAssignment, b(x));
  try {
    compile(b.network, {.outputs = {w}});
    FAIL() << "a cycle was accepted";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("x, y, z"), std::string::npos) << error.message();
    EXPECT_EQ(error.message().find("w"), std::string::npos) << error.message();
  }
}

TEST(Compile, ACycleOfRatesIsFound) {
  Bench b;
  const auto x = b.parameter("x", 1), y = b.parameter("y", 1);
  b.rule(x, RuleKind::kRate, b.g.rate_of(y));
  b.rule(y, RuleKind::kRate, b.g.rate_of(x));
  EXPECT_THROW(compile(b.network, {}), Error);
}

TEST(Compile, ALongChainOfRulesNeedsNoDeepStack) {
  Bench b;
  std::vector<std::uint32_t> chain;
  for (int i = 0; i < 100'000; ++i) chain.push_back(b.parameter("x", i));
  const auto state = b.parameter("s", 1);
  b.rule(state, RuleKind::kRate, b(chain.front()));
  for (std::size_t i = 0; i + 1 < chain.size(); ++i)
    b.rule(chain[i], RuleKind::kAssignment, b.g.add(b(chain[i + 1]), b(state)));
  Started s(b.network);
  EXPECT_EQ(s.rhs(), std::vector<double>{99'999 + 99'999});
}

TEST(Compile, WhatDependsOnSlotsAloneIsHoisted) {
  Bench b;
  const auto k = b.parameter("k", 2), m = b.parameter("m", 3), x = b.parameter("x", 1);
  const Node both = b.g.add(b.g.pow(b(k), b(m)), b.g.unary(Op::kExp, b(k)));
  b.rule(x, RuleKind::kRate, b.g.mul(b.g.neg(both), b(x)));
  Started s(b.network, {.given = {k, m}});
  EXPECT_EQ(s.model.hoisted.outputs, 1u);  // -(k^m + exp k), wanted by both programs
  EXPECT_EQ(s.model.rhs.code.size(), 1u);
  EXPECT_EQ(s.model.jacobian.code.size(), 1u);
  EXPECT_DOUBLE_EQ(s.rhs()[0], -(8 + std::exp(2)));
  s.evaluator.set_slot(0, s.model.given_slots[1], 4);
  EXPECT_DOUBLE_EQ(s.rhs()[0], -(16 + std::exp(2)));
}

TEST(Compile, FactorsOfSlotsAreGatheredAndHoisted) {
  Bench b;
  const auto v = b.compartment("V", 2), k = b.parameter("k", 3), p = b.parameter("p", 5);
  const auto a = b.species("A", v, 7);
  b.reaction("r", {a}, {}, b.g.div(b.g.mul(b(k), b(a)), b(p)));  // k (A / V) / p
  Started s(b.network, {.given = {v, k, p}});
  ASSERT_EQ(s.model.rhs.code.size(), 1u);  // hoisted * A
  EXPECT_EQ(s.model.rhs.code[0].code, Code::kMul);
  ASSERT_EQ(s.model.jacobian.code.size(), 1u);  // the hoisted value itself
  EXPECT_EQ(s.model.jacobian.code[0].code, Code::kCopy);
  EXPECT_NEAR(s.rhs()[0], -3 * 7 / 5.0, 1e-15 * 4.2);
}

TEST(Compile, ThresholdsAreNotGathered) {
  Bench b;
  const auto x = b.parameter("x", 0.3), k = b.parameter("k", 0.1);
  // 0.3 / 0.1 is 2.9999999999999996, 0.3 * (1 / 0.1) is 3: the comparison must see what the formula says.
  const Node below = b.g.binary(Op::kLess, b.g.div(b(x), b(k)), b.n(3));
  b.rule(x, RuleKind::kRate, b.g.select(below, b.n(1), b.n(2)));
  Started s(b.network, {.given = {k}});
  EXPECT_EQ(s.rhs(), std::vector<double>{1});
}

TEST(Compile, RefusesByName) {
  const auto refusal = [](const Network& network, const CompileOptions& options) -> std::string {
    try {
      compile(network, options);
    } catch (const Error& error) {
      return error.message();
    }
    return "accepted";
  };
  Bench b;
  const auto v = b.compartment("V", 1), k = b.parameter("k", 3), rule = b.parameter("rule", 5);
  const auto a = b.species("A", v, 7);
  b.rule(rule, RuleKind::kAssignment, b(k));
  EXPECT_EQ(refusal(b.network, {.given = {rule}}), "rule cannot be given a start: a rule or curve computes it.");
  EXPECT_EQ(refusal(b.network, {.dosed = {rule}}), "A dose changes rule, which a rule or curve computes.");
  EXPECT_EQ(refusal(b.network, {.infused = {k}}), "k cannot be infused: it is no species.");
  EXPECT_EQ(refusal(b.network, {.given = {k}, .infused = {a}, .followed = {rule}}), "accepted");
  b.network.symbols[k].initial = b.g.rate_of(rule);
  EXPECT_EQ(refusal(b.network, {}), "rateOf(rule) asks for the rate of a symbol that a rule or reaction computes.");
  b.network.symbols[k].initial = kNoNode;
  b.reaction("r", {a}, {}, kNoNode);
  EXPECT_EQ(refusal(b.network, {}), "Reaction r has no rate, so A cannot be simulated.");
}

TEST(Compile, EventsMeasureConcentrationsInTheCompartmentTheyFind) {
  Bench b;
  const auto v = b.compartment("V", 2);
  b.network.symbols[v].constant = false;
  const auto a = b.species("A", v, 3), c = b.species("C", v, 1), d = b.species("D", v, 5);
  b.reaction("r", {a}, {c}, b.n(0));
  b.rule(d, RuleKind::kRate, b.n(0));
  Event event;
  event.id = "e";
  event.trigger = b.g.binary(Op::kGreater, b.g.time(), b.n(1));
  event.assignments = {{v, b.n(4)}, {a, b.g.add(b(a), b.n(1))}};
  b.network.events.push_back(event);
  Started s(b.network, {.outputs = {a, c, d, v}});
  EXPECT_EQ(s.conditions(1), std::vector<double>{0});
  EXPECT_EQ(s.conditions(1.5), std::vector<double>{1});
  std::vector<double> values(2);
  s.evaluator.event_values(0, 0, 1.5, s.y, values);
  EXPECT_EQ(values, (std::vector<double>{4, 4}));
  s.evaluator.event_apply(0, 0, 1.5, values, s.y);
  // A is set to concentration 4 in the old size 2, which is amount 8 (SBML Test Suite, case 01779: all assignments are
  // made from the state before any of them); the amounts of C (2) and D (10) stay.
  EXPECT_EQ(s.outputs(), (std::vector<double>{2, 0.5, 2.5, 4}));
}

TEST(Compile, SwitchesOfTheRightHandSideAreConditions) {
  Bench b;
  const auto x = b.parameter("x", 1), y = b.parameter("y", 1);
  const Node late = b.g.binary(Op::kGreaterEqual, b.g.time(), b.n(5));
  b.rule(x, RuleKind::kRate, b.g.select(late, b.g.unary(Op::kAbs, b(x)), b.g.unary(Op::kFloor, b.g.time())));
  b.rule(y, RuleKind::kAssignment, b.g.select(b.g.binary(Op::kLess, b(x), b.n(7)), b.n(0), b.n(1)));
  Started s(b.network, {.outputs = {y}});
  EXPECT_EQ(s.model.switches, 3u);  // time >= 5, x < 0, floor(time); y is only watched
  double sum = 0;
  for (double value : s.conditions(6)) sum += value;
  EXPECT_EQ(sum, 1 + 0 + 6);
}

TEST(Compile, InfusionsFeedsAndCurves) {
  Bench b;
  const auto v = b.compartment("V", 2);
  const auto a = b.species("A", v, 0), c = b.species("C", v, 0), w = b.parameter("w", 0);
  b.reaction("r", {a}, {}, b.g.mul(b(w), b(a)));
  struct Curve : InputCurves {
    void evaluate(double t, double* values, double* slopes) const override {
      values[0] = 1 + t;  // w
      slopes[0] = 1;
      values[1] = t * t;  // amount of C a unit of time
      slopes[1] = 2 * t;
    }
  } curve;
  Started s(b.network, {.infused = {a}, .followed = {w}, .fed = {c}});
  s.evaluator.set_curves(0, &curve);
  s.evaluator.set_slot(0, s.model.infusion_slots[0], 10);
  s.y = {6, 0};
  EXPECT_EQ(s.rhs(2), (std::vector<double>{10 - 3 * 3, 4}));
  const double t = 2;
  std::vector<double> slope(2);
  s.evaluator.time_derivative(&t, s.y.data(), slope.data());
  EXPECT_EQ(slope, (std::vector<double>{-3, 4}));
  EXPECT_FALSE(s.model.autonomous);
}

}  // namespace
}  // namespace vesica::kinetics
