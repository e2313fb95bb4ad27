// SPDX-License-Identifier: Apache-2.0
// The steps of compile(), which share what they know.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/emit.h"
#include "vesica/kinetics/resolve.h"

namespace vesica::kinetics {

struct Parts {
  Parts(const Network& n, const CompileOptions& o)
      : network(n), options(o), at_start((arrange(), plan), graph, Resolver::Moment::kStart), emitter(graph) {}

  const Network& network;
  const CompileOptions& options;
  CompiledModel model;
  Arrangement plan;
  Graph graph;  ///< of the compiled formulas; its kSymbol leaves are places (in_space)
  Resolver at_start;
  Emitter emitter;
  std::vector<Node> flows, entries, slopes;  ///< right-hand side, Jacobian, ∂f/∂t

  // arrange.cpp
  void arrange();
  void name_inputs();
  void name_given();
  void add_slot(std::string name, double value);
  void settle_constants();
  // gather.cpp
  /// Brings factors of the right-hand side that depend on slots alone to the front of their products: k * A / V becomes
  /// (k / V) * A, so that the bracket can be hoisted or folded. Values change by rounding alone; comparisons and
  /// rounding functions keep their arguments.
  void gather();
  // compile.cpp
  void differentiate();
  void hoist();
  void emit_initial();
  void emit_outputs(Resolver& running);
  void relocate();
  // compile_events.cpp
  void emit_conditions(Resolver& running);
  Node breakpoint(Node comparison);
  void emit_events(Resolver& running);
  CompiledEvent emit_event(Resolver& running, const Event& event);
  void emit_apply(Resolver& running, const Event& event, CompiledEvent& compiled);
  Node replaced(Node node, std::unordered_map<Node, Node>& known);

  std::vector<std::uint8_t> variable;  ///< by node: whether it depends on time, states or inputs
  bool varies(Node node);
};

}  // namespace vesica::kinetics
