// SPDX-License-Identifier: Apache-2.0
// REML in the space of the random effects: after one pass over the rows only matrices of their levels remain.
#include "vesica/stats/mixed_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/require.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What the rows leave behind. With S = I - X(X'X)⁻¹X' the restricted likelihood needs only Z'SZ, Z'Sy and y'Sy.
struct Reduced {
  MatrixXd zsz;
  VectorXd zsy;
  double ysy = 0;
  double df = 0;             // rows minus fixed effects
  double log_xx = 0;         // log |X'X|
  std::vector<Index> start;  // first column of each factor, and the end
  std::size_t factors() const { return start.size() - 1; }
};

// Derivatives and value of the log restricted likelihood by the variances (factors, then residual).
struct Likelihood {
  double log_likelihood = 0;
  VectorXd gradient;
  MatrixXd observed;  // minus the second derivatives
  MatrixXd expected;
};

// Z without its zeros: sums over the rows of every level, values of every row's levels.
class Incidence {
 public:
  explicit Incidence(std::span<const Factor> random) : random_(random), start_(1, 0) {
    for (const auto& factor : random) start_.push_back(start_.back() + factor.levels);
  }

  const std::vector<Index>& start() const { return start_; }

  /// Z'm
  MatrixXd sums(const MatrixXd& m) const {
    MatrixXd result = MatrixXd::Zero(start_.back(), m.cols());
    for (std::size_t j = 0; j < random_.size(); ++j) {
      for (Index i = 0; i < m.rows(); ++i) result.row(column(j, i)) += m.row(i);
    }
    return result;
  }

  /// Zm
  MatrixXd spread(const MatrixXd& m, Index rows) const {
    MatrixXd result = MatrixXd::Zero(rows, m.cols());
    for (std::size_t j = 0; j < random_.size(); ++j) {
      for (Index i = 0; i < rows; ++i) result.row(i) += m.row(column(j, i));
    }
    return result;
  }

  /// Z'Z
  MatrixXd counts(Index rows) const {
    MatrixXd result = MatrixXd::Zero(start_.back(), start_.back());
    for (std::size_t a = 0; a < random_.size(); ++a) {
      for (std::size_t b = 0; b < random_.size(); ++b) {
        for (Index i = 0; i < rows; ++i) ++result(column(a, i), column(b, i));
      }
    }
    return result;
  }

 private:
  Index column(std::size_t factor, Index row) const {
    return start_[factor] + random_[factor].level[static_cast<std::size_t>(row)];
  }

  std::span<const Factor> random_;
  std::vector<Index> start_;
};

Reduced reduce(const MatrixXd& x, const VectorXd& y, const Incidence& z) {
  const Eigen::HouseholderQR<MatrixXd> qr(x);
  const MatrixXd basis = qr.householderQ() * MatrixXd::Identity(x.rows(), x.cols());
  const MatrixXd shared = z.sums(basis);
  const VectorXd rest = (qr.householderQ().adjoint() * y).tail(x.rows() - x.cols());
  Reduced data;
  data.start = z.start();
  data.zsz = z.counts(x.rows()) - shared * shared.transpose();
  data.zsy = z.sums(y - basis * (basis.transpose() * y));
  data.ysy = rest.squaredNorm();
  data.df = static_cast<double>(x.rows() - x.cols());
  data.log_xx = 2 * qr.matrixQR().diagonal().head(x.cols()).cwiseAbs().array().log().sum();
  return data;
}

Likelihood evaluate(const Reduced& data, const VectorXd& theta, bool derivatives) {
  const std::size_t r = data.factors();
  const double residual = theta[static_cast<Index>(r)];
  const Index q = data.zsz.rows();
  VectorXd root(q);  // square roots of the variance ratios
  for (std::size_t j = 0; j < r; ++j) {
    const Index width = data.start[j + 1] - data.start[j];
    root.segment(data.start[j], width).setConstant(std::sqrt(theta[static_cast<Index>(j)] / residual));
  }
  const MatrixXd half = root.asDiagonal() * data.zsz;  // D^1/2 A
  MatrixXd inner = half * root.asDiagonal();
  inner.diagonal().array() += 1;
  const Eigen::LLT<MatrixXd> cholesky(inner);
  const VectorXd solved_y = cholesky.matrixL().solve(VectorXd(root.cwiseProduct(data.zsy)));
  const double ypy = data.ysy - solved_y.squaredNorm();  // times the residual variance
  const double log_det = 2 * cholesky.matrixLLT().diagonal().array().log().sum();
  Likelihood result;
  result.log_likelihood =
      -0.5 * (data.df * std::log(2 * std::numbers::pi * residual) + log_det + data.log_xx + ypy / residual);
  if (!derivatives) return result;
  const MatrixXd solved = cholesky.matrixL().solve(half);
  MatrixXd m = data.zsz;  // Z'PZ times the residual variance
  m.noalias() -= solved.transpose() * solved;
  const VectorXd v = data.zsy - solved.transpose() * solved_y;  // Z'Py
  const auto c = static_cast<Index>(r);
  VectorXd trace(c + 1), quad(c + 1);                // tr(P V_j), y'P V_j P y
  MatrixXd cross(c + 1, c + 1), bend(c + 1, c + 1);  // tr(P V_i P V_j), y'P V_i P V_j P y
  const double s1 = 1 / residual, s2 = s1 * s1, s3 = s2 * s1;
  for (Index i = 0; i < c; ++i) {
    const Index at_i = data.start[static_cast<std::size_t>(i)];
    const Index n_i = data.start[static_cast<std::size_t>(i) + 1] - at_i;
    trace[i] = m.diagonal().segment(at_i, n_i).sum() * s1;
    quad[i] = v.segment(at_i, n_i).squaredNorm() * s2;
    for (Index j = 0; j <= i; ++j) {
      const Index at_j = data.start[static_cast<std::size_t>(j)];
      const Index n_j = data.start[static_cast<std::size_t>(j) + 1] - at_j;
      const auto block = m.block(at_i, at_j, n_i, n_j);
      cross(i, j) = cross(j, i) = block.squaredNorm() * s2;
      bend(i, j) = bend(j, i) = v.segment(at_i, n_i).dot(block * v.segment(at_j, n_j)) * s3;
    }
  }
  // The residual's terms follow from PVP = P: sum_j theta_j P V_j P = P.
  const auto head = theta.head(c);
  trace[c] = (data.df - head.dot(trace.head(c))) * s1;
  quad[c] = (ypy * s1 - head.dot(quad.head(c))) * s1;
  for (Index i = 0; i < c; ++i) {
    cross(c, i) = cross(i, c) = (trace[i] - head.dot(cross.col(i).head(c))) * s1;
    bend(c, i) = bend(i, c) = (quad[i] - head.dot(bend.col(i).head(c))) * s1;
  }
  cross(c, c) = (trace[c] - head.dot(cross.col(c).head(c))) * s1;
  bend(c, c) = (quad[c] - head.dot(bend.col(c).head(c))) * s1;
  result.gradient = -0.5 * (trace - quad);
  result.expected = 0.5 * cross;
  result.observed = bend - 0.5 * cross;
  return result;
}

// The part of a matrix or vector that belongs to the free variances.
MatrixXd part(const MatrixXd& matrix, const std::vector<Index>& free) {
  MatrixXd small(static_cast<Index>(free.size()), static_cast<Index>(free.size()));
  for (Index i = 0; i < small.rows(); ++i) {
    for (Index j = 0; j < small.cols(); ++j) {
      small(i, j) = matrix(free[static_cast<std::size_t>(i)], free[static_cast<std::size_t>(j)]);
    }
  }
  return small;
}

VectorXd part(const VectorXd& vector, const std::vector<Index>& free) {
  VectorXd small(static_cast<Index>(free.size()));
  for (Index i = 0; i < small.size(); ++i) small[i] = vector[free[static_cast<std::size_t>(i)]];
  return small;
}

// Variances that may move: those above 0, and those at 0 that the likelihood wants larger.
std::vector<Index> free_variances(const VectorXd& theta, const VectorXd& gradient) {
  std::vector<Index> free;
  for (Index i = 0; i < theta.size(); ++i) {
    if (theta[i] > 0 || gradient[i] > 0) free.push_back(i);
  }
  return free;
}

struct Maximum {
  VectorXd theta;
  Likelihood at;
  int iterations = 0;
  bool converged = false;
};

// A Newton step on the free variances; where the curvature is not that of a maximum, the scoring step.
VectorXd newton_step(const Likelihood& at, const std::vector<Index>& free) {
  const Eigen::LLT<MatrixXd> newton(part(at.observed, free));
  const VectorXd gradient = part(at.gradient, free);
  if (newton.info() == Eigen::Success) return newton.solve(gradient);
  return Eigen::LDLT<MatrixXd>(part(at.expected, free)).solve(gradient);
}

Maximum maximise(const Reduced& data) {
  constexpr int kMostSteps = 200;
  constexpr int kMostHalvings = 40;
  constexpr double kFloor = 1e-9;       // chosen: least residual variance, as a share of the variance of the values
  constexpr double kSmallStep = 1e-11;  // chosen: relative change of every variance at the end
  const auto r = static_cast<Index>(data.factors());
  const double scale = data.ysy / data.df;
  Maximum best;
  best.theta = VectorXd::Constant(r + 1, scale / static_cast<double>(r + 1));
  best.at = evaluate(data, best.theta, true);
  for (best.iterations = 0; best.iterations < kMostSteps; ++best.iterations) {
    const auto free = free_variances(best.theta, best.at.gradient);
    if (free.empty()) break;
    const VectorXd step = newton_step(best.at, free);
    double share = 1;
    bool moved = false;
    double change = 0;
    for (int halving = 0; halving < kMostHalvings && !moved; ++halving, share /= 2) {
      VectorXd next = best.theta;
      for (Index i = 0; i < step.size(); ++i) {
        const Index at = free[static_cast<std::size_t>(i)];
        next[at] = std::max(at == r ? kFloor * scale : 0.0, next[at] + share * step[i]);
      }
      const Likelihood there = evaluate(data, next, true);
      constexpr double kNoise = 1e-12;  // the likelihood's own rounding
      if (!(there.log_likelihood >= best.at.log_likelihood - kNoise * std::abs(best.at.log_likelihood))) continue;
      change = (next - best.theta).cwiseAbs().maxCoeff();
      best.theta = next;
      best.at = there;
      moved = true;
    }
    if (!moved || change <= kSmallStep * scale) {
      best.converged = true;
      break;
    }
  }
  return best;
}

// The factor that cannot be told from the fixed effects or the residual, or from the other factors; empty when all can.
std::string inseparable(const Reduced& data, std::span<const Factor> random, std::size_t rows) {
  constexpr double kNothing = 1e-10;
  for (std::size_t j = 0; j < random.size(); ++j) {
    const Index width = data.start[j + 1] - data.start[j];
    const MatrixXd block = data.zsz.block(data.start[j], data.start[j], width, width);
    if (random[j].levels < 2 || static_cast<std::size_t>(random[j].levels) >= rows) return random[j].name;
    if (block.trace() <= kNothing * static_cast<double>(rows)) return random[j].name;
  }
  // Two variances act alike when their blocks are proportional in the sense of tr(P V_i P V_j).
  const auto r = static_cast<Index>(random.size());
  const VectorXd unit = VectorXd::Ones(r + 1);
  MatrixXd information = evaluate(data, unit, true).expected;
  const VectorXd size = information.diagonal().cwiseSqrt().cwiseInverse();
  information = size.asDiagonal() * information * size.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(information);
  if (eigen.eigenvalues()[0] > kNothing) return {};
  Index worst = 0;
  eigen.eigenvectors().col(0).head(r).cwiseAbs().maxCoeff(&worst);
  return random[static_cast<std::size_t>(worst)].name;
}

// beta, its covariance and the derivatives of that covariance, from V⁻¹ = (I - Z D^1/2 (I + D^1/2 Z'Z D^1/2)⁻¹ D^1/2
// Z')/s².
void finish(MixedFit& fit, const MatrixXd& x, const Incidence& z, const VectorXd& y, const Reduced& data,
            const Maximum& best) {
  const auto r = static_cast<Index>(data.factors());
  const double residual = best.theta[r];
  VectorXd root(z.start().back());
  for (Index j = 0; j < r; ++j) {
    const auto at = static_cast<std::size_t>(j);
    root.segment(data.start[at], data.start[at + 1] - data.start[at]).setConstant(std::sqrt(best.theta[j] / residual));
  }
  MatrixXd inner = root.asDiagonal() * z.counts(x.rows()) * root.asDiagonal();
  inner.diagonal().array() += 1;
  const MatrixXd levels = root.asDiagonal() * inner.llt().solve(MatrixXd(root.asDiagonal() * z.sums(x)));
  const MatrixXd vx = (x - z.spread(levels, x.rows())) / residual;
  const MatrixXd information = x.transpose() * vx;
  fit.covariance = information.llt().solve(MatrixXd::Identity(x.cols(), x.cols()));
  fit.beta = fit.covariance * (vx.transpose() * y);
  const MatrixXd weights = vx * fit.covariance;  // V⁻¹XC
  const MatrixXd by_level = z.sums(weights);
  const auto free = free_variances(best.theta, VectorXd::Zero(r + 1));
  for (const Index j : free) {
    if (j == r) {
      fit.slopes.push_back(weights.transpose() * weights);
      continue;
    }
    const auto at = static_cast<std::size_t>(j);
    const auto block = by_level.middleRows(data.start[at], data.start[at + 1] - data.start[at]);
    fit.slopes.push_back(block.transpose() * block);
  }
  const Eigen::LLT<MatrixXd> observed(part(best.at.observed, free));
  const MatrixXd identity = MatrixXd::Identity(static_cast<Index>(free.size()), static_cast<Index>(free.size()));
  fit.variance_covariance = observed.info() == Eigen::Success
                                ? MatrixXd(observed.solve(identity))
                                : MatrixXd(part(best.at.expected, free).ldlt().solve(identity));
  for (std::size_t i = 0; i < free.size(); ++i) {
    const auto at = static_cast<Index>(i);
    fit.components[static_cast<std::size_t>(free[i])].se = std::sqrt(fit.variance_covariance(at, at));
  }
}

double satterthwaite(const MixedFit& fit, const VectorXd& weights, double variance_of_it) {
  VectorXd gradient(static_cast<Index>(fit.slopes.size()));
  for (std::size_t i = 0; i < fit.slopes.size(); ++i) {
    gradient[static_cast<Index>(i)] = weights.dot(fit.slopes[i] * weights);
  }
  return 2 * variance_of_it * variance_of_it / gradient.dot(fit.variance_covariance * gradient);
}

}  // namespace

MixedFit fit_mixed(const MatrixXd& design, std::span<const double> y, std::span<const Factor> random) {
  MixedFit fit;
  fit.status = check_values(y, 3);
  if (fit.status != TestStatus::kOk) return fit;
  const auto n = static_cast<Index>(y.size());
  VESICA_REQUIRE(design.rows() == n, "one row of the design a value");
  VESICA_REQUIRE(!random.empty(), "a mixed model has at least one random factor");
  for (const auto& factor : random) {
    VESICA_REQUIRE(factor.level.size() == y.size(), "one level of each random factor a value");
  }
  const Eigen::Map<const VectorXd> values(y.data(), n);
  const LinearFit fixed = fit_linear(design, values);
  fit.status = fixed.status;
  if (fit.status != TestStatus::kOk) return fit;
  const Incidence z(random);
  const Reduced data = reduce(design, values, z);
  fit.trouble = inseparable(data, random, y.size());
  if (!fit.trouble.empty()) {
    fit.status = TestStatus::kNotSeparable;
    return fit;
  }
  const Maximum best = maximise(data);
  fit.iterations = best.iterations;
  constexpr double kNoResidual = 1e-8;  // chosen: share of the residual variance that counts as none
  const double residual = best.theta[static_cast<Index>(random.size())];
  if (!best.converged || !best.theta.allFinite()) {
    fit.status = TestStatus::kNotConverged;
  } else if (residual <= kNoResidual * data.ysy / data.df) {
    fit.status = TestStatus::kNoVariance;
  }
  if (fit.status != TestStatus::kOk) return fit;
  for (std::size_t j = 0; j <= random.size(); ++j) {
    VarianceComponent component;
    component.name = j < random.size() ? random[j].name : "residual";
    component.levels = j < random.size() ? random[j].levels : 0;
    component.variance = best.theta[static_cast<Index>(j)];
    component.at_boundary = component.variance == 0;
    fit.components.push_back(std::move(component));
  }
  fit.deviance = -2 * best.at.log_likelihood;
  finish(fit, design, z, values, data, best);
  return fit;
}

TestResult mixed_contrast(const MixedFit& fit, const VectorXd& weights, double level) {
  TestResult result = without_answer("mixed_contrast", fit.status);
  if (!result.ok()) return result;
  const double variance_of_it = weights.dot(fit.covariance * weights);
  if (!(variance_of_it > 0)) return without_answer(result.method, TestStatus::kNotSeparable);
  result.statistic_name = "t";
  result.estimate = weights.dot(fit.beta);
  result.se = std::sqrt(variance_of_it);
  result.df = satterthwaite(fit, weights, variance_of_it);
  result.statistic = result.estimate / result.se;
  result.p = t_two_sided(result.statistic, result.df);
  const double half = t_quantile(0.5 + level / 2, result.df) * result.se;
  result.interval = {result.estimate - half, result.estimate + half, level};
  return result;
}

TestResult mixed_f_test(const MixedFit& fit, const MatrixXd& hypotheses) {
  TestResult result = without_answer("mixed_f", fit.status);
  if (!result.ok()) return result;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(hypotheses * fit.covariance * hypotheses.transpose());
  const VectorXd values = eigen.eigenvalues();
  constexpr double kNothing = 1e-12;
  std::vector<double> freedom;
  double f = 0;
  for (Index i = 0; i < values.size(); ++i) {
    if (values[i] <= kNothing * values.maxCoeff()) continue;
    const VectorXd weights = hypotheses.transpose() * eigen.eigenvectors().col(i);
    freedom.push_back(satterthwaite(fit, weights, values[i]));
    f += std::pow(weights.dot(fit.beta), 2) / values[i];
  }
  if (freedom.empty()) return without_answer(result.method, TestStatus::kNotSeparable);
  const auto q = static_cast<double>(freedom.size());
  const auto [least, most] = std::minmax_element(freedom.begin(), freedom.end());
  double expectation = 0;  // of the sum of squared t values
  for (const double nu : freedom) expectation += nu > 2 ? nu / (nu - 2) : 0;
  constexpr double kSame = 1e-8;
  result.statistic_name = "F";
  result.statistic = f / q;
  result.df = q;
  if (*most - *least <= kSame * *most) {
    result.df2 = *least;
  } else {
    result.df2 = *least > 2 ? 2 * expectation / (expectation - q) : 2;
  }
  result.p = f_upper(result.statistic, result.df, result.df2);
  return result;
}

}  // namespace vesica::stats
