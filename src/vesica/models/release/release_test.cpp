// SPDX-License-Identifier: Apache-2.0
// Closed forms of release against published numbers, limits, moments, and the numerical solver.
#include "vesica/models/release/release.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "vesica/evidence/water.h"
#include "vesica/models/release/course.h"
#include "vesica/solve/diffusion.h"

namespace vesica::release {
namespace {

const double kPi = std::acos(-1.0);
constexpr double kPlus = 1 + 1e-9;

double root_of(double low, double high, const std::function<double(double)>& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

/// Settings of pure diffusion with a stated coefficient in µm²/s.
Settings diffusing(std::string shape, double um2_s) {
  Settings out;
  out.law = "fick";
  out.shape = std::move(shape);
  out.hindrance = "stated";
  out.diffusivity_um2_s = um2_s;
  out.diameter_gsd = 1;
  return out;
}

TEST(ReleaseFick, PublishedValue) {
  // polykin 0.5, transport.diffusion.uptake_sheet(t=1e2, a=0.2e-3, D=1e-10), as its page prints it.
  EXPECT_NEAR(fick_slab(1e2 * 1e-10 / (0.2e-3 * 0.2e-3)), 0.562233541762138, 1e-14);
}

TEST(ReleaseFick, ShortAndLongSeriesMeet) {
  for (const double theta : {0.15, 0.1, 2e-3}) {
    EXPECT_NEAR(fick_slab(theta * kPlus), fick_slab(theta / kPlus), 1e-8);
    EXPECT_NEAR(fick_cylinder(theta * kPlus), fick_cylinder(theta / kPlus), 1e-8);
    EXPECT_NEAR(fick_sphere(theta * kPlus), fick_sphere(theta / kPlus), 1e-8);
  }
  const auto jump = [](double (*f)(double), double at) {
    // The slope over the seam, from outside it, leaves only the seam's own jump.
    const double h = 1e-6 * at;
    return std::abs((f(at + h) - f(at - h)) - 0.5 * (f(at + 3 * h) - f(at + h) + f(at - h) - f(at - 3 * h)));
  };
  EXPECT_LT(jump(fick_slab, 0.15), 1e-11);
  EXPECT_LT(jump(fick_sphere, 0.1), 1e-11);
  EXPECT_LT(jump(fick_cylinder, 2e-3), 1e-10);
}

TEST(ReleaseFick, TimesToHalfAndNinetyPercent) {
  EXPECT_NEAR(fick_slab(0.848), 0.9, 1e-4);
  EXPECT_NEAR(fick_slab(0.197), 0.5, 1e-3);
  EXPECT_NEAR(fick_sphere(0.183), 0.9, 5e-4);
  EXPECT_NEAR(fick_sphere(0.0305), 0.5, 1e-3);
}

TEST(ReleaseFick, SquareRootAtFirst) {
  for (const double theta : {1e-12, 1e-9, 1e-7}) {
    EXPECT_NEAR(fick_slab(theta) / (2 * std::sqrt(theta / kPi)), 1, 1e-6);
    EXPECT_NEAR(fick_cylinder(theta) / (4 * std::sqrt(theta / kPi)), 1, 1e-3);
    EXPECT_NEAR(fick_sphere(theta) / (6 * std::sqrt(theta / kPi)), 1, 1e-3);
  }
  for (double (*f)(double) : {fick_slab, fick_cylinder, fick_sphere}) {
    EXPECT_EQ(f(0), 0);
    EXPECT_EQ(f(-1), 0);
    EXPECT_EQ(f(1e9), 1);
    EXPECT_TRUE(std::isnan(f(std::nan(""))));
  }
}

/// Mean release times, exactly: L²/3D of a slab of depth L (thickness²/12D), a²/8D, a²/15D (Processes 2023, 11:3431).
TEST(ReleaseFick, MeanTimesAreExact) {
  const auto mean = [](double (*f)(double)) {
    double sum = 0;
    const int n = 200000;
    for (int i = 0; i < n; ++i) {  // by x² = theta: smooth at 0
      const double x = (i + 0.5) * std::sqrt(12.0) / n;
      sum += (1 - f(x * x)) * 2 * x * std::sqrt(12.0) / n;
    }
    return sum;
  };
  EXPECT_NEAR(mean(fick_slab), 1. / 3, 1e-8);
  EXPECT_NEAR(mean(fick_cylinder), 1. / 8, 1e-8);
  EXPECT_NEAR(mean(fick_sphere), 1. / 15, 1e-8);
}

TEST(ReleaseFick, DiscLiesBetweenItsLimits) {
  Body disc;
  disc.thickness_mm = 1;
  disc.radius_mm = 1000;
  EXPECT_NEAR(fick(disc, 0.05), fick_slab(0.2), 1e-3);
  disc.faces = 1;
  EXPECT_NEAR(fick(disc, 0.05), fick_slab(0.05), 1e-3);
  disc.thickness_mm = 1e5;
  disc.radius_mm = 1;
  EXPECT_NEAR(fick(disc, 0.05), fick_cylinder(0.05), 1e-5);
  disc.thickness_mm = 2;
  disc.faces = 2;
  EXPECT_NEAR(1 - fick(disc, 0.1), (1 - fick_slab(0.1)) * (1 - fick_cylinder(0.1)), 1e-15);
  EXPECT_NEAR(disc.volume_mm3(), 2 * kPi, 1e-12);
}

TEST(ReleaseFick, FiniteVolumesEqualTheSeries) {
  for (const int dimension : {1, 2, 3}) {
    DiffusionProblem problem;
    problem.dimension = dimension;
    problem.length = 1.7;
    problem.diffusivity = [](double t) { return 0.3 / (1 + t); };
    const std::vector<double> times = {1e-4, 1e-3, 0.01, 0.1, 0.5, 1, 3, 10, 100};
    const DiffusionCourse course = diffuse(problem, times);
    for (std::size_t i = 0; i < times.size(); ++i) {
      const double theta = 0.3 * std::log1p(times[i]) / (1.7 * 1.7);
      const double exact = dimension == 1   ? fick_slab(theta)
                           : dimension == 2 ? fick_cylinder(theta)
                                            : fick_sphere(theta);
      EXPECT_NEAR(course.released[i], exact, 1e-4) << dimension << " " << times[i];
      EXPECT_NEAR(course.released[i] + course.left[i], 1, 1e-10);
    }
  }
}

/// Field notes, § 3.2: kT / (3 π η d) at 37 °C and 0.692 mPa·s.
TEST(ReleaseHindrance, FreeCoefficients) {
  const double table[][2] = {{30, 21.9}, {50, 13.1}, {100, 6.57}, {150, 4.38}, {185, 3.55}};
  for (const auto& line : table) {
    EXPECT_NEAR(diffusion_um2_s(line[0], 37, 0.692) / line[1], 1, 0.005) << line[0];
  }
  EXPECT_TRUE(std::isnan(diffusion_um2_s(0, 37, 0.7)));
  EXPECT_TRUE(std::isnan(diffusion_um2_s(100, 37, 0)));
}

/// Field notes, § 3.1: vesicles of 100 nm among alginate chains of 0.83 nm.
TEST(ReleaseHindrance, MultiscaleTable) {
  Mesh mesh;
  const double table[][2] = {{50, 0.05}, {100, 0.46}, {200, 0.82}, {500, 0.97}};
  for (const auto& line : table) {
    mesh.size_nm = line[0];
    EXPECT_NEAR(obstruction(100, mesh), line[1], 0.006) << line[0];
    // The notes leave out the factor erfc(rFV / r) = 0.9939, which the formula has.
    EXPECT_NEAR(multiscale(100, mesh) / obstruction(100, mesh), std::erfc(0.269 / 50), 1e-12) << line[0];
  }
  mesh.size_nm = 20;
  EXPECT_NEAR(multiscale(100, mesh) / 3e-8, 1, 0.1);
}

TEST(ReleaseHindrance, Limits) {
  Mesh mesh;
  mesh.size_nm = 1e9;
  EXPECT_NEAR(multiscale(100, mesh), 1, 0.01);
  EXPECT_NEAR(obstruction(100, mesh), 1, 1e-9);
  mesh.polymer_fraction = 1e-12;
  EXPECT_NEAR(ogston(100, mesh), 1, 1e-3);
  EXPECT_NEAR(hydrodynamic(100, mesh), 1, 1e-3);
  mesh.polymer_fraction = 0;
  EXPECT_EQ(hydrodynamic(100, mesh), 1);
  // A molecule of the size of water's holes goes by free volume: erf(1) exp(-phi / (1 - phi)) alone in no mesh.
  mesh.polymer_fraction = 0.5;
  mesh.size_nm = 1e-9;
  mesh.fibre_nm = 1e-9;
  EXPECT_NEAR(multiscale(2 * mesh.free_volume_nm, mesh), std::erf(1.0) * std::exp(-1.0), 1e-12);
  mesh = {};
  for (double (*law)(double, const Mesh&) : {multiscale, obstruction, ogston, hydrodynamic}) {
    double before = 1;
    for (const double d : {1.0, 10.0, 50.0, 100.0, 200.0}) {
      const double now = law(d, mesh);
      EXPECT_LE(now, before) << d;
      EXPECT_GE(now, 0);
      before = now;
    }
  }
}

TEST(ReleaseHindrance, NetworkMesh) {
  // One bond a chain between junctions of many chains, no solvent: the bond itself.
  EXPECT_NEAR(network_mesh_nm(1, 1e12, 0.15, 1, 1, 1), 0.15, 1e-12);
  // Four chains a junction halve the square; a swelling by 8 doubles the length.
  EXPECT_NEAR(network_mesh_nm(0.125, 4, 0.15, 4, 3, 100), 2 * 0.15 * std::sqrt(600.0), 1e-12);
}

TEST(ReleaseLaws, ClosedForms) {
  EXPECT_NEAR(korsmeyer_peppas(4, 0.1, 0.5), 0.2, 1e-15);
  EXPECT_NEAR(peppas_sahlin(16, 0.05, 0.01, 0.5), 0.2 + 0.16, 1e-15);
  EXPECT_NEAR(weibull(7, 7, 3), 1 - std::exp(-1.0), 1e-15);
  EXPECT_NEAR(first_order(2, std::log(2.0)), 0.75, 1e-15);
  for (int n = 1; n <= 3; ++n) {
    EXPECT_NEAR(hopfenberg(1, 0.5, 1, n), 1 - std::pow(0.5, n), 1e-15);
    EXPECT_EQ(hopfenberg(2, 0.5, 1, n), 1);
    EXPECT_EQ(hopfenberg(9, 0.5, 1, n), 1);
  }
  // Little dissolved: √(2 D S t / A) / L; the law ends when the front meets the sealed plane.
  EXPECT_NEAR(higuchi(0.01, 4, 1, 1e-3), std::sqrt(2 * 0.01 * 1e-3 * 4), 1e-5);
  EXPECT_TRUE(std::isnan(higuchi(1, 1e6, 1, 0.1)));
}

/// The film of receding surface and planar diffusion agree where both hold: Higuchi with everything dissolved is the
/// square-root law within its known 13 % (√(D t) against 2 √(D t / π)).
TEST(ReleaseLaws, HiguchiMeetsFickWhenAllIsDissolved) {
  EXPECT_NEAR(higuchi(0.01, 1, 1, 1) / fick_slab(0.01), std::sqrt(kPi) / 2, 1e-6);
}

TEST(ReleaseLaws, SurfacesPass) {
  Body body;
  body.shape = Shape::kDisc;
  body.thickness_mm = 2;
  body.radius_mm = 4;
  EXPECT_NEAR(passed(body, 0.5), 1 - 0.5 * (3.5 / 4) * (3.5 / 4), 1e-15);
  EXPECT_EQ(passed(body, 1), 1);
  body.shape = Shape::kSphere;
  EXPECT_NEAR(passed(body, 2), 1 - 0.125, 1e-15);
}

TEST(ReleaseBath, EqualsTheSeries) {
  // Crank 1975, eq. 4.37: slab into a bath of a = volume / (partition x gel): tan q = - a q.
  for (const double a : {1.0, 5.0, 50.0}) {
    Body slab;
    slab.shape = Shape::kSlab;
    const BathRelease bath(slab, 1 / a);
    for (const double theta : {1e-3, 0.01, 0.05, 0.2, 0.7, 2.0, 50.0}) {
      double left = 0;
      for (int i = 1; i < 200; ++i) {
        const double q = root_of((i - 0.5) * kPi + 1e-13, i * kPi, [&](double x) { return std::tan(x) + a * x; });
        left += 2 * a * (1 + a) / (1 + a + a * a * q * q) * std::exp(-q * q * theta);
      }
      EXPECT_NEAR(bath.released(theta * 0.25), a / (1 + a) * (1 - left), 1e-4) << a << " " << theta;
    }
  }
}

TEST(ReleaseCourse, StatedCoefficientIsTheSeries) {
  for (const std::string shape : {"slab", "cylinder", "disc", "sphere"}) {
    const Settings settings = diffusing(shape, 1.0);
    const Course course(settings, {});
    const double mm2 = 10 * 3600 * 1e-6;
    EXPECT_NEAR(course.released(10), fick(settings.body(), mm2), 1e-14) << shape;
  }
  const Course slab(diffusing("slab", 1.0), {});
  const double ninety = 4 / (kPi * kPi) * std::log(80 / (kPi * kPi));  // 0.848, the first term alone
  EXPECT_NEAR(slab.time_of(0.9), ninety * 0.25 / 0.0036, 1e-5);
  // The slope of 1 - 8/π² exp(-π² θ/4) late in the release.
  const double theta = 100 * 0.0036 / 0.25;
  EXPECT_NEAR(slab.rate(100), 2 * std::exp(-kPi * kPi / 4 * theta) * 0.0036 / 0.25, 1e-6);
}

TEST(ReleaseCourse, FilmAndSurfaceAreNumericalAndMeetTheirLimits) {
  Settings settings = diffusing("disc", 1.0);
  const std::vector<double> times = {0.5, 5, 30, 100};
  const Course exact(settings, times);
  settings.film_um_s = 1e6;
  const Course film(settings, times);
  for (const double t : times) EXPECT_NEAR(film.released(t), exact.released(t), 2e-4) << t;
  for (const double t : {2.0, 17.0, 60.0}) EXPECT_NEAR(film.released(t), exact.released(t), 5e-4) << "between knots";
  settings.film_um_s = 1e-5;  // all resistance in the film: first order by k S / V
  const std::vector<double> late = {100, 3000, 1e4, 1e5};
  const Course slow(settings, late);
  const Body body = settings.body();
  const double per_h = 1e-5 * 3.6 * (2 * body.radius_mm + 2 * body.thickness_mm) / (body.radius_mm * body.thickness_mm);
  for (const double t : late) EXPECT_NEAR(slow.released(t), -std::expm1(-per_h * t), 2e-3) << t;
}

TEST(ReleaseCourse, GrowingMeshIsAChangedClock) {
  Settings settings;
  settings.diameter_gsd = 1;
  settings.mesh_nm = 60;
  settings.burst_share = 0;
  settings.diffusive_share = 1;
  settings.erosion_half_life_d = 10;
  const Course course(settings, {});
  // The slow twin: many small steps of the coefficient.
  double path = 0;
  const double days = 20, steps = 200000;
  const Mobility mobility(settings, settings.diameter_nm);
  for (int i = 0; i < steps; ++i) path += mobility.mm2_h((i + 0.5) * days * 24 / steps) * days * 24 / steps;
  EXPECT_NEAR(course.released(days * 24), fick(settings.body(), path), 1e-8);
  // After two half-lives of the crosslinks the mesh has doubled.
  Mesh mesh{120, settings.polymer_share, settings.fibre_nm, settings.free_volume_nm};
  EXPECT_NEAR(mobility.um2_s(20 * 24) / mobility.free_um2_s(), multiscale(100, mesh), 1e-12);
}

TEST(ReleaseCourse, PopulationsAloneAreTheirLaws) {
  Settings settings;
  settings.erosion = "none";
  settings.burst_share = 1;
  settings.diffusive_share = 0;
  settings.burst_per_h = 0.3;
  EXPECT_NEAR(Course(settings, {}).released(5), -std::expm1(-1.5), 1e-15);
  settings.burst_share = 0;
  settings.tethered_share = 1;
  settings.tether_per_d = 0.1;
  EXPECT_NEAR(Course(settings, {}).released(48), -std::expm1(-0.2), 1e-15);
  settings.tethered_share = 0;
  EXPECT_EQ(Course(settings, {}).released(1e5), 0);
  settings.erosion = "bulk";
  settings.erosion_half_life_d = 3;
  settings.erosion_shape = 2;
  EXPECT_NEAR(Course(settings, {}).released(72), 0.5, 1e-14);
  EXPECT_NEAR(Course(settings, {}).released(144), 1 - 1. / 16, 1e-14);
  settings.erosion = "surface";
  EXPECT_NEAR(Course(settings, {}).released(72), 0.5, 1e-12);
}

TEST(ReleaseCourse, NothingLeavesWithoutWays) {
  Settings settings = diffusing("disc", 0.0);
  const Course course(settings, {});
  EXPECT_EQ(course.released(1e5), 0);
  EXPECT_TRUE(std::isinf(course.time_of(0.5)));
  EXPECT_TRUE(std::isnan(course.released(-1)));
  EXPECT_TRUE(std::isnan(course.rate(0)));
}

TEST(ReleaseCourse, AtOnce) {
  Settings settings;
  settings.burst_share = 1;
  settings.diffusive_share = 0;
  settings.burst_per_h = 1e4;
  EXPECT_NEAR(Course(settings, {}).released(0.1), 1, 1e-12);
}

TEST(ReleaseCourse, SurfaceErosionBringsDiffusionForward) {
  Settings settings;
  settings.diameter_gsd = 1;
  settings.burst_share = 0;
  settings.diffusive_share = 1;
  settings.erosion = "surface";
  settings.erosion_half_life_d = 2;
  settings.hindrance = "stated";
  settings.diffusivity_um2_s = 0;
  const std::vector<double> times = {12, 48, 72};
  const Course course(settings, times);
  EXPECT_NEAR(course.released(48), 0.5, 2e-4);
  settings.diffusivity_um2_s = 0.1;
  const Course both(settings, times);
  settings.erosion = "none";
  const Course alone(settings, times);
  for (const double t : times) {
    EXPECT_GT(both.released(t), alone.released(t) + 1e-3) << t;
    EXPECT_GT(both.released(t), course.released(t) + 1e-3) << t;
  }
}

TEST(ReleaseCourse, SizesSpreadTheRelease) {
  Settings settings = diffusing("disc", 1.0);
  settings.diameter_gsd = 1.6;
  const Course spread(settings, {});
  settings.diameter_gsd = 1;
  const Course narrow(settings, {});
  // Early on small vesicles lead, late large ones lag: the mean of √(1/d) over the lognormal is exp(σ²/8) at first.
  const double sigma = std::log(1.6);
  EXPECT_NEAR(spread.released(1e-4) / narrow.released(1e-4), std::exp(sigma * sigma / 8), 2e-3);
  EXPECT_LT(spread.released(100), narrow.released(100));
}

}  // namespace
}  // namespace vesica::release
