// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/solve/methods.h"
#include "vesica/solve/systems_for_test.h"

namespace vesica::solve {

namespace {

/// Van der Pol's oscillator with the stiffness of each lane.
FormulaSystem van_der_pol(std::vector<double> mu) {
  return FormulaSystem(
      2, std::move(mu),
      [](double, const double* y, double p, double* f) {
        f[0] = y[1];
        f[1] = p * (1 - y[0] * y[0]) * y[1] - y[0];
      },
      [](double, const double* y, double p, double* j) {
        j[0] = 0;
        j[1] = 1;
        j[2] = -2 * p * y[0] * y[1] - 1;
        j[3] = p * (1 - y[0] * y[0]);
      });
}

const std::vector<double> kStiffness = {0.1, 1, 2, 5, 10, 20, 50, 100};

using Make = std::unique_ptr<Integrator> (*)(OdeSystem&, const Tolerances&, InstructionSet);

std::unique_ptr<Integrator> make_rodas5p(OdeSystem& system, const Tolerances& tolerances, InstructionSet set) {
  return make_rosenbrock(system, tolerances, kRodas5P, set);
}

const Make kMakers[] = {make_explicit, make_rodas5p};

/// Everything that one lane passes through: times, states, states in between.
using Course = std::vector<double>;

void note(const Integrator& integrator, int lane, Course& course) {
  if (integrator.result(lane) != StepResult::kAccepted && integrator.result(lane) != StepResult::kStiff) return;
  std::vector<double> y(2);
  course.push_back(integrator.time(lane));
  integrator.interpolate(lane, integrator.time(lane), y);
  course.insert(course.end(), y.begin(), y.end());
  integrator.interpolate(lane, 0.25 * integrator.time_before(lane) + 0.75 * integrator.time(lane), y);
  course.insert(course.end(), y.begin(), y.end());
}

std::vector<double> begin_of(int lane) { return {2 + 0.1 * lane, 0.01 * lane}; }

Course alone(Make make, int lane, InstructionSet set) {
  FormulaSystem system = van_der_pol({kStiffness[static_cast<std::size_t>(lane)]});
  auto integrator = make(system, {}, set);
  integrator->start(0, 0, begin_of(lane), 1 + lane);
  Course course;
  while (integrator->running(0)) {
    integrator->advance();
    note(*integrator, 0, course);
  }
  return course;
}

}  // namespace

TEST(Lanes, AreIndependentBitForBitInEveryInstructionSet) {
  for (const Make make : kMakers) {
    std::vector<Course> truth;
    for (int lane = 0; lane < kLanes; ++lane) truth.push_back(alone(make, lane, InstructionSet::kGeneric));
    for (int set = 0; set <= static_cast<int>(best_instruction_set()); ++set) {
      const auto instructions = static_cast<InstructionSet>(set);
      SCOPED_TRACE(vesica::to_text(instructions));
      FormulaSystem system = van_der_pol(kStiffness);
      auto integrator = make(system, {}, instructions);
      std::vector<Course> courses(kLanes);
      // Lanes begin one after the other and end at different times.
      int begun = 0, running = 1;
      while (running > 0) {
        if (begun < kLanes) {
          integrator->start(begun, 0, begin_of(begun), 1 + begun);
          ++begun;
        }
        integrator->advance();
        running = 0;
        for (int lane = 0; lane < kLanes; ++lane) {
          note(*integrator, lane, courses[static_cast<std::size_t>(lane)]);
          running += integrator->running(lane) ? 1 : 0;
        }
      }
      for (int lane = 0; lane < kLanes; ++lane) {
        EXPECT_EQ(courses[static_cast<std::size_t>(lane)], truth[static_cast<std::size_t>(lane)]) << lane;
        EXPECT_EQ(alone(make, lane, instructions), truth[static_cast<std::size_t>(lane)]) << lane;
      }
    }
  }
}

TEST(Lanes, InterpolatedTogetherAreTheSameBits) {
  for (const Make make : kMakers) {
    FormulaSystem system = van_der_pol(kStiffness);
    auto integrator = make(system, {}, best_instruction_set());
    for (int lane = 0; lane < kLanes; ++lane) integrator->start(lane, 0, begin_of(lane), 5);
    for (int step = 0; step < 30; ++step) {
      integrator->advance();
      alignas(64) double t[kLanes], together[2 * kLanes];
      std::fill_n(together, 2 * kLanes, -7.0);
      for (int lane = 0; lane < kLanes; ++lane) {
        const double share = lane == 1 ? 1 : 0.3;
        t[lane] = (1 - share) * integrator->time_before(lane) + share * integrator->time(lane);
        // A rejected attempt leaves only its beginning to be asked.
        if (integrator->result(lane) == StepResult::kRejected) t[lane] = integrator->time(lane);
        if (lane == 2) t[lane] = std::numeric_limits<double>::quiet_NaN();
      }
      integrator->interpolate_lanes(t, together);
      for (int lane = 0; lane < kLanes; ++lane) {
        std::vector<double> y = {-7, -7};
        if (lane != 2) integrator->interpolate(lane, t[lane], y);
        for (int i = 0; i < 2; ++i) EXPECT_EQ(together[i * kLanes + lane], y[static_cast<std::size_t>(i)]);
      }
    }
  }
}

TEST(Lanes, AFailingLaneLeavesTheOthersAlone) {
  for (const Make make : kMakers) {
    const auto run = [&](double third) {
      std::vector<double> p(kLanes, 1.0);
      p[3] = third;
      // y' = 1 + p y²: runs away at π/2 for p = 1, is no number at once for p = NaN.
      FormulaSystem system(
          1, p, [](double, const double* y, double q, double* f) { f[0] = 1 + q * y[0] * y[0]; },
          [](double, const double* y, double q, double* j) { j[0] = 2 * q * y[0]; });
      auto integrator = make(system, {}, best_instruction_set());
      for (int lane = 0; lane < kLanes; ++lane) integrator->start(lane, 0, std::vector<double>{0}, 1);
      integrator->advance();
      EXPECT_EQ(integrator->result(3) == StepResult::kNotFinite, std::isnan(third));
      while (integrator->running(0)) integrator->advance();
      return state_of(*integrator, 0, 1)[0];
    };
    const double good = run(1), beside_failure = run(std::numeric_limits<double>::quiet_NaN());
    EXPECT_NEAR(good, std::tan(1.0), 1e-5);
    EXPECT_EQ(good, beside_failure);
  }
}

}  // namespace vesica::solve
