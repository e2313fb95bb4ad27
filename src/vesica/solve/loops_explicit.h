// SPDX-License-Identifier: Apache-2.0
// Loops over lanes for explicit methods and norms. Included only by the kernels' files: nothing of the standard library
// may be instantiated here, since the linker would keep one copy of it for the whole program, in the wrong instruction
// set.
#pragma once

#include "vesica/solve/lane_vector.h"

namespace vesica::solve {

namespace {

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

template <class V, int kTerms>
void combine_lanes_terms(int states, const double* w, const double* k, long stride, const double* h, const double* y,
                         double* out) {
  const V* kv = lanes_of<V>(k);
  const V* yv = lanes_of<V>(y);
  V weight[kTerms];
  for (int j = 0; j < kTerms; ++j) weight[j] = lanes_of<V>(w)[j];
  const V step = *lanes_of<V>(h);
  const long vectors = stride / static_cast<long>(sizeof(V) / sizeof(double));
  for (int i = 0; i < states; ++i) {
    V sum = weight[0] * kv[i];
    for (int j = 1; j < kTerms; ++j) sum += weight[j] * kv[j * vectors + i];
    put<V>(out, i, where_number(weight[0], yv[i] + step * sum, fetched<V>(out, i)));
  }
}

template <class V>
void combine_lanes(int states, int terms, const double* w, const double* k, long stride, const double* h,
                   const double* y, double* out) {
  switch (terms) {
    case 6:
      return combine_lanes_terms<V, 6>(states, w, k, stride, h, y, out);
    case 7:
      return combine_lanes_terms<V, 7>(states, w, k, stride, h, y, out);
    default:
      return combine_lanes_terms<V, 8>(states, w, k, stride, h, y, out);
  }
}

template <int kTerms>
void combine_one_terms(int states, long lanes, const double* w, const double* k, long stride, double h, const double* y,
                       double* out) {
  for (long i = 0; i < states; ++i) {
    double sum = w[0] * k[i * lanes];
    for (int j = 1; j < kTerms; ++j) sum += w[j] * k[j * stride + i * lanes];
    out[i] = y[i * lanes] + h * sum;
  }
}

inline void combine_one(int states, int lanes, int terms, const double* w, const double* k, long stride, double h,
                        const double* y, double* out) {
  switch (terms) {
    case 6:
      return combine_one_terms<6>(states, lanes, w, k, stride, h, y, out);
    case 7:
      return combine_one_terms<7>(states, lanes, w, k, stride, h, y, out);
    default:
      return combine_one_terms<8>(states, lanes, w, k, stride, h, y, out);
  }
}

template <class V>
void take(int states, const double* mask, const double* from, double* out) {
  const V* source = lanes_of<V>(from);
  V* __restrict__ to = lanes_of<V>(out);
  const V chosen = *lanes_of<V>(mask);
  for (int i = 0; i < states; ++i) to[i] = where_positive(chosen, source[i], to[i]);
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

}  // namespace

}  // namespace vesica::solve
