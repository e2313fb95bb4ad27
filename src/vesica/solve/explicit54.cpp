// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "vesica/base/require.h"
#include "vesica/solve/lane_integrator.h"
#include "vesica/solve/methods.h"

namespace vesica::solve {

namespace {

constexpr int kStages = 7;
// Dormand & Prince 1980, Table 2 (10.1016/0771-050X(80)90013-3).
constexpr double kNodes[kStages] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
constexpr double kRows[kStages][kStages] = {{},
                                            {1.0 / 5},
                                            {3.0 / 40, 9.0 / 40},
                                            {44.0 / 45, -56.0 / 15, 32.0 / 9},
                                            {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
                                            {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
                                            {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
constexpr double kError[kStages] = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                    -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
// Order-4 dense output: Hairer, Nørsett, Wanner 1993, II.6, as in DOPRI5.
constexpr double kDense[kStages] = {-12715105075.0 / 11282082432,  0,
                                    87487479700.0 / 32700410799,   -10690763975.0 / 1880347072,
                                    701980252875.0 / 199316789632, -1453857185.0 / 822651844,
                                    69997945.0 / 29380423};
// As in DOPRI5, |h λ| beyond a border in many accepted steps, with fewer than 6 in a row within, is stiffness. DOPRI5's
// border is 3.25 (that of stability is 3.3) and it waits for 15 steps; chosen from BioModels 1 to 100, where `auto`
// thereby takes 9 % less work: accuracy alone never lets steps grow so long at usual tolerances.
constexpr double kStabilityBorder = 2.5;
constexpr int kStiffSteps = 10, kCalmSteps = 6;
// Chosen from BioModels 1 to 100: with fewer steps left than this, the Rosenbrock method's dearer ones do not pay.
constexpr double kWorthwhileSteps = 75;
// As DOPRI5: exponent 1/5 - 0.75 memory, memory 0.04, safety 0.9, factors within [0.2, 10].
constexpr StepControl kControl = {0.2 - 0.75 * 0.04, 0.04, 0.9, 0.2, 10};

/// w_j with y(θ) = y0 + h Σ w_j k_j.
void dense_weights(double theta, double* w, std::size_t stride) {
  const double rest = 1 - theta;
  for (std::size_t j = 0; j < kStages; ++j) {
    const double b = kRows[kStages - 1][j], first = j == 0 ? 1 : 0, last = j == kStages - 1 ? 1 : 0;
    w[j * stride] = theta * (b + rest * (first - b + theta * (2 * b - last - first + rest * kDense[j])));
  }
}

class Explicit54 final : public LaneIntegrator {
 public:
  Explicit54(OdeSystem& system, const Tolerances& tolerances, InstructionSet set)
      : LaneIntegrator(system, tolerances, kControl, set), k_(kStages * stride_), y_last_(stride_) {}

  void advance() override;

 protected:
  void dense(int lane, double theta, std::span<double> y) const override;
  void dense_lanes(const double* theta, double* y) const override;

 private:
  double* stage(int j) { return k_.data() + static_cast<std::size_t>(j) * stride_; }
  void begin();
  void attempt();
  void watch_stiffness(const double* sums);

  LaneBuffer k_, y_last_;
};

void Explicit54::begin() {
  if (take_accepted()) kernels_.take(states_, mask_.data(), stage(6), stage(0));
  if (!any_fresh()) return;
  // Stage 1 is free scratch between two steps.
  system_.rhs(time_.data(), y_.data(), stage(1));
  for (int lane = 0; lane < lanes_; ++lane) {
    mask_[lane] = at(lane).fresh ? 1 : 0;
    at(lane).work.rhs += at(lane).fresh ? 1 : 0;
  }
  kernels_.take(states_, mask_.data(), stage(1), stage(0));
  guess_first_steps(stage(0), 5);
}

void Explicit54::attempt() {
  const auto stride = static_cast<long>(stride_);
  LaneValues t;
  for (int j = 1; j < kStages; ++j) {
    double* y = j == kStages - 1 ? y_new_.data() : y_last_.data();
    kernels_.combine(states_, j, kRows[j], k_.data(), stride, step_.data(), y_.data(), y);
    for (int lane = 0; lane < lanes_; ++lane)
      t[lane] = kNodes[j] == 1 ? trial_time_[lane] : time_[lane] + kNodes[j] * step_[lane];
    system_.rhs(t.data(), y, stage(j));
  }
}

void Explicit54::advance() {
  begin();
  if (!plan()) return;
  attempt();
  alignas(64) double sums[3 * kLanes];
  kernels_.explicit_error(states_, kError, k_.data(), static_cast<long>(stride_), step_.data(), y_.data(),
                          y_new_.data(), y_last_.data(), absolute_.data(), tolerances_.relative, sums);
  LaneValues error;
  for (int lane = 0; lane < lanes_; ++lane) {
    error[lane] = states_ > 0 ? std::sqrt(sums[lane] / states_) : 0;
    if (running(lane)) at(lane).work.rhs += kStages - 1;
  }
  judge(error.data());
  watch_stiffness(sums);
}

void Explicit54::watch_stiffness(const double* sums) {
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    if (l.result != StepResult::kAccepted || step_[lane] == 0) continue;
    const double slope = sums[lanes_ + lane], distance = sums[2 * lanes_ + lane];
    if (distance > 0 && step_[lane] * step_[lane] * slope > kStabilityBorder * kStabilityBorder * distance) {
      l.not_stiff = 0;
      if (++l.stiff >= kStiffSteps && l.end - time_[lane] > kWorthwhileSteps * step_[lane])
        l.result = StepResult::kStiff;
    } else if (++l.not_stiff >= kCalmSteps) {
      l.stiff = 0;
    }
  }
}

void Explicit54::dense(int lane, double theta, std::span<double> y) const {
  double w[kStages];
  dense_weights(theta, w, 1);
  if (lanes_ == 1)
    return kernels_.combine_lanes(states_, kStages, w, k_.data(), static_cast<long>(stride_), step_.data(), y_.data(),
                                  y.data());
  kernels_.combine_one(states_, lanes_, kStages, w, k_.data() + lane, static_cast<long>(stride_), step_[lane],
                       y_.data() + lane, y.data());
}

void Explicit54::dense_lanes(const double* theta, double* y) const {
  alignas(64) double w[kStages * kLanes];
  for (int lane = 0; lane < lanes_; ++lane) dense_weights(theta[lane], w + lane, static_cast<std::size_t>(lanes_));
  kernels_.combine_lanes(states_, kStages, w, k_.data(), static_cast<long>(stride_), step_.data(), y_.data(), y);
}

}  // namespace

std::unique_ptr<Integrator> make_explicit(OdeSystem& system, const Tolerances& tolerances, InstructionSet set) {
  return std::make_unique<Explicit54>(system, tolerances, set);
}

std::unique_ptr<Integrator> make_explicit(OdeSystem& system, const Tolerances& tolerances) {
  return make_explicit(system, tolerances, best_instruction_set());
}

}  // namespace vesica::solve
