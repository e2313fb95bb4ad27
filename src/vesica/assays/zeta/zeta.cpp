// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/zeta/zeta.h"

#include <limits>

namespace vesica::zeta {

namespace {

constexpr double kVacuum = 8.8541878128e-12;  // permittivity of vacuum, F/m, CODATA 2018
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double water_permittivity(double temperature_c) {
  if (!(temperature_c >= 0 && temperature_c <= 100)) return kNone;
  const double t = temperature_c - 25;
  return 78.54 * (1 - 4.579e-3 * t + 1.19e-5 * t * t - 2.8e-8 * t * t * t);
}

double henry_function(double zeta_mv, double mobility, double viscosity_mpa_s, double temperature_c) {
  if (zeta_mv == 0) return kNone;
  const double metres2_per_vs = mobility * 1e-8, pascal_s = viscosity_mpa_s * 1e-3, volts = zeta_mv * 1e-3;
  return 1.5 * pascal_s * metres2_per_vs / (kVacuum * water_permittivity(temperature_c) * volts);
}

}  // namespace vesica::zeta
