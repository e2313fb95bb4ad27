// SPDX-License-Identifier: Apache-2.0
// What changes a model's symbols: reactions, rules, initial assignments, events.
#include <cmath>
#include <utility>

#include <sbml/SBMLTypes.h>

#include "vesica/base/message.h"
#include "vesica/kinetics/sbml_model.h"

namespace vesica::kinetics {

void SbmlModelReader::read_reaction(const ::Reaction& from, std::size_t index) {
  Symbol symbol;
  symbol.id = from.getId();
  symbol.name = from.getName();
  symbol.kind = SymbolKind::kReaction;
  symbol.constant = false;
  Reaction& into = network_.reactions[index];
  into.symbol = add(std::move(symbol), from.getId(), symbols_, from);
  into.reversible = from.getReversible();
  if (from.isSetFast() && from.getFast())
    problems_.add(ErrorKind::kUnsupported, say("Reaction {} is fast.", shown(from.getId())), place(from, from.getId()),
                  say("Vesica has no instantaneous equilibria; give the reaction a large rate, or remove its mark."));
  for (unsigned i = 0; i < from.getNumReactants(); ++i)
    into.reactants.push_back(read_participant(*from.getReactant(i)));
  for (unsigned i = 0; i < from.getNumProducts(); ++i) into.products.push_back(read_participant(*from.getProduct(i)));
  for (unsigned i = 0; i < from.getNumModifiers(); ++i) into.modifiers.push_back(find_species(*from.getModifier(i)));
  const KineticLaw* law = from.getKineticLaw();
  if (law == nullptr) return;
  for (unsigned i = 0; i < law->getNumParameters(); ++i)
    read_parameter(*law->getParameter(i), from.getId(), locals_[index]);
}

Participant SbmlModelReader::read_participant(const SpeciesReference& from) {
  Participant out;
  out.species = find_species(from);
  out.stoichiometry = from.getStoichiometry();
  if (level2_) return out;
  if (!from.isSetStoichiometry()) out.stoichiometry = std::numeric_limits<double>::quiet_NaN();
  if (!from.isSetId()) {
    if (std::isnan(out.stoichiometry))
      problems_.add(ErrorKind::kData, say("The stoichiometry of {} is not given.", shown(from.getSpecies())),
                    place(from), say("Add the attribute stoichiometry."));
    return out;
  }
  Symbol symbol;
  symbol.id = from.getId();
  symbol.name = from.getName();
  symbol.kind = SymbolKind::kStoichiometry;
  symbol.value = out.stoichiometry;
  symbol.constant = from.getConstant();
  symbol.unit = "1";
  out.symbol = add(std::move(symbol), from.getId(), symbols_, from);
  return out;
}

void SbmlModelReader::read_formulas(const ::Reaction& from, std::size_t index) {
  Reaction& into = network_.reactions[index];
  if (const KineticLaw* law = from.getKineticLaw(); law != nullptr)
    into.rate = formula(law->getMath(), *law, locals_[index].empty() ? nullptr : &locals_[index]);
  if (!level2_) return;
  const auto read_stoichiometry = [&](const SpeciesReference& reference, Participant& participant) {
    if (!reference.isSetStoichiometryMath()) return;
    const Node node = formula(reference.getStoichiometryMath()->getMath(), reference);
    if (node != kNoNode && network_.graph.is_number(node)) {
      participant.stoichiometry = network_.graph[node].value;
    } else {
      participant.formula = node;
    }
  };
  for (unsigned i = 0; i < from.getNumReactants(); ++i) read_stoichiometry(*from.getReactant(i), into.reactants[i]);
  for (unsigned i = 0; i < from.getNumProducts(); ++i) read_stoichiometry(*from.getProduct(i), into.products[i]);
}

void SbmlModelReader::read_initial_assignments() {
  for (unsigned i = 0; i < model_.getNumInitialAssignments(); ++i) {
    const InitialAssignment& from = *model_.getInitialAssignment(i);
    const std::uint32_t target = find(from.getSymbol(), from, true);
    const Node value = formula(from.getMath(), from);
    if (target == kNoSymbol || value == kNoNode) continue;
    Symbol& symbol = network_.symbols[target];
    if (symbol.initial != kNoNode)
      problems_.add(ErrorKind::kData, say("{} has two initial assignments.", shown(symbol.id)), place(from),
                    say("Keep one of them."));
    symbol.initial = value;
  }
}

void SbmlModelReader::read_rule(const Rule& from) {
  if (from.isAlgebraic()) {
    if (from.isSetMath())
      problems_.add(ErrorKind::kUnsupported, say("The model holds an algebraic rule."), place(from),
                    say("Solve the equation for one symbol and make it an assignment rule."));
    return;
  }
  const std::uint32_t target = find(from.getVariable(), from, true);
  const Node value = formula(from.getMath(), from);
  if (target == kNoSymbol || value == kNoNode) return;
  Symbol& symbol = network_.symbols[target];
  if (symbol.rule != RuleKind::kNone)
    problems_.add(ErrorKind::kData, say("{} has two rules.", shown(symbol.id)), place(from), say("Keep one of them."));
  symbol.rule = from.isRate() ? RuleKind::kRate : RuleKind::kAssignment;
  symbol.formula = value;
  symbol.constant = false;
}

void SbmlModelReader::read_event(const ::Event& from) {
  Event out;
  out.id = from.getId();
  out.name = from.getName();
  out.trigger = network_.graph.number(0);  // without a trigger an event never happens
  if (const Trigger* trigger = from.getTrigger(); trigger != nullptr) {
    if (const Node truth = formula(trigger->getMath(), *trigger); truth != kNoNode) out.trigger = truth;
    if (!level2_) {
      out.initially_true = trigger->getInitialValue();
      out.persistent = trigger->getPersistent();
    }
  }
  if (from.isSetUseValuesFromTriggerTime()) out.values_from_trigger_time = from.getUseValuesFromTriggerTime();
  if (const Delay* delay = from.getDelay(); delay != nullptr) out.delay = formula(delay->getMath(), *delay);
  if (const Priority* priority = from.getPriority(); priority != nullptr)
    out.priority = formula(priority->getMath(), *priority);
  if (from.isSetTimeUnits() && from.getTimeUnits() != "time" && from.getTimeUnits() != "second" &&
      units_.text(from.getTimeUnits()) != network_.units.time)
    problems_.add(ErrorKind::kUnsupported, say("Event {} counts its delay in a unit of its own.", shown(from.getId())),
                  place(from), say("Write the delay in the model's unit of time and remove timeUnits."));
  for (unsigned i = 0; i < from.getNumEventAssignments(); ++i) {
    const EventAssignment& assignment = *from.getEventAssignment(i);
    const std::uint32_t target = find(assignment.getVariable(), assignment, true);
    const Node value = formula(assignment.getMath(), assignment);
    if (target == kNoSymbol || value == kNoNode) continue;
    for (const auto& [other, node] : out.assignments) {
      if (other == target)
        problems_.add(ErrorKind::kData, say("An event sets {} twice.", shown(assignment.getVariable())),
                      place(assignment), say("Keep one of them."));
    }
    network_.symbols[target].constant = false;
    out.assignments.emplace_back(target, value);
  }
  network_.events.push_back(std::move(out));
}

void SbmlModelReader::finish_compartments() {
  for (Symbol& symbol : network_.symbols) {
    if (symbol.kind != SymbolKind::kCompartment) break;  // they come first
    if (std::isnan(symbol.value) && symbol.initial == kNoNode && symbol.rule != RuleKind::kAssignment) {
      symbol.value = 1;
      symbol.assumed = symbol.dimensions != 0;
    }
  }
}

}  // namespace vesica::kinetics
