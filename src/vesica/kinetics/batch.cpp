// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/batch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "vesica/base/require.h"

namespace vesica::kinetics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNever = std::numeric_limits<double>::infinity();
/// Rounds of steps between two looks at the user's wish to stop (chosen: well below a millisecond).
constexpr int kRoundsBetweenLooks = 64;

solve::Work difference(const solve::Work& a, const solve::Work& b) {
  return {a.steps - b.steps, a.rejected - b.rejected, a.rhs - b.rhs, a.jacobians - b.jacobians,
          a.factorisations - b.factorisations};
}

void add(solve::Work& sum, const solve::Work& more) {
  sum.steps += more.steps;
  sum.rejected += more.rejected;
  sum.rhs += more.rhs;
  sum.jacobians += more.jacobians;
  sum.factorisations += more.factorisations;
}

}  // namespace

void Batch::Inputs::evaluate(double t, double* values, double* slopes) const {
  for (std::size_t k = 0; k < curves_.size(); ++k) {
    const Curve& curve = curves_[k];
    values[k] = k < followed_ ? curve.value(t) : curve.slope(t);
    slopes[k] = k < followed_ ? curve.slope(t) : curve.curvature(t);
  }
}

Batch::Batch(const Simulator& simulator, const Plan& plan, const Context& context, int lanes)
    : simulator_(simulator),
      model_(simulator.model()),
      plan_(plan),
      context_(context),
      lanes_(lanes),
      end_(plan.times.empty() ? plan.start : plan.times.back()),
      tolerances_(simulator.tolerances(plan)),
      choice_(simulator.choice(plan.method)),
      evaluator_(model_, lanes),
      y_(model_.states.size()),
      slope_(model_.states.size()),
      truths_(model_.conditions.outputs),
      breakpoints_(model_.breakpoints.outputs),
      row_times_(static_cast<std::size_t>(lanes)),
      row_states_(model_.states.size() * static_cast<std::size_t>(lanes)) {
  make_method(0);
}

void Batch::make_method(int index) {
  const solve::Method method = index == 0 ? choice_.first : choice_.later;
  auto& place = methods_[static_cast<std::size_t>(index)];
  if (method == solve::Method::kExplicit)
    place = solve::make_explicit(evaluator_, tolerances_);
  else if (method == solve::Method::kRosenbrock)
    place = solve::make_rosenbrock(evaluator_, tolerances_);
  else
    place = solve::make_cvodes(evaluator_, tolerances_);
}

void Batch::run(std::span<const Individual> individuals, std::span<Trajectory> results) {
  next_individual_ = 0;
  int rounds = 0;
  while (fill(individuals, results)) {
    if (++rounds % kRoundsBetweenLooks == 0 && context_.is_cancelled()) {
      for (int lane = 0; lane < lanes_; ++lane)
        if (at(lane).active) fail(lane, RunState::kCancelled, integrator(lane).time(lane), {});
      for (; next_individual_ < individuals.size(); ++next_individual_)
        results[next_individual_].status = {RunState::kCancelled, plan_.start, {}};
      return;
    }
    advance();
    go_through_steps();
  }
}

bool Batch::fill(std::span<const Individual> individuals, std::span<Trajectory> results) {
  bool any = false;
  for (int lane = 0; lane < lanes_; ++lane) {
    while (!at(lane).active && next_individual_ < individuals.size()) {
      begin(lane, individuals[next_individual_], results[next_individual_]);
      ++next_individual_;
    }
    any |= at(lane).active;
  }
  return any;
}

void Batch::begin(int lane, const Individual& individual, Trajectory& out) {
  Lane& l = at(lane);
  l = Lane();
  l.active = true;
  l.who = &individual;
  l.out = &out;
  l.events.emplace(model_, plan_.seed, individual.key);
  l.inputs = Inputs(individual.curves, simulator_.options().followed.size());
  l.doses = schedule(individual.doses);
  for (const Curve& curve : individual.curves)
    l.knots.insert(l.knots.end(), curve.knots().begin(), curve.knots().end());
  std::sort(l.knots.begin(), l.knots.end());
  for (std::size_t m = 0; m < methods_.size(); ++m)
    if (methods_[m]) l.work_before[m] = methods_[m]->work(lane);
  out = Trajectory();
  out.method = choice_.first;
  out.values.assign(plan_.times.size() * model_.outputs.outputs, kNaN);

  evaluator_.set_slots(lane, model_.slots);
  evaluator_.set_curves(lane, individual.curves.empty() ? nullptr : &l.inputs);
  for (std::size_t k = 0; k < individual.given.size(); ++k)
    evaluator_.set_slot(lane, model_.given_slots[k], individual.given[k]);
  evaluator_.initialise(lane, plan_.start, y_);
  const Happening start = l.events->begin(evaluator_, lane, plan_.start, y_);
  out.events += start.executed;
  bool restarts = true, jumped = true;
  if (start.trouble != EventTrouble::kNone) {
    fail(lane, start.trouble == EventTrouble::kCascade ? RunState::kEventCascade : RunState::kEventDelay, plan_.start,
         model_.events[start.event].id);
    return;
  }
  if (!happen(lane, plan_.start, true, restarts, jumped)) return;
  for (; l.next_row < plan_.times.size() && has_come(plan_.times[l.next_row], plan_.start); ++l.next_row)
    write_row(lane, plan_.start, y_);
  double t = plan_.start;
  if (step_past(lane, t, jumped)) restart(lane, t, 0);
}

double Batch::next_stop(int lane, double t) {
  const Lane& l = at(lane);
  double stop = std::min(end_, l.events->next_due());
  if (l.next_dose < l.doses.size()) stop = std::min(stop, l.doses[l.next_dose].time);
  if (l.next_knot < l.knots.size()) stop = std::min(stop, l.knots[l.next_knot]);
  if (breakpoints_.empty()) return stop;
  evaluator_.breakpoints(lane, t, y_, breakpoints_);
  for (const double known : breakpoints_)
    if (!has_come(known, t)) stop = std::min(stop, known);  // one that is not a number has come
  return stop;
}

/// Starts the lane's method at (t, y_), or ends the run when nothing is left.
void Batch::restart(int lane, double t, double step) {
  Lane& l = at(lane);
  while (l.next_knot < l.knots.size() && has_come(l.knots[l.next_knot], t)) ++l.next_knot;
  l.stepped = false;
  l.scanned = t;
  if (has_come(end_, t)) return finish(lane);
  integrator(lane).start(lane, t, y_, next_stop(lane, t), step);
}

void Batch::advance() {
  for (std::size_t m = 0; m < methods_.size(); ++m) {
    bool any = false;
    for (int lane = 0; lane < lanes_; ++lane) any |= at(lane).active && at(lane).method == static_cast<int>(m);
    if (any) methods_[m]->advance();
  }
  for (int lane = 0; lane < lanes_; ++lane)
    if (at(lane).active) take_result(lane);
}

void Batch::take_result(int lane) {
  Lane& l = at(lane);
  if (++l.attempts > tolerances_.most_steps)
    return fail(lane, RunState::kTooManySteps, integrator(lane).time(lane), culprit(lane, integrator(lane).time(lane)));
  const solve::StepResult result = integrator(lane).result(lane);
  switch (result) {
    case solve::StepResult::kStiff:
      l.wants_change = plan_.method == solve::Method::kAuto && l.method == 0;
      [[fallthrough]];
    case solve::StepResult::kAccepted:
      l.stepped = true;
      l.scanned = integrator(lane).time_before(lane);
      return;
    case solve::StepResult::kIdle:
    case solve::StepResult::kRejected:
      return;
    case solve::StepResult::kNotFinite:
    case solve::StepResult::kStepTooSmall:
    case solve::StepResult::kTooManySteps:
      break;
  }
  const double t = integrator(lane).time(lane);
  if (result == solve::StepResult::kStepTooSmall && cross(lane)) return;
  if (plan_.method == solve::Method::kAuto && l.method == 0 && choice_.later != choice_.first) {
    change_method(lane);
    return;
  }
  const RunState state = result == solve::StepResult::kNotFinite      ? RunState::kNotFinite
                         : result == solve::StepResult::kStepTooSmall ? RunState::kStepTooSmall
                                                                      : RunState::kTooManySteps;
  fail(lane, state, t, culprit(lane, t));
}

/// A step may hold several moments: each lane goes from one to the next until its step is used up.
void Batch::go_through_steps() {
  for (;;) {
    bool any = false;
    for (int lane = 0; lane < lanes_; ++lane)
      if (at(lane).active && at(lane).stepped) {
        find_moment(lane);
        any = true;
      }
    if (!any) return;
    write_rows();
    for (int lane = 0; lane < lanes_; ++lane)
      if (at(lane).active && at(lane).stepped) at_moment(lane);
  }
}

void Batch::find_moment(int lane) {
  Lane& l = at(lane);
  const solve::Integrator& steps = integrator(lane);
  const double to = steps.time(lane);
  l.moment = steps.running(lane) ? kNaN : to;  // a lane at rest has come to its stop
  if (model_.conditions.outputs == 0) return;
  const double from = l.scanned;
  for (int k = 1; k <= Simulator::kInside + 1; ++k) {
    const double t = k > Simulator::kInside ? to : from + (to - from) * k / (Simulator::kInside + 1);
    if (!(t > from) || !differs_at(lane, t)) continue;
    const double left = k == 1 ? from : from + (to - from) * (k - 1) / (Simulator::kInside + 1);
    l.moment = first_difference(lane, left, t);
    return;
  }
}

bool Batch::differs_at(int lane, double t) {
  integrator(lane).interpolate(lane, t, y_);
  evaluator_.conditions(lane, t, y_, truths_);
  return at(lane).events->differs(truths_);
}

/// Conditions are as they were at `from` and differ at `to`: the first number at which they do.
double Batch::first_difference(int lane, double from, double to) {
  for (;;) {
    const double middle = from + (to - from) / 2;
    if (!(middle > from && middle < to)) return to;
    (differs_at(lane, middle) ? to : from) = middle;
  }
}

/// The next row of each lane that lies before its moment, or within its step when there is none; NaN for the others.
/// Yields how many there are.
int Batch::find_rows() {
  int count = 0;
  for (int lane = 0; lane < lanes_; ++lane) {
    const Lane& l = at(lane);
    double& t = row_times_[static_cast<std::size_t>(lane)];
    t = kNaN;
    if (!l.active || !l.stepped || l.next_row >= plan_.times.size()) continue;
    const double next = plan_.times[l.next_row];
    if (!(std::isnan(l.moment) ? next <= integrator(lane).time(lane) : next < l.moment)) continue;
    t = next;
    ++count;
  }
  return count;
}

void Batch::write_rows() {
  while (const int count = find_rows()) {
    if (count > 1) {
      write_rows_of_lanes();
      continue;
    }
    for (int lane = 0; lane < lanes_; ++lane) {
      const double t = row_times_[static_cast<std::size_t>(lane)];
      if (std::isnan(t)) continue;
      integrator(lane).interpolate(lane, t, y_);
      write_row(lane, t, y_);
      ++at(lane).next_row;
    }
  }
}

void Batch::write_rows_of_lanes() {
  const auto lanes = static_cast<std::size_t>(lanes_);
  for (std::size_t m = 0; m < methods_.size(); ++m) {
    if (!methods_[m]) continue;
    std::array<double, solve::kLanes> times;
    times.fill(kNaN);
    bool any = false;
    for (std::size_t k = 0; k < lanes; ++k) {
      if (lane_[k].method != static_cast<int>(m) || std::isnan(row_times_[k])) continue;
      times[k] = row_times_[k];
      any = true;
    }
    if (any) methods_[m]->interpolate_lanes(times.data(), row_states_.data());
  }
  const double* values = evaluator_.outputs_of_lanes(row_times_.data(), row_states_.data());
  const std::size_t width = model_.outputs.outputs;
  for (std::size_t k = 0; k < lanes; ++k) {
    if (std::isnan(row_times_[k])) continue;
    double* row = lane_[k].out->values.data() + lane_[k].next_row * width;
    for (std::size_t i = 0; i < width; ++i) row[i] = values[i * lanes + k];
    ++lane_[k].next_row;
  }
}

void Batch::write_row(int lane, double t, std::span<const double> y) {
  Lane& l = at(lane);
  const std::size_t width = model_.outputs.outputs;
  evaluator_.outputs(lane, t, y, std::span<double>(l.out->values).subspan(l.next_row * width, width));
}

void Batch::at_moment(int lane) {
  Lane& l = at(lane);
  const solve::Integrator& steps = integrator(lane);
  if (std::isnan(l.moment)) {  // the step is used up
    l.stepped = false;
    if (l.wants_change) change_method(lane);
    return;
  }
  const double hint = steps.next_step(lane);
  double t = l.moment;
  steps.interpolate(lane, t, y_);
  bool must_restart = !steps.running(lane) && t >= steps.time(lane), jumped = false;
  if (!happen(lane, t, true, must_restart, jumped)) return;
  for (; l.next_row < plan_.times.size() && has_come(plan_.times[l.next_row], t); ++l.next_row) write_row(lane, t, y_);
  if (!must_restart) {
    l.scanned = t;
    return;
  }
  if (!step_past(lane, t, jumped)) return;
  integrator(lane).stop(lane);
  ++l.out->restarts;
  if (l.wants_change) {
    change_method(lane);
    restart(lane, t, 0);
  } else {
    restart(lane, t, jumped ? 0 : hint);
  }
}

bool Batch::happen(int lane, double t, bool doses, bool& must_restart, bool& jumped) {
  Lane& l = at(lane);
  const bool given = doses && give_doses(lane, t);
  const Happening happening = l.events->arrive(evaluator_, lane, t, y_);
  l.out->events += happening.executed;
  jumped |= given || happening.executed > 0;
  must_restart |= jumped || happening.switched || happening.scheduled;
  if (happening.trouble == EventTrouble::kNone) return true;
  fail(lane, happening.trouble == EventTrouble::kCascade ? RunState::kEventCascade : RunState::kEventDelay, t,
       model_.events[happening.event].id);
  return false;
}

/// `time > 5` is still false at 5 and true right after it. A step that began at 5 would have the break inside, so what
/// changes with the next number after t happens before the restart. False when the lane failed.
bool Batch::step_past(int lane, double& t, bool& jumped) {
  if (breakpoints_.empty() || has_come(end_, t)) return true;
  const double next = t == 0 ? std::numeric_limits<double>::min() : std::nextafter(t, kNever);
  evaluator_.conditions(lane, next, y_, truths_);
  if (!at(lane).events->differs(truths_)) return true;
  t = next;
  bool restarts = true;
  return happen(lane, t, true, restarts, jumped);
}

/// A method that rejects every step down to the resolution of time may stand right before a break that no tolerance
/// lets it cross. Then the break is looked for on the tangent, at distances far below what any row could tell, and the
/// run goes on behind it. False when there is none.
bool Batch::cross(int lane) {
  if (model_.conditions.outputs == 0) return false;
  constexpr double kFurthest = 1e-9;  // of the run; chosen
  const double from = integrator(lane).time(lane), span = end_ - plan_.start;
  std::vector<double> start(y_.size());
  integrator(lane).interpolate(lane, from, start);
  evaluator_.lane_rhs(lane, from, start, slope_);
  const auto differs = [&](double t) {
    for (std::size_t i = 0; i < y_.size(); ++i) y_[i] = start[i] + (t - from) * slope_[i];
    evaluator_.conditions(lane, t, y_, truths_);
    return at(lane).events->differs(truths_);
  };
  double left = from, right = std::nextafter(from, kNever), step = std::max(right - from, span * 1e-60);
  for (right = from + step; !differs(right); step *= 2, right = from + step) {
    if (step > kFurthest * span || right >= end_) return false;
    left = right;
  }
  for (double middle = left + (right - left) / 2; middle > left && middle < right; middle = left + (right - left) / 2)
    (differs(middle) ? right : left) = middle;
  if (!differs(right)) return false;
  bool restarts = true, jumped = true;
  if (!happen(lane, right, true, restarts, jumped)) return true;
  integrator(lane).stop(lane);
  ++at(lane).out->restarts;
  restart(lane, right, 0);
  return true;
}

bool Batch::give_doses(int lane, double t) {
  Lane& l = at(lane);
  bool any = false;
  for (; l.next_dose < l.doses.size() && has_come(l.doses[l.next_dose].time, t); ++l.next_dose) {
    const DoseMoment& dose = l.doses[l.next_dose];
    const Simulator::DoseTarget* target = simulator_.find_target(dose.target);
    VESICA_REQUIRE(target != nullptr, "doses were checked");
    if (dose.sets_rate)
      evaluator_.set_slot(lane, target->rate_slot, dose.amount);
    else
      add_bolus(lane, *target, dose.amount);
    any = true;
  }
  return any;
}

void Batch::add_bolus(int lane, const Simulator::DoseTarget& target, double amount) {
  const double added = target.concentration ? amount / place_value(lane, target.volume) : amount;
  if (target.place.residence == Residence::kState)
    y_[target.place.index] += added;
  else
    evaluator_.set_slot(lane, target.place.index, evaluator_.slot(lane, target.place.index) + added);
}

double Batch::place_value(int lane, const Located& place) const {
  if (place.residence == Residence::kState) return y_[place.index];
  if (place.residence == Residence::kSlot) return evaluator_.slot(lane, place.index);
  return model_.fixed[place.index];
}

/// From the last accepted state on with the other method.
void Batch::change_method(int lane) {
  Lane& l = at(lane);
  const double t = integrator(lane).time(lane);
  integrator(lane).interpolate(lane, t, y_);
  integrator(lane).stop(lane);
  if (!methods_[1]) make_method(1);
  l.wants_change = false;
  l.method = 1;
  l.out->method = choice_.later;
  l.out->changed_at = t;
  restart(lane, t, 0);
}

void Batch::fail(int lane, RunState state, double t, std::string symbol) {
  at(lane).out->status = {state, t, std::move(symbol)};
  finish(lane);
}

void Batch::finish(int lane) {
  Lane& l = at(lane);
  for (std::size_t m = 0; m < methods_.size(); ++m) {
    if (!methods_[m]) continue;
    methods_[m]->stop(lane);
    add(l.out->work, difference(methods_[m]->work(lane), l.work_before[m]));
  }
  evaluator_.set_curves(lane, nullptr);
  l.active = l.stepped = false;
}

/// The state to look at when a run ends at t: one that is not finite itself or whose derivative is not, else the one
/// that changes fastest in units of its tolerance.
std::string Batch::culprit(int lane, double t) {
  integrator(lane).interpolate(lane, t, y_);
  evaluator_.lane_rhs(lane, t, y_, slope_);
  std::size_t worst = 0;
  double fastest = -1;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    if (!std::isfinite(y_[i]) || !std::isfinite(slope_[i])) return model_.state_names[i];
    const double absolute = tolerances_.absolute_each.empty() ? tolerances_.absolute : tolerances_.absolute_each[i];
    const double speed = std::fabs(slope_[i]) / (tolerances_.relative * std::fabs(y_[i]) + absolute);
    if (speed > fastest) {
      fastest = speed;
      worst = i;
    }
  }
  return y_.empty() ? std::string() : model_.state_names[worst];
}

}  // namespace vesica::kinetics
