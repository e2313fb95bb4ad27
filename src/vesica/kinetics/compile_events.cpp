// SPDX-License-Identifier: Apache-2.0
// Events, and every place where the right-hand side breaks.
#include <algorithm>

#include "vesica/kinetics/compile_parts.h"

namespace vesica::kinetics {

namespace {

bool is_comparison(Op op) { return op >= Op::kLess && op <= Op::kNotEqual; }

/// What changes when the node breaks: the comparison itself, a comparison of its arguments, or the rounded value.
Node break_of(Graph& graph, Node node) {
  const Term term = graph[node];
  switch (term.op) {
    case Op::kAbs:
      return graph.binary(Op::kLess, term.a, graph.number(0));
    case Op::kMin:
    case Op::kMax:
      return graph.binary(Op::kLess, term.a, term.b);
    case Op::kRemainder:
      return graph.binary(Op::kQuotient, term.a, term.b);
    case Op::kFloor:
    case Op::kCeil:
    case Op::kQuotient:
      return node;
    default:
      return is_comparison(term.op) ? node : kNoNode;
  }
}

/// Nodes below the roots that break, each once.
std::vector<Node> breaks_below(Parts& parts, const std::vector<Node>& roots, std::vector<std::uint8_t>& seen) {
  std::vector<Node> stack, found;
  const auto visit = [&](Node node) {
    if (seen.size() <= node) seen.resize(parts.graph.size() + 64);
    if (seen[node] != 0 || !parts.varies(node)) return;
    seen[node] = 1;
    stack.push_back(node);
  };
  for (Node root : roots) {
    visit(root);
    while (!stack.empty()) {
      const Node node = stack.back();
      const Term term = parts.graph[node];
      stack.pop_back();
      if (const Node change = break_of(parts.graph, node); change != kNoNode) found.push_back(change);
      const Node arguments[3] = {term.a, term.b, term.c};
      for (int i = 0; i < argument_count(term.op); ++i) visit(arguments[i]);
    }
  }
  std::vector<Node> once;
  std::vector<std::uint8_t> listed(parts.graph.size());
  for (Node node : found) {
    if (listed[node] == 0) once.push_back(node);
    listed[node] = 1;
  }
  return once;
}

}  // namespace

/// The time at which both sides of a comparison are equal when one of them is time, shifted and scaled by what does not
/// vary, and the other side does not vary; kNoNode otherwise.
Node Parts::breakpoint(Node comparison) {
  const Term term = graph[comparison];
  if (!is_comparison(term.op) || varies(term.a) == varies(term.b)) return kNoNode;
  Node side = varies(term.a) ? term.a : term.b, other = varies(term.a) ? term.b : term.a;
  while (graph[side].op != Op::kTime) {
    const Term outer = graph[side];
    if (argument_count(outer.op) == 1) {
      if (outer.op != Op::kNeg) return kNoNode;
      side = outer.a;
      other = graph.neg(other);
      continue;
    }
    if (argument_count(outer.op) != 2 || varies(outer.a) == varies(outer.b)) return kNoNode;
    const bool first = varies(outer.a);
    const Node fixed = first ? outer.b : outer.a;
    side = first ? outer.a : outer.b;
    if (outer.op == Op::kAdd) {
      other = graph.sub(other, fixed);
    } else if (outer.op == Op::kSub) {
      other = first ? graph.add(other, fixed) : graph.sub(fixed, other);
    } else if (outer.op == Op::kMul) {
      other = graph.div(other, fixed);
    } else if (outer.op == Op::kDiv && first) {
      other = graph.mul(other, fixed);
    } else {
      return kNoNode;
    }
  }
  return other;
}

void Parts::emit_conditions(Resolver& running) {
  std::vector<Node> wanted, triggers;
  for (const Event& event : network.events) {
    const Node trigger = running.formula(event.trigger);
    triggers.push_back(trigger);
    wanted.push_back(graph.binary(Op::kNotEqual, trigger, graph.number(0)));
  }
  std::vector<std::uint8_t> seen;
  const std::vector<Node> switches = breaks_below(*this, flows, seen);
  model.switches = static_cast<std::uint32_t>(switches.size());
  wanted.insert(wanted.end(), switches.begin(), switches.end());
  std::vector<Node> known_times;
  const auto note = [&](Node comparison) {
    const Node time = breakpoint(comparison);
    if (time != kNoNode) known_times.push_back(time);
  };
  for (Node node : switches) note(node);
  for (Node node : breaks_below(*this, triggers, seen)) {
    note(node);
    const bool is_trigger = std::find(triggers.begin(), triggers.end(), node) != triggers.end();
    if (!is_trigger) wanted.push_back(node);
  }
  model.conditions = emitter.emit(wanted);
  std::sort(known_times.begin(), known_times.end());
  known_times.erase(std::unique(known_times.begin(), known_times.end()), known_times.end());
  model.breakpoints = emitter.emit(known_times);
}

/// The formula with leaves replaced by what `known` says of them.
Node Parts::replaced(Node node, std::unordered_map<Node, Node>& known) {
  std::vector<Node> stack{node};
  while (!stack.empty()) {
    const Node top = stack.back();
    if (known.count(top) != 0) {
      stack.pop_back();
      continue;
    }
    const Term term = graph[top];
    const Node arguments[3] = {term.a, term.b, term.c};
    bool ready = true;
    for (int i = 0; i < argument_count(term.op); ++i) {
      if (known.count(arguments[i]) != 0) continue;
      stack.push_back(arguments[i]);
      ready = false;
    }
    if (!ready) continue;
    stack.pop_back();
    const auto of = [&](Node argument) { return argument == kNoNode ? kNoNode : known.at(argument); };
    const bool leaf = argument_count(term.op) == 0;
    known.emplace(top, leaf ? top : graph.rebuild(term, of(term.a), of(term.b), of(term.c)));
  }
  return known.at(node);
}

/// Values in the symbols' own terms become states and slots. A concentration stands for an amount, made with the size
/// that its compartment has before any assignment of the event is made (SBML Test Suite, cases 01506, 01779, 01780);
/// the amounts stay when the event changes the size.
void Parts::emit_apply(Resolver& running, const Event& event, CompiledEvent& compiled) {
  std::unordered_map<Node, Node> known;
  const auto count = static_cast<std::uint32_t>(event.assignments.size());
  bool sizes_may_change = false;
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::uint32_t symbol = event.assignments[k].first;
    if (plan.roles[symbol].amount) continue;
    known.emplace(running.value(symbol), graph.symbol(in_space(Space::kValue, k)));
    sizes_may_change = true;
  }
  const auto is_concentration = [&](std::uint32_t symbol) {
    const Symbol& s = network.symbols[symbol];
    return s.kind == SymbolKind::kSpecies && !plan.roles[symbol].amount && !s.only_substance &&
           s.compartment != kNoSymbol;
  };
  const auto rescaled = [&](Node concentration, std::uint32_t compartment) {
    const Node before = running.value(compartment), after = replaced(before, known);
    return before == after ? concentration : graph.div(graph.mul(concentration, before), after);
  };
  std::vector<Node> wanted;
  std::vector<bool> assigned(plan.roles.size());
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::uint32_t symbol = event.assignments[k].first;
    const Node value = graph.symbol(in_space(Space::kValue, k));
    assigned[symbol] = true;
    compiled.targets.push_back({plan.roles[symbol].residence, plan.roles[symbol].index});
    const Symbol& s = network.symbols[symbol];
    if (divided(plan, symbol)) {
      wanted.push_back(graph.mul(value, running.value(s.compartment)));
    } else if (sizes_may_change && is_concentration(symbol)) {
      wanted.push_back(rescaled(value, s.compartment));
    } else {
      wanted.push_back(value);
    }
  }
  for (std::uint32_t state : model.states) {  // concentrations under rate rules: their amounts stay
    if (!sizes_may_change || assigned[state] || !is_concentration(state)) continue;
    const Node now = running.value(state), then = rescaled(now, network.symbols[state].compartment);
    if (now == then) continue;
    compiled.targets.push_back({Residence::kState, plan.roles[state].index});
    wanted.push_back(then);
  }
  compiled.apply = emitter.emit(wanted);
}

CompiledEvent Parts::emit_event(Resolver& running, const Event& event) {
  CompiledEvent compiled;
  compiled.id = event.id;
  compiled.initially_true = event.initially_true;
  compiled.persistent = event.persistent;
  compiled.values_from_trigger_time = event.values_from_trigger_time;
  compiled.has_delay = event.delay != kNoNode;
  compiled.has_priority = event.priority != kNoNode;
  const auto one = [&](Node formula) { return emitter.emit(std::vector<Node>{running.formula(formula)}); };
  if (compiled.has_delay) compiled.delay = one(event.delay);
  if (compiled.has_priority) compiled.priority = one(event.priority);
  std::vector<Node> values;
  for (const auto& [symbol, formula] : event.assignments) {
    compiled.symbols.push_back(symbol);
    values.push_back(running.formula(formula));
  }
  compiled.values = emitter.emit(values);
  emit_apply(running, event, compiled);
  return compiled;
}

void Parts::emit_events(Resolver& running) {
  for (const Event& event : network.events) model.events.push_back(emit_event(running, event));
}

}  // namespace vesica::kinetics
