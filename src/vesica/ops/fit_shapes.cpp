// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/fit_shapes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Dense>

#include "vesica/base/random.h"

namespace vesica {

namespace {

constexpr int kDraws = 500;       // as the method's description asks
constexpr int kRounds = 10;       // chosen: weights settle within a few
constexpr double kHuber = 1.345;  // 95 % efficient for normal residuals
constexpr double kMadToSd = 1.4826;

using Row6 = Eigen::Matrix<double, 6, 1>;

Row6 row_of(const Point3& p) {
  Row6 out;
  out << 1, p[0], p[1], p[0] * p[0], p[0] * p[1], p[1] * p[1];
  return out;
}

double residual(const Sheet2& sheet, const Point3& p) { return p[2] - sheet.z(p[0], p[1]); }

double median_size(std::vector<double> values) {
  for (double& each : values) each = std::abs(each);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double distance(const Circle2& circle, const Point2& p) { return std::hypot(p[0] - circle.x, p[1] - circle.y); }

std::size_t count_inliers(std::span<const Point2> points, const Circle2& circle, double tolerance) {
  return static_cast<std::size_t>(std::count_if(points.begin(), points.end(), [&](const Point2& p) {
    return std::abs(distance(circle, p) - circle.radius) <= tolerance;
  }));
}

/// Gauss and Newton on the distances of the circle's own points; the radius stays within its bounds.
void refine(std::span<const Point2> points, double radius, double slack, double tolerance, Circle2& circle) {
  for (int round = 0; round < kRounds; ++round) {
    Eigen::Matrix3d left = Eigen::Matrix3d::Zero();
    Eigen::Vector3d right = Eigen::Vector3d::Zero();
    for (const Point2& p : points) {
      const double d = distance(circle, p);
      if (d == 0 || std::abs(d - circle.radius) > tolerance) continue;
      const Eigen::Vector3d row((p[0] - circle.x) / d, (p[1] - circle.y) / d, 1);
      left += row * row.transpose();
      right += row * (d - circle.radius);
    }
    if (!(left.determinant() > 1e-9)) return;
    const Eigen::Vector3d step = left.ldlt().solve(right);
    circle.x += step[0], circle.y += step[1];
    circle.radius = std::clamp(circle.radius + step[2], radius - slack, radius + slack);
  }
}

}  // namespace

std::optional<PrincipalAxes> principal_axes(std::span<const Point3> points) {
  if (points.size() < 3) return std::nullopt;
  PrincipalAxes out;
  const auto n = static_cast<double>(points.size());
  for (const Point3& p : points) {
    for (std::size_t a = 0; a < 3; ++a) out.mean[a] += p[a] / n;
  }
  Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
  for (const Point3& p : points) {
    const Eigen::Vector3d d(p[0] - out.mean[0], p[1] - out.mean[1], p[2] - out.mean[2]);
    spread += d * d.transpose() / n;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solved(spread);
  if (!(solved.eigenvalues()[2] > 0)) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto column = static_cast<Eigen::Index>(2 - i);  // ascending there, widest first here
    out.variance[i] = solved.eigenvalues()[column];
    for (std::size_t a = 0; a < 3; ++a) out.axes[i][a] = solved.eigenvectors()(static_cast<Eigen::Index>(a), column);
  }
  return out;
}

std::optional<Sheet2> fit_sheet(std::span<const Point3> points) {
  constexpr std::size_t kFewest = 12;
  if (points.size() < kFewest) return std::nullopt;
  std::vector<double> residuals(points.size(), 0);
  Sheet2 out;
  double scale = 0;
  for (int round = 0; round < kRounds; ++round) {
    Eigen::Matrix<double, 6, 6> left = Eigen::Matrix<double, 6, 6>::Zero();
    Row6 right = Row6::Zero();
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double size = std::abs(residuals[i]);
      const double weight = scale > 0 && size > kHuber * scale ? kHuber * scale / size : 1;
      const Row6 row = row_of(points[i]);
      left += weight * row * row.transpose();
      right += weight * row * points[i][2];
    }
    const Eigen::FullPivLU<Eigen::Matrix<double, 6, 6>> solver(left);
    if (!solver.isInvertible()) return std::nullopt;
    const Row6 solved = solver.solve(right);
    for (std::size_t i = 0; i < 6; ++i) out.c[i] = solved[static_cast<Eigen::Index>(i)];
    for (std::size_t i = 0; i < points.size(); ++i) residuals[i] = residual(out, points[i]);
    scale = kMadToSd * median_size(residuals);
  }
  return out;
}

std::optional<Circle2> fit_circle(std::span<const Point2> points, double radius, double slack, double tolerance,
                                  std::uint64_t seed) {
  if (points.size() < 3) return std::nullopt;
  Random random(seed, 0);
  std::optional<Circle2> best;
  for (int draw = 0; draw < kDraws; ++draw) {
    const Point2& a = points[random.below(points.size())];
    const Point2& b = points[random.below(points.size())];
    const double dx = b[0] - a[0], dy = b[1] - a[1], apart = std::hypot(dx, dy);
    if (apart == 0 || apart > 2 * radius) continue;
    const double height = std::sqrt(radius * radius - apart * apart / 4);
    for (const double side : {1.0, -1.0}) {
      Circle2 circle = {(a[0] + b[0]) / 2 - side * height * dy / apart, (a[1] + b[1]) / 2 + side * height * dx / apart,
                        radius, 0};
      circle.inliers = count_inliers(points, circle, tolerance);
      if (!best || circle.inliers > best->inliers) best = circle;
    }
  }
  if (!best) return std::nullopt;
  refine(points, radius, slack, tolerance, *best);
  best->inliers = count_inliers(points, *best, tolerance);
  return best;
}

}  // namespace vesica
