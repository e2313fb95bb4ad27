// SPDX-License-Identifier: Apache-2.0
// Register bytecode: straight-line programs over registers of one or several lanes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vesica/kinetics/graph.h"

namespace vesica::kinetics {

/// What one instruction does. From kNeg to kSelect as the Op of the same name; the others join two operations without
/// changing a bit of the result (every product is rounded before it is added).
enum class Code : std::uint8_t {
  kCopy,  ///< a
  kNeg,
  kAbs,
  kCeil,
  kFloor,
  kExp,
  kLn,
  kLog10,
  kSqrt,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kTanh,
  kAsinh,
  kAcosh,
  kAtanh,
  kFactorial,
  kNot,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kPow,
  kMin,
  kMax,
  kQuotient,
  kRemainder,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr,
  kXor,
  kSelect,
  kMulAdd,  ///< a * b + c
  kMulSub,  ///< a * b - c
  kSubMul,  ///< c - a * b
  kMulMul,  ///< a * b * c
  kAddAdd,  ///< a + b + c
  kAddSub,  ///< a + b - c
  kMulDiv,  ///< a * b / c
  kDivAdd,  ///< a / (b + c)
  kDivMul,  ///< a / b * c
  kCodes,   ///< how many there are
};

inline Code code_of(Op op) {
  return static_cast<Code>(static_cast<int>(op) - static_cast<int>(Op::kNeg) + static_cast<int>(Code::kNeg));
}
static_assert(static_cast<int>(Op::kSelect) - static_cast<int>(Op::kNeg) ==
              static_cast<int>(Code::kSelect) - static_cast<int>(Code::kNeg));
/// 1, 2 or 3: how many of a, b, c are read.
int operand_count(Code code);

/// registers[dst] = code(registers[a], registers[b], registers[c]) for every lane; dst may be one of a, b, c.
struct Instruction {
  Code code;
  std::uint32_t dst = 0, a = 0, b = 0, c = 0;
};

/// Instructions in order over the register file that all programs of a model share (Layout). Result k is left in
/// register `first_output + k`; scratch registers follow and are reused as soon as a value is no longer needed.
struct Program {
  std::uint32_t first_output = 0, outputs = 0;
  std::uint32_t registers = 0;  ///< how many the file must have
  std::vector<Instruction> code;
};

/// Where the registers lie that programs only read: time, states, slots, values of inputs, slopes of inputs, hoisted
/// values, values of an event's assignments, constants. Results and scratch of each program begin at `end`.
struct Layout {
  std::uint32_t time = 0, states = 1, slots = 1, inputs = 1, slopes = 1, hoisted = 1, values = 1, constants = 1,
                end = 1;
};

}  // namespace vesica::kinetics
