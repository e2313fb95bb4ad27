// SPDX-License-Identifier: Apache-2.0
// A reaction network as data, in the terms of SBML Level 3: what the builder makes and the SBML reader and writer
// share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/kinetics/graph.h"

namespace vesica::kinetics {

inline constexpr std::uint32_t kNoSymbol = 0xffffffff;

enum class SymbolKind { kCompartment, kSpecies, kParameter, kLocalParameter, kStoichiometry, kReaction };
enum class RuleKind { kNone, kAssignment, kRate };
enum class SpeciesMeasure { kAmount, kConcentration };

/// Anything a formula may name. In formulas a species means its concentration, or its amount when `only_substance`;
/// a reaction means its rate (extent per time); a stoichiometry symbol is the id of a species reference.
struct Symbol {
  std::string id;  ///< unique; a local parameter is "reaction.id"
  std::string name;
  SymbolKind kind = SymbolKind::kParameter;
  std::string unit;      ///< UCUM; empty when the model does not say
  double value;          ///< as declared; NaN when it is not
  bool assumed = false;  ///< `value` was not declared: 1 stands in for the size of a compartment
  bool constant = true;
  Node initial = kNoNode;  ///< initial assignment; replaces `value`
  RuleKind rule = RuleKind::kNone;
  Node formula = kNoNode;  ///< of the rule
  // compartments
  double dimensions = 3;
  // species
  std::uint32_t compartment = kNoSymbol;
  SpeciesMeasure given = SpeciesMeasure::kConcentration;  ///< what `value` is
  bool only_substance = false;  ///< in formulas, rules and assignments the symbol is an amount
  bool boundary = false;        ///< reactions do not change it
  std::uint32_t conversion_factor = kNoSymbol;
  // parameters as settings (builder): where the number comes from and how far it may go
  double low, high;
  std::string evidence;  ///< row of the evidence tables

  Symbol();
};

/// One species on one side of a reaction. The stoichiometry is a number, a formula (SBML Level 2 stoichiometryMath), or
/// a symbol that rules, events and initial assignments may change.
struct Participant {
  std::uint32_t species = kNoSymbol;
  double stoichiometry = 1;
  Node formula = kNoNode;
  std::uint32_t symbol = kNoSymbol;
};

struct Reaction {
  std::uint32_t symbol = kNoSymbol;
  std::vector<Participant> reactants, products;
  std::vector<std::uint32_t> modifiers;
  Node rate = kNoNode;  ///< extent per time, in amounts (not concentrations) per time; kNoNode: none declared
  bool reversible = true;
};

struct Event {
  std::string id, name;
  Node trigger = kNoNode;
  bool initially_true = true;  ///< value of the trigger just before the start
  bool persistent = true;      ///< once triggered it is executed even if the trigger turns false meanwhile
  bool values_from_trigger_time = true;
  Node delay = kNoNode, priority = kNoNode;
  std::vector<std::pair<std::uint32_t, Node>> assignments;  ///< symbol, formula
};

/// What the model says of its own units, UCUM, empty when it does not.
struct NetworkUnits {
  std::string time, substance, extent, volume, area, length;
};

/// Formulas are nodes of `graph`; their kSymbol leaves index `symbols`. Function definitions are already inlined.
struct Network {
  std::string id, name;
  NetworkUnits units;
  std::uint32_t conversion_factor = kNoSymbol;  ///< of all species that have none of their own
  Graph graph;
  std::vector<Symbol> symbols;
  std::vector<Reaction> reactions;
  std::vector<Event> events;

  /// Index of the symbol with this id, or kNoSymbol. Linear; for many look-ups keep a map.
  std::uint32_t find(std::string_view symbol_id) const;
};

}  // namespace vesica::kinetics
