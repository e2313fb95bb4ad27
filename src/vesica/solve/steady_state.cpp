// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/steady_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/solve/newton.h"

namespace vesica::solve {

namespace {

// Chosen: iterations near a solution, where convergence is quadratic, and from afar.
constexpr int kNearIterations = 8, kFarIterations = 100;
// Chosen: Newton is tried when a step is at least this share of the time gone by, which only a slowing course allows.
constexpr double kSlowingShare = 0.2;
// Chosen: a solution belongs to the course when it lies within this share of every state's largest value so far.
constexpr double kNear = 0.05;
// Chosen: resting means no change beyond the tolerance while time grows a hundredfold.
constexpr double kRestingFactor = 100;
// Chosen: real parts smaller than this share of the largest eigenvalue are rounding.
constexpr double kRoundingShare = 1e-12;

class Search {
 public:
  Search(OdeSystem& system, std::span<const double> start, const SteadyOptions& options)
      : system_(system),
        options_(options),
        start_(start.begin(), start.end()),
        newton_(system, options.tolerances, options.t, options.conserved, start),
        y_(start_),
        mark_(start_),
        largest_(start_.size()) {}

  SteadyState run();

 private:
  bool follow_course();
  bool try_newton(int most);
  bool try_newton_from(const std::vector<double>& from);
  bool rests();
  void note();
  Stability stability();
  void finish();

  OdeSystem& system_;
  const SteadyOptions& options_;
  const std::vector<double> start_;
  Newton newton_;
  std::unique_ptr<Integrator> course_;
  std::vector<double> y_, mark_, largest_;
  double mark_time_ = 0;
  bool nonnegative_ = true;
  SteadyState found_;
};

void Search::note() {
  for (std::size_t i = 0; i < y_.size(); ++i) {
    largest_[i] = std::max(largest_[i], std::abs(y_[i]));
    // What dips below zero within its tolerance counts as zero.
    const double absolute =
        options_.tolerances.absolute_each.empty() ? options_.tolerances.absolute : options_.tolerances.absolute_each[i];
    nonnegative_ = nonnegative_ && y_[i] >= -absolute - options_.tolerances.relative * largest_[i];
  }
}

/// Newton from the present state; its answer counts when it lies near.
bool Search::try_newton(int most) {
  std::vector<double> y = y_;
  if (nonnegative_)
    for (double& v : y) v = std::max(v, 0.0);
  const Newton::Outcome outcome = newton_.solve(y, most, nonnegative_);
  if (!outcome.converged) return false;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double absolute =
        options_.tolerances.absolute_each.empty() ? options_.tolerances.absolute : options_.tolerances.absolute_each[i];
    if (std::abs(y[i] - y_[i]) > kNear * largest_[i] + absolute) return false;
  }
  found_.y = std::move(y);
  found_.distance = outcome.distance;
  return true;
}

/// The course has not left the tolerance since the mark, and time has grown a hundredfold since.
bool Search::rests() {
  std::vector<double> change(y_.size());
  for (std::size_t i = 0; i < y_.size(); ++i) change[i] = y_[i] - mark_[i];
  const double gone = course_->time(0) - options_.t;
  if (mark_time_ == 0 || !(newton_.measure(change, y_) <= 1)) {
    mark_ = y_;
    mark_time_ = gone;
    return false;
  }
  return gone >= kRestingFactor * mark_time_;
}

/// True when the course came to rest; found_.result says so or why the course ended.
bool Search::follow_course() {
  Tolerances tolerances = options_.tolerances;
  tolerances.most_steps = options_.most_steps;
  course_ = make_rosenbrock(system_, tolerances);
  course_->start(0, options_.t, start_, options_.t + options_.longest_time);
  double tried = 0;
  note();
  while (course_->running(0)) {
    course_->advance();
    if (course_->result(0) == StepResult::kNotFinite) found_.result = SteadyResult::kNotFinite;
    if (course_->result(0) != StepResult::kAccepted) continue;
    course_->interpolate(0, course_->time(0), y_);
    note();
    const double gone = course_->time(0) - options_.t, step = course_->time(0) - course_->time_before(0);
    // Singular Jacobians waste each trial: wait until time has doubled.
    if (step >= kSlowingShare * gone && gone >= 2 * tried) {
      tried = gone;
      // A course that begins beside an unstable solution does not end there.
      if (try_newton(kNearIterations) && stability() != Stability::kUnstable) return true;
      found_.y.clear();
    }
    if (rests()) {
      found_.y = y_;
      return true;
    }
  }
  return false;
}

bool Search::try_newton_from(const std::vector<double>& from) {
  std::vector<double> y = from;
  const bool inside = std::all_of(from.begin(), from.end(), [](double v) { return v >= 0; });
  const Newton::Outcome outcome = newton_.solve(y, kFarIterations, inside && nonnegative_);
  if (!outcome.converged) return false;
  found_.y = std::move(y);
  found_.distance = outcome.distance;
  return true;
}

Stability Search::stability() {
  found_.largest_real_part = std::numeric_limits<double>::quiet_NaN();
  const auto spectrum = newton_.spectrum(found_.y);
  if (!spectrum) return Stability::kUnknown;
  found_.largest_real_part = spectrum->largest_real;
  if (!(std::abs(spectrum->largest_real) > kRoundingShare * spectrum->largest_modulus)) return Stability::kUnknown;
  return spectrum->largest_real < 0 ? Stability::kStable : Stability::kUnstable;
}

void Search::finish() {
  std::vector<double> f(found_.y.size());
  newton_.slopes(found_.y, f);
  found_.residual = newton_.measure(f, found_.y);
  found_.stability = stability();
}

SteadyState Search::run() {
  if (follow_course()) {
    found_.result = SteadyResult::kReached;
  } else if (try_newton_from(y_) || try_newton_from(start_)) {
    found_.result = SteadyResult::kFound;
  }
  found_.time = course_->time(0) - options_.t;
  const bool any = !found_.y.empty();
  if (any)
    finish();
  else
    found_.y.assign(start_.size(), std::numeric_limits<double>::quiet_NaN());
  const Work course = course_->work(0), newton = newton_.work();
  found_.work = {course.steps, course.rejected, course.rhs + newton.rhs, course.jacobians + newton.jacobians,
                 course.factorisations + newton.factorisations};
  return found_;
}

}  // namespace

SteadyState find_steady_state(OdeSystem& system, std::span<const double> start, const SteadyOptions& options) {
  VESICA_REQUIRE(system.lanes() == 1, "one lane is brought to rest");
  VESICA_REQUIRE(start.size() == static_cast<std::size_t>(system.size()), "one start value a state");
  for (const auto& weights : options.conserved)
    VESICA_REQUIRE(weights.size() == start.size(), "a conserved sum has one weight a state");
  SteadyState found;
  if (start.empty()) {
    found.result = SteadyResult::kReached;
    found.residual = found.distance = 0;
    return found;
  }
  if (!system.autonomous()) {
    found.result = SteadyResult::kDrivenByTime;
    found.y.assign(start.size(), std::numeric_limits<double>::quiet_NaN());
    return found;
  }
  return Search(system, start, options).run();
}

}  // namespace vesica::solve
