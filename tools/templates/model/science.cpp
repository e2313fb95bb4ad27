// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/@name@/@name@.h"

#include <cmath>
#include <limits>

namespace vesica::@name@ {

double share_left(double kept, std::int64_t steps) {
  if (!(kept >= 0 && kept <= 1) || steps < 0) return std::numeric_limits<double>::quiet_NaN();
  return std::pow(kept, static_cast<double>(steps));
}

}  // namespace vesica::@name@
