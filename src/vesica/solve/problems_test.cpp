// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/solve/systems_for_test.h"

namespace vesica::solve {

namespace {

/// A stiff problem with its published solution: Mazzia & Magherini, Test Set for Initial Value Problem Solvers, release
/// 2.4 (2008), and Hairer & Wanner 1996, IV.10.
struct Problem {
  const char* name;
  std::vector<double> start;
  double end;
  std::vector<double> solution;
  FormulaSystem::Formula rhs, jacobian;
};

Problem robertson() {
  return {"ROBER",
          {1, 0, 0},
          1e11,
          {0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050},
          [](double, const double* y, double, double* f) {
            f[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
            f[2] = 3e7 * y[1] * y[1];
            f[1] = -f[0] - f[2];
          },
          [](double, const double* y, double, double* j) {
            const double rows[] = {-0.04,       1e4 * y[2], 1e4 * y[1], 0.04, -1e4 * y[2] - 6e7 * y[1],
                                   -1e4 * y[1], 0,          6e7 * y[1], 0};
            std::copy_n(rows, 9, j);
          }};
}

Problem van_der_pol() {
  return {"VDPOL, mu = 1000",
          {2, 0},
          2000,
          {1.706167732170469, -0.8928097010248125e-3},
          [](double, const double* y, double, double* f) {
            f[0] = y[1];
            f[1] = 1000 * (1 - y[0] * y[0]) * y[1] - y[0];
          },
          [](double, const double* y, double, double* j) {
            j[0] = 0;
            j[1] = 1;
            j[2] = -2000 * y[0] * y[1] - 1;
            j[3] = 1000 * (1 - y[0] * y[0]);
          }};
}

Problem oregonator() {
  return {"OREGO",
          {1, 2, 3},
          360,
          {1.000814870318523, 1228.178521549917, 132.0554942846706},
          [](double, const double* y, double, double* f) {
            f[0] = 77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1]));
            f[1] = (y[2] - (1 + y[0]) * y[1]) / 77.27;
            f[2] = 0.161 * (y[0] - y[2]);
          },
          [](double, const double* y, double, double* j) {
            const double rows[] = {77.27 * (1 - 2 * 8.375e-6 * y[0] - y[1]),
                                   77.27 * (1 - y[0]),
                                   0,
                                   -y[1] / 77.27,
                                   -(1 + y[0]) / 77.27,
                                   1 / 77.27,
                                   0.161,
                                   0,
                                   -0.161};
            std::copy_n(rows, 9, j);
          }};
}

Problem hires() {
  return {"HIRES",
          {1, 0, 0, 0, 0, 0, 0, 0.0057},
          321.8122,
          {0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
           0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2},
          [](double, const double* y, double, double* f) {
            f[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
            f[1] = 1.71 * y[0] - 8.75 * y[1];
            f[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
            f[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
            f[4] = -1.745 * y[4] + 0.43 * (y[5] + y[6]);
            f[5] = -280 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
            f[6] = 280 * y[5] * y[7] - 1.81 * y[6];
            f[7] = -f[6];
          },
          [](double, const double* y, double, double* j) {
            std::fill_n(j, 64, 0.0);
            const auto set = [&](int row, int column, double value) { j[row * 8 + column] = value; };
            set(0, 0, -1.71), set(0, 1, 0.43), set(0, 2, 8.32);
            set(1, 0, 1.71), set(1, 1, -8.75);
            set(2, 2, -10.03), set(2, 3, 0.43), set(2, 4, 0.035);
            set(3, 1, 8.32), set(3, 2, 1.71), set(3, 3, -1.12);
            set(4, 4, -1.745), set(4, 5, 0.43), set(4, 6, 0.43);
            set(5, 3, 0.69), set(5, 4, 1.71), set(5, 5, -280 * y[7] - 0.43), set(5, 6, 0.69), set(5, 7, -280 * y[5]);
            set(6, 5, 280 * y[7]), set(6, 6, -1.81), set(6, 7, 280 * y[5]);
            set(7, 5, -280 * y[7]), set(7, 6, 1.81), set(7, 7, -280 * y[5]);
          }};
}

void expect_solution(const Problem& problem, std::unique_ptr<Integrator> (*make)(OdeSystem&, const Tolerances&),
                     double relative, double absolute, double allowed) {
  SCOPED_TRACE(problem.name);
  const int n = static_cast<int>(problem.start.size());
  FormulaSystem system(n, {0.0}, problem.rhs, problem.jacobian);
  auto integrator = make(system, {.relative = relative, .absolute = absolute});
  integrator->start(0, 0, problem.start, problem.end);
  EXPECT_EQ(run_lane(*integrator), StepResult::kAccepted);
  EXPECT_EQ(integrator->time(0), problem.end);
  const std::vector<double> y = state_of(*integrator, 0, n);
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_NEAR(y[i], problem.solution[i], allowed * std::abs(problem.solution[i])) << i;
  const Work work = integrator->work(0);
  testing::Test::RecordProperty(problem.name, static_cast<int>(work.steps));
  EXPECT_LT(work.steps, 20000);
}

}  // namespace

TEST(StiffProblems, RosenbrockReachesThePublishedSolutions) {
  expect_solution(robertson(), make_rosenbrock, 1e-8, 1e-18, 1e-6);
  expect_solution(van_der_pol(), make_rosenbrock, 1e-9, 1e-12, 1e-6);
  expect_solution(oregonator(), make_rosenbrock, 1e-9, 1e-12, 1e-6);
  expect_solution(hires(), make_rosenbrock, 1e-9, 1e-14, 1e-6);
}

TEST(StiffProblems, CvodesReachesThePublishedSolutions) {
  expect_solution(robertson(), make_cvodes, 1e-9, 1e-19, 1e-5);
  expect_solution(van_der_pol(), make_cvodes, 1e-10, 1e-13, 1e-4);
  expect_solution(oregonator(), make_cvodes, 1e-10, 1e-12, 1e-4);
  expect_solution(hires(), make_cvodes, 1e-10, 1e-15, 1e-5);
}

TEST(StiffProblems, TheSumOfRobertsonsSpeciesStaysOne) {
  const Problem problem = robertson();
  using Make = std::unique_ptr<Integrator> (*)(OdeSystem&, const Tolerances&);
  for (const Make make : {Make(make_rosenbrock), Make(make_cvodes)}) {
    FormulaSystem system(3, {0.0}, problem.rhs, problem.jacobian);
    std::unique_ptr<Integrator> integrator = make(system, {});
    integrator->start(0, 0, problem.start, problem.end);
    std::vector<double> y(3);
    while (integrator->running(0)) {
      integrator->advance();
      if (integrator->result(0) != StepResult::kAccepted) continue;
      const double before = integrator->time_before(0);
      integrator->interpolate(0, before + 0.3 * (integrator->time(0) - before), y);
      ASSERT_NEAR(y[0] + y[1] + y[2], 1, 1e-13);
    }
    EXPECT_NEAR(y[0] + y[1] + y[2], 1, 1e-13);
  }
}

TEST(StiffProblems, TheExplicitMethodSaysThatTheyAreStiff) {
  const Problem problem = hires();
  FormulaSystem system(8, {0.0}, problem.rhs, problem.jacobian);
  auto integrator = make_explicit(system, {});
  integrator->start(0, 0, problem.start, problem.end);
  while (integrator->running(0) && integrator->result(0) != StepResult::kStiff) integrator->advance();
  EXPECT_EQ(integrator->result(0), StepResult::kStiff);
  EXPECT_LT(integrator->work(0).steps, 400);
}

}  // namespace vesica::solve
