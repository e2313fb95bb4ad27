// SPDX-License-Identifier: Apache-2.0
// Viscosity of water, diffusion of spheres.
#include "vesica/evidence/water.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace vesica {

namespace {
constexpr double kAt20 = 1.002;              // mPa·s, the reference value of the correlation
constexpr double kColdest = -8.3;            // °C, range of the correlation
constexpr double kHottest = 150.0;           // °C
constexpr double kBoltzmann = 1.380649e-23;  // J/K, exact (SI 2019)
constexpr double kZeroCelsius = 273.15;      // K
constexpr double kSquareMicrometres = 1e12;  // in one m²
}  // namespace

double water_viscosity_mpa_s(double temperature_c) {
  if (!(temperature_c >= kColdest && temperature_c <= kHottest)) return std::numeric_limits<double>::quiet_NaN();
  const double x = 20 - temperature_c;
  return kAt20 * std::pow(10.0, x / (temperature_c + 96) * (1.2364 - 1.37e-3 * x + 5.7e-6 * x * x));
}

double diffusion_um2_s(double diameter_nm, double temperature_c, double viscosity_mpa_s) {
  if (!(diameter_nm > 0) || !(viscosity_mpa_s > 0) || !(temperature_c >= -kZeroCelsius))
    return std::numeric_limits<double>::quiet_NaN();
  return kBoltzmann * (temperature_c + kZeroCelsius) /
         (3 * std::numbers::pi * viscosity_mpa_s * 1e-3 * diameter_nm * 1e-9) * kSquareMicrometres;
}

}  // namespace vesica
