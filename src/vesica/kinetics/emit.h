// SPDX-License-Identifier: Apache-2.0
// From nodes of a formula graph to register programs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vesica/kinetics/graph.h"
#include "vesica/kinetics/program.h"

namespace vesica::kinetics {

/// Leaves of the compiled graph: kSymbol's index is one of these bases plus a number, so that formulas can be built
/// before anyone knows how many slots there will be.
inline constexpr std::uint32_t kSpaceBits = 28;
enum class Space : std::uint32_t {
  kState,
  kSlot,
  kInput,
  kSlope,
  kValue,
  kHoisted,
  kConstant,
  kTime,
  kOutput,
  kScratch
};
constexpr std::uint32_t in_space(Space space, std::uint32_t index) {
  return (static_cast<std::uint32_t>(space) << kSpaceBits) | index;
}
constexpr Space space_of(std::uint32_t place) { return static_cast<Space>(place >> kSpaceBits); }
constexpr std::uint32_t index_in(std::uint32_t place) { return place & ((1u << kSpaceBits) - 1); }

/// Emits programs over one graph: topological order, results written where they belong, scratch registers reused after
/// the last use, whole powers up to 16 as multiplications, pairs of operations joined (Code). Constants are pooled over
/// all programs. Programs speak of places until relocate() has seen the layout.
class Emitter {
 public:
  explicit Emitter(Graph& graph) : graph_(graph) {}

  /// Makes these nodes leaves: value k is found in place (kHoisted, k) by every program emitted from now on.
  void hoist(std::span<const Node> nodes);
  Program emit(std::span<const Node> outputs);
  const std::vector<double>& constants() const { return constants_; }

  /// Turns places into registers.
  static void relocate(Program& program, const Layout& layout);

 private:
  Node lowered(Node node);
  Node power(Node base, unsigned exponent);
  void order(std::span<const Node> outputs);
  void fuse(Node node);
  void schedule();
  std::uint32_t place(Node node);
  std::uint32_t constant(double value);
  void grow();
  void release(Node node, std::vector<std::uint32_t>& free);

  struct Mark {
    std::uint32_t program = 0;  // which program this mark belongs to
    std::uint32_t uses = 0;
    std::uint32_t place = 0;
    std::uint32_t index = 0;  // in order_
    Code code = Code::kCopy;
    bool joined = false;  // computed inside its one user
    std::uint8_t count = 0;
    Node operands[3] = {kNoNode, kNoNode, kNoNode};
  };
  Graph& graph_;
  std::vector<Mark> marks_;
  std::vector<Node> lowered_;
  std::vector<std::uint32_t> hoisted_;  // place or kNoNode
  std::vector<Node> order_, stack_;
  std::vector<double> constants_;
  std::vector<std::uint32_t> constant_of_;  // by node
  std::uint32_t program_ = 0;
};

}  // namespace vesica::kinetics
