// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/curve.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/random.h"

namespace vesica::kinetics {
namespace {

TEST(Curve, PassesThroughPointsAndHoldsTheEnds) {
  const std::vector<double> x{0, 1, 3, 4}, y{2, 5, 5, 1};
  const Curve curve(x, y, "c");
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_DOUBLE_EQ(curve.value(x[i]), y[i]);
  EXPECT_EQ(curve.value(-7), 2);
  EXPECT_EQ(curve.value(99), 1);
  EXPECT_EQ(curve.slope(-7), 0);
  EXPECT_EQ(curve.slope(4), 0);
  EXPECT_EQ(curve.value(2), 5) << "flat between equal points";
}

TEST(Curve, StraightLineStaysStraight) {
  const std::vector<double> x{0, 0.3, 2, 5}, y{1, 1.6, 5, 11};
  const Curve curve(x, y, "c");
  for (double t = 0; t < 5; t += 0.13) {
    EXPECT_NEAR(curve.value(t), 1 + 2 * t, 1e-13);
    EXPECT_NEAR(curve.slope(t), 2, 1e-12);
    EXPECT_NEAR(curve.curvature(t), 0, 1e-11);
  }
  EXPECT_NEAR(curve.integral(0, 5), 30, 1e-12);
}

TEST(Curve, SlopesAreThoseOfFritschAndButland) {
  // Secants 1 and 3 over h = 1, 2: w = (5, 4) -> slope 9 / (5/1 + 4/3) at the middle point.
  const std::vector<double> x{0, 1, 3}, y{0, 1, 7};
  const Curve curve(x, y, "c");
  EXPECT_DOUBLE_EQ(curve.slope(1), 9 / (5.0 + 4.0 / 3));
  EXPECT_DOUBLE_EQ(curve.slope(0), (4 * 1 - 1 * 3) / 3.0) << "three-point end: ((2h0 + h1) d0 - h0 d1) / (h0 + h1)";
}

TEST(Curve, NeverOvershootsAndKeepsTheDerivative) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    std::vector<double> x{0}, y{random.normal()};
    for (int i = 0; i < 12; ++i) {
      x.push_back(x.back() + random.uniform(0.01, 3));
      y.push_back(random.normal());
    }
    const Curve curve(x, y, "c");
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      for (double part = 0.05; part < 1; part += 0.1) {
        const double t = x[i] + part * (x[i + 1] - x[i]), h = 1e-6 * (x[i + 1] - x[i]);
        EXPECT_LE(curve.value(t), std::max(y[i], y[i + 1]) + 1e-12);
        EXPECT_GE(curve.value(t), std::min(y[i], y[i + 1]) - 1e-12);
        EXPECT_NEAR(curve.slope(t), (curve.value(t + h) - curve.value(t - h)) / (2 * h),
                    1e-4 * (1 + std::fabs(curve.slope(t))));
        EXPECT_NEAR(curve.curvature(t), (curve.slope(t + h) - curve.slope(t - h)) / (2 * h),
                    1e-4 * (1 + std::fabs(curve.curvature(t))));
      }
  }
}

TEST(Curve, IntegralIsThatOfSimpsonsRule) {  // exact for cubics, piece by piece
  const std::vector<double> x{0, 1, 1.5, 4}, y{0, 3, -1, 2};
  const Curve curve(x, y, "c");
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i], b = x[i + 1];
    sum += (b - a) / 6 * (curve.value(a) + 4 * curve.value((a + b) / 2) + curve.value(b));
    EXPECT_NEAR(curve.integral(0, b), sum, 1e-12);
  }
  EXPECT_NEAR(curve.integral(-2, 6), -2 * 0.0 + sum + 2 * 2.0, 1e-12) << "the ends hold";
  EXPECT_NEAR(curve.integral(4, 1), -curve.integral(1, 4), 1e-12);
}

TEST(Curve, RefusesWhatIsNoCurve) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using V = std::vector<double>;
  EXPECT_THROW(Curve(V{}, V{}, "c"), Error);
  EXPECT_THROW(Curve(V{0, 1}, V{1}, "c"), Error);
  EXPECT_THROW(Curve(V{0, 0}, V{1, 2}, "c"), Error);
  EXPECT_THROW(Curve(V{1, 0}, V{1, 2}, "c"), Error);
  EXPECT_THROW(Curve(V{0, nan}, V{1, 2}, "c"), Error);
  EXPECT_THROW(Curve(V{0, 1}, V{1, nan}, "c"), Error);
  const Curve one(V{3}, V{7}, "c");
  EXPECT_EQ(one.value(0), 7);
  EXPECT_EQ(one.value(3), 7);
  EXPECT_EQ(one.integral(0, 2), 14);
  EXPECT_TRUE(std::isnan(Curve(V{0, 1}, V{1, 2}, "c").value(nan)));
  EXPECT_TRUE(std::isnan(Curve(V{0, 1}, V{1, 2}, "c").slope(nan)));
}

}  // namespace
}  // namespace vesica::kinetics
