// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/resolve.h"

#include <algorithm>
#include <string>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica::kinetics {

Resolver::Resolver(const Arrangement& plan, Graph& graph, Moment moment)
    : plan_(plan),
      network_(*plan.network),
      graph_(graph),
      moment_(moment),
      nodes_(static_cast<std::uint32_t>(network_.graph.size())),
      symbols_(static_cast<std::uint32_t>(network_.symbols.size())),
      done_(std::size_t{nodes_} + 3 * std::size_t{symbols_}, kNoNode),
      opened_(done_.size(), 0) {}

Node Resolver::formula(Node node) { return resolve(node); }
Node Resolver::value(std::uint32_t symbol) { return resolve(value_item(symbol)); }
Node Resolver::flow(std::uint32_t symbol) { return resolve(flow_item(symbol)); }

/// Depth first with a stack of its own: rules may be chained deeper than the machine's stack.
Node Resolver::resolve(std::uint32_t item) {
  const std::size_t bottom = stack_.size();
  stack_.push_back(item);
  while (stack_.size() > bottom) {
    const std::uint32_t top = stack_.back();
    if (done_[top] != kNoNode) {
      stack_.pop_back();
    } else if (opened_[top] == 0) {
      opened_[top] = 1;
      needs(top);
    } else {
      done_[top] = make(top);
      stack_.pop_back();
    }
  }
  return done_[item];
}

void Resolver::needs(std::uint32_t item) {
  const std::size_t first = stack_.size();
  if (item < nodes_) {
    const Term& term = network_.graph[item];
    const Node arguments[3] = {term.a, term.b, term.c};
    if (term.op == Op::kSymbol) stack_.push_back(value_item(term.a));
    if (term.op == Op::kRateOf) stack_.push_back(rate_item(term.a));
    for (int i = argument_count(term.op) - 1; i >= 0; --i) stack_.push_back(arguments[i]);
  } else {
    const std::uint32_t kind = (item - nodes_) / symbols_, symbol = (item - nodes_) % symbols_;
    if (kind == 0) needs_of_value(symbol);
    if (kind == 1) needs_of_flow(symbol);
    if (kind == 2) needs_of_rate(symbol);
  }
  for (std::size_t i = first; i < stack_.size(); ++i) {
    if (opened_[stack_[i]] != 0 && done_[stack_[i]] == kNoNode) refuse_cycle(stack_[i]);
  }
}

/// Whoever is opened and not done waits for what was pushed last: the symbols among them from `item` on are the cycle.
void Resolver::refuse_cycle(std::uint32_t item) const {
  constexpr std::size_t kMostNamed = 12;  // chosen: a longer sentence is not read
  std::string names;
  std::size_t named = 0;
  std::uint32_t last = kNoSymbol;
  bool inside = false;
  for (std::uint32_t waiting : stack_) {
    inside = inside || waiting == item;
    if (!inside || opened_[waiting] == 0 || done_[waiting] != kNoNode || waiting < nodes_) continue;
    const std::uint32_t symbol = (waiting - nodes_) % symbols_;
    if (symbol == last) continue;
    last = symbol;
    const std::string& id = network_.symbols[symbol].id;
    if (++named > kMostNamed) {
      names += ", ...";
      break;
    }
    names += names.empty() ? id : ", " + id;
  }
  throw Error(ErrorKind::kData, say("These symbols depend on each other in a circle: {}.", names), {},
              say("Break the circle: one of their rules or assignments must not use the others."));
}

/// The formula that the symbol follows at this moment, or kNoNode.
Node Resolver::rule_of(std::uint32_t symbol) const {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  if (role.residence == Residence::kInput) return kNoNode;
  if (role.residence == Residence::kFormula)
    return s.kind == SymbolKind::kReaction ? network_.reactions[plan_.reaction_of[symbol]].rate : s.formula;
  if (moment_ == Moment::kStart && role.given == kNoSymbol) return s.initial;
  return kNoNode;
}

/// Whether the declared or given start of the symbol needs its compartment to become what the symbol means.
bool Resolver::concentration_at_start(std::uint32_t symbol) const {
  const Symbol& s = network_.symbols[symbol];
  return s.kind == SymbolKind::kSpecies && s.compartment != kNoSymbol &&
         (s.given == SpeciesMeasure::kConcentration) == s.only_substance;
}

void Resolver::needs_of_value(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  if (plan_.roles[symbol].residence == Residence::kInput) return;
  if (const Node rule = rule_of(symbol); rule != kNoNode) {
    stack_.push_back(rule);
  } else if (moment_ == Moment::kStart ? concentration_at_start(symbol) : divided(plan_, symbol)) {
    stack_.push_back(value_item(s.compartment));
  }
}

void Resolver::needs_of_flow(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  if (s.rule == RuleKind::kRate) {
    stack_.push_back(s.formula);
    const bool fed = role.infusion != kNoSymbol || role.feed != kNoSymbol;
    if (fed && !s.only_substance) stack_.push_back(value_item(s.compartment));
  }
  if (!role.reacting) return;
  const std::uint32_t factor = s.conversion_factor != kNoSymbol ? s.conversion_factor : network_.conversion_factor;
  if (factor != kNoSymbol) stack_.push_back(value_item(factor));
  for (const Stake& stake : plan_.stakes[symbol]) {
    stack_.push_back(value_item(network_.reactions[stake.reaction].symbol));
    if (stake.participant->symbol != kNoSymbol) stack_.push_back(value_item(stake.participant->symbol));
    if (stake.participant->formula != kNoNode) stack_.push_back(stake.participant->formula);
  }
}

void Resolver::needs_of_rate(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  if (role.residence == Residence::kFormula)
    throw Error(ErrorKind::kData,
                say("rateOf({}) asks for the rate of a symbol that a rule or reaction computes.", s.id), {},
                say("Use rateOf on symbols with a rate rule, on species and on constants."));
  if (role.residence == Residence::kState) stack_.push_back(flow_item(symbol));
  if (!divided(plan_, symbol)) return;
  stack_.push_back(value_item(symbol));
  stack_.push_back(value_item(s.compartment));
  stack_.push_back(rate_item(s.compartment));
}

Node Resolver::make(std::uint32_t item) {
  if (item >= nodes_) {
    const std::uint32_t kind = (item - nodes_) / symbols_, symbol = (item - nodes_) % symbols_;
    return kind == 0 ? make_value(symbol) : kind == 1 ? make_flow(symbol) : make_rate(symbol);
  }
  const Term& term = network_.graph[item];
  if (term.op == Op::kSymbol) return done_[value_item(term.a)];
  if (term.op == Op::kRateOf) return done_[rate_item(term.a)];
  const auto argument = [&](Node node) { return node == kNoNode ? kNoNode : done_[node]; };
  if (argument_count(term.op) == 0) return graph_.rebuild(term, kNoNode, kNoNode, kNoNode);
  return graph_.rebuild(term, argument(term.a), argument(term.b), argument(term.c));
}

Node Resolver::make_value(std::uint32_t symbol) {
  const Role& role = plan_.roles[symbol];
  if (role.residence == Residence::kInput) return graph_.symbol(in_space(Space::kInput, role.index));
  if (const Node rule = rule_of(symbol); rule != kNoNode) return done_[rule];
  if (role.residence == Residence::kFormula) return graph_.number(network_.symbols[symbol].value);  // no rate declared
  if (moment_ == Moment::kStart) return make_start(symbol);
  Node node = kNoNode;
  if (role.residence == Residence::kConstant) node = graph_.number(role.fixed);
  if (role.residence == Residence::kState) node = graph_.symbol(in_space(Space::kState, role.index));
  if (role.residence == Residence::kSlot) node = graph_.symbol(in_space(Space::kSlot, role.index));
  return divided(plan_, symbol) ? graph_.div(node, done_[value_item(network_.symbols[symbol].compartment)]) : node;
}

/// The declared or given start in the symbol's own terms.
Node Resolver::make_start(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  const Node start =
      role.given == kNoSymbol ? graph_.number(s.value) : graph_.symbol(in_space(Space::kSlot, role.given));
  if (!concentration_at_start(symbol)) return start;
  const Node size = done_[value_item(s.compartment)];
  return s.only_substance ? graph_.mul(start, size) : graph_.div(start, size);
}

Node Resolver::stored(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  const Node meaning = value(symbol);
  if (!divided(plan_, symbol)) return meaning;
  if (moment_ == Moment::kStart && rule_of(symbol) == kNoNode && s.given == SpeciesMeasure::kAmount) {
    // Declared as an amount and stored as one: no detour over the concentration, which would round.
    return role.given == kNoSymbol ? graph_.number(s.value) : graph_.symbol(in_space(Space::kSlot, role.given));
  }
  return graph_.mul(meaning, value(s.compartment));
}

Node Resolver::in_measure(std::uint32_t symbol, SpeciesMeasure measure) {
  const Symbol& s = network_.symbols[symbol];
  const Node meaning = value(symbol);
  if (s.kind != SymbolKind::kSpecies || s.compartment == kNoSymbol) return meaning;
  if ((measure == SpeciesMeasure::kAmount) == s.only_substance) return meaning;
  if (s.only_substance) return graph_.div(meaning, value(s.compartment));
  const Role& role = plan_.roles[symbol];
  if (role.amount && moment_ == Moment::kRunning) {
    if (role.residence == Residence::kConstant) return graph_.number(role.fixed);
    return graph_.symbol(in_space(role.residence == Residence::kState ? Space::kState : Space::kSlot, role.index));
  }
  return graph_.mul(meaning, value(s.compartment));
}

Node Resolver::make_flow(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  const Role& role = plan_.roles[symbol];
  Node flow = s.rule == RuleKind::kRate ? done_[s.formula] : role.reacting ? make_reactions(symbol) : graph_.number(0);
  Node supply = graph_.number(0);
  if (role.infusion != kNoSymbol) supply = graph_.symbol(in_space(Space::kSlot, role.infusion));
  if (role.feed != kNoSymbol) supply = graph_.add(supply, graph_.symbol(in_space(Space::kInput, role.feed)));
  if (!graph_.is_number(supply)) {
    const bool by_volume = s.rule == RuleKind::kRate && !s.only_substance;
    flow = graph_.add(flow, by_volume ? graph_.div(supply, done_[value_item(s.compartment)]) : supply);
  }
  return flow;
}

Node Resolver::coefficient(const Participant& participant) {
  if (participant.symbol != kNoSymbol) return done_[value_item(participant.symbol)];
  if (participant.formula != kNoNode) return done_[participant.formula];
  return graph_.number(participant.stoichiometry);
}

/// Pairs, pairs of pairs, ...: logarithmic depth keeps both rounding errors and derivatives short.
Node Resolver::balanced_sum(std::vector<Node>& terms) {
  while (terms.size() > 1) {
    std::size_t out = 0;
    for (std::size_t i = 0; i + 1 < terms.size(); i += 2) terms[out++] = graph_.add(terms[i], terms[i + 1]);
    if (terms.size() % 2 == 1) terms[out++] = terms.back();
    terms.resize(out);
  }
  return terms.empty() ? kNoNode : terms.front();
}

Node Resolver::make_reactions(std::uint32_t symbol) {
  const Symbol& s = network_.symbols[symbol];
  std::vector<Node> gains, losses;
  const std::vector<Stake>& stakes = plan_.stakes[symbol];
  for (std::size_t i = 0; i < stakes.size();) {
    const std::uint32_t reaction = stakes[i].reaction;
    const Node rate = done_[value_item(network_.reactions[reaction].symbol)];
    double net = 0;
    for (; i < stakes.size() && stakes[i].reaction == reaction; ++i) {
      const Node factor = coefficient(*stakes[i].participant);
      if (graph_.is_number(factor)) {
        net += stakes[i].product ? graph_[factor].value : -graph_[factor].value;
      } else {
        (stakes[i].product ? gains : losses).push_back(graph_.mul(factor, rate));
      }
    }
    if (net > 0 || net != net) gains.push_back(graph_.mul(graph_.number(net), rate));
    if (net < 0) losses.push_back(graph_.mul(graph_.number(-net), rate));
  }
  const Node gain = balanced_sum(gains), loss = balanced_sum(losses);
  Node sum = gain == kNoNode ? graph_.number(0) : gain;
  if (loss != kNoNode) sum = graph_.sub(sum, loss);
  const std::uint32_t factor = s.conversion_factor != kNoSymbol ? s.conversion_factor : network_.conversion_factor;
  return factor == kNoSymbol ? sum : graph_.mul(done_[value_item(factor)], sum);
}

/// d value / dt. Of a concentration c = n / V: (dn/dt - c dV/dt) / V.
Node Resolver::make_rate(std::uint32_t symbol) {
  const Role& role = plan_.roles[symbol];
  if (role.residence == Residence::kInput) return graph_.symbol(in_space(Space::kSlope, role.index));
  const Node flow = role.residence == Residence::kState ? done_[flow_item(symbol)] : graph_.number(0);
  if (!divided(plan_, symbol)) return flow;
  const std::uint32_t compartment = network_.symbols[symbol].compartment;
  const Node growth = done_[rate_item(compartment)];
  Node top = flow;
  if (!graph_.is_number(growth, 0)) top = graph_.sub(flow, graph_.mul(done_[value_item(symbol)], growth));
  return graph_.is_number(top, 0) ? top : graph_.div(top, done_[value_item(compartment)]);
}

}  // namespace vesica::kinetics
