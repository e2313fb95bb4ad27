// SPDX-License-Identifier: Apache-2.0
// Loops over the lanes of a batch, compiled for each instruction set; all of them yield the same bits.
#pragma once

#include "vesica/base/os/cpu.h"

namespace vesica::solve {

/// The elimination of a matrix, rows in the order of their pivots: row k holds entries rows[k] .. rows[k + 1), its
/// lower ones first, the diagonal at diagonal[k].
struct Elimination {
  int size;
  const int* order;     ///< state of pivot k
  const int* source;    ///< of each entry: which of the Jacobian's it begins with
  const int* rows;      ///< size + 1 beginnings
  const int* diagonal;  ///< one entry a row
  const int* columns;   ///< of each entry
  const int* targets;   ///< of each product lower(i, k) · upper(k, j), in the order of their use: the entry (i, j)
};

/// Vectors are state-major (v[i * lanes + lane]) and begin at 64-byte boundaries; h, w and masks have one value a lane.
/// `k` holds `stride` doubles a stage. Sums run over the states in their order, each lane by itself, without fused
/// multiply-add.
struct Kernels {
  /// out = y + h Σ_j a[j] k_j over the first `terms` (1 to 8) stages.
  void (*combine)(int states, int terms, const double* a, const double* k, long stride, const double* h,
                  const double* y, double* out);
  /// out = y + h Σ_j w[j * lanes + lane] k_j, weights of each lane; over 6, 7 or 8 stages; lanes whose w[0] is NaN are
  /// left alone. `out` may begin anywhere.
  void (*combine_lanes)(int states, int terms, const double* w, const double* k, long stride, const double* h,
                        const double* y, double* out);
  /// The same for one lane of a batch: k, y point to its first value, w holds one weight a stage, out one value a
  /// state.
  void (*combine_one)(int states, int lanes, int terms, const double* w, const double* k, long stride, double h,
                      const double* y, double* out);
  /// out = mask > 0 ? from : out.
  void (*take)(int states, const double* mask, const double* from, double* out);
  /// sums[0..lanes) = Σ_i (h Σ_j e[j] k_j / s)², s = absolute_i + relative max(|y|, |y_new|); then
  /// Σ ((k_6 - k_5) / s)² and Σ ((y_new - y_last) / s)² over 7 stages counted from 0: the stiffness test.
  void (*explicit_error)(int states, const double* e, const double* k, long stride, const double* h, const double* y,
                         const double* y_new, const double* y_last, const double* absolute, double relative,
                         double* sums);
  /// sums = Σ_i (v / s)², s = absolute_i + relative |y|.
  void (*norm)(int states, const double* v, const double* y, const double* absolute, double relative, double* sums);
  /// Argument and further right-hand side of a Rosenbrock stage: out = y + Σ_j a[j] u_j over stages `from` to `terms`,
  /// more = Σ_j c[j] u_j / h over the first `terms` (may be none), plus d h slope unless `slope` is null.
  void (*rosenbrock_stage)(int states, int from, int terms, const double* a, const double* c, double d, const double* u,
                           long stride, const double* h, const double* y, const double* slope, double* out,
                           double* more);
  /// y_new = y_stage + u, sums = Σ_i (u / s)², s = absolute_i + relative max(|y|, |y_new|).
  void (*rosenbrock_error)(int states, const double* u, const double* y, const double* y_stage, const double* absolute,
                           double relative, double* y_new, double* sums);
  /// Weights of a Rosenbrock method's dense output: w_j = θ (b_j + (1 - θ)(bend_j + θ (bend_8+j + θ bend_16+j))).
  void (*rosenbrock_weights)(int stages, const double* b, const double* bend, const double* theta, double* w);
  /// Factors L D U of shift·I - J (L and U with unit diagonals, stored without them), the inverse pivots, and Σ_i
  /// (|shift| + |J_ii|) / |pivot_i|.
  void (*factor)(const Elimination& e, const double* jacobian, const double* shift, double* factors, double* inverse,
                 double* growth);
  /// x = (L D U)^-1 (b + more); `more` may be null; `work` holds one vector.
  void (*solve)(const Elimination& e, const double* factors, const double* inverse, const double* b, const double* more,
                double* work, double* x);
  /// Σ v·0 over `count` values: zero unless one of them is infinite or no number.
  double (*non_numbers)(long count, const double* v);
};

/// The loops for `lanes` (1 or kLanes) of an instruction set that this processor has.
const Kernels& kernels(int lanes, InstructionSet set);

/// What each compiled file offers; kernels() chooses among them.
const Kernels& generic_kernels(int lanes);
const Kernels& avx2_kernels(int lanes);
const Kernels& avx512_kernels(int lanes);

}  // namespace vesica::solve
