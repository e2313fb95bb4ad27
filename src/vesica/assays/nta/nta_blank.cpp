// SPDX-License-Identifier: Apache-2.0
// Subtracting the diluent, bin by bin, with its uncertainty.
#include <algorithm>
#include <cmath>

#include "vesica/assays/nta/nta.h"

namespace vesica::nta {

namespace {

Value array_of(const std::vector<double>& numbers) {
  Value out = Value::array();
  for (const double number : numbers) out.append(Value::of(number));
  return out;
}

std::optional<std::vector<double>> numbers_of(const Value* value) {
  if (value == nullptr || value->kind != Value::Kind::kArray || value->items.size() > kMaxGridBins) return std::nullopt;
  std::vector<double> out;
  for (const Value& item : value->items) {
    if (!item.is_number() || !(item.number >= 0) || !std::isfinite(item.number)) return std::nullopt;
    out.push_back(item.number);
  }
  return out;
}

double number_of(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  return value != nullptr && value->is_number() ? value->number : kNaN;
}

/// Values per bin of one width as values per bin of a wider one (or the same).
std::vector<double> widen(const std::vector<double>& values, double from, double to) {
  if (from == to || values.empty()) return values;
  const double last = static_cast<double>(values.size()) * from;
  std::vector<double> out(static_cast<std::size_t>(std::ceil(last / to - 1e-9)), 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double middle = (static_cast<double>(i) + 0.5) * from;
    out[std::min(out.size() - 1, static_cast<std::size_t>(middle / to))] += values[i];
  }
  return out;
}

}  // namespace

Value to_value(const Blank& blank) {
  Value out = Value::table();
  out.set("vendor", Value::of(blank.vendor));
  out.set("videos", Value::of(static_cast<std::int64_t>(blank.videos)));
  out.set("width_nm", Value::of(blank.width_nm));
  out.set("total", Value::of(blank.total));
  out.set("total_variance", Value::of(blank.total_variance));
  out.set("amount", array_of(blank.amount));
  out.set("variance", array_of(blank.variance));
  return out;
}

std::optional<Blank> blank_from(const Value& value) {
  Blank out;
  const Value* vendor = value.find("vendor");
  if (vendor != nullptr) out.vendor = vendor->text;
  out.width_nm = number_of(value, "width_nm");
  out.total = number_of(value, "total");
  out.total_variance = number_of(value, "total_variance");
  const double videos = number_of(value, "videos");
  auto amount = numbers_of(value.find("amount"));
  auto variance = numbers_of(value.find("variance"));
  if (!(out.width_nm > 0) || !(out.total >= 0) || !(out.total_variance >= 0) || !(videos >= 1)) return std::nullopt;
  if (!amount || !variance || amount->size() != variance->size()) return std::nullopt;
  out.videos = static_cast<std::size_t>(videos);
  out.amount = std::move(*amount);
  out.variance = std::move(*variance);
  return out;
}

NetDistribution subtract_blank(const Distribution& sample, double per_track, double width_nm, const Blank& blank) {
  const double width = std::max(width_nm, blank.width_nm);
  NetDistribution out;
  out.bins = regrid(sample, width);
  const std::vector<double> amount = widen(blank.amount, blank.width_nm, width);
  const std::vector<double> variance = widen(blank.variance, blank.width_nm, width);
  for (std::size_t k = out.bins.amount.size(); k < amount.size(); ++k) {
    out.bins.lower.push_back(static_cast<double>(k) * width);
    out.bins.upper.push_back(static_cast<double>(k + 1) * width);
    out.bins.centre.push_back((static_cast<double>(k) + 0.5) * width);
    out.bins.amount.push_back(0);
  }
  const double gross = total(out.bins);
  double negative = 0;
  for (std::size_t k = 0; k < out.bins.amount.size(); ++k) {
    out.variance.push_back(out.bins.amount[k] * per_track + (k < variance.size() ? variance[k] : 0.0));
    if (k < amount.size()) out.bins.amount[k] -= amount[k];
    if (out.bins.amount[k] < 0) negative -= out.bins.amount[k];
  }
  out.total = gross - blank.total;
  out.total_variance = gross * per_track + blank.total_variance;
  out.negative_share = gross > 0 ? negative / gross : 0;
  return out;
}

}  // namespace vesica::nta
