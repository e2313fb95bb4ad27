// SPDX-License-Identifier: Apache-2.0
// A network made ready to run: states, slots, and one bytecode program for each thing that a simulation asks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vesica/kinetics/network.h"
#include "vesica/kinetics/program.h"
#include "vesica/solve/ode.h"

namespace vesica::kinetics {

/// Where a symbol's own value lives while the model runs.
enum class Residence : std::uint8_t {
  kState,  ///< integrated; index into the states (a species by reactions: its amount; by rate rule: what the rule says)
  kSlot,   ///< constant between events; index into the slots
  kFormula,  ///< follows from the others (assignment rule, reaction rate)
  kInput,    ///< follows a curve of the individual
};

struct Located {
  Residence residence = Residence::kSlot;
  std::uint32_t index = 0;
};

/// What to know before compiling.
struct CompileOptions {
  std::vector<std::uint32_t> outputs;  ///< symbols whose values are wanted, in this order
  std::vector<SpeciesMeasure> output_kinds =
      {};  ///< one an output when not empty: amount or concentration of a species
  std::vector<std::uint32_t> given =
      {};  ///< symbols whose start each individual names; their initial assignment is void
  std::vector<std::uint32_t> infused = {};   ///< species that infusions feed: each gets a rate slot (amount per time)
  std::vector<std::uint32_t> followed = {};  ///< symbols that follow a curve: input k is its value
  std::vector<std::uint32_t> fed = {};  ///< species fed by a cumulative curve: input k is its slope (amount per time)
};

/// One assignment of an event: the program's output goes to a state or slot. A concentration that lands in an amount
/// state is already multiplied by its compartment.
struct CompiledEvent {
  std::string id;
  bool initially_true = true, persistent = true, values_from_trigger_time = true;
  bool has_delay = false, has_priority = false;
  Program delay, priority;             ///< one output each, when present
  Program values;                      ///< one output an assignment
  std::vector<Located> targets;        ///< states and slots, in the order of `values`
  std::vector<std::uint32_t> symbols;  ///< the assigned symbols
};

/// Immutable after compile(); shared by every thread. Registers that programs read first: time, states, slots, inputs,
/// then hoisted values (what `hoisted` computes from slots alone).
struct CompiledModel {
  std::vector<std::uint32_t> states;  ///< symbol of each state
  std::vector<std::string> state_names;
  std::vector<std::string> slot_names;        ///< "S1.infusion" for rates of infusions
  std::vector<double> slots;                  ///< declared values before `initial` runs
  std::vector<Located> located;               ///< one a symbol of the network
  std::vector<std::uint32_t> infusion_slots;  ///< one a symbol of CompileOptions::infused
  std::uint32_t inputs = 0, hoisted_values = 0;

  Program initial;     ///< slots (declared or given) and time → states, then slots
  Program hoisted;     ///< slots → hoisted values; runs whenever a slot changes
  Program rhs;         ///< → dx/dt
  Program jacobian;    ///< → entries of `pattern`
  Program time_slope;  ///< → ∂f/∂t, inputs' slopes included (inputs come with their own derivative)
  Program
      conditions;   ///< → truth of each event's trigger, then of each condition on which the right-hand side switches
  Program outputs;  ///< → wanted values
  solve::SparsePattern pattern;
  bool autonomous = true;
  std::vector<CompiledEvent> events;
};

/// Flattens rules, resolves rateOf, orders initial assignments, derives the sparse Jacobian and emits the programs.
/// Throws Error(kData) with the symbols' names for cycles of rules, Error(kUnsupported) for what cannot run.
CompiledModel compile(const Network& network, const CompileOptions& options);

}  // namespace vesica::kinetics
