// SPDX-License-Identifier: Apache-2.0
// Rows by quantity and sample, and the curves among them.
#include "vesica/report/figures_index.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

void sort_curve(Curve& curve) {
  std::stable_sort(curve.begin(), curve.end(), [](const CurvePoint& l, const CurvePoint& r) { return l.at < r.at; });
}

}  // namespace

std::string unit_of_rows(const ObservationTable& table, std::string_view quantity, std::string_view target) {
  const Quantity* entry = find_quantity(quantity);
  if (entry == nullptr || !entry->unit_by_row) return "";
  std::set<std::string_view> units;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table.quantity(i) == quantity && table.target(i) == target) units.insert(table.unit(i));
  return units.size() == 1 ? std::string(*units.begin()) : "";
}

RowIndex::RowIndex(const ObservationTable& table) : table_(table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    rows_[{std::string(table.quantity(i)), std::string(table.sample(i))}].push_back(i);
  }
}

const std::vector<std::size_t>& RowIndex::rows(const std::string& quantity, const std::string& sample) const {
  static const std::vector<std::size_t> kNone;
  const auto found = rows_.find({quantity, sample});
  return found == rows_.end() ? kNone : found->second;
}

std::vector<std::size_t> RowIndex::rows_with_predictions(const std::string& quantity, const std::string& sample,
                                                         const std::string& condition) const {
  std::vector<std::size_t> result = rows(quantity, sample);
  if (sample.empty()) return result;
  for (const std::size_t i : rows(quantity, "")) {
    if (table_.origin(i) == Origin::kPredicted && table_.condition(i) == condition) result.push_back(i);
  }
  return result;
}

std::vector<std::string> RowIndex::curve_quantities() const {
  std::vector<std::string> result;
  for (const auto& [key, rows] : rows_) {
    if (!result.empty() && result.back() == key.first) continue;
    const bool curve = std::any_of(rows.begin(), rows.end(), [&](std::size_t i) {
      return std::isfinite(table_.at(i)) && table_.origin(i) == Origin::kMeasured;
    });
    if (curve) result.push_back(key.first);
  }
  return result;
}

std::vector<std::string> RowIndex::samples(const std::string& quantity) const {
  std::vector<std::string> result;
  for (const auto& [key, rows] : rows_) {
    if (key.first == quantity && !key.second.empty()) result.push_back(key.second);
  }
  std::sort(result.begin(), result.end(), natural_less);
  return result;
}

Curve without_empty_ends(const Curve& curve) {
  const auto zero = [](const CurvePoint& point) { return !(point.value != 0) && !(point.high > 0); };
  auto first = std::find_if_not(curve.begin(), curve.end(), zero);
  auto last = std::find_if_not(curve.rbegin(), curve.rend(), zero).base();
  if (first == curve.end()) return curve.empty() ? curve : Curve(curve.begin(), curve.begin() + 1);
  if (first != curve.begin()) --first;
  if (last != curve.end()) ++last;
  return Curve(first, last);
}

Curve mean_with_envelope(const std::vector<Curve>& curves) {
  std::map<double, CurvePoint> points;
  std::map<double, std::size_t> seen;
  for (const Curve& curve : curves) {
    for (const CurvePoint& point : curve) {
      if (!std::isfinite(point.value)) continue;
      const auto [found, fresh] = points.try_emplace(point.at, CurvePoint{point.at, 0, point.value, point.value, ""});
      CurvePoint& own = found->second;
      own.value += point.value / static_cast<double>(curves.size());
      own.low = std::min(own.low, point.value);
      own.high = std::max(own.high, point.value);
      ++seen[point.at];
    }
  }
  Curve result;
  for (auto& [at, point] : points) {
    if (seen[at] < curves.size()) point.low = std::min(0.0, point.low);
    result.push_back(point);
  }
  return result;
}

Curves read_curves(const RowIndex& index, const std::string& quantity, const std::string& sample,
                   const std::string& condition) {
  const ObservationTable& table = index.table();
  const std::vector<std::size_t> rows = index.rows_with_predictions(quantity, sample, condition);
  // Of several weightings, sections or targets only the first is drawn (no name comes first): they differ in height.
  std::optional<std::pair<std::string_view, std::string_view>> first;
  for (const std::size_t i : rows) {
    if (!std::isfinite(table.at(i)) || table.origin(i) == Origin::kPredicted) continue;
    const std::pair key(table.target(i), table.part(i));
    if (!first || key < *first) first = key;
  }
  Curves curves;
  if (first) curves.target = first->first;
  std::map<std::string, Curve, decltype(&natural_less)> measured(&natural_less);
  for (const std::size_t i : rows) {
    if (!std::isfinite(table.at(i))) continue;
    CurvePoint point{table.at(i), table.value(i), table.low(i), table.high(i), observation_id(table, i)};
    if (table.status(i) == Status::kBelowRange) {  // the value is the limit, not a finding
      point.value = 0, point.low = kNaN, point.high = kNaN;
      curves.below_range = true;
    } else if (table.status(i) != Status::kOk) {
      point.value = kNaN;
    }
    if (table.origin(i) == Origin::kPredicted) {
      curves.predicted.push_back(std::move(point));
    } else if (first && std::pair(table.target(i), table.part(i)) == *first) {
      measured[std::string(table.replicate(i))].push_back(std::move(point));
    }
  }
  sort_curve(curves.predicted);
  std::vector<Curve> replicates;
  for (auto& [name, curve] : measured) {
    sort_curve(curve);
    if (!name.empty()) replicates.push_back(curve);
  }
  curves.replicates = replicates.size();
  const auto own = measured.find("");
  if (own == measured.end()) {
    if (replicates.size() == 1) curves.own = replicates.front();
    if (replicates.size() > 1) {
      curves.own = mean_with_envelope(replicates);
      curves.band = Curves::Band::kMeanOfReplicates;
    }
    return curves;
  }
  curves.own = own->second;
  const bool interval =
      std::any_of(curves.own.begin(), curves.own.end(), [](const CurvePoint& p) { return std::isfinite(p.low); });
  if (interval) {
    curves.band = Curves::Band::kInterval;
  } else if (replicates.size() > 1) {
    curves.band = Curves::Band::kReplicates;
    std::map<double, CurvePoint> envelope;
    for (const CurvePoint& point : mean_with_envelope(replicates)) envelope[point.at] = point;
    for (CurvePoint& point : curves.own) {
      const auto found = envelope.find(point.at);
      if (found != envelope.end()) point.low = found->second.low, point.high = found->second.high;
    }
  }
  return curves;
}

}  // namespace vesica
