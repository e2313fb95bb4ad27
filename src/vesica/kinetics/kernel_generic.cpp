// SPDX-License-Identifier: Apache-2.0
// The kernels for any processor.
#include "vesica/kinetics/kernel_body.h"

namespace vesica::kinetics {

Kernels generic_kernels() { return {run<1>, run<kKernelLanes>}; }

}  // namespace vesica::kinetics
