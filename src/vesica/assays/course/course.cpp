// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/course/course.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <boost/math/distributions/students_t.hpp>

namespace vesica::course {

namespace {

constexpr std::size_t kLeastTerminal = 3;
constexpr double kAsGood = 1e-4;  ///< of adjusted r²: Phoenix WinNonlin's rule
constexpr double kShare975 = 0.975;

/// The values that count: 0 before the first that the instrument saw, none for the others below its limit.
std::vector<Point> counted(std::span<const Point> points) {
  std::vector<Point> out;
  bool seen = false;
  for (Point point : points) {
    if (std::isnan(point.value) && !point.below) continue;
    if (point.below && seen) continue;
    if (point.below) point.value = 0;
    seen = seen || point.value > 0;
    out.push_back(point);
  }
  return out;
}

struct Line {
  double slope = kNaN, intercept = kNaN, adjusted = kNaN;
};

Line fit(std::span<const Point> points) {
  const auto n = static_cast<double>(points.size());
  double mean_t = 0, mean_y = 0;
  for (const Point& p : points) mean_t += p.time_h / n, mean_y += std::log(p.value) / n;
  double tt = 0, ty = 0, yy = 0;
  for (const Point& p : points) {
    const double t = p.time_h - mean_t, y = std::log(p.value) - mean_y;
    tt += t * t, ty += t * y, yy += y * y;
  }
  Line out;
  out.slope = ty / tt;
  out.intercept = mean_y - out.slope * mean_t;
  const double r2 = yy > 0 ? ty * ty / (tt * yy) : 0;
  out.adjusted = 1 - (1 - r2) * (n - 1) / (n - 2);
  return out;
}

void find_terminal(const std::vector<Point>& points, std::size_t peak, Entry entry, Quantities& out) {
  std::vector<Point> tail;
  for (std::size_t i = entry == Entry::kBolus ? peak : peak + 1; i < points.size(); ++i)
    if (points[i].value > 0) tail.push_back(points[i]);
  double best = -1;
  std::vector<std::pair<std::size_t, Line>> lines;
  for (std::size_t n = kLeastTerminal; n <= tail.size(); ++n) {
    const Line line = fit(std::span(tail).last(n));
    if (!(line.slope < 0)) continue;
    lines.emplace_back(n, line);
    best = std::max(best, line.adjusted);
  }
  for (const auto& [n, line] : lines) {
    if (line.adjusted < best - kAsGood) continue;
    out.terminal_points = n;
    out.lambda_per_h = -line.slope;
    out.r_squared = line.adjusted;
  }
  if (out.terminal_points > 0) out.half_life_h = std::log(2.0) / out.lambda_per_h;
}

/// Area and first moment between two points.
std::pair<double, double> between(const Point& a, const Point& b, Trapezoid rule) {
  const double h = b.time_h - a.time_h;
  const bool falls = b.value < a.value && b.value > 0;
  if (rule == Trapezoid::kLinearLog && falls) {
    const double k = std::log(a.value / b.value) / h;
    return {(a.value - b.value) / k, (a.time_h * a.value - b.time_h * b.value) / k + (a.value - b.value) / (k * k)};
  }
  return {h * (a.value + b.value) / 2, h * (a.time_h * a.value + b.time_h * b.value) / 2};
}

/// The value of a bolus at 0: the line through the logarithms of the first two values, the first value when it rises.
double back_extrapolated(const std::vector<Point>& points) {
  const Point &a = points[0], &b = points[1];
  if (!(a.value > 0) || !(b.value > 0) || b.value >= a.value) return a.value;
  const double k = std::log(a.value / b.value) / (b.time_h - a.time_h);
  return a.value * std::exp(k * a.time_h);
}

}  // namespace

Quantities quantities_of(std::span<const Point> given, Trapezoid rule, Entry entry) {
  Quantities out;
  std::vector<Point> points = counted(given);
  if (points.empty()) return out;
  const auto highest =
      std::max_element(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.value < b.value; });
  out.peak = highest->value;
  out.time_of_peak = highest->time_h;
  if (!(out.peak > 0) || points.size() < 2) return out;
  find_terminal(points, static_cast<std::size_t>(highest - points.begin()), entry, out);
  if (entry == Entry::kBolus && points[0].time_h > 0) {
    out.at_start = back_extrapolated(points);
    points.insert(points.begin(), {0, out.at_start, false});
  }
  while (points.back().value <= 0) points.pop_back();
  out.last = points.back().value;
  out.time_of_last = points.back().time_h;
  double moment = 0;
  out.auc_last = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto [area, first] = between(points[i - 1], points[i], rule);
    out.auc_last += area;
    moment += first;
  }
  if (out.terminal_points == 0) return out;
  const double k = out.lambda_per_h, rest = out.last / k;
  out.auc_infinity = out.auc_last + rest;
  out.extrapolated_share = rest / out.auc_infinity;
  out.residence_h = (moment + out.time_of_last * rest + rest / k) / out.auc_infinity;
  return out;
}

namespace {

/// Covariance of two means over the individuals that both groups hold; their own variance for one group.
double covariance_of_means(const Group& a, const Group& b) {
  std::map<std::size_t, double> first;
  for (std::size_t i = 0; i < a.who.size(); ++i) first.emplace(a.who[i], a.values[i]);
  std::vector<std::pair<double, double>> both;
  for (std::size_t j = 0; j < b.who.size(); ++j) {
    const auto found = first.find(b.who[j]);
    if (found != first.end()) both.emplace_back(found->second, b.values[j]);
  }
  if (both.size() < 2) return 0;
  const auto n = static_cast<double>(both.size());
  double mean_a = 0, mean_b = 0, sum = 0;
  for (const auto& [x, y] : both) mean_a += x / n, mean_b += y / n;
  for (const auto& [x, y] : both) sum += (x - mean_a) * (y - mean_b);
  return sum / (n - 1) * n / (static_cast<double>(a.values.size()) * static_cast<double>(b.values.size()));
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

SparseArea sparse_area(std::span<const Group> groups) {
  SparseArea out;
  const std::size_t n = groups.size();
  if (n < 2) return out;
  std::vector<double> weights(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double before = i > 0 ? groups[i].time_h - groups[i - 1].time_h : 0;
    const double after = i + 1 < n ? groups[i + 1].time_h - groups[i].time_h : 0;
    weights[i] = (before + after) / 2;
  }
  out.area = 0;
  bool has_error = true;
  for (std::size_t i = 0; i < n; ++i) {
    out.area += weights[i] * mean(groups[i].values);
    has_error = has_error && groups[i].values.size() > 1;
  }
  if (!has_error) return out;
  double variance = 0, own = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) variance += weights[i] * weights[j] * covariance_of_means(groups[i], groups[j]);
    const double part = weights[i] * weights[i] * covariance_of_means(groups[i], groups[i]);
    own += part * part / static_cast<double>(groups[i].values.size() - 1);
  }
  if (!(variance >= 0)) return out;
  out.standard_error = std::sqrt(variance);
  if (!(own > 0)) return out;
  out.degrees = variance * variance / own;
  const double t = boost::math::quantile(boost::math::students_t(std::max(out.degrees, 1.0)), kShare975);
  out.low = out.area - t * out.standard_error;
  out.high = out.area + t * out.standard_error;
  return out;
}

}  // namespace vesica::course
