// SPDX-License-Identifier: Apache-2.0
// Symbolic derivatives of formulas, sparse and shared.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "vesica/kinetics/graph.h"

namespace vesica::kinetics {

/// ∂node/∂leaf; derivatives that are zero everywhere are left out.
struct Partial {
  std::uint32_t leaf = 0;
  Node node = kNoNode;
};

/// Forward differentiation over the graph: each node's derivatives by all leaves it depends on, made once, from those
/// of its arguments. New nodes are added to the same graph.
///
/// Rules (our choices where calculus leaves one): comparisons, logic, floor, ceil and quotient have derivative 0;
/// |x|, min, max and select have that of the branch they take; x^n (constant n) never meets 0 * infinity; where the
/// derivative of x^n (0 < n < 1) or sqrt is infinite, at x = 0, it is 0, so that a solver can start there; the part of
/// x^n by n is 0 for x <= 0; factorial is differenced centrally. A factor 0 shortens a product here, and only here.
class Derivatives {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  /// More partials than this are refused with Error(kUnsupported) (chosen: 0.5 GB of memory).
  static constexpr std::size_t kMostPartials = 30'000'000;

  /// `leaf_of` numbers the leaves (kSymbol, kTime) by which to differentiate; kNone for all others.
  Derivatives(Graph& graph, std::function<std::uint32_t(const Term&)> leaf_of);

  /// All derivatives of a node that do not vanish, ascending by leaf. Valid until the next call.
  std::span<const Partial> of(Node node);

 private:
  struct Range {
    std::size_t first = 0;
    std::uint32_t count = 0;
    bool known = false;
  };
  std::span<const Partial> at(Node node) const { return {partials_.data() + ranges_[node].first, ranges_[node].count}; }
  void derive(Node node);
  Node partial(Node node, const Term& term, Node da, Node db, Node dc);
  Node partial_one(Node node, const Term& term);
  Node partial_power(Node node, const Term& term, Node da, Node db);
  Node times(Node factor, Node d);
  Node plus(Node x, Node y);
  Node minus(Node x, Node y);

  Graph& graph_;
  std::function<std::uint32_t(const Term&)> leaf_of_;
  std::vector<Range> ranges_;
  std::vector<Partial> partials_;
  std::vector<Partial> scratch_;
  std::vector<Node> stack_;
};

}  // namespace vesica::kinetics
