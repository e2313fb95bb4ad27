// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/lane_integrator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vesica/base/require.h"

namespace vesica::solve {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Chosen: below this many units of the time's last place a step says nothing any more.
constexpr double kResolution = 10 * kEpsilon;
// Chosen: at time zero every step can be told from none; so far below the length of the run it is of no use.
constexpr double kSmallestShare = 1e-60;
// Chosen: a first step that is guessed leaves room for some halvings.
constexpr double kGuessAboveSmallest = 100;
// Chosen: after a step without a number, try a tenth.
constexpr double kNotFiniteShrink = 0.1;
// As CVODE: the first step's growth is hardly bounded, since its guess is careful.
constexpr double kFirstGrowth = 1e4;
// Hairer's DOPRI5: the memory of the error does not fall below this.
constexpr double kErrorFloor = 1e-4;
// Chosen: an absolute tolerance of zero would weigh a vanished state infinitely.
constexpr double kSmallestTolerance = 1e-280;

}  // namespace

LaneIntegrator::LaneIntegrator(OdeSystem& system, const Tolerances& tolerances, const StepControl& control,
                               InstructionSet set)
    : system_(system),
      states_(system.size()),
      lanes_(system.lanes()),
      stride_(static_cast<std::size_t>(states_) * static_cast<std::size_t>(lanes_)),
      kernels_(kernels(lanes_, set)),
      control_(control),
      tolerances_(tolerances),
      absolute_(static_cast<std::size_t>(states_)),
      y_(stride_),
      y_new_(stride_),
      trial_(stride_),
      trial_slope_(stride_) {
  VESICA_REQUIRE(lanes_ == 1 || lanes_ == kLanes, "a system has one lane or kLanes");
  const auto& each = tolerances.absolute_each;
  VESICA_REQUIRE(each.empty() || each.size() == static_cast<std::size_t>(states_), "one absolute tolerance a state");
  for (std::size_t i = 0; i < static_cast<std::size_t>(states_); ++i)
    absolute_[i] = std::max(each.empty() ? tolerances.absolute : each[i], kSmallestTolerance);
}

void LaneIntegrator::start(int lane, double t, std::span<const double> y, double t_end, double step) {
  VESICA_REQUIRE(y.size() == static_cast<std::size_t>(states_), "start() takes one value a state");
  VESICA_REQUIRE(std::isfinite(t) && std::isfinite(t_end), "a lane starts and ends at finite times");
  Lane& l = at(lane);
  const Work before = l.work;
  l = Lane();
  l.work = before;
  l.running = l.fresh = t_end > t;
  l.before = l.begin = time_[lane] = t;
  l.end = t_end;
  l.next = step;
  step_[lane] = 0;
  trial_time_[lane] = t;
  l.log_error = std::log2(kErrorFloor);
  for (std::size_t i = 0, n = y.size(), m = static_cast<std::size_t>(lanes_); i < n; ++i)
    y_[i * m + static_cast<std::size_t>(lane)] = y_new_[i * m + static_cast<std::size_t>(lane)] = y[i];
}

void LaneIntegrator::stop(int lane) {
  at(lane).running = at(lane).fresh = false;
  at(lane).result = StepResult::kIdle;
}

bool LaneIntegrator::any_fresh() const {
  return std::any_of(lane_.begin(), lane_.begin() + lanes_, [](const Lane& l) { return l.fresh; });
}

double LaneIntegrator::smallest_step(int lane) const {
  const Lane& l = at(lane);
  return std::max(kResolution * std::abs(time_[lane]), kSmallestShare * (l.end - l.begin));
}

void LaneIntegrator::fail(int lane, StepResult why) {
  Lane& l = at(lane);
  l.running = l.fresh = false;
  l.result = why;
}

bool LaneIntegrator::take_accepted() {
  bool any = false;
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    mask_[lane] = l.taken ? 0 : 1;
    any = any || !l.taken;
    l.taken = true;
  }
  if (any) kernels_.take(states_, mask_.data(), y_new_.data(), y_.data());
  return any;
}

void LaneIntegrator::guess_first_steps(const double* slope, int order) {
  LaneValues size, first, bend;
  kernels_.norm(states_, y_.data(), y_.data(), absolute_.data(), tolerances_.relative, size.data());
  kernels_.norm(states_, slope, y_.data(), absolute_.data(), tolerances_.relative, first.data());
  LaneValues trial_time = time_, h;
  bool wanted = false;
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    if (!l.fresh) continue;
    if (states_ > 0 && !std::isfinite(first[lane])) {
      fail(lane, StepResult::kNotFinite);
      continue;
    }
    if (l.next > 0) continue;
    wanted = true;
    // 1e-10 and 1e-6 as in Hairer's HINIT, which compares the sums of squares as well.
    h[lane] = first[lane] <= 1e-10 || size[lane] <= 1e-10 ? 1e-6 : 0.01 * std::sqrt(size[lane] / first[lane]);
    h[lane] = std::min(h[lane], l.end - time_[lane]);
    trial_time[lane] += h[lane];
  }
  if (!wanted) return;
  const double one = 1;
  kernels_.combine(states_, 1, &one, slope, static_cast<long>(stride_), h.data(), y_.data(), trial_.data());
  system_.rhs(trial_time.data(), trial_.data(), trial_slope_.data());
  for (std::size_t i = 0; i < stride_; ++i) trial_slope_[i] -= slope[i];
  kernels_.norm(states_, trial_slope_.data(), y_.data(), absolute_.data(), tolerances_.relative, bend.data());
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    if (!l.fresh || l.next > 0) continue;
    ++l.work.rhs;
    const double n = std::max(states_, 1);
    const double steepest = std::max(std::sqrt(bend[lane] / n) / h[lane], std::sqrt(first[lane] / n));
    double next = std::max(1e-6, 1e-3 * h[lane]);
    if (steepest > 1e-15) next = std::pow(0.01 / steepest, 1.0 / order);
    l.next = std::isfinite(bend[lane]) ? std::min(100 * h[lane], next) : h[lane];
    // A state that is nearly 0 by chance (an event has just waited for it) would make the guess smaller than time can
    // resolve.
    l.next = std::min(std::max(l.next, kGuessAboveSmallest * smallest_step(lane)), l.end - time_[lane]);
  }
}

bool LaneIntegrator::plan() {
  bool any = false;
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    l.fresh = false;
    step_[lane] = 0;
    trial_time_[lane] = time_[lane];
    if (!l.running) {
      if (l.result == StepResult::kAccepted || l.result == StepResult::kStiff || l.result == StepResult::kRejected)
        l.result = StepResult::kIdle;
      continue;
    }
    const double left = l.end - time_[lane];
    double h = tolerances_.largest_step > 0 ? std::min(l.next, tolerances_.largest_step) : l.next;
    // A step that would leave a hundredth of itself goes to the end at once (Hairer's DOPRI5).
    l.last = h >= left || time_[lane] + 1.01 * h >= l.end;
    if (l.last) h = left;
    if (!l.last && !(h >= smallest_step(lane))) {
      fail(lane, l.finite ? StepResult::kStepTooSmall : StepResult::kNotFinite);
      continue;
    }
    if (++l.attempts > tolerances_.most_steps) {
      fail(lane, StepResult::kTooManySteps);
      continue;
    }
    step_[lane] = h;
    trial_time_[lane] = l.last ? l.end : time_[lane] + h;
    any = true;
  }
  return any;
}

void LaneIntegrator::judge(const double* error) {
  for (int lane = 0; lane < lanes_; ++lane) {
    Lane& l = at(lane);
    if (!l.running) continue;
    const double h = step_[lane], err = error[lane];
    if (!std::isfinite(err)) {
      l.finite = false;
      l.rejected = true;
      l.next = h * kNotFiniteShrink;
      l.result = StepResult::kRejected;
      ++l.work.rejected;
      // The last step to the end escapes the test of plan().
      if (l.next < smallest_step(lane)) fail(lane, StepResult::kNotFinite);
      continue;
    }
    l.finite = true;
    const double log_error = err > 0 ? std::log2(err) : -100;
    if (err <= 1) {
      const double most = l.rejected ? 1 : l.attempts == 1 ? kFirstGrowth : control_.grow;
      const double factor = control_.safety * std::exp2(control_.memory * l.log_error - control_.exponent * log_error);
      const double grown = h * std::clamp(factor, control_.shrink, most);
      // A step cut by the end says nothing against the longer one that was planned.
      l.next = l.last ? std::max(grown, l.next) : grown;
      l.log_error = std::max(log_error, std::log2(kErrorFloor));
      l.rejected = l.taken = false;
      l.before = time_[lane];
      time_[lane] = trial_time_[lane];
      l.running = !l.last;
      l.result = StepResult::kAccepted;
      ++l.work.steps;
    } else {
      l.next = h * std::clamp(control_.safety * std::exp2(-control_.exponent * log_error), control_.shrink, 1.0);
      l.rejected = true;
      l.result = StepResult::kRejected;
      ++l.work.rejected;
      if (l.next < smallest_step(lane)) fail(lane, StepResult::kStepTooSmall);
    }
  }
}

const LaneBuffer* LaneIntegrator::known(int lane, double t) const {
  if (at(lane).taken) return &y_;
  return t == time_[lane] ? &y_new_ : nullptr;
}

void LaneIntegrator::interpolate(int lane, double t, std::span<double> y) const {
  VESICA_REQUIRE(y.size() == static_cast<std::size_t>(states_), "interpolate() yields one value a state");
  const auto m = static_cast<std::size_t>(lanes_), first = static_cast<std::size_t>(lane);
  if (const LaneBuffer* from = known(lane, t)) {
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = (*from)[i * m + first];
    return;
  }
  dense(lane, (t - at(lane).before) / step_[lane], y);
}

void LaneIntegrator::interpolate_lanes(const double* t, double* y) const {
  LaneValues theta;
  bool any = false;
  for (int lane = 0; lane < lanes_; ++lane) {
    theta[lane] = std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(t[lane])) continue;
    if (known(lane, t[lane]) == nullptr) {
      theta[lane] = (t[lane] - at(lane).before) / step_[lane];
      any = true;
    }
  }
  if (any) dense_lanes(theta.data(), y);
  const auto n = static_cast<std::size_t>(states_), m = static_cast<std::size_t>(lanes_);
  for (int lane = 0; lane < lanes_; ++lane) {
    const LaneBuffer* from = std::isnan(t[lane]) ? nullptr : known(lane, t[lane]);
    if (from == nullptr) continue;
    for (std::size_t i = 0; i < n; ++i)
      y[i * m + static_cast<std::size_t>(lane)] = (*from)[i * m + static_cast<std::size_t>(lane)];
  }
}

}  // namespace vesica::solve
