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

TEST(Integrators, LinearChainKeepsItsSumAndItsClosedForm) {
  // A → B → C with rates 2 and 0.5 (Bateman 1910).
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system(
        3, {1.0},
        [](double, const double* y, double, double* f) {
          f[0] = -2 * y[0];
          f[1] = 2 * y[0] - 0.5 * y[1];
          f[2] = 0.5 * y[1];
        },
        [](double, const double*, double, double* j) {
          const double rows[] = {-2, 0, 0, 2, -0.5, 0, 0, 0.5, 0};
          std::copy_n(rows, 9, j);
        });
    system.restrict_to({3, {0, 2, 4, 4}, {0, 1, 1, 2}});
    auto integrator = method.make(system, {.relative = 1e-8, .absolute = 1e-12});
    integrator->start(0, 0, std::vector<double>{3, 0, 0}, 10);
    while (integrator->running(0)) {
      integrator->advance();
      if (integrator->result(0) == StepResult::kRejected) continue;
      const double t = 0.6 * integrator->time(0) + 0.4 * integrator->time_before(0);
      std::vector<double> y(3);
      integrator->interpolate(0, t, y);
      const double a = 3 * std::exp(-2 * t), b = 3 * 2 / (0.5 - 2) * (std::exp(-2 * t) - std::exp(-0.5 * t));
      EXPECT_NEAR(y[0], a, 1e-6);
      EXPECT_NEAR(y[1], b, 1e-6);
      EXPECT_NEAR(y[0] + y[1] + y[2], 3, 1e-12);
    }
    EXPECT_EQ(integrator->time(0), 10);
  }
}

TEST(Integrators, LogisticGrowthMeetsItsToleranceInEveryMethod) {
  for (const Named& method : kMethods)
    for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
      SCOPED_TRACE(method.name);
      FormulaSystem system(
          1, {1.0}, [](double, const double* y, double, double* f) { f[0] = y[0] * (1 - y[0]); },
          [](double, const double* y, double, double* j) { j[0] = 1 - 2 * y[0]; });
      auto integrator = method.make(system, {.relative = tolerance, .absolute = 1e-14});
      integrator->start(0, 0, std::vector<double>{0.01}, 8);
      EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
      const double exact = 1 / (1 + 99 * std::exp(-8.0));
      EXPECT_NEAR(state_of(*integrator, 0, 1)[0], exact, 200 * tolerance * exact);
    }
}

TEST(Integrators, StartAgainAsAfterAnEvent) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system = oscillator();
    auto integrator = method.make(system, {.relative = 1e-9, .absolute = 1e-12});
    integrator->start(0, 0, std::vector<double>{1, 0}, 10);
    for (int step = 0; step < 20; ++step) integrator->advance();
    const long steps = integrator->work(0).steps;
    integrator->start(0, 0.5, std::vector<double>{0, 1}, 2, 1e-3);
    EXPECT_EQ(integrator->time(0), 0.5);
    EXPECT_EQ(state_of(*integrator, 0, 2), (std::vector<double>{0, 1}));
    EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
    EXPECT_EQ(integrator->time(0), 2);
    EXPECT_NEAR(state_of(*integrator, 0, 2)[0], std::sin(1.5), 1e-6);
    EXPECT_GT(integrator->work(0).steps, steps);
    integrator->advance();
    EXPECT_EQ(integrator->result(0), StepResult::kIdle);
    EXPECT_NEAR(state_of(*integrator, 0, 2)[0], std::sin(1.5), 1e-6);
  }
}

TEST(Integrators, EndsThatLieOneUnitAwayOrBehind) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system = oscillator();
    auto integrator = method.make(system, {});
    const double next = std::nextafter(3.0, 4.0);
    integrator->start(0, 3, std::vector<double>{1, 0}, next);
    EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
    EXPECT_EQ(integrator->time(0), next);
    integrator->start(0, 3, std::vector<double>{1, 0}, 3);
    EXPECT_FALSE(integrator->running(0));
    integrator->advance();
    EXPECT_EQ(integrator->time(0), 3);
    EXPECT_EQ(integrator->result(0), StepResult::kIdle);
  }
}

TEST(Integrators, TooManyStepsAndLongestStep) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system = oscillator();
    auto integrator = method.make(system, {.largest_step = 0.01, .most_steps = 50});
    integrator->start(0, 0, std::vector<double>{1, 0}, 10);
    while (integrator->running(0)) {
      integrator->advance();
      EXPECT_LE(integrator->time(0) - integrator->time_before(0), 0.01 * (1 + 1e-9));
    }
    EXPECT_EQ(integrator->result(0), StepResult::kTooManySteps);
    EXPECT_GT(integrator->time(0), 0.1);
  }
}

TEST(Integrators, ToleranceOfEachState) {
  // The second state may be wrong by 1: it must not shorten the steps.
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system(
        2, {1.0},
        [](double t, const double* y, double, double* f) {
          f[0] = -y[0];
          f[1] = 0.01 * std::cos(100 * t);
        },
        [](double, const double*, double, double* j) {
          j[0] = -1;
          j[1] = j[2] = j[3] = 0;
        },
        [](double t, const double*, double, double* f) {
          f[0] = 0;
          f[1] = -std::sin(100 * t);
        });
    auto loose = method.make(system, {.relative = 1e-6, .absolute_each = {1e-9, 1.0}});
    auto tight = method.make(system, {.relative = 1e-6, .absolute_each = {1e-9, 1e-9}});
    for (auto* integrator : {&loose, &tight}) {
      (*integrator)->start(0, 0, std::vector<double>{1, 0}, 5);
      EXPECT_EQ(run_lane(**integrator), StepResult::kAccepted);
      EXPECT_NEAR(state_of(**integrator, 0, 2)[0], std::exp(-5.0), 1e-6);
    }
    EXPECT_LT(3 * loose->work(0).steps, tight->work(0).steps);
  }
}

TEST(Integrators, ASystemWithoutStatesOnlyLetsTimePass) {
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system(
        0, {1.0}, [](double, const double*, double, double*) {}, [](double, const double*, double, double*) {});
    auto integrator = method.make(system, {});
    integrator->start(0, 0, {}, 7);
    EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
    EXPECT_EQ(integrator->time(0), 7);
  }
}

TEST(Integrators, RosenbrockSurvivesAPivotThatVanishes) {
  // y' = y with h γ = 1 makes the matrix 1/(hγ) - 1 zero.
  FormulaSystem system(
      1, {1.0}, [](double, const double* y, double, double* f) { f[0] = y[0]; },
      [](double, const double*, double, double* j) { j[0] = 1; });
  auto integrator = make_rosenbrock(system, {.relative = 1e-8});
  integrator->start(0, 0, std::vector<double>{1}, 20, 1 / 0.21193756319429014);
  EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
  EXPECT_NEAR(state_of(*integrator, 0, 1)[0] / std::exp(20.0), 1, 1e-6);
}

TEST(Integrators, AJacobianWithoutNumberIsNoFailure) {
  // y' = 1 - y^(1/2) from 0: the derivative is infinite at the start, the solution is not.
  for (const Named& method : kMethods) {
    SCOPED_TRACE(method.name);
    FormulaSystem system(
        1, {1.0}, [](double, const double* y, double, double* f) { f[0] = 1 - std::sqrt(std::abs(y[0])); },
        [](double, const double* y, double, double* j) { j[0] = -0.5 / std::sqrt(y[0]); });
    auto integrator = method.make(system, {.relative = 1e-8, .absolute = 1e-10});
    integrator->start(0, 0, std::vector<double>{0}, 3);
    EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
    // t = -2 (√y + ln(1 - √y)).
    const double root = std::sqrt(state_of(*integrator, 0, 1)[0]);
    EXPECT_NEAR(-2 * (root + std::log(1 - root)), 3, 1e-5);
  }
}

}  // namespace vesica::solve
