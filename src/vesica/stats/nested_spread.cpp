// SPDX-License-Identifier: Apache-2.0
#include "vesica/stats/nested_spread.h"

#include <algorithm>
#include <set>

#include "vesica/stats/mixed_model.h"

namespace vesica::stats {

namespace {

/// Two groupings are the same when each level of one lies in one level of the other and back.
bool same_grouping(const Factor& a, const Factor& b) {
  if (a.levels != b.levels) return false;
  std::set<std::pair<int, int>> pairs;
  for (std::size_t i = 0; i < a.level.size(); ++i) pairs.insert({a.level[i], b.level[i]});
  return pairs.size() == static_cast<std::size_t>(a.levels);
}

std::vector<Factor> useful_factors(std::span<const Grouping> groupings, std::size_t values) {
  std::vector<Factor> out;
  for (const Grouping& grouping : groupings) {
    const bool unnamed =
        std::any_of(grouping.of.begin(), grouping.of.end(), [](const std::string& name) { return name.empty(); });
    if (unnamed || grouping.of.size() != values) continue;
    Factor factor = make_factor(grouping.name, grouping.of);
    const bool useful =
        factor.levels >= 2 && static_cast<std::size_t>(factor.levels) < values &&
        std::none_of(out.begin(), out.end(), [&](const Factor& other) { return same_grouping(factor, other); });
    if (useful) out.push_back(std::move(factor));
  }
  return out;
}

}  // namespace

NestedSpread nested_spread(std::span<const double> values, std::span<const Grouping> groupings) {
  NestedSpread out;
  out.status = check_values(values, 3);
  if (out.status != TestStatus::kOk) return out;
  std::vector<Factor> factors = useful_factors(groupings, values.size());
  const Eigen::MatrixXd design = Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(values.size()), 1);
  out.status = TestStatus::kNotSeparable;
  while (!factors.empty()) {
    const MixedFit fit = fit_mixed(design, values, factors);
    out.status = fit.status;
    if (fit.status == TestStatus::kOk) {
      out.mean = fit.beta(0);
      for (const VarianceComponent& one : fit.components)
        out.components.push_back({one.name, one.variance, one.at_boundary, one.levels});
    }
    if (fit.status != TestStatus::kNotSeparable) break;
    const auto guilty =
        std::find_if(factors.begin(), factors.end(), [&](const Factor& factor) { return factor.name == fit.trouble; });
    factors.erase(guilty == factors.end() ? std::prev(factors.end()) : guilty);
  }
  return out;
}

}  // namespace vesica::stats
