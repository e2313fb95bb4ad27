// SPDX-License-Identifier: Apache-2.0
#include "vesica/stats/control_chart.h"

#include <algorithm>
#include <cmath>

#include "vesica/stats/descriptive.h"

namespace vesica::stats {

namespace {

constexpr double kD2 = 1.128;  ///< E|x1 - x2| / sigma, to the three decimals of the published tables
constexpr double kD4 = 3.267;  ///< 1 + 3 d3/d2

/// Places of the values in units of sigma about the centre.
std::vector<double> standardised(std::span<const double> values, const ControlChart& chart) {
  std::vector<double> out;
  for (const double value : values) out.push_back((value - chart.centre) / chart.sigma);
  return out;
}

using Signals = std::vector<ChartSignal>;

/// Points i for which at least `wanted` of the last `of` lie beyond `sigma` on the side of point i, itself among them.
void beyond(const std::vector<double>& z, std::size_t wanted, std::size_t of, double sigma, const char* rule,
            Signals& out) {
  for (std::size_t i = 0; i < z.size(); ++i) {
    for (const double side : {1.0, -1.0}) {
      if (!(side * z[i] > sigma)) continue;
      std::size_t count = 0;
      for (std::size_t k = i + 1 >= of ? i + 1 - of : 0; k <= i; ++k) count += side * z[k] > sigma;
      if (count >= wanted && i + 1 >= wanted) out.push_back({i, rule});
    }
  }
}

/// Points at the end of `length` neighbours for which `holds(k)` is true of each.
template <typename Holds>
void runs(std::size_t first, std::size_t size, std::size_t length, const char* rule, const Holds& holds, Signals& out) {
  std::size_t run = 0;
  for (std::size_t i = first; i < size; ++i) {
    run = holds(i) ? run + 1 : 0;
    if (run >= length) out.push_back({i, rule});
  }
}

void one_side(const std::vector<double>& z, std::size_t length, const char* rule, Signals& out) {
  for (const double side : {1.0, -1.0})
    runs(
        0, z.size(), length, rule, [&](std::size_t i) { return side * z[i] > 0; }, out);
}

void nelson(const std::vector<double>& z, Signals& out) {
  one_side(z, 9, "9_on_one_side", out);
  for (const double side : {1.0, -1.0}) {
    // Six points in a row are five steps.
    runs(
        1, z.size(), 5, "6_rising_or_falling", [&](std::size_t i) { return side * (z[i] - z[i - 1]) > 0; }, out);
  }
  // Fourteen points alternate: twelve turns.
  runs(
      2, z.size(), 12, "14_alternating", [&](std::size_t i) { return (z[i] - z[i - 1]) * (z[i - 1] - z[i - 2]) < 0; },
      out);
  beyond(z, 2, 3, 2, "2_of_3_beyond_2_sigma", out);
  beyond(z, 4, 5, 1, "4_of_5_beyond_1_sigma", out);
  runs(
      0, z.size(), 15, "15_within_1_sigma", [&](std::size_t i) { return std::abs(z[i]) < 1; }, out);
  runs(
      0, z.size(), 8, "8_beyond_1_sigma", [&](std::size_t i) { return std::abs(z[i]) > 1; }, out);
}

}  // namespace

std::vector<std::string> chart_rules(ChartRules rules) {
  if (rules == ChartRules::kLimits) return {"beyond_3_sigma"};
  if (rules == ChartRules::kWesternElectric)
    return {"beyond_3_sigma", "2_of_3_beyond_2_sigma", "4_of_5_beyond_1_sigma", "8_on_one_side"};
  return {"beyond_3_sigma",        "9_on_one_side",         "6_rising_or_falling", "14_alternating",
          "2_of_3_beyond_2_sigma", "4_of_5_beyond_1_sigma", "15_within_1_sigma",   "8_beyond_1_sigma"};
}

ControlChart control_chart(std::span<const double> values, ChartRules rules) {
  ControlChart out;
  out.status = check_values(values, 2);
  if (out.status != TestStatus::kOk) return out;
  for (std::size_t i = 1; i < values.size(); ++i) out.ranges.push_back(std::abs(values[i] - values[i - 1]));
  out.centre = mean(values);
  out.mean_range = mean(out.ranges);
  if (!(out.mean_range > 0)) {
    out.status = TestStatus::kNoVariance;
    return out;
  }
  out.sigma = out.mean_range / kD2;
  out.low = out.centre - 3 * out.sigma, out.high = out.centre + 3 * out.sigma;
  out.range_high = kD4 * out.mean_range;
  const std::vector<double> z = standardised(values, out);
  beyond(z, 1, 1, 3, "beyond_3_sigma", out.signals);
  if (rules == ChartRules::kWesternElectric) {
    beyond(z, 2, 3, 2, "2_of_3_beyond_2_sigma", out.signals);
    beyond(z, 4, 5, 1, "4_of_5_beyond_1_sigma", out.signals);
    one_side(z, 8, "8_on_one_side", out.signals);
  } else if (rules == ChartRules::kNelson) {
    nelson(z, out.signals);
  }
  std::stable_sort(out.signals.begin(), out.signals.end(),
                   [](const ChartSignal& a, const ChartSignal& b) { return a.index < b.index; });
  for (std::size_t i = 0; i < out.ranges.size(); ++i) {
    if (out.ranges[i] > out.range_high) out.range_signals.push_back({i + 1, "range"});
  }
  return out;
}

}  // namespace vesica::stats
