// SPDX-License-Identifier: Apache-2.0
// Formulas as one hash-consed graph: equal sub-formulas are one node, so derivatives stay small and are shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace vesica::kinetics {

/// Truth values are numbers: 0 is false, everything else true; comparisons yield 0 or 1.
enum class Op : std::uint8_t {
  // leaves
  kNumber,  ///< `value`
  kTime,    ///< the independent variable
  kSymbol,  ///< a symbol of the network; `a` is its index
  kRateOf,  ///< dx/dt of the symbol `a`; the compiler replaces it by that symbol's right-hand side
  // one argument
  kNeg,
  kAbs,
  kCeil,
  kFloor,
  kExp,
  kLn,
  kLog10,
  kSqrt,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kTanh,
  kAsinh,
  kAcosh,
  kAtanh,
  kFactorial,  ///< gamma(x + 1)
  kNot,
  // two arguments
  kAdd,
  kSub,
  kMul,
  kDiv,
  kPow,
  kMin,
  kMax,
  kQuotient,   ///< a / b rounded towards zero
  kRemainder,  ///< a - b * quotient(a, b)
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr,
  kXor,
  // three arguments
  kSelect,  ///< a ? b : c
};

using Node = std::uint32_t;
inline constexpr Node kNoNode = std::numeric_limits<Node>::max();

/// 0, 1, 2 or 3: how many of a, b, c are nodes.
int argument_count(Op op);
bool is_condition(Op op);  ///< comparisons and logic: they yield 0 or 1
/// The value of one operation on numbers; IEEE results (NaN, infinity) are passed on, never trapped.
double evaluate(Op op, double a, double b, double c);

struct Term {
  Op op;
  std::uint32_t a = kNoNode, b = kNoNode, c = kNoNode;
  double value = 0;
};

/// Nodes are only ever added and refer to earlier ones alone: index order is a topological order. Folding keeps every
/// value: numbers are folded, x + 0, x - 0, x * 1, x / 1, x ^ 1, --x and select of a number are shortened; 0 * x is
/// kept (x may be infinite). Adding a node is O(1).
class Graph {
 public:
  /// More nodes than this are refused with Error(kData): no honest model comes near (chosen: 20 million, 0.6 GB).
  static constexpr std::size_t kMostNodes = 20'000'000;

  Node number(double value);
  Node time();
  Node symbol(std::uint32_t index);
  Node rate_of(std::uint32_t index);
  Node unary(Op op, Node a);
  Node binary(Op op, Node a, Node b);
  Node select(Node condition, Node then, Node otherwise);

  Node add(Node a, Node b) { return binary(Op::kAdd, a, b); }
  Node sub(Node a, Node b) { return binary(Op::kSub, a, b); }
  Node mul(Node a, Node b) { return binary(Op::kMul, a, b); }
  Node div(Node a, Node b) { return binary(Op::kDiv, a, b); }
  Node pow(Node a, Node b) { return binary(Op::kPow, a, b); }
  Node neg(Node a) { return unary(Op::kNeg, a); }

  const Term& operator[](Node node) const { return terms_[node]; }
  std::size_t size() const { return terms_.size(); }
  bool is_number(Node node) const { return terms_[node].op == Op::kNumber; }
  bool is_number(Node node, double value) const { return is_number(node) && terms_[node].value == value; }
  /// The same operation on other arguments (leaves are returned as they are).
  Node rebuild(const Term& term, Node a, Node b, Node c);

 private:
  Node intern(const Term& term);
  void grow();
  std::vector<Term> terms_;
  std::vector<Node> slots_;  ///< open addressing, a power of two, kNoNode is empty
};

}  // namespace vesica::kinetics
