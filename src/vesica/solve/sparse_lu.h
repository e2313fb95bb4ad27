// SPDX-License-Identifier: Apache-2.0
// Elimination of shift·I - J for several lanes that share one pattern.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include <Eigen/Core>
#include <Eigen/LU>

#include "vesica/solve/kernels.h"
#include "vesica/solve/lane_buffer.h"
#include "vesica/solve/ode.h"

namespace vesica::solve {

/// LU factors of shift·I - J without row exchanges: the order of the diagonal pivots, the fill-in and the list of
/// operations are settled once from the pattern (minimum degree: Markowitz 1957, 10.1287/mnsc.3.3.255, restricted to
/// the diagonal), so that a factorisation is one straight run over all lanes.
class SparseLu {
 public:
  SparseLu(const SparsePattern& pattern, int lanes, InstructionSet set);

  /// Room for the Jacobian's entries, as OdeSystem::jacobian writes them.
  double* jacobian() { return jacobian_.data(); }
  /// Replaces entries of the Jacobian that are no numbers by zero. Error control then answers for what they miss.
  void drop_non_numbers();
  /// Factors shift·I - J, one shift a lane. Afterwards growth()[lane] bounds (shift + |J_ii|) / |pivot i|: beyond
  /// kWorstGrowth, or not a number, the factors of this lane are worthless.
  void factor(const double* shift);
  const double* growth() const { return growth_.data(); }
  bool worthless(int lane) const { return !(growth_[lane] <= kWorstGrowth); }
  /// Factors one lane anew as a dense matrix with row exchanges; until the next factor().
  void factor_dense(int lane, double shift);
  /// After factor_dense(): the condition of the matrix leaves something of its inverse.
  bool dense_is_regular(int lane) const;
  /// x = (shift·I - J)^-1 (b + more); `more` may be null.
  void solve(const double* b, const double* more, double* x);

  /// Products that one factorisation takes, without laying it out.
  static long products(const SparsePattern& pattern);
  int size() const { return size_; }
  int fill() const { return static_cast<int>(source_.size()); }  ///< entries of L and U together
  long operations() const { return static_cast<long>(targets_.size()); }

  /// Chosen: pivots that lost eight digits leave the last eight.
  static constexpr double kWorstGrowth = 1e8;

 private:
  struct Dense {
    Eigen::PartialPivLU<Eigen::MatrixXd> factors;
    Eigen::VectorXd rows, columns, b, x;  // scales of rows and columns; sides
  };
  struct Symbols;
  void lay_out(const SparsePattern& pattern, const Symbols& symbols);
  void solve_dense(int lane, const double* b, const double* more, double* x);

  const int size_, lanes_;
  const Kernels& kernels_;
  const SparsePattern pattern_;
  std::vector<int> order_;            ///< order_[k]: state of pivot k
  std::vector<int> source_;           ///< of each entry of L and U: the Jacobian's entry, or the zero after the last
  std::vector<int> rows_, diagonal_;  ///< beginning of row k, its diagonal
  std::vector<int> columns_;          ///< pivot number of each entry's column
  std::vector<int> targets_;          ///< where each product of the elimination is subtracted
  LaneBuffer jacobian_, factors_, inverse_, work_;
  LaneValues growth_;
  std::array<std::unique_ptr<Dense>, kLanes> dense_;
  std::array<bool, kLanes> is_dense_ = {};
  bool any_dense_ = false;
};

}  // namespace vesica::solve
