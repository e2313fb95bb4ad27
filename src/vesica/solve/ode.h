// SPDX-License-Identifier: Apache-2.0
// Initial value problems: what a system offers, and integrators that carry several individuals ("lanes") side by side.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vesica::solve {

/// Individuals that one batch carries. Chosen: one AVX-512 register, two of AVX2, four of SSE2.
inline constexpr int kLanes = 8;

/// Compressed columns: rows[starts[j] .. starts[j+1]) are the row indices of column j, ascending.
struct SparsePattern {
  int size = 0;
  std::vector<int> starts, rows;
  int entries() const { return static_cast<int>(rows.size()); }
};

/// dy/dt = f(t, y) for `lanes()` individuals that share equations and differ in parameters. Every array is
/// state-major: y[i * lanes + lane]; `t` has one time a lane. Lanes never influence each other. An implementation
/// belongs to one thread.
class OdeSystem {
 public:
  virtual ~OdeSystem() = default;
  virtual int size() const = 0;
  virtual int lanes() const = 0;  ///< 1 or kLanes
  virtual void rhs(const double* t, const double* y, double* f) = 0;
  virtual const SparsePattern& jacobian_pattern() const = 0;
  /// ∂f/∂y at the pattern's entries: values[entry * lanes + lane].
  virtual void jacobian(const double* t, const double* y, double* values) = 0;
  /// ∂f/∂t at fixed y: f's own dependence on time.
  virtual void time_derivative(const double* t, const double* y, double* f) = 0;
  virtual bool autonomous() const = 0;  ///< time_derivative is zero everywhere
};

enum class Method { kAuto, kExplicit, kRosenbrock, kCvodes };
const char* to_text(Method method);

struct Tolerances {
  double relative = 1e-6;
  double absolute = 1e-12;
  std::vector<double> absolute_each = {};  ///< one a state, replaces `absolute` when not empty
  double largest_step = 0;                 ///< 0: no limit
  long most_steps = 1'000'000;             ///< of one lane between two starts
};

enum class StepResult : std::uint8_t {
  kIdle,          ///< the lane is not running
  kAccepted,      ///< time advanced; interpolate() covers [time_before, time]
  kRejected,      ///< the step was too long; try again with the next advance()
  kStiff,         ///< explicit method only: stability, not accuracy, limits the step, and many are left; accepted
  kNotFinite,     ///< the right-hand side or its Jacobian is not a number wherever the step goes
  kStepTooSmall,  ///< no step above the resolution of time keeps the tolerance
  kTooManySteps,
};

struct Work {
  long steps = 0, rejected = 0, rhs = 0, jacobians = 0, factorisations = 0;
};

/// Steps lanes forward. A lane is started at (t, y), advances by steps that never pass `t_end`, and may be started
/// again at any moment (after an event). What one lane does depends on nothing but its own system and start.
class Integrator {
 public:
  virtual ~Integrator() = default;
  /// `y`: size() values of this lane. `step`: first step to try, 0 for the method's own guess.
  virtual void start(int lane, double t, std::span<const double> y, double t_end, double step = 0) = 0;
  virtual void stop(int lane) = 0;  ///< the lane rests until its next start
  /// One step attempt for every running lane; result(lane) says how it went. A lane whose time has reached its t_end
  /// rests. Failed lanes rest.
  virtual void advance() = 0;
  virtual StepResult result(int lane) const = 0;
  virtual bool running(int lane) const = 0;
  virtual double time(int lane) const = 0;         ///< end of the last accepted step
  virtual double time_before(int lane) const = 0;  ///< its beginning
  virtual double next_step(int lane) const = 0;    ///< what the method would try next
  /// The state at t within the last accepted step, by the method's dense output; y has size() values. Valid from the
  /// advance() that accepted the step until the next advance() or start(lane); time(lane) itself can always be asked.
  virtual void interpolate(int lane, double t, std::span<double> y) const = 0;
  /// The same for all lanes at once, cheaper than one by one: t[lane] and y[i * lanes + lane] as in OdeSystem. Lanes
  /// whose t is NaN are left alone.
  virtual void interpolate_lanes(const double* t, double* y) const = 0;
  virtual Work work(int lane) const = 0;
};

/// Dormand & Prince 1980 (10.1016/0771-050X(80)90013-3), order 5(4), with its order-4 dense output and Hairer's
/// stiffness test.
std::unique_ptr<Integrator> make_explicit(OdeSystem& system, const Tolerances& tolerances);
/// A stiffly accurate L-stable Rosenbrock method of order 4 or 5 with dense output; analytic Jacobian, sparse LU with
/// one symbolic elimination for all lanes.
std::unique_ptr<Integrator> make_rosenbrock(OdeSystem& system, const Tolerances& tolerances);
/// SUNDIALS CVODES, BDF of order 1 to 5, Newton with KLU on the analytic sparse Jacobian. One lane only.
std::unique_ptr<Integrator> make_cvodes(OdeSystem& system, const Tolerances& tolerances);

/// The method that costs least for stiff systems of this pattern. Rosenbrock (measured over BioModels 1 to 100 at equal
/// tolerance: a third of the time of CVODES and a tenth of its error), unless one elimination of each step, which
/// CVODES spreads over many, takes more than 200,000 products (chosen: networks of several hundred states without
/// sparsity).
Method stiff_method(const SparsePattern& pattern);

}  // namespace vesica::solve
