// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/graph.h"

#include <bit>
#include <cmath>
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"

namespace vesica::kinetics {

namespace {

std::uint64_t mixed(std::uint64_t x) {  // finaliser of MurmurHash3 (Appleby, public domain)
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

std::uint64_t hash_of(const Term& term) {
  const std::uint64_t low = (std::uint64_t{term.a} << 32) | term.b;
  const std::uint64_t high = (std::uint64_t{term.c} << 8) | static_cast<std::uint64_t>(term.op);
  return mixed(low ^ mixed(high ^ mixed(std::bit_cast<std::uint64_t>(term.value))));
}

bool same(const Term& x, const Term& y) {
  return x.op == y.op && x.a == y.a && x.b == y.b && x.c == y.c &&
         std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y.value);
}

double truth(bool value) { return value ? 1.0 : 0.0; }

double evaluate_one(Op op, double a) {
  switch (op) {
    case Op::kNeg:
      return -a;
    case Op::kAbs:
      return std::fabs(a);
    case Op::kCeil:
      return std::ceil(a);
    case Op::kFloor:
      return std::floor(a);
    case Op::kExp:
      return std::exp(a);
    case Op::kLn:
      return std::log(a);
    case Op::kLog10:
      return std::log10(a);
    case Op::kSqrt:
      return std::sqrt(a);
    case Op::kSin:
      return std::sin(a);
    case Op::kCos:
      return std::cos(a);
    case Op::kTan:
      return std::tan(a);
    case Op::kAsin:
      return std::asin(a);
    case Op::kAcos:
      return std::acos(a);
    case Op::kAtan:
      return std::atan(a);
    case Op::kSinh:
      return std::sinh(a);
    case Op::kCosh:
      return std::cosh(a);
    case Op::kTanh:
      return std::tanh(a);
    case Op::kAsinh:
      return std::asinh(a);
    case Op::kAcosh:
      return std::acosh(a);
    case Op::kAtanh:
      return std::atanh(a);
    case Op::kFactorial:
      return std::tgamma(a + 1);
    case Op::kNot:
      return truth(a == 0);
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

int argument_count(Op op) {
  if (op <= Op::kRateOf) return 0;
  if (op <= Op::kNot) return 1;
  return op == Op::kSelect ? 3 : 2;
}

bool is_condition(Op op) { return op == Op::kNot || (op >= Op::kLess && op <= Op::kXor); }

double evaluate(Op op, double a, double b, double c) {
  switch (op) {
    case Op::kAdd:
      return a + b;
    case Op::kSub:
      return a - b;
    case Op::kMul:
      return a * b;
    case Op::kDiv:
      return a / b;
    case Op::kPow:
      return std::pow(a, b);
    case Op::kMin:
      return std::fmin(a, b);
    case Op::kMax:
      return std::fmax(a, b);
    case Op::kQuotient:
      return std::trunc(a / b);
    case Op::kRemainder:
      return a - b * std::trunc(a / b);
    case Op::kLess:
      return truth(a < b);
    case Op::kLessEqual:
      return truth(a <= b);
    case Op::kGreater:
      return truth(a > b);
    case Op::kGreaterEqual:
      return truth(a >= b);
    case Op::kEqual:
      return truth(a == b);
    case Op::kNotEqual:
      return truth(a != b);
    case Op::kAnd:
      return truth(a != 0 && b != 0);
    case Op::kOr:
      return truth(a != 0 || b != 0);
    case Op::kXor:
      return truth((a != 0) != (b != 0));
    case Op::kSelect:
      return a != 0 ? b : c;
    default:
      return evaluate_one(op, a);
  }
}

Node Graph::number(double value) { return intern({Op::kNumber, kNoNode, kNoNode, kNoNode, value}); }
Node Graph::time() { return intern({Op::kTime}); }
Node Graph::symbol(std::uint32_t index) { return intern({Op::kSymbol, index}); }
Node Graph::rate_of(std::uint32_t index) { return intern({Op::kRateOf, index}); }

Node Graph::unary(Op op, Node a) {
  if (is_number(a)) return number(evaluate(op, terms_[a].value, 0, 0));
  if (op == Op::kNeg && terms_[a].op == Op::kNeg) return terms_[a].a;
  return intern({op, a});
}

Node Graph::binary(Op op, Node a, Node b) {
  if (is_number(a) && is_number(b)) return number(evaluate(op, terms_[a].value, terms_[b].value, 0));
  switch (op) {
    case Op::kAdd:
      if (is_number(a, 0)) return b;
      if (is_number(b, 0)) return a;
      if (a > b) std::swap(a, b);
      break;
    case Op::kSub:
      if (is_number(b, 0)) return a;
      if (is_number(a, 0)) return neg(b);
      break;
    case Op::kMul:
      if (is_number(a, 1)) return b;
      if (is_number(b, 1)) return a;
      if (is_number(a, -1)) return neg(b);
      if (is_number(b, -1)) return neg(a);
      if (a > b) std::swap(a, b);
      break;
    case Op::kDiv:
      if (is_number(b, 1)) return a;
      break;
    case Op::kPow:
      if (is_number(b, 1)) return a;
      break;
    default:
      break;
  }
  return intern({op, a, b});
}

Node Graph::select(Node condition, Node then, Node otherwise) {
  if (is_number(condition)) return terms_[condition].value != 0 ? then : otherwise;
  if (then == otherwise) return then;
  return intern({Op::kSelect, condition, then, otherwise});
}

Node Graph::rebuild(const Term& term, Node a, Node b, Node c) {
  switch (argument_count(term.op)) {
    case 0:
      return intern(term);
    case 1:
      return unary(term.op, a);
    case 2:
      return binary(term.op, a, b);
    default:
      return select(a, b, c);
  }
}

Node Graph::intern(const Term& term) {
  if (terms_.size() * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(term) & mask;
  while (slots_[slot] != kNoNode) {
    if (same(terms_[slots_[slot]], term)) return slots_[slot];
    slot = (slot + 1) & mask;
  }
  if (terms_.size() >= kMostNodes)
    throw Error(ErrorKind::kData, say("The model's formulas grow beyond {} terms.", kMostNodes), {},
                say("Check function definitions that call each other."));
  slots_[slot] = static_cast<Node>(terms_.size());
  terms_.push_back(term);
  return slots_[slot];
}

void Graph::grow() {
  constexpr std::size_t kFirst = 256;  // chosen
  slots_.assign(slots_.empty() ? kFirst : slots_.size() * 2, kNoNode);
  const std::size_t mask = slots_.size() - 1;
  for (Node node = 0; node < terms_.size(); ++node) {
    std::size_t slot = hash_of(terms_[node]) & mask;
    while (slots_[slot] != kNoNode) slot = (slot + 1) & mask;
    slots_[slot] = node;
  }
}

}  // namespace vesica::kinetics
