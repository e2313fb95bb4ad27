// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/sparse_lu.h"

#include <algorithm>
#include <random>

#include <Eigen/Dense>
#include <gtest/gtest.h>

namespace vesica::solve {

namespace {

SparsePattern random_pattern(int size, double density, std::mt19937& random) {
  SparsePattern pattern;
  pattern.size = size;
  pattern.starts.push_back(0);
  std::uniform_real_distribution<double> uniform;
  for (int column = 0; column < size; ++column) {
    for (int row = 0; row < size; ++row)
      if (uniform(random) < density) pattern.rows.push_back(row);
    pattern.starts.push_back(pattern.entries());
  }
  return pattern;
}

SparsePattern diagonal(int size) {
  SparsePattern pattern;
  pattern.size = size;
  for (int i = 0; i < size; ++i) {
    pattern.starts.push_back(i);
    pattern.rows.push_back(i);
  }
  pattern.starts.push_back(size);
  return pattern;
}

Eigen::MatrixXd dense(const SparsePattern& pattern, const double* values, int lanes, int lane) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(pattern.size, pattern.size);
  for (int column = 0; column < pattern.size; ++column)
    for (int e = pattern.starts[static_cast<std::size_t>(column)];
         e < pattern.starts[static_cast<std::size_t>(column) + 1]; ++e)
      matrix(pattern.rows[static_cast<std::size_t>(e)], column) = values[e * lanes + lane];
  return matrix;
}

}  // namespace

TEST(SparseLu, AgreesWithDenseEliminationOnRandomPatterns) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (const int lanes : {1, kLanes})
    for (const int size : {1, 2, 5, 17, 60})
      for (const double density : {0.0, 0.05, 0.3, 1.0}) {
        const SparsePattern pattern = random_pattern(size, density, random);
        SparseLu lu(pattern, lanes, best_instruction_set());
        for (int i = 0; i < pattern.entries() * lanes; ++i) lu.jacobian()[i] = normal(random);
        LaneValues shift;
        for (int lane = 0; lane < lanes; ++lane) shift[lane] = 2.0 * size + lane;
        lu.factor(shift.data());
        const auto count = static_cast<std::size_t>(size * lanes);
        LaneBuffer b(count), more(count), x(count);
        for (std::size_t i = 0; i < count; ++i) {
          b[i] = normal(random);
          more[i] = normal(random);
        }
        lu.solve(b.data(), more.data(), x.data());
        for (int lane = 0; lane < lanes; ++lane) {
          EXPECT_FALSE(lu.worthless(lane));
          const Eigen::MatrixXd matrix =
              shift[lane] * Eigen::MatrixXd::Identity(size, size) - dense(pattern, lu.jacobian(), lanes, lane);
          Eigen::VectorXd right(size);
          for (int i = 0; i < size; ++i) {
            const auto at = static_cast<std::size_t>(i * lanes + lane);
            right[i] = b[at] + more[at];
          }
          const Eigen::VectorXd expected = matrix.partialPivLu().solve(right);
          for (int i = 0; i < size; ++i)
            EXPECT_NEAR(x[static_cast<std::size_t>(i * lanes + lane)], expected[i], 1e-12 * expected.norm());
        }
      }
}

TEST(SparseLu, AnArrowFillsNothing) {
  // Full first row and column: eliminated last, no fill-in; eliminated first, everything.
  const int size = 50;
  SparsePattern pattern;
  pattern.size = size;
  pattern.starts.push_back(0);
  for (int column = 0; column < size; ++column) {
    for (int row = 0; row < size; ++row)
      if (row == 0 || column == 0 || row == column) pattern.rows.push_back(row);
    pattern.starts.push_back(pattern.entries());
  }
  const SparseLu lu(pattern, 1, InstructionSet::kGeneric);
  EXPECT_EQ(lu.fill(), pattern.entries());
  EXPECT_EQ(lu.operations(), size - 1);
  EXPECT_EQ(SparseLu::products(pattern), size - 1);
}

TEST(SparseLu, FullPatternsOfManyStatesAreLeftToCvodes) {
  const auto full = [](int size) {
    SparsePattern pattern;
    pattern.size = size;
    pattern.starts.push_back(0);
    for (int column = 0; column < size; ++column) {
      for (int row = 0; row < size; ++row) pattern.rows.push_back(row);
      pattern.starts.push_back(pattern.entries());
    }
    return pattern;
  };
  EXPECT_EQ(SparseLu::products(full(10)), 285);  // Σ k² for k below 10
  EXPECT_EQ(stiff_method(full(60)), Method::kRosenbrock);
  EXPECT_EQ(stiff_method(full(120)), Method::kCvodes);
  EXPECT_EQ(stiff_method(diagonal(1000)), Method::kRosenbrock);
}

TEST(SparseLu, PivotsThatVanishAreSaidAndDenseEliminationExchangesRows) {
  SparsePattern pattern{2, {0, 1, 2}, {1, 0}};
  SparseLu lu(pattern, 1, InstructionSet::kGeneric);
  lu.jacobian()[0] = -3;  // J = (0 -2; -3 0): without shift no diagonal pivot, and yet regular
  lu.jacobian()[1] = -2;
  LaneValues shift;
  lu.factor(shift.data());
  EXPECT_TRUE(lu.worthless(0));
  lu.factor_dense(0, 0);
  LaneBuffer b(2), x(2);
  b[0] = 4;
  b[1] = 9;
  lu.solve(b.data(), nullptr, x.data());
  EXPECT_NEAR(x[0], 3, 1e-15);
  EXPECT_NEAR(x[1], 2, 1e-15);
}

TEST(SparseLu, ASingularMatrixIsSaidInItsLaneOnly) {
  SparsePattern pattern{2, {0, 2, 4}, {0, 1, 0, 1}};
  SparseLu lu(pattern, kLanes, best_instruction_set());
  LaneValues shift;
  for (int lane = 0; lane < kLanes; ++lane) {
    const double singular = lane == 3 ? 1 : 0;
    const double values[] = {-1, -2, -2, -4 - (1 - singular)};
    for (int e = 0; e < 4; ++e) lu.jacobian()[e * kLanes + lane] = values[e];
  }
  lu.factor(shift.data());
  for (int lane = 0; lane < kLanes; ++lane) EXPECT_EQ(lu.worthless(lane), lane == 3);
}

TEST(SparseLu, InstructionSetsYieldTheSameBits) {
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  const SparsePattern pattern = random_pattern(20, 0.2, random);
  std::vector<double> values(static_cast<std::size_t>(pattern.entries() * kLanes));
  for (double& v : values) v = normal(random);
  std::vector<std::vector<double>> results;
  for (int set = 0; set <= static_cast<int>(best_instruction_set()); ++set) {
    SparseLu lu(pattern, kLanes, static_cast<InstructionSet>(set));
    std::copy(values.begin(), values.end(), lu.jacobian());
    LaneValues shift;
    shift.value.fill(7.3);
    lu.factor(shift.data());
    LaneBuffer b(20 * kLanes), x(20 * kLanes);
    for (std::size_t i = 0; i < 20 * kLanes; ++i) b[i] = values[i];
    lu.solve(b.data(), nullptr, x.data());
    results.emplace_back(x.data(), x.data() + 20 * kLanes);
    results.back().insert(results.back().end(), lu.growth(), lu.growth() + kLanes);
    EXPECT_EQ(results.back(), results.front());
  }
}

}  // namespace vesica::solve
