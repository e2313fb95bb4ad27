// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/kinetics/formula_test_help.h"
#include "vesica/kinetics/kernel.h"
#include "vesica/kinetics/kernel_tables.h"

namespace vesica::kinetics {
namespace {

double run(Code code, double x, double y = 0) {
  double registers[3] = {x, y, 0};
  const Instruction instruction{code, 2, 0, 1, 0};
  generic_kernels().one(&instruction, 1, registers);
  return registers[2];
}

/// The distance of `value` from `truth` in units of the last place of a double of the truth's size.
double units(double value, long double truth) {
  const auto size = static_cast<double>(std::fabs(truth));
  const double unit = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
  return static_cast<double>(std::fabs(static_cast<long double>(value) - truth) / static_cast<long double>(unit));
}

constexpr bool kLongIsLonger = std::numeric_limits<long double>::digits >= 64;
constexpr double kMostUnits = 0.6;

TEST(KernelMath, ExpIsWithinItsErrorBound) {
  if (!kLongIsLonger) GTEST_SKIP() << "long double is no truth here";
  test::Dice dice;
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = i % 2 == 0 ? dice.between(-708, 709) : dice.between(-1, 1) * std::pow(10, dice.between(-18, 1));
    worst = std::max(worst, units(run(Code::kExp, x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, kMostUnits);
  EXPECT_GT(worst, 0.45);  // a truth of no more than double would show 0
}

TEST(KernelMath, LnIsWithinItsErrorBound) {
  if (!kLongIsLonger) GTEST_SKIP() << "long double is no truth here";
  test::Dice dice;
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double wide = std::ldexp(dice.between(0.5, 1), static_cast<int>(dice.below(2040)) - 1018);
    const double near_one = 1 + dice.between(-1, 1) * std::pow(10, dice.between(-15, -0.5));
    const double x = i % 3 == 0 ? wide : i % 3 == 1 ? near_one : dice.between(0.4, 3);
    if (x != 1) worst = std::max(worst, units(run(Code::kLn, x), std::log(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, kMostUnits);
  EXPECT_EQ(run(Code::kLn, 1), 0);
}

TEST(KernelMath, PowIsWithinItsErrorBound) {
  if (!kLongIsLonger) GTEST_SKIP() << "long double is no truth here";
  test::Dice dice;
  double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    double x = std::pow(10, dice.between(-12, 12)), y = dice.between(-8, 8);
    if (i % 3 == 1) {  // near overflow and underflow, where errors of the logarithm are magnified
      x = std::ldexp(dice.between(0.5, 1), static_cast<int>(dice.below(2000)) - 1000);
      y = dice.between(-705, 705) / std::log(x);
    } else if (i % 3 == 2) {
      x = 1 + dice.between(-1, 1) * std::pow(10, dice.between(-12, -1));
      y = dice.between(-700, 700) / std::log(x) * dice.between(0, 1);
    }
    if (!std::isfinite(y)) continue;
    const long double truth = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    worst = std::max(worst, units(run(Code::kPow, x, y), truth));
  }
  EXPECT_LT(worst, kMostUnits);
}

TEST(KernelMath, ExactResultsAreExact) {
  for (int base = 1; base <= 20; ++base) {
    double power = 1;
    for (int n = 0; n <= 11; ++n, power *= base) EXPECT_EQ(run(Code::kPow, base, n), power) << base << "^" << n;
    EXPECT_EQ(run(Code::kPow, base * base, 0.5), base);
  }
  EXPECT_EQ(run(Code::kExp, 0), 1);
}

TEST(KernelMath, TheRestIsTheLibrarys) {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> odd = {0.0, -0.0, 1,   -1,   2,   -2,  0.5,  -2.5, 3,    1e-310, -1e-310, 1e300,
                                   1e5, -1e5, inf, -inf, nan, 710, -746, -720, 1e-9, 4,      -3};
  const auto same = [](double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b)) ||
           std::fabs(a - b) <= 4e-16 * std::fabs(b);
  };
  for (const double x : odd) {
    EXPECT_TRUE(same(run(Code::kExp, x), std::exp(x))) << x;
    EXPECT_TRUE(same(run(Code::kLn, x), std::log(x))) << x;
    for (const double y : odd) EXPECT_TRUE(same(run(Code::kPow, x, y), std::pow(x, y))) << x << " ^ " << y;
  }
}

TEST(KernelMath, TablesAreWhatTheySay) {
  if (!kLongIsLonger) GTEST_SKIP() << "long double is no truth here";
  for (int i = 0; i < kPieces; ++i) {
    const long double power = std::exp2(static_cast<long double>(i) / kPieces);
    EXPECT_NEAR(static_cast<double>(kExpScale[i] * (1.0L + kExpTail[i]) / power - 1), 0, 2e-19);
    const long double ln = -std::log(static_cast<long double>(kLogInverse[i]));
    EXPECT_NEAR(static_cast<double>(kLogHigh[i] + static_cast<long double>(kLogLow[i]) - ln), 0, 2e-19);
    EXPECT_EQ(std::ldexp(kLogHigh[i], 42), std::floor(std::ldexp(kLogHigh[i], 42)));
    EXPECT_EQ(kLogInverse[i] * 1024, std::floor(kLogInverse[i] * 1024));
  }
}

}  // namespace
}  // namespace vesica::kinetics
