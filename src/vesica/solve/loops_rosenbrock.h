// SPDX-License-Identifier: Apache-2.0
// Loops over lanes for Rosenbrock methods. Included only by the kernels' files: nothing of the standard library may be
// instantiated here, since the linker would keep one copy of it for the whole program, in the wrong instruction set.
#pragma once

#include "vesica/solve/lane_vector.h"

namespace vesica::solve {

namespace {

template <class V, int kTerms>
void stage_terms(int states, int from, const double* a, const double* c, const V* u, long vectors, V inverse, V forced,
                 const V* y, const V* slope, V* __restrict__ out, V* __restrict__ more) {
  for (int i = 0; i < states; ++i) {
    V coupled = c[0] * u[i];
    for (int j = 1; j < kTerms; ++j) coupled += c[j] * u[j * vectors + i];
    V sum = a[from] * u[from * vectors + i];
    for (int j = from + 1; j < kTerms; ++j) sum += a[j] * u[j * vectors + i];
    out[i] = y[i] + sum;
    more[i] = inverse * coupled;
  }
  if (slope == nullptr) return;
  for (int i = 0; i < states; ++i) more[i] += forced * slope[i];
}

template <class V>
void rosenbrock_stage(int states, int from, int terms, const double* a, const double* c, double d, const double* u,
                      long stride, const double* h, const double* y, const double* slope, double* out, double* more) {
  const V* uv = lanes_of<V>(u);
  const V* yv = lanes_of<V>(y);
  const V* sv = slope == nullptr ? nullptr : lanes_of<V>(slope);
  V* to = lanes_of<V>(out);
  V* further = lanes_of<V>(more);
  const V step = *lanes_of<V>(h);
  const V inverse = 1.0 / step, forced = d * step;
  const long vectors = stride / static_cast<long>(sizeof(V) / sizeof(double));
  switch (terms) {
    case 0:
      for (int i = 0; i < states; ++i) further[i] = forced * sv[i];
      return;
    case 1:
      return stage_terms<V, 1>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    case 2:
      return stage_terms<V, 2>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    case 3:
      return stage_terms<V, 3>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    case 4:
      return stage_terms<V, 4>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    case 5:
      return stage_terms<V, 5>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    case 6:
      return stage_terms<V, 6>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
    default:
      return stage_terms<V, 7>(states, from, a, c, uv, vectors, inverse, forced, yv, sv, to, further);
  }
}

template <class V>
void rosenbrock_error(int states, const double* u, const double* y, const double* y_stage, const double* absolute,
                      double relative, double* y_new, double* sums) {
  const V* last = lanes_of<V>(u);
  const V* before = lanes_of<V>(y);
  const V* stage = lanes_of<V>(y_stage);
  V* __restrict__ after = lanes_of<V>(y_new);
  V sum = {};
  for (int i = 0; i < states; ++i) {
    const V reached = stage[i] + last[i];
    after[i] = reached;
    const V part = last[i] / (absolute[i] + relative * larger(absolute_of(before[i]), absolute_of(reached)));
    sum += part * part;
  }
  *lanes_of<V>(sums) = sum;
}

template <class V>
void rosenbrock_weights(int stages, const double* b, const double* bend, const double* theta, double* w) {
  const V at = *lanes_of<V>(theta);
  V* out = lanes_of<V>(w);
  const V rest = 1.0 - at;
  for (int j = 0; j < stages; ++j) {
    const V bent = bend[j] + at * (bend[8 + j] + at * bend[16 + j]);
    out[j] = at * (b[j] + rest * bent);
  }
}

}  // namespace

}  // namespace vesica::solve
