// SPDX-License-Identifier: Apache-2.0
// What symbols stand for: from the formulas of a network to formulas over states, slots, inputs and time alone.
#pragma once

#include <cstdint>
#include <vector>

#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/emit.h"
#include "vesica/kinetics/network.h"

namespace vesica::kinetics {

/// What compile() has decided about one symbol.
struct Role {
  Residence residence = Residence::kConstant;
  std::uint32_t index = 0;
  bool amount = false;                                   ///< a species whose stored value is its amount
  bool reacting = false;                                 ///< a species that reactions change
  std::uint32_t given = kNoSymbol;                       ///< slot that holds the individual's start
  std::uint32_t infusion = kNoSymbol, feed = kNoSymbol;  ///< slot; input
  double fixed = 0;                                      ///< of kConstant: the stored value
};

struct Stake {
  std::uint32_t reaction = 0;
  bool product = false;
  const Participant* participant = nullptr;
};

/// Everything that resolving needs to know of a network.
struct Arrangement {
  const Network* network = nullptr;
  std::vector<Role> roles;                 ///< one a symbol
  std::vector<std::uint32_t> reaction_of;  ///< by symbol: its reaction
  std::vector<std::vector<Stake>> stakes;  ///< by symbol: reactions that change the species
};

/// Whether the symbol is stored as an amount but means a concentration in formulas.
inline bool divided(const Arrangement& plan, std::uint32_t symbol) {
  const Symbol& s = plan.network->symbols[symbol];
  return plan.roles[symbol].amount && !s.only_substance && s.compartment != kNoSymbol;
}

/// Translates formulas, each node and symbol once. At the start, states and slots are what declarations, starts and
/// initial assignments say; while running they are leaves.
class Resolver {
 public:
  enum class Moment { kStart, kRunning };
  Resolver(const Arrangement& plan, Graph& graph, Moment moment);

  Node formula(Node node);            ///< a formula of the network
  Node value(std::uint32_t symbol);   ///< what the symbol means in formulas
  Node stored(std::uint32_t symbol);  ///< what its state or slot holds: for some species the amount
  Node flow(std::uint32_t symbol);    ///< d stored / dt
  Node in_measure(std::uint32_t symbol, SpeciesMeasure measure);  ///< amount or concentration of a species

 private:
  // Items: nodes of the network, then value, flow and rate (d value / dt) of each symbol.
  Node resolve(std::uint32_t item);
  void needs(std::uint32_t item);
  void needs_of_value(std::uint32_t symbol);
  void needs_of_flow(std::uint32_t symbol);
  void needs_of_rate(std::uint32_t symbol);
  Node make(std::uint32_t item);
  Node make_value(std::uint32_t symbol);
  Node make_start(std::uint32_t symbol);
  Node make_flow(std::uint32_t symbol);
  Node make_rate(std::uint32_t symbol);
  Node make_reactions(std::uint32_t symbol);
  Node coefficient(const Participant& participant);
  Node balanced_sum(std::vector<Node>& terms);
  Node rule_of(std::uint32_t symbol) const;
  bool concentration_at_start(std::uint32_t symbol) const;
  [[noreturn]] void refuse_cycle(std::uint32_t item) const;

  std::uint32_t value_item(std::uint32_t symbol) const { return nodes_ + symbol; }
  std::uint32_t flow_item(std::uint32_t symbol) const { return nodes_ + symbols_ + symbol; }
  std::uint32_t rate_item(std::uint32_t symbol) const { return nodes_ + 2 * symbols_ + symbol; }

  const Arrangement& plan_;
  const Network& network_;
  Graph& graph_;
  Moment moment_;
  std::uint32_t nodes_, symbols_;
  std::vector<Node> done_;            // by item
  std::vector<std::uint8_t> opened_;  // by item
  std::vector<std::uint32_t> stack_;
};

}  // namespace vesica::kinetics
