// SPDX-License-Identifier: Apache-2.0
// Products in a form that hoists well: everything that depends on slots alone in front.
#include <vector>

#include "vesica/kinetics/compile_parts.h"

namespace vesica::kinetics {

namespace {

/// A formula as fixed * moving; kNoNode stands for 1.
struct Product {
  Node fixed = kNoNode, moving = kNoNode;
};

class Gatherer {
 public:
  explicit Gatherer(Parts& parts) : parts_(parts), graph_(parts.graph), products_(graph_.size()) {}

  void gather(std::vector<Node>& roots) {
    std::vector<bool> wanted(graph_.size());
    for (Node root : roots) wanted[root] = true;
    // Arguments come before their users: one sweep down marks, one sweep up rewrites.
    const auto size = static_cast<Node>(graph_.size());
    for (Node node = size; node-- > 0;) {
      if (!wanted[node] || is_opaque(node)) continue;
      const Term& term = graph_[node];
      const Node arguments[3] = {term.a, term.b, term.c};
      for (int i = 0; i < argument_count(term.op); ++i) wanted[arguments[i]] = true;
    }
    for (Node node = 0; node < size; ++node) {
      if (wanted[node]) products_[node] = split(node);
    }
    for (Node& root : roots) root = whole(root);
  }

 private:
  /// Left as it is: what never moves, and what decides (rounding must not move a threshold).
  bool is_opaque(Node node) {
    const Op op = graph_[node].op;
    return !parts_.varies(node) || is_condition(op) || op == Op::kFloor || op == Op::kCeil || op == Op::kQuotient ||
           op == Op::kRemainder;
  }

  Product split(Node node) {
    if (!parts_.varies(node)) return {node, kNoNode};
    const Term term = graph_[node];
    if (is_opaque(node) || argument_count(term.op) == 0) return {kNoNode, node};
    const Product a = products_[term.a];
    if (term.op == Op::kNeg) return {graph_.neg(or_one(a.fixed)), a.moving};
    if (term.op == Op::kMul) {
      const Product b = products_[term.b];
      return {times(a.fixed, b.fixed), times(a.moving, b.moving)};
    }
    if (term.op == Op::kDiv) {
      const Product b = products_[term.b];
      return {over(a.fixed, b.fixed), over(a.moving, b.moving)};
    }
    const auto argument = [&](Node n) { return n == kNoNode ? kNoNode : whole(n); };
    const Node first = whole(term.a), second = argument(term.b), third = argument(term.c);
    return {kNoNode, graph_.rebuild(term, first, second, third)};
  }

  Node or_one(Node node) { return node == kNoNode ? graph_.number(1) : node; }
  Node times(Node a, Node b) {
    if (a == kNoNode) return b;
    return b == kNoNode ? a : graph_.mul(a, b);
  }
  Node over(Node a, Node b) { return b == kNoNode ? a : graph_.div(or_one(a), b); }
  Node whole(Node node) { return or_one(times(products_[node].fixed, products_[node].moving)); }

  Parts& parts_;
  Graph& graph_;
  std::vector<Product> products_;
};

}  // namespace

void Parts::gather() { Gatherer(*this).gather(flows); }

}  // namespace vesica::kinetics
