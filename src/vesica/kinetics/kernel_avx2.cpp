// SPDX-License-Identifier: Apache-2.0
// The kernels for processors with AVX2.
#include "vesica/kinetics/kernel.h"

#ifdef VESICA_X86_KERNELS

#include "vesica/kinetics/kernel_body.h"

namespace vesica::kinetics {

Kernels avx2_kernels() { return {run<1>, run<kKernelLanes>}; }

}  // namespace vesica::kinetics

#endif
