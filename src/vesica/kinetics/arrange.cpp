// SPDX-License-Identifier: Apache-2.0
// Decides for every symbol where its value lives while the model runs.
#include <string>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/kinetics/compile_parts.h"

namespace vesica::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw Error(ErrorKind::kData, what, {}, hint);
}

void find_stakes(Arrangement& plan) {
  const Network& network = *plan.network;
  plan.stakes.resize(network.symbols.size());
  plan.reaction_of.assign(network.symbols.size(), kNoSymbol);
  for (std::uint32_t r = 0; r < network.reactions.size(); ++r) {
    const Reaction& reaction = network.reactions[r];
    if (reaction.symbol != kNoSymbol) plan.reaction_of[reaction.symbol] = r;
    for (const Participant& p : reaction.reactants) plan.stakes[p.species].push_back({r, false, &p});
    for (const Participant& p : reaction.products) plan.stakes[p.species].push_back({r, true, &p});
  }
}

/// What rules, curves, reactions, doses and infusions make of one symbol; events and starts come later.
Role first_role(const Arrangement& plan, std::uint32_t symbol, bool followed, bool supplied) {
  const Symbol& s = plan.network->symbols[symbol];
  if (supplied && s.kind != SymbolKind::kSpecies)
    refuse(say("{} cannot be infused: it is no species.", s.id), say("Infuse a species."));
  Role role;
  role.amount = s.kind == SymbolKind::kSpecies && s.rule == RuleKind::kNone && !followed;
  if (followed) {
    role.residence = Residence::kInput;
  } else if (s.kind == SymbolKind::kReaction || s.rule == RuleKind::kAssignment) {
    role.residence = Residence::kFormula;
    if (supplied)
      refuse(say("{} cannot be dosed: a rule computes it.", s.id), say("Dose a species that reactions change."));
  } else if (s.rule == RuleKind::kRate) {
    role.residence = Residence::kState;
  } else if (s.kind == SymbolKind::kSpecies) {
    role.reacting = !s.boundary && !s.constant && !plan.stakes[symbol].empty();
    if (role.reacting || supplied) role.residence = Residence::kState;
  }
  if (!role.reacting) return role;
  for (const Stake& stake : plan.stakes[symbol]) {
    const Reaction& reaction = plan.network->reactions[stake.reaction];
    if (reaction.rate != kNoNode) continue;
    throw Error(ErrorKind::kUnsupported,
                say("Reaction {} has no rate, so {} cannot be simulated.",
                    reaction.symbol == kNoSymbol ? std::string("?") : plan.network->symbols[reaction.symbol].id, s.id),
                {}, say("Give the reaction a kinetic law."));
  }
  return role;
}

void mark_changed(Arrangement& plan, std::uint32_t symbol, const std::string& by) {
  Role& role = plan.roles[symbol];
  if (role.residence == Residence::kConstant) role.residence = Residence::kSlot;
  if (role.residence != Residence::kFormula && role.residence != Residence::kInput) return;
  refuse(say("{} changes {}, which a rule or curve computes.", by, plan.network->symbols[symbol].id),
         say("Let it change something that the rule uses."));
}

}  // namespace

void Parts::add_slot(std::string name, double value) {
  model.slot_names.push_back(std::move(name));
  model.slots.push_back(value);
}

void Parts::arrange() {
  const auto symbols = static_cast<std::uint32_t>(network.symbols.size());
  plan.network = &network;
  find_stakes(plan);
  std::vector<bool> followed(symbols), supplied(symbols);
  for (std::uint32_t symbol : options.followed) followed[symbol] = true;
  for (std::uint32_t symbol : options.infused) supplied[symbol] = true;
  for (std::uint32_t symbol : options.fed) supplied[symbol] = true;
  plan.roles.reserve(symbols);
  for (std::uint32_t s = 0; s < symbols; ++s) plan.roles.push_back(first_role(plan, s, followed[s], supplied[s]));
  for (const Event& event : network.events) {
    for (const auto& [symbol, formula] : event.assignments) mark_changed(plan, symbol, event.id);
  }
  for (std::uint32_t symbol : options.dosed) mark_changed(plan, symbol, say("A dose"));
  name_inputs();
  name_given();
  for (std::uint32_t s = 0; s < symbols; ++s) {
    if (plan.roles[s].residence != Residence::kState) continue;
    plan.roles[s].index = static_cast<std::uint32_t>(model.states.size());
    model.states.push_back(s);
    model.state_names.push_back(network.symbols[s].id);
  }
}

void Parts::name_inputs() {
  for (std::uint32_t symbol : options.followed) {
    plan.roles[symbol].index = model.inputs();
    model.input_symbols.push_back(symbol);
  }
  for (std::uint32_t symbol : options.fed) {
    plan.roles[symbol].feed = model.inputs();
    model.input_symbols.push_back(symbol);
  }
  for (std::uint32_t symbol : options.infused) {
    Role& role = plan.roles[symbol];
    if (role.infusion == kNoSymbol) {
      role.infusion = static_cast<std::uint32_t>(model.slots.size());
      add_slot(network.symbols[symbol].id + ".infusion", 0);
    }
    model.infusion_slots.push_back(role.infusion);
  }
}

void Parts::name_given() {
  for (std::uint32_t symbol : options.given) {
    const Symbol& s = network.symbols[symbol];
    Role& role = plan.roles[symbol];
    if (role.residence == Residence::kFormula || role.residence == Residence::kInput)
      refuse(say("{} cannot be given a start: a rule or curve computes it.", s.id),
             say("Give what the rule uses instead."));
    if (role.given == kNoSymbol) {
      role.given = static_cast<std::uint32_t>(model.slots.size());
      // A species is stored as an amount, a state elsewhere: its start needs a slot of its own.
      const bool own = role.residence == Residence::kState || role.amount;
      add_slot(own ? s.id + ".start" : s.id, s.value);
      if (!own) {
        role.residence = Residence::kSlot;
        role.index = role.given;
      }
    }
    model.given_slots.push_back(role.given);
  }
}

/// Starts decide what is constant: whatever nobody changes and whose start is a number.
void Parts::settle_constants() {
  for (std::uint32_t s = 0; s < network.symbols.size(); ++s) {
    Role& role = plan.roles[s];
    const bool has_slot = role.given != kNoSymbol && role.residence == Residence::kSlot && !role.amount;
    if ((role.residence != Residence::kConstant && role.residence != Residence::kSlot) || has_slot) continue;
    const Node start = at_start.stored(s);
    if (role.residence == Residence::kConstant && graph.is_number(start)) {
      role.fixed = graph[start].value;
      role.index = static_cast<std::uint32_t>(model.fixed.size());
      model.fixed.push_back(role.fixed);
    } else {
      role.residence = Residence::kSlot;
      role.index = static_cast<std::uint32_t>(model.slots.size());
      add_slot(network.symbols[s].id, graph.is_number(start) ? graph[start].value : network.symbols[s].value);
    }
  }
  model.located.reserve(plan.roles.size());
  for (const Role& role : plan.roles) model.located.push_back({role.residence, role.index});
}

}  // namespace vesica::kinetics
