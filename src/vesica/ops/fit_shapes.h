// SPDX-License-Identifier: Apache-2.0
// Shapes through points: principal axes, a curved sheet, a circle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vesica {

using Point2 = std::array<double, 2>;
using Point3 = std::array<double, 3>;

/// Unit vectors of the points' spread about their mean, widest first; the third is the normal of a flat cloud. Nothing
/// below three points or without spread.
struct PrincipalAxes {
  Point3 mean{};
  std::array<Point3, 3> axes{};
  Point3 variance{};
};
std::optional<PrincipalAxes> principal_axes(std::span<const Point3> points);

/// The sheet z = c0 + c1 x + c2 y + c3 x^2 + c4 x y + c5 y^2.
struct Sheet2 {
  std::array<double, 6> c{};
  double z(double x, double y) const { return c[0] + x * (c[1] + c[3] * x + c[4] * y) + y * (c[2] + c[5] * y); }
  double slope_x(double x, double y) const { return c[1] + 2 * c[3] * x + c[4] * y; }
  double slope_y(double x, double y) const { return c[2] + c[4] * x + 2 * c[5] * y; }
};
/// Robust fit: least squares weighted again by Huber's weights (k = 1.345, scale 1.4826 times the median absolute
/// residual; Huber 1964, 10.1214/aoms/1177703732), ten rounds. Nothing below twelve points or when they fix no sheet.
std::optional<Sheet2> fit_sheet(std::span<const Point3> points);

struct Circle2 {
  double x = 0, y = 0, radius = 0;
  std::size_t inliers = 0;
};
/// The circle of about `radius` (within `slack`) that has most points within `tolerance` of it: 500 random pairs with
/// the radius fixed (Fischler and Bolles 1981, 10.1145/358669.358692), then least squares of distances over its points.
/// Nothing below three points or when no pair can lie on such a circle. Same result for the same seed.
std::optional<Circle2> fit_circle(std::span<const Point2> points, double radius, double slack, double tolerance,
                                  std::uint64_t seed);

}  // namespace vesica
