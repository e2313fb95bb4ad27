// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "vesica/solve/lane_integrator.h"
#include "vesica/solve/methods.h"
#include "vesica/solve/sparse_lu.h"

namespace vesica::solve {

namespace {

// Chosen: what a step is said to miss when its matrix could not be eliminated; it is then a fifth as long.
constexpr double kBadPivotError = 1e6;
// Hairer's RODAS: safety 0.9, factors within [1/5, 6].
constexpr double kSafety = 0.9, kShrink = 0.2, kGrow = 6;

class Rosenbrock final : public LaneIntegrator {
 public:
  Rosenbrock(OdeSystem& system, const Tolerances& tolerances, const Rodas& method, InstructionSet set)
      : LaneIntegrator(system, tolerances, {1.0 / method.order, 0, kSafety, kShrink, kGrow}, set),
        method_(method),
        autonomous_(system.autonomous()),
        lu_(system.jacobian_pattern(), lanes_, set),
        u_(static_cast<std::size_t>(method.stages) * stride_),
        slope_(stride_),
        stage_slope_(stride_),
        time_slope_(stride_),
        y_stage_(stride_),
        more_(stride_) {
    one_.value.fill(1);
    for (int j = 0; j < method.stages; ++j) b_[j] = j + 1 == method.stages ? 1 : method.a[method.stages - 1][j];
  }

  void advance() override;

 protected:
  void dense(int lane, double theta, std::span<double> y) const override;
  void dense_lanes(const double* theta, double* y) const override;

 private:
  double* stage(int j) { return u_.data() + static_cast<std::size_t>(j) * stride_; }
  void begin();
  void eliminate(LaneValues& h);
  void attempt(const LaneValues& h);

  const Rodas& method_;
  const bool autonomous_;
  SparseLu lu_;
  LaneBuffer u_, slope_, stage_slope_, time_slope_, y_stage_, more_;
  LaneValues one_;
  double b_[Rodas::kMostStages];  ///< the last row of a, then 1
};

void Rosenbrock::begin() {
  const bool moved = take_accepted(), fresh = any_fresh();
  if (!moved && !fresh) return;
  system_.rhs(time_.data(), y_.data(), slope_.data());
  // What a lane counts must not depend on its neighbours: after a rejection it needs nothing anew.
  const auto needs = [&](int lane) {
    return running(lane) && (at(lane).fresh || at(lane).result == StepResult::kAccepted) ? 1 : 0;
  };
  for (int lane = 0; lane < lanes_; ++lane) {
    at(lane).work.rhs += needs(lane);
    at(lane).work.jacobians += needs(lane);
  }
  if (fresh) guess_first_steps(slope_.data(), method_.order);
  system_.jacobian(time_.data(), y_.data(), lu_.jacobian());
  lu_.drop_non_numbers();
  if (!autonomous_) system_.time_derivative(time_.data(), y_.data(), time_slope_.data());
}

void Rosenbrock::eliminate(LaneValues& h) {
  LaneValues shift;
  for (int lane = 0; lane < lanes_; ++lane) {
    h[lane] = running(lane) ? step_[lane] : 1;
    shift[lane] = 1 / (h[lane] * method_.gamma);
    at(lane).work.factorisations += running(lane) ? 1 : 0;
  }
  lu_.factor(shift.data());
  for (int lane = 0; lane < lanes_; ++lane) {
    if (!running(lane)) continue;
    const bool bad = lu_.worthless(lane);
    at(lane).bad_pivots = bad ? at(lane).bad_pivots + 1 : 0;
    // A second shorter step did not help: exchange rows.
    if (at(lane).bad_pivots > 1) lu_.factor_dense(lane, shift[lane]);
  }
}

void Rosenbrock::attempt(const LaneValues& h) {
  const auto stride = static_cast<long>(stride_);
  const double* forcing = autonomous_ ? nullptr : time_slope_.data();
  if (forcing != nullptr)
    kernels_.rosenbrock_stage(states_, 0, 0, nullptr, nullptr, method_.d[0], u_.data(), stride, h.data(), y_.data(),
                              forcing, y_stage_.data(), more_.data());
  lu_.solve(slope_.data(), forcing == nullptr ? nullptr : more_.data(), stage(0));
  LaneValues t;
  for (int j = 1; j < method_.stages; ++j) {
    // The last rows of these methods are their predecessors' with one stage more.
    const bool chained = method_.a[j][j - 1] == 1;
    kernels_.rosenbrock_stage(states_, chained ? j - 1 : 0, j, method_.a[j], method_.coupling[j], method_.d[j],
                              u_.data(), stride, h.data(), chained ? y_stage_.data() : y_.data(),
                              method_.d[j] == 0 ? nullptr : forcing, y_stage_.data(), more_.data());
    for (int lane = 0; lane < lanes_; ++lane)
      t[lane] = method_.c[j] == 1 ? trial_time_[lane] : time_[lane] + method_.c[j] * h[lane];
    system_.rhs(t.data(), y_stage_.data(), stage_slope_.data());
    lu_.solve(stage_slope_.data(), more_.data(), stage(j));
  }
}

void Rosenbrock::advance() {
  begin();
  if (!plan()) return;
  LaneValues h, error;
  eliminate(h);
  attempt(h);
  kernels_.rosenbrock_error(states_, stage(method_.stages - 1), y_.data(), y_stage_.data(), absolute_.data(),
                            tolerances_.relative, y_new_.data(), error.data());
  for (int lane = 0; lane < lanes_; ++lane) {
    error[lane] = states_ > 0 ? std::sqrt(error[lane] / states_) : 0;
    if (!running(lane)) continue;
    at(lane).work.rhs += method_.stages - 1;
    if (at(lane).bad_pivots == 1) error[lane] = kBadPivotError;
  }
  judge(error.data());
}

void Rosenbrock::dense(int lane, double theta, std::span<double> y) const {
  alignas(64) double w[Rodas::kMostStages];
  const auto stride = static_cast<long>(stride_);
  kernels(1, InstructionSet::kGeneric).rosenbrock_weights(method_.stages, b_, method_.bend[0], &theta, w);
  if (lanes_ == 1)
    return kernels_.combine_lanes(states_, method_.stages, w, u_.data(), stride, one_.data(), y_.data(), y.data());
  kernels_.combine_one(states_, lanes_, method_.stages, w, u_.data() + lane, stride, 1, y_.data() + lane, y.data());
}

void Rosenbrock::dense_lanes(const double* theta, double* y) const {
  alignas(64) double w[Rodas::kMostStages * kLanes];
  kernels_.rosenbrock_weights(method_.stages, b_, method_.bend[0], theta, w);
  kernels_.combine_lanes(states_, method_.stages, w, u_.data(), static_cast<long>(stride_), one_.data(), y_.data(), y);
}

}  // namespace

std::unique_ptr<Integrator> make_rosenbrock(OdeSystem& system, const Tolerances& tolerances, const Rodas& method,
                                            InstructionSet set) {
  return std::make_unique<Rosenbrock>(system, tolerances, method, set);
}

std::unique_ptr<Integrator> make_rosenbrock(OdeSystem& system, const Tolerances& tolerances) {
  return make_rosenbrock(system, tolerances, kRodas5P, best_instruction_set());
}

}  // namespace vesica::solve
