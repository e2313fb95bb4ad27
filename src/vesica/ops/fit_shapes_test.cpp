// SPDX-License-Identifier: Apache-2.0
// Shapes through points that lie on known ones, with outliers.
#include "vesica/ops/fit_shapes.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {

TEST(FitShapes, NormalOfATiltedDisc) {
  Random random(1);
  std::vector<Point3> points;
  for (int i = 0; i < 500; ++i) {
    const double x = random.uniform(-10, 10), y = random.uniform(-5, 5);
    points.push_back({x, y, 0.3 * x + random.normal(0, 0.01)});
  }
  const auto axes = principal_axes(points);
  ASSERT_TRUE(axes.has_value());
  const double norm = std::hypot(0.3, 1.0);
  EXPECT_NEAR(std::abs(axes->axes[2][2]), 1 / norm, 1e-3);
  EXPECT_NEAR(std::abs(axes->axes[2][0]), 0.3 / norm, 1e-3);
  EXPECT_GT(axes->variance[0], axes->variance[1]);
  EXPECT_FALSE(principal_axes(std::vector<Point3>(5)).has_value());
  EXPECT_FALSE(principal_axes({}).has_value());
}

TEST(FitShapes, SheetDespiteOutliers) {
  Random random(2);
  const Sheet2 truth = {{1, 0.1, -0.2, 0.03, 0.01, -0.02}};
  std::vector<Point3> points;
  for (int i = 0; i < 400; ++i) {
    const double x = random.uniform(-3, 3), y = random.uniform(-3, 3);
    points.push_back({x, y, truth.z(x, y) + random.normal(0, 0.01) + (i % 10 == 0 ? 2.0 : 0.0)});
  }
  const auto sheet = fit_sheet(points);
  ASSERT_TRUE(sheet.has_value());
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(sheet->c[i], truth.c[i], 0.01);
  EXPECT_NEAR(truth.slope_x(1, 2), 0.1 + 0.06 + 0.02, 1e-12);
  EXPECT_NEAR(truth.slope_y(1, 2), -0.2 + 0.01 - 0.08, 1e-12);
  EXPECT_FALSE(fit_sheet(std::vector<Point3>(20)).has_value());
  EXPECT_FALSE(fit_sheet({}).has_value());
}

TEST(FitShapes, CircleDespiteOutliers) {
  Random random(3);
  std::vector<Point2> points;
  for (int i = 0; i < 200; ++i) {
    const double angle = random.uniform(0, 6.283185),
                 r = i % 3 == 0 ? random.uniform(0.5, 2) : 2.55 + random.normal(0, 0.01);
    points.push_back({7 + r * std::cos(angle), -3 + r * std::sin(angle)});
  }
  const auto circle = fit_circle(points, 2.5, 0.2, 0.1, 9);
  ASSERT_TRUE(circle.has_value());
  EXPECT_NEAR(circle->x, 7, 0.02);
  EXPECT_NEAR(circle->y, -3, 0.02);
  EXPECT_NEAR(circle->radius, 2.55, 0.02);
  EXPECT_GE(circle->inliers, 125U);
  EXPECT_NEAR(fit_circle(points, 2.5, 0.01, 0.2, 9)->radius, 2.51, 1e-9);
  EXPECT_FALSE(fit_circle(std::vector<Point2>(2), 2, 0.1, 0.1, 1).has_value());
  EXPECT_FALSE(fit_circle(std::vector<Point2>(9), 2, 0.1, 0.1, 1).has_value());
}

}  // namespace vesica
