// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/@name@/@name@.h"

#include <cmath>
#include <cstddef>
#include <limits>

namespace vesica::@name@ {

double mean_of(std::span<const double> numbers, double minimum) {
  double sum = 0;
  std::size_t count = 0;
  for (const double number : numbers) {
    if (!std::isfinite(number) || number < minimum) continue;
    sum += number;
    ++count;
  }
  const double mean = sum / static_cast<double>(count);
  return count > 0 && std::isfinite(mean) ? mean : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace vesica::@name@
