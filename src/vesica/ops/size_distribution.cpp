// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/size_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace vesica::sizes {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kNm2PerUm2 = 1e6;
constexpr double kNm3PerUm3 = 1e9;

double density(const Distribution& bins, std::size_t i) { return bins.amount[i] / (bins.upper[i] - bins.lower[i]); }

}  // namespace

void scale_sizes(Distribution& bins, double factor) {
  for (std::vector<double>* column : {&bins.lower, &bins.upper, &bins.centre}) {
    for (double& value : *column) value *= factor;
  }
}

double total(const Distribution& bins) {
  double sum = 0;
  for (const double amount : bins.amount) sum += amount;
  return sum;
}

double percentile(const Distribution& bins, double p) {
  const double target = p * total(bins);
  double below = 0;
  double last = kNone;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    const double amount = bins.amount[i];
    if (!(amount > 0)) continue;
    if (below + amount >= target) {
      return bins.lower[i] + std::max(0.0, target - below) / amount * (bins.upper[i] - bins.lower[i]);
    }
    below += amount;
    last = bins.upper[i];
  }
  return last;
}

double mode(const Distribution& bins) {
  std::size_t top = 0;
  double highest = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    if (density(bins, i) <= highest) continue;
    highest = density(bins, i);
    top = i;
  }
  if (!(highest > 0)) return kNone;
  if (top == 0 || top + 1 == bins.amount.size()) return bins.centre[top];
  const double x0 = bins.centre[top - 1], x1 = bins.centre[top], x2 = bins.centre[top + 1];
  const double left = (highest - density(bins, top - 1)) / (x1 - x0);   // >= 0: slope up to the top
  const double right = (highest - density(bins, top + 1)) / (x2 - x1);  // >= 0: slope down from it
  if (!(left + right > 0)) return x1;
  // Newton's form of the parabola: its slope at x1 is the mean of both slopes weighted by the other interval.
  const double curvature = -(left + right) / (x2 - x0);
  const double slope = (left * (x2 - x1) - right * (x1 - x0)) / (x2 - x0);
  return std::clamp(x1 - slope / (2 * curvature), x0, x2);
}

SizeSummary summarise(const Distribution& bins) {
  SizeSummary out{total(bins), kNone, kNone, kNone, kNone, kNone, kNone, kNone, 0, 0};
  if (!(out.total > 0)) return out;
  double first = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    const double d = bins.centre[i];
    first += bins.amount[i] * d;
    out.surface_um2 += bins.amount[i] * std::numbers::pi * d * d / kNm2PerUm2;
    out.volume_um3 += bins.amount[i] * std::numbers::pi / 6 * d * d * d / kNm3PerUm3;
  }
  out.mean = first / out.total;
  double second = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    second += bins.amount[i] * (bins.centre[i] - out.mean) * (bins.centre[i] - out.mean);
  }
  out.sd = std::sqrt(second / out.total);
  out.mode = mode(bins);
  out.d10 = percentile(bins, 0.1);
  out.d50 = percentile(bins, 0.5);
  out.d90 = percentile(bins, 0.9);
  out.span = (out.d90 - out.d10) / out.d50;
  return out;
}

Distribution regrid(const Distribution& bins, double width_nm) {
  Distribution out;
  std::size_t used = bins.amount.size();
  while (used > 0 && !(bins.amount[used - 1] > 0)) --used;
  if (used == 0) return out;
  const double needed = std::ceil(bins.upper[used - 1] / width_nm - 1e-9);
  if (!(needed <= static_cast<double>(kMaxGridBins))) return out;
  const auto n = static_cast<std::size_t>(std::max(1.0, needed));
  out.amount.assign(n, 0.0);
  for (std::size_t i = 0; i < used; ++i) {
    if (!(bins.amount[i] > 0)) continue;
    const double per_nm = density(bins, i);
    auto k = std::min(n - 1, static_cast<std::size_t>(bins.lower[i] / width_nm));
    double left = bins.lower[i];
    for (; k < n; ++k) {
      const double right = k + 1 == n ? bins.upper[i] : std::min(bins.upper[i], static_cast<double>(k + 1) * width_nm);
      if (right > left) out.amount[k] += per_nm * (right - left);
      left = std::max(left, right);
      if (right >= bins.upper[i]) break;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    out.lower.push_back(static_cast<double>(k) * width_nm);
    out.upper.push_back(static_cast<double>(k + 1) * width_nm);
    out.centre.push_back((static_cast<double>(k) + 0.5) * width_nm);
  }
  return out;
}

}  // namespace vesica::sizes
