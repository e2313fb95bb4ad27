// SPDX-License-Identifier: Apache-2.0
// Random formulas and their slow, obvious values, for tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "vesica/kinetics/network_test_help.h"

namespace vesica::kinetics::test {

/// Knuth's MMIX generator: the same numbers everywhere.
struct Dice {
  std::uint64_t state = 1;
  std::uint32_t below(std::uint32_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state >> 33) % n);
  }
  double between(double low, double high) { return low + (high - low) * below(1u << 30) / double(1u << 30); }
};

/// The value of a formula whose symbols have these values: one call a node, no memory.
inline double slow_value(const Graph& graph, Node node, double time, const std::vector<double>& symbols) {
  const Term& term = graph[node];
  const auto of = [&](Node argument) { return argument == kNoNode ? 0.0 : slow_value(graph, argument, time, symbols); };
  if (term.op == Op::kNumber) return term.value;
  if (term.op == Op::kTime) return time;
  if (term.op == Op::kSymbol) return symbols[term.a];
  return evaluate(term.op, of(term.a), of(term.b), of(term.c));
}

/// Whether the formula and all its parts are numbers of ordinary size; infinities inside have no derivative.
inline bool is_tame(const Graph& graph, Node node, double time, const std::vector<double>& symbols) {
  const Term& term = graph[node];
  const Node arguments[3] = {term.a, term.b, term.c};
  for (int i = 0; i < argument_count(term.op); ++i) {
    if (!is_tame(graph, arguments[i], time, symbols)) return false;
  }
  return std::fabs(slow_value(graph, node, time, symbols)) < 1e6;
}

/// A formula of every operation over these symbols, time and numbers.
inline Node random_formula(Bench& b, Dice& dice, const std::vector<std::uint32_t>& symbols, int depth) {
  if (depth == 0 || dice.below(8) == 0) {
    if (dice.below(4) == 0) return b.n(dice.between(-2, 4));
    if (dice.below(6) == 0) return b.g.time();
    return b(symbols[dice.below(static_cast<std::uint32_t>(symbols.size()))]);
  }
  const auto part = [&] { return random_formula(b, dice, symbols, depth - 1); };
  if (dice.below(2) == 0) {  // as often as all others: what models are made of
    constexpr Op kCommon[] = {Op::kAdd, Op::kSub, Op::kMul, Op::kDiv};
    const Op op = kCommon[dice.below(4)];
    const Node a = part();
    return b.g.binary(op, a, part());
  }
  const auto first = static_cast<std::uint32_t>(Op::kNeg), last = static_cast<std::uint32_t>(Op::kSelect);
  const auto op = static_cast<Op>(first + dice.below(last - first + 1));
  const Node a = part();
  if (argument_count(op) == 1) return b.g.unary(op, a);
  if (op == Op::kPow && dice.below(2) == 0) return b.g.pow(a, b.n(static_cast<int>(dice.below(9)) - 3));
  const Node c = part();
  return argument_count(op) == 2 ? b.g.binary(op, a, c) : b.g.select(a, c, part());
}

/// Symbols with rate rules of random formulas.
struct RandomModel {
  Bench bench;
  std::vector<std::uint32_t> states, given;
  std::vector<Node> formulas;
  RandomModel(std::uint64_t seed, int size, int depth) {
    Dice dice{seed * 2654435761u + 1};
    std::vector<std::uint32_t> all;
    for (int i = 0; i < size; ++i) states.push_back(bench.parameter("x" + std::to_string(i), 1));
    for (int i = 0; i < 3; ++i) given.push_back(bench.parameter("k" + std::to_string(i), 0.5 + i));
    all = states;
    all.insert(all.end(), given.begin(), given.end());
    for (std::uint32_t state : states) {
      formulas.push_back(random_formula(bench, dice, all, depth));
      bench.rule(state, RuleKind::kRate, formulas.back());
    }
  }
};

}  // namespace vesica::kinetics::test
