// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/dls/dls.h"

#include <limits>

#include "vesica/evidence/water.h"

namespace vesica::dls {

double ratio_to_water(double viscosity_mpa_s, double temperature_c) {
  return viscosity_mpa_s / water_viscosity_mpa_s(temperature_c);
}

double with_viscosity(double diameter_nm, double used_mpa_s, double right_mpa_s) {
  if (!(used_mpa_s > 0 && right_mpa_s > 0)) return std::numeric_limits<double>::quiet_NaN();
  return diameter_nm * used_mpa_s / right_mpa_s;
}

}  // namespace vesica::dls
