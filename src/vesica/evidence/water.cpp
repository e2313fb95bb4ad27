// SPDX-License-Identifier: Apache-2.0
// Viscosity of water.
#include "vesica/evidence/water.h"

#include <cmath>
#include <limits>

namespace vesica {

namespace {
constexpr double kAt20 = 1.002;     // mPa·s, the reference value of the correlation
constexpr double kColdest = -8.3;   // °C, range of the correlation
constexpr double kHottest = 150.0;  // °C
}  // namespace

double water_viscosity_mpa_s(double temperature_c) {
  if (!(temperature_c >= kColdest && temperature_c <= kHottest)) return std::numeric_limits<double>::quiet_NaN();
  const double x = 20 - temperature_c;
  return kAt20 * std::pow(10.0, x / (temperature_c + 96) * (1.2364 - 1.37e-3 * x + 5.7e-6 * x * x));
}

}  // namespace vesica
