// SPDX-License-Identifier: Apache-2.0
// The lanes of a batch as one value that the compiler spreads over registers. Included only by the kernels' files:
// nothing of the standard library may be instantiated here, since the linker would keep one copy of it for the whole
// program, in the wrong instruction set.
#pragma once

namespace vesica::solve {

namespace {

/// All lanes of a batch; the compiler makes one, two or four registers of it.
typedef double Eight __attribute__((vector_size(64)));

template <class V>
inline const V* lanes_of(const double* p) {
  return static_cast<const V*>(static_cast<const void*>(p));
}
template <class V>
inline V* lanes_of(double* p) {
  return static_cast<V*>(static_cast<void*>(p));
}

/// Values of lanes that lie at any boundary.
template <class V>
inline V fetched(const double* p, int i) {
  V value;
  __builtin_memcpy(&value, p + i * static_cast<long>(sizeof(V) / sizeof(double)), sizeof(V));
  return value;
}
template <class V>
inline void put(double* p, int i, V value) {
  __builtin_memcpy(p + i * static_cast<long>(sizeof(V) / sizeof(double)), &value, sizeof(V));
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

}  // namespace

}  // namespace vesica::solve
