// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/events.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "vesica/kinetics/network_test_help.h"
#include "vesica/kinetics/simulate.h"

namespace vesica::kinetics {
namespace {

using test::Bench;

/// A network of parameters alone, whose events are looked at over time.
struct Room : Bench {
  Event& event(const std::string& id, Node trigger, std::vector<std::pair<std::uint32_t, Node>> assignments) {
    Event e;
    e.id = id;
    e.trigger = trigger;
    e.assignments = std::move(assignments);
    network.events.push_back(e);
    return network.events.back();
  }
  Node after(double t) { return g.binary(Op::kGreaterEqual, g.time(), n(t)); }
  Node plus(std::uint32_t symbol, double value) { return g.add((*this)(symbol), n(value)); }

  Trajectory run(std::vector<std::uint32_t> outputs, std::vector<double> times, std::uint64_t seed = 1,
                 std::uint64_t key = 0) {
    CompileOptions options;
    options.outputs = std::move(outputs);
    const Simulator simulator(network, options);
    Plan plan;
    plan.times = std::move(times);
    plan.seed = seed;
    Individual individual;
    individual.key = key;
    return simulator.run(individual, plan, Context());
  }
};

TEST(Events, GreaterAndGreaterEqualDiffer) {
  Room room;
  const auto a = room.parameter("a", 0), b = room.parameter("b", 0);
  room.event("E1", room.after(3), {{a, room.n(1)}});
  room.event("E2", room.g.binary(Op::kGreater, room.g.time(), room.n(3)), {{b, room.n(1)}});
  const auto t = room.run({a, b}, {2.9, 3, 3.1});
  ASSERT_TRUE(t.status.ok());
  EXPECT_EQ(t.values, (std::vector<double>{0, 0, 1, 0, 1, 1}));
  EXPECT_EQ(t.events, 2);
}

TEST(Events, TheStartTriggersOnlyWhatWasFalseBefore) {
  Room room;
  const auto a = room.parameter("a", 0), b = room.parameter("b", 0);
  room.event("E1", room.after(0), {{a, room.n(1)}}).initially_true = false;
  room.event("E2", room.after(0), {{b, room.n(1)}}).initially_true = true;
  EXPECT_EQ(room.run({a, b}, {0, 1}).values, (std::vector<double>{1, 0, 1, 0}));
}

TEST(Events, DelaysKeepOrForgetTheValuesOfTheTrigger) {
  Room room;
  const auto clock = room.parameter("clock", 0), kept = room.parameter("kept", 0), late = room.parameter("late", 0);
  room.rule(clock, RuleKind::kRate, room.n(1));
  Event& first = room.event("first", room.after(1), {{kept, room(clock)}});
  first.delay = room.n(2);
  first.values_from_trigger_time = true;
  Event& second = room.event("second", room.after(1), {{late, room(clock)}});
  second.delay = room.n(2);
  second.values_from_trigger_time = false;
  const auto t = room.run({kept, late}, {2.9, 3, 4});
  EXPECT_EQ(t.values[0], 0);
  EXPECT_NEAR(t.values[2], 1, 1e-12);
  EXPECT_NEAR(t.values[3], 3, 1e-12);
}

TEST(Events, WhatDoesNotPersistIsTakenBack) {
  Room room;
  const auto kept = room.parameter("kept", 0), lost = room.parameter("lost", 0);
  const Node window = room.g.binary(Op::kAnd, room.after(1), room.g.binary(Op::kLess, room.g.time(), room.n(2)));
  for (const bool persistent : {true, false}) {
    Event& event =
        room.event(persistent ? "kept_event" : "lost_event", window, {{persistent ? kept : lost, room.n(1)}});
    event.delay = room.n(1.5);
    event.persistent = persistent;
  }
  EXPECT_EQ(room.run({kept, lost}, {2, 3}).values, (std::vector<double>{0, 0, 1, 0}));
}

TEST(Events, PrioritiesAreLookedAtAgainAfterEachExecution) {
  Room room;
  const auto p = room.parameter("p", 0), order = room.parameter("order", 0);
  const auto append = [&](double digit) { return room.g.add(room.g.mul(room(order), room.n(10)), room.n(digit)); };
  // First 1 (priority 9), which lifts p from 0 to 5; then 3, whose priority is p, before 2, whose priority is 4.
  Event& one = room.event("one", room.after(1), {{order, append(1)}, {p, room.n(5)}});
  one.priority = room.n(9);
  Event& two = room.event("two", room.after(1), {{order, append(2)}});
  two.priority = room.n(4);
  two.values_from_trigger_time = false;
  Event& three = room.event("three", room.after(1), {{order, append(3)}});
  three.priority = room(p);
  three.values_from_trigger_time = false;
  EXPECT_EQ(room.run({order}, {1}).values, (std::vector<double>{132}));
}

TEST(Events, SimultaneousTriggersUseTheValuesBeforeAny) {
  Room room;
  const auto a = room.parameter("a", 1), b = room.parameter("b", 2);
  room.event("swap1", room.after(1), {{a, room(b)}});
  room.event("swap2", room.after(1), {{b, room(a)}});
  EXPECT_EQ(room.run({a, b}, {1}).values, (std::vector<double>{2, 1}));
}

TEST(Events, TiesOfEqualPriorityFollowTheSeedAndTheIndividual) {
  Room room;
  const auto last = room.parameter("last", 0);
  for (const double digit : {1, 2}) room.event("E", room.after(1), {{last, room.n(digit)}}).priority = room.n(7);
  std::set<double> by_seed, by_individual;
  int ones = 0;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const double value = room.run({last}, {1}, k).values[0];
    by_seed.insert(value);
    ones += value == 1 ? 1 : 0;
    EXPECT_EQ(room.run({last}, {1}, k).values[0], value);
    by_individual.insert(room.run({last}, {1}, 1, k).values[0]);
  }
  EXPECT_EQ(by_seed, (std::set<double>{1, 2}));
  EXPECT_EQ(by_individual, (std::set<double>{1, 2}));
  EXPECT_NEAR(ones, 50, 20) << "four standard deviations";
}

TEST(Events, CascadesRunToTheirEndAndEndlessOnesAreNamed) {
  Room room;
  const auto n = room.parameter("n", 0);
  room.event("start", room.after(1), {{n, room.n(1)}});
  // Each of the two triggers the other until n is 9.
  const auto flip = room.parameter("flip", 0);
  const Node busy = room.g.binary(Op::kAnd, room.g.binary(Op::kGreater, room(n), room.n(0)),
                                  room.g.binary(Op::kLess, room(n), room.n(9)));
  const Node up = room.g.binary(Op::kAnd, busy, room.g.binary(Op::kEqual, room(flip), room.n(0)));
  const Node down = room.g.binary(Op::kAnd, busy, room.g.binary(Op::kEqual, room(flip), room.n(1)));
  room.event("up", up, {{flip, room.n(1)}, {n, room.plus(n, 1)}});
  room.event("down", down, {{flip, room.n(0)}, {n, room.plus(n, 1)}});
  const auto t = room.run({n}, {1});
  EXPECT_EQ(t.values[0], 9);
  EXPECT_EQ(t.events, 9);

  Room endless;
  const auto x = endless.parameter("x", 0);
  endless.event("ping",
                endless.g.binary(Op::kAnd, endless.after(2), endless.g.binary(Op::kEqual, endless(x), endless.n(0))),
                {{x, endless.n(1)}});
  endless.event("pong", endless.g.binary(Op::kEqual, endless(x), endless.n(1)), {{x, endless.n(0)}});
  const auto stuck = endless.run({x}, {1, 3});
  EXPECT_EQ(stuck.status.state, RunState::kEventCascade);
  EXPECT_EQ(stuck.status.time, 2);
  EXPECT_TRUE(stuck.status.symbol == "ping" || stuck.status.symbol == "pong");
  EXPECT_EQ(stuck.values[0], 0);
  EXPECT_TRUE(std::isnan(stuck.values[1]));
}

TEST(Events, ImpossibleDelaysAreNamed) {
  for (const double delay : {-1.0, std::nan("")}) {
    Room room;
    const auto a = room.parameter("a", 0), d = room.parameter("d", delay);
    room.event("late", room.after(1), {{a, room.n(1)}}).delay = room(d);
    const auto t = room.run({a}, {0.5, 2});
    EXPECT_EQ(t.status.state, RunState::kEventDelay);
    EXPECT_EQ(t.status.symbol, "late");
    EXPECT_EQ(t.values[0], 0);
    EXPECT_TRUE(std::isnan(t.values[1]));
  }
}

TEST(Events, ABouncingBallComesDownWhenAlgebraSays) {
  // h'' = -g, v -> -v/2 when h < 0: bounces at sqrt(2 h0 / g) * (1 + 1 + 1/2 + 1/4 ...).
  Room room;
  const auto h = room.parameter("h", 4.905), v = room.parameter("v", 0), bounces = room.parameter("bounces", 0);
  room.rule(h, RuleKind::kRate, room(v));
  room.rule(v, RuleKind::kRate, room.n(-9.81));
  const Node down = room.g.binary(Op::kAnd, room.g.binary(Op::kLess, room(h), room.n(0)),
                                  room.g.binary(Op::kLess, room(v), room.n(0)));
  room.event("bounce", down, {{v, room.g.mul(room(v), room.n(-0.5))}, {bounces, room.plus(bounces, 1)}});
  const auto t = room.run({bounces, h}, {0.999, 1.001, 1.5, 1.999, 2.001, 2.499, 2.501});
  EXPECT_EQ(t.values[0], 0);
  EXPECT_EQ(t.values[2], 1);
  EXPECT_NEAR(t.values[5], 9.81 / 8, 1e-6);
  EXPECT_EQ(t.values[6], 1);
  EXPECT_EQ(t.values[8], 2);
  EXPECT_EQ(t.values[10], 2);
  EXPECT_EQ(t.values[12], 3);
}

}  // namespace
}  // namespace vesica::kinetics
