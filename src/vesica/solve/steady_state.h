// SPDX-License-Identifier: Apache-2.0
// States that no longer change: where a system comes to rest, and whether it would stay there.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "vesica/solve/ode.h"

namespace vesica::solve {

enum class SteadyResult : std::uint8_t {
  kReached,       ///< the course from the start comes to rest here
  kFound,         ///< a solution of f(y) = 0, but the course from the start did not come to rest within the time given
  kNotFound,      ///< neither
  kDrivenByTime,  ///< f depends on time itself: nothing rests
  kNotFinite,     ///< the right-hand side is not a number where the course goes
};

enum class Stability : std::uint8_t {
  kUnknown,   ///< not asked, too large, or an eigenvalue too close to zero to tell
  kStable,    ///< every eigenvalue of the Jacobian has a negative real part (conserved directions left out)
  kUnstable,  ///< some has a positive one: the smallest disturbance leads away
};

struct SteadyOptions {
  Tolerances tolerances = {};
  double t = 0;
  double longest_time = 1e10;  ///< how long the course is followed; chosen
  long most_steps = 20'000;    ///< of the course; chosen
  /// Weights of sums that f never changes, one a state (conserved moieties). They keep their start values. Without
  /// them a Jacobian that they make singular leaves only the course, less exact than Newton's iteration.
  std::vector<std::vector<double>> conserved = {};
};

struct SteadyState {
  SteadyResult result = SteadyResult::kNotFound;
  std::vector<double> y;  ///< NaN when nothing was found
  /// Largest |f_i| in units of (absolute_i + relative |y_i|) per unit of time.
  double residual = std::numeric_limits<double>::quiet_NaN();
  /// Largest distance to the solution that the last step of Newton's iteration foretells, in units of the tolerance;
  /// NaN when the Jacobian is singular.
  double distance = std::numeric_limits<double>::quiet_NaN();
  Stability stability = Stability::kUnknown;
  double largest_real_part = std::numeric_limits<double>::quiet_NaN();  ///< of the eigenvalues; per unit of time
  double time = 0;                                                      ///< how far the course was followed
  Work work;
};

/// Solves f(y) = 0 from `start` for a system of one lane. The course is followed by the Rosenbrock method; whenever its
/// steps show that it slows down, Newton's iteration (sparse elimination, rows of conserved sums in place of dependent
/// ones; dense with row exchanges where a pivot vanishes) is tried from there and accepted when it stays near. Without
/// a regular Jacobian the course itself must not change by more than the tolerance over a hundredfold of time. Should
/// the course not come to rest (oscillation, growth), damped Newton iteration (Deuflhard 2011,
/// 10.1007/978-3-642-23899-4, natural monotonicity) starts from its last state and from the start: kFound. When
/// start and course are nowhere negative, neither is the answer. Misleads where the slowest change takes longer than
/// `longest_time`. An empty system rests.
SteadyState find_steady_state(OdeSystem& system, std::span<const double> start, const SteadyOptions& options);

}  // namespace vesica::solve
