// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/ode.h"

namespace vesica::solve {

const char* to_text(Method method) {
  switch (method) {
    case Method::kAuto:
      return "auto";
    case Method::kExplicit:
      return "explicit";
    case Method::kRosenbrock:
      return "rosenbrock";
    case Method::kCvodes:
      return "cvodes";
  }
  return "";
}

}  // namespace vesica::solve
