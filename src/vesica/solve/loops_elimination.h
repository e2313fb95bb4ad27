// SPDX-License-Identifier: Apache-2.0
// Loops over lanes for elimination. Included only by the kernels' files: nothing of the standard library may be
// instantiated here, since the linker would keep one copy of it for the whole program, in the wrong instruction set.
#pragma once

#include "vesica/solve/kernels.h"
#include "vesica/solve/lane_vector.h"

namespace vesica::solve {

namespace {

template <class V>
void factor(const Elimination& e, const double* jacobian, const double* shift, double* factors, double* inverse,
            double* growth) {
  const V* entries = lanes_of<V>(jacobian);
  V* w = lanes_of<V>(factors);
  V* inverses = lanes_of<V>(inverse);
  const V diagonal = *lanes_of<V>(shift);
  const int* target = e.targets;
  V worst = {};
  for (int i = 0; i < e.size; ++i) {
    const int begin = e.rows[i], middle = e.diagonal[i], end = e.rows[i + 1];
    for (int s = begin; s < end; ++s) w[s] = -entries[e.source[s]];
    const V largest = absolute_of(diagonal) + absolute_of(w[middle]);
    w[middle] = diagonal + w[middle];
    for (int s = begin; s < middle; ++s) {
      const int k = e.columns[s];
      const V lower = w[s];
      const int last = e.rows[k + 1];
      for (int u = e.diagonal[k] + 1; u < last; ++u, ++target) w[*target] -= lower * w[u];
      w[s] = lower * inverses[k];
    }
    const V inverted = 1.0 / w[middle];
    inverses[i] = inverted;
    for (int u = middle + 1; u < end; ++u) w[u] = w[u] * inverted;
    worst += largest * absolute_of(inverted);
  }
  *lanes_of<V>(growth) = worst;
}

/// Σ v·0: zero unless one of them is infinite or no number.
inline double non_numbers(long count, const double* v) {
  double sums[8] = {};
  long i = 0;
  for (; i + 8 <= count; i += 8)
    for (int p = 0; p < 8; ++p) sums[p] += v[i + p] * 0.0;
  for (; i < count; ++i) sums[0] += v[i] * 0.0;
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <class V>
void solve(const Elimination& e, const double* factors, const double* inverse, const double* b, const double* more,
           double* work, double* x) {
  const V* w = lanes_of<V>(factors);
  const V* inverses = lanes_of<V>(inverse);
  const V* bv = lanes_of<V>(b);
  const V* mv = more == nullptr ? nullptr : lanes_of<V>(more);
  V* z = lanes_of<V>(work);
  V* out = lanes_of<V>(x);
  for (int i = 0; i < e.size; ++i) {
    const int state = e.order[i];
    V sum = mv == nullptr ? bv[state] : bv[state] + mv[state];
    for (int s = e.rows[i]; s < e.diagonal[i]; ++s) sum -= w[s] * z[e.columns[s]];
    z[i] = sum;
  }
  for (int i = e.size - 1; i >= 0; --i) {
    // From the end: what was solved last is waited for last.
    V sum = z[i] * inverses[i];
    for (int s = e.rows[i + 1] - 1; s > e.diagonal[i]; --s) sum -= w[s] * z[e.columns[s]];
    z[i] = sum;
    out[e.order[i]] = sum;
  }
}

}  // namespace

}  // namespace vesica::solve
