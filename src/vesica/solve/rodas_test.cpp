// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/rodas.h"

#include <string>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

namespace vesica::solve {

namespace {

/// The classical coefficients of the transformed ones: Γ = (I/γ - C)^-1, α = aΓ, weights b = mΓ.
struct Classical {
  Eigen::MatrixXd alpha, beta, inverse_gamma;
  Eigen::VectorXd node, slope;

  explicit Classical(const Rodas& m) {
    const int s = m.stages;
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(s, s), coupling = a;
    for (int i = 0; i < s; ++i)
      for (int j = 0; j < i; ++j) {
        a(i, j) = m.a[i][j];
        coupling(i, j) = m.coupling[i][j];
      }
    const Eigen::MatrixXd gamma = (Eigen::MatrixXd::Identity(s, s) / m.gamma - coupling).inverse();
    alpha = a * gamma;
    beta = alpha + gamma;
    inverse_gamma = gamma;
    node = alpha.rowwise().sum();
    slope = gamma.rowwise().sum();
  }
};

struct Condition {
  int order;
  Eigen::VectorXd tree;
  double density;
};

/// The trees up to order 5 with their densities (Hairer & Wanner 1996, Table IV.7.1; for order 5 by the same rule: α
/// where branches meet or a branch is longer than its fellow's root, β along single branches).
std::vector<Condition> conditions(const Classical& m) {
  const Eigen::VectorXd one = Eigen::VectorXd::Ones(m.node.size());
  const auto times = [](const Eigen::VectorXd& a, const Eigen::VectorXd& b) -> Eigen::VectorXd {
    return a.cwiseProduct(b);
  };
  const Eigen::VectorXd a = m.node, b = m.beta * one, a2 = times(a, a), a3 = times(a2, a), ab = m.alpha * b;
  return {{1, one, 1},
          {2, b, 2},
          {3, a2, 3},
          {3, m.beta * b, 6},
          {4, a3, 4},
          {4, times(a, ab), 8},
          {4, m.beta * a2, 12},
          {4, m.beta * (m.beta * b), 24},
          {5, times(a2, a2), 5},
          {5, times(a2, ab), 10},
          {5, times(a, m.alpha * a2), 15},
          {5, times(a, m.alpha * (m.beta * b)), 30},
          {5, times(ab, ab), 20},
          {5, m.beta * a3, 20},
          {5, m.beta * times(a, ab), 40},
          {5, m.beta * (m.beta * a2), 60},
          {5, m.beta * (m.beta * (m.beta * b)), 120}};
}

/// Weights of the U at θ; 1 gives the method itself.
Eigen::VectorXd weights(const Rodas& m, double theta) {
  Eigen::VectorXd w(m.stages);
  for (int j = 0; j < m.stages; ++j) {
    const double b = j == m.stages - 1 ? 1 : m.a[m.stages - 1][j];
    w[j] = theta * (b + (1 - theta) * (m.bend[0][j] + theta * (m.bend[1][j] + theta * m.bend[2][j])));
  }
  return w;
}

const Rodas* const kAll[] = {&kRodas4, &kRodas4P, &kRodas5P};

}  // namespace

TEST(Rodas, MeetsItsOrderConditions) {
  for (const Rodas* m : kAll) {
    const Classical classical(*m);
    const Eigen::VectorXd b = classical.inverse_gamma.transpose() * weights(*m, 1);
    Eigen::VectorXd lower = weights(*m, 1);
    lower[m->stages - 1] = 0;
    lower = classical.inverse_gamma.transpose() * lower;
    bool fails_beyond = m->order == 5;
    for (const Condition& c : conditions(classical)) {
      SCOPED_TRACE(std::string(m->name) + " density " + std::to_string(c.density));
      if (c.order <= m->order) {
        EXPECT_NEAR(b.dot(c.tree), 1 / c.density, 1e-13);
      } else {
        fails_beyond = fails_beyond || std::abs(b.dot(c.tree) - 1 / c.density) > 1e-6;
      }
      if (c.order < m->order) {
        EXPECT_NEAR(lower.dot(c.tree), 1 / c.density, 1e-13);
      }
    }
    EXPECT_TRUE(fails_beyond) << m->name;
  }
}

TEST(Rodas, NodesAndTimeWeightsAreRowSums) {
  for (const Rodas* m : kAll) {
    const Classical classical(*m);
    for (int i = 0; i < m->stages; ++i) {
      EXPECT_NEAR(classical.node[i], m->c[i], 1e-13) << m->name << " " << i;
      EXPECT_NEAR(classical.slope[i], m->d[i], 1e-13) << m->name << " " << i;
    }
  }
}

TEST(Rodas, DenseOutputMeetsItsOrderConditions) {
  for (const Rodas* m : kAll) {
    const Classical classical(*m);
    for (double theta : {0.2, 0.5, 0.9}) {
      const Eigen::VectorXd b = classical.inverse_gamma.transpose() * weights(*m, theta);
      for (const Condition& c : conditions(classical)) {
        if (c.order > m->dense_order) continue;
        EXPECT_NEAR(b.dot(c.tree), std::pow(theta, c.order) / c.density, 1e-12)
            << m->name << " θ " << theta << " density " << c.density;
      }
    }
  }
}

TEST(Rodas, VanishesAtInfinity) {
  // Stability function 1 + z b^T (I - z β)^-1 1: its limit is 0 for stiffly accurate methods, and |R(iy)| ≤ 1.
  for (const Rodas* m : kAll) {
    const Classical classical(*m);
    const int s = m->stages;
    const Eigen::VectorXcd b = (classical.inverse_gamma.transpose() * weights(*m, 1)).cast<std::complex<double>>();
    const auto stability = [&](std::complex<double> z) {
      const Eigen::MatrixXcd matrix =
          Eigen::MatrixXcd::Identity(s, s) - z * classical.beta.cast<std::complex<double>>();
      return std::abs(1.0 + z * b.dot(matrix.partialPivLu().solve(Eigen::VectorXcd::Ones(s))));
    };
    EXPECT_LT(stability(-1e9), 1e-5) << m->name;
    for (double y = 0.01; y < 1e4; y *= 1.1) EXPECT_LT(stability({0, y}), 1 + 1e-9) << m->name << " " << y;
  }
}

}  // namespace vesica::solve
