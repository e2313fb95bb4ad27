// SPDX-License-Identifier: Apache-2.0
// From fields to the well or sample: cells of all its fields counted together.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/assays/cell_uptake/cell_uptake_pooled.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::cell_uptake {

namespace {

struct Key {
  std::string sample, condition, replicate;
  double time_h;
  bool operator<(const Key& other) const {
    const auto number = [](double t) { return std::isnan(t) ? -1e300 : t; };
    return std::tuple(sample, condition, replicate, number(time_h)) <
           std::tuple(other.sample, other.condition, other.replicate, number(other.time_h));
  }
};

/// The fields' rows of one quantity and target, together.
struct Pool {
  double hits = 0, weighted = 0, cells = 0;
  std::size_t fields = 0;
};

using Pools = std::map<std::pair<std::string, std::string>, Pool>;

constexpr const char* kShares[] = {"uptake.positive_fraction", "uptake.signal_positive_fraction"};
constexpr const char* kMeans[] = {"uptake.spots_per_cell", "uptake.spot_intensity_per_cell", "uptake.signal_per_cell",
                                  "uptake.excess_spots_per_cell"};

void add(const Key& key, const Pools& pools, Outcome& out) {
  InputFacts facts;
  facts.sample = key.sample;
  facts.condition = key.condition;
  facts.replicate = key.replicate;
  facts.time_h = key.time_h;
  facts.source = kCellUptakeAssay.id;
  const auto find = [&](const char* quantity) -> const Pool* {
    for (const auto& [name, pool] : pools) {
      if (name.first == quantity) return &pool;
    }
    return nullptr;
  };
  const auto add_share = [&](const char* quantity, const Share& share, double n, const char* interval) {
    Observation row = facts.row(quantity);
    row.target = kAllFields;
    row.value = share.value;
    row.n = static_cast<std::int64_t>(n);
    if (std::isfinite(share.value)) {
      row.low = share.low;
      row.high = share.high;
      row.interval = interval;
    } else {
      row.status = Status::kNoObjects;
    }
    out.observations.add(row);
  };
  const Pool* dye = find("uptake.false_share");
  const Pool* cold = find("uptake.bound_fraction");
  for (const char* quantity : kShares) {
    const Pool* pool = find(quantity);
    if (pool == nullptr) continue;
    const auto hits = static_cast<std::uint64_t>(std::llround(pool->hits));
    const auto cells = static_cast<std::uint64_t>(pool->cells);
    add_share(quantity, wilson95(hits, cells), pool->cells, "wilson95");
    if (dye == nullptr || quantity != kShares[0]) continue;
    // Every field states the same control: its counts stand once.
    const auto once = [](const Pool& control) {
      const double n = static_cast<double>(control.fields);
      return std::pair(static_cast<std::uint64_t>(std::llround(control.hits / n)),
                       static_cast<std::uint64_t>(std::llround(control.cells / n)));
    };
    const auto all = static_cast<std::uint64_t>(std::llround(dye->cells / static_cast<double>(dye->fields)));
    const double share = dye->weighted / dye->cells;  // (above + 1) / (all + 1)
    const auto above = static_cast<std::uint64_t>(std::llround(share * static_cast<double>(all + 1))) - 1;
    add_share("uptake.corrected_fraction", beyond_own_cut(hits, cells, above, all), pool->cells, "mover95");
    if (cold == nullptr) continue;
    const auto [bound, kept] = once(*cold);
    add_share("uptake.internalised_fraction", beyond_control(hits, cells, bound, kept), pool->cells, "mover95");
  }
  for (const char* quantity : kMeans) {
    const Pool* pool = find(quantity);
    if (pool == nullptr || !(pool->cells > 0)) continue;
    Observation row = facts.row(quantity);
    row.target = kAllFields;
    row.value = pool->weighted / pool->cells;
    row.n = static_cast<std::int64_t>(pool->cells);
    out.observations.add(row);
  }
}

/// Fields with pixels of different size see different spots: said once for each sample that mixes them, else once for
/// the study.
std::vector<Issue> mixed_magnifications(const ObservationTable& table) {
  struct Seen {
    double pixel;
    std::string name;
  };
  std::vector<Issue> out;
  const auto compare = [&](const Seen& one, const Seen& other, const std::string& sample, std::string hint) {
    out.push_back({Severity::kWarning,
                   "uptake.mixed_magnification",
                   say("A pixel is {} µm in {} and {} µm in {}: at different magnifications different spots are seen.",
                       exact_number(one.pixel), one.name, exact_number(other.pixel), other.name),
                   {},
                   std::move(hint),
                   "",
                   sample});
  };
  const auto differ = [](const Seen& a, const Seen& b) { return std::abs(a.pixel / b.pixel - 1) > kSameScale; };
  std::map<std::string, Seen> samples;
  std::set<std::string> told;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.source(i) != kCellUptakeAssay.id || table.quantity(i) != "uptake.pixel_size") continue;
    const std::string sample(table.sample(i)), part(table.part(i));
    const Seen here{table.value(i), part.empty() ? sample : sample + " (" + part + ")"};
    const auto [first, is_new] = samples.try_emplace(sample, here);
    if (is_new || !differ(first->second, here) || !told.insert(sample).second) continue;
    compare(first->second, here, sample, say("Measure one magnification, or make samples of them."));
  }
  for (const auto& [sample, seen] : samples) {
    if (!told.empty() || !differ(samples.begin()->second, seen)) continue;
    compare(samples.begin()->second, seen, sample,
            say("Compare samples of one magnification; separate their controls by \"controls\"."));
    break;
  }
  return out;
}

}  // namespace

Outcome derive(const ObservationTable& table) {
  std::map<Key, Pools> samples;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.source(i) != kCellUptakeAssay.id || table.origin(i) != Origin::kMeasured ||
        table.status(i) != Status::kOk)
      continue;
    if (table.target(i) == kAllFields || table.n(i) <= 0) continue;
    const Key key{std::string(table.sample(i)), std::string(table.condition(i)), std::string(table.replicate(i)),
                  table.time_h(i)};
    // A control's own rows carry its role as target.
    if (table.quantity(i) == "uptake.spots_per_cell" && !table.target(i).empty()) continue;
    Pool& pool = samples[key][{std::string(table.quantity(i)), std::string(table.target(i))}];
    const double n = static_cast<double>(table.n(i));
    pool.hits += std::round(table.value(i) * n);
    pool.weighted += table.value(i) * n;
    pool.cells += n;
    ++pool.fields;
  }
  Outcome out;
  for (const auto& [key, pools] : samples) add(key, pools, out);
  add_pooled_colocalisation(table, out.observations);
  out.issues = mixed_magnifications(table);
  return out;
}

}  // namespace vesica::cell_uptake
