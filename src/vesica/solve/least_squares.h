// SPDX-License-Identifier: Apache-2.0
// Nonlinear least squares within bounds, with the covariance of what was estimated.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vesica {

/// Minimises the sum of squares of `residuals`. Weights are the caller's: residual = sqrt(weight) (y - f).
struct LeastSquaresProblem {
  std::size_t residuals = 0;
  /// Fills one number for each residual; may give NaN or infinity, which no step accepts.
  std::function<void(std::span<const double> parameters, std::span<double> residuals)> evaluate;
  /// Fills residuals x parameters, row by row. Empty: differences of fourth order.
  std::function<void(std::span<const double> parameters, std::span<double> jacobian)> differentiate = {};
  std::vector<double> low = {}, high = {};  ///< one for each parameter, or empty; equal: the parameter is fixed
};

struct LeastSquaresOptions {
  std::size_t most_steps = 1000;  ///< chosen: NIST's hardest problems need some hundred from their first start
  double tolerance = 1e-13;       ///< of relative step and relative reduction; chosen: close to what doubles hold
};

struct LeastSquaresFit {
  std::vector<double> values;
  double sum_of_squares = 0;
  bool converged = false;  ///< false: the best point found so far
  std::size_t steps = 0;
  std::size_t freedom = 0;         ///< residuals less free parameters, 0 when there are not more residuals
  std::vector<double> covariance;  ///< parameters x parameters: s^2 (J'J)^-1, s^2 = sum of squares / freedom; zero for
                                   ///< fixed parameters and those at a bound, NaN for all when J is singular
  std::vector<bool> at_bound;      ///< held by a bound that is not a fixing
  double residual_sd() const;      ///< NaN without freedom
  double standard_error(std::size_t parameter) const;
};

/// Levenberg (1944) and Marquardt (1963, 10.1137/0111030) with scaling after Moré (1978, 10.1007/BFb0067700), damping
/// after Nielsen (1999, IMM-REP-1999-05), each step by an orthogonal decomposition; parameters at a bound towards which
/// the gradient pushes are held there. Deterministic. Standard errors are those of the linearised model: they mislead
/// where the sum of squares is no paraboloid, and for a parameter at its bound there is none.
/// The start is moved into the bounds; a start whose residuals are not finite is returned as it is, not converged.
LeastSquaresFit fit_least_squares(const LeastSquaresProblem& problem, std::vector<double> start,
                                  const LeastSquaresOptions& options = {});

}  // namespace vesica
