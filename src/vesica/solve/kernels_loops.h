// SPDX-License-Identifier: Apache-2.0
// The bodies of the kernels, included by one file for each instruction set. Nothing of the standard library may be
// instantiated here: the linker would keep one copy of it for the whole program, in the wrong instruction set.
#pragma once

#include "vesica/solve/kernels.h"

namespace vesica::solve {

namespace {

/// All lanes of a batch; the compiler makes one, two or four registers of it.
typedef double Eight __attribute__((vector_size(64), may_alias));

template <class V>
inline const V* lanes_of(const double* p) {
  return static_cast<const V*>(static_cast<const void*>(p));
}
template <class V>
inline V* lanes_of(double* p) {
  return static_cast<V*>(static_cast<void*>(p));
}

template <class V>
inline V absolute_of(V v) {
  return v < 0 ? -v : v;
}

template <class V>
inline V larger(V a, V b) {
  return a > b ? a : b;
}

template <class V, int kTerms>
inline V sum_of_terms(const double* a, const V* k, long stride, int i) {
  V sum = a[0] * k[i];
  for (int j = 1; j < kTerms; ++j) sum += a[j] * k[j * stride + i];
  return sum;
}

template <class V, int kTerms>
void combine_terms(int states, const double* a, const double* k, long stride, const double* h, const double* y,
                   double* out) {
  const V* kv = lanes_of<V>(k);
  const V* yv = lanes_of<V>(y);
  V* __restrict__ to = lanes_of<V>(out);
  const V step = *lanes_of<V>(h);
  const long vectors = stride / static_cast<long>(sizeof(V) / sizeof(double));
  for (int i = 0; i < states; ++i) to[i] = yv[i] + step * sum_of_terms<V, kTerms>(a, kv, vectors, i);
}

template <class V>
void combine(int states, int terms, const double* a, const double* k, long stride, const double* h, const double* y,
             double* out) {
  switch (terms) {
    case 1:
      return combine_terms<V, 1>(states, a, k, stride, h, y, out);
    case 2:
      return combine_terms<V, 2>(states, a, k, stride, h, y, out);
    case 3:
      return combine_terms<V, 3>(states, a, k, stride, h, y, out);
    case 4:
      return combine_terms<V, 4>(states, a, k, stride, h, y, out);
    case 5:
      return combine_terms<V, 5>(states, a, k, stride, h, y, out);
    case 6:
      return combine_terms<V, 6>(states, a, k, stride, h, y, out);
    case 7:
      return combine_terms<V, 7>(states, a, k, stride, h, y, out);
    default:
      return combine_terms<V, 8>(states, a, k, stride, h, y, out);
  }
}

template <class V>
void combine_lanes(int states, int terms, const double* w, const double* k, long stride, const double* h,
                   const double* y, double* out) {
  const V* kv = lanes_of<V>(k);
  const V* yv = lanes_of<V>(y);
  const V* wv = lanes_of<V>(w);
  V* __restrict__ to = lanes_of<V>(out);
  const V step = *lanes_of<V>(h);
  const V first = wv[0];
  const long vectors = stride / static_cast<long>(sizeof(V) / sizeof(double));
  for (int i = 0; i < states; ++i) {
    V sum = first * kv[i];
    for (int j = 1; j < terms; ++j) sum += wv[j] * kv[j * vectors + i];
    to[i] = first == first ? yv[i] + step * sum : to[i];
  }
}

template <class V>
void take(int states, const double* mask, const double* from, double* out) {
  const V* source = lanes_of<V>(from);
  V* __restrict__ to = lanes_of<V>(out);
  const V chosen = *lanes_of<V>(mask);
  for (int i = 0; i < states; ++i) to[i] = chosen > 0 ? source[i] : to[i];
}

template <class V>
void explicit_error(int states, const double* e, const double* k, long stride, const double* h, const double* y,
                    const double* y_new, const double* y_last, const double* absolute, double relative, double* sums) {
  const V* kv = lanes_of<V>(k);
  const V* before = lanes_of<V>(y);
  const V* after = lanes_of<V>(y_new);
  const V* last = lanes_of<V>(y_last);
  const V step = *lanes_of<V>(h);
  const long vectors = stride / static_cast<long>(sizeof(V) / sizeof(double));
  V error = {}, slope = {}, distance = {};
  for (int i = 0; i < states; ++i) {
    const V scale = absolute[i] + relative * larger(absolute_of(before[i]), absolute_of(after[i]));
    const V each = 1.0 / scale;
    const V part = step * sum_of_terms<V, 7>(e, kv, vectors, i) * each;
    const V bend = (kv[6 * vectors + i] - kv[5 * vectors + i]) * each;
    const V apart = (after[i] - last[i]) * each;
    error += part * part;
    slope += bend * bend;
    distance += apart * apart;
  }
  V* out = lanes_of<V>(sums);
  out[0] = error;
  out[1] = slope;
  out[2] = distance;
}

template <class V>
void norm(int states, const double* v, const double* y, const double* absolute, double relative, double* sums) {
  const V* vv = lanes_of<V>(v);
  const V* yv = lanes_of<V>(y);
  V sum = {};
  for (int i = 0; i < states; ++i) {
    const V part = vv[i] / (absolute[i] + relative * absolute_of(yv[i]));
    sum += part * part;
  }
  *lanes_of<V>(sums) = sum;
}

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

template <class V>
constexpr Kernels table() {
  return {combine<V>,          combine_lanes<V>,    take<V>,   explicit_error<V>, norm<V>,
          rosenbrock_stage<V>, rosenbrock_error<V>, factor<V>, solve<V>};
}

inline const Kernels& table_for(int lanes) {
  static constexpr Kernels kSingle = table<double>();
  static constexpr Kernels kBatch = table<Eight>();
  return lanes == 1 ? kSingle : kBatch;
}

}  // namespace

}  // namespace vesica::solve
