// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/builder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/infix.h"
#include "vesica/kinetics/math_read.h"
#include "vesica/kinetics/sbml_units.h"
#include "vesica/quantity/unit.h"

namespace vesica::kinetics {

NetworkBuilder::NetworkBuilder(std::string id, std::string name) : id_(std::move(id)), name_(std::move(name)) {}

NetworkBuilder& NetworkBuilder::units(NetworkUnits units) {
  units_ = std::move(units);
  if (units_.extent.empty()) units_.extent = units_.substance;
  return *this;
}

NetworkBuilder& NetworkBuilder::compartment(std::string id, double size, std::string unit, double dimensions) {
  Symbol& symbol = compartments_.emplace_back();
  symbol.id = std::move(id);
  symbol.kind = SymbolKind::kCompartment;
  symbol.value = size;
  symbol.unit = std::move(unit);
  symbol.dimensions = dimensions;
  return *this;
}

NetworkBuilder& NetworkBuilder::species(std::string id, std::string compartment, double initial) {
  return species(std::move(id), std::move(compartment), initial, SpeciesOptions());
}

NetworkBuilder& NetworkBuilder::species(std::string id, std::string compartment, double initial,
                                        SpeciesOptions options) {
  Symbol& symbol = species_.emplace_back();
  symbol.id = std::move(id);
  symbol.name = std::move(options.name);
  symbol.kind = SymbolKind::kSpecies;
  symbol.value = initial;
  symbol.given = options.given;
  symbol.only_substance = options.only_substance;
  symbol.boundary = options.boundary;
  symbol.constant = options.constant;
  symbol.unit = std::move(options.unit);
  homes_.push_back({std::move(compartment), std::move(options.conversion_factor)});
  return *this;
}

NetworkBuilder& NetworkBuilder::parameter(std::string id, double value) {
  return parameter(std::move(id), value, ParameterOptions());
}

NetworkBuilder& NetworkBuilder::parameter(std::string id, double value, ParameterOptions options) {
  Symbol& symbol = parameters_.emplace_back();
  symbol.id = std::move(id);
  symbol.name = std::move(options.name);
  symbol.value = value;
  symbol.unit = std::move(options.unit);
  symbol.low = options.low;
  symbol.high = options.high;
  symbol.evidence = std::move(options.evidence);
  return *this;
}

NetworkBuilder& NetworkBuilder::reaction(std::string id, std::string equation, std::string rate) {
  reactions_.push_back({std::move(id), std::move(equation), std::move(rate)});
  return *this;
}

NetworkBuilder& NetworkBuilder::assign(std::string id, std::string formula) {
  formulas_.push_back({std::move(id), std::move(formula), RuleKind::kAssignment});
  return *this;
}

NetworkBuilder& NetworkBuilder::rate(std::string id, std::string formula) {
  formulas_.push_back({std::move(id), std::move(formula), RuleKind::kRate});
  return *this;
}

NetworkBuilder& NetworkBuilder::initial(std::string id, std::string formula) {
  formulas_.push_back({std::move(id), std::move(formula), RuleKind::kNone});
  return *this;
}

NetworkBuilder& NetworkBuilder::event(std::string id, std::string trigger,
                                      std::vector<std::pair<std::string, std::string>> assignments) {
  return event(std::move(id), std::move(trigger), std::move(assignments), EventOptions());
}

NetworkBuilder& NetworkBuilder::event(std::string id, std::string trigger,
                                      std::vector<std::pair<std::string, std::string>> assignments,
                                      EventOptions options) {
  events_.push_back({std::move(id), std::move(trigger), std::move(assignments), std::move(options)});
  return *this;
}

/// Puts the declarations together once all are known.
class NetworkAssembly {
 public:
  explicit NetworkAssembly(const NetworkBuilder& from) : from_(from) {}

  Network run() {
    network_.id = from_.id_;
    network_.name = from_.name_;
    network_.units = from_.units_;
    add_symbols();
    MathReader math(network_.graph, symbols_);
    math_ = &math;
    add_formulas();
    add_reactions();
    add_events();
    for (const Symbol& symbol : network_.symbols) check_symbol(symbol);
    problems_.raise();
    return std::move(network_);
  }

 private:
  Place place(const std::string& item) const { return {network_.id, 0, 0, shown(item)}; }
  void problem(const std::string& item, std::string what, std::string hint = {}) {
    problems_.add(ErrorKind::kData, std::move(what), place(item), std::move(hint));
  }

  void add_symbols() {
    const std::size_t count =
        from_.compartments_.size() + from_.species_.size() + from_.parameters_.size() + from_.reactions_.size();
    network_.symbols.reserve(count);  // the map's keys are views of these ids
    for (const Symbol& symbol : from_.compartments_) add(symbol);
    for (std::size_t i = 0; i < from_.species_.size(); ++i) add_species(from_.species_[i], from_.homes_[i]);
    for (const Symbol& symbol : from_.parameters_) add(symbol);
    for (const auto& reaction : from_.reactions_) {
      Symbol symbol;
      symbol.id = reaction.id;
      symbol.kind = SymbolKind::kReaction;
      symbol.constant = false;
      add(symbol);
    }
    for (std::size_t i = 0; i < from_.homes_.size(); ++i) {
      if (!from_.homes_[i].conversion_factor.empty())
        network_.symbols[from_.compartments_.size() + i].conversion_factor =
            find(from_.homes_[i].conversion_factor, from_.species_[i].id);
    }
  }

  void add(const Symbol& symbol) {
    const auto index = static_cast<std::uint32_t>(network_.symbols.size());
    network_.symbols.push_back(symbol);
    const std::string& id = network_.symbols.back().id;
    if (!is_sbml_id(id) || is_infix_word(id))
      problem(id, say("{} cannot be an id.", shown(id)),
              say("Use letters, digits and underscores, no digit first, and no word that formulas know."));
    if (!symbols_.emplace(id, index).second)
      problem(id, say("The id {} is given twice.", shown(id)), say("Give every part of the model an id of its own."));
  }

  void add_species(Symbol symbol, const NetworkBuilder::SpeciesText& text) {
    const auto found = symbols_.find(text.compartment);
    if (found == symbols_.end() || network_.symbols[found->second].kind != SymbolKind::kCompartment) {
      problem(symbol.id,
              say("Species {0} lies in {1}, which is no compartment.", shown(symbol.id), shown(text.compartment)),
              say("Declare the compartment, or correct its spelling."));
    } else {
      symbol.compartment = found->second;
      const std::string& size = network_.symbols[found->second].unit;
      if (symbol.unit.empty())
        symbol.unit = symbol.only_substance ? network_.units.substance : SbmlUnits::per(network_.units.substance, size);
    }
    add(symbol);
  }

  std::uint32_t find(const std::string& id, const std::string& item) {
    const auto found = symbols_.find(id);
    if (found != symbols_.end()) return found->second;
    std::vector<std::string> known;
    for (const Symbol& symbol : network_.symbols) known.push_back(symbol.id);
    const auto near = did_you_mean(id, known);
    problem(item, say("{} is not declared.", shown(id)), near ? say("Did you mean {}?", *near) : say("Declare it."));
    return kNoSymbol;
  }

  Node formula(const std::string& text, const std::string& item) {
    try {
      return math_->read(*parse_infix(text, place(item)), nullptr, place(item + ": " + text));
    } catch (const Error& error) {
      problems_.add(error);
      return kNoNode;
    }
  }

  void add_formulas() {
    for (const auto& declared : from_.formulas_) {
      const std::uint32_t target = find(declared.target, declared.target);
      const Node node = formula(declared.text, declared.target);
      if (target == kNoSymbol || node == kNoNode) continue;
      Symbol& symbol = network_.symbols[target];
      if (symbol.kind == SymbolKind::kReaction) {
        problem(symbol.id, say("{} is a reaction: no rule, event or assignment can set it.", symbol.id));
      } else if (declared.kind == RuleKind::kNone) {
        if (symbol.initial != kNoNode)
          problem(symbol.id, say("{} has two initial assignments.", symbol.id), say("Keep one of them."));
        symbol.initial = node;
      } else {
        if (symbol.rule != RuleKind::kNone)
          problem(symbol.id, say("{} has two rules.", symbol.id), say("Keep one of them."));
        if (symbol.kind == SymbolKind::kSpecies && symbol.constant)
          problem(symbol.id, say("{} is constant and has a rule.", symbol.id), say("Remove one of the two."));
        symbol.rule = declared.kind;
        symbol.formula = node;
        symbol.constant = false;
      }
    }
  }

  void add_reactions() {
    for (const auto& declared : from_.reactions_) {
      Reaction reaction;
      reaction.symbol = symbols_.at(declared.id);
      reaction.rate = formula(declared.rate, declared.id);
      const std::string_view equation = declared.equation;
      const auto two_ways = equation.find("<->"), one_way = equation.find("->");
      reaction.reversible = two_ways != std::string_view::npos;
      const auto arrow = reaction.reversible ? two_ways : one_way;
      if (arrow == std::string_view::npos) {
        problem(declared.id, say("\"{}\" is no reaction.", shown(equation)),
                say("Write it as 2 A + B -> C, with <-> when it is reversible."));
        continue;
      }
      reaction.reactants = side(equation.substr(0, arrow), declared.id);
      reaction.products = side(equation.substr(arrow + (reaction.reversible ? 3 : 2)), declared.id);
      add_modifiers(reaction);
      network_.reactions.push_back(std::move(reaction));
    }
  }

  /// "2 A + B": numbers before names.
  std::vector<Participant> side(std::string_view text, const std::string& item) {
    std::vector<Participant> out;
    if (trim(text).empty()) return out;
    for (const std::string_view part : split(text, '+')) {
      std::string_view rest = trim(part);
      const auto digits = static_cast<std::size_t>(
          std::find_if(rest.begin(), rest.end(), [](char c) { return !(c >= '0' && c <= '9') && c != '.'; }) -
          rest.begin());
      Participant participant;
      const auto number = digits == 0 ? std::optional<double>(1) : parse_number(rest.substr(0, digits));
      rest = trim(rest.substr(digits));
      if (rest.starts_with('*')) rest = trim(rest.substr(1));
      participant.stoichiometry = number.value_or(0);
      if (!number || *number <= 0 || !is_sbml_id(rest)) {
        problem(item, say("\"{}\" is no number and species of a reaction.", shown(part)),
                say("Write it as 2 A + B -> C, with <-> when it is reversible."));
        continue;
      }
      participant.species = find(std::string(rest), item);
      if (participant.species == kNoSymbol) continue;
      const Symbol& symbol = network_.symbols[participant.species];
      if (symbol.kind != SymbolKind::kSpecies)
        problem(item, say("{} takes part in a reaction, but is no species.", symbol.id));
      if (symbol.kind == SymbolKind::kSpecies && !symbol.boundary &&
          (symbol.constant || symbol.rule != RuleKind::kNone))
        problem(item, say("Reactions change {}, which is constant or follows a rule.", symbol.id),
                say("Mark the species as boundary, or remove the rule."));
      out.push_back(participant);
    }
    return out;
  }

  /// SBML wants the species that a rate names and that do not take part.
  void add_modifiers(Reaction& reaction) {
    if (reaction.rate == kNoNode) return;
    std::set<std::uint32_t> taken, named;
    for (const auto* participants : {&reaction.reactants, &reaction.products}) {
      for (const Participant& p : *participants) taken.insert(p.species);
    }
    std::vector<Node> open = {reaction.rate};
    std::set<Node> seen;
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      if (!seen.insert(node).second) continue;
      const Term& term = network_.graph[node];
      if (term.op == Op::kSymbol && network_.symbols[term.a].kind == SymbolKind::kSpecies) named.insert(term.a);
      const Node parts[] = {term.a, term.b, term.c};
      for (int i = 0; i < argument_count(term.op); ++i) open.push_back(parts[i]);
    }
    std::set_difference(named.begin(), named.end(), taken.begin(), taken.end(), std::back_inserter(reaction.modifiers));
  }

  void add_events() {
    for (const auto& declared : from_.events_) {
      Event event;
      event.id = declared.id;
      if (!is_sbml_id(event.id))
        problem(event.id, say("{} cannot be an id.", shown(event.id)),
                say("Use letters, digits and underscores, no digit first, and no word that formulas know."));
      if (symbols_.contains(event.id) || !event_ids_.insert(event.id).second)
        problem(event.id, say("The id {} is given twice.", shown(event.id)),
                say("Give every part of the model an id of its own."));
      event.trigger = formula(declared.trigger, declared.id);
      event.initially_true = declared.options.initially_true;
      event.persistent = declared.options.persistent;
      event.values_from_trigger_time = declared.options.values_from_trigger_time;
      if (!declared.options.delay.empty()) event.delay = formula(declared.options.delay, declared.id);
      if (!declared.options.priority.empty()) event.priority = formula(declared.options.priority, declared.id);
      for (const auto& [target, text] : declared.assignments) {
        const std::uint32_t index = find(target, declared.id);
        const Node node = formula(text, declared.id);
        if (index == kNoSymbol || node == kNoNode) continue;
        Symbol& symbol = network_.symbols[index];
        if (symbol.kind == SymbolKind::kReaction || symbol.rule == RuleKind::kAssignment)
          problem(declared.id, say("No event can set {}: it follows from other symbols.", symbol.id));
        symbol.constant = false;
        event.assignments.emplace_back(index, node);
      }
      network_.events.push_back(std::move(event));
    }
  }

  void check_symbol(const Symbol& symbol) {
    if (!symbol.unit.empty() && !parse_unit(symbol.unit))
      problem(symbol.id, say("{} is no unit that Vesica knows.", shown(symbol.unit)),
              say("Write units in UCUM: nmol/L."));
    if (symbol.value < symbol.low || symbol.value > symbol.high)
      problem(symbol.id, say("{0} is {1}, outside its bounds {2} to {3}.", symbol.id, exact_number(symbol.value),
                             exact_number(symbol.low), exact_number(symbol.high)));
  }

  const NetworkBuilder& from_;
  Network network_;
  SymbolMap symbols_;
  std::set<std::string> event_ids_;
  MathReader* math_ = nullptr;
  Problems problems_;
};

Network NetworkBuilder::build() const { return NetworkAssembly(*this).run(); }

}  // namespace vesica::kinetics
