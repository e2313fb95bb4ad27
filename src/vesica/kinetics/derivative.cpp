// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/derivative.h"

#include <algorithm>
#include <numbers>

#include "vesica/base/error.h"
#include "vesica/base/message.h"

namespace vesica::kinetics {

Derivatives::Derivatives(Graph& graph, std::function<std::uint32_t(const Term&)> leaf_of)
    : graph_(graph), leaf_of_(std::move(leaf_of)) {}

std::span<const Partial> Derivatives::of(Node node) {
  if (ranges_.size() < graph_.size()) ranges_.resize(graph_.size());
  stack_.assign(1, node);
  while (!stack_.empty()) {
    const Node top = stack_.back();
    if (ranges_[top].known) {
      stack_.pop_back();
      continue;
    }
    const Term& term = graph_[top];
    const Node arguments[3] = {term.a, term.b, term.c};
    const int count = argument_count(term.op);
    bool ready = true;
    for (int i = 0; i < count; ++i) {
      if (ranges_[arguments[i]].known) continue;
      stack_.push_back(arguments[i]);
      ready = false;
    }
    if (!ready) continue;
    stack_.pop_back();
    derive(top);
  }
  return at(node);
}

// NOLINTNEXTLINE: merging three sorted lists is one loop
void Derivatives::derive(Node node) {
  const Term term = graph_[node];  // a copy: the graph grows meanwhile
  scratch_.clear();
  const int count = argument_count(term.op);
  if (count == 0) {
    const std::uint32_t leaf = leaf_of_(term);
    if (leaf != kNone) scratch_.push_back({leaf, graph_.number(1)});
  } else if (!is_condition(term.op) && term.op != Op::kFloor && term.op != Op::kCeil && term.op != Op::kQuotient) {
    const Node arguments[3] = {term.a, term.b, term.c};
    std::span<const Partial> lists[3];
    for (int i = 0; i < count; ++i) lists[i] = at(arguments[i]);
    if (term.op == Op::kSelect) lists[0] = {};
    std::size_t next[3] = {0, 0, 0};
    for (;;) {
      std::uint32_t leaf = kNone;
      for (int i = 0; i < count; ++i) {
        if (next[i] < lists[i].size()) leaf = std::min(leaf, lists[i][next[i]].leaf);
      }
      if (leaf == kNone) break;
      Node d[3] = {kNoNode, kNoNode, kNoNode};
      for (int i = 0; i < count; ++i) {
        if (next[i] < lists[i].size() && lists[i][next[i]].leaf == leaf) d[i] = lists[i][next[i]++].node;
      }
      const Node result = partial(node, term, d[0], d[1], d[2]);
      if (result != kNoNode && !graph_.is_number(result, 0)) scratch_.push_back({leaf, result});
    }
  }
  if (partials_.size() + scratch_.size() > kMostPartials)
    throw Error(ErrorKind::kUnsupported, say("The model has more than {} derivatives.", kMostPartials), {},
                say("Split it into smaller models."));
  if (ranges_.size() < graph_.size()) ranges_.resize(graph_.size());
  ranges_[node] = {partials_.size(), static_cast<std::uint32_t>(scratch_.size()), true};
  partials_.insert(partials_.end(), scratch_.begin(), scratch_.end());
}

Node Derivatives::times(Node factor, Node d) {
  if (d == kNoNode || factor == kNoNode || graph_.is_number(factor, 0) || graph_.is_number(d, 0)) return kNoNode;
  return graph_.mul(factor, d);
}

Node Derivatives::plus(Node x, Node y) {
  if (x == kNoNode) return y;
  return y == kNoNode ? x : graph_.add(x, y);
}

Node Derivatives::minus(Node x, Node y) {
  if (y == kNoNode) return x;
  return x == kNoNode ? graph_.neg(y) : graph_.sub(x, y);
}

Node Derivatives::partial(Node node, const Term& term, Node da, Node db, Node dc) {
  Graph& g = graph_;
  const Node zero = g.number(0);
  const auto or_zero = [&](Node d) { return d == kNoNode ? zero : d; };
  switch (term.op) {
    case Op::kNeg:
      return g.neg(da);
    case Op::kAdd:
      return plus(da, db);
    case Op::kSub:
      return minus(da, db);
    case Op::kMul:
      return plus(times(term.b, da), times(term.a, db));
    case Op::kDiv: {
      const Node top = minus(da, times(node, db));
      return top == kNoNode ? kNoNode : g.div(top, term.b);
    }
    case Op::kPow:
      return partial_power(node, term, da, db);
    case Op::kMin:
      return g.select(g.binary(Op::kLess, term.b, term.a), or_zero(db), or_zero(da));
    case Op::kMax:
      return g.select(g.binary(Op::kGreater, term.b, term.a), or_zero(db), or_zero(da));
    case Op::kRemainder:
      return minus(da, times(g.binary(Op::kQuotient, term.a, term.b), db));
    case Op::kSelect:
      return g.select(term.a, or_zero(db), or_zero(dc));
    default:
      return times(partial_one(node, term), da);
  }
}

/// The outer derivative of an operation with one argument.
Node Derivatives::partial_one(Node node, const Term& term) {
  Graph& g = graph_;
  const Node a = term.a, zero = g.number(0), one = g.number(1);
  const auto square = [&](Node x) { return g.mul(x, x); };
  const auto reciprocal = [&](Node x) { return g.div(one, x); };
  switch (term.op) {
    case Op::kAbs:
      return g.select(g.binary(Op::kLess, a, zero), g.number(-1), one);
    case Op::kExp:
      return node;
    case Op::kLn:
      return reciprocal(a);
    case Op::kLog10:
      return reciprocal(g.mul(a, g.number(std::numbers::ln10)));
    case Op::kSqrt:
      return g.select(g.binary(Op::kEqual, a, zero), zero, g.div(g.number(0.5), node));
    case Op::kSin:
      return g.unary(Op::kCos, a);
    case Op::kCos:
      return g.neg(g.unary(Op::kSin, a));
    case Op::kTan:
      return g.add(one, square(node));
    case Op::kAsin:
      return reciprocal(g.unary(Op::kSqrt, g.sub(one, square(a))));
    case Op::kAcos:
      return g.neg(reciprocal(g.unary(Op::kSqrt, g.sub(one, square(a)))));
    case Op::kAtan:
      return reciprocal(g.add(one, square(a)));
    case Op::kSinh:
      return g.unary(Op::kCosh, a);
    case Op::kCosh:
      return g.unary(Op::kSinh, a);
    case Op::kTanh:
      return g.sub(one, square(node));
    case Op::kAsinh:
      return reciprocal(g.unary(Op::kSqrt, g.add(square(a), one)));
    case Op::kAcosh:
      return reciprocal(g.mul(g.unary(Op::kSqrt, g.sub(a, one)), g.unary(Op::kSqrt, g.add(a, one))));
    case Op::kAtanh:
      return reciprocal(g.sub(one, square(a)));
    case Op::kFactorial: {
      constexpr double kStep = 0x1p-17;  // near the cube root of the rounding unit: error about 1e-10 of the value
      const Node up = g.unary(Op::kFactorial, g.add(a, g.number(kStep)));
      const Node down = g.unary(Op::kFactorial, g.sub(a, g.number(kStep)));
      return g.mul(g.sub(up, down), g.number(0.5 / kStep));
    }
    default:
      return kNoNode;
  }
}

Node Derivatives::partial_power(Node node, const Term& term, Node da, Node db) {
  Graph& g = graph_;
  const Node zero = g.number(0), one = g.number(1);
  Node base = kNoNode, exponent = kNoNode;
  if (da != kNoNode) {
    Node outer = g.mul(term.b, g.pow(term.a, g.sub(term.b, one)));
    if (!g.is_number(term.b)) {
      const Node fraction = g.binary(Op::kAnd, g.binary(Op::kLess, term.b, one), g.binary(Op::kGreater, term.b, zero));
      outer = g.select(g.binary(Op::kAnd, g.binary(Op::kEqual, term.a, zero), fraction), zero, outer);
    } else if (const double n = g[term.b].value; n > 0 && n < 1) {
      outer = g.select(g.binary(Op::kEqual, term.a, zero), zero, outer);
    }
    base = times(outer, da);
  }
  if (db != kNoNode) {
    const Node slope = g.mul(node, g.unary(Op::kLn, term.a));
    exponent = times(g.select(g.binary(Op::kGreater, term.a, zero), slope, zero), db);
  }
  return plus(base, exponent);
}

}  // namespace vesica::kinetics
