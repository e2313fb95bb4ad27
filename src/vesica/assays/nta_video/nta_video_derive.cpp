// SPDX-License-Identifier: Apache-2.0
// Films of one preparation: their mean, with an interval over films.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <boost/math/distributions/students_t.hpp>

#include "vesica/assays/nta_video/nta_video_rows.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/select.h"

namespace vesica::nta_video {

namespace {

struct Key {
  std::string sample, condition, part, quantity;
  double time_h, at;
  bool operator<(const Key& other) const {
    const auto number = [](double t) { return std::isnan(t) ? -1e300 : t; };
    return std::tuple(sample, condition, part, quantity, number(time_h), number(at)) <
           std::tuple(other.sample, other.condition, other.part, other.quantity, number(other.time_h),
                      number(other.at));
  }
};

/// What all films of a study share: the volume learned from the same beads. Kept with the rows of concentration.
constexpr const char* kConcentration = "vesicle.concentration";
constexpr const char* kMeasured = "vesicle.concentration.measured";

double quantile975(std::size_t degrees) {
  return boost::math::quantile(boost::math::students_t(static_cast<double>(degrees)), 0.975);
}

bool on_curve(const std::string& quantity) {
  return quantity == "vesicle.number_density" || quantity == "vesicle.number_share";
}

/// Mean on the quantity's scale over films; bins that a film does not list hold nothing.
Observation mean_row(const std::vector<double>& values, std::size_t films, const Quantity& quantity, double common,
                     Observation row) {
  std::vector<double> all = values;
  const bool curve = on_curve(std::string(quantity.id));
  if (curve) all.resize(films, 0.0);
  const bool logarithmic = !curve && quantity.scale == Scale::kLog;
  const std::optional<double> mean = mean_on_scale(all, curve ? Scale::kLinear : quantity.scale);
  row.n = static_cast<std::int64_t>(all.size());
  row.value = mean.value_or(kNaN);
  if (!mean) row.status = Status::kNotMeasurable;
  if (!mean || all.size() < 2) return row;
  double middle = 0, square = 0, raw = 0, raw_square = 0;
  const auto scaled = [&](double value) { return logarithmic ? std::log(value) : value; };
  for (const double value : all) {
    middle += scaled(value) / static_cast<double>(all.size());
    raw += value / static_cast<double>(all.size());
  }
  for (const double value : all) {
    square += (scaled(value) - middle) * (scaled(value) - middle);
    raw_square += (value - raw) * (value - raw);
  }
  const auto n = static_cast<double>(all.size());
  row.sd = std::sqrt(raw_square / (n - 1));
  const double error = quantile975(all.size() - 1) * std::sqrt(square / (n - 1) / n);
  constexpr double kZ95 = 1.959963984540054;
  if (logarithmic) {
    const double reach = std::hypot(error, kZ95 * common);
    row.low = row.value * std::exp(-reach);
    row.high = row.value * std::exp(reach);
  } else {
    row.low = row.value - error;
    row.high = row.value + error;
    if (quantity.low >= 0) row.low = std::max(0.0, row.low);
  }
  row.interval = "t95";
  return row;
}

}  // namespace

Outcome derive_means(const ObservationTable& table, const Settings& settings) {
  Outcome out;
  std::map<Key, std::vector<double>> groups;
  std::map<std::tuple<std::string, std::string, std::string>, std::map<std::string, int>> films;
  std::map<std::string, double> common;  // by sample: what beads add, the same for all its films
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.source(i) != kNtaVideoAssay.id || table.origin(i) != Origin::kMeasured) continue;
    const std::string sample(table.sample(i));
    if (table.target(i) == kAllVideos || sample.empty()) continue;
    if (!table.target(i).empty() || table.replicate(i).empty() || table.status(i) != Status::kOk) continue;
    const Key key{sample,
                  std::string(table.condition(i)),
                  std::string(table.part(i)),
                  std::string(table.quantity(i)),
                  table.time_h(i),
                  table.at(i)};
    groups[key].push_back(table.value(i));
    films[{key.sample, key.condition, key.part}][std::string(table.replicate(i))] = 1;
    if (key.quantity == "nta.bead_count_ratio" && table.value(i) > 0) common[sample] = table.sd(i) / table.value(i);
  }
  for (const auto& [key, values] : groups) {
    const Quantity* quantity = find_quantity(key.quantity);
    const std::size_t count = films[{key.sample, key.condition, key.part}].size();
    if (quantity == nullptr || key.quantity.starts_with("nta.bead")) continue;
    InputFacts facts;
    facts.sample = key.sample;
    facts.condition = key.condition;
    facts.part = key.part;
    facts.time_h = key.time_h;
    facts.source = kNtaVideoAssay.id;
    Observation row = facts.row(key.quantity);
    row.target = kAllVideos;
    row.at = key.at;
    double shared = 0;
    if (key.quantity == kConcentration || key.quantity == kMeasured) {
      const auto beads = common.find(key.sample);
      shared = beads != common.end() && std::isfinite(beads->second) ? beads->second : 0;
      if (key.quantity == kConcentration) shared = std::hypot(shared, settings.dilution_cv);
    }
    out.observations.add(mean_row(values, count, *quantity, shared, row));
  }
  return out;
}

}  // namespace vesica::nta_video
