// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/kernels.h"

namespace vesica::solve {

const Kernels& kernels(int lanes, InstructionSet set) {
  // One lane's vectors are too short for wide registers to pay (measured: tens of nanoseconds a call are lost).
  switch (lanes == 1 ? InstructionSet::kGeneric : set) {
    case InstructionSet::kAvx512:
      return avx512_kernels(lanes);
    case InstructionSet::kAvx2:
      return avx2_kernels(lanes);
    case InstructionSet::kGeneric:
      break;
  }
  return generic_kernels(lanes);
}

}  // namespace vesica::solve
