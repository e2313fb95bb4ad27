// SPDX-License-Identifier: Apache-2.0
#include "vesica/table/select.h"

#include <cmath>
#include <unordered_map>

#include "vesica/base/number.h"

namespace vesica {

namespace {

/// The parts of the key that a pair shares; the sample is compared apart, since a prediction may have none.
std::string pair_key(const ObservationTable& table, std::size_t i) {
  std::string key;
  for (const std::string_view text : {table.quantity(i), table.target(i), table.condition(i)}) {
    key += text;
    key += '\x1f';
  }
  for (const double number : {table.time_h(i), table.at(i)}) {
    key += std::isnan(number) ? "" : exact_number(number);
    key += '\x1f';
  }
  return key;
}

}  // namespace

double to_scale(double value, Scale scale) {
  switch (scale) {
    case Scale::kLinear:
      return value;
    case Scale::kLog:
      return value > 0 ? std::log(value) : kNaN;
    case Scale::kLogit:
      return value > 0 && value < 1 ? std::log(value / (1 - value)) : kNaN;
  }
  return kNaN;
}

double from_scale(double scaled, Scale scale) {
  if (scale == Scale::kLinear) return scaled;
  return scale == Scale::kLog ? std::exp(scaled) : 1 / (1 + std::exp(-scaled));
}

std::optional<double> mean_on_scale(const std::vector<double>& values, Scale scale) {
  double sum = 0;
  for (const double value : values) sum += to_scale(value, scale);
  if (values.empty() || !std::isfinite(sum)) return std::nullopt;
  return from_scale(sum / static_cast<double>(values.size()), scale);
}

std::vector<Pair> pair_rows(const ObservationTable& table) {
  std::unordered_map<std::string, std::vector<std::size_t>> predicted;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) == Origin::kPredicted) predicted[pair_key(table, i)].push_back(i);
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured) continue;
    const auto found = predicted.find(pair_key(table, i));
    if (found == predicted.end()) continue;
    for (const std::size_t other : found->second) {
      if (table.sample(other).empty() || table.sample(other) == table.sample(i)) pairs.push_back({i, other});
    }
  }
  return pairs;
}

}  // namespace vesica
