// SPDX-License-Identifier: Apache-2.0
// The body of every kernel, compiled once for each instruction set. Nothing here may be shared between those
// compilations: everything is in an unnamed namespace, and no library template is used, lest the linker keep a copy
// that needs a newer processor.
#pragma once

#include "vesica/kinetics/kernel.h"
#include "vesica/kinetics/kernel_math.h"

namespace vesica::kinetics {
namespace {

typedef double Vector __attribute__((vector_size(kKernelLanes * sizeof(double)), may_alias));

// One expression of x, y, z for all lanes: as vectors where it is arithmetic, in a loop otherwise. Sources are read
// before anything is written, since dst may be one of them.
#define VESICA_OPERANDS                                      \
  double* const d = registers + std::size_t{i->dst} * L;     \
  const double* const a = registers + std::size_t{i->a} * L; \
  const double* const b = registers + std::size_t{i->b} * L; \
  const double* const c = registers + std::size_t{i->c} * L; \
  static_cast<void>(b), static_cast<void>(c);

#define VESICA_ARITHMETIC(CODE, EXPRESSION)                                                            \
  case Code::CODE:                                                                                     \
    do {                                                                                               \
      VESICA_OPERANDS                                                                                  \
      if constexpr (L == 1) {                                                                          \
        const double x = *a, y = *b, z = *c;                                                           \
        static_cast<void>(y), static_cast<void>(z);                                                    \
        *d = EXPRESSION;                                                                               \
      } else {                                                                                         \
        const Vector x = *reinterpret_cast<const Vector*>(a), y = *reinterpret_cast<const Vector*>(b), \
                     z = *reinterpret_cast<const Vector*>(c);                                          \
        static_cast<void>(y), static_cast<void>(z);                                                    \
        *reinterpret_cast<Vector*>(d) = EXPRESSION;                                                    \
      }                                                                                                \
    } while (++i != end && i->code == Code::CODE);                                                     \
    break;

#define VESICA_EACH(CODE, EXPRESSION)               \
  case Code::CODE:                                  \
    do {                                            \
      VESICA_OPERANDS                               \
      double result[L];                             \
      for (int l = 0; l < L; ++l) {                 \
        const double x = a[l], y = b[l], z = c[l];  \
        static_cast<void>(y), static_cast<void>(z); \
        result[l] = EXPRESSION;                     \
      }                                             \
      for (int l = 0; l < L; ++l) d[l] = result[l]; \
    } while (++i != end && i->code == Code::CODE);  \
    break;

// FAST, where FITS allows (it may speak of x, y and `aside`, which FAST may set), else SLOW, lane by lane.
#define VESICA_CHOOSE(CODE, FAST, FITS, SLOW)           \
  case Code::CODE:                                      \
    do {                                                \
      VESICA_OPERANDS                                   \
      double result[L];                                 \
      std::uint64_t unfit[L], any = 0;                  \
      for (int l = 0; l < L; ++l) {                     \
        const double x = a[l], y = b[l];                \
        double aside = 0;                               \
        static_cast<void>(y), static_cast<void>(aside); \
        result[l] = FAST;                               \
        unfit[l] = (FITS) != 0 ? 0 : 1;                 \
        any |= unfit[l];                                \
      }                                                 \
      if (any != 0) {                                   \
        for (int l = 0; l < L; ++l) {                   \
          const double x = a[l], y = b[l];              \
          static_cast<void>(y);                         \
          if (unfit[l] != 0) result[l] = SLOW;          \
        }                                               \
      }                                                 \
      for (int l = 0; l < L; ++l) d[l] = result[l];     \
    } while (++i != end && i->code == Code::CODE);      \
    break;

template <int L>
void run(const Instruction* code, std::size_t count, double* registers) {
  const Instruction* i = code;
  const Instruction* const end = code + count;
  while (i != end) {
    switch (i->code) {
      VESICA_ARITHMETIC(kCopy, x)
      VESICA_ARITHMETIC(kNeg, -x)
      VESICA_ARITHMETIC(kAdd, x + y)
      VESICA_ARITHMETIC(kSub, x - y)
      VESICA_ARITHMETIC(kMul, x * y)
      VESICA_ARITHMETIC(kDiv, x / y)
      VESICA_ARITHMETIC(kMulAdd, x * y + z)
      VESICA_ARITHMETIC(kMulSub, x * y - z)
      VESICA_ARITHMETIC(kSubMul, z - x * y)
      VESICA_ARITHMETIC(kMulMul, x * y * z)
      VESICA_ARITHMETIC(kAddAdd, x + y + z)
      VESICA_ARITHMETIC(kAddSub, x + y - z)
      VESICA_ARITHMETIC(kMulDiv, x * y / z)
      VESICA_ARITHMETIC(kDivAdd, x / (y + z))
      VESICA_ARITHMETIC(kDivMul, x / y * z)
      VESICA_EACH(kAbs, __builtin_fabs(x))
      VESICA_EACH(kCeil, __builtin_ceil(x))
      VESICA_EACH(kFloor, __builtin_floor(x))
      VESICA_CHOOSE(kExp, fast_exp(x), exp_fits(x), __builtin_exp(x))
      VESICA_CHOOSE(kLn, fast_ln(x), ln_fits(x), __builtin_log(x))
      VESICA_EACH(kLog10, __builtin_log10(x))
      VESICA_EACH(kSqrt, __builtin_sqrt(x))
      VESICA_EACH(kSin, __builtin_sin(x))
      VESICA_EACH(kCos, __builtin_cos(x))
      VESICA_EACH(kTan, __builtin_tan(x))
      VESICA_EACH(kAsin, __builtin_asin(x))
      VESICA_EACH(kAcos, __builtin_acos(x))
      VESICA_EACH(kAtan, __builtin_atan(x))
      VESICA_EACH(kSinh, __builtin_sinh(x))
      VESICA_EACH(kCosh, __builtin_cosh(x))
      VESICA_EACH(kTanh, __builtin_tanh(x))
      VESICA_EACH(kAsinh, __builtin_asinh(x))
      VESICA_EACH(kAcosh, __builtin_acosh(x))
      VESICA_EACH(kAtanh, __builtin_atanh(x))
      VESICA_EACH(kFactorial, __builtin_tgamma(x + 1))
      VESICA_CHOOSE(kPow, fast_pow(x, y, aside), pow_fits(x, aside), __builtin_pow(x, y))
      VESICA_EACH(kMin, x != x ? y : (y < x ? y : x))
      VESICA_EACH(kMax, x != x ? y : (y > x ? y : x))
      VESICA_EACH(kQuotient, __builtin_trunc(x / y))
      VESICA_EACH(kRemainder, x - y * __builtin_trunc(x / y))
      VESICA_EACH(kNot, x == 0 ? 1.0 : 0.0)
      VESICA_EACH(kLess, x < y ? 1.0 : 0.0)
      VESICA_EACH(kLessEqual, x <= y ? 1.0 : 0.0)
      VESICA_EACH(kGreater, x > y ? 1.0 : 0.0)
      VESICA_EACH(kGreaterEqual, x >= y ? 1.0 : 0.0)
      VESICA_EACH(kEqual, x == y ? 1.0 : 0.0)
      VESICA_EACH(kNotEqual, x != y ? 1.0 : 0.0)
      VESICA_EACH(kAnd, ((x != 0) & (y != 0)) ? 1.0 : 0.0)
      VESICA_EACH(kOr, ((x != 0) | (y != 0)) ? 1.0 : 0.0)
      VESICA_EACH(kXor, ((x != 0) != (y != 0)) ? 1.0 : 0.0)
      VESICA_EACH(kSelect, x != 0 ? y : z)
      case Code::kCodes:
        return;
    }
  }
}

#undef VESICA_ARITHMETIC
#undef VESICA_EACH
#undef VESICA_CHOOSE
#undef VESICA_OPERANDS

}  // namespace
}  // namespace vesica::kinetics
