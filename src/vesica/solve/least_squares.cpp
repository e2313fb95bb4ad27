// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

#include "vesica/base/require.h"

namespace vesica {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFirstDamping = 1e-3;  // Nielsen 1999: small for a good start; raised as needed
constexpr double kFlat = 1e-24;         // chosen: parameters within 1e-12 of their standard errors
constexpr double kDependent = 1e-9;     // columns that differ by less are one, chosen above the noise of differences
constexpr double kRounding = 1e-11;     // of a sum of squares, chosen with room for thousands of residuals
constexpr std::size_t kPolish = 20;     // steps taken on trust there, chosen
constexpr double kMostDamping = 1e40;   // chosen: no step is left

class Minimiser {
 public:
  Minimiser(const LeastSquaresProblem& problem, const LeastSquaresOptions& options, std::vector<double> start)
      : problem_(problem), options_(options), p_(std::move(start)), n_(p_.size()) {
    low_ = problem.low.empty() ? std::vector<double>(n_, -std::numeric_limits<double>::infinity()) : problem.low;
    high_ = problem.high.empty() ? std::vector<double>(n_, std::numeric_limits<double>::infinity()) : problem.high;
    VESICA_REQUIRE(low_.size() == n_ && high_.size() == n_, "one bound for each parameter");
    for (std::size_t i = 0; i < n_; ++i) p_[i] = std::clamp(p_[i], low_[i], high_[i]);
  }

  LeastSquaresFit run() {
    VectorXd r = residuals(p_);
    double sum = r.squaredNorm();
    LeastSquaresFit out;
    if (std::isfinite(sum)) out.converged = descend(r, sum, out.steps);
    finish(r, sum, out);
    return out;
  }

 private:
  VectorXd residuals(const std::vector<double>& p) const {
    VectorXd r(static_cast<Eigen::Index>(problem_.residuals));
    problem_.evaluate(p, {r.data(), problem_.residuals});
    return r;
  }

  /// One column by differences: five points where there is room, three on one side at a bound.
  VectorXd column(std::size_t j) const {
    const double scale = std::max(std::abs(p_[j]), 1e-4);  // chosen for parameters at zero
    const auto at = [&](double offset) {
      std::vector<double> moved = p_;
      moved[j] += offset;
      return residuals(moved);
    };
    const double wide = std::pow(std::numeric_limits<double>::epsilon(), 0.2) * scale;
    if (p_[j] - 2 * wide >= low_[j] && p_[j] + 2 * wide <= high_[j])
      return (8 * (at(wide) - at(-wide)) - (at(2 * wide) - at(-2 * wide))) / (12 * wide);
    double h = std::cbrt(std::numeric_limits<double>::epsilon()) * scale;
    if (p_[j] + 2 * h > high_[j]) h = -h;
    return (-3 * at(0) + 4 * at(h) - at(2 * h)) / (2 * h);
  }

  MatrixXd jacobian() const {
    MatrixXd J(static_cast<Eigen::Index>(problem_.residuals), static_cast<Eigen::Index>(n_));
    if (problem_.differentiate) {
      std::vector<double> rows(problem_.residuals * n_);
      problem_.differentiate(p_, rows);
      for (std::size_t i = 0; i < problem_.residuals; ++i)
        for (std::size_t j = 0; j < n_; ++j)
          J(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i * n_ + j];
      return J;
    }
    for (std::size_t j = 0; j < n_; ++j)
      J.col(static_cast<Eigen::Index>(j)) =
          low_[j] == high_[j] ? VectorXd::Zero(static_cast<Eigen::Index>(problem_.residuals)) : column(j);
    return J;
  }

  /// Parameters that may move: not fixed, and not pushed against a bound by the gradient.
  std::vector<std::size_t> free(const VectorXd& gradient) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < n_; ++i) {
      const double g = gradient(static_cast<Eigen::Index>(i));
      const bool held = low_[i] == high_[i] || (p_[i] <= low_[i] && g > 0) || (p_[i] >= high_[i] && g < 0);
      if (!held) out.push_back(i);
    }
    return out;
  }

  bool descend(VectorXd& r, double& sum, std::size_t& steps) {
    VectorXd scale = VectorXd::Zero(static_cast<Eigen::Index>(n_));
    double damping = kFirstDamping, growth = 2;
    std::size_t polished = 0;
    MatrixXd J = jacobian();
    while (steps < options_.most_steps) {
      if (!J.allFinite()) return false;
      const std::vector<std::size_t> moving = free(J.transpose() * r);
      if (moving.empty() || sum == 0) return true;
      const auto count = static_cast<Eigen::Index>(moving.size());
      MatrixXd A(r.size() + count, count);
      A.setZero();
      for (Eigen::Index k = 0; k < count; ++k) {
        const auto j = static_cast<Eigen::Index>(moving[static_cast<std::size_t>(k)]);
        scale(j) = std::max(scale(j), J.col(j).norm());
        A.col(k).head(r.size()) = J.col(j);
        A(r.size() + k, k) = std::sqrt(damping) * (scale(j) > 0 ? scale(j) : 1);
      }
      VectorXd b = VectorXd::Zero(r.size() + count);
      b.head(r.size()) = -r;
      const VectorXd step = A.colPivHouseholderQr().solve(b);
      ++steps;
      std::vector<double> next = p_;
      double moved = 0, length = 0;
      VectorXd taken = VectorXd::Zero(static_cast<Eigen::Index>(n_));
      for (Eigen::Index k = 0; k < count; ++k) {
        const std::size_t j = moving[static_cast<std::size_t>(k)];
        next[j] = std::clamp(p_[j] + step(k), low_[j], high_[j]);
        taken(static_cast<Eigen::Index>(j)) = next[j] - p_[j];
        const double weight = std::max(scale(static_cast<Eigen::Index>(j)), std::numeric_limits<double>::min());
        moved = std::hypot(moved, weight * (next[j] - p_[j]));
        length = std::hypot(length, weight * p_[j]);
      }
      const bool tiny = moved <= options_.tolerance * (length + options_.tolerance);
      const VectorXd trial = residuals(next);
      const double trial_sum = trial.squaredNorm();
      const VectorXd linear = J * taken;
      const double predicted = -(2 * r.dot(linear) + linear.squaredNorm());
      double gain = predicted > 0 ? (sum - trial_sum) / predicted : -1;
      // Below this, sums of squares are rounding; the steps themselves still know the way.
      if (predicted > 0 && predicted <= kRounding * sum && trial_sum <= (1 + kRounding) * sum && ++polished <= kPolish)
        gain = 1;
      if (std::isfinite(trial_sum) && (gain > 0 || (tiny && trial_sum <= sum))) {
        const bool flat = predicted <= kFlat * sum;
        p_ = next, r = trial, sum = trial_sum;
        if (tiny || flat) return true;
        J = jacobian();
        damping *= std::max(1.0 / 3, 1 - std::pow(2 * gain - 1, 3));
        growth = 2;
      } else {
        if (tiny) return true;  // nothing that doubles can tell apart is better
        damping *= growth;
        growth *= 2;
        if (damping > kMostDamping) return false;
      }
    }
    return false;
  }

  void finish(const VectorXd& r, double sum, LeastSquaresFit& out) const {
    out.values = p_;
    out.sum_of_squares = sum;
    out.at_bound.assign(n_, false);
    out.covariance.assign(n_ * n_, kNaN);
    if (!std::isfinite(sum)) return;
    const MatrixXd J = jacobian();
    if (!J.allFinite()) return;
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < n_; ++i) {
      const bool held = p_[i] <= low_[i] || p_[i] >= high_[i];
      out.at_bound[i] = held && low_[i] != high_[i];
      if (!held) moving.push_back(i);
    }
    out.freedom = problem_.residuals > moving.size() ? problem_.residuals - moving.size() : 0;
    if (out.freedom == 0) return;
    MatrixXd A(r.size(), static_cast<Eigen::Index>(moving.size()));
    VectorXd norms(static_cast<Eigen::Index>(moving.size()));
    for (std::size_t k = 0; k < moving.size(); ++k) {
      const auto column = static_cast<Eigen::Index>(k);
      norms(column) = J.col(static_cast<Eigen::Index>(moving[k])).norm();
      if (!(norms(column) > 0)) return;
      A.col(column) = J.col(static_cast<Eigen::Index>(moving[k])) / norms(column);
    }
    Eigen::ColPivHouseholderQR<MatrixXd> qr(A);
    qr.setThreshold(kDependent);
    if (qr.rank() < A.cols()) return;
    const MatrixXd inverse = (A.transpose() * A).ldlt().solve(MatrixXd::Identity(A.cols(), A.cols()));
    const double variance = sum / static_cast<double>(out.freedom);
    std::fill(out.covariance.begin(), out.covariance.end(), 0.0);
    for (std::size_t i = 0; i < moving.size(); ++i)
      for (std::size_t j = 0; j < moving.size(); ++j) {
        const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
        out.covariance[moving[i] * n_ + moving[j]] = variance * inverse(row, column) / (norms(row) * norms(column));
      }
  }

  const LeastSquaresProblem& problem_;
  const LeastSquaresOptions& options_;
  std::vector<double> p_;
  std::size_t n_;
  std::vector<double> low_, high_;
};

}  // namespace

double LeastSquaresFit::residual_sd() const {
  return freedom == 0 ? kNaN : std::sqrt(sum_of_squares / static_cast<double>(freedom));
}

double LeastSquaresFit::standard_error(std::size_t parameter) const {
  const double variance = covariance[parameter * values.size() + parameter];
  return at_bound[parameter] ? kNaN : std::sqrt(variance);
}

LeastSquaresFit fit_least_squares(const LeastSquaresProblem& problem, std::vector<double> start,
                                  const LeastSquaresOptions& options) {
  return Minimiser(problem, options, std::move(start)).run();
}

}  // namespace vesica
