// SPDX-License-Identifier: Apache-2.0
// Sedimentation of one particle size in one spin.
#include "vesica/models/spin/sediment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace vesica::spin {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestNm = 1e5;         // chosen: no vesicle is 100 µm wide
constexpr double kBisectionWidth = 1e-10;  // chosen, relative
constexpr double kSecondsPerMinute = 60;

/// Area of the unit disc's strip between ±x, divided by 2: asin x + x √(1 − x²).
double strip(double x) { return std::asin(x) + x * std::sqrt((1 - x) * (1 + x)); }

double exact_angle_fraction(double rav, double a, double tau) {
  const double c0 = rav / a * std::tanh(tau / 2);
  if (c0 >= 1) return 1;
  const double u = std::sqrt((1 - c0) * (1 + c0));
  const double shrink = -std::expm1(-tau);
  const double left = ((2 - shrink) * strip(u) - 2 * rav / a * shrink * u) / std::numbers::pi;
  return std::clamp(1 - left, 0.0, 1.0);
}

}  // namespace

const char* to_text(RotorClass rotor_class) {
  switch (rotor_class) {
    case RotorClass::kSwingOut:
      return "swing_out";
    case RotorClass::kFixedAngle:
      return "fixed_angle";
    case RotorClass::kVertical:
      return "vertical";
  }
  return "";
}

double Density::at(double diameter_nm) const {
  if (kind == Kind::kConstant) return g_ml;
  const double core = std::max(0.0, 1 - 2 * shell_nm / diameter_nm);
  return lumen_g_ml + (shell_g_ml - lumen_g_ml) * (1 - core * core * core);
}

double sedimentation_coefficient_s(double diameter_nm, double particle_g_ml, const Medium& medium) {
  const double d_m = diameter_nm * 1e-9;
  return d_m * d_m * (particle_g_ml - medium.density_g_ml) * 1e3 / (18 * medium.viscosity_mpa_s * 1e-3);
}

double angular_speed_squared(double rcf_g, double radius_mm) { return rcf_g * kGravity / (radius_mm * 1e-3); }

double rcf_at(double rpm, double radius_mm) {
  const double omega = rpm * 2 * std::numbers::pi / 60;
  return omega * omega * radius_mm * 1e-3 / kGravity;
}

double settling_exponent(double diameter_nm, const Density& density, const Medium& medium, double omega_squared,
                         double minutes) {
  const double s = sedimentation_coefficient_s(diameter_nm, density.at(diameter_nm), medium);
  const double tau = s * omega_squared * minutes * kSecondsPerMinute;
  return tau < 0 ? 0 : tau;
}

double fraction_pelleted(const Geometry& rotor, AngleLaw law, double tau) {
  if (std::isnan(tau)) return kNaN;
  if (tau <= 0) return 0;
  if (rotor.rotor_class == RotorClass::kSwingOut) {
    return std::min(1.0, -rotor.rmax_mm * std::expm1(-tau) / (rotor.rmax_mm - rotor.rmin_mm));
  }
  if (law == AngleLaw::kExact) return exact_angle_fraction(rotor.rav_mm, rotor.path_mm / 2, tau);
  const double xi = tau / full_pelleting_exponent(rotor, law);
  return xi >= 1 ? 1 : 2 / std::numbers::pi * strip(xi);
}

double full_pelleting_exponent(const Geometry& rotor, AngleLaw law) {
  if (rotor.rotor_class == RotorClass::kSwingOut) return std::log(rotor.rmax_mm / rotor.rmin_mm);
  if (law == AngleLaw::kFirstOrder) return rotor.path_mm / rotor.rav_mm;
  return 2 * std::atanh(rotor.path_mm / 2 / rotor.rav_mm);
}

double cutoff_diameter_nm(const Geometry& rotor, AngleLaw law, const Density& density, const Medium& medium,
                          double omega_squared, double minutes) {
  const double wanted = full_pelleting_exponent(rotor, law);
  const auto reaches = [&](double d) {
    return settling_exponent(d, density, medium, omega_squared, minutes) >= wanted;
  };
  if (!reaches(kLargestNm)) return kNaN;
  if (density.kind == Density::Kind::kConstant) {
    return std::sqrt(wanted / settling_exponent(1.0, density, medium, omega_squared, minutes));
  }
  double low = 0, high = kLargestNm;
  while (high - low > kBisectionWidth * high) {
    const double middle = (low + high) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

double k_factor(const Geometry& rotor, double omega_squared) {
  return std::log(rotor.rmax_mm / rotor.rmin_mm) / kSvedberg / (3600 * omega_squared);
}

double equivalent_minutes(double minutes, double k_from, double k_to) { return minutes * k_to / k_from; }

bool k_factor_transfers(RotorClass from, RotorClass to) {
  return from == RotorClass::kSwingOut && to == RotorClass::kSwingOut;
}

}  // namespace vesica::spin
