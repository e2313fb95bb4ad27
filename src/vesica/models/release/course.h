// SPDX-License-Identifier: Apache-2.0
// The share released over time by one set of settings: populations, sizes, clocks, edges.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vesica/kinetics/curve.h"
#include "vesica/models/release/settings.h"

namespace vesica::release {

/// The times between which a course is known, in h: beyond, 50 and 90 % are "not within 114 years" (chosen).
inline constexpr double kFirstTime = 1e-3, kLastTime = 1e6;

/// Diffusion coefficient in the gel of vesicles of one diameter, by time.
class Mobility {
 public:
  Mobility(const Settings& settings, double diameter_nm);
  double free_um2_s() const { return free_; }  ///< in the liquid, by Stokes and Einstein
  double um2_s(double time_h) const;           ///< in the gel
  double mm2_h(double time_h) const;
  /// Integral of the coefficient from 0 on, in mm²; exact for a mesh that stays, else by quadrature to 1e-9.
  double path_mm2(double time_h) const;

 private:
  const Settings& settings_;
  Mesh mesh_;
  double diameter_, free_, growth_per_h_;
  bool by_mesh_ = false;
  double jumping_ = 0, obstructed_ = 1;  ///< D / D0 = jumping + obstructed x obstruction(mesh)
  std::optional<double> constant_;       ///< in µm²/s, when nothing changes it
  std::vector<double> knots_, paths_;
};

/// Diffusion into a well-stirred bath of finite volume, for any body whose release into a perfect sink is known: solves
/// m(s) = f(s) − β ∫ f(s − u) dm(u) in the path s (Duhamel), β = partition x volume of the gel / volume of the bath;
/// ends at 1 / (1 + β). Within 1e-4 of the exact series (a test).
class BathRelease {
 public:
  BathRelease(const Body& body, double beta);
  double released(double path_mm2) const;

 private:
  kinetics::Curve curve_;
  double whole_;
};

/// Share released as a function of time for settings that check() lets through.
class Course {
 public:
  /// `wanted_h` are times at which numerical parts (a film, an eroding surface) are exact and not interpolated.
  Course(const Settings& settings, std::span<const double> wanted_h);
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

  /// In [0, 1]; NaN beyond what an empirical law can say, NaN before 0.
  double released(double time_h) const;
  /// The share above which the law says nothing (0.6 for power laws), else 1.
  double limit() const { return limit_; }
  /// dF/dt in 1/h by central differences; NaN at 0 and where released() is NaN.
  double rate(double time_h) const;
  /// First time at which `share` is released, in h: 0 when at once, infinite when not within kLastTime, NaN beyond
  /// limit().
  double time_of(double share) const;
  const Mobility& median() const { return *median_; }

 private:
  struct Size {
    double weight;
    std::unique_ptr<Mobility> mobility;
    kinetics::Curve course;  ///< over log time, when numerical
  };
  void add_sizes();
  void tabulate(Size& size, const std::vector<double>& times) const;
  double diffused(double time_h) const;
  double eroded(double time_h) const;
  double composite(double time_h) const;

  Settings settings_;
  Body body_;
  double limit_ = 1;
  bool numerical_ = false;
  double front_mm_h_ = 0;  ///< speed of an eroding surface
  std::unique_ptr<Mobility> median_;
  std::vector<Size> sizes_;
  std::unique_ptr<BathRelease> bath_;
};

/// Share of a body that a surface receding by `depth_mm` has passed: Hopfenberg for slab, cylinder and sphere, the
/// product of what is left for a disc. 1 once the body is gone.
double passed(const Body& body, double depth_mm);

}  // namespace vesica::release
