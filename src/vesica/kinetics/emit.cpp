// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/emit.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/require.h"

namespace vesica::kinetics {

namespace {

constexpr std::uint32_t kNowhere = 0xffffffff;
/// Largest whole exponent that becomes multiplications (chosen: 6 of them at most).
constexpr double kMostMultiplied = 16;

/// How far ahead of the depth-first order the scheduler looks (chosen: beyond this, models of 10 to 500 states ran no
/// faster).
constexpr std::size_t kWindow = 64;

struct Joint {
  Code outer;   // what the user does
  bool first;   // whether the joined node is the user's first operand
  Code inner;   // what the joined node does
  Code joined;  // both in one
  bool tail;    // the user's other operand comes last (true) or first
};
constexpr Joint kJoints[] = {
    {Code::kAdd, true, Code::kMul, Code::kMulAdd, true},  {Code::kAdd, false, Code::kMul, Code::kMulAdd, true},
    {Code::kSub, true, Code::kMul, Code::kMulSub, true},  {Code::kSub, false, Code::kMul, Code::kSubMul, true},
    {Code::kMul, true, Code::kMul, Code::kMulMul, true},  {Code::kMul, false, Code::kMul, Code::kMulMul, true},
    {Code::kAdd, true, Code::kAdd, Code::kAddAdd, true},  {Code::kAdd, false, Code::kAdd, Code::kAddAdd, true},
    {Code::kSub, true, Code::kAdd, Code::kAddSub, true},  {Code::kDiv, false, Code::kAdd, Code::kDivAdd, false},
    {Code::kDiv, true, Code::kMul, Code::kMulDiv, true},  {Code::kMul, true, Code::kDiv, Code::kDivMul, true},
    {Code::kMul, false, Code::kDiv, Code::kDivMul, true},
};

}  // namespace

int operand_count(Code code) {
  if (code == Code::kCopy) return 1;
  if (code >= Code::kSelect) return 3;
  return code >= Code::kAdd ? 2 : 1;
}

void Emitter::grow() {
  if (marks_.size() >= graph_.size()) return;
  const std::size_t size = graph_.size() + graph_.size() / 8 + 64;
  marks_.resize(size);
  lowered_.resize(size, kNoNode);
  hoisted_.resize(size, kNoNode);
  constant_of_.resize(size, kNowhere);
}

void Emitter::hoist(std::span<const Node> nodes) {
  grow();
  for (std::uint32_t i = 0; i < nodes.size(); ++i) hoisted_[nodes[i]] = in_space(Space::kHoisted, i);
}

Node Emitter::power(Node base, unsigned exponent) {
  Node result = kNoNode;
  for (Node square = base;; square = graph_.mul(square, square)) {
    if (exponent & 1u) result = result == kNoNode ? square : graph_.mul(result, square);
    exponent >>= 1u;
    if (exponent == 0) return result;
  }
}

/// The node that is computed in place of this one.
Node Emitter::lowered(Node node) {
  if (hoisted_[node] != kNoNode) return node;
  if (lowered_[node] != kNoNode) return lowered_[node];
  Node result = node;
  const Term term = graph_[node];
  if (term.op == Op::kPow && graph_.is_number(term.b)) {
    const double n = graph_[term.b].value;
    if (n == 0) result = graph_.number(1);
    if (n == 0.5) result = graph_.unary(Op::kSqrt, term.a);
    if (n != 0 && n == std::trunc(n) && std::fabs(n) <= kMostMultiplied) {
      result = power(term.a, static_cast<unsigned>(std::fabs(n)));
      if (n < 0) result = graph_.div(graph_.number(1), result);
    }
    grow();
  }
  return lowered_[node] = result;
}

std::uint32_t Emitter::place(Node node) {
  if (hoisted_[node] != kNoNode) return hoisted_[node];
  const Term& term = graph_[node];
  switch (term.op) {
    case Op::kNumber:
      if (constant_of_[node] == kNowhere) constant_of_[node] = constant(term.value);
      return constant_of_[node];
    case Op::kTime:
      return in_space(Space::kTime, 0);
    case Op::kSymbol:
      return term.a;
    default:
      return kNowhere;
  }
}

std::uint32_t Emitter::constant(double value) {
  constants_.push_back(value);
  return in_space(Space::kConstant, static_cast<std::uint32_t>(constants_.size() - 1));
}

/// Fills `order_` with what must be computed, arguments first, and counts uses.
void Emitter::order(std::span<const Node> outputs) {
  ++program_;
  order_.clear();
  const auto visited = [&](Node node) { return marks_[node].program == program_; };
  for (Node output : outputs) {
    stack_.assign(1, output);
    while (!stack_.empty()) {
      const Node node = stack_.back();
      if (visited(node)) {
        stack_.pop_back();
        if (marks_[node].count == 0 || marks_[node].joined) continue;  // a leaf, or already in order
        marks_[node].joined = true;                                    // borrowed as "in order" until fuse()
        order_.push_back(node);
        continue;
      }
      Mark mark;
      mark.program = program_;
      mark.place = place(node);
      if (mark.place == kNowhere) {
        const Term term = graph_[node];
        mark.code = code_of(term.op);
        mark.count = static_cast<std::uint8_t>(argument_count(term.op));
        const Node arguments[3] = {term.a, term.b, term.c};
        for (int i = 0; i < mark.count; ++i) mark.operands[i] = lowered(arguments[i]);
        for (int i = mark.count - 1; i >= 0; --i) {
          if (!visited(mark.operands[i])) stack_.push_back(mark.operands[i]);
        }
      } else {
        stack_.pop_back();
      }
      marks_[node] = mark;
    }
  }
  for (Node node : order_) {
    Mark& mark = marks_[node];
    mark.joined = false;
    for (int i = 0; i < mark.count; ++i) ++marks_[mark.operands[i]].uses;
  }
}

/// Joins the node with an argument that nobody else needs.
void Emitter::fuse(Node node) {
  Mark& mark = marks_[node];
  if (mark.count != 2) return;
  for (const Joint& joint : kJoints) {
    if (joint.outer != mark.code) continue;
    Mark& inner = marks_[mark.operands[joint.first ? 0 : 1]];
    if (inner.code != joint.inner || inner.count != 2 || inner.uses != 1 || inner.place != kNowhere) continue;
    const Node other = mark.operands[joint.first ? 1 : 0];
    inner.joined = true;
    mark.code = joint.joined;
    mark.count = 3;
    const Node x = inner.operands[0], y = inner.operands[1];
    mark.operands[0] = joint.tail ? x : other;
    mark.operands[1] = joint.tail ? y : x;
    mark.operands[2] = joint.tail ? other : y;
    return;
  }
}

/// Brings equal codes together, so that kernels run them in loops and neighbours seldom wait for each other: among what
/// is ready, go on with the code of the last instruction, else take the code with most that is ready. Only a window of
/// the depth-first order is looked at, which bounds the live values.
void Emitter::schedule() {
  std::erase_if(order_, [&](Node node) { return marks_[node].joined; });
  const auto count = static_cast<std::uint32_t>(order_.size());
  std::vector<std::uint32_t> users_begin(count + 1), users, waits(count);
  for (std::uint32_t i = 0; i < count; ++i) marks_[order_[i]].index = i;
  const auto each_edge = [&](const auto& visit) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const Mark& mark = marks_[order_[i]];
      for (int k = 0; k < mark.count; ++k) {
        const Mark& operand = marks_[mark.operands[k]];
        if (operand.count > 0) visit(operand.index, i);
      }
    }
  };
  each_edge([&](std::uint32_t from, std::uint32_t to) { ++users_begin[from + 1], ++waits[to]; });
  for (std::uint32_t i = 0; i < count; ++i) users_begin[i + 1] += users_begin[i];
  users.resize(users_begin[count]);
  std::vector<std::uint32_t> next(users_begin.begin(), users_begin.end() - 1);
  each_edge([&](std::uint32_t from, std::uint32_t to) { users[next[from]++] = to; });

  std::vector<std::uint32_t> ready[static_cast<int>(Code::kCodes)];
  std::size_t heads[static_cast<int>(Code::kCodes)] = {};
  const auto push = [&](std::uint32_t i) { ready[static_cast<int>(marks_[order_[i]].code)].push_back(i); };
  std::vector<Node> scheduled;
  scheduled.reserve(count);
  std::uint32_t admitted = 0;
  int code = 0;
  while (scheduled.size() < count) {
    for (; admitted < count && admitted < scheduled.size() + kWindow; ++admitted) {
      if (waits[admitted] == 0) push(admitted);
    }
    if (heads[code] == ready[code].size()) {
      for (int other = 0; other < static_cast<int>(Code::kCodes); ++other) {
        if (ready[other].size() - heads[other] > ready[code].size() - heads[code]) code = other;
      }
    }
    const std::uint32_t i = ready[code][heads[code]++];
    scheduled.push_back(order_[i]);
    for (std::uint32_t u = users_begin[i]; u < users_begin[i + 1]; ++u) {
      if (--waits[users[u]] == 0 && users[u] < admitted) push(users[u]);
    }
  }
  order_ = std::move(scheduled);
}

void Emitter::release(Node node, std::vector<std::uint32_t>& free) {
  Mark& mark = marks_[node];
  if (--mark.uses == 0 && space_of(mark.place) == Space::kScratch) free.push_back(mark.place);
}

Program Emitter::emit(std::span<const Node> outputs) {
  grow();
  std::vector<Node> wanted(outputs.begin(), outputs.end());
  for (Node& node : wanted) node = lowered(node);
  order(wanted);
  Program program;
  program.outputs = static_cast<std::uint32_t>(wanted.size());
  for (std::uint32_t k = 0; k < wanted.size(); ++k) {
    Mark& mark = marks_[wanted[k]];
    if (mark.place == kNowhere) mark.place = in_space(Space::kOutput, k);
  }
  for (Node node : order_) fuse(node);
  schedule();
  std::vector<std::uint32_t> free;
  std::uint32_t scratch = 0;
  program.code.reserve(order_.size() + wanted.size());
  for (Node node : order_) {
    Mark& mark = marks_[node];
    Instruction instruction{mark.code};
    std::uint32_t* operands[3] = {&instruction.a, &instruction.b, &instruction.c};
    for (int i = 0; i < mark.count; ++i) *operands[i] = marks_[mark.operands[i]].place;
    for (int i = mark.count; i < 3; ++i) *operands[i] = instruction.a;
    for (int i = 0; i < mark.count; ++i) release(mark.operands[i], free);
    if (mark.place == kNowhere) {
      if (free.empty()) free.push_back(in_space(Space::kScratch, scratch++));
      mark.place = free.back();
      free.pop_back();
    }
    instruction.dst = mark.place;
    program.code.push_back(instruction);
  }
  for (std::uint32_t k = 0; k < wanted.size(); ++k) {
    const std::uint32_t from = marks_[wanted[k]].place, to = in_space(Space::kOutput, k);
    if (from != to) program.code.push_back({Code::kCopy, to, from, from, from});
  }
  program.registers = scratch;
  return program;
}

void Emitter::relocate(Program& program, const Layout& layout) {
  const std::uint32_t base[] = {
      layout.states,  layout.slots,     layout.inputs, layout.slopes, layout.values,
      layout.hoisted, layout.constants, layout.time,   layout.end,    layout.end + program.outputs};
  const auto moved = [&](std::uint32_t place) { return base[static_cast<int>(space_of(place))] + index_in(place); };
  for (Instruction& instruction : program.code) {
    instruction.dst = moved(instruction.dst);
    instruction.a = moved(instruction.a);
    instruction.b = moved(instruction.b);
    instruction.c = moved(instruction.c);
  }
  program.first_output = layout.end;
  program.registers += layout.end + program.outputs;
}

}  // namespace vesica::kinetics
