// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/solve/ode.h"
#include "vesica/solve/systems_for_test.h"

namespace vesica::solve {

namespace {

using Maker = std::unique_ptr<Integrator> (*)(OdeSystem&, const Tolerances&);

struct Named {
  const char* name;
  Maker make;
};

const Named kMethods[] = {{"explicit", make_explicit}, {"rosenbrock", make_rosenbrock}, {"cvodes", make_cvodes}};

FormulaSystem oscillator(std::vector<double> p = {1.0}) {
  return FormulaSystem(
      2, std::move(p),
      [](double, const double* y, double w, double* f) {
        f[0] = y[1];
        f[1] = -w * w * y[0];
      },
      [](double, const double*, double w, double* j) {
        j[0] = 0;
        j[1] = 1;
        j[2] = -w * w;
        j[3] = 0;
      });
}

}  // namespace

TEST(Integrators, HarmonicOscillatorReturns) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system = oscillator();
    auto integrator = method.make(system, {.relative = 1e-9, .absolute = 1e-12});
    const double end = 2 * std::numbers::pi;
    integrator->start(0, 0, std::vector<double>{1, 0}, end);
    while (integrator->running(0)) {
      integrator->advance();
      if (integrator->result(0) != StepResult::kAccepted) continue;
      std::vector<double> y(2);
      const double t = 0.3 * integrator->time_before(0) + 0.7 * integrator->time(0);
      integrator->interpolate(0, t, y);
      EXPECT_NEAR(y[0], std::cos(t), 2e-6);
      EXPECT_NEAR(y[1], -std::sin(t), 2e-6);
    }
    EXPECT_EQ(integrator->time(0), end);
    EXPECT_NEAR(state_of(*integrator, 0, 2)[0], 1, 1e-6);
  }
}

TEST(Integrators, BlowUpEndsWithATimeNearOne) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system(
        1, {1.0}, [](double, const double* y, double, double* f) { f[0] = y[0] * y[0]; },
        [](double, const double* y, double, double* j) { j[0] = 2 * y[0]; });
    auto integrator = method.make(system, {});
    integrator->start(0, 0, std::vector<double>{1}, 2);
    const StepResult result = run_lane(*integrator);
    EXPECT_TRUE(result == StepResult::kStepTooSmall || result == StepResult::kNotFinite);
    EXPECT_NEAR(integrator->time(0), 1, 1e-3);
  }
}

TEST(Integrators, ARightHandSideWithoutNumberIsSaid) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    // y' = -sqrt(1 - t) is a number until t = 1 only.
    FormulaSystem system(
        1, {1.0}, [](double t, const double*, double, double* f) { f[0] = -std::sqrt(1 - t); },
        [](double, const double*, double, double* j) { j[0] = 0; },
        [](double t, const double*, double, double* f) { f[0] = 0.5 / std::sqrt(1 - t); });
    auto integrator = method.make(system, {});
    integrator->start(0, 0, std::vector<double>{1}, 2);
    EXPECT_EQ(run_lane(*integrator), StepResult::kNotFinite);
    EXPECT_NEAR(integrator->time(0), 1, 1e-3);
    integrator->start(0, 3, std::vector<double>{1}, 4);
    EXPECT_EQ(run_lane(*integrator), StepResult::kNotFinite);
    EXPECT_EQ(integrator->time(0), 3);
  }
}

}  // namespace vesica::solve
