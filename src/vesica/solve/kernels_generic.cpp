// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/kernels.h"
#include "vesica/solve/loops.h"

namespace vesica::solve {

const Kernels& generic_kernels(int lanes) {
  static constexpr Kernels kSingle = table<double>(), kBatch = table<Eight>();
  return lanes == 1 ? kSingle : kBatch;
}

}  // namespace vesica::solve
