// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/newton.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Eigenvalues>

namespace vesica::solve {

namespace {

// Chosen: no correction takes a state nearer to zero than a tenth of its distance.
constexpr double kBoundaryShare = 0.9;
// Chosen: below this damping the iteration has lost its way.
constexpr double kLeastDamping = 1e-4;
// Chosen: the dense eigenvalues of larger systems take longer than a second.
constexpr std::size_t kLargestSpectrum = 300;

// Chosen: exchanging rows costs these systems less than a millisecond, and no pivot can fail.
constexpr std::size_t kLargestDense = 100;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

double dot(const std::vector<double>& a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < b.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Newton::Newton(OdeSystem& system, const Tolerances& tolerances, double t, std::vector<std::vector<double>> conserved,
               std::span<const double> start)
    : system_(system),
      tolerances_(tolerances),
      t_(t),
      n_(index(system.size())),
      conserved_(std::move(conserved)),
      row_sum_(n_, -1),
      entries_(index(system.jacobian_pattern().entries())),
      state_(n_),
      slope_(n_),
      right_(n_),
      step_(n_) {
  for (std::size_t k = 0; k < conserved_.size(); ++k) {
    sums_.push_back(dot(conserved_[k], start));
    // The row of its heaviest state not yet taken: dependent on the others, so nothing is lost with it.
    int row = -1;
    for (std::size_t i = 0; i < n_; ++i)
      if (conserved_[k][i] != 0 && row_sum_[i] < 0 &&
          (row < 0 || std::abs(conserved_[k][i]) > std::abs(conserved_[k][index(row)])))
        row = static_cast<int>(i);
    replaced_.push_back(row);
    if (row >= 0) row_sum_[index(row)] = static_cast<int>(k);
  }
  const SparsePattern& old = system.jacobian_pattern();
  pattern_.size = system.size();
  pattern_.starts.push_back(0);
  for (std::size_t column = 0; column < n_; ++column) {
    int e = old.starts[column];
    for (std::size_t row = 0; row < n_; ++row) {
      const bool there = e < old.starts[column + 1] && old.rows[index(e)] == static_cast<int>(row);
      const int sum = row_sum_[row];
      if (sum >= 0 ? conserved_[index(sum)][column] != 0 : there) {
        pattern_.rows.push_back(static_cast<int>(row));
        from_.push_back(sum >= 0 ? -1 - sum : e);
      }
      e += there ? 1 : 0;
    }
    pattern_.starts.push_back(pattern_.entries());
  }
  lu_.emplace(pattern_, 1, best_instruction_set());
}

void Newton::slopes(std::span<const double> y, std::span<double> f) {
  std::copy(y.begin(), y.end(), state_.data());
  system_.rhs(&t_, state_.data(), slope_.data());
  std::copy_n(slope_.data(), n_, f.begin());
  ++work_.rhs;
}

double Newton::measure(std::span<const double> v, std::span<const double> y) const {
  double largest = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const double absolute = tolerances_.absolute_each.empty() ? tolerances_.absolute : tolerances_.absolute_each[i];
    const double each = std::abs(v[i]) / (absolute + tolerances_.relative * std::abs(y[i]));
    if (!(each <= largest)) largest = each;
    if (std::isnan(each)) return each;
  }
  return largest;
}

/// Factors the Jacobian at y, rows of conserved sums exchanged; false when it is singular.
bool Newton::eliminate(std::span<const double> y) {
  std::copy(y.begin(), y.end(), state_.data());
  system_.jacobian(&t_, state_.data(), entries_.data());
  ++work_.jacobians;
  ++work_.factorisations;
  for (std::size_t column = 0; column < n_; ++column)
    for (auto e = index(pattern_.starts[column]); e < index(pattern_.starts[column + 1]); ++e)
      lu_->jacobian()[e] = from_[e] >= 0 ? entries_[index(from_[e])] : -conserved_[index(-1 - from_[e])][column];
  LaneValues shift;
  if (n_ > kLargestDense) {
    lu_->factor(shift.data());
    if (!lu_->worthless(0)) return true;
  }
  for (std::size_t e = 0; e < from_.size(); ++e)
    if (!std::isfinite(lu_->jacobian()[e])) return false;
  lu_->factor_dense(0, 0);
  return lu_->dense_is_regular(0);
}

/// d with -J d = f, so that y + d is better; rows of sums: Σ w d = what is missing from the sum.
void Newton::correction(std::span<const double> y, std::span<const double> f, std::vector<double>& d) {
  std::copy(f.begin(), f.end(), right_.data());
  for (std::size_t k = 0; k < conserved_.size(); ++k)
    if (replaced_[k] >= 0) right_[index(replaced_[k])] = sums_[k] - dot(conserved_[k], y);
  lu_->solve(right_.data(), nullptr, step_.data());
  std::copy_n(step_.data(), n_, d.begin());
}

/// The largest share of d, at most 1, that leaves every state on its side of zero.
double Newton::reach(std::span<const double> y, std::span<const double> d) const {
  double share = 1;
  for (std::size_t i = 0; i < n_; ++i)
    if (y[i] + d[i] < 0 && y[i] > 0) share = std::min(share, kBoundaryShare * y[i] / -d[i]);
  return share;
}

Newton::Outcome Newton::solve(std::vector<double>& y, int most, bool nonnegative) {
  Outcome outcome;
  std::vector<double> f(n_), d(n_), trial(n_), trial_f(n_), next(n_);
  slopes(y, f);
  double damping = 1;
  for (int iteration = 0; iteration < most; ++iteration) {
    if (!eliminate(y)) return outcome;
    correction(y, f, d);
    outcome.distance = measure(d, y);
    if (!std::isfinite(outcome.distance)) return outcome;
    // Within the tolerance of the solution zero itself may be reached.
    const double most_share = nonnegative && outcome.distance > 1 ? reach(y, d) : 1;
    double share = std::min({most_share, 2 * damping, 1.0});
    for (;; share /= 2) {
      if (share < kLeastDamping * most_share) return outcome;
      for (std::size_t i = 0; i < n_; ++i) {
        trial[i] = y[i] + share * d[i];
        // A state within its tolerance of zero may be zero.
        if (nonnegative && trial[i] < 0) trial[i] = 0;
      }
      slopes(trial, trial_f);
      correction(trial, trial_f, next);
      const double left = measure(next, y);
      // The natural monotonicity test; corrections within the tolerance need none.
      if (left <= 1 || left <= (1 - share / 4) * outcome.distance) break;
    }
    damping = share;
    const bool done = outcome.distance <= 1 && share == 1;
    y = trial;
    f = trial_f;
    if (done) {
      outcome.converged = true;
      return outcome;
    }
  }
  return outcome;
}

std::optional<Newton::Spectrum> Newton::spectrum(std::span<const double> y) {
  if (n_ > kLargestSpectrum || n_ <= conserved_.size()) return std::nullopt;
  std::copy(y.begin(), y.end(), state_.data());
  system_.jacobian(&t_, state_.data(), entries_.data());
  const SparsePattern& pattern = system_.jacobian_pattern();
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(pattern.size, pattern.size);
  for (int column = 0; column < pattern.size; ++column)
    for (int e = pattern.starts[index(column)]; e < pattern.starts[index(column) + 1]; ++e)
      matrix(pattern.rows[index(e)], column) = entries_[index(e)];
  if (!matrix.allFinite()) return std::nullopt;
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(matrix, false);
  if (solver.info() != Eigen::Success) return std::nullopt;
  std::vector<std::complex<double>> values(solver.eigenvalues().begin(), solver.eigenvalues().end());
  std::sort(values.begin(), values.end(), [](auto a, auto b) { return std::norm(a) < std::norm(b); });
  Spectrum found = {-std::numeric_limits<double>::infinity(), std::abs(values.back())};
  for (std::size_t i = conserved_.size(); i < values.size(); ++i)
    found.largest_real = std::max(found.largest_real, values[i].real());
  return found;
}

}  // namespace vesica::solve
