// SPDX-License-Identifier: Apache-2.0
// What beads and blanks teach, on its way through a Calibration.
#include <cmath>

#include "vesica/assays/nta_video/nta_video.h"

namespace vesica::nta_video {

namespace {

constexpr std::size_t kMostBins = 10000;  // chosen: of a blank in a store

double number_of(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  return value != nullptr && value->is_number() ? value->number : kNaN;
}
Value array_of(const std::vector<double>& numbers) {
  Value out = Value::array();
  for (const double number : numbers) out.append(Value::of(number));
  return out;
}
bool read_numbers(const Value* value, std::vector<double>& out) {
  if (value == nullptr || value->kind != Value::Kind::kArray || value->items.size() > kMostBins) return false;
  for (const Value& item : value->items) {
    if (!item.is_number() || !(item.number >= 0) || !std::isfinite(item.number)) return false;
    out.push_back(item.number);
  }
  return true;
}

}  // namespace

Value to_value(const Beads& beads) {
  Value out = Value::table();
  out.set("volume_ratio", Value::of(beads.volume_ratio));
  out.set("volume_log_sd", Value::of(beads.volume_log_sd));
  if (std::isfinite(beads.size_ratio)) out.set("size_ratio", Value::of(beads.size_ratio));
  if (std::isfinite(beads.size_sd)) out.set("size_sd", Value::of(beads.size_sd));
  out.set("films", Value::of(static_cast<std::int64_t>(beads.films)));
  return out;
}

Value to_value(const Blank& blank) {
  Value out = Value::table();
  out.set("low_nm", Value::of(blank.low_nm));
  out.set("total", Value::of(blank.total));
  out.set("total_variance", Value::of(blank.total_variance));
  out.set("films", Value::of(static_cast<std::int64_t>(blank.films)));
  out.set("per_ml", array_of(blank.per_ml));
  out.set("variance", array_of(blank.variance));
  return out;
}

std::optional<Beads> beads_from(const Value& value) {
  Beads out;
  out.volume_ratio = number_of(value, "volume_ratio");
  out.volume_log_sd = number_of(value, "volume_log_sd");
  out.size_ratio = number_of(value, "size_ratio");
  out.size_sd = number_of(value, "size_sd");
  const double films = number_of(value, "films");
  if (!(out.volume_ratio > 0) || !(out.volume_log_sd >= 0) || !(films >= 1)) return std::nullopt;
  out.films = static_cast<std::size_t>(films);
  return out;
}

std::optional<Blank> blank_from(const Value& value) {
  Blank out;
  out.low_nm = number_of(value, "low_nm");
  out.total = number_of(value, "total");
  out.total_variance = number_of(value, "total_variance");
  const double films = number_of(value, "films");
  if (!(out.low_nm > 0) || !(out.total >= 0) || !(out.total_variance >= 0) || !(films >= 1)) return std::nullopt;
  if (!read_numbers(value.find("per_ml"), out.per_ml) || !read_numbers(value.find("variance"), out.variance))
    return std::nullopt;
  if (out.per_ml.size() != out.variance.size()) return std::nullopt;
  out.films = static_cast<std::size_t>(films);
  return out;
}

}  // namespace vesica::nta_video
