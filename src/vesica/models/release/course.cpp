// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/release/course.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "vesica/contract/contract.h"
#include "vesica/evidence/water.h"
#include "vesica/solve/diffusion.h"

namespace vesica::release {

namespace {

constexpr double kHoursPerDay = 24, kSecondsPerHour = 3600;
constexpr double kMm2PerUm2 = 1e-6;
constexpr double kPowerLawLimit = 0.6;               ///< Ritger and Peppas 1987 (evidence row release.power_law_limit)
constexpr std::size_t kPerDecade = 24;               ///< chosen: between knots the curve is good to 5e-4 (a test)
constexpr double kMeshMoves = 1e-3, kMeshGone = 60;  ///< chosen: lifetimes of the crosslinks
constexpr std::size_t kBathPoints = 400;
constexpr double kBathEnd = 6;      ///< chosen: at this theta of the shorter length less than 1e-6 is left
constexpr double kRateStep = 1e-4;  ///< chosen: relative, for central differences
constexpr std::size_t kCells = 80;  ///< chosen: with this tolerance diffusion is good to 2e-4 (a test)
constexpr double kTolerance = 3e-6;
constexpr double kSizeEnd = 3;  ///< sizes at multiples of the standard deviation; trapezoids on a bell (chosen)
constexpr double kSizeStep = 0.5, kWideSizeStep = 1;  ///< the wide one where every size is a numerical solution

/// 0, then kFirstTime to kLastTime evenly in the logarithm.
std::vector<double> time_grid() {
  std::vector<double> out = {0};
  const auto count = static_cast<int>(std::round(std::log10(kLastTime / kFirstTime) * kPerDecade));
  for (int i = 0; i <= count; ++i) out.push_back(kFirstTime * std::pow(10, static_cast<double>(i) / kPerDecade));
  return out;
}

/// Integral from a to b by four points of Gauss and Legendre.
template <typename F>
double gauss(double a, double b, const F& f) {
  constexpr std::array<double, 2> kAt = {0.3399810435848563, 0.8611363115940526};
  constexpr std::array<double, 2> kWeight = {0.6521451548625461, 0.3478548451374538};
  const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
  double sum = 0;
  for (std::size_t i = 0; i < 2; ++i) sum += kWeight[i] * (f(middle - half * kAt[i]) + f(middle + half * kAt[i]));
  return half * sum;
}

double log_time(double time_h) { return std::log(std::max(time_h, kFirstTime / 10)); }

/// Depth at which a receding surface has passed half of the body.
double half_depth_mm(const Body& body) {
  double low = 0, high = std::max(body.thickness_mm, body.radius_mm);
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (passed(body, middle) < 0.5 ? low : high) = middle;
  }
  return high;
}

}  // namespace

double passed(const Body& body, double depth_mm) {
  const double axial = std::max(0.0, 1 - depth_mm / body.depth_mm());
  const double radial = std::max(0.0, 1 - depth_mm / body.radius_mm);
  switch (body.shape) {
    case Shape::kSlab:
      return 1 - axial;
    case Shape::kCylinder:
      return 1 - radial * radial;
    case Shape::kSphere:
      return 1 - radial * radial * radial;
    case Shape::kDisc:
      break;
  }
  return 1 - axial * radial * radial;
}

Mobility::Mobility(const Settings& settings, double diameter_nm)
    : settings_(settings), diameter_(diameter_nm), growth_per_h_(settings.growth_per_d() / kHoursPerDay) {
  mesh_ = {settings.mesh_size_nm(), settings.polymer_share, settings.fibre_nm, settings.free_volume_nm};
  free_ = diffusion_um2_s(diameter_nm, settings.temperature_c, settings.viscosity());
  by_mesh_ = settings.hindrance == "multiscale" || settings.hindrance == "obstruction";
  if (settings.hindrance == "multiscale") {
    // Only obstruction changes with the mesh: the rest of the law once.
    obstructed_ = obstruction_share(diameter_nm, mesh_);
    jumping_ = multiscale(diameter_nm, mesh_) - obstructed_ * obstruction(diameter_nm, mesh_);
  }
  if (!by_mesh_ || growth_per_h_ == 0) {
    growth_per_h_ = 0;
    constant_ = um2_s(0);
    return;
  }
  knots_ = {0};
  paths_ = {0};
  // From a thousandth of the crosslinks' lifetime, before which the mesh stands still, to 60 lifetimes, after which it
  // is 1e13 times as wide: between, evenly in the logarithm.
  const double first = kMeshMoves / growth_per_h_, last = kMeshGone / growth_per_h_;
  const auto count = static_cast<int>(std::ceil(std::log10(last / first) * kPerDecade));
  for (int i = 0; i <= count; ++i) {
    knots_.push_back(first * std::pow(last / first, static_cast<double>(i) / count));
    paths_.push_back(paths_.back() +
                     gauss(knots_[knots_.size() - 2], knots_.back(), [&](double t) { return mm2_h(t); }));
  }
}

double Mobility::um2_s(double time_h) const {
  if (constant_) return *constant_;
  // A stated coefficient is that of the median; other sizes differ as in water.
  if (settings_.hindrance == "stated") return *settings_.diffusivity_um2_s * settings_.diameter_nm / diameter_;
  if (settings_.hindrance == "none") return free_;
  if (settings_.hindrance == "ogston") return free_ * ogston(diameter_, mesh_);
  if (settings_.hindrance == "hydrodynamic") return free_ * hydrodynamic(diameter_, mesh_);
  Mesh mesh = mesh_;
  mesh.size_nm *= std::exp(0.5 * growth_per_h_ * time_h);
  return free_ * (jumping_ + obstructed_ * obstruction(diameter_, mesh));
}

double Mobility::mm2_h(double time_h) const { return um2_s(time_h) * kMm2PerUm2 * kSecondsPerHour; }

double Mobility::path_mm2(double time_h) const {
  if (growth_per_h_ == 0) return mm2_h(0) * time_h;
  const auto after = std::upper_bound(knots_.begin(), knots_.end(), time_h);
  if (after == knots_.begin()) return 0;
  const auto k = static_cast<std::size_t>(after - knots_.begin()) - 1;
  if (after == knots_.end()) return paths_[k] + (time_h - knots_[k]) * mm2_h(knots_[k]);
  return paths_[k] + gauss(knots_[k], time_h, [&](double t) { return mm2_h(t); });
}

BathRelease::BathRelease(const Body& body, double beta) : whole_(1 / (1 + beta)) {
  double length = std::numeric_limits<double>::infinity();
  if (body.shape == Shape::kSlab || body.shape == Shape::kDisc) length = body.depth_mm();
  if (body.shape != Shape::kSlab) length = std::min(length, body.radius_mm);
  const double end = std::sqrt(kBathEnd) * length;
  // What leaves is like the root of the path at first: the grid is even in its root.
  std::vector<double> root(kBathPoints + 1), path(kBathPoints + 1), out(kBathPoints + 1);
  for (std::size_t i = 0; i <= kBathPoints; ++i) {
    root[i] = end * static_cast<double>(i) / kBathPoints;
    path[i] = root[i] * root[i];
  }
  for (std::size_t n = 1; n <= kBathPoints; ++n) {
    double back = 0;
    for (std::size_t j = 1; j < n; ++j)
      back += (out[j] - out[j - 1]) * fick(body, path[n] - 0.5 * (path[j] + path[j - 1]));
    const double own = fick(body, 0.5 * (path[n] - path[n - 1]));
    out[n] = (fick(body, path[n]) - beta * back + beta * own * out[n - 1]) / (1 + beta * own);
  }
  curve_ = kinetics::Curve(root, out, "bath");
}

double BathRelease::released(double path_mm2) const {
  const double root = std::sqrt(path_mm2);
  return root < curve_.knots().back() ? curve_.value(root) : whole_;
}

Course::Course(const Settings& settings, std::span<const double> wanted_h)
    : settings_(settings), body_(settings.body()) {
  if (settings_.law == "korsmeyer_peppas" || settings_.law == "peppas_sahlin") limit_ = kPowerLawLimit;
  if ((settings_.erosion == "surface" && settings_.law == "composite") || settings_.law == "hopfenberg")
    front_mm_h_ = half_depth_mm(body_) / (settings_.erosion_half_life_d * kHoursPerDay);
  numerical_ = settings_.law == "composite" && front_mm_h_ > 0;
  numerical_ = numerical_ || (settings_.film_um_s && (settings_.law == "composite" || settings_.law == "fick"));
  median_ = std::make_unique<Mobility>(settings_, settings_.diameter_nm);
  const bool diffuses = settings_.law == "fick" || (settings_.law == "composite" && settings_.diffusive_share > 0);
  if (!diffuses) return;
  add_sizes();
  if (settings_.bath_ml) {
    // Of a slab the bath is stated per cm² of face, of a long cylinder per cm: mm³ per mm² and per mm.
    const double per = body_.shape == Shape::kSlab ? 100 : body_.shape == Shape::kCylinder ? 10 : 1;
    bath_ = std::make_unique<BathRelease>(body_,
                                          settings_.partition * body_.volume_mm3() / (*settings_.bath_ml * 1000 / per));
  }
  if (!numerical_) return;
  std::vector<double> times = time_grid();
  for (const double time : wanted_h)
    if (time > kFirstTime && time < kLastTime) times.push_back(time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  for (Size& size : sizes_) tabulate(size, times);
}

void Course::add_sizes() {
  const double sigma = std::log(settings_.diameter_gsd);
  if (!(sigma > 0)) {
    sizes_.push_back({1, std::make_unique<Mobility>(settings_, settings_.diameter_nm), {}});
    return;
  }
  const double step = numerical_ ? kWideSizeStep : kSizeStep;
  double sum = 0;
  for (double z = -kSizeEnd; z <= kSizeEnd; z += step) sum += std::exp(-z * z / 2);
  for (double z = -kSizeEnd; z <= kSizeEnd; z += step)
    sizes_.push_back({std::exp(-z * z / 2) / sum,
                      std::make_unique<Mobility>(settings_, settings_.diameter_nm * std::exp(sigma * z)),
                      {}});
}

void Course::tabulate(Size& size, const std::vector<double>& times) const {
  const auto left = [&](int dimension, double length_mm) {
    DiffusionProblem problem;
    problem.dimension = dimension;
    problem.length = length_mm;
    problem.diffusivity = [&](double time) { return size.mobility->mm2_h(time); };
    problem.partition = settings_.partition;
    if (settings_.film_um_s) problem.mass_transfer = *settings_.film_um_s * 1e-3 * kSecondsPerHour;
    problem.erosion = front_mm_h_;
    problem.cells = kCells;
    problem.tolerance = kTolerance;
    return diffuse(problem, times).left;
  };
  std::vector<double> axial(times.size(), 1), radial(times.size(), 1);
  if (body_.shape == Shape::kSlab || body_.shape == Shape::kDisc) axial = left(1, body_.depth_mm());
  if (body_.shape == Shape::kCylinder || body_.shape == Shape::kDisc) radial = left(2, body_.radius_mm);
  if (body_.shape == Shape::kSphere) radial = left(3, body_.radius_mm);
  std::vector<double> x, y;
  for (std::size_t i = 0; i < times.size(); ++i) {
    x.push_back(log_time(times[i]));
    y.push_back(std::clamp(1 - axial[i] * radial[i], 0.0, 1.0));
  }
  size.course = kinetics::Curve(x, y, "release");
}

double Course::diffused(double time_h) const {
  double sum = 0;
  for (const Size& size : sizes_) {
    if (numerical_) {
      sum += size.weight * size.course.value(log_time(time_h));
      continue;
    }
    const double path = size.mobility->path_mm2(time_h);
    sum += size.weight * (bath_ ? bath_->released(path) : fick(body_, path));
  }
  return std::min(sum, 1.0);
}

double Course::eroded(double time_h) const {
  if (settings_.erosion == "none") return 0;
  if (settings_.erosion == "surface") return passed(body_, front_mm_h_ * time_h);
  const double half_lives = time_h / (settings_.erosion_half_life_d * kHoursPerDay);
  return -std::expm1(-std::log(2.0) * std::pow(half_lives, settings_.erosion_shape));
}

double Course::composite(double time_h) const {
  double out = settings_.burst_share * first_order(time_h, settings_.burst_per_h);
  if (settings_.diffusive_share > 0) out += settings_.diffusive_share * diffused(time_h);
  if (settings_.tethered_share > 0)
    out += settings_.tethered_share * first_order(time_h, settings_.tether_per_d / kHoursPerDay);
  return out + std::max(0.0, settings_.eroding_share()) * eroded(time_h);
}

double Course::released(double time_h) const {
  if (!(time_h >= 0)) return kNaN;
  if (time_h == 0) return 0;
  const Settings& s = settings_;
  double out = 0;
  if (s.law == "composite") out = composite(time_h);
  if (s.law == "fick") out = diffused(time_h);
  if (s.law == "higuchi")
    out = higuchi(median_->mm2_h(0), time_h,
                  body_.shape == Shape::kSlab || body_.shape == Shape::kDisc ? body_.depth_mm() : body_.radius_mm,
                  *s.saturation_ratio);
  const double fickian = body_.shape == Shape::kSlab ? 0.5 : body_.shape == Shape::kSphere ? 0.43 : 0.45;
  if (s.law == "korsmeyer_peppas") out = korsmeyer_peppas(time_h, *s.law_k, s.law_n.value_or(fickian));
  if (s.law == "peppas_sahlin") out = peppas_sahlin(time_h, *s.law_k, *s.law_k2, s.law_n.value_or(fickian));
  if (s.law == "weibull") out = weibull(time_h, *s.law_tau_h, *s.law_b);
  if (s.law == "hopfenberg") out = passed(body_, front_mm_h_ * time_h);
  if (s.law == "first_order") out = first_order(time_h, *s.law_per_h);
  if (out > limit_) return limit_ < 1 ? kNaN : 1;
  return std::max(out, 0.0);  // NaN stays NaN
}

double Course::rate(double time_h) const {
  if (!(time_h > 0)) return kNaN;
  const double step = kRateStep * time_h;
  return std::max(released(time_h + step) - released(time_h - step), 0.0) / (2 * step);  // NaN stays NaN
}

double Course::time_of(double share) const {
  if (share > limit_) return kNaN;
  const auto has = [&](double time_h) {
    const double value = released(time_h);
    return std::isnan(value) || value >= share;
  };
  if (!has(kLastTime)) return std::numeric_limits<double>::infinity();
  double low = std::log(kFirstTime * 1e-6), high = std::log(kLastTime);
  for (int i = 0; i < 42; ++i) {  // to 1e-11 of the time
    const double middle = 0.5 * (low + high);
    (has(std::exp(middle)) ? high : low) = middle;
  }
  const double found = std::exp(high);
  return std::isnan(released(found)) ? kNaN : found;
}

}  // namespace vesica::release
