// SPDX-License-Identifier: Apache-2.0
#include "vesica/data/proportion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/special_functions/beta.hpp>

#include "vesica/base/require.h"

namespace vesica {

namespace {

constexpr double kZ = 1.959963984540054;  // 0.975 quantile of the standard normal distribution

Share unknown() {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  return {kNone, kNone, kNone};
}

}  // namespace

Share wilson95(std::uint64_t hits, std::uint64_t all) {
  VESICA_REQUIRE(hits <= all, "more hits than objects");
  const double n = static_cast<double>(all);
  return wilson95_of(all == 0 ? 0 : static_cast<double>(hits) / n, n);
}

Share wilson95_of(double share, double objects) {
  VESICA_REQUIRE(share >= 0 && share <= 1, "a share lies between 0 and 1");
  if (!(objects > 0)) return unknown();
  const double n = objects, p = share;
  const double middle = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n)) / (1 + kZ * kZ / n);
  return {p, p == 0 ? 0 : std::clamp(middle - half, 0.0, p), p == 1 ? 1 : std::clamp(middle + half, p, 1.0)};
}

namespace {

Share beyond(const Share& seen, const Share& control) {
  const auto excess = [](double f, double a) { return (f - a) / (1 - a); };
  const double p = excess(seen.value, control.value);
  const double down = std::hypot(p - excess(seen.low, control.value), p - excess(seen.value, control.high));
  const double up = std::hypot(excess(seen.high, control.value) - p, excess(seen.value, control.low) - p);
  const auto share = [](double value) { return std::clamp(value, 0.0, 1.0); };
  return {share(p), share(p - down), share(p + up)};
}

}  // namespace

Share beyond_control(std::uint64_t hits, std::uint64_t all, std::uint64_t control_hits, std::uint64_t control_all) {
  if (all == 0 || control_all == 0 || control_hits == control_all) return unknown();
  return beyond(wilson95(hits, all), wilson95(control_hits, control_all));
}

Share above_own_cut(std::uint64_t above, std::uint64_t all) {
  VESICA_REQUIRE(above <= all, "more above the cut than there are");
  if (all == 0 || above == all) return unknown();
  const double k = static_cast<double>(above) + 1, rest = static_cast<double>(all - above);
  return {k / (k + rest), boost::math::ibeta_inv(k, rest, 0.025), boost::math::ibeta_inv(k, rest, 0.975)};
}

Share beyond_own_cut(std::uint64_t hits, std::uint64_t all, std::uint64_t control_above, std::uint64_t control_all) {
  const Share control = above_own_cut(control_above, control_all);
  if (all == 0 || !std::isfinite(control.value)) return unknown();
  return beyond(wilson95(hits, all), control);
}

}  // namespace vesica
