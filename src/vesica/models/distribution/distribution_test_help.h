// SPDX-License-Identifier: Apache-2.0
// What the tests of distribution share: one prediction, one value of it.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/models/distribution/evaluate.h"

namespace vesica::distribution {

inline double value(const Predictions& from, std::string_view quantity, std::string_view target, double time,
                    std::size_t settings = 0) {
  for (std::size_t r = 0; r < from.rows.size(); ++r) {
    const Observation& row = from.rows[r];
    if (row.quantity == quantity && row.target == target &&
        (row.time_h == time || (std::isnan(time) && std::isnan(row.time_h))))
      return from.value(settings, r);
  }
  ADD_FAILURE() << quantity << " " << target << " " << time;
  return kNaN;
}

inline Predictions one(const Settings& settings, std::vector<double> times = {},
                       std::vector<std::string> quantities = {}) {
  Scenario scenario;
  scenario.times_h = std::move(times);
  scenario.quantities = std::move(quantities);
  const AnySettings any = AnySettings::of(settings);
  return evaluate(scenario, std::span(&any, 1), {}, Context{});
}

}  // namespace vesica::distribution
