// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/math_write.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/problems.h"
#include "vesica/kinetics/sbml_scan.h"

namespace vesica::kinetics {

namespace {

constexpr int kDepthAround = 20;  // elements between the document and a formula, with room to spare

/// MathML elements of the operations; leaves and selections are written in their own way.
constexpr std::pair<Op, std::string_view> kElements[] = {
    {Op::kNeg, "minus"},
    {Op::kSub, "minus"},
    {Op::kAbs, "abs"},
    {Op::kCeil, "ceiling"},
    {Op::kFloor, "floor"},
    {Op::kExp, "exp"},
    {Op::kLn, "ln"},
    {Op::kLog10, "log"},
    {Op::kSqrt, "root"},
    {Op::kSin, "sin"},
    {Op::kCos, "cos"},
    {Op::kTan, "tan"},
    {Op::kAsin, "arcsin"},
    {Op::kAcos, "arccos"},
    {Op::kAtan, "arctan"},
    {Op::kSinh, "sinh"},
    {Op::kCosh, "cosh"},
    {Op::kTanh, "tanh"},
    {Op::kAsinh, "arcsinh"},
    {Op::kAcosh, "arccosh"},
    {Op::kAtanh, "arctanh"},
    {Op::kFactorial, "factorial"},
    {Op::kNot, "not"},
    {Op::kAdd, "plus"},
    {Op::kMul, "times"},
    {Op::kDiv, "divide"},
    {Op::kPow, "power"},
    {Op::kMin, "min"},
    {Op::kMax, "max"},
    {Op::kQuotient, "quotient"},
    {Op::kRemainder, "rem"},
    {Op::kLess, "lt"},
    {Op::kLessEqual, "leq"},
    {Op::kGreater, "gt"},
    {Op::kGreaterEqual, "geq"},
    {Op::kEqual, "eq"},
    {Op::kNotEqual, "neq"},
    {Op::kAnd, "and"},
    {Op::kOr, "or"},
    {Op::kXor, "xor"},
};

std::string_view element_of(Op op) {
  for (const auto& [known, element] : kElements) {
    if (known == op) return element;
  }
  return {};
}

bool is_logic(Op op) { return op == Op::kNot || op == Op::kAnd || op == Op::kOr || op == Op::kXor; }
bool chains(Op op) { return op == Op::kAdd || op == Op::kMul || op == Op::kAnd || op == Op::kOr || op == Op::kXor; }

bool only_in_version_2(Op op) {
  return op == Op::kRateOf || op == Op::kMin || op == Op::kMax || op == Op::kQuotient || op == Op::kRemainder;
}

/// "12.5" as it is and "1.5e-7" in MathML's e-notation. A mantissa that is not the shortest text of its double would
/// lose a digit there, since readers parse it by itself; then the decimal number is written out.
std::string real_number(const std::string& text) {
  const auto e = text.find('e');
  if (e == std::string::npos) return "<cn>" + text + "</cn>";
  const std::string mantissa = text.substr(0, e);
  const std::string power = text[e + 1] == '+' ? text.substr(e + 2) : text.substr(e + 1);
  if (exact_number(parse_number(mantissa).value_or(0)) == mantissa)
    return "<cn type=\"e-notation\">" + mantissa + "<sep/>" + power + "</cn>";
  const int exponent = std::stoi(power);
  const std::string sign = mantissa[0] == '-' ? "-" : "";
  std::string digits = mantissa.substr(sign.size());
  const std::size_t decimals = digits.size() - 2;
  digits.erase(1, 1);
  if (exponent < 0)
    return "<cn>" + sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits + "</cn>";
  const auto shift = static_cast<std::size_t>(exponent);
  if (shift >= decimals) return "<cn>" + sign + digits + std::string(shift - decimals, '0') + "</cn>";
  return "<cn>" + sign + digits.substr(0, shift + 1) + "." + digits.substr(shift + 1) + "</cn>";
}

}  // namespace

MathWriter::MathWriter(const Network& network) : network_(network) {
  const Graph& graph = network.graph;
  const std::size_t count = graph.size();
  elements_.assign(count, 1);
  height_.assign(count, 1);
  operands_.assign(count, 0);
  version_2_.assign(count, false);
  for (Node n = 0; n < count; ++n) {
    const Term& term = graph[n];
    const int arguments = argument_count(term.op);
    version_2_[n] = only_in_version_2(term.op);
    const Node parts[] = {term.a, term.b, term.c};
    for (int i = 0; i < arguments; ++i) {
      const Node part = parts[i];
      const bool same = (chains(term.op) || (term.op == Op::kSelect && i == 2)) && graph[part].op == term.op;
      elements_[n] += elements_[part] + 1;
      height_[n] = std::max(height_[n], height_[part] + (same ? 0 : term.op == Op::kSelect ? 2 : 1));
      operands_[n] = std::min(std::max(operands_[n], operands_[part] + (same ? 1 : 4)), SbmlBounds::kOperands + 1);
      const bool as_truth = is_logic(term.op) || (term.op == Op::kSelect && i == 0);
      const bool compared = term.op == Op::kEqual || term.op == Op::kNotEqual || (term.op == Op::kSelect && i > 0);
      const bool mixed = as_truth ? !is_truth(part) && !graph.is_number(part) : is_truth(part) && !compared;
      if (version_2_[part] || mixed) version_2_[n] = true;
    }
  }
}

bool MathWriter::is_truth(Node n) const {
  const Term& term = network_.graph[n];
  if (term.op == Op::kSelect) return is_condition(network_.graph[term.b].op) || is_condition(network_.graph[term.c].op);
  return is_condition(term.op);
}

void MathWriter::admit(Node formula, std::string_view what) {
  admitted_ += elements_[formula];
  if (admitted_ > static_cast<double>(SbmlBounds::kElements) / 2 ||
      height_[formula] > SbmlBounds::kDepth - kDepthAround || operands_[formula] > SbmlBounds::kOperands)
    throw Error(ErrorKind::kUnsupported,
                say("The formula of {} becomes too large when its shared parts are written out.", shown(what)), {},
                say("Name intermediate results: parameters with assignment rules."));
  if (version_2_[formula]) needs_version_2_ = true;
}

void MathWriter::write(Node formula, bool truth, std::string& out) const {
  out += "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
  node(formula, truth, out);
  out += "</math>";
}

void MathWriter::number(double value, bool truth, std::string& out) const {
  constexpr double kLargestInteger = 1e9;  // fits the integers of every reader
  if (truth) {
    out += value != 0 ? "<true/>" : "<false/>";
  } else if (std::isnan(value)) {
    out += "<notanumber/>";
  } else if (std::isinf(value)) {
    out += value > 0 ? "<infinity/>" : "<apply><minus/><infinity/></apply>";
  } else if (value == std::trunc(value) && std::fabs(value) < kLargestInteger && !(value == 0 && std::signbit(value))) {
    out += "<cn type=\"integer\">" + std::to_string(static_cast<long long>(value)) + "</cn>";
  } else {
    out += real_number(exact_number(value));
  }
}

/// ((a + b) + c) + d as one operation of many arguments; read_sbml adds from the left again.
void MathWriter::chain(Node n, std::string_view element, bool truth, std::string& out) const {
  const Graph& graph = network_.graph;
  const Op op = graph[n].op;
  std::vector<Node> arguments;
  while (graph[n].op == op) {
    const bool left = graph[graph[n].a].op == op;
    const bool right = graph[graph[n].b].op == op;
    arguments.push_back(left || !right ? graph[n].b : graph[n].a);
    n = left || !right ? graph[n].a : graph[n].b;
  }
  arguments.push_back(n);
  out += "<apply><" + std::string(element) + "/>";
  for (auto at = arguments.rbegin(); at != arguments.rend(); ++at) node(*at, truth, out);
  out += "</apply>";
}

void MathWriter::pieces(Node n, bool truth, std::string& out) const {
  const Graph& graph = network_.graph;
  out += "<piecewise>";
  for (; graph[n].op == Op::kSelect; n = graph[n].c) {
    out += "<piece>";
    node(graph[n].b, truth, out);
    node(graph[n].a, true, out);
    out += "</piece>";
  }
  out += "<otherwise>";
  node(n, truth, out);
  out += "</otherwise></piecewise>";
}

void MathWriter::node(Node n, bool truth, std::string& out) const {
  const Term& term = network_.graph[n];
  const auto csymbol = [](std::string_view name) {
    return "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/" + std::string(name) + "\">" +
           std::string(name) + "</csymbol>";
  };
  const auto ci = [&](std::uint32_t index) {
    const Symbol& symbol = network_.symbols[index];
    std::string_view id = symbol.id;
    if (symbol.kind == SymbolKind::kLocalParameter) id.remove_prefix(std::min(id.size(), id.find('.') + 1));
    return "<ci>" + escape_xml(id) + "</ci>";
  };
  switch (term.op) {
    case Op::kNumber:
      return number(term.value, truth, out);
    case Op::kTime:
      out += csymbol("time");
      return;
    case Op::kSymbol:
      out += ci(term.a);
      return;
    case Op::kRateOf:
      out += "<apply>" + csymbol("rateOf") + ci(term.a) + "</apply>";
      return;
    case Op::kSelect:
      return pieces(n, truth, out);
    default:
      break;
  }
  const std::string_view element = element_of(term.op);
  if (chains(term.op)) return chain(n, element, is_logic(term.op), out);
  out += "<apply><" + std::string(element) + "/>";
  node(term.a, is_logic(term.op), out);
  if (argument_count(term.op) > 1) node(term.b, false, out);
  out += "</apply>";
}

}  // namespace vesica::kinetics
