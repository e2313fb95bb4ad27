// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/simulate.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/network_test_help.h"

namespace vesica::kinetics {
namespace {

using solve::Method;
using test::Bench;

const std::vector<Method> kMethods{Method::kAuto, Method::kExplicit, Method::kRosenbrock, Method::kCvodes};

Plan plan_of(std::vector<double> times, Method method = Method::kAuto, double relative = 1e-10) {
  Plan plan;
  plan.times = std::move(times);
  plan.method = method;
  plan.tolerances.relative = relative;
  plan.tolerances.absolute = 1e-14;
  return plan;
}

/// A -> B -> C in one compartment of size 2, rates k1 A and k2 B (amounts).
struct Chain : Bench {
  std::uint32_t v = compartment("V", 2), a = species("A", v, 5), b = species("B", v, 0), c = species("C", v, 0);
  Chain() {
    reaction("r1", {a}, {b}, g.mul(g.mul(n(0.7), (*this)(a)), (*this)(v)));
    reaction("r2", {b}, {c}, g.mul(g.mul(n(0.3), (*this)(b)), (*this)(v)));
  }
};

TEST(Simulate, LinearChainIsBatemans) {
  Chain chain;
  CompileOptions options;
  options.outputs = {chain.a, chain.b, chain.c};
  const Simulator simulator(chain.network, options);
  for (const Method method : kMethods) {
    const auto t = simulator.run(Individual(), plan_of({0, 0.5, 1, 4, 20}, method), Context());
    ASSERT_TRUE(t.status.ok()) << sentence(t.status);
    std::size_t row = 0;
    for (const double x : {0.0, 0.5, 1.0, 4.0, 20.0}) {
      const double a = 5 * std::exp(-0.7 * x), b = 5 * 0.7 / (0.7 - 0.3) * (std::exp(-0.3 * x) - std::exp(-0.7 * x));
      EXPECT_NEAR(t.values[row], a, 2e-7) << solve::to_text(method);
      EXPECT_NEAR(t.values[row + 1], b, 2e-7);
      EXPECT_NEAR(t.values[row + 2], 5 - a - b, 2e-7);
      EXPECT_NEAR(t.values[row] + t.values[row + 1] + t.values[row + 2], 5, 1e-10) << "nothing is lost";
      row += 3;
    }
  }
}

TEST(Simulate, ConservedMoietiesStay) {
  Bench m;
  const auto v = m.compartment("V", 1), e = m.species("E", v, 0.3), s = m.species("S", v, 10),
             es = m.species("ES", v, 0), p = m.species("P", v, 0);
  m.reaction("bind", {e, s}, {es}, m.g.mul(m.n(50), m.g.mul(m(e), m(s))));
  m.reaction("unbind", {es}, {e, s}, m.g.mul(m.n(3), m(es)));
  m.reaction("turn", {es}, {e, p}, m.g.mul(m.n(8), m(es)));
  CompileOptions options;
  options.outputs = {e, s, es, p};
  const Simulator simulator(m.network, options);
  for (const Method method : kMethods) {
    const auto t = simulator.run(Individual(), plan_of({0.01, 0.1, 1, 5, 30}, method, 1e-7), Context());
    ASSERT_TRUE(t.status.ok());
    for (std::size_t r = 0; r < 5; ++r) {
      const double* row = &t.values[r * 4];
      EXPECT_NEAR(row[0] + row[2], 0.3, 1e-10) << solve::to_text(method);
      EXPECT_NEAR(row[1] + row[2] + row[3], 10, 1e-10);
    }
  }
}

TEST(Simulate, MichaelisMentenHasItsLimits) {
  // dS/dt = -Vm S / (K + S): Km ln(S0/S) + S0 - S = Vm t exactly; exponential far below K, linear far above.
  for (const double s0 : {1e-4, 1.0, 1e4}) {
    Bench m;
    const auto v = m.compartment("V", 1), s = m.species("S", v, s0);
    m.reaction("r", {s}, {}, m.g.div(m.g.mul(m.n(2), m(s)), m.g.add(m.n(1), m(s))));
    CompileOptions options;
    options.outputs = {s};
    const auto t = Simulator(m.network, options).run(Individual(), plan_of({0.25, 0.5, 1}), Context());
    ASSERT_TRUE(t.status.ok());
    std::size_t row = 0;
    for (const double x : {0.25, 0.5, 1.0}) {
      const double now = t.values[row++];
      EXPECT_NEAR((std::log(s0 / now) + s0 - now) / (2 * x), 1, 1e-7);
      if (s0 < 1e-3) {
        EXPECT_NEAR(now / (s0 * std::exp(-2 * x)), 1, 3e-4);
      }
      if (s0 > 1e3) {
        EXPECT_NEAR(now, s0 - 2 * x, 1e-3);
      }
    }
  }
}

/// One compartment of size 5, elimination k = 0.2 of the amount; doses into X.
struct OneCompartment : Bench {
  std::uint32_t v = compartment("V", 5), x = species("X", v, 0);
  OneCompartment() { reaction("out", {x}, {}, g.mul(g.mul(n(0.2), (*this)(x)), (*this)(v))); }
  Simulator simulator(SpeciesMeasure measure = SpeciesMeasure::kAmount) {
    CompileOptions options;
    options.outputs = {x};
    options.output_kinds = {measure};
    options.dosed = {x};
    options.infused = {x};
    return Simulator(network, options);
  }
};

TEST(Simulate, RepeatedDosesReachTheirSteadyState) {
  OneCompartment body;
  const Simulator simulator = body.simulator();
  for (const Method method : kMethods) {
    Individual individual;
    individual.doses = {{body.x, {100, 0, 0, 8, 60}}};
    // Just after dose n: D (1 - e^(-n k tau)) / (1 - e^(-k tau)); the row at a dose's time is the one after it.
    const auto t = simulator.run(individual, plan_of({0, 8, 8 * 9.0, 8 * 59.0, 8 * 60.0}, method), Context());
    ASSERT_TRUE(t.status.ok());
    const double r = std::exp(-0.2 * 8);
    EXPECT_EQ(t.values[0], 100);
    EXPECT_NEAR(t.values[1], 100 * (1 + r), 2e-6) << solve::to_text(method);
    EXPECT_NEAR(t.values[2], 100 * (1 - std::pow(r, 10)) / (1 - r), 2e-6);
    EXPECT_NEAR(t.values[3], 100 / (1 - r), 2e-6);
    EXPECT_NEAR(t.values[4], 100 / (1 - r) * r, 2e-6);
  }
}

TEST(Simulate, InfusionsFillAndEmptyAsAlgebraSays) {
  OneCompartment body;
  const Simulator simulator = body.simulator(SpeciesMeasure::kConcentration);
  for (const Method method : kMethods) {
    Individual individual;
    individual.doses = {{body.x, {30, 1, 3, 0, 1}}, {body.x, {30, 2, 0, 0, 1}}};
    const auto t = simulator.run(individual, plan_of({1, 1.5, 2, 4, 10}, method), Context());
    ASSERT_TRUE(t.status.ok());
    const auto exact = [](double at) {
      const double ends = std::min(at, 4.0);
      double amount = at <= 1 ? 0 : 10 / 0.2 * (1 - std::exp(-0.2 * (ends - 1))) * std::exp(-0.2 * (at - ends));
      if (at >= 2) amount += 30 * std::exp(-0.2 * (at - 2));
      return amount / 5;
    };
    std::size_t row = 0;
    for (const double at : {1.0, 1.5, 2.0, 4.0, 10.0})
      EXPECT_NEAR(t.values[row++], exact(at), 5e-8) << solve::to_text(method);
  }
}

TEST(Simulate, ABolusIntoAConcentrationIsDividedByTheSize) {
  Bench m;
  const auto v = m.compartment("V", 4), x = m.species("X", v, 1);
  m.rule(x, RuleKind::kRate, m.g.mul(m.n(-0.5), m(x)));
  CompileOptions options;
  options.outputs = {x};
  options.dosed = {x};
  Individual individual;
  individual.doses = {{x, {8, 1, 0, 0, 1}}};
  const auto t = Simulator(m.network, options).run(individual, plan_of({1, 2}), Context());
  EXPECT_NEAR(t.values[0], std::exp(-0.5) + 2, 1e-8);
  EXPECT_NEAR(t.values[1], (std::exp(-0.5) + 2) * std::exp(-0.5), 1e-8);
}

TEST(Simulate, CurvesAreFollowedAndTheirAmountsAreExact) {
  Bench m;
  const auto v = m.compartment("V", 1), u = m.parameter("u", 0), x = m.parameter("x", 0),
             pool = m.species("pool", v, 0);
  m.rule(x, RuleKind::kRate, m(u));
  m.network.symbols[pool].boundary = false;
  m.reaction("none", {pool}, {pool}, m.n(1));
  CompileOptions options;
  options.outputs = {u, x, pool};
  options.followed = {u};
  options.fed = {pool};
  const std::vector<double> at{0, 1, 1.2, 5, 9}, level{0, 2, 0.5, 0.5, 3}, released{0, 10, 40, 90, 100};
  Individual individual;
  individual.curves = {Curve(at, level, "u"), Curve(at, released, "pool")};
  const Simulator simulator(m.network, options);
  for (const Method method : kMethods) {
    const auto t = simulator.run(individual, plan_of({0.5, 1.1, 3, 9, 12}, method), Context());
    ASSERT_TRUE(t.status.ok()) << sentence(t.status);
    std::size_t row = 0;
    for (const double time : {0.5, 1.1, 3.0, 9.0, 12.0}) {
      EXPECT_DOUBLE_EQ(t.values[row], individual.curves[0].value(time));
      EXPECT_NEAR(t.values[row + 1], individual.curves[0].integral(0, time), 1e-7) << solve::to_text(method);
      EXPECT_NEAR(t.values[row + 2], individual.curves[1].value(time), 1e-6) << solve::to_text(method);
      row += 3;
    }
  }
}

TEST(Simulate, SwitchesOfTheRightHandSideAreFound) {
  Bench m;
  const auto x = m.parameter("x", 0);
  m.rule(x, RuleKind::kRate, m.g.select(m.g.binary(Op::kLess, m.g.time(), m.n(M_PI)), m.n(1), m.n(-2)));
  CompileOptions options;
  options.outputs = {x};
  for (const Method method : kMethods) {
    const auto t = Simulator(m.network, options).run(Individual(), plan_of({3, 5}, method), Context());
    EXPECT_NEAR(t.values[0], 3, 1e-9);
    EXPECT_NEAR(t.values[1], M_PI - 2 * (5 - M_PI), 1e-7) << solve::to_text(method);
  }
}

TEST(Simulate, NoPulseIsTooShort) {
  // 1 a unit of time from `begin` for a millionth of the run, in three ways of writing it, and a trigger as short.
  Bench m;
  const auto begin = m.parameter("begin", 412.7), length = m.parameter("length", 1e-3), seen = m.parameter("seen", 0);
  const auto x = m.parameter("x", 0), y = m.parameter("y", 0), z = m.parameter("z", 0);
  const auto pulse = [&](Node from, Node to) { return m.g.select(m.g.binary(Op::kAnd, from, to), m.n(1e3), m.n(0)); };
  const Node t = m.g.time(), end = m.g.add(m(begin), m(length));
  m.rule(x, RuleKind::kRate, pulse(m.g.binary(Op::kGreaterEqual, t, m(begin)), m.g.binary(Op::kLess, t, end)));
  m.rule(y, RuleKind::kRate,
         pulse(m.g.binary(Op::kGreater, m.g.sub(t, m(begin)), m.n(0)), m.g.binary(Op::kGreaterEqual, end, t)));
  m.rule(z, RuleKind::kRate,
         pulse(m.g.binary(Op::kLess, m.g.div(m(begin), m.n(2)), m.g.mul(m.n(0.5), t)),
               m.g.binary(Op::kLess, m.g.neg(end), m.g.neg(t))));
  Event event;
  event.id = "blink";
  event.trigger = m.g.binary(Op::kAnd, m.g.binary(Op::kGreaterEqual, t, m(begin)), m.g.binary(Op::kLess, t, end));
  event.assignments = {{seen, m.n(1)}};
  m.network.events.push_back(event);
  CompileOptions options;
  options.outputs = {x, y, z, seen};
  options.given = {begin};
  const Simulator simulator(m.network, options);
  EXPECT_EQ(simulator.model().breakpoints.outputs, 3u) << "begin, begin / 2 / 0.5, end";
  for (const Method method : kMethods) {
    Individual individual;
    individual.given = {777.7};
    const auto run = simulator.run(individual, plan_of({777, 1000}, method), Context());
    ASSERT_TRUE(run.status.ok()) << sentence(run.status);
    EXPECT_EQ(run.values[0], 0);
    EXPECT_NEAR(run.values[4], 1, 1e-7) << solve::to_text(method);
    EXPECT_NEAR(run.values[5], 1, 1e-7);
    EXPECT_NEAR(run.values[6], 1, 1e-7);
    EXPECT_EQ(run.values[7], 1);
  }
}

TEST(Simulate, BreaksThatNoToleranceAllowsAreCrossed) {
  // y' jumps from 0 to 1e6 when x (which is time, shifted) passes 700: at y = 0 every step across is an error.
  Bench m;
  const auto x = m.parameter("x", 0), y = m.parameter("y", 0);
  m.rule(x, RuleKind::kRate, m.n(1));
  m.rule(y, RuleKind::kRate, m.g.select(m.g.binary(Op::kGreater, m(x), m.n(700)), m.n(1e6), m.n(0)));
  CompileOptions options;
  options.outputs = {y};
  for (const Method method : kMethods) {
    Plan plan = plan_of({699, 701}, method);
    plan.tolerances.absolute = 1e-20;
    const auto run = Simulator(m.network, options).run(Individual(), plan, Context());
    ASSERT_TRUE(run.status.ok()) << solve::to_text(method) << ": " << sentence(run.status);
    EXPECT_EQ(run.values[0], 0);
    EXPECT_NEAR(run.values[1] / 1e6, 1, 1e-9) << solve::to_text(method);
  }
}

TEST(Simulate, AFailedRunHasAStatusAndNoNumbers) {
  Bench m;  // x' = x^2 from 1: runs away at t = 1
  const auto x = m.parameter("x", 1);
  m.rule(x, RuleKind::kRate, m.g.mul(m(x), m(x)));
  CompileOptions options;
  options.outputs = {x};
  for (const Method method : kMethods) {
    const auto t = Simulator(m.network, options).run(Individual(), plan_of({0.5, 2}, method), Context());
    EXPECT_FALSE(t.status.ok());
    EXPECT_EQ(t.status.symbol, "x");
    EXPECT_NEAR(t.status.time, 1, 1e-3) << solve::to_text(method);
    EXPECT_NEAR(t.values[0], 2, 1e-6);
    EXPECT_TRUE(std::isnan(t.values[1]));
    EXPECT_FALSE(sentence(t.status).empty());
  }
  Bench root;  // y' = -sqrt(1 - t): no number after 1
  const auto y = root.parameter("y", 1);
  root.rule(y, RuleKind::kRate, root.g.unary(Op::kSqrt, root.g.sub(root.n(1), root.g.time())));
  options.outputs = {y};
  const auto t = Simulator(root.network, options).run(Individual(), plan_of({0.5, 2}), Context());
  EXPECT_EQ(t.status.symbol, "y");
  EXPECT_NEAR(t.status.time, 1, 1e-3);
  EXPECT_TRUE(std::isnan(t.values[1]));
}

TEST(Simulate, AutoLeavesTheExplicitMethodWhenStiff) {
  Bench m;
  const auto x = m.parameter("x", 0);
  m.rule(x, RuleKind::kRate, m.g.mul(m.n(-1e5), m.g.sub(m(x), m.g.unary(Op::kCos, m.g.time()))));
  CompileOptions options;
  options.outputs = {x};
  const Simulator simulator(m.network, options);
  const auto t = simulator.run(Individual(), plan_of({10}, Method::kAuto, 1e-6), Context());
  ASSERT_TRUE(t.status.ok());
  EXPECT_EQ(t.method, Method::kRosenbrock);
  EXPECT_LT(t.changed_at, 1);
  EXPECT_NEAR(t.values[0], std::cos(10) + 1e-5 * std::sin(10), 1e-5);
  EXPECT_LT(t.work.steps, 2000);
  EXPECT_NE(simulator.method_reason(t, Method::kAuto).find("stability"), std::string::npos);
}

TEST(Simulate, RefusesPlansThatCannotBe) {
  OneCompartment body;
  const Simulator simulator = body.simulator();
  const auto run = [&](std::vector<double> times, std::vector<Given> doses) {
    Individual individual;
    individual.doses = std::move(doses);
    simulator.run(individual, plan_of(std::move(times)), Context());
  };
  EXPECT_THROW(run({1, 0.5}, {}), Error);
  EXPECT_THROW(run({-1}, {}), Error);
  EXPECT_THROW(run({std::nan("")}, {}), Error);
  EXPECT_THROW(run({1}, {{body.x, {1, -1, 0, 0, 1}}}), Error);
  EXPECT_THROW(run({1}, {{body.v, {1, 0, 0, 0, 1}}}), Error);
  Individual too_many;
  too_many.given = {1, 2};
  EXPECT_THROW(simulator.run(too_many, plan_of({1}), Context()), Error);
  EXPECT_TRUE(simulator.run(Individual(), plan_of({}), Context()).values.empty());
}

}  // namespace
}  // namespace vesica::kinetics
