// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/track_motion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vesica {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double at(const std::vector<double>& series, std::uint64_t frame) {
  return series.empty() ? 0 : series[std::min<std::size_t>(frame, series.size() - 1)];
}

/// Effective number of independent displacements over `lag` steps in a track of n positions (Qian 1991, B4).
double independent(double n, double t) {
  if (t > n / 2) {
    const double m = n - t;
    return 1 / (1 + (m * m * m + 5 * t - 4 * m * m * t - n) / (6 * m * t * t));
  }
  return 6 * (n - t) * (n - t) * t / (2 * n - t + 4 * n * t * t - 5 * t * t * t);
}

}  // namespace

double Drift::x_at(std::uint64_t frame) const { return at(x, frame); }
double Drift::y_at(std::uint64_t frame) const { return at(y, frame); }

void DriftSum::add(const Track& track) {
  const auto& points = track.points;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].frame != points[i - 1].frame + 1) continue;
    const auto frame = static_cast<std::size_t>(points[i].frame);
    if (frame >= n_.size())
      for (auto* series : {&x_, &y_, &n_}) series->resize(frame + 1, 0.0);
    x_[frame] += points[i].spot.x - points[i - 1].spot.x;
    y_[frame] += points[i].spot.y - points[i - 1].spot.y;
    n_[frame] += 1;
  }
}

Drift DriftSum::drift(std::size_t smoothing) const {
  const std::size_t window = std::max<std::size_t>(1, smoothing);
  Drift out;
  double x = 0, y = 0;
  for (std::size_t i = 0; i < n_.size(); ++i) {
    double sum_x = 0, sum_y = 0, frames = 0;
    for (std::size_t j = i + 1 - std::min(i + 1, window); j <= i; ++j) {
      if (n_[j] <= 0) continue;
      sum_x += x_[j] / n_[j];
      sum_y += y_[j] / n_[j];
      frames += 1;
    }
    if (frames > 0) {
      x += sum_x / frames;
      y += sum_y / frames;
    }
    out.x.push_back(x);
    out.y.push_back(y);
  }
  return out;
}

void subtract(const Drift& drift, Track& track) {
  for (TrackSpot& point : track.points) {
    point.spot.x -= drift.x_at(point.frame);
    point.spot.y -= drift.y_at(point.frame);
    point.drift_x = point.drift_y = 0;
  }
}

bool is_stuck(const Track& track, std::size_t min_points, double range_px) {
  if (track.points.empty() || track.points.size() < min_points) return false;
  double x = 0, y = 0;
  for (const TrackSpot& point : track.points) {
    x += point.spot.x;
    y += point.spot.y;
  }
  const auto n = static_cast<double>(track.points.size());
  return std::all_of(track.points.begin(), track.points.end(), [&](const TrackSpot& point) {
    return std::hypot(point.spot.x - x / n, point.spot.y - y / n) <= range_px;
  });
}

Msd msd_of(const Track& track, std::size_t max_lag) {
  Msd out{std::vector<double>(max_lag, kNone), std::vector<double>(max_lag, 0.0)};
  const auto& points = track.points;
  if (points.size() < 2) return out;
  const auto frames = static_cast<std::size_t>(points.back().frame - points.front().frame) + 1;
  const std::size_t lags = std::min(max_lag, frames - 1);
  std::vector<double> sums(lags, 0.0), counts(lags, 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const auto lag = static_cast<std::size_t>(points[j].frame - points[i].frame);
      if (lag > lags) break;
      const double dx = points[j].spot.x - points[i].spot.x, dy = points[j].spot.y - points[i].spot.y;
      sums[lag - 1] += dx * dx + dy * dy;
      counts[lag - 1] += 1;
    }
  }
  const double seen = static_cast<double>(points.size()) / static_cast<double>(frames);
  double wanted = 0, given = 0;
  for (std::size_t k = 0; k < lags; ++k) {
    const double weight = independent(static_cast<double>(frames), static_cast<double>(k + 1)) * seen;
    wanted += weight;
    if (counts[k] <= 0) continue;
    out.msd[k] = sums[k] / counts[k];
    out.weights[k] = weight;
    given += weight;
  }
  if (given > 0)
    for (double& weight : out.weights) weight *= wanted / given;
  return out;
}

Msd ensemble_msd(std::span<const Track> tracks, std::size_t max_lag) {
  Msd out{std::vector<double>(max_lag, 0.0), std::vector<double>(max_lag, 0.0)};
  for (const Track& track : tracks) {
    const Msd one = msd_of(track, max_lag);
    for (std::size_t k = 0; k < max_lag; ++k) {
      if (!(one.weights[k] > 0)) continue;
      out.msd[k] += one.weights[k] * one.msd[k];
      out.weights[k] += one.weights[k];
    }
  }
  for (std::size_t k = 0; k < max_lag; ++k) out.msd[k] = out.weights[k] > 0 ? out.msd[k] / out.weights[k] : kNone;
  return out;
}

PowerLaw fit_power_law(std::span<const double> t, std::span<const double> values) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < std::min(t.size(), values.size()); ++i) {
    if (!(t[i] > 0) || !(values[i] > 0)) continue;
    const double x = std::log(t[i]), y = std::log(values[i]);
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  const double spread = n * sxx - sx * sx;
  if (n < 2 || !(spread > 0)) return {kNone, kNone};
  const double slope = (n * sxy - sx * sy) / spread;
  return {slope, std::exp((sy - slope * sx) / n)};
}

}  // namespace vesica
