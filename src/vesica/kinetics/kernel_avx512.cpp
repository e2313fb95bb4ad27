// SPDX-License-Identifier: Apache-2.0
// The kernels for processors with AVX-512F.
#include "vesica/kinetics/kernel.h"

#ifdef VESICA_X86_KERNELS

#include "vesica/kinetics/kernel_body.h"

namespace vesica::kinetics {

Kernels avx512_kernels() { return {run<1>, run<kKernelLanes>}; }

}  // namespace vesica::kinetics

#endif
