// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/evaluator.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/os/cpu.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/formula_test_help.h"
#include "vesica/kinetics/kernel.h"

namespace vesica::kinetics {
namespace {

using test::Dice;
using test::RandomModel;

bool same_number(double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }
bool same_bits(double x, double y) {
  return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (std::isnan(x) && std::isnan(y));
}

/// Whether the formula holds a whole power, which programs compute by multiplications and rounds otherwise.
bool has_power(const Graph& graph, Node node) {
  const Term& term = graph[node];
  if (term.op == Op::kPow && graph.is_number(term.b)) return true;
  const Node arguments[3] = {term.a, term.b, term.c};
  for (int i = 0; i < argument_count(term.op); ++i) {
    if (has_power(graph, arguments[i])) return true;
  }
  return false;
}

TEST(Evaluator, ProgramsAgreeWithASlowTwin) {
  int finite = 0, exact = 0, close = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    RandomModel random(seed, 4, 5);
    std::vector<std::uint32_t> wanted;
    for (Node formula : random.formulas) {
      wanted.push_back(random.bench.parameter("o", 0));
      random.bench.rule(wanted.back(), RuleKind::kAssignment, formula);
    }
    const CompiledModel model = compile(random.bench.network, {.outputs = wanted, .given = random.given});
    Evaluator evaluator(model, 1);
    std::vector<double> y(4), f(4), outputs(4);
    evaluator.initialise(0, 0, y);
    Dice dice{seed};
    std::vector<double> symbols{1, 1, 1, 1, 0.5, 1.5, 2.5};
    for (std::size_t i = 0; i < 4; ++i) symbols[i] = y[i] = dice.between(-1, 3);
    const double t = dice.between(0, 2);
    evaluator.lane_rhs(0, t, y, f);
    evaluator.outputs(0, t, y, outputs);
    for (std::size_t i = 0; i < 4; ++i) {
      const double truth = test::slow_value(random.bench.g, random.formulas[i], t, symbols);
      if (!has_power(random.bench.g, random.formulas[i])) {
        EXPECT_TRUE(same_number(outputs[i], truth)) << "seed " << seed << ": " << outputs[i] << " is not " << truth;
        ++exact;
        finite += std::isfinite(truth) ? 1 : 0;
      }
      // The right-hand side has its factors gathered: equal but for rounding.
      if (!test::is_tame(random.bench.g, random.formulas[i], t, symbols)) continue;
      EXPECT_NEAR(f[i], truth, 1e-9 * (1 + std::fabs(truth))) << "seed " << seed;
      ++close;
    }
  }
  EXPECT_GT(exact, 1000);
  EXPECT_GT(finite, 600);
  EXPECT_GT(close, 600);
}

TEST(Evaluator, WholePowersAreMultiplications) {
  for (int n = -17; n <= 17; ++n) {
    test::Bench b;
    const auto x = b.parameter("x", 1.7);
    b.rule(x, RuleKind::kRate, b.g.pow(b(x), b.n(n)));
    const CompiledModel model = compile(b.network, {});
    Evaluator evaluator(model, 1);
    std::vector<double> y(1), f(1);
    evaluator.initialise(0, 0, y);
    evaluator.lane_rhs(0, 0, y, f);
    EXPECT_NEAR(f[0], std::pow(1.7, n), 9e-16 * std::abs(n) * std::pow(1.7, n));
    bool calls = false;
    for (const Instruction& i : model.rhs.code) calls = calls || i.code == Code::kPow;
    EXPECT_EQ(calls, std::abs(n) > 16) << n;
  }
}

TEST(Evaluator, OneLaneAndManyGiveTheSameBits) {
  constexpr int kLanes = solve::kLanes;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RandomModel random(seed, 4, 6);
    const CompiledModel model = compile(random.bench.network, {.outputs = random.states, .given = random.given});
    Evaluator wide(model, kLanes), one(model, 1);
    const std::size_t entries = model.pattern.rows.size();
    std::vector<double> t(kLanes), y(4 * kLanes), f(4 * kLanes), jacobian(entries * kLanes), slope(4 * kLanes);
    Dice dice{seed};
    std::vector<double> lane_y(4);
    for (int lane = 0; lane < kLanes; ++lane) {
      t[static_cast<std::size_t>(lane)] = dice.between(0, 2);
      for (std::uint32_t slot : model.given_slots) wide.set_slot(lane, slot, dice.between(0, 3));
      for (std::size_t i = 0; i < 4; ++i) y[i * kLanes + static_cast<std::size_t>(lane)] = dice.between(-1, 3);
    }
    wide.rhs(t.data(), y.data(), f.data());
    wide.jacobian(t.data(), y.data(), jacobian.data());
    wide.time_derivative(t.data(), y.data(), slope.data());
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      std::vector<double> slots(model.slots.size()), g(4), j(entries), s(4);
      wide.copy_slots(static_cast<int>(lane), slots);
      one.set_slots(0, slots);
      for (std::size_t i = 0; i < 4; ++i) lane_y[i] = y[i * kLanes + lane];
      one.rhs(&t[lane], lane_y.data(), g.data());
      one.jacobian(&t[lane], lane_y.data(), j.data());
      one.time_derivative(&t[lane], lane_y.data(), s.data());
      for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(same_bits(g[i], f[i * kLanes + lane])) << "seed " << seed;
        EXPECT_TRUE(same_bits(s[i], slope[i * kLanes + lane])) << "seed " << seed;
      }
      for (std::size_t i = 0; i < entries; ++i) EXPECT_TRUE(same_bits(j[i], jacobian[i * kLanes + lane]));
      wide.lane_rhs(static_cast<int>(lane), t[lane], lane_y, s);
      for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(same_bits(g[i], s[i]));
    }
  }
}

std::vector<Kernels> runnable_kernels() {
  std::vector<Kernels> kernels{generic_kernels()};
#ifdef VESICA_X86_KERNELS
  if (best_instruction_set() >= InstructionSet::kAvx2) kernels.push_back(avx2_kernels());
  if (best_instruction_set() >= InstructionSet::kAvx512) kernels.push_back(avx512_kernels());
#endif
  return kernels;
}

/// Every code on every pair of interesting numbers, dst apart from its operands and on top of each of them.
TEST(Evaluator, AllInstructionSetsGiveTheSameBits) {
  const std::vector<Kernels> kernels = runnable_kernels();
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> numbers = {0,   -0.0, 1,    -1,    0.5,   2,     3,    -2.5, 1e-300, 1e300,
                                       1.1, 0.1,  7.25, 1e-16, 700.3, -745., 12.5, inf,  -inf,   nan};
  for (int code = 0; code < static_cast<int>(Code::kCodes); ++code) {
    for (std::uint32_t dst = 0; dst < 4; ++dst) {
      const Instruction instruction{static_cast<Code>(code), dst, 0, 1, 2};
      for (std::size_t x = 0; x < numbers.size(); ++x) {
        for (std::size_t y = 0; y < numbers.size(); ++y) {
          alignas(64) double first[4 * kKernelLanes];
          for (std::size_t k = 0; k < kernels.size(); ++k) {
            alignas(64) double wide[4 * kKernelLanes] = {};
            double one[4] = {};
            for (std::size_t l = 0; l < kKernelLanes; ++l) {
              wide[l] = numbers[(x + l) % numbers.size()];
              wide[kKernelLanes + l] = numbers[(y + 3 * l) % numbers.size()];
              wide[2 * kKernelLanes + l] = numbers[(x * y + l) % numbers.size()];
            }
            for (std::size_t r = 0; r < 3; ++r) one[r] = wide[r * kKernelLanes];
            kernels[k].wide(&instruction, 1, wide);
            kernels[k].one(&instruction, 1, one);
            ASSERT_TRUE(same_bits(one[dst], wide[dst * kKernelLanes])) << "code " << code << " kernel " << k;
            for (std::size_t i = 0; i < 4 * kKernelLanes; ++i) {
              if (k == 0) first[i] = wide[i];
              ASSERT_TRUE(same_bits(first[i], wide[i])) << "code " << code << " kernel " << k;
            }
          }
        }
      }
    }
  }
}

TEST(Evaluator, AllInstructionSetsGiveTheSameBitsOnOrdinaryNumbers) {
  const std::vector<Kernels> kernels = runnable_kernels();
  Dice dice;
  for (int trial = 0; trial < 2000; ++trial) {
    double numbers[3 * kKernelLanes];
    for (double& number : numbers) number = std::pow(10, dice.between(-4, 2)) * (dice.below(8) == 0 ? -1 : 1);
    for (int code = 0; code < static_cast<int>(Code::kCodes); ++code) {
      const Instruction instruction{static_cast<Code>(code), 3, 0, 1, 2};
      alignas(64) double first[kKernelLanes] = {};
      for (std::size_t k = 0; k < kernels.size(); ++k) {
        alignas(64) double wide[4 * kKernelLanes] = {};
        std::copy(std::begin(numbers), std::end(numbers), wide);
        kernels[k].wide(&instruction, 1, wide);
        for (std::size_t l = 0; l < kKernelLanes; ++l) {
          double one[4] = {wide[l], wide[kKernelLanes + l], wide[2 * kKernelLanes + l], 0};
          kernels[k].one(&instruction, 1, one);
          if (k == 0) first[l] = one[3];
          ASSERT_TRUE(same_bits(one[3], wide[3 * kKernelLanes + l]) && same_bits(one[3], first[l]))
              << "code " << code << " kernel " << k;
        }
      }
    }
  }
}

TEST(Evaluator, LanesDoNotSeeEachOther) {
  RandomModel random(7, 4, 5);
  const CompiledModel model = compile(random.bench.network, {.given = random.given});
  Evaluator wide(model, solve::kLanes);
  std::vector<double> t(solve::kLanes, 0.5), y(4 * solve::kLanes, 1.25), f(y.size()), g(y.size());
  wide.rhs(t.data(), y.data(), f.data());
  for (int lane = 1; lane < solve::kLanes; ++lane) {
    wide.set_slot(lane, model.given_slots[0], std::numeric_limits<double>::quiet_NaN());
    y[static_cast<std::size_t>(lane)] = std::numeric_limits<double>::infinity();
  }
  wide.rhs(t.data(), y.data(), g.data());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(same_bits(f[i * solve::kLanes], g[i * solve::kLanes]));
}

}  // namespace
}  // namespace vesica::kinetics
