// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/uptake/uptake.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "vesica/evidence/water.h"
#include "vesica/kinetics/builder.h"

namespace vesica::uptake {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kMlPerHour = 1e-12 * 3600;  ///< of µm³/s

}  // namespace

double encounter_ml_per_h(double diameter_nm, double cell_radius_um, double temperature_c, double viscosity_mpa_s) {
  if (!(cell_radius_um > 0)) return kNone;
  return 4 * std::numbers::pi * diffusion_um2_s(diameter_nm, temperature_c, viscosity_mpa_s) * cell_radius_um *
         kMlPerHour;
}

double positive_share(double mean, const Detection& detection) {
  const double a = detection.false_share;
  if (!(mean >= 0) || detection.least < 1 || !(a >= 0 && a <= 1)) return kNone;
  if (detection.shape && !(*detection.shape > 0)) return kNone;
  double seen = 0;
  if (std::isinf(mean)) {
    seen = 1;
  } else if (mean > 0 && detection.shape) {
    const double success = mean / (mean + *detection.shape);
    seen = boost::math::ibeta(static_cast<double>(detection.least), *detection.shape, success);
  } else if (mean > 0) {
    seen = boost::math::gamma_p(static_cast<double>(detection.least), mean);
  }
  return a + (1 - a) * seen;
}

kinetics::Network make_network(Medium medium) {
  kinetics::NetworkBuilder builder("uptake", "Uptake of vesicles by an average cell");
  kinetics::NetworkUnits units;
  units.time = "h";
  units.substance = "1";
  units.volume = "mL";
  builder.units(units);
  builder.parameter("medium", 0, {.unit = "/mL", .name = "vesicles free in the medium"});
  for (const char* symbol : {"bound", "inside", "taken", "copies"}) builder.parameter(symbol, 0, {.unit = "1"});
  builder.parameter("volume_per_cell", 1e-5, {.unit = "mL"}).parameter("k_bind", 0, {.unit = "mL/h"});
  for (const char* rate : {"k_off", "k_in", "k_recycle", "k_lysis", "k_escape", "k_loss"})
    builder.parameter(rate, 0, {.unit = "/h"});
  builder.parameter("copies_per_vesicle", 0, {.unit = "1"}).parameter("free", 0, {.unit = "/mL"});
  if (medium == Medium::kWell) {
    builder.assign("free", "medium");
    builder.rate("medium", "-(k_bind * free - k_off * bound - k_recycle * inside) / volume_per_cell");
  } else {
    const std::string left = "medium - (bound + taken) / volume_per_cell";
    builder.assign("free", "piecewise(" + left + ", " + left + " > 0, 0)");
  }
  builder.rate("bound", "k_bind * free - (k_off + k_in) * bound");
  builder.rate("inside", "k_in * bound - (k_recycle + k_lysis + k_escape) * inside");
  builder.rate("taken", "k_in * bound - k_recycle * inside");
  builder.rate("copies", "k_escape * copies_per_vesicle * inside - k_loss * copies");
  return builder.build();
}

}  // namespace vesica::uptake
