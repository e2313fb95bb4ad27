// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/cell_uptake/cell_uptake_pooled.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/solve/standard_curve.h"

namespace vesica::cell_uptake {

namespace {

constexpr double kLevel = 0.95;

/// Half the width of the t interval of a ratio of sums over units; `x` its numerators, `n` its denominators.
double half_width(const std::vector<double>& x, const std::vector<double>& n, double ratio) {
  const auto k = static_cast<double>(x.size());
  double squares = 0, sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += std::pow(x[i] - ratio * n[i], 2);
    sum += n[i];
  }
  return student_t(kLevel, k - 1) * std::sqrt(k / (k - 1) * squares) / sum;
}

Share bounded(double value, double low, double high) {
  return {value, std::clamp(low, 0.0, value), std::clamp(high, value, 1.0)};
}

}  // namespace

PooledPairs pool_pairs(std::span<const PairCounts> units) {
  PooledPairs out;
  out.fraction = out.chance = out.corrected = {kNaN, kNaN, kNaN};
  std::vector<double> paired, by_chance, beyond, spots;
  PairCounts all;
  for (const PairCounts& unit : units) {
    if (!(unit.first > 0)) continue;
    paired.push_back(unit.paired);
    by_chance.push_back(unit.by_chance);
    beyond.push_back(unit.paired - unit.by_chance);
    spots.push_back(unit.first);
    all.first += unit.first, all.second += unit.second;
    all.paired += unit.paired, all.by_chance += unit.by_chance;
  }
  out.units = spots.size();
  if (spots.empty()) return out;
  out.fraction.value = all.paired / all.first;
  out.chance.value = all.by_chance / all.first;
  const auto corrected = [&](double seen) {
    return share_beyond_chance(std::clamp(seen, 0.0, 1.0), out.chance.value, all.first, all.second);
  };
  out.corrected.value = corrected(out.fraction.value);
  if (spots.size() < 2) return out;
  const Share counted = wilson95_of(out.fraction.value, all.first);
  const auto hull = [&](double half) {
    return std::pair(std::min(counted.low, out.fraction.value - half),
                     std::max(counted.high, out.fraction.value + half));
  };
  const auto [low, high] = hull(half_width(paired, spots, out.fraction.value));
  out.fraction = bounded(out.fraction.value, low, high);
  const double turns = half_width(by_chance, spots, out.chance.value);
  out.chance = bounded(out.chance.value, out.chance.value - turns, out.chance.value + turns);
  const auto [least, most] = hull(half_width(beyond, spots, out.fraction.value - out.chance.value));
  out.corrected = bounded(out.corrected.value, corrected(least), corrected(most));
  return out;
}

Share mean_over_units(std::span<const double> values, double low, double high, bool fisher) {
  constexpr double kSame = 1 - 1e-12;  // chosen: a correlation of 1 has no z
  const auto there = [&](double value) { return fisher ? std::atanh(std::clamp(value, -kSame, kSame)) : value; };
  const auto back = [&](double value) { return fisher ? std::tanh(value) : value; };
  std::vector<double> z;
  for (const double value : values) z.push_back(there(value));
  const double mean = mean_of(z);
  Share out{back(mean), kNaN, kNaN};
  if (z.size() < 2) return out;
  const double half = half_width(z, std::vector<double>(z.size(), 1.0), mean);
  out.low = std::clamp(back(mean - half), low, out.value);
  out.high = std::clamp(back(mean + half), out.value, high);
  return out;
}

std::string pooled_target(const std::string& target) { return target + ", " + kAllFields; }

namespace {

/// One field of a sample.
struct FieldRows {
  PairCounts counts;
  std::map<std::pair<std::string, std::string>, double> pixels;  ///< quantity and target: the coefficient
};

/// Well and field; two files of one name are two fields by their runs.
using FieldKey = std::tuple<std::string, std::string, std::string>;

struct SampleKey {
  std::string sample, condition, target;
  double time_h = kNaN;
  bool operator<(const SampleKey& other) const {
    const auto number = [](double t) { return std::isnan(t) ? -1e300 : t; };
    return std::tuple(sample, condition, target, number(time_h)) <
           std::tuple(other.sample, other.condition, other.target, number(other.time_h));
  }
};

using Fields = std::map<FieldKey, FieldRows>;

constexpr std::string_view kPixels[] = {"colocalisation.pearson", "colocalisation.manders"};

/// "A in B" for "B in A": Manders' two coefficients belong to one pair of channels.
std::string turned(const std::string& target) {
  const std::size_t in = target.find(" in ");
  return in == std::string::npos ? target : target.substr(in + 4) + " in " + target.substr(0, in);
}

/// Numbers of each unit: wells where several are named, else fields.
std::vector<std::vector<const FieldRows*>> units_of(const Fields& fields) {
  std::map<std::string, std::vector<const FieldRows*>> wells;
  for (const auto& [key, rows] : fields) wells[std::get<0>(key)].push_back(&rows);
  std::vector<std::vector<const FieldRows*>> out;
  if (wells.size() > 1) {
    for (auto& [well, rows] : wells) out.push_back(std::move(rows));
  } else {
    for (const auto& [key, rows] : fields) out.push_back({&rows});
  }
  return out;
}

class SampleRows {
 public:
  SampleRows(const SampleKey& key, const Fields& fields, ObservationTable& out)
      : key_(key), units_(units_of(fields)), out_(out) {}

  void add_all() {
    std::vector<PairCounts> counts;
    for (const auto& fields : units_) {
      PairCounts& unit = counts.emplace_back();
      for (const FieldRows* field : fields) {
        unit.first += field->counts.first, unit.second += field->counts.second;
        unit.paired += field->counts.paired, unit.by_chance += field->counts.by_chance;
      }
    }
    const PooledPairs pooled = pool_pairs(counts);
    if (pooled.units > 0) {
      add("colocalisation.fraction", key_.target, pooled.fraction, pooled.units);
      add("colocalisation.chance_fraction", key_.target, pooled.chance, pooled.units);
      add("colocalisation.corrected_fraction", key_.target, pooled.corrected, pooled.units);
    }
    add_pixels("colocalisation.pearson", key_.target, -1, true);
    add_pixels("colocalisation.manders", key_.target, 0, false);
    add_pixels("colocalisation.manders", turned(key_.target), 0, false);
  }

 private:
  void add(const std::string& quantity, const std::string& target, const Share& share, std::size_t units) {
    InputFacts facts;
    facts.sample = key_.sample;
    facts.condition = key_.condition;
    facts.time_h = key_.time_h;
    facts.source = kCellUptakeAssay.id;
    Observation row = facts.row(quantity);
    row.target = pooled_target(target);
    row.value = share.value;
    row.n = static_cast<std::int64_t>(units);
    if (std::isfinite(share.low)) row.low = share.low, row.high = share.high, row.interval = "t95";
    if (!std::isfinite(share.value)) row.status = Status::kNotMeasurable;
    out_.add(row);
  }

  void add_pixels(const std::string& quantity, const std::string& target, double low, bool fisher) {
    std::vector<double> values;
    for (const auto& fields : units_) {
      std::vector<double> of_unit;
      for (const FieldRows* field : fields) {
        const auto found = field->pixels.find({quantity, target});
        if (found != field->pixels.end()) of_unit.push_back(found->second);
      }
      if (!of_unit.empty()) values.push_back(mean_over_units(of_unit, low, 1, fisher).value);
    }
    if (!values.empty()) add(quantity, target, mean_over_units(values, low, 1, fisher), values.size());
  }

  const SampleKey& key_;
  std::vector<std::vector<const FieldRows*>> units_;
  ObservationTable& out_;
};

}  // namespace

void add_pooled_colocalisation(const ObservationTable& table, ObservationTable& out) {
  std::map<SampleKey, Fields> samples;
  std::set<std::string, std::less<>> targets;  // as the vesicles' spots are told
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) == "colocalisation.fraction") targets.emplace(table.target(i));
  }
  const auto key_of = [&](std::size_t i, std::string target) {
    return SampleKey{std::string(table.sample(i)), std::string(table.condition(i)), std::move(target), table.time_h(i)};
  };
  const auto field_of = [&](std::size_t i) {
    return FieldKey{std::string(table.replicate(i)), std::string(table.part(i)), std::string(table.run(i))};
  };
  const auto usable = [&](std::size_t i) {
    return table.source(i) == kCellUptakeAssay.id && table.origin(i) == Origin::kMeasured &&
           table.status(i) == Status::kOk && !table.target(i).ends_with(kAllFields);
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!usable(i) || !table.quantity(i).starts_with("colocalisation.")) continue;
    const std::string target(table.target(i));
    const std::string_view quantity = table.quantity(i);
    if (quantity == "colocalisation.registration_residual" || target.empty()) continue;
    const auto n = static_cast<double>(table.n(i));
    FieldRows& field = samples[key_of(i, targets.contains(target) ? target : turned(target))][field_of(i)];
    if (quantity == "colocalisation.fraction") {
      field.counts.first = n;
      field.counts.paired = std::round(table.value(i) * n);
    } else if (quantity == "colocalisation.chance_fraction") {
      field.counts.by_chance = table.value(i) * n;
    } else if (quantity == "colocalisation.partners") {
      field.counts.second = table.value(i);
    } else if (std::find(std::begin(kPixels), std::end(kPixels), quantity) != std::end(kPixels)) {
      field.pixels[{std::string(quantity), target}] = table.value(i);
    }
  }
  for (const auto& [key, fields] : samples) SampleRows(key, fields, out).add_all();
}

}  // namespace vesica::cell_uptake
