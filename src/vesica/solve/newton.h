// SPDX-License-Identifier: Apache-2.0
// Newton's iteration for f(y) = 0 with conserved sums. Used by steady_state.cpp alone.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "vesica/solve/ode.h"
#include "vesica/solve/sparse_lu.h"

namespace vesica::solve {

class Newton {
 public:
  /// `sums`: values that the conserved sums keep.
  Newton(OdeSystem& system, const Tolerances& tolerances, double t, std::vector<std::vector<double>> conserved,
         std::span<const double> start);

  struct Outcome {
    bool converged = false;
    double distance = std::numeric_limits<double>::quiet_NaN();
  };
  /// Iterates from y; on convergence y is the solution. `nonnegative`: y never crosses zero.
  Outcome solve(std::vector<double>& y, int most, bool nonnegative);

  /// Largest |v_i| / (absolute_i + relative |y_i|); NaN if any is.
  double measure(std::span<const double> v, std::span<const double> y) const;
  void slopes(std::span<const double> y, std::span<double> f);
  /// Largest real part of the Jacobian's eigenvalues at y, those of conserved sums left out, and the largest modulus;
  /// none for large systems.
  struct Spectrum {
    double largest_real = 0, largest_modulus = 0;
  };
  std::optional<Spectrum> spectrum(std::span<const double> y);
  const Work& work() const { return work_; }

 private:
  bool eliminate(std::span<const double> y);
  void correction(std::span<const double> y, std::span<const double> f, std::vector<double>& d);
  double reach(std::span<const double> y, std::span<const double> d) const;

  OdeSystem& system_;
  const Tolerances tolerances_;
  const double t_;
  const std::size_t n_;
  std::vector<std::vector<double>> conserved_;
  std::vector<double> sums_;
  std::vector<int> replaced_;  ///< row of each conserved sum
  std::vector<int> row_sum_;   ///< of each row: which sum stands there, or -1
  SparsePattern pattern_;
  std::vector<int> from_;  ///< of each entry of pattern_: entry of the Jacobian, or -1 - (sum)
  std::optional<SparseLu> lu_;
  LaneBuffer entries_, state_, slope_, right_, step_;
  Work work_;
};

}  // namespace vesica::solve
