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
      const V lower = w[s] * inverses[k];
      w[s] = lower;
      const int last = e.rows[k + 1];
      for (int u = e.diagonal[k] + 1; u < last; ++u, ++target) w[*target] -= lower * w[u];
    }
    const V inverted = 1.0 / w[middle];
    inverses[i] = inverted;
    worst += largest * absolute_of(inverted);
  }
  *lanes_of<V>(growth) = worst;
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
    V sum = z[i];
    for (int s = e.diagonal[i] + 1; s < e.rows[i + 1]; ++s) sum -= w[s] * z[e.columns[s]];
    sum = sum * inverses[i];
    z[i] = sum;
    out[e.order[i]] = sum;
  }
}

}  // namespace

}  // namespace vesica::solve
