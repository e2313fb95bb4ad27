// SPDX-License-Identifier: Apache-2.0
// What one-step methods over lanes share: starts, step sizes, acceptance, and the bookkeeping of each lane.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "vesica/solve/kernels.h"
#include "vesica/solve/lane_buffer.h"
#include "vesica/solve/ode.h"

namespace vesica::solve {

/// How a method chooses its steps: h_new = h · safety · err^-exponent · err_before^memory, within [shrink, grow]
/// (proportional-integral control: Gustafsson 1991, 10.1145/210232.210242).
struct StepControl {
  double exponent, memory, safety, shrink, grow;
};

class LaneIntegrator : public Integrator {
 public:
  void start(int lane, double t, std::span<const double> y, double t_end, double step) override;
  void stop(int lane) override;
  StepResult result(int lane) const override { return at(lane).result; }
  bool running(int lane) const override { return at(lane).running; }
  double time(int lane) const override { return time_[lane]; }
  double time_before(int lane) const override { return at(lane).before; }
  double next_step(int lane) const override { return at(lane).next; }
  Work work(int lane) const override { return at(lane).work; }
  void interpolate(int lane, double t, std::span<double> y) const override;
  void interpolate_lanes(const double* t, double* y) const override;

 protected:
  struct Lane {
    bool running = false, fresh = false, taken = true, rejected = false, last = false, finite = true;
    StepResult result = StepResult::kIdle;
    double before = 0, begin = 0, end = 0, next = 0, log_error = 0;
    long attempts = 0;
    int stiff = 0, not_stiff = 0, bad_pivots = 0;
    Work work;
  };

  LaneIntegrator(OdeSystem& system, const Tolerances& tolerances, const StepControl& control, InstructionSet set);
  /// The state of one lane at the fraction `theta` of its last accepted step.
  virtual void dense(int lane, double theta, std::span<double> y) const = 0;
  /// The same, to the bit, for all lanes; those whose theta is NaN are left alone.
  virtual void dense_lanes(const double* theta, double* y) const = 0;

  Lane& at(int lane) { return lane_[static_cast<std::size_t>(lane)]; }
  const Lane& at(int lane) const { return lane_[static_cast<std::size_t>(lane)]; }
  /// Takes over what the last attempts reached: y of the lanes that were accepted. `taken_` holds those lanes.
  bool take_accepted();
  /// Sets step_ and trial_time_ of every running lane; false when no lane is left to advance.
  bool plan();
  /// Hairer's first step (Hairer, Nørsett, Wanner 1993, II.4) for fresh lanes that were given none; `slope` is f(t, y).
  void guess_first_steps(const double* slope, int order);
  /// Accepts or rejects each lane by its error (1 is what the tolerance allows) and chooses its next step.
  void judge(const double* error);
  void fail(int lane, StepResult why);
  bool any_fresh() const;

  OdeSystem& system_;
  const int states_, lanes_;
  const std::size_t stride_;  ///< states times lanes
  const Kernels& kernels_;
  const StepControl control_;
  const Tolerances tolerances_;
  LaneBuffer absolute_, y_, y_new_;
  LaneValues time_, trial_time_, step_, mask_;

 private:
  double smallest_step(int lane) const;
  /// Where y at t lies as it is; null when dense output is asked for.
  const LaneBuffer* known(int lane, double t) const;
  std::array<Lane, kLanes> lane_;
  LaneBuffer trial_, trial_slope_;
};

}  // namespace vesica::solve
