// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/steady_state.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/solve/sparse_lu.h"
#include "vesica/solve/systems_for_test.h"

namespace vesica::solve {

namespace {

/// A ⇌ B with rates k and 1; k is the lane's number.
FormulaSystem exchange(double k) {
  return FormulaSystem(
      2, {k},
      [](double, const double* y, double p, double* f) {
        f[0] = y[1] - p * y[0];
        f[1] = -f[0];
      },
      [](double, const double*, double p, double* j) {
        j[0] = -p;
        j[1] = 1;
        j[2] = p;
        j[3] = -1;
      });
}

/// Brusselator with A = 1 and B = p: rests at (1, B), unstable beyond B = 2 (Prigogine & Lefever 1968).
FormulaSystem brusselator(double b) {
  return FormulaSystem(
      2, {b},
      [](double, const double* y, double p, double* f) {
        f[0] = 1 + y[0] * y[0] * y[1] - (p + 1) * y[0];
        f[1] = p * y[0] - y[0] * y[0] * y[1];
      },
      [](double, const double* y, double p, double* j) {
        j[0] = 2 * y[0] * y[1] - p - 1;
        j[1] = y[0] * y[0];
        j[2] = p - 2 * y[0] * y[1];
        j[3] = -y[0] * y[0];
      });
}

/// y' = y (1 - y) (y - 0.3): rests at 0 and 1, leaves 0.3.
FormulaSystem bistable() {
  return FormulaSystem(
      1, {0.0}, [](double, const double* y, double, double* f) { f[0] = y[0] * (1 - y[0]) * (y[0] - 0.3); },
      [](double, const double* y, double, double* j) { j[0] = -3 * y[0] * y[0] + 2.6 * y[0] - 0.3; });
}

}  // namespace

TEST(SteadyState, ConservedSumsKeepTheirStartValues) {
  for (const double k : {1e-3, 1.0, 1e6}) {
    FormulaSystem system = exchange(k);
    const SteadyState found = find_steady_state(system, std::vector<double>{3, 4}, {.conserved = {{1, 1}}});
    EXPECT_EQ(found.result, SteadyResult::kReached);
    EXPECT_EQ(found.stability, Stability::kStable);
    EXPECT_NEAR(found.largest_real_part, -(1 + k), 1e-9 * k + 1e-12);
    EXPECT_NEAR(found.y[0] + found.y[1], 7, 1e-12);
    EXPECT_NEAR(found.y[1] / found.y[0], k, 1e-12 * k);
  }
}

TEST(SteadyState, WithoutKnownSumsTheCourseItselfMustRest) {
  FormulaSystem system = exchange(2);
  const SteadyState found = find_steady_state(system, std::vector<double>{3, 4}, {});
  EXPECT_EQ(found.result, SteadyResult::kReached);
  EXPECT_NEAR(found.y[0] + found.y[1], 7, 1e-10);
  EXPECT_NEAR(found.y[1] / found.y[0], 2, 1e-5);
  EXPECT_TRUE(std::isnan(found.distance));
}

TEST(SteadyState, EnzymeCycleWithTwoConservedSums) {
  // E + S ⇌ C → E + P, P → S. At rest, with c the complex: v = 2 c = 0.5 P.
  FormulaSystem system(
      4, {0.0},
      [](double, const double* y, double, double* f) {
        const double bind = 1e3 * y[0] * y[1] - 5 * y[2], convert = 2 * y[2], back = 0.5 * y[3];
        f[0] = convert - bind;
        f[1] = back - bind;
        f[2] = bind - convert;
        f[3] = convert - back;
      },
      [](double, const double* y, double, double* j) {
        const double e = 1e3 * y[1], s = 1e3 * y[0];
        const double rows[] = {-e, -s, 7, 0, -e, -s, 5, 0.5, e, s, -7, 0, 0, 0, 2, -0.5};
        std::copy_n(rows, 16, j);
      });
  const std::vector<double> start = {0.01, 5, 0, 0};
  const SteadyState found = find_steady_state(system, start, {.conserved = {{1, 0, 1, 0}, {0, 1, 1, 1}}});
  EXPECT_EQ(found.result, SteadyResult::kReached);
  EXPECT_EQ(found.stability, Stability::kStable);
  EXPECT_NEAR(found.y[0] + found.y[2], 0.01, 1e-14);
  EXPECT_NEAR(found.y[1] + found.y[2] + found.y[3], 5, 1e-12);
  EXPECT_NEAR(1e3 * found.y[0] * found.y[1], 7 * found.y[2], 1e-12);
  EXPECT_NEAR(2 * found.y[2], 0.5 * found.y[3], 1e-14);
  EXPECT_LT(found.distance, 1);
}

TEST(SteadyState, AnOscillatorsRestIsFoundAndCalledUnstable) {
  FormulaSystem system = brusselator(3);
  const SteadyState found = find_steady_state(system, std::vector<double>{1.5, 2}, {.longest_time = 500});
  EXPECT_EQ(found.result, SteadyResult::kFound);
  EXPECT_EQ(found.stability, Stability::kUnstable);
  EXPECT_NEAR(found.y[0], 1, 1e-10);
  EXPECT_NEAR(found.y[1], 3, 1e-10);
  EXPECT_NEAR(found.largest_real_part, 0.5, 1e-9);  // trace B - 2, determinant 1
  FormulaSystem calm = brusselator(1.5);
  const SteadyState reached = find_steady_state(calm, std::vector<double>{1.5, 2}, {});
  EXPECT_EQ(reached.result, SteadyResult::kReached);
  EXPECT_EQ(reached.stability, Stability::kStable);
  EXPECT_NEAR(reached.y[1], 1.5, 1e-10);
}

TEST(SteadyState, TheStartDecidesBetweenTwoRests) {
  FormulaSystem system = bistable();
  for (const auto& [from, to] : {std::pair{0.31, 1.0}, {0.3001, 1.0}, {0.29, 0.0}, {0.2999, 0.0}, {2.0, 1.0}}) {
    const SteadyState found = find_steady_state(system, std::vector<double>{from}, {});
    EXPECT_EQ(found.result, SteadyResult::kReached) << from;
    EXPECT_EQ(found.stability, Stability::kStable) << from;
    EXPECT_NEAR(found.y[0], to, 1e-10) << from;
  }
}

TEST(SteadyState, WhatNeverRestsIsSaid) {
  // y' = 1 has no rest; y' = y leaves the one it has; y' = y² runs away before it could rest at 0.
  FormulaSystem steady_growth(
      1, {0.0}, [](double, const double*, double, double* f) { f[0] = 1; },
      [](double, const double*, double, double* j) { j[0] = 0; });
  const SteadyState none = find_steady_state(steady_growth, std::vector<double>{0}, {});
  EXPECT_EQ(none.result, SteadyResult::kNotFound);
  EXPECT_TRUE(std::isnan(none.y[0]));
  FormulaSystem growth(
      1, {0.0}, [](double, const double* y, double, double* f) { f[0] = y[0]; },
      [](double, const double*, double, double* j) { j[0] = 1; });
  const SteadyState left = find_steady_state(growth, std::vector<double>{1}, {});
  EXPECT_EQ(left.result, SteadyResult::kFound);
  EXPECT_EQ(left.stability, Stability::kUnstable);
  EXPECT_NEAR(left.y[0], 0, 1e-10);
}

TEST(SteadyState, DecayEndsAtZeroAndNotBelow) {
  FormulaSystem system(
      2, {0.0},
      [](double, const double* y, double, double* f) {
        f[0] = -y[0] / (1 + y[0]);
        f[1] = y[0] / (1 + y[0]) - 0.1 * y[1];
      },
      [](double, const double* y, double, double* j) {
        const double slope = 1 / ((1 + y[0]) * (1 + y[0]));
        const double rows[] = {-slope, 0, slope, -0.1};
        std::copy_n(rows, 4, j);
      });
  const SteadyState found = find_steady_state(system, std::vector<double>{10, 0}, {});
  EXPECT_EQ(found.result, SteadyResult::kReached);
  for (const double y : found.y) {
    EXPECT_GE(y, 0);
    EXPECT_LT(y, 1e-11);
  }
}

TEST(SteadyState, DegenerateSystems) {
  FormulaSystem empty(
      0, {0.0}, [](double, const double*, double, double*) {}, [](double, const double*, double, double*) {});
  EXPECT_EQ(find_steady_state(empty, {}, {}).result, SteadyResult::kReached);
  FormulaSystem driven(
      1, {0.0}, [](double t, const double* y, double, double* f) { f[0] = std::sin(t) - y[0]; },
      [](double, const double*, double, double* j) { j[0] = -1; },
      [](double t, const double*, double, double* f) { f[0] = std::cos(t); });
  EXPECT_EQ(find_steady_state(driven, std::vector<double>{0}, {}).result, SteadyResult::kDrivenByTime);
  FormulaSystem no_number(
      1, {0.0}, [](double, const double* y, double, double* f) { f[0] = std::sqrt(y[0] - 2); },
      [](double, const double* y, double, double* j) { j[0] = 0.5 / std::sqrt(y[0] - 2); });
  const SteadyState found = find_steady_state(no_number, std::vector<double>{1}, {});
  EXPECT_EQ(found.result, SteadyResult::kNotFinite);
  EXPECT_TRUE(std::isnan(found.y[0]));
}

TEST(SteadyState, ALongChainUsesSparseElimination) {
  // 0 → y_1 → y_2 → ... → 0 with rates i: y_i = 1 / i.
  const int n = 150;
  FormulaSystem system(
      n, {0.0},
      [](double, const double* y, double, double* f) {
        for (int i = 0; i < n; ++i) f[i] = (i == 0 ? 1 : i * y[i - 1]) - (i + 1) * y[i];
      },
      [](double, const double*, double, double* j) {
        std::fill_n(j, n * n, 0.0);
        for (int i = 0; i < n; ++i) {
          j[i * n + i] = -(i + 1);
          if (i > 0) j[i * n + i - 1] = i;
        }
      });
  SparsePattern pattern;
  pattern.size = n;
  pattern.starts.push_back(0);
  for (int column = 0; column < n; ++column) {
    pattern.rows.push_back(column);
    if (column + 1 < n) pattern.rows.push_back(column + 1);
    pattern.starts.push_back(pattern.entries());
  }
  system.restrict_to(pattern);
  const SteadyState found = find_steady_state(system, std::vector<double>(n, 0.0), {});
  EXPECT_EQ(found.result, SteadyResult::kReached);
  for (int i = 0; i < n; ++i) EXPECT_NEAR(found.y[static_cast<std::size_t>(i)] * (i + 1), 1, 1e-12);
}

}  // namespace vesica::solve
