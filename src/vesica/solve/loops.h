// SPDX-License-Identifier: Apache-2.0
// All loops over lanes in one table. Included only by the kernels' files: nothing of the standard library may be
// instantiated here, since the linker would keep one copy of it for the whole program, in the wrong instruction set.
#pragma once

#include "vesica/solve/loops_elimination.h"
#include "vesica/solve/loops_explicit.h"
#include "vesica/solve/loops_rosenbrock.h"

namespace vesica::solve {

namespace {

template <class V>
constexpr Kernels table() {
  return {combine<V>,          combine_lanes<V>,    combine_one,           take<V>,   explicit_error<V>, norm<V>,
          rosenbrock_stage<V>, rosenbrock_error<V>, rosenbrock_weights<V>, factor<V>, solve<V>,          non_numbers};
}

}  // namespace

}  // namespace vesica::solve
