// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/events.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vesica::kinetics {

namespace {

/// Keeps the draws of ties apart from those of sampling (chosen: the upper byte says what a stream is for).
constexpr std::uint64_t kTies = std::uint64_t{2} << 56;

bool changed(double before, double after) { return before != after && !(std::isnan(before) && std::isnan(after)); }

}  // namespace

EventMachine::EventMachine(const CompiledModel& model, std::uint64_t seed, std::uint64_t individual)
    : model_(&model), ties_(seed, kTies ^ individual), truths_(model.conditions.outputs), fresh_(truths_.size()) {}

Happening EventMachine::begin(Evaluator& evaluator, int lane, double t, std::span<double> y) {
  evaluator.conditions(lane, t, y, truths_);
  for (std::size_t e = 0; e < model_->events.size(); ++e) truths_[e] = model_->events[e].initially_true ? 1 : 0;
  pending_.clear();
  return arrive(evaluator, lane, t, y);
}

Happening EventMachine::arrive(Evaluator& evaluator, int lane, double t, std::span<double> y) {
  const Scene scene{evaluator, lane, t, y};
  Happening happening;
  look(scene, happening);
  while (happening.trouble == EventTrouble::kNone) {
    const std::size_t next = choose(scene);
    if (next == pending_.size()) break;
    happening.event = pending_[next].event;
    if (++happening.executed > kMostExecutions) {
      happening.trouble = EventTrouble::kCascade;
      break;
    }
    execute(scene, next);
    look(scene, happening);
  }
  return happening;
}

double EventMachine::next_due() const {
  double due = std::numeric_limits<double>::infinity();
  for (const Pending& pending : pending_) due = std::min(due, pending.due);
  return due;
}

bool EventMachine::differs(std::span<const double> truths) const {
  for (std::size_t i = 0; i < truths_.size(); ++i)
    if (changed(truths_[i], truths[i])) return true;
  return false;
}

void EventMachine::look(const Scene& scene, Happening& happening) {
  scene.evaluator.conditions(scene.lane, scene.t, scene.y, fresh_);
  const std::size_t events = model_->events.size();
  for (std::size_t i = events; i < events + model_->switches; ++i)
    if (changed(truths_[i], fresh_[i])) happening.switched = true;
  truths_.swap(fresh_);  // fresh_ now holds what was true before
  for (std::size_t e = 0; e < events; ++e) {
    const bool before = fresh_[e] != 0, now = truths_[e] != 0;
    if (before && !now && !model_->events[e].persistent) {
      const auto taken_back = std::erase_if(pending_, [e](const Pending& pending) { return pending.event == e; });
      happening.scheduled |= taken_back > 0;
    }
    if (!before && now) trigger(scene, e, happening);
    if (happening.trouble != EventTrouble::kNone) return;
  }
}

void EventMachine::trigger(const Scene& scene, std::size_t event, Happening& happening) {
  const CompiledEvent& compiled = model_->events[event];
  const int index = static_cast<int>(event);
  double delay = 0;
  if (compiled.has_delay) delay = scene.evaluator.event_delay(scene.lane, index, scene.t, scene.y);
  if (!(delay >= 0)) {
    happening.trouble = EventTrouble::kDelay;
    happening.event = event;
    return;
  }
  Pending pending{event, scene.t + delay, next_order_++, {}};
  if (compiled.values_from_trigger_time) {
    pending.values.resize(compiled.symbols.size());
    scene.evaluator.event_values(scene.lane, index, scene.t, scene.y, pending.values);
  }
  pending_.push_back(std::move(pending));
  happening.scheduled = true;
}

std::size_t EventMachine::choose(const Scene& scene) {
  // Kept in the order in which they were triggered, so the first of several equals is the oldest.
  std::size_t best = pending_.size();
  std::vector<std::size_t> equals;
  double highest = 0;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!has_come(pending_[i].due, scene.t)) continue;
    const CompiledEvent& event = model_->events[pending_[i].event];
    const double priority = event.has_priority ? scene.evaluator.event_priority(
                                                     scene.lane, static_cast<int>(pending_[i].event), scene.t, scene.y)
                                               : std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(priority)) {
      if (best == pending_.size()) best = i;
      continue;
    }
    if (equals.empty() || priority > highest) {
      highest = priority;
      equals.assign(1, i);
    } else if (priority == highest) {
      equals.push_back(i);
    }
  }
  if (equals.empty()) return best;
  return equals.size() == 1 ? equals[0] : equals[ties_.below(equals.size())];
}

void EventMachine::execute(const Scene& scene, std::size_t pending) {
  const Pending due = std::move(pending_[pending]);
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(pending));
  const int index = static_cast<int>(due.event);
  const CompiledEvent& compiled = model_->events[due.event];
  values_ = due.values;
  if (!compiled.values_from_trigger_time) {
    values_.resize(compiled.symbols.size());
    scene.evaluator.event_values(scene.lane, index, scene.t, scene.y, values_);
  }
  scene.evaluator.event_apply(scene.lane, index, scene.t, values_, scene.y);
}

}  // namespace vesica::kinetics
