// SPDX-License-Identifier: Apache-2.0
// For tests: whether two networks say the same.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "vesica/kinetics/network.h"
#include "vesica/quantity/unit.h"

namespace vesica::kinetics::test {

/// Formulas of two networks are equal when their trees are, sums and products in either order of two arguments.
class Comparison {
 public:
  Comparison(const Network& a, const Network& b) : a_(a), b_(b) {}

  bool formulas(Node x, Node y) {
    if (x == kNoNode || y == kNoNode) return x == y;
    const auto key = (std::uint64_t{x} << 32) | y;
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    const Term &s = a_.graph[x], &t = b_.graph[y];
    bool same = s.op == t.op;
    if (same && s.op == Op::kNumber) same = equal(s.value, t.value);
    if (same && (s.op == Op::kSymbol || s.op == Op::kRateOf)) same = a_.symbols[s.a].id == b_.symbols[t.a].id;
    const int arguments = argument_count(s.op);
    if (same && arguments > 0) {
      const bool commutes = s.op == Op::kAdd || s.op == Op::kMul;
      same = (formulas(s.a, t.a) && (arguments < 2 || formulas(s.b, t.b))) ||
             (commutes && formulas(s.a, t.b) && formulas(s.b, t.a));
      if (arguments == 3) same = same && formulas(s.c, t.c);
    }
    known_[key] = same;
    return same;
  }

  /// The first difference in words; nothing when there is none.
  std::optional<std::string> difference() {
    if (a_.symbols.size() != b_.symbols.size()) return "number of symbols";
    for (const Symbol& s : a_.symbols) {
      const std::uint32_t at = b_.find(s.id);
      if (at == kNoSymbol) return s.id + " is missing";
      if (const auto what = symbols(s, b_.symbols[at])) return s.id + ": " + *what;
    }
    if (a_.reactions.size() != b_.reactions.size()) return "number of reactions";
    for (std::size_t i = 0; i < a_.reactions.size(); ++i) {
      const Reaction &r = a_.reactions[i], &q = b_.reactions[i];
      if (!formulas(r.rate, q.rate)) return "rate of " + a_.symbols[r.symbol].id;
      if (r.modifiers.size() != q.modifiers.size() || r.reversible != q.reversible) return "reaction";
      if (!sides(r.reactants, q.reactants) || !sides(r.products, q.products)) return "sides of a reaction";
    }
    return events();
  }

 private:
  static bool equal(double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }

  static bool units(const std::string& x, const std::string& y) {
    const auto u = parse_unit(x), v = parse_unit(y);
    return (x.empty() && y.empty()) ||
           (u && v && u->exponents == v->exponents && std::fabs(u->factor / v->factor - 1) < 1e-9);
  }

  std::string name(const Network& n, std::uint32_t i) { return i == kNoSymbol ? "" : n.symbols[i].id; }

  std::optional<std::string> symbols(const Symbol& s, const Symbol& t) {
    if (s.kind != t.kind || s.constant != t.constant || s.rule != t.rule) return "kind";
    if (!equal(s.value, t.value)) return "value";
    if (s.kind == SymbolKind::kSpecies &&
        (s.given != t.given || s.only_substance != t.only_substance || s.boundary != t.boundary ||
         name(a_, s.compartment) != name(b_, t.compartment)))
      return "species";
    if (name(a_, s.conversion_factor) != name(b_, t.conversion_factor)) return "conversion factor";
    if (s.kind == SymbolKind::kCompartment && s.dimensions != t.dimensions) return "dimensions";
    if (!formulas(s.initial, t.initial)) return "initial";
    if (!formulas(s.formula, t.formula)) return "formula";
    if (!units(s.unit, t.unit)) return "unit " + s.unit + " and " + t.unit;
    return std::nullopt;
  }

  bool sides(const std::vector<Participant>& x, const std::vector<Participant>& y) {
    if (x.size() != y.size()) return false;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (name(a_, x[i].species) != name(b_, y[i].species) || !equal(x[i].stoichiometry, y[i].stoichiometry) ||
          name(a_, x[i].symbol) != name(b_, y[i].symbol) || !formulas(x[i].formula, y[i].formula))
        return false;
    }
    return true;
  }

  std::optional<std::string> events() {
    if (a_.events.size() != b_.events.size()) return "number of events";
    for (std::size_t i = 0; i < a_.events.size(); ++i) {
      const Event &e = a_.events[i], &f = b_.events[i];
      if (e.id != f.id || e.initially_true != f.initially_true || e.persistent != f.persistent ||
          e.values_from_trigger_time != f.values_from_trigger_time || !formulas(e.trigger, f.trigger) ||
          !formulas(e.delay, f.delay) || !formulas(e.priority, f.priority) ||
          e.assignments.size() != f.assignments.size())
        return "event " + std::to_string(i);
      for (std::size_t k = 0; k < e.assignments.size(); ++k) {
        if (name(a_, e.assignments[k].first) != name(b_, f.assignments[k].first) ||
            !formulas(e.assignments[k].second, f.assignments[k].second))
          return "assignment of event " + std::to_string(i);
      }
    }
    return std::nullopt;
  }

  const Network &a_, &b_;
  std::unordered_map<std::uint64_t, bool> known_;
};

}  // namespace vesica::kinetics::test
