// SPDX-License-Identifier: Apache-2.0
// The loops that run bytecode, once for each instruction set and width.
#pragma once

#include <cstddef>

#include "vesica/kinetics/program.h"

namespace vesica::kinetics {

inline constexpr int kKernelLanes = 8;

/// Runs `count` instructions over registers of one or kKernelLanes doubles (the latter aligned to 64 bytes).
using Kernel = void (*)(const Instruction* code, std::size_t count, double* registers);

struct Kernels {
  Kernel one, wide;
};

Kernels generic_kernels();
#ifdef VESICA_X86_KERNELS
Kernels avx2_kernels();
Kernels avx512_kernels();
#endif

/// The fastest that this machine runs; all of them give the same bits.
Kernels best_kernels();

}  // namespace vesica::kinetics
