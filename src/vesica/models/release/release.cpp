// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/release/release.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace vesica::release {

namespace {

const double kPi = std::acos(-1.0);
/// Below these the erfc series is summed; there both agree to 1e-12 (chosen, a test).
constexpr double kShortSlab = 0.15, kShortSphere = 0.1, kShortCylinder = 2e-3;
constexpr double kNegligible = 40;  ///< chosen: exp(-40) = 4e-18

/// Integral of erfc from x on.
double ierfc(double x) { return std::exp(-x * x) / std::sqrt(kPi) - x * std::erfc(x); }

/// Squares of the zeros of J0: McMahon's expansion, then Newton. Enough of them for kShortCylinder.
const std::vector<double>& squared_zeros() {
  static const std::vector<double> zeros = [] {
    std::vector<double> out;
    for (int i = 1; i <= 60; ++i) {
      const double beta = (i - 0.25) * kPi;
      double a = beta + 1 / (8 * beta);
      for (int k = 0; k < 4; ++k) a += std::cyl_bessel_j(0, a) / std::cyl_bessel_j(1, a);
      out.push_back(a * a);
    }
    return out;
  }();
  return zeros;
}

double early_cylinder(double theta) {
  // I1(q) / I0(q) = 1 - 1/(2q) - 1/(8q²) - ... ; q^-(k+3) becomes theta^((k+1)/2) / Gamma((k+3)/2).
  constexpr std::array<double, 7> kTerms = {1, -1. / 2, -1. / 8, -1. / 8, -25. / 128, -13. / 32, -1073. / 1024};
  double sum = 0;
  for (std::size_t k = 0; k < kTerms.size(); ++k) {
    const double half = (static_cast<double>(k) + 1) / 2;
    sum += 2 * kTerms[k] * std::pow(theta, half) / std::tgamma(half + 1);
  }
  return sum;
}

}  // namespace

double fick_slab(double theta) {
  if (std::isnan(theta)) return theta;
  if (theta <= 0) return 0;
  if (theta < kShortSlab) {
    const double root = std::sqrt(theta);
    double sum = 1 / std::sqrt(kPi);
    for (int n = 1; n <= 3; ++n) sum += (n % 2 == 0 ? 2 : -2) * ierfc(n / root);
    return 2 * root * sum;
  }
  double left = 0;
  for (int i = 0; i < 20; ++i) {
    const double square = (2 * i + 1) * (2 * i + 1) * kPi * kPi / 4;
    if (square * theta > kNegligible) break;
    left += 2 / square * std::exp(-square * theta);
  }
  return 1 - left;
}

double fick_cylinder(double theta) {
  if (std::isnan(theta)) return theta;
  if (theta <= 0) return 0;
  if (theta < kShortCylinder) return early_cylinder(theta);
  double left = 0;
  for (const double square : squared_zeros()) {
    if (square * theta > kNegligible) break;
    left += 4 / square * std::exp(-square * theta);
  }
  return 1 - left;
}

double fick_sphere(double theta) {
  if (std::isnan(theta)) return theta;
  if (theta <= 0) return 0;
  if (theta < kShortSphere) {
    const double root = std::sqrt(theta);
    double sum = 1 / std::sqrt(kPi);
    for (int n = 1; n <= 3; ++n) sum += 2 * ierfc(n / root);
    return 6 * root * sum - 3 * theta;
  }
  double left = 0;
  for (int i = 1; i < 20; ++i) {
    const double square = i * i * kPi * kPi;
    if (square * theta > kNegligible) break;
    left += 6 / square * std::exp(-square * theta);
  }
  return 1 - left;
}

double Body::volume_mm3() const {
  switch (shape) {
    case Shape::kSlab:
      return thickness_mm;
    case Shape::kCylinder:
      return kPi * radius_mm * radius_mm;
    case Shape::kDisc:
      return kPi * radius_mm * radius_mm * thickness_mm;
    case Shape::kSphere:
      return 4 * kPi / 3 * radius_mm * radius_mm * radius_mm;
  }
  return thickness_mm;
}

double fick(const Body& body, double path_mm2) {
  const double axial = path_mm2 / (body.depth_mm() * body.depth_mm());
  const double radial = path_mm2 / (body.radius_mm * body.radius_mm);
  switch (body.shape) {
    case Shape::kSlab:
      return fick_slab(axial);
    case Shape::kCylinder:
      return fick_cylinder(radial);
    case Shape::kSphere:
      return fick_sphere(radial);
    case Shape::kDisc:
      break;
  }
  const double a = fick_slab(axial), r = fick_cylinder(radial);
  return a + r - a * r;
}

double obstruction(double diameter_nm, const Mesh& mesh) {
  const double ratio = (diameter_nm / 2 + mesh.fibre_nm) / (mesh.size_nm + 2 * mesh.fibre_nm);
  return std::exp(-kPi * ratio * ratio);
}

double obstruction_share(double diameter_nm, const Mesh& mesh) {
  return std::erfc(mesh.free_volume_nm / (diameter_nm / 2));
}

double multiscale(double diameter_nm, const Mesh& mesh) {
  const double r = diameter_nm / 2, holes = mesh.free_volume_nm / r;
  const double phi = mesh.polymer_fraction;
  const double jumps = std::erf(holes) * std::exp(-phi / (1 - phi) / (holes * holes * holes));
  return jumps + obstruction_share(diameter_nm, mesh) * obstruction(diameter_nm, mesh);
}

double ogston(double diameter_nm, const Mesh& mesh) {
  return std::exp(-std::sqrt(mesh.polymer_fraction) * (diameter_nm / 2 + mesh.fibre_nm) / mesh.fibre_nm);
}

double hydrodynamic(double diameter_nm, const Mesh& mesh) {
  const double phi = mesh.polymer_fraction;
  if (phi <= 0) return 1;
  const double permeability = 3 * mesh.fibre_nm * mesh.fibre_nm * (-std::log(phi) - 0.931) / (20 * phi);
  if (!(permeability > 0)) return 0;
  const double a = diameter_nm / 2 / std::sqrt(permeability);
  return 1 / (1 + a + a * a / 9);
}

double network_mesh_nm(double polymer_fraction, double junction, double bond_nm, double ratio, double bonds,
                       double units) {
  return std::cbrt(1 / polymer_fraction) * std::sqrt((1 - 2 / junction) * bond_nm * bond_nm * ratio * bonds * units);
}

double korsmeyer_peppas(double time_h, double k, double n) { return k * std::pow(time_h, n); }

double peppas_sahlin(double time_h, double k1, double k2, double m) {
  return k1 * std::pow(time_h, m) + k2 * std::pow(time_h, 2 * m);
}

double weibull(double time_h, double tau_h, double b) { return -std::expm1(-std::pow(time_h / tau_h, b)); }

double hopfenberg(double time_h, double erosion_mm_h, double length_mm, int n) {
  return 1 - std::pow(std::max(0.0, 1 - erosion_mm_h * time_h / length_mm), n);
}

double first_order(double time_h, double per_h) { return -std::expm1(-per_h * time_h); }

double higuchi(double diffusivity_mm2_h, double time_h, double length_mm, double saturation_ratio) {
  const double s = saturation_ratio;
  const double share = std::sqrt(diffusivity_mm2_h * (2 - s) * s * time_h) / length_mm;
  // Behind the front at depth h the mean content is S / 2: the share released is (h / L) (1 - s / 2).
  return share <= 1 - s / 2 ? share : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace vesica::release
