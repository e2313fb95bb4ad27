// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/math_read.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <utility>

#include <sbml/math/ASTNode.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/kinetics/problems.h"

namespace vesica::kinetics {

namespace {

constexpr double kAvogadro = 6.02214179e23;  // SBML Level 3 Version 2 Core, section 3.4.6: the value is part of SBML
constexpr std::size_t kMostChildren = 1'000'000;  // chosen

std::string operator_name(const ASTNode& tree) {
  const char* name = tree.getName();
  if (name == nullptr) name = tree.getOperatorName();
  if (name != nullptr) return shown(name);
  const int type = tree.getType();
  return type > 0 && type < 127 ? std::string(1, static_cast<char>(type)) : std::to_string(type);
}

double number_of(const ASTNode& tree) {
  switch (tree.getType()) {
    case AST_INTEGER:
      return static_cast<double>(tree.getInteger());
    case AST_RATIONAL:
      return static_cast<double>(tree.getNumerator()) / static_cast<double>(tree.getDenominator());
    case AST_REAL_E: {
      // libSBML multiplies by a power of ten; read as one number the result is the nearest double.
      const double mantissa = tree.getMantissa();
      if (!std::isfinite(mantissa)) return mantissa;
      const std::string text = exact_number(mantissa);
      const auto exponent = text.find('e');
      if (exponent != std::string::npos) return mantissa * std::pow(10.0, static_cast<double>(tree.getExponent()));
      return std::strtod((text + "e" + std::to_string(tree.getExponent())).c_str(), nullptr);
    }
    default:
      return tree.getReal();
  }
}

/// Operations that are one node of the graph.
Op simple_op(int type) {
  switch (type) {
    case AST_FUNCTION_ABS:
      return Op::kAbs;
    case AST_FUNCTION_CEILING:
      return Op::kCeil;
    case AST_FUNCTION_FLOOR:
      return Op::kFloor;
    case AST_FUNCTION_EXP:
      return Op::kExp;
    case AST_FUNCTION_LN:
      return Op::kLn;
    case AST_FUNCTION_FACTORIAL:
      return Op::kFactorial;
    case AST_LOGICAL_NOT:
      return Op::kNot;
    case AST_FUNCTION_SIN:
    case AST_FUNCTION_CSC:
      return Op::kSin;
    case AST_FUNCTION_COS:
    case AST_FUNCTION_SEC:
      return Op::kCos;
    case AST_FUNCTION_TAN:
    case AST_FUNCTION_COT:
      return Op::kTan;
    case AST_FUNCTION_SINH:
    case AST_FUNCTION_CSCH:
      return Op::kSinh;
    case AST_FUNCTION_COSH:
    case AST_FUNCTION_SECH:
      return Op::kCosh;
    case AST_FUNCTION_TANH:
    case AST_FUNCTION_COTH:
      return Op::kTanh;
    case AST_FUNCTION_ARCSIN:
    case AST_FUNCTION_ARCCSC:
      return Op::kAsin;
    case AST_FUNCTION_ARCCOS:
    case AST_FUNCTION_ARCSEC:
      return Op::kAcos;
    case AST_FUNCTION_ARCTAN:
    case AST_FUNCTION_ARCCOT:
      return Op::kAtan;
    case AST_FUNCTION_ARCSINH:
    case AST_FUNCTION_ARCCSCH:
      return Op::kAsinh;
    case AST_FUNCTION_ARCCOSH:
    case AST_FUNCTION_ARCSECH:
      return Op::kAcosh;
    case AST_FUNCTION_ARCTANH:
    case AST_FUNCTION_ARCCOTH:
      return Op::kAtanh;
    default:
      return Op::kNumber;  // none
  }
}

Op chained_op(int type) {
  switch (type) {
    case AST_PLUS:
      return Op::kAdd;
    case AST_TIMES:
      return Op::kMul;
    case AST_LOGICAL_AND:
      return Op::kAnd;
    case AST_LOGICAL_OR:
      return Op::kOr;
    case AST_LOGICAL_XOR:
      return Op::kXor;
    default:
      return Op::kNumber;  // none
  }
}

enum class Reciprocal { kNone, kOfResult, kOfArgument };

Reciprocal reciprocal(int type) {
  switch (type) {
    case AST_FUNCTION_CSC:
    case AST_FUNCTION_SEC:
    case AST_FUNCTION_COT:
    case AST_FUNCTION_CSCH:
    case AST_FUNCTION_SECH:
    case AST_FUNCTION_COTH:
      return Reciprocal::kOfResult;
    case AST_FUNCTION_ARCCSC:
    case AST_FUNCTION_ARCSEC:
    case AST_FUNCTION_ARCCOT:
    case AST_FUNCTION_ARCCSCH:
    case AST_FUNCTION_ARCSECH:
    case AST_FUNCTION_ARCCOTH:
      return Reciprocal::kOfArgument;
    default:
      return Reciprocal::kNone;
  }
}

/// Marks a function as being inlined, also when an Error leaves it.
class Opened {
 public:
  explicit Opened(bool& flag) : flag_(flag) { flag_ = true; }
  ~Opened() { flag_ = false; }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

 private:
  bool& flag_;
};

}  // namespace

MathReader::MathReader(Graph& graph, const SymbolMap& symbols) : graph_(graph), symbols_(symbols) {}

bool MathReader::define(std::string_view id, const ASTNode* lambda) {
  Function function;
  if (lambda != nullptr) {
    const unsigned count = lambda->getNumChildren();
    for (unsigned i = 0; i < count; ++i) {
      const ASTNode* child = lambda->getChild(i);
      if (child->isBvar() && child->getName() != nullptr) {
        function.arguments.emplace_back(child->getName());
      } else if (i + 1 == count) {
        function.body = child;
      }
    }
  }
  return functions_.emplace(id, std::move(function)).second;
}

Node MathReader::read(const ASTNode& formula, const SymbolMap* local, const Place& where) {
  local_ = local;
  where_ = where;
  stack_.clear();
  operands_.clear();
  frame_ = {};
  depth_ = 0;
  return node_of(formula);
}

void MathReader::refuse(ErrorKind kind, std::string what, std::string hint) const {
  throw Error(kind, std::move(what), where_, std::move(hint));
}

Node MathReader::node_of(const ASTNode& tree) {
  if (++depth_ > kDeepest)
    refuse(ErrorKind::kData, say("Operations and function calls are nested more than {} deep.", kDeepest));
  if (frame_.function != nullptr && ++inlined_ > kMostInlined)
    refuse(ErrorKind::kData, say("Inlining the model's functions takes more than {} operations.", kMostInlined),
           say("Check function definitions that call each other several times."));
  const int type = tree.getType();
  const std::size_t first = stack_.size();
  Node out = kNoNode;
  if (type == AST_FUNCTION) {
    out = call(tree);
  } else if (type == AST_FUNCTION_RATE_OF) {
    out = rate_of(tree);
  } else if (chained_op(type) != Op::kNumber && tree.getNumChildren() == 2) {
    out = left_chain(tree, type);
  } else if (type >= AST_INTEGER && type <= AST_CONSTANT_TRUE) {
    out = leaf(tree);
  } else {
    push_children(tree);
    out = operation(tree, type, first);
  }
  stack_.resize(first);
  --depth_;
  return out;
}

void MathReader::push_children(const ASTNode& tree) {
  const unsigned count = tree.getNumChildren();
  for (unsigned i = 0; i < count; ++i) {
    const Node value = node_of(*tree.getChild(i));
    stack_.push_back(value);
  }
}

/// libSBML makes a + b + c + ... a chain as deep as it is long; walked down, not descended into.
Node MathReader::left_chain(const ASTNode& tree, int type) {
  const std::size_t first = operands_.size();
  const ASTNode* spine = &tree;
  for (; spine->getType() == type && spine->getNumChildren() == 2; spine = spine->getChild(0))
    operands_.push_back(spine->getChild(1));
  const Op op = chained_op(type);
  Node out = node_of(*spine);
  while (operands_.size() > first) {
    const ASTNode* operand = operands_.back();
    operands_.pop_back();
    out = graph_.binary(op, out, node_of(*operand));
  }
  return out;
}

Node MathReader::leaf(const ASTNode& tree) {
  switch (tree.getType()) {
    case AST_INTEGER:
    case AST_REAL:
    case AST_REAL_E:
    case AST_RATIONAL:
      return graph_.number(number_of(tree));
    case AST_NAME_AVOGADRO:
      return graph_.number(kAvogadro);
    case AST_NAME_TIME:
      return graph_.time();
    case AST_CONSTANT_E:
      return graph_.number(std::numbers::e);
    case AST_CONSTANT_PI:
      return graph_.number(std::numbers::pi);
    case AST_CONSTANT_TRUE:
      return graph_.number(1);
    case AST_CONSTANT_FALSE:
      return graph_.number(0);
    case AST_NAME:
      return named(tree.getName() == nullptr ? std::string_view() : std::string_view(tree.getName()));
    default:
      refuse(ErrorKind::kUnsupported, say("The formula holds {}, which Vesica does not know.", operator_name(tree)));
  }
}

Node MathReader::named(std::string_view name) {
  if (frame_.function != nullptr) {
    const auto& arguments = frame_.function->arguments;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i] == name) return stack_[frame_.arguments_at + i];
    }
    refuse(ErrorKind::kData, say("A function uses {}, which is not one of its arguments.", shown(name)),
           say("Add it to the arguments of the function."));
  }
  if (local_ != nullptr) {
    if (const auto found = local_->find(name); found != local_->end()) return graph_.symbol(found->second);
  }
  if (const auto found = symbols_.find(name); found != symbols_.end()) return graph_.symbol(found->second);
  refuse(ErrorKind::kData, say("The formula uses {}, which the model does not define.", shown(name)),
         say("Declare it, or correct its spelling."));
}

Node MathReader::call(const ASTNode& tree) {
  const std::string_view name = tree.getName() == nullptr ? std::string_view() : std::string_view(tree.getName());
  const auto found = functions_.find(name);
  if (found == functions_.end())
    refuse(ErrorKind::kData, say("The formula calls {}, which is no function of the model.", shown(name)),
           say("Declare it, or correct its spelling."));
  Function& function = found->second;
  const std::size_t first = stack_.size();
  push_children(tree);
  const std::size_t given = stack_.size() - first;
  if (given != function.arguments.size())
    refuse(ErrorKind::kData,
           say("Function {0} takes {1} arguments and is given {2}.", shown(name), function.arguments.size(), given));
  if (function.body == nullptr)
    refuse(ErrorKind::kData, say("Function {} is called, but has no formula.", shown(name)));
  return inlined(function, name, first);
}

Node MathReader::inlined(Function& function, std::string_view name, std::size_t arguments_at) {
  if (function.open)
    refuse(ErrorKind::kData, say("Function {} calls itself, directly or through others.", shown(name)),
           say("SBML functions cannot be recursive."));
  std::u32string key;
  const auto address = reinterpret_cast<std::uintptr_t>(&function);
  key.push_back(static_cast<char32_t>(address));
  key.push_back(static_cast<char32_t>(static_cast<std::uint64_t>(address) >> 32));
  for (std::size_t i = arguments_at; i < stack_.size(); ++i) key.push_back(static_cast<char32_t>(stack_[i]));
  if (const auto known = calls_.find(key); known != calls_.end()) return known->second;
  const Frame outer = std::exchange(frame_, {&function, arguments_at});
  const Opened opened(function.open);
  const Node out = node_of(*function.body);
  frame_ = outer;
  calls_.emplace(std::move(key), out);
  return out;
}

Node MathReader::rate_of(const ASTNode& tree) {
  const std::size_t first = stack_.size();
  push_children(tree);
  need(tree, first, 1, 1);
  const Term& term = graph_[stack_[first]];
  if (term.op != Op::kSymbol)
    refuse(ErrorKind::kData, say("rateOf asks for the rate of a formula; it takes one symbol."));
  return graph_.rate_of(term.a);
}

void MathReader::need(const ASTNode& tree, std::size_t first, std::size_t least, std::size_t most) const {
  const std::size_t given = stack_.size() - first;
  if (given >= least && given <= most) return;
  refuse(ErrorKind::kData, say("{0} cannot take {1} argument(s).", operator_name(tree), given));
}

/// a op b op c ..., from the left; without arguments the neutral element.
Node MathReader::many(Op op, double neutral, std::size_t first) {
  if (stack_.size() == first) return graph_.number(neutral);
  Node out = stack_[first];
  if (stack_.size() == first + 1 && is_condition(op)) return graph_.binary(Op::kNotEqual, out, graph_.number(0));
  for (std::size_t i = first + 1; i < stack_.size(); ++i) out = graph_.binary(op, out, stack_[i]);
  return out;
}

/// a < b < c is a < b and b < c; a chain of one is true.
Node MathReader::chain(Op op, std::size_t first) {
  if (stack_.size() < first + 2) return graph_.number(1);
  Node out = graph_.binary(op, stack_[first], stack_[first + 1]);
  for (std::size_t i = first + 2; i < stack_.size(); ++i)
    out = graph_.binary(Op::kAnd, out, graph_.binary(op, stack_[i - 1], stack_[i]));
  return out;
}

/// value, condition, value, condition, ..., [otherwise]; without a true condition the value is undefined: NaN.
Node MathReader::piecewise(std::size_t first) {
  const std::size_t count = stack_.size() - first;
  Node out = count % 2 == 1 ? stack_.back() : graph_.number(std::numeric_limits<double>::quiet_NaN());
  for (std::size_t pair = count / 2; pair-- > 0;)
    out = graph_.select(stack_[first + 2 * pair + 1], stack_[first + 2 * pair], out);
  return out;
}

Node MathReader::root_or_log(const ASTNode& tree, int type, std::size_t first) {
  need(tree, first, 1, 2);
  const bool has_base = stack_.size() - first == 2;
  const Node x = stack_.back();
  const Node base = has_base ? stack_[first] : graph_.number(type == AST_FUNCTION_ROOT ? 2 : 10);
  if (type == AST_FUNCTION_ROOT) {
    if (graph_.is_number(base, 2)) return graph_.unary(Op::kSqrt, x);
    return graph_.pow(x, graph_.div(graph_.number(1), base));
  }
  if (graph_.is_number(base, 10)) return graph_.unary(Op::kLog10, x);
  if (graph_.is_number(base, std::numbers::e)) return graph_.unary(Op::kLn, x);
  return graph_.div(graph_.unary(Op::kLn, x), graph_.unary(Op::kLn, base));
}

Node MathReader::operation(const ASTNode& tree, int type, std::size_t first) {
  const auto binary = [&](Op op) {
    need(tree, first, 2, 2);
    return graph_.binary(op, stack_[first], stack_[first + 1]);
  };
  switch (type) {
    case AST_PLUS:
      return many(Op::kAdd, 0, first);
    case AST_TIMES:
      return many(Op::kMul, 1, first);
    case AST_LOGICAL_AND:
      return many(Op::kAnd, 1, first);
    case AST_LOGICAL_OR:
      return many(Op::kOr, 0, first);
    case AST_LOGICAL_XOR:
      return many(Op::kXor, 0, first);
    case AST_MINUS:
      need(tree, first, 1, 2);
      return stack_.size() - first == 1 ? graph_.neg(stack_[first]) : graph_.sub(stack_[first], stack_[first + 1]);
    case AST_DIVIDE:
      return binary(Op::kDiv);
    case AST_POWER:
    case AST_FUNCTION_POWER:
      return binary(Op::kPow);
    case AST_FUNCTION_QUOTIENT:
      return binary(Op::kQuotient);
    case AST_FUNCTION_REM:
      return binary(Op::kRemainder);
    case AST_RELATIONAL_NEQ:
      return binary(Op::kNotEqual);
    case AST_FUNCTION_MAX:
    case AST_FUNCTION_MIN:
      need(tree, first, 1, kMostChildren);
      return many(type == AST_FUNCTION_MAX ? Op::kMax : Op::kMin, 0, first);
    case AST_LOGICAL_IMPLIES:
      need(tree, first, 2, 2);
      return graph_.binary(Op::kOr, graph_.unary(Op::kNot, stack_[first]), stack_[first + 1]);
    case AST_RELATIONAL_EQ:
      return chain(Op::kEqual, first);
    case AST_RELATIONAL_LT:
      return chain(Op::kLess, first);
    case AST_RELATIONAL_LEQ:
      return chain(Op::kLessEqual, first);
    case AST_RELATIONAL_GT:
      return chain(Op::kGreater, first);
    case AST_RELATIONAL_GEQ:
      return chain(Op::kGreaterEqual, first);
    case AST_FUNCTION_PIECEWISE:
      return piecewise(first);
    case AST_FUNCTION_ROOT:
    case AST_FUNCTION_LOG:
      return root_or_log(tree, type, first);
    case AST_FUNCTION_DELAY:
      refuse(ErrorKind::kUnsupported, say("The model uses delay(), the value of a symbol at an earlier time."),
             say("Vesica does not solve delay equations; replace the delay by a chain of compartments."));
    default:
      need(tree, first, 0, kMostChildren);
      return unary_operation(tree, type, stack_.size() == first + 1 ? stack_[first] : kNoNode);
  }
}

Node MathReader::unary_operation(const ASTNode& tree, int type, Node a) {
  const Op op = simple_op(type);
  if (op == Op::kNumber)
    refuse(ErrorKind::kUnsupported, say("The formula holds {}, which Vesica does not know.", operator_name(tree)));
  if (a == kNoNode) refuse(ErrorKind::kData, say("{} takes one argument.", operator_name(tree)));
  switch (reciprocal(type)) {
    case Reciprocal::kOfResult:
      return graph_.div(graph_.number(1), graph_.unary(op, a));
    case Reciprocal::kOfArgument:
      return graph_.unary(op, graph_.div(graph_.number(1), a));
    default:
      return graph_.unary(op, a);
  }
}

}  // namespace vesica::kinetics
