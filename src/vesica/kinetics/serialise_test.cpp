// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
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

CompiledModel some_model() {
  Bench b;
  const auto v = b.compartment("V", 2), k = b.parameter("k", 0.5);
  b.network.symbols[v].constant = false;
  const auto a = b.species("A", v, 3), c = b.species("C", v, 1);
  b.reaction("r", {a}, {c}, b.g.mul(b(k), b.g.unary(Op::kExp, b(a))));
  Event event;
  event.id = "e";
  event.trigger = b.g.binary(Op::kGreater, b(c), b.n(2));
  event.delay = b.n(1);
  event.assignments = {{v, b.n(4)}, {a, b(c)}};
  b.network.events.push_back(event);
  return compile(b.network, {.outputs = {a, c, v}, .given = {k}, .infused = {a}});
}

TEST(Serialise, ComesBackWithTheSameBytesAndNumbers) {
  const CompiledModel model = some_model();
  const std::string bytes = serialise(model);
  const CompiledModel again = deserialise(bytes);
  EXPECT_EQ(serialise(again), bytes);
  Evaluator one(model, 1), two(again, 1);
  std::vector<double> x(2), y(2), f(2), g(2);
  one.initialise(0, 0, x);
  two.initialise(0, 0, y);
  EXPECT_EQ(x, y);
  one.lane_rhs(0, 0, x, f);
  two.lane_rhs(0, 0, y, g);
  EXPECT_EQ(f, g);
}

TEST(Serialise, HostileBytesAreRefusedOrHarmless) {
  const std::string bytes = serialise(some_model());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_THROW(deserialise(bytes.substr(0, size)), Error);
  std::uint64_t state = 1;
  const auto next = [&](std::uint64_t below) {  // Knuth's MMIX generator
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  };
  int accepted = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string hostile = bytes;
    for (std::uint64_t n = 1 + next(3); n > 0; --n) hostile[next(hostile.size())] = static_cast<char>(next(256));
    try {
      const CompiledModel model = deserialise(hostile);
      Evaluator evaluator(model, 1);
      std::vector<double> y(model.states.size()), f(y.size()), truth(model.conditions.outputs);
      evaluator.initialise(0, 0, y);
      evaluator.lane_rhs(0, 0, y, f);
      evaluator.conditions(0, 0, y, truth);
      ++accepted;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(accepted, 0);  // a changed number is still a number
}

TEST(Serialise, AnotherVersionIsNamed) {
  std::string bytes = serialise(some_model());
  bytes[4] = 9;
  try {
    deserialise(bytes);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("version 9"), std::string::npos);
  }
}

}  // namespace
}  // namespace vesica::kinetics
