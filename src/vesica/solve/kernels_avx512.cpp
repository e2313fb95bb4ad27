// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/kernels_loops.h"

namespace vesica::solve {

const Kernels& avx512_kernels(int lanes) { return table_for(lanes); }

}  // namespace vesica::solve
