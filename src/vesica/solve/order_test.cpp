// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/solve/methods.h"
#include "vesica/solve/systems_for_test.h"

namespace vesica::solve {

namespace {

/// y' = -y² sin t, z' = z y sin t: y = 1/(2 - cos t) and z = 1/y from (1, 1); nonlinear and driven by time.
FormulaSystem driven() {
  return FormulaSystem(
      2, {0.0},
      [](double t, const double* y, double, double* f) {
        f[0] = -y[0] * y[0] * std::sin(t);
        f[1] = y[1] * y[0] * std::sin(t);
      },
      [](double t, const double* y, double, double* j) {
        j[0] = -2 * y[0] * std::sin(t);
        j[1] = 0;
        j[2] = y[1] * std::sin(t);
        j[3] = y[0] * std::sin(t);
      },
      [](double t, const double* y, double, double* f) {
        f[0] = -y[0] * y[0] * std::cos(t);
        f[1] = y[1] * y[0] * std::cos(t);
      });
}

struct Errors {
  double end = 0, between = 0;
};

using Make = std::unique_ptr<Integrator> (*)(OdeSystem&, const Tolerances&);

Errors errors_with_step(Make make, double step) {
  FormulaSystem system = driven();
  // So loose that every step is taken, and as long as it may be.
  auto integrator = make(system, {.relative = 1e6, .absolute = 1e6, .largest_step = step});
  integrator->start(0, 0, std::vector<double>{1, 1}, 4, step);
  Errors errors;
  const auto miss = [&](double t) {
    std::vector<double> y(2);
    integrator->interpolate(0, t, y);
    return std::max(std::abs(y[0] - 1 / (2 - std::cos(t))), std::abs(y[1] - (2 - std::cos(t))));
  };
  while (integrator->running(0)) {
    integrator->advance();
    EXPECT_NEAR(integrator->time(0) - integrator->time_before(0), step, 1e-9);
    for (double theta : {0.15, 0.4, 0.5, 0.8})
      errors.between = std::max(errors.between, miss(integrator->time_before(0) +
                                                     theta * (integrator->time(0) - integrator->time_before(0))));
    errors.end = std::max(errors.end, miss(integrator->time(0)));
  }
  return errors;
}

/// Over three halvings: from one to the next the leading error term of a problem may happen to vanish.
void expect_order(Make make, double order, double dense_order) {
  const Errors coarse = errors_with_step(make, 1.0 / 8), fine = errors_with_step(make, 1.0 / 64);
  EXPECT_NEAR(std::log2(coarse.end / fine.end) / 3, order, 0.35);
  // The error of dense output within one step is one order higher than its own.
  EXPECT_GT(std::log2(coarse.between / fine.between) / 3, dense_order + 1 - 0.35);
}

}  // namespace

TEST(Order, ExplicitIsFiveWithDenseFour) { expect_order(make_explicit, 5, 4); }

TEST(Order, RosenbrockIsFiveWithDenseFour) { expect_order(make_rosenbrock, 5, 4); }

TEST(Order, Rodas4IsFourWithDenseThree) {
  expect_order([](OdeSystem& system,
                  const Tolerances& t) { return make_rosenbrock(system, t, kRodas4, InstructionSet::kGeneric); },
               4, 3);
  expect_order([](OdeSystem& system,
                  const Tolerances& t) { return make_rosenbrock(system, t, kRodas4P, InstructionSet::kGeneric); },
               4, 3);
}

TEST(Order, ProtheroRobinsonKeepsItsOrderHoweverStiff) {
  // y' = λ (y - cos t) - sin t, y = cos t (Prothero & Robinson 1974): Rodas5P, halving the step at λ = -1e5.
  const auto worst = [](double step) {
    FormulaSystem system(
        1, {-1e5},
        [](double t, const double* y, double p, double* f) { f[0] = p * (y[0] - std::cos(t)) - std::sin(t); },
        [](double, const double*, double p, double* j) { j[0] = p; },
        [](double t, const double*, double p, double* f) { f[0] = p * std::sin(t) - std::cos(t); });
    auto integrator = make_rosenbrock(system, {.relative = 1e6, .absolute = 1e6, .largest_step = step});
    integrator->start(0, 0, std::vector<double>{1}, 2, step);
    double error = 0;
    while (integrator->running(0)) {
      integrator->advance();
      error = std::max(error, std::abs(state_of(*integrator, 0, 1)[0] - std::cos(integrator->time(0))));
    }
    return error;
  };
  const double coarse = worst(0.2), fine = worst(0.1);
  EXPECT_LT(coarse, 1e-5);
  // Steinebach 2023: at least order 4 on this problem in the stiff limit; plain Rosenbrock methods fall to 2.
  EXPECT_GT(std::log2(coarse / fine), 2.8);
}

}  // namespace vesica::solve
