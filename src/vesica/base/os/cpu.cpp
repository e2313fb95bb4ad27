// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/cpu.h"

namespace vesica {

namespace {

InstructionSet ask_processor() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return InstructionSet::kAvx512;
  if (__builtin_cpu_supports("avx2")) return InstructionSet::kAvx2;
#endif
  return InstructionSet::kGeneric;
}

}  // namespace

InstructionSet best_instruction_set() {
  static const InstructionSet best = ask_processor();
  return best;
}

const char* to_text(InstructionSet set) {
  switch (set) {
    case InstructionSet::kGeneric:
      return "generic";
    case InstructionSet::kAvx2:
      return "avx2";
    case InstructionSet::kAvx512:
      return "avx512";
  }
  return "generic";
}

}  // namespace vesica
