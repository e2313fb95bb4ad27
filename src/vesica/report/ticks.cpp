// SPDX-License-Identifier: Apache-2.0
// Axis ranges and ticks.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/require.h"
#include "vesica/report/svg.h"

namespace vesica {

namespace {

constexpr double kPadding = 0.05;           // chosen: points do not sit on the frame
constexpr double kSlack = 1e-9;             // relative to a step: a tick that rounding put just outside still counts
constexpr double kPlainFrom = 1e-4;         // chosen: smaller steps are written as powers of ten
constexpr double kPlainTo = 1e5;            // chosen: larger values are written as powers of ten
constexpr double kHalfDecade = 3.16227766;  // sqrt(10)

std::string superscript(int value) {
  static const char* const kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string result = value < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(value))) result += kDigits[c - '0'];
  return result;
}

std::string with_minus(std::string text) { return !text.empty() && text[0] == '-' ? "−" + text.substr(1) : text; }

/// mantissa x 10^exponent, the mantissa with the decimals that the step needs.
std::string power_label(double value, int exponent, int decimals) {
  const double mantissa = value / std::pow(10.0, exponent);
  std::string text = fmt::format("{:.{}f}", mantissa, std::max(0, decimals));
  if (text == "1") return "10" + superscript(exponent);
  if (text == "-1") return "−10" + superscript(exponent);
  return with_minus(text) + "×10" + superscript(exponent);
}

std::string linear_label(double value, int step_exponent, int axis_exponent, bool powers) {
  if (value == 0) return "0";
  if (powers) return power_label(value, axis_exponent, axis_exponent - step_exponent);
  return with_minus(fmt::format("{:.{}f}", value, std::max(0, -step_exponent)));
}

struct Step {
  double multiple = 1;  // 1, 2 or 5
  int exponent = 0;
  double size() const { return multiple * std::pow(10.0, exponent); }
};

Step step_near(double raw) {
  Step step;
  step.exponent = static_cast<int>(std::floor(std::log10(raw)));
  const double mantissa = raw / std::pow(10.0, step.exponent);
  if (mantissa <= 1.0 + kSlack) {
    step.multiple = 1;
  } else if (mantissa <= 2.0 + kSlack) {
    step.multiple = 2;
  } else if (mantissa <= 5.0 + kSlack) {
    step.multiple = 5;
  } else {
    step.multiple = 1;
    ++step.exponent;
  }
  return step;
}

Step finer(Step step) {
  if (step.multiple == 5) return {2, step.exponent};
  if (step.multiple == 2) return {1, step.exponent};
  return {5, step.exponent - 1};
}

/// k * step without the drift of repeated addition: exact for steps below 1 through division.
double multiple_of(const Step& step, double k) {
  return step.exponent < 0 ? k * step.multiple / std::pow(10.0, -step.exponent)
                           : k * step.multiple * std::pow(10.0, step.exponent);
}

}  // namespace

std::vector<Tick> linear_ticks(double low, double high, int target) {
  VESICA_REQUIRE(std::isfinite(low) && std::isfinite(high) && low < high, "an axis has a finite, non-empty range");
  Step step = step_near((high - low) / std::max(2, target));
  double first = 0, last = 0;
  for (int tries = 0; tries < 4; ++tries) {
    first = std::ceil(low / step.size() - kSlack);
    last = std::floor(high / step.size() + kSlack);
    if (last - first >= 2) break;
    step = finer(step);
  }
  const double largest = std::max(std::fabs(low), std::fabs(high));
  const bool powers = largest >= kPlainTo || step.size() < kPlainFrom;
  const int axis_exponent = static_cast<int>(std::floor(std::log10(largest) + kSlack));
  std::vector<Tick> ticks;
  for (double k = first; k <= last; ++k) {
    const double value = multiple_of(step, k);
    ticks.push_back({value, linear_label(value, step.exponent, axis_exponent, powers)});
  }
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high, int target) {
  VESICA_REQUIRE(low > 0 && std::isfinite(high) && low < high, "a log axis has a positive, non-empty range");
  if (high / low < kHalfDecade) {
    std::vector<Tick> ticks = linear_ticks(low, high, target);
    std::erase_if(ticks, [](const Tick& tick) { return tick.value <= 0; });
    return ticks;
  }
  const int from = static_cast<int>(std::floor(std::log10(low) + kSlack));
  const int to = static_cast<int>(std::ceil(std::log10(high) - kSlack));
  const double decades = std::log10(high / low);
  const int every = std::max(1, static_cast<int>(std::ceil(decades / target)));
  const bool plain = high < kPlainTo && low >= 1e-3;
  // Less than a decade has too few of 1, 2, 5 to read a value from.
  const auto is_labelled = [&](int m) {
    return decades < 0.9 ? m == 2 || m == 3 || m == 5 || m == 7 : m == 2 || m == 5;
  };
  std::vector<Tick> ticks;
  for (int e = from; e <= to; ++e) {
    for (int m = 1; m <= 9; ++m) {
      const double value = multiple_of({static_cast<double>(m), e}, 1);
      if (value < low * (1 - kSlack) || value > high * (1 + kSlack)) continue;
      const bool major = m == 1 ? (e - from) % every == 0 : decades < 2.5 && is_labelled(m);
      std::string label;
      if (major) label = plain ? fmt::format("{:.{}f}", value, std::max(0, -e)) : power_label(value, e, 0);
      ticks.push_back({value, label});
    }
  }
  return ticks;
}

double AxisScale::operator()(double value) const {
  const double share = log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return start + share * (end - start);
}

void nice_range(const std::vector<double>& values, bool log, bool from_zero, double& low, double& high) {
  low = high = 0;
  bool any = false;
  for (const double v : values) {
    if (!std::isfinite(v) || (log && v <= 0)) continue;
    low = any ? std::min(low, v) : v;
    high = any ? std::max(high, v) : v;
    any = true;
  }
  if (log) {
    if (!any) low = 1, high = 10;
    const double ratio = std::max(high / low, 1.5);  // chosen: one value alone gets half a factor of two around it
    const double pad = std::pow(ratio, kPadding);
    const double centre = std::sqrt(low) * std::sqrt(high);
    if (high / low < 1.5) low = centre / std::sqrt(1.5), high = centre * std::sqrt(1.5);
    low /= pad;
    high *= pad;
    return;
  }
  if (!any) {
    low = 0, high = 1;
    return;
  }
  if (from_zero) low = std::min(low, 0.0), high = std::max(high, 0.0);
  if (low == high) {
    const double half = low == 0 ? 0.5 : std::fabs(low) * 0.1;  // chosen
    low -= half, high += half;
    if (from_zero) low = 0, high = 1;
  }
  const double pad = (high - low) * kPadding;
  const bool zero_low = low == 0, zero_high = high == 0;
  if (!(from_zero && zero_low)) low -= pad;
  if (!(from_zero && zero_high)) high += pad;
}

}  // namespace vesica
