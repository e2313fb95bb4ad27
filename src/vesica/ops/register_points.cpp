// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/register_points.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <Eigen/Dense>

namespace vesica {

namespace {

constexpr std::size_t kAffinePairs = 6, kLeastPairs = 3;
constexpr int kRounds = 12;  // the radius has settled long before, chosen

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// Points by row, for looking up those near a place.
class Places {
 public:
  Places(std::span<const PlanePoint> points, double edge) : points_(points), edge_(edge) {
    for (std::size_t i = 0; i < points.size(); ++i) squares_[square(points[i].x, points[i].y)].push_back(i);
  }
  template <typename Visit>
  void near(const PlanePoint& p, const Visit& visit) const {
    const auto [i, j] = square(p.x, p.y);
    for (long b = j - 1; b <= j + 1; ++b) {
      for (long a = i - 1; a <= i + 1; ++a) {
        const auto found = squares_.find({a, b});
        if (found == squares_.end()) continue;
        for (const std::size_t k : found->second) visit(k);
      }
    }
  }
  /// The nearest point within the radius, or points.size().
  std::size_t nearest(const PlanePoint& p, double radius) const {
    std::size_t best = points_.size();
    double least = radius;
    near(p, [&](std::size_t k) {
      const double distance = std::hypot(points_[k].x - p.x, points_[k].y - p.y);
      if (distance < least || (distance == least && k < best)) {
        least = distance;
        best = k;
      }
    });
    return best;
  }

 private:
  std::pair<long, long> square(double x, double y) const { return {std::lround(x / edge_), std::lround(y / edge_)}; }
  std::span<const PlanePoint> points_;
  double edge_;
  std::map<std::pair<long, long>, std::vector<std::size_t>> squares_;
};

/// The shift of most votes, summed over 3 x 3 steps; of equal ones the smallest.
PlanePoint voted_shift(std::span<const PlanePoint> first, std::span<const PlanePoint> second, double reach) {
  std::map<std::pair<long, long>, std::size_t> votes;
  const Places places(first, reach);
  for (const PlanePoint& p : second) {
    places.near(p, [&](std::size_t k) {
      const double dx = first[k].x - p.x, dy = first[k].y - p.y;
      if (std::hypot(dx, dy) <= reach) ++votes[{std::lround(dx), std::lround(dy)}];
    });
  }
  std::size_t most = 0;
  PlanePoint out;
  double length = std::numeric_limits<double>::infinity();
  for (const auto& [step, own] : votes) {
    std::size_t sum = 0;
    for (long j = -1; j <= 1; ++j) {
      for (long i = -1; i <= 1; ++i) {
        const auto found = votes.find({step.first + i, step.second + j});
        if (found != votes.end()) sum += found->second;
      }
    }
    sum += own;  // of a plateau its middle
    const PlanePoint shift{static_cast<double>(step.first), static_cast<double>(step.second)};
    const double size = std::hypot(shift.x, shift.y);
    if (sum > most || (sum == most && size < length)) {
      most = sum;
      out = shift;
      length = size;
    }
  }
  return out;
}

Pairs mutual_pairs(std::span<const PlanePoint> first, std::span<const PlanePoint> second, const Affine2& map,
                   double radius) {
  std::vector<PlanePoint> moved;
  for (const PlanePoint& p : second) moved.push_back(map(p));
  const double edge = std::max(radius, 1.0);
  const Places of_first(first, edge), of_second(moved, edge);
  Pairs out;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const std::size_t k = of_first.nearest(moved[i], radius);
    if (k < first.size() && of_second.nearest(first[k], radius) == i) out.emplace_back(k, i);
  }
  return out;
}

bool is_spread(std::span<const PlanePoint> points, const Pairs& pairs) {
  Eigen::Matrix2d spread = Eigen::Matrix2d::Zero();
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  for (const auto& [k, i] : pairs) mean += Eigen::Vector2d(points[i].x, points[i].y);
  mean /= static_cast<double>(pairs.size());
  for (const auto& [k, i] : pairs) {
    const Eigen::Vector2d d = Eigen::Vector2d(points[i].x, points[i].y) - mean;
    spread += d * d.transpose();
  }
  const Eigen::Vector2d values = Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(spread).eigenvalues();
  constexpr double kRatio = 0.01;  // of variances: a tenth of standard deviations
  return values[1] > 0 && values[0] > kRatio * values[1];
}

Affine2 fit(std::span<const PlanePoint> first, std::span<const PlanePoint> second, const Pairs& pairs, bool affine) {
  PlanePoint a, b;
  for (const auto& [k, i] : pairs) {
    a.x += first[k].x / static_cast<double>(pairs.size());
    a.y += first[k].y / static_cast<double>(pairs.size());
    b.x += second[i].x / static_cast<double>(pairs.size());
    b.y += second[i].y / static_cast<double>(pairs.size());
  }
  Affine2 out;
  if (affine) {  // about the means, so that places far from the origin lose no digits
    Eigen::Matrix2d cross = Eigen::Matrix2d::Zero(), own = Eigen::Matrix2d::Zero();
    for (const auto& [k, i] : pairs) {
      const Eigen::Vector2d p(first[k].x - a.x, first[k].y - a.y), q(second[i].x - b.x, second[i].y - b.y);
      cross += p * q.transpose();
      own += q * q.transpose();
    }
    const Eigen::Matrix2d turn = cross * own.inverse();
    out = {turn(0, 0), turn(0, 1), turn(1, 0), turn(1, 1), 0, 0};
  }
  const PlanePoint turned = out(b);
  out.dx = a.x - turned.x;
  out.dy = a.y - turned.y;
  return out;
}

}  // namespace

PointRegistration register_points(std::span<const PlanePoint> first, std::span<const PlanePoint> second,
                                  double reach_px) {
  PointRegistration out;
  out.first = first.size();
  out.second = second.size();
  if (first.empty() || second.empty()) return out;
  const PlanePoint shift = voted_shift(first, second, std::max(1.0, reach_px));
  Affine2 map;
  map.dx = shift.x;
  map.dy = shift.y;
  double radius = 2;
  for (int round = 0; round < kRounds; ++round) {
    const Pairs pairs = mutual_pairs(first, second, map, radius);
    out.pairs = pairs.size();
    if (pairs.size() < kLeastPairs) break;
    out.affine = pairs.size() >= kAffinePairs && is_spread(second, pairs);
    map = fit(first, second, pairs, out.affine);
    double squares = 0;
    for (const auto& [k, i] : pairs) {
      const PlanePoint moved = map(second[i]);
      squares += std::pow(moved.x - first[k].x, 2) + std::pow(moved.y - first[k].y, 2);
    }
    const double fitted = out.affine ? 3 : 1;  // numbers along each axis
    const double left = static_cast<double>(pairs.size()) - fitted;
    out.residual_px = left >= 2 ? std::sqrt(squares / 2 / left) : std::numeric_limits<double>::quiet_NaN();
    constexpr double kLeastRadius = 0.5;  // pixels, chosen
    radius =
        std::clamp(std::isfinite(out.residual_px) ? 3 * std::sqrt(2.0) * out.residual_px : radius, kLeastRadius, 2.0);
  }
  if (out.pairs < kLeastPairs) {
    out.residual_px = std::numeric_limits<double>::quiet_NaN();
    out.affine = false;
    return out;
  }
  out.map = map;
  out.trusted = 2 * out.pairs >= std::min(first.size(), second.size());
  return out;
}

}  // namespace vesica
