// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/evaluator.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "vesica/base/os/cpu.h"
#include "vesica/base/require.h"
#include "vesica/kinetics/kernel.h"

namespace vesica::kinetics {

static_assert(kKernelLanes == solve::kLanes);

Kernels best_kernels() {
#ifdef VESICA_X86_KERNELS
  switch (best_instruction_set()) {
    case InstructionSet::kAvx512:
      return avx512_kernels();
    case InstructionSet::kAvx2:
      return avx2_kernels();
    case InstructionSet::kGeneric:
      break;
  }
#endif
  return generic_kernels();
}

/// Registers of one width, aligned to a cache line.
struct Evaluator::File {
  static constexpr std::align_val_t kLine{64};

  File(const CompiledModel& model, int width, std::uint32_t registers)
      : lanes(width),
        count(std::size_t{registers} * static_cast<std::size_t>(width)),
        data(static_cast<double*>(::operator new(count * sizeof(double), kLine))),
        run(width == 1 ? best_kernels().one : best_kernels().wide) {
    std::fill(data, data + count, std::numeric_limits<double>::quiet_NaN());
    for (std::uint32_t i = 0; i < model.constants.size(); ++i) fill(model.layout.constants + i, model.constants[i]);
  }
  ~File() { ::operator delete(data, kLine); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  double* at(std::uint32_t index) { return data + std::size_t{index} * static_cast<std::size_t>(lanes); }
  void fill(std::uint32_t index, double value) { std::fill(at(index), at(index) + lanes, value); }
  const double* execute(const Program& program) {
    run(program.code.data(), program.code.size(), data);
    return at(program.first_output);
  }

  int lanes;
  std::size_t count;
  double* data;
  Kernel run;
};

namespace {

std::uint32_t registers_of(std::span<const Program* const> programs, std::uint32_t least) {
  for (const Program* program : programs) least = std::max(least, program->registers);
  return least;
}

void copy_doubles(double* to, const double* from, std::size_t count) {
  if (count > 0) std::memcpy(to, from, count * sizeof(double));
}

}  // namespace

Evaluator::Evaluator(const CompiledModel& model, int lanes) : model_(model), lanes_(lanes) {
  VESICA_REQUIRE(lanes == 1 || lanes == solve::kLanes, "an evaluator has 1 or kLanes lanes");
  const Program* const hot[] = {&model.hoisted, &model.rhs, &model.jacobian, &model.time_slope, &model.outputs};
  std::vector<const Program*> cold = {&model.initial, &model.outputs, &model.conditions, &model.breakpoints,
                                      &model.rhs};
  for (const CompiledEvent& event : model.events) {
    for (const Program* program : {&event.delay, &event.priority, &event.values, &event.apply}) cold.push_back(program);
  }
  std::uint32_t registers = registers_of(hot, model.layout.end);
  cold_registers_ = registers_of(cold, model.layout.end);
  if (lanes == 1) registers = std::max(registers, cold_registers_);
  wide_ = std::make_unique<File>(model, lanes, registers);
  if (lanes > 1) single_.resize(static_cast<std::size_t>(lanes));
  current_.assign(static_cast<std::size_t>(lanes), false);
  curves_.assign(static_cast<std::size_t>(lanes), nullptr);
  input_scratch_.resize(2 * std::size_t{model.inputs()});
  for (std::uint32_t i = 0; i < model.slots.size(); ++i) wide_->fill(model.layout.slots + i, model.slots[i]);
}

Evaluator::~Evaluator() = default;

double* Evaluator::slot_at(int lane, std::uint32_t index) const {
  VESICA_REQUIRE(index < model_.slots.size() && lane >= 0 && lane < lanes_, "slot and lane exist");
  return wide_->at(model_.layout.slots + index) + lane;
}

double Evaluator::slot(int lane, std::uint32_t index) const { return *slot_at(lane, index); }

void Evaluator::set_slot(int lane, std::uint32_t index, double value) {
  *slot_at(lane, index) = value;
  stale_ = true;
  current_[static_cast<std::size_t>(lane)] = false;
}

void Evaluator::set_slots(int lane, std::span<const double> values) {
  VESICA_REQUIRE(values.size() == model_.slots.size(), "one value a slot");
  for (std::uint32_t i = 0; i < values.size(); ++i) set_slot(lane, i, values[i]);
}

void Evaluator::copy_slots(int lane, std::span<double> values) const {
  VESICA_REQUIRE(values.size() == model_.slots.size(), "one value a slot");
  for (std::uint32_t i = 0; i < values.size(); ++i) values[i] = slot(lane, i);
}

void Evaluator::set_curves(int lane, const InputCurves* curves) { curves_.at(static_cast<std::size_t>(lane)) = curves; }

void Evaluator::refresh() {
  if (!stale_) return;
  const double* values = wide_->execute(model_.hoisted);
  copy_doubles(wide_->at(model_.layout.hoisted), values,
               std::size_t{model_.hoisted.outputs} * static_cast<std::size_t>(lanes_));
  stale_ = false;
}

/// Time, states and inputs of all lanes into their registers; hoisted values brought up to date.
void Evaluator::load(const double* t, const double* y) {
  refresh();
  const auto width = static_cast<std::size_t>(lanes_);
  copy_doubles(wide_->at(model_.layout.time), t, width);
  copy_doubles(wide_->at(model_.layout.states), y, model_.states.size() * width);
  const std::uint32_t inputs = model_.inputs();
  if (inputs == 0) return;
  for (int lane = 0; lane < lanes_; ++lane) {
    const InputCurves* curves = curves_[static_cast<std::size_t>(lane)];
    if (curves == nullptr) continue;
    curves->evaluate(t[lane], input_scratch_.data(), input_scratch_.data() + inputs);
    for (std::uint32_t k = 0; k < inputs; ++k) {
      wide_->at(model_.layout.inputs + k)[lane] = input_scratch_[k];
      wide_->at(model_.layout.slopes + k)[lane] = input_scratch_[inputs + k];
    }
  }
}

void Evaluator::rhs(const double* t, const double* y, double* f) {
  load(t, y);
  const double* result = wide_->execute(model_.rhs);
  copy_doubles(f, result, std::size_t{model_.rhs.outputs} * static_cast<std::size_t>(lanes_));
}

void Evaluator::jacobian(const double* t, const double* y, double* values) {
  load(t, y);
  const double* result = wide_->execute(model_.jacobian);
  copy_doubles(values, result, std::size_t{model_.jacobian.outputs} * static_cast<std::size_t>(lanes_));
}

void Evaluator::time_derivative(const double* t, const double* y, double* f) {
  load(t, y);
  const double* result = wide_->execute(model_.time_slope);
  copy_doubles(f, result, std::size_t{model_.time_slope.outputs} * static_cast<std::size_t>(lanes_));
}

/// The one-lane registers of a lane, slots and hoisted values as its own.
Evaluator::File& Evaluator::single(int lane) {
  if (lanes_ == 1) return *wide_;
  const auto index = static_cast<std::size_t>(lane);
  if (!single_[index]) single_[index] = std::make_unique<File>(model_, 1, cold_registers_);
  File& file = *single_[index];
  if (current_[index]) return file;
  const Layout& layout = model_.layout;
  for (std::uint32_t i = layout.slots; i < layout.inputs; ++i) *file.at(i) = wide_->at(i)[lane];
  for (std::uint32_t i = layout.hoisted; i < layout.values; ++i) *file.at(i) = wide_->at(i)[lane];
  current_[index] = true;
  return file;
}

/// Runs a program for one lane; the results stay valid until the next call.
const double* Evaluator::run_single(int lane, double t, std::span<const double> y, const Program& program) {
  VESICA_REQUIRE(lane >= 0 && lane < lanes_ && y.size() == model_.states.size(), "lane and states exist");
  refresh();
  File& file = single(lane);
  const Layout& layout = model_.layout;
  *file.at(layout.time) = t;
  std::copy(y.begin(), y.end(), file.at(layout.states));
  const InputCurves* curves = curves_[static_cast<std::size_t>(lane)];
  if (model_.inputs() > 0 && curves != nullptr) curves->evaluate(t, file.at(layout.inputs), file.at(layout.slopes));
  return file.execute(program);
}

void Evaluator::initialise(int lane, double t, std::span<double> y) {
  const double* values = run_single(lane, t, y, model_.initial);
  std::copy_n(values, y.size(), y.begin());
  const std::vector<double> slots(values + y.size(), values + model_.initial.outputs);
  set_slots(lane, slots);
}

void Evaluator::lane_rhs(int lane, double t, std::span<const double> y, std::span<double> f) {
  VESICA_REQUIRE(f.size() == model_.rhs.outputs, "one value a state");
  std::copy_n(run_single(lane, t, y, model_.rhs), f.size(), f.begin());
}

void Evaluator::conditions(int lane, double t, std::span<const double> y, std::span<double> truth) {
  VESICA_REQUIRE(truth.size() == model_.conditions.outputs, "one value a condition");
  std::copy_n(run_single(lane, t, y, model_.conditions), truth.size(), truth.begin());
}

void Evaluator::breakpoints(int lane, double t, std::span<const double> y, std::span<double> times) {
  VESICA_REQUIRE(times.size() == model_.breakpoints.outputs, "one time a breakpoint");
  std::copy_n(run_single(lane, t, y, model_.breakpoints), times.size(), times.begin());
}

void Evaluator::outputs(int lane, double t, std::span<const double> y, std::span<double> values) {
  VESICA_REQUIRE(values.size() == model_.outputs.outputs, "one value an output");
  std::copy_n(run_single(lane, t, y, model_.outputs), values.size(), values.begin());
}

const double* Evaluator::outputs_of_lanes(const double* t, const double* y) {
  load(t, y);
  return wide_->execute(model_.outputs);
}

double Evaluator::event_delay(int lane, int event, double t, std::span<const double> y) {
  const CompiledEvent& e = model_.events.at(static_cast<std::size_t>(event));
  return e.has_delay ? *run_single(lane, t, y, e.delay) : 0;
}

double Evaluator::event_priority(int lane, int event, double t, std::span<const double> y) {
  const CompiledEvent& e = model_.events.at(static_cast<std::size_t>(event));
  VESICA_REQUIRE(e.has_priority, "the event has a priority");
  return *run_single(lane, t, y, e.priority);
}

void Evaluator::event_values(int lane, int event, double t, std::span<const double> y, std::span<double> values) {
  const CompiledEvent& e = model_.events.at(static_cast<std::size_t>(event));
  VESICA_REQUIRE(values.size() == e.symbols.size(), "one value an assignment");
  std::copy_n(run_single(lane, t, y, e.values), values.size(), values.begin());
}

void Evaluator::event_apply(int lane, int event, double t, std::span<const double> values, std::span<double> y) {
  const CompiledEvent& e = model_.events.at(static_cast<std::size_t>(event));
  VESICA_REQUIRE(values.size() == e.symbols.size(), "one value an assignment");
  refresh();
  std::copy(values.begin(), values.end(), single(lane).at(model_.layout.values));
  const double* results = run_single(lane, t, y, e.apply);
  for (std::size_t k = 0; k < e.targets.size(); ++k) {
    if (e.targets[k].residence == Residence::kState) y[e.targets[k].index] = results[k];
    if (e.targets[k].residence == Residence::kSlot) set_slot(lane, e.targets[k].index, results[k]);
  }
}

}  // namespace vesica::kinetics
