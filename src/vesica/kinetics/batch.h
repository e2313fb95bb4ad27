// SPDX-License-Identifier: Apache-2.0
// The loop of one thread over a batch of individuals: steps, conditions, moments, rows. Used by simulate.cpp alone.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/events.h"
#include "vesica/kinetics/simulate.h"

namespace vesica::kinetics {

class Batch {
 public:
  Batch(const Simulator& simulator, const Plan& plan, const Context& context, int lanes);
  void run(std::span<const Individual> individuals, std::span<Trajectory> results);

 private:
  /// The curves of one individual, as the evaluator asks for them.
  class Inputs final : public InputCurves {
   public:
    Inputs() = default;
    Inputs(std::span<const Curve> curves, std::size_t followed) : curves_(curves), followed_(followed) {}
    void evaluate(double t, double* values, double* slopes) const override;

   private:
    std::span<const Curve> curves_;
    std::size_t followed_ = 0;
  };

  struct Lane {
    bool active = false;
    const Individual* who = nullptr;
    Trajectory* out = nullptr;
    std::optional<EventMachine> events;
    Inputs inputs;
    std::vector<DoseMoment> doses;
    std::vector<double> knots;
    std::size_t next_dose = 0, next_knot = 0, next_row = 0;
    int method = 0;             ///< index into methods_
    double scanned = 0;         ///< conditions were compared up to here
    double moment = 0;          ///< what happens next within the last step; NaN: nothing does
    bool stepped = false;       ///< its last step is still being gone through
    bool wants_change = false;  ///< the explicit method found it stiff
    long attempts = 0;
    std::array<solve::Work, 2> work_before;
  };

  bool fill(std::span<const Individual> individuals, std::span<Trajectory> results);
  void begin(int lane, const Individual& individual, Trajectory& out);
  void advance();
  void take_result(int lane);
  void go_through_steps();
  void find_moment(int lane);
  double first_difference(int lane, double from, double to);
  bool differs_at(int lane, double t);
  void write_rows();
  int find_rows();
  void write_rows_of_lanes();
  void write_row(int lane, double t, std::span<const double> y);
  void at_moment(int lane);
  /// Doses and events at (t, y_); false when the lane failed. `restart` tells whether the integrator must start anew.
  bool happen(int lane, double t, bool doses, bool& restart, bool& jumped);
  bool step_past(int lane, double& t, bool& jumped);
  bool cross(int lane);
  bool give_doses(int lane, double t);
  void add_bolus(int lane, const Simulator::DoseTarget& target, double amount);
  double place_value(int lane, const Located& place) const;
  void restart(int lane, double t, double step);
  void change_method(int lane);
  void fail(int lane, RunState state, double t, std::string symbol);
  void finish(int lane);
  double next_stop(int lane, double t);
  std::string culprit(int lane, double t);
  solve::Integrator& integrator(int lane) { return *methods_[static_cast<std::size_t>(at(lane).method)]; }
  void make_method(int index);
  Lane& at(int lane) { return lane_[static_cast<std::size_t>(lane)]; }
  const Lane& at(int lane) const { return lane_[static_cast<std::size_t>(lane)]; }

  const Simulator& simulator_;
  const CompiledModel& model_;
  const Plan& plan_;
  const Context& context_;
  const int lanes_;
  const double end_;
  solve::Tolerances tolerances_;
  MethodChoice choice_;
  Evaluator evaluator_;
  std::array<std::unique_ptr<solve::Integrator>, 2> methods_;  ///< the first choice and the later one
  std::array<Lane, solve::kLanes> lane_;
  std::size_t next_individual_ = 0;
  std::vector<double> y_, slope_, truths_, breakpoints_;
  std::vector<double> row_times_, row_states_;  ///< states: one column a lane
};

}  // namespace vesica::kinetics
