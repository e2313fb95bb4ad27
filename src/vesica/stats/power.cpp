// SPDX-License-Identifier: Apache-2.0
// Power by noncentral distributions; sample sizes and effects by bracketing, as power rises with both.
#include "vesica/stats/power.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "vesica/stats/distributions.h"
#include "vesica/stats/root.h"

namespace vesica::stats {
namespace {

constexpr double kMostUnits = 1e7;

bool usable(double alpha, double sd) { return alpha > 0 && alpha < 1 && sd > 0 && std::isfinite(sd); }

double degrees(Layout layout, double n) { return layout == Layout::kTwoSample ? 2 * (n - 1) : n - 1; }

// The n in [2, kMostUnits] at which a rising power reaches the wanted one.
double least_n(double wanted, const std::function<double(double)>& power) {
  constexpr double kLeast = 2;
  if (!(wanted > 0 && wanted < 1) || std::isnan(power(kLeast))) return kNoNumber;
  if (power(kLeast) >= wanted) return kLeast;
  double high = 2 * kLeast;
  while (high < kMostUnits && power(high) < wanted) high *= 2;
  if (high >= kMostUnits) return kNoNumber;
  return find_root([&](double n) { return power(n) - wanted; }, high / 2, high);
}

}  // namespace

double power_t(Layout layout, double n, double delta, double sd, double alpha) {
  if (!usable(alpha, sd) || !(n >= 2) || !std::isfinite(n) || !std::isfinite(delta)) return kNoNumber;
  const double df = degrees(layout, n);
  const double root = std::sqrt(layout == Layout::kTwoSample ? n / 2 : n);
  return noncentral_t_upper(t_quantile(1 - alpha / 2, df), df, root * std::abs(delta) / sd);
}

double power_welch(double n1, double n2, double delta, double sd1, double sd2, double alpha) {
  if (!usable(alpha, sd1) || !usable(alpha, sd2) || !(n1 >= 2) || !(n2 >= 2) || !std::isfinite(delta) ||
      !std::isfinite(n1 + n2)) {
    return kNoNumber;
  }
  const double part1 = sd1 * sd1 / n1;
  const double part2 = sd2 * sd2 / n2;
  const double both = part1 + part2;
  const double df = both * both / (part1 * part1 / (n1 - 1) + part2 * part2 / (n2 - 1));
  return noncentral_t_upper(t_quantile(1 - alpha / 2, df), df, std::abs(delta) / std::sqrt(both));
}

double n_for_power(Layout layout, double power, double delta, double sd, double alpha) {
  if (delta == 0) return kNoNumber;
  return least_n(power, [&](double n) { return power_t(layout, n, delta, sd, alpha); });
}

double detectable_difference(Layout layout, double n, double power, double sd, double alpha) {
  if (!(power > 0 && power < 1) || std::isnan(power_t(layout, n, 0, sd, alpha))) return kNoNumber;
  const auto miss = [&](double delta) { return power_t(layout, n, delta * sd, sd, alpha) - power; };
  if (miss(0) >= 0) return 0;
  double high = 1;
  constexpr double kLargest = 1e6;
  while (high < kLargest && miss(high) < 0) high *= 2;
  return sd * find_root(miss, 0, high);
}

double power_anova(int k, double n, double between, double within, double alpha) {
  if (k < 2 || !(n >= 2) || !(between >= 0) || !usable(alpha, within) || !std::isfinite(n)) return kNoNumber;
  const double df1 = k - 1;
  const double df2 = k * (n - 1);
  return noncentral_f_upper(f_quantile_upper(alpha, df1, df2), df1, df2, df1 * n * between / within);
}

double n_for_power_anova(int k, double power, double between, double within, double alpha) {
  if (!(between > 0)) return kNoNumber;
  return least_n(power, [&](double n) { return power_anova(k, n, between, within, alpha); });
}

double unit_mean_sd(double between_units, double within_units, double objects_per_unit) {
  if (!(between_units >= 0) || !(within_units >= 0) || !(objects_per_unit >= 1)) return kNoNumber;
  return std::sqrt(between_units + within_units / objects_per_unit);
}

double intraclass_correlation(double between_units, double within_units) {
  if (!(between_units >= 0) || !(within_units >= 0) || between_units + within_units == 0) return kNoNumber;
  return between_units / (between_units + within_units);
}

double design_effect(double objects_per_unit, double intraclass_correlation) {
  return 1 + (objects_per_unit - 1) * intraclass_correlation;
}

}  // namespace vesica::stats
