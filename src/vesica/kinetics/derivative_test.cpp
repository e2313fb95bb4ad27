// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/derivative.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/formula_test_help.h"

namespace vesica::kinetics {
namespace {

using test::Bench;
using test::RandomModel;

std::uint32_t by_symbol(const Term& term) { return term.op == Op::kSymbol ? term.a : Derivatives::kNone; }

double derivative_at(Graph& graph, Node node, double x) {
  Derivatives derivatives(graph, by_symbol);
  const auto partials = derivatives.of(node);
  if (partials.empty()) return 0;
  const Node d = partials[0].node;
  return test::slow_value(graph, d, 0, {x});
}

TEST(Derivative, OfEveryFunctionIsWhatCalculusSays) {
  struct Row {
    Op op;
    double x, truth;
  };
  const double x = 0.7;
  const Row rows[] = {
      {Op::kNeg, x, -1},
      {Op::kAbs, -x, -1},
      {Op::kAbs, x, 1},
      {Op::kCeil, x, 0},
      {Op::kFloor, x, 0},
      {Op::kNot, x, 0},
      {Op::kExp, x, std::exp(x)},
      {Op::kLn, x, 1 / x},
      {Op::kLog10, x, 1 / (x * std::log(10.0))},
      {Op::kSqrt, x, 0.5 / std::sqrt(x)},
      {Op::kSin, x, std::cos(x)},
      {Op::kCos, x, -std::sin(x)},
      {Op::kTan, x, 1 / (std::cos(x) * std::cos(x))},
      {Op::kAsin, x, 1 / std::sqrt(1 - x * x)},
      {Op::kAcos, x, -1 / std::sqrt(1 - x * x)},
      {Op::kAtan, x, 1 / (1 + x * x)},
      {Op::kSinh, x, std::cosh(x)},
      {Op::kCosh, x, std::sinh(x)},
      {Op::kTanh, x, 1 / (std::cosh(x) * std::cosh(x))},
      {Op::kAsinh, x, 1 / std::sqrt(1 + x * x)},
      {Op::kAcosh, 1.7, 1 / std::sqrt(1.7 * 1.7 - 1)},
      {Op::kAtanh, x, 1 / (1 - x * x)},
  };
  for (const Row& row : rows) {
    Graph g;
    EXPECT_NEAR(derivative_at(g, g.unary(row.op, g.symbol(0)), row.x), row.truth, 1e-14 * (1 + std::fabs(row.truth)))
        << "operation " << static_cast<int>(row.op);
  }
  Graph g;  // d x!/dx at x = 1 is psi(2) = 1 - Euler's constant
  EXPECT_NEAR(derivative_at(g, g.unary(Op::kFactorial, g.symbol(0)), 1), 1 - std::numbers::egamma, 1e-9);
}

TEST(Derivative, OfPowersStaysFiniteAtZero) {
  Graph g;
  const Node x = g.symbol(0);
  EXPECT_EQ(derivative_at(g, g.pow(x, g.number(2)), 0), 0);
  EXPECT_EQ(derivative_at(g, g.pow(x, g.number(1.5)), 0), 0);
  EXPECT_EQ(derivative_at(g, g.pow(x, g.number(0.5)), 0), 0);  // infinite in truth, 0 by choice
  EXPECT_EQ(derivative_at(g, g.unary(Op::kSqrt, x), 0), 0);
  EXPECT_DOUBLE_EQ(derivative_at(g, g.pow(x, g.number(2.5)), 4), 2.5 * 8);
  EXPECT_DOUBLE_EQ(derivative_at(g, g.pow(x, g.number(3)), -2), 12);
  EXPECT_DOUBLE_EQ(derivative_at(g, g.pow(g.number(3), x), 2), 9 * std::log(3.0));
  EXPECT_DOUBLE_EQ(derivative_at(g, g.pow(x, x), 2), 4 * (1 + std::log(2.0)));
  const Node n = g.symbol(1);
  Derivatives derivatives(g, by_symbol);
  const auto partials = derivatives.of(g.pow(x, n));
  ASSERT_EQ(partials.size(), 2u);
  for (double exponent : {0.5, 1.0, 2.0, 3.5}) {
    const double truth = exponent == 1 ? 1 : 0;
    EXPECT_EQ(test::slow_value(g, partials[0].node, 0, {0, exponent}), truth);
    EXPECT_EQ(test::slow_value(g, partials[1].node, 0, {0, exponent}), 0);
  }
}

TEST(Derivative, TakesTheBranchThatIsTaken) {
  Graph g;
  const Node x = g.symbol(0), two = g.number(2);
  const Node square = g.mul(x, x), half = g.div(x, two);
  EXPECT_EQ(derivative_at(g, g.binary(Op::kMin, square, half), 3), 0.5);
  EXPECT_EQ(derivative_at(g, g.binary(Op::kMax, square, half), 3), 6);
  const Node choice = g.select(g.binary(Op::kLess, x, two), square, half);
  EXPECT_EQ(derivative_at(g, choice, 1), 2);
  EXPECT_EQ(derivative_at(g, choice, 3), 0.5);
  EXPECT_EQ(derivative_at(g, g.binary(Op::kRemainder, square, two), 3), 6);
  EXPECT_EQ(derivative_at(g, g.binary(Op::kQuotient, square, two), 3), 0);
  EXPECT_EQ(derivative_at(g, g.binary(Op::kLess, x, two), 3), 0);
}

TEST(Derivative, WhatIsZeroIsNotThere) {
  Graph g;
  const Node x = g.symbol(0), y = g.symbol(1), k = g.number(3);
  Derivatives derivatives(g, by_symbol);
  EXPECT_TRUE(derivatives.of(g.mul(k, g.time())).empty());
  EXPECT_TRUE(derivatives.of(g.sub(g.mul(x, k), g.mul(x, k))).size() <= 1);
  EXPECT_EQ(derivatives.of(g.add(g.mul(k, x), y)).size(), 2u);
  EXPECT_EQ(derivatives.of(g.add(g.mul(k, x), y))[0].node, k);
}

/// Central differences with two steps; where the two disagree the formula has a kink or a pole nearby and neither is
/// a truth.
TEST(Derivative, JacobiansAgreeWithDifferences) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    RandomModel random(seed, 4, 4);
    const CompiledModel model = compile(random.bench.network, {.given = random.given});
    Evaluator evaluator(model, 1);
    std::vector<double> y(4), jacobian(model.pattern.rows.size()), dense(16, 0.0), low(4), high(4);
    evaluator.initialise(0, 0, y);
    test::Dice dice{seed};
    for (double& value : y) value = dice.between(0.2, 2);
    const double t = 0.3;
    evaluator.jacobian(&t, y.data(), jacobian.data());
    for (std::size_t column = 0; column < 4; ++column) {
      for (int i = model.pattern.starts[column]; i < model.pattern.starts[column + 1]; ++i) {
        const auto entry = static_cast<std::size_t>(i);
        dense[static_cast<std::size_t>(model.pattern.rows[entry]) * 4 + column] = jacobian[entry];
      }
    }
    for (std::size_t column = 0; column < 4; ++column) {
      std::vector<double> slopes[2];
      for (int fine = 0; fine < 2; ++fine) {
        const double step = fine == 0 ? 1e-4 : 5e-5, at = y[column];
        y[column] = at + step;
        evaluator.lane_rhs(0, t, y, high);
        y[column] = at - step;
        evaluator.lane_rhs(0, t, y, low);
        y[column] = at;
        for (std::size_t row = 0; row < 4; ++row) slopes[fine].push_back((high[row] - low[row]) / (2 * step));
      }
      for (std::size_t row = 0; row < 4; ++row) {
        const std::vector<double> symbols{y[0], y[1], y[2], y[3], 0.5, 1.5, 2.5};
        if (!test::is_tame(random.bench.g, random.formulas[row], t, symbols)) continue;
        const double coarse = slopes[0][row], fine = slopes[1][row], scale = std::fabs(coarse) + 1e-3;
        if (!(std::fabs(coarse - fine) < 1e-6 * scale)) continue;
        const double truth = fine + (fine - coarse) / 3;  // Richardson
        EXPECT_NEAR(dense[row * 4 + column], truth, 1e-5 * scale) << "seed " << seed << " d" << row << "/d" << column;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 2000);
}

}  // namespace
}  // namespace vesica::kinetics
