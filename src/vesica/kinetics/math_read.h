// SPDX-License-Identifier: Apache-2.0
// From libSBML's formula trees to nodes of the graph; function definitions are inlined on the way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/kinetics/graph.h"

class ASTNode;

namespace vesica::kinetics {

/// Ids to indices of Network::symbols; the keys live as long as the model that is read.
using SymbolMap = std::unordered_map<std::string_view, std::uint32_t>;

class MathReader {
 public:
  /// Bounds (chosen): nested operations and calls together; operations met inside function bodies.
  static constexpr int kDeepest = 4'000;
  static constexpr std::size_t kMostInlined = 20'000'000;

  MathReader(Graph& graph, const SymbolMap& symbols);

  /// A function definition; `lambda` may be null (Level 3 Version 2: a function without mathematics). False when the id
  /// is taken.
  bool define(std::string_view id, const ASTNode* lambda);

  /// The formula's node. `local` are names that hide the model's own (local parameters), or null. Throws Error at
  /// `where`: kData for undefined names and wrong numbers of arguments, kUnsupported for what Vesica does not know.
  Node read(const ASTNode& formula, const SymbolMap* local, const Place& where);

 private:
  struct Function {
    std::vector<std::string_view> arguments;
    const ASTNode* body = nullptr;
    bool open = false;  ///< being inlined right now: meeting it again is a cycle
  };
  struct Frame {
    const Function* function = nullptr;
    std::size_t arguments_at = 0;  ///< of the call, in stack_
  };

  Node node_of(const ASTNode& tree);
  Node leaf(const ASTNode& tree);
  Node named(std::string_view name);
  Node call(const ASTNode& tree);
  Node inlined(Function& function, std::string_view name, std::size_t arguments_at);
  Node operation(const ASTNode& tree, int type, std::size_t first);
  Node unary_operation(const ASTNode& tree, int type, Node a);
  Node many(Op op, double neutral, std::size_t first);
  Node chain(Op op, std::size_t first);
  Node left_chain(const ASTNode& tree, int type);
  Node piecewise(std::size_t first);
  Node rate_of(const ASTNode& tree);
  Node root_or_log(const ASTNode& tree, int type, std::size_t first);
  void push_children(const ASTNode& tree);
  void need(const ASTNode& tree, std::size_t first, std::size_t least, std::size_t most) const;
  [[noreturn]] void refuse(ErrorKind kind, std::string what, std::string hint = {}) const;

  Graph& graph_;
  const SymbolMap& symbols_;
  const SymbolMap* local_ = nullptr;
  Place where_;
  std::unordered_map<std::string_view, Function> functions_;
  std::unordered_map<std::u32string, Node> calls_;  ///< function and arguments to result
  std::vector<Node> stack_;                         ///< values of arguments
  std::vector<const ASTNode*> operands_;            ///< of chains of one operation
  Frame frame_;
  int depth_ = 0;
  std::size_t inlined_ = 0;
};

}  // namespace vesica::kinetics
