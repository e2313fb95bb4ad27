// SPDX-License-Identifier: Apache-2.0
// Diffusion against exact series (Crank, The Mathematics of Diffusion, 1975), conservation, order, limits.
#include "vesica/solve/diffusion.h"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica {
namespace {

const double kPi = std::acos(-1.0);

/// The root of an ascending f between low and high.
double root_of(double low, double high, const std::function<double(double)>& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

double slab(double t) {
  double left = 0;
  for (int i = 0; i < 4000; ++i) {
    const double q = (2 * i + 1) * kPi / 2;
    left += 2 / (q * q) * std::exp(-q * q * t);
  }
  return 1 - left;
}

double sphere(double t) {
  double left = 0;
  for (int i = 1; i < 4000; ++i) left += 6 / (i * i * kPi * kPi) * std::exp(-i * i * kPi * kPi * t);
  return 1 - left;
}

double cylinder(double t) {
  double left = 0;
  for (int i = 1; i < 400; ++i) {
    const double beta = (i - 0.25) * kPi;
    double a = beta + 1 / (8 * beta);
    for (int k = 0; k < 5; ++k) a += std::cyl_bessel_j(0, a) / std::cyl_bessel_j(1, a);
    left += 4 / (a * a) * std::exp(-a * a * t);
  }
  return 1 - left;
}

/// Film of Biot number b around a slab: q tan q = b.
double slab_with_film(double t, double b) {
  double left = 0;
  for (int i = 0; i < 400; ++i) {
    const double q = root_of(i * kPi, (i + 0.5) * kPi - 1e-13, [&](double x) { return x * std::tan(x) - b; });
    left += 2 * b * b / (q * q * (q * q + b * b + b)) * std::exp(-q * q * t);
  }
  return 1 - left;
}

/// Film around a sphere: q cot q + b - 1 = 0.
double sphere_with_film(double t, double b) {
  double left = 0;
  for (int i = 0; i < 400; ++i) {
    const double q = root_of(i * kPi + 1e-13, (i + 1) * kPi - 1e-13,
                             [&](double x) { return -(x * std::cos(x) / std::sin(x) + b - 1); });
    left += 6 * b * b / (q * q * (q * q + b * (b - 1))) * std::exp(-q * q * t);
  }
  return 1 - left;
}

/// A bath of a = volume / (partition x the body's): the share released of the whole load.
double slab_in_bath(double t, double a) {
  double left = 0;
  for (int i = 1; i < 400; ++i) {
    const double q = root_of((i - 0.5) * kPi + 1e-13, i * kPi, [&](double x) { return std::tan(x) + a * x; });
    left += 2 * a * (1 + a) / (1 + a + a * a * q * q) * std::exp(-q * q * t);
  }
  return a / (1 + a) * (1 - left);
}

double sphere_in_bath(double t, double a) {
  double left = 0;
  for (int i = 1; i < 400; ++i) {
    const double q =
        root_of(i * kPi, (i + 0.5) * kPi - 1e-13, [&](double x) { return std::tan(x) - 3 * x / (3 + a * x * x); });
    left += 6 * a * (a + 1) / (9 + 9 * a + q * q * a * a) * std::exp(-q * q * t);
  }
  return a / (1 + a) * (1 - left);
}

DiffusionProblem plain(int dimension) {
  DiffusionProblem out;
  out.dimension = dimension;
  out.diffusivity = [](double) { return 1.0; };
  return out;
}

const std::vector<double> kTimes = {0, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 3};

double worst(const DiffusionProblem& problem, const std::function<double(double)>& exact,
             const std::vector<double>& times = kTimes) {
  const DiffusionCourse course = diffuse(problem, times);
  double out = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] == 0) {
      EXPECT_EQ(course.released[i], 0);
      continue;
    }
    out = std::max(out, std::abs(course.released[i] - exact(times[i])));
    EXPECT_NEAR(course.released[i] + course.left[i], 1, 1e-10);
  }
  return out;
}

TEST(Diffusion, PerfectSinkEqualsTheSeries) {
  EXPECT_LT(worst(plain(1), slab), 2e-5);
  EXPECT_LT(worst(plain(2), cylinder), 3e-5);
  EXPECT_LT(worst(plain(3), sphere), 4e-5);
}

TEST(Diffusion, UnitsCancel) {
  DiffusionProblem problem = plain(3);
  problem.length = 7;
  problem.diffusivity = [](double) { return 0.3; };
  std::vector<double> times = kTimes;
  for (double& t : times) t *= 49 / 0.3;
  EXPECT_LT(worst(
                problem, [](double t) { return sphere(t * 0.3 / 49); }, times),
            4e-5);
}

TEST(Diffusion, FilmEqualsTheSeries) {
  for (const double biot : {0.1, 1.0, 20.0}) {
    DiffusionProblem problem = plain(1);
    problem.mass_transfer = 2 * biot;
    problem.partition = 2;
    EXPECT_LT(worst(problem, [&](double t) { return slab_with_film(t, biot); }), 3e-5) << biot;
    problem.dimension = 3;
    EXPECT_LT(worst(problem, [&](double t) { return sphere_with_film(t, biot); }), 6e-5) << biot;
  }
}

TEST(Diffusion, BathEqualsTheSeries) {
  for (const double bath : {0.5, 3.0, 50.0}) {
    DiffusionProblem problem = plain(1);
    problem.bath = bath * 4;
    problem.partition = 4;
    EXPECT_LT(worst(problem, [&](double t) { return slab_in_bath(t, bath); }), 3e-5) << bath;
    problem.dimension = 3;
    EXPECT_LT(worst(problem, [&](double t) { return sphere_in_bath(t, bath); }), 6e-5) << bath;
  }
}

TEST(Diffusion, AChangingCoefficientIsAChangedClock) {
  DiffusionProblem problem = plain(1);
  problem.diffusivity = [](double t) { return 1e-6 * std::exp(8 * t); };
  const std::vector<double> times = {0.5, 1, 1.3, 1.6, 1.8};
  EXPECT_LT(worst(
                problem, [](double t) { return slab(1e-6 * std::expm1(8 * t) / 8); }, times),
            3e-5);
}

TEST(Diffusion, ErosionAloneIsHopfenberg) {
  for (int n = 1; n <= 3; ++n) {
    DiffusionProblem problem = plain(n);
    problem.diffusivity = [](double) { return 0.0; };
    problem.erosion = 0.5;
    const std::vector<double> times = {0.1, 1, 1.9, 2, 5};
    // The upwinded edge of the cells blurs the front; the total that it has passed is exact in the limit of fine cells.
    EXPECT_LT(worst(
                  problem, [&](double t) { return 1 - std::pow(std::max(0.0, 1 - 0.5 * t), n); }, times),
              1e-4)
        << n;
  }
}

/// Steady regression of a slab by v with c = 0 at the edge: far from the sealed plane the profile moves with the edge
/// and the layer within is depleted by D / v: released = v t + D / v once the layer stands.
TEST(Diffusion, ErosionWithDiffusionReachesItsTravellingLayer) {
  DiffusionProblem problem = plain(1);
  const double v = 1, d = 0.01;
  problem.erosion = v;
  problem.diffusivity = [](double) { return 0.01; };
  const DiffusionCourse course = diffuse(problem, std::vector<double>{0.2, 0.3, 0.5, 0.8});
  for (std::size_t i = 1; i < 4; ++i) {
    const double t = std::vector<double>{0.2, 0.3, 0.5, 0.8}[i];
    EXPECT_NEAR(course.released[i], v * t + d / v, 2e-4) << t;
  }
}

TEST(Diffusion, SecondOrderInSpace) {
  double before = 0;
  for (const std::size_t cells : {20u, 40u, 80u}) {
    DiffusionProblem problem = plain(3);
    problem.cells = cells;
    problem.tolerance = 1e-10;
    const double error = std::abs(diffuse(problem, std::vector<double>{0.05}).released[0] - sphere(0.05));
    if (before > 0) {
      EXPECT_NEAR(before / error, 4, 0.6) << cells;
    }
    before = error;
  }
}

TEST(Diffusion, NothingMovesWithoutDiffusion) {
  DiffusionProblem problem = plain(2);
  problem.diffusivity = [](double) { return 0.0; };
  const DiffusionCourse course = diffuse(problem, std::vector<double>{0, 1, 1e9});
  for (const double released : course.released) EXPECT_EQ(released, 0);
  EXPECT_TRUE(diffuse(problem, {}).released.empty());
}

TEST(Diffusion, WhatIsNoNumberIsAnError) {
  DiffusionProblem problem = plain(1);
  problem.diffusivity = [](double) { return std::numeric_limits<double>::quiet_NaN(); };
  EXPECT_THROW(diffuse(problem, std::vector<double>{1}), Error);
}

}  // namespace
}  // namespace vesica
