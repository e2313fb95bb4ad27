// SPDX-License-Identifier: Apache-2.0
// Networks put together by hand, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics::test {

/// Adds symbols and reactions one by one; nodes are made through `g`.
struct Bench {
  Network network;
  Graph& g = network.graph;

  std::uint32_t add(Symbol symbol) {
    network.symbols.push_back(std::move(symbol));
    return static_cast<std::uint32_t>(network.symbols.size() - 1);
  }
  std::uint32_t compartment(const std::string& id, double size) {
    Symbol s;
    s.id = id;
    s.kind = SymbolKind::kCompartment;
    s.value = size;
    return add(s);
  }
  std::uint32_t parameter(const std::string& id, double value) {
    Symbol s;
    s.id = id;
    s.value = value;
    s.constant = false;
    return add(s);
  }
  std::uint32_t species(const std::string& id, std::uint32_t in, double value,
                        SpeciesMeasure given = SpeciesMeasure::kConcentration, bool only_substance = false) {
    Symbol s;
    s.id = id;
    s.kind = SymbolKind::kSpecies;
    s.compartment = in;
    s.value = value;
    s.given = given;
    s.only_substance = only_substance;
    s.constant = false;
    return add(s);
  }
  /// Stoichiometry 1 on both sides.
  std::uint32_t reaction(const std::string& id, const std::vector<std::uint32_t>& from,
                         const std::vector<std::uint32_t>& to, Node rate) {
    Symbol s;
    s.id = id;
    s.kind = SymbolKind::kReaction;
    s.constant = false;
    Reaction r;
    r.symbol = add(s);
    r.rate = rate;
    for (std::uint32_t x : from) r.reactants.push_back({x});
    for (std::uint32_t x : to) r.products.push_back({x});
    network.reactions.push_back(r);
    return r.symbol;
  }
  void rule(std::uint32_t symbol, RuleKind kind, Node formula) {
    network.symbols[symbol].rule = kind;
    network.symbols[symbol].formula = formula;
  }
  Node operator()(std::uint32_t symbol) { return g.symbol(symbol); }
  Node n(double value) { return g.number(value); }
};

}  // namespace vesica::kinetics::test
