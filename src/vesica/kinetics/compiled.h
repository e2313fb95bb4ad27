// SPDX-License-Identifier: Apache-2.0
// A network made ready to run: states, slots, and one bytecode program for each thing that a simulation asks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/kinetics/network.h"
#include "vesica/kinetics/program.h"
#include "vesica/solve/ode.h"

namespace vesica::kinetics {

/// Where a symbol's own value lives while the model runs. A species in a state or slot that no rate rule governs lives
/// there as its AMOUNT, whatever it means in formulas.
enum class Residence : std::uint8_t {
  kState,     ///< integrated; index into the states (a species by reactions: its amount; by rate rule: what it says)
  kSlot,      ///< constant between events; index into the slots
  kFormula,   ///< follows from the others (assignment rule, reaction rate)
  kInput,     ///< follows a curve of the individual
  kConstant,  ///< never changes and is not given: folded into the programs; index into `fixed`
};

struct Located {
  Residence residence = Residence::kSlot;
  std::uint32_t index = 0;
};

/// What to know before compiling. Whatever no list names, no event assigns and no rule governs is folded as a number.
struct CompileOptions {
  std::vector<std::uint32_t> outputs = {};  ///< symbols whose values are wanted, in this order
  std::vector<SpeciesMeasure> output_kinds =
      {};                                   ///< one an output when not empty: amount or concentration of a species
  std::vector<std::uint32_t> given = {};    ///< symbols whose start each individual names in place of `Symbol::value`
                                            ///< (and in its measure, `Symbol::given`); their initial assignment is void
  std::vector<std::uint32_t> infused = {};  ///< species that infusions feed: each gets a rate slot (amount per time)
  std::vector<std::uint32_t> dosed = {};    ///< symbols that the caller changes while the model runs (boluses)
  std::vector<std::uint32_t> followed = {};  ///< symbols that follow a curve: input k is their value in formulas
  std::vector<std::uint32_t> fed = {};  ///< species fed by a cumulative curve: input followed.size() + k is its slope
                                        ///< (amount per time)
};

/// An event. What it assigns is asked in two steps, so that a delay may lie between them: `values` yields the right-
/// hand sides in the symbols' own terms (when triggered, or when executed); `apply` turns them, when executed, into
/// new states and slots (concentrations become amounts with the compartment's size just before the execution; where a
/// compartment changes, concentrations that are states change so that the amounts stay).
struct CompiledEvent {
  std::string id;
  bool initially_true = true, persistent = true, values_from_trigger_time = true;
  bool has_delay = false, has_priority = false;
  Program delay, priority;             ///< one output each, when present
  Program values;                      ///< one output an assignment
  std::vector<std::uint32_t> symbols;  ///< the assigned symbols, in the order of `values`
  Program apply;                       ///< `values` → one output a target
  std::vector<Located> targets;        ///< states and slots: the assigned symbols first, then implied changes
};

/// Immutable after compile(); shared by every thread.
struct CompiledModel {
  std::vector<std::uint32_t> states;  ///< symbol of each state
  std::vector<std::string> state_names;
  std::vector<std::string> slot_names;        ///< "S1.infusion" for rates of infusions, "S1.start" for given starts
  std::vector<double> slots;                  ///< declared values before `initial` runs; infusions 0
  std::vector<double> fixed;                  ///< values of the symbols in Residence::kConstant (species: amounts)
  std::vector<Located> located;               ///< one a symbol of the network
  std::vector<std::uint32_t> given_slots;     ///< one a symbol of CompileOptions::given: where its start is put
  std::vector<std::uint32_t> infusion_slots;  ///< one a symbol of CompileOptions::infused
  std::vector<std::uint32_t> input_symbols;   ///< followed, then fed: one an input
  Layout layout;
  std::vector<double> constants;  ///< of all programs

  Program initial;     ///< given slots, inputs and time → states, then all slots (infusions become 0)
  Program hoisted;     ///< slots → hoisted values; runs whenever a slot changes
  Program rhs;         ///< → dx/dt
  Program jacobian;    ///< → entries of `pattern`
  Program time_slope;  ///< → ∂f/∂t, inputs' slopes included
  /// → truth of each event's trigger; then `switches` values on whose change the right-hand side breaks (comparisons:
  /// 0 or 1; floor, ceil and quotient: their value); then comparisons inside triggers that say more than the trigger
  /// does (a window may open and close within a step). A change is `before != after`.
  Program conditions;
  std::uint32_t switches = 0;
  /// Times at which a condition that compares time with something constant may change (time >= start + 5): from slots
  /// alone, in no order. Where the right-hand side or a trigger is known to break, a run can stop instead of searching,
  /// and no pulse is too short to be seen.
  Program breakpoints;
  Program outputs;  ///< → wanted values
  solve::SparsePattern pattern;
  bool autonomous = true;
  std::vector<CompiledEvent> events;

  std::uint32_t inputs() const { return static_cast<std::uint32_t>(input_symbols.size()); }
};

/// Flattens rules, resolves rateOf, orders initial assignments, derives the sparse Jacobian and emits the programs.
/// Throws Error(kData) with the symbols' names for cycles of rules, Error(kUnsupported) for what cannot run.
CompiledModel compile(const Network& network, const CompileOptions& options);

/// Where the registers of this model's programs lie.
Layout layout_of(const CompiledModel& model);

/// A compiled model as bytes (little-endian, versioned), and back. deserialise() believes nothing: Error(kData) for
/// bytes of another version or programs that would touch a register they must not.
std::string serialise(const CompiledModel& model);
CompiledModel deserialise(std::string_view bytes);

}  // namespace vesica::kinetics
