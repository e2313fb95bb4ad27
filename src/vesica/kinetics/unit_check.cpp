// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/unit_check.h"

#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::kinetics {

namespace {

bool is_pure(const Unit& unit) { return unit.exponents == Unit().exponents; }

/// a · b^sign.
Unit product(const Unit& a, const Unit& b, int sign) {
  Unit out;
  out.factor = sign > 0 ? a.factor * b.factor : a.factor / b.factor;
  for (std::size_t i = 0; i < out.exponents.size(); ++i) out.exponents[i] = a.exponents[i] + sign * b.exponents[i];
  return out;
}

/// unit^exponent; nothing when an exponent would be no whole number.
std::optional<Unit> raised(const Unit& unit, double exponent) {
  Unit out;
  out.factor = std::pow(unit.factor, exponent);
  for (std::size_t i = 0; i < out.exponents.size(); ++i) {
    const double power = unit.exponents[i] * exponent;
    if (power != std::round(power) || std::fabs(power) > 99) return std::nullopt;
    out.exponents[i] = static_cast<int>(power);
  }
  return out;
}

/// Operations whose argument is a pure number.
bool wants_number(Op op) { return (op >= Op::kExp && op <= Op::kLog10) || (op >= Op::kSin && op <= Op::kFactorial); }

}  // namespace

bool same_unit(const Unit& a, const Unit& b) {
  return a.exponents == b.exponents && std::fabs(a.factor / b.factor - 1) < 1e-9;
}

std::string readable_unit(const Unit& unit) {
  constexpr const char* kNames[] = {"m", "kg", "s", "K", "mol", "A", "cd"};
  constexpr double kLitre = 1e-3;  // cubic metres
  double factor = unit.factor;
  std::string above, below;
  for (const std::size_t i : {4, 1, 0, 2, 3, 5, 6}) {
    int exponent = unit.exponents[i];
    if (exponent == 0) continue;
    std::string name = kNames[i];
    if (i == 0 && exponent % 3 == 0) {
      name = "L";
      exponent /= 3;
      factor /= std::pow(kLitre, exponent);
    }
    std::string& side = exponent > 0 ? above : below;
    if (!side.empty()) side += " ";
    side += name;
    if (std::abs(exponent) != 1) side += std::to_string(std::abs(exponent));
  }
  const bool several = below.find(' ') != std::string::npos;
  if (above.empty()) above = "1";
  std::string out = below.empty() ? above : above + "/" + (several ? "(" + below + ")" : below);
  if (std::fabs(factor - 1) < 1e-9) return out;
  const std::string number = exact_number(std::stod(readable_number(factor, 6)));
  return out == "1" ? number : number + " " + out;
}

std::optional<Unit> UnitCheck::quotient(const std::optional<Unit>& a, const std::optional<Unit>& b) {
  if (!a || !b) return std::nullopt;
  return product(*a, *b, -1);
}

UnitCheck::UnitCheck(const Network& network) : network_(network) {
  std::map<std::string, std::optional<Unit>> known;
  const auto parsed = [&](const std::string& text) -> std::optional<Unit> {
    if (text.empty()) return std::nullopt;
    auto [at, fresh] = known.try_emplace(text);
    if (fresh) {
      at->second = parse_unit(text);
      if (at->second && at->second->offset != 0) at->second.reset();
    }
    return at->second;
  };
  time_ = parsed(network.units.time);
  const std::optional<Unit> extent = quotient(parsed(network.units.extent), time_);
  for (const Symbol& symbol : network.symbols)
    symbols_.push_back(symbol.kind == SymbolKind::kReaction        ? extent
                       : symbol.kind == SymbolKind::kStoichiometry ? std::optional<Unit>(Unit())
                                                                   : parsed(symbol.unit));
  const std::size_t count = network.graph.size();
  values_.resize(count);
  faults_.assign(count, Fault::kNone);
  for (Node n = 0; n < count; ++n) values_[n] = value_of(network.graph[n], faults_[n]);
}

UnitCheck::Value UnitCheck::shared(Node a, Node b, Fault& fault) const {
  const Value &x = values_[a], &y = values_[b];
  if (!x.unit || x.literal) return y.unit ? y : x;
  if (!y.unit || y.literal || same_unit(*x.unit, *y.unit)) return x;
  fault = Fault::kMixed;
  return {};
}

UnitCheck::Value UnitCheck::power(const Term& term, Fault& fault) const {
  const Value &base = values_[term.a], &exponent = values_[term.b];
  if (exponent.unit && !is_pure(*exponent.unit)) {
    fault = Fault::kNotANumber;
    return {};
  }
  if (!base.unit) return {};
  if (network_.graph.is_number(term.b)) return {raised(*base.unit, network_.graph[term.b].value), base.literal};
  return same_unit(*base.unit, Unit()) ? Value{Unit(), false} : Value{};
}

UnitCheck::Value UnitCheck::value_of(const Term& term, Fault& fault) const {
  const Value a = argument_count(term.op) > 0 ? values_[term.a] : Value();
  const Value b = argument_count(term.op) > 1 ? values_[term.b] : Value();
  if (wants_number(term.op)) {
    if (a.unit && !is_pure(*a.unit)) fault = Fault::kNotANumber;
    return {Unit(), false};
  }
  switch (term.op) {
    case Op::kNumber:
      return term.value * 2 == std::round(term.value * 2) ? Value{Unit(), true} : Value{};
    case Op::kTime:
      return {time_, false};
    case Op::kSymbol:
      return {symbols_[term.a], false};
    case Op::kRateOf:
      return {quotient(symbols_[term.a], time_), false};
    case Op::kNeg:
    case Op::kAbs:
    case Op::kCeil:
    case Op::kFloor:
    case Op::kRemainder:
      return a;
    case Op::kSqrt:
      return a.unit ? Value{raised(*a.unit, 0.5), a.literal} : Value{};
    case Op::kMul:
    case Op::kDiv:
    case Op::kQuotient:
      if (a.unit && b.unit) {
        const Unit second = b.unit.value();
        return {product(a.unit.value(), second, term.op == Op::kMul ? 1 : -1), a.literal && b.literal};
      }
      return {};
    case Op::kPow:
      return power(term, fault);
    case Op::kAdd:
    case Op::kSub:
    case Op::kMin:
    case Op::kMax:
      return shared(term.a, term.b, fault);
    case Op::kSelect:
      return shared(term.b, term.c, fault);
    default:  // comparisons and logic
      if (term.op >= Op::kLess && term.op <= Op::kNotEqual) shared(term.a, term.b, fault);
      return {Unit(), false};
  }
}

std::string UnitCheck::complaint(Node formula, const std::optional<Unit>& wanted, const std::string& subject) const {
  if (formula == kNoNode) return {};
  std::vector<Node> open = {formula};
  std::vector<bool> seen(formula + 1, false);  // arguments come before what they belong to
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (seen[node]) continue;
    seen[node] = true;
    const Term& term = network_.graph[node];
    const Node parts[] = {term.a, term.b, term.c};
    if (faults_[node] == Fault::kMixed) {
      const bool choice = term.op == Op::kSelect;
      return say("{0} adds or compares {1} and {2}.", subject, readable_unit(*values_[parts[choice ? 1 : 0]].unit),
                 readable_unit(*values_[parts[choice ? 2 : 1]].unit));
    }
    if (faults_[node] == Fault::kNotANumber)
      return say("{0} puts {1} where only a pure number makes sense (an exponent, or the argument of exp, ln, sin).",
                 subject, readable_unit(*values_[parts[term.op == Op::kPow ? 1 : 0]].unit));
    for (int i = 0; i < argument_count(term.op); ++i) open.push_back(parts[i]);
  }
  const Value& value = values_[formula];
  if (!wanted || !value.unit || value.literal || same_unit(*value.unit, *wanted)) return {};
  return say("{0} comes out in {1}, not in {2}.", subject, readable_unit(*value.unit), readable_unit(*wanted));
}

}  // namespace vesica::kinetics
