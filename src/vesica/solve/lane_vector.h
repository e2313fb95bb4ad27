// SPDX-License-Identifier: Apache-2.0
// The lanes of a batch as one value that the compiler spreads over registers. Included only by the kernels' files:
// nothing of the standard library may be instantiated here, since the linker would keep one copy of it for the whole
// program, in the wrong instruction set.
#pragma once

namespace vesica::solve {

namespace {

#if defined(__AVX512F__)
constexpr int kRegister = 8;
#elif defined(__AVX2__)
constexpr int kRegister = 4;
#else
constexpr int kRegister = 2;
#endif

typedef double Part __attribute__((vector_size(kRegister * sizeof(double))));

/// All lanes of a batch in as many registers as they need. (One vector type of eight would do, but GCC 12 moves it
/// through memory in pieces where registers are smaller.)
struct Eight {
  static constexpr int kParts = 8 / kRegister;
  Part part[kParts];
};

inline Eight operator+(Eight a, const Eight& b) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] + b.part[p];
  return a;
}
inline Eight operator-(Eight a, const Eight& b) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] - b.part[p];
  return a;
}
inline Eight operator*(Eight a, const Eight& b) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] * b.part[p];
  return a;
}
inline Eight operator/(Eight a, const Eight& b) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] / b.part[p];
  return a;
}
inline Eight operator+(double a, Eight b) {
  for (int p = 0; p < Eight::kParts; ++p) b.part[p] = a + b.part[p];
  return b;
}
inline Eight operator*(double a, Eight b) {
  for (int p = 0; p < Eight::kParts; ++p) b.part[p] = a * b.part[p];
  return b;
}
inline Eight operator/(double a, Eight b) {
  for (int p = 0; p < Eight::kParts; ++p) b.part[p] = a / b.part[p];
  return b;
}
inline Eight operator-(double a, Eight b) {
  for (int p = 0; p < Eight::kParts; ++p) b.part[p] = a - b.part[p];
  return b;
}
inline Eight operator*(const Eight& a, double b) { return b * a; }
inline Eight operator-(Eight a) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = -a.part[p];
  return a;
}
inline Eight& operator+=(Eight& a, const Eight& b) { return a = a + b; }
inline Eight& operator-=(Eight& a, const Eight& b) { return a = a - b; }

inline double larger(double a, double b) { return a > b ? a : b; }
inline Eight larger(Eight a, const Eight& b) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] > b.part[p] ? a.part[p] : b.part[p];
  return a;
}
inline double absolute_of(double a) { return __builtin_fabs(a); }
inline Eight absolute_of(Eight a) {
  for (int p = 0; p < Eight::kParts; ++p) a.part[p] = a.part[p] < 0 ? -a.part[p] : a.part[p];
  return a;
}
/// yes where the mask is positive, else no.
inline double where_positive(double mask, double yes, double no) { return mask > 0 ? yes : no; }
inline Eight where_positive(const Eight& mask, Eight yes, const Eight& no) {
  for (int p = 0; p < Eight::kParts; ++p) yes.part[p] = mask.part[p] > 0 ? yes.part[p] : no.part[p];
  return yes;
}
/// yes where the mask is a number, else no.
inline double where_number(double mask, double yes, double no) { return mask == mask ? yes : no; }
inline Eight where_number(const Eight& mask, Eight yes, const Eight& no) {
  for (int p = 0; p < Eight::kParts; ++p) yes.part[p] = mask.part[p] == mask.part[p] ? yes.part[p] : no.part[p];
  return yes;
}

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

template <class V, int kTerms>
inline V sum_of_terms(const double* a, const V* k, long stride, int i) {
  V sum = a[0] * k[i];
  for (int j = 1; j < kTerms; ++j) sum += a[j] * k[j * stride + i];
  return sum;
}

}  // namespace

}  // namespace vesica::solve
