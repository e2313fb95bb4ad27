// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/check.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/kinetics/moiety.h"
#include "vesica/kinetics/problems.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/unit_check.h"

namespace vesica::kinetics {

namespace {

class Check {
 public:
  explicit Check(const Network& network) : network_(network), units_(network) {}

  std::vector<CheckFinding> run() {
    note_uses();
    contradictions();
    missing_values();
    unit_faults();
    unchanged_species();
    unused_symbols();
    conserved_sums();
    std::stable_sort(out_.begin(), out_.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
    return std::move(out_);
  }

 private:
  void add(CheckKind kind, std::uint32_t symbol, std::string text, std::string hint = {}) {
    out_.push_back(
        {kind, symbol == kNoSymbol ? std::string() : network_.symbols[symbol].id, std::move(text), std::move(hint), 0});
  }

  template <typename Visit>
  void for_each_formula(const Visit& visit) const {
    for (const Symbol& symbol : network_.symbols) {
      visit(symbol.initial);
      visit(symbol.formula);
    }
    for (const Reaction& reaction : network_.reactions) {
      visit(reaction.rate);
      for (const auto* side : {&reaction.reactants, &reaction.products}) {
        for (const Participant& p : *side) visit(p.formula);
      }
    }
    for (const Event& event : network_.events) {
      visit(event.trigger);
      visit(event.delay);
      visit(event.priority);
      for (const auto& [target, formula] : event.assignments) visit(formula);
    }
  }

  void note_uses() {
    named_.assign(network_.symbols.size(), false);
    changed_.assign(network_.symbols.size(), false);
    takes_part_.assign(network_.symbols.size(), false);
    std::vector<bool> needed(network_.graph.size(), false);
    for_each_formula([&](Node node) {
      if (node != kNoNode) needed[node] = true;
    });
    for (Node n = static_cast<Node>(needed.size()); n-- > 0;) {
      if (!needed[n]) continue;
      const Term& term = network_.graph[n];
      if (term.op == Op::kSymbol || term.op == Op::kRateOf) named_[term.a] = true;
      const Node parts[] = {term.a, term.b, term.c};
      for (int i = 0; i < argument_count(term.op); ++i) needed[parts[i]] = true;
    }
    const auto name = [&](std::uint32_t index) {
      if (index != kNoSymbol) named_[index] = true;
    };
    name(network_.conversion_factor);
    for (const Symbol& symbol : network_.symbols) {
      name(symbol.compartment);
      name(symbol.conversion_factor);
    }
    for (const Reaction& reaction : network_.reactions) {
      for (const auto* side : {&reaction.reactants, &reaction.products}) {
        for (const Participant& p : *side) {
          if (p.symbol != kNoSymbol) named_[p.symbol] = true;
          if (p.species == kNoSymbol) continue;
          takes_part_[p.species] = true;
          changed_[p.species] = changed_[p.species] || reaction.rate != kNoNode;
        }
      }
    }
    for (const Event& event : network_.events) {
      for (const auto& [target, formula] : event.assignments) changed_[target] = true;
    }
  }

  void contradictions() {
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      if (symbol.kind != SymbolKind::kSpecies || symbol.boundary || !takes_part_[i]) continue;
      if (symbol.rule != RuleKind::kNone)
        add(CheckKind::kUndefined, i, say("{} follows a rule, and reactions change it too.", symbol.id),
            say("Mark the species as boundary, or remove the rule."));
      if (symbol.constant)
        add(CheckKind::kUndefined, i, say("{} is constant, and reactions change it.", symbol.id),
            say("Mark the species as boundary, or not as constant."));
    }
  }

  void missing_values() {
    const std::vector<double> values = declared_values(network_);
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      if (symbol.assumed)
        add(CheckKind::kMissingValue, i, say("Compartment {} has no size; 1 is taken.", symbol.id),
            say("Give it a size: concentrations and amounts depend on it."));
      if (symbol.kind == SymbolKind::kReaction || !std::isnan(symbol.value) || !std::isnan(values[i])) continue;
      if (symbol.initial != kNoNode || symbol.rule == RuleKind::kAssignment) continue;
      if (symbol.kind != SymbolKind::kSpecies && !named_[i]) continue;
      add(CheckKind::kMissingValue, i, say("{} has no value to start from.", symbol.id),
          say("Give it a value, an initial assignment or a rule."));
    }
  }

  void complain(Node formula, const std::optional<Unit>& wanted, std::uint32_t symbol, const std::string& subject) {
    std::string text = units_.complaint(formula, wanted, subject);
    if (!text.empty())
      add(CheckKind::kUnits, symbol, std::move(text), say("Correct the formula, or the units of what it names."));
  }

  void unit_faults() {
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      const auto own = units_.of_symbol(i);
      complain(symbol.initial, own, i, say("The initial assignment of {}", symbol.id));
      if (symbol.rule == RuleKind::kRate)
        complain(symbol.formula, UnitCheck::quotient(own, units_.time()), i, say("The rate rule of {}", symbol.id));
      if (symbol.rule == RuleKind::kAssignment)
        complain(symbol.formula, own, i, say("The assignment rule of {}", symbol.id));
    }
    for (const Reaction& reaction : network_.reactions) {
      const std::string& id = network_.symbols[reaction.symbol].id;
      complain(reaction.rate, units_.of_symbol(reaction.symbol), reaction.symbol, say("The rate of {}", id));
    }
    for (std::size_t i = 0; i < network_.events.size(); ++i) {
      const Event& event = network_.events[i];
      const std::string name = event.id.empty() ? std::to_string(i + 1) : event.id;
      complain(event.trigger, std::nullopt, kNoSymbol, say("The trigger of event {}", name));
      complain(event.delay, units_.time(), kNoSymbol, say("The delay of event {}", name));
      for (const auto& [target, formula] : event.assignments)
        complain(formula, units_.of_symbol(target), target,
                 say("What event {0} gives {1}", name, network_.symbols[target].id));
    }
  }

  void unchanged_species() {
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      if (symbol.kind != SymbolKind::kSpecies || symbol.constant || symbol.boundary || changed_[i]) continue;
      if (symbol.rule != RuleKind::kNone) continue;
      add(CheckKind::kUnchanged, i, say("Nothing changes {}: it takes part in no reaction, rule or event.", symbol.id),
          say("Mark it as constant if that is meant."));
    }
  }

  void unused_symbols() {
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      const bool stands_alone = symbol.kind == SymbolKind::kCompartment || symbol.kind == SymbolKind::kParameter ||
                                symbol.kind == SymbolKind::kLocalParameter ||
                                (symbol.kind == SymbolKind::kSpecies && (symbol.constant || symbol.boundary));
      if (!stands_alone || named_[i] || takes_part_[i] || changed_[i] || symbol.rule != RuleKind::kNone) continue;
      add(CheckKind::kUnused, i, say("No formula uses {}.", symbol.id));
    }
  }

  void conserved_sums() {
    const Moieties moieties = conserved_moieties(network_);
    for (std::size_t i = 0; i < std::min(moieties.found.size(), kMostConserved); ++i)
      add(CheckKind::kConserved, moieties.found[i].terms.front().first,
          say("Reactions keep the amount {}.", to_text(moieties.found[i], network_)));
    if (moieties.found.size() > kMostConserved)
      add(CheckKind::kConserved, kNoSymbol,
          say("Reactions keep {} more sum(s) of amounts.", moieties.found.size() - kMostConserved));
    if (!moieties.complete)
      add(CheckKind::kConserved, kNoSymbol,
          say("Conserved sums were not looked for: the stoichiometries are no small fractions, or the model is too "
              "large."));
  }

  const Network& network_;
  UnitCheck units_;
  std::vector<bool> named_, changed_, takes_part_;
  std::vector<CheckFinding> out_;
};

}  // namespace

const char* to_text(CheckKind kind) {
  switch (kind) {
    case CheckKind::kUnsupported:
      return "unsupported";
    case CheckKind::kUndefined:
      return "undefined";
    case CheckKind::kMissingValue:
      return "missing_value";
    case CheckKind::kUnits:
      return "units";
    case CheckKind::kUnchanged:
      return "unchanged";
    case CheckKind::kUnused:
      return "unused";
    case CheckKind::kConserved:
      return "conserved";
  }
  return "undefined";
}

std::vector<CheckFinding> check_network(const Network& network) { return Check(network).run(); }

std::vector<CheckFinding> check_sbml(std::string_view bytes, const std::string& path) {
  Problems problems;
  const std::optional<Network> network = read_sbml(bytes, path, problems);
  if (network && problems.empty()) return check_network(*network);
  std::vector<CheckFinding> out;
  for (const Error& error : problems.kept()) {
    const bool known = error.kind() == ErrorKind::kUnsupported;
    out.push_back({known ? CheckKind::kUnsupported : CheckKind::kUndefined, error.where().item, error.message(),
                   error.hint(), error.where().line});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
  return out;
}

}  // namespace vesica::kinetics
