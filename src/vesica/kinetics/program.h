// SPDX-License-Identifier: Apache-2.0
// Register bytecode: straight-line programs over registers of one or several lanes.
#pragma once

#include <cstdint>
#include <vector>

#include "vesica/kinetics/graph.h"

namespace vesica::kinetics {

/// registers[dst] = op(registers[a], registers[b], registers[c]) for every lane.
struct Instruction {
  Op op;
  std::uint32_t dst = 0, a = 0, b = 0, c = 0;
};

/// Instructions in order. Registers [0, inputs) are given by the caller, the next hold constants, the rest are scratch
/// that is reused as soon as a value is no longer needed. `outputs` names the register of each result.
struct Program {
  std::uint32_t inputs = 0;
  std::uint32_t registers = 0;
  std::vector<double> constants;  ///< in registers inputs .. inputs + constants.size()
  std::vector<Instruction> code;
  std::vector<std::uint32_t> outputs;
};

}  // namespace vesica::kinetics
