// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "vesica/kinetics/compile_parts.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/derivative.h"

namespace vesica::kinetics {

/// Index order is topological: one sweep over the nodes that are new since the last call.
bool Parts::varies(Node node) {
  for (auto n = static_cast<Node>(variable.size()); n < graph.size(); ++n) {
    const Term& term = graph[n];
    bool any = term.op == Op::kTime || (term.op == Op::kSymbol && space_of(term.a) != Space::kSlot);
    const Node arguments[3] = {term.a, term.b, term.c};
    for (int i = 0; i < argument_count(term.op); ++i) any = any || variable[arguments[i]] != 0;
    variable.push_back(any ? 1 : 0);
  }
  return variable[node] != 0;
}

/// Sparse Jacobian by columns, and ∂f/∂t with the slopes of inputs.
void Parts::differentiate() {
  constexpr std::uint32_t kTimeLeaf = 0xfffffffe;  // after every place
  Derivatives derivatives(graph, [](const Term& term) {
    if (term.op == Op::kTime) return kTimeLeaf;
    const bool wanted =
        term.op == Op::kSymbol && (space_of(term.a) == Space::kState || space_of(term.a) == Space::kInput);
    return wanted ? term.a : Derivatives::kNone;
  });
  struct Entry {
    std::uint32_t row;
    Node node;
  };
  const std::size_t size = flows.size();
  std::vector<std::vector<Entry>> columns(size);
  for (std::uint32_t row = 0; row < size; ++row) {
    Node slope = kNoNode;
    for (const Partial& partial : derivatives.of(flows[row])) {
      if (partial.leaf != kTimeLeaf && space_of(partial.leaf) == Space::kState) {
        columns[partial.leaf].push_back({row, partial.node});
        continue;
      }
      const Node part = partial.leaf == kTimeLeaf
                            ? partial.node
                            : graph.mul(partial.node, graph.symbol(in_space(Space::kSlope, index_in(partial.leaf))));
      slope = slope == kNoNode ? part : graph.add(slope, part);
    }
    slopes.push_back(slope == kNoNode ? graph.number(0) : slope);
    model.autonomous = model.autonomous && slope == kNoNode;
  }
  model.pattern.size = static_cast<int>(size);
  model.pattern.starts.assign(1, 0);
  for (const std::vector<Entry>& column : columns) {
    for (const Entry& entry : column) {
      model.pattern.rows.push_back(static_cast<int>(entry.row));
      entries.push_back(entry.node);
    }
    model.pattern.starts.push_back(static_cast<int>(entries.size()));
  }
}

/// Whatever the hot programs compute from slots alone moves to `hoisted`: the largest such formulas.
void Parts::hoist() {
  std::vector<Node> roots;
  for (const std::vector<Node>* list : {&flows, &entries, &slopes})
    roots.insert(roots.end(), list->begin(), list->end());
  std::vector<bool> seen(graph.size());
  std::vector<Node> stack, found;
  const auto visit = [&](Node node) {
    if (seen[node]) return;
    seen[node] = true;
    if (argument_count(graph[node].op) == 0) return;
    (varies(node) ? stack : found).push_back(node);
  };
  for (Node root : roots) {
    visit(root);
    while (!stack.empty()) {
      const Term& term = graph[stack.back()];
      stack.pop_back();
      const Node arguments[3] = {term.a, term.b, term.c};
      for (int i = 0; i < argument_count(term.op); ++i) visit(arguments[i]);
    }
  }
  model.hoisted = emitter.emit(found);
  emitter.hoist(found);
}

void Parts::emit_initial() {
  std::vector<Node> wanted;
  for (std::uint32_t state : model.states) wanted.push_back(at_start.stored(state));
  std::vector<Node> slots(model.slots.size(), graph.number(0));  // infusions: nothing flows yet
  for (std::uint32_t s = 0; s < plan.roles.size(); ++s) {
    const Role& role = plan.roles[s];
    if (role.given != kNoSymbol) slots[role.given] = graph.symbol(in_space(Space::kSlot, role.given));
    if (role.residence == Residence::kSlot && role.index != role.given) slots[role.index] = at_start.stored(s);
  }
  wanted.insert(wanted.end(), slots.begin(), slots.end());
  model.initial = emitter.emit(wanted);
}

void Parts::emit_outputs(Resolver& running) {
  std::vector<Node> wanted;
  for (std::size_t i = 0; i < options.outputs.size(); ++i) {
    wanted.push_back(options.output_kinds.empty() ? running.value(options.outputs[i])
                                                  : running.in_measure(options.outputs[i], options.output_kinds[i]));
  }
  model.outputs = emitter.emit(wanted);
}

void Parts::relocate() {
  model.constants = emitter.constants();
  model.layout = layout_of(model);
  for (Program* program : {&model.initial, &model.hoisted, &model.rhs, &model.jacobian, &model.time_slope,
                           &model.conditions, &model.breakpoints, &model.outputs})
    Emitter::relocate(*program, model.layout);
  for (CompiledEvent& event : model.events) {
    for (Program* program : {&event.delay, &event.priority, &event.values, &event.apply})
      Emitter::relocate(*program, model.layout);
  }
}

CompiledModel compile(const Network& network, const CompileOptions& options) {
  Parts parts(network, options);
  parts.settle_constants();
  Resolver running(parts.plan, parts.graph, Resolver::Moment::kRunning);
  for (std::uint32_t state : parts.model.states) parts.flows.push_back(running.flow(state));
  parts.gather();
  parts.differentiate();
  parts.emit_initial();
  parts.hoist();
  parts.model.rhs = parts.emitter.emit(parts.flows);
  parts.model.jacobian = parts.emitter.emit(parts.entries);
  parts.model.time_slope = parts.emitter.emit(parts.slopes);
  parts.emit_outputs(running);
  parts.emit_conditions(running);
  parts.emit_events(running);
  parts.relocate();
  return std::move(parts.model);
}

}  // namespace vesica::kinetics
