// SPDX-License-Identifier: Apache-2.0
// Runs a compiled model's programs: right-hand side and Jacobian over all lanes, everything else lane by lane.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vesica/kinetics/compiled.h"
#include "vesica/solve/ode.h"

namespace vesica::kinetics {

/// Curves that one individual follows. Called for any finite t, also of lanes at rest.
class InputCurves {
 public:
  virtual ~InputCurves() = default;
  /// Writes CompiledModel::inputs() values and their derivatives in time.
  virtual void evaluate(double t, double* values, double* slopes) const = 0;
};

/// One model at 1 or solve::kLanes lanes, each with its own slots and curves. Belongs to one thread; the model must
/// outlive it. A lane's results have the same bits whatever the number of lanes and whatever the other lanes hold.
class Evaluator final : public solve::OdeSystem {
 public:
  Evaluator(const CompiledModel& model, int lanes);
  ~Evaluator() override;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  const CompiledModel& model() const { return model_; }
  int size() const override { return static_cast<int>(model_.states.size()); }
  int lanes() const override { return lanes_; }
  void rhs(const double* t, const double* y, double* f) override;
  const solve::SparsePattern& jacobian_pattern() const override { return model_.pattern; }
  void jacobian(const double* t, const double* y, double* values) override;
  void time_derivative(const double* t, const double* y, double* f) override;
  bool autonomous() const override { return model_.autonomous; }

  /// Slots of a lane; new evaluators hold CompiledModel::slots. Hoisted values follow by themselves.
  double slot(int lane, std::uint32_t index) const;
  void set_slot(int lane, std::uint32_t index, double value);
  void set_slots(int lane, std::span<const double> values);
  void copy_slots(int lane, std::span<double> values) const;
  /// The curves of a lane; must outlive their use. Without any, inputs are NaN.
  void set_curves(int lane, const InputCurves* curves);

  // One lane at a time; y, where read, is the lane's own state of size() values.
  /// Runs `initial` from the lane's slots: fills y and sets the lane's slots.
  void initialise(int lane, double t, std::span<double> y);
  void lane_rhs(int lane, double t, std::span<const double> y, std::span<double> f);
  void conditions(int lane, double t, std::span<const double> y, std::span<double> truth);
  /// Values of CompiledModel::breakpoints.
  void breakpoints(int lane, double t, std::span<const double> y, std::span<double> times);
  void outputs(int lane, double t, std::span<const double> y, std::span<double> values);
  /// The same for all lanes at once (t and y as in rhs()): value k of a lane is at [k * lanes() + lane] until the next
  /// call. Lanes whose t is NaN yield nothing of use.
  const double* outputs_of_lanes(const double* t, const double* y);
  double event_delay(int lane, int event, double t, std::span<const double> y);
  double event_priority(int lane, int event, double t, std::span<const double> y);
  void event_values(int lane, int event, double t, std::span<const double> y, std::span<double> values);
  /// Executes the event's assignments with these values: changes y and the lane's slots.
  void event_apply(int lane, int event, double t, std::span<const double> values, std::span<double> y);

 private:
  struct File;  // registers of some width
  void load(const double* t, const double* y);
  void refresh();
  File& single(int lane);
  const double* run_single(int lane, double t, std::span<const double> y, const Program& program);
  double* slot_at(int lane, std::uint32_t index) const;

  const CompiledModel& model_;
  int lanes_;
  std::uint32_t cold_registers_ = 0;
  std::unique_ptr<File> wide_;
  std::vector<std::unique_ptr<File>> single_;  // one a lane when lanes_ > 1, made when first used
  std::vector<const InputCurves*> curves_;
  std::vector<double> input_scratch_;
  std::vector<bool> current_;  // whether single_ holds the slots and hoisted values of its lane
  bool stale_ = true;          // hoisted values of wide_
};

}  // namespace vesica::kinetics
