// SPDX-License-Identifier: Apache-2.0
// Systems written as formulas, for tests: right-hand side, dense Jacobian and time derivative as functions.
#pragma once

#include <functional>
#include <vector>

#include "vesica/solve/ode.h"

namespace vesica::solve {

/// A system whose lanes differ in one number `p`. Functions see one lane: f(t, y, p, out).
class FormulaSystem final : public OdeSystem {
 public:
  using Formula = std::function<void(double t, const double* y, double p, double* out)>;
  /// `jacobian` writes n·n values, row after row; only entries of `pattern` are taken (all when it is empty).
  FormulaSystem(int size, std::vector<double> p, Formula rhs, Formula jacobian, Formula time_slope = nullptr)
      : size_(size), p_(std::move(p)), rhs_(std::move(rhs)), jacobian_(std::move(jacobian)), time_slope_(time_slope) {
    pattern_.size = size;
    for (int column = 0; column <= size; ++column) pattern_.starts.push_back(column * size);
    for (int column = 0; column < size; ++column)
      for (int row = 0; row < size; ++row) pattern_.rows.push_back(row);
  }
  void restrict_to(SparsePattern pattern) { pattern_ = std::move(pattern); }

  int size() const override { return size_; }
  int lanes() const override { return static_cast<int>(p_.size()); }
  void rhs(const double* t, const double* y, double* f) override {
    ++calls;
    each_lane(rhs_, t, y, f);
  }
  const SparsePattern& jacobian_pattern() const override { return pattern_; }
  void jacobian(const double* t, const double* y, double* values) override {
    const std::size_t n = static_cast<std::size_t>(size_), m = p_.size();
    std::vector<double> state(n), full(n * n);
    for (std::size_t lane = 0; lane < m; ++lane) {
      for (std::size_t i = 0; i < n; ++i) state[i] = y[i * m + lane];
      jacobian_(t[lane], state.data(), p_[lane], full.data());
      for (std::size_t column = 0; column < n; ++column)
        for (auto e = static_cast<std::size_t>(pattern_.starts[column]);
             e < static_cast<std::size_t>(pattern_.starts[column + 1]); ++e)
          values[e * m + lane] = full[static_cast<std::size_t>(pattern_.rows[e]) * n + column];
    }
  }
  void time_derivative(const double* t, const double* y, double* f) override {
    if (time_slope_) return each_lane(time_slope_, t, y, f);
    std::fill_n(f, static_cast<std::size_t>(size_) * p_.size(), 0.0);
  }
  bool autonomous() const override { return !time_slope_; }

  long calls = 0;

 private:
  void each_lane(const Formula& formula, const double* t, const double* y, double* out) const {
    const std::size_t n = static_cast<std::size_t>(size_), m = p_.size();
    std::vector<double> state(n), value(n);
    for (std::size_t lane = 0; lane < m; ++lane) {
      for (std::size_t i = 0; i < n; ++i) state[i] = y[i * m + lane];
      formula(t[lane], state.data(), p_[lane], value.data());
      for (std::size_t i = 0; i < n; ++i) out[i * m + lane] = value[i];
    }
  }

  int size_;
  std::vector<double> p_;
  Formula rhs_, jacobian_, time_slope_;
  SparsePattern pattern_;
};

/// Runs one lane to its end; the last result, kAccepted when the end was reached.
inline StepResult run_lane(Integrator& integrator, int lane = 0) {
  StepResult last = StepResult::kIdle;
  while (integrator.running(lane)) {
    integrator.advance();
    last = integrator.result(lane);
  }
  return last == StepResult::kStiff ? StepResult::kAccepted : last;
}

inline std::vector<double> state_of(const Integrator& integrator, int lane, int size) {
  std::vector<double> y(static_cast<std::size_t>(size));
  integrator.interpolate(lane, integrator.time(lane), y);
  return y;
}

}  // namespace vesica::solve
