// SPDX-License-Identifier: Apache-2.0
// The lane methods with a choice of instruction set; programs use ode.h, which takes the best.
#pragma once

#include <memory>

#include "vesica/base/os/cpu.h"
#include "vesica/solve/ode.h"
#include "vesica/solve/rodas.h"

namespace vesica::solve {

std::unique_ptr<Integrator> make_explicit(OdeSystem& system, const Tolerances& tolerances, InstructionSet set);
std::unique_ptr<Integrator> make_rosenbrock(OdeSystem& system, const Tolerances& tolerances, const Rodas& method,
                                            InstructionSet set);

}  // namespace vesica::solve
