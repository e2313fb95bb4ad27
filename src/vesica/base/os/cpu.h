// SPDX-License-Identifier: Apache-2.0
// Which vector instructions the processor offers.
#pragma once

namespace vesica {

/// Sets of vector instructions for which loops over lanes are compiled; each contains the ones before it.
enum class InstructionSet { kGeneric, kAvx2, kAvx512 };

/// The largest set that this processor and its operating system can run; kGeneric on anything but x86-64. Asked of the
/// processor once, so it costs nothing to call.
InstructionSet best_instruction_set();

const char* to_text(InstructionSet set);  ///< "generic", "avx2", "avx512"

}  // namespace vesica
