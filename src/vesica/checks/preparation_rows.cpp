// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/preparation_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica::preparation_detail {

namespace {

constexpr double kZ95 = 1.959963984540054;
/// Methods whose assay takes the blank off by itself.
constexpr std::array<std::string_view, 3> kSubtractBlank = {"nta", "nta_video", "protein"};
/// Quantities by which a sample without a kind is known as a preparation.
constexpr std::array<std::string_view, 5> kOfPreparations = {"vesicle.", "tem.", "dls.", "zeta.", "nta."};

bool is_blank(const Study& study, std::string_view sample) {
  const Sample* found = study.find_sample(sample);
  return found != nullptr && found->kind == "blank";
}

/// The preparation that a row is about; empty when it is about something else.
std::string preparation_of(const Study& study, std::string_view sample, std::string_view quantity) {
  if (const Sample* preparation = study.ancestor(sample, "preparation")) return preparation->id;
  const Sample* own = study.find_sample(sample);
  if (own != nullptr && !own->kind.empty()) return "";
  const bool vesicles = std::any_of(kOfPreparations.begin(), kOfPreparations.end(),
                                    [&](std::string_view prefix) { return quantity.starts_with(prefix); });
  return vesicles ? std::string(sample) : "";
}

bool is_repeat_mean(std::string_view target) { return target == "all_videos"; }

/// Width of each cell of ascending positions: half the way to both neighbours.
std::vector<double> widths_of(const std::vector<double>& at) {
  std::vector<double> out(at.size(), 1.0);
  if (at.size() < 2) return out;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double before = i == 0 ? at[1] - at[0] : at[i] - at[i - 1];
    const double after = i + 1 == at.size() ? before : at[i + 1] - at[i];
    out[i] = (before + after) / 2;
  }
  return out;
}

/// Keeps the rows of the earliest time (rows without a time come first).
void keep_first_time(const ObservationTable& table, std::vector<std::size_t>& rows) {
  double first = kNaN;
  bool any_untimed = false;
  for (const std::size_t i : rows) {
    if (std::isnan(table.time_h(i))) {
      any_untimed = true;
    } else {
      first = std::isnan(first) ? table.time_h(i) : std::min(first, table.time_h(i));
    }
  }
  std::erase_if(rows,
                [&](std::size_t i) { return any_untimed ? !std::isnan(table.time_h(i)) : table.time_h(i) != first; });
}

/// One method's rows as values.
Measured gather(const ObservationTable& table, const std::vector<std::size_t>& rows) {
  Measured out;
  double limits = 0, sds = 0;
  std::size_t with_sd = 0;
  for (const std::size_t i : rows) {
    out.quantity = table.quantity(i);
    out.source = table.source(i);
    if (table.status(i) == Status::kBelowRange || table.status(i) == Status::kNoObjects) {
      ++out.below;
      if (std::isfinite(table.value(i))) limits += table.value(i);
      continue;
    }
    if (table.status(i) != Status::kOk || !std::isfinite(table.value(i))) continue;
    out.values.push_back(table.value(i));
    out.ids.push_back(observation_id(table, i));
    out.objects += table.n(i);
    if (std::isfinite(table.sd(i))) sds += table.sd(i), ++with_sd;
    if (rows.size() == 1) {
      out.low = table.low(i), out.high = table.high(i);
      out.interval = table.interval(i);
    }
  }
  if (out.below > 0) out.limit = limits / static_cast<double>(out.below);
  if (with_sd > 0) out.sd = sds / static_cast<double>(with_sd);
  return out;
}

}  // namespace

PreparationRows::PreparationRows(const ObservationTable& table, const Study& study) : table_(table), study_(study) {
  std::map<std::string, std::vector<std::size_t>> by_id;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured || table.sample(i).empty()) continue;
    if (is_blank(study, table.sample(i))) {
      blanks_.push_back(i);
      continue;
    }
    const std::string id = preparation_of(study, table.sample(i), table.quantity(i));
    if (!id.empty()) by_id[id].push_back(i);
  }
  const auto take = [&](const std::string& id, std::vector<std::size_t>&& rows) {
    preparations_.push_back({id, study.condition_of(id), study.block_of(id), study.find_sample(id), std::move(rows)});
    if (preparations_.back().condition.empty())
      preparations_.back().condition = table.condition(preparations_.back().rows.front());
  };
  for (const Sample& sample : study.samples) {
    const auto found = by_id.find(sample.id);
    if (found == by_id.end()) continue;
    take(sample.id, std::move(found->second));
    by_id.erase(found);
  }
  std::vector<std::string> others;
  for (const auto& [id, rows] : by_id) others.push_back(id);
  std::sort(others.begin(), others.end(), natural_less);
  for (const std::string& id : others) take(id, std::move(by_id[id]));
}

double PreparationRows::blank_of(std::string_view quantity, std::string_view target, const std::string& block) const {
  double sum = 0;
  std::size_t n = 0;
  for (const std::size_t i : blanks_) {
    if (table_.quantity(i) != quantity || table_.target(i) != target || !std::isnan(table_.at(i))) continue;
    const std::string own = study_.block_of(table_.sample(i));
    if (!own.empty() && !block.empty() && own != block) continue;
    if (table_.status(i) == Status::kOk && std::isfinite(table_.value(i))) sum += table_.value(i), ++n;
  }
  return n == 0 ? kNaN : sum / static_cast<double>(n);
}

std::vector<Measured> PreparationRows::of(const Preparation& preparation, std::string_view quantity,
                                          std::string_view target) const {
  std::map<std::string, std::vector<std::size_t>> repeats, own, means;  // by source
  for (const std::size_t i : preparation.rows) {
    if (table_.quantity(i) != quantity || !std::isnan(table_.at(i))) continue;
    const std::string source(table_.source(i));
    if (table_.target(i) == target) {
      (table_.replicate(i).empty() && table_.part(i).empty() ? own : repeats)[source].push_back(i);
    } else if (target.empty() && is_repeat_mean(table_.target(i))) {
      means[source].push_back(i);
    }
  }
  for (const auto* further : {&own, &means}) {
    for (const auto& [source, rows] : *further) repeats.try_emplace(source, rows);
  }
  std::vector<Measured> out;
  for (auto& [source, rows] : repeats) {
    keep_first_time(table_, rows);
    Measured measured = gather(table_, rows);
    const bool subtracts =
        std::find(kSubtractBlank.begin(), kSubtractBlank.end(), measured.source) != kSubtractBlank.end();
    measured.blank = subtracts ? kNaN : blank_of(quantity, target, preparation.block);
    if (std::isfinite(measured.blank)) {
      for (double& value : measured.values) value -= measured.blank;
      measured.low -= measured.blank, measured.high -= measured.blank;
      const auto gone = std::count_if(measured.values.begin(), measured.values.end(), [](double v) { return v <= 0; });
      if (gone > 0) {
        measured.below += static_cast<std::size_t>(gone);
        measured.limit = measured.blank;
        std::vector<double> left;
        for (const double value : measured.values) {
          if (value > 0) left.push_back(value);
        }
        measured.values = std::move(left);
      }
    }
    if (!measured.empty()) out.push_back(std::move(measured));
  }
  return out;
}

Measured PreparationRows::best(const Preparation& preparation, std::string_view quantity,
                               std::string_view target) const {
  Measured out;
  for (Measured& one : of(preparation, quantity, target)) {
    const bool better = one.values.size() > out.values.size() ||
                        (one.values.size() == out.values.size() && (out.source.empty() || one.source == "nta"));
    if (better) out = std::move(one);
  }
  return out;
}

Measured PreparationRows::protein(const Preparation& preparation) const {
  Measured own = best(preparation, "protein.concentration");
  if (!own.empty()) return own;
  for (const std::string& target : targets(preparation, "other.mass_concentration")) {
    if (is_protein("other.mass_concentration", target)) return best(preparation, "other.mass_concentration", target);
  }
  return {};
}

std::vector<std::string> PreparationRows::targets(const Preparation& preparation, std::string_view quantity) const {
  std::set<std::string> out;
  for (const std::size_t i : preparation.rows) {
    if (table_.quantity(i) == quantity) out.emplace(table_.target(i));
  }
  return {out.begin(), out.end()};
}

std::vector<SizeCurve> PreparationRows::curves(const Preparation& preparation, const std::string& source) const {
  const std::string wanted = source.empty() ? best(preparation, "vesicle.concentration").source : source;
  for (const std::string_view quantity : {"vesicle.number_density", "vesicle.number_share"}) {
    std::map<std::string, std::vector<std::pair<double, double>>> points;  // by repeat
    for (const std::size_t i : preparation.rows) {
      if (table_.quantity(i) != quantity || std::isnan(table_.at(i)) || !(table_.at(i) > 0)) continue;
      if (!wanted.empty() && table_.source(i) != wanted) continue;
      const bool seen = table_.status(i) == Status::kOk && table_.value(i) > 0;
      points[std::string(table_.replicate(i))].emplace_back(table_.at(i), seen ? table_.value(i) : 0.0);
    }
    std::vector<SizeCurve> out;
    for (auto& [replicate, list] : points) {
      std::sort(list.begin(), list.end());
      SizeCurve curve;
      for (const auto& [at, value] : list) curve.d_nm.push_back(at);
      const std::vector<double> widths = widths_of(curve.d_nm);
      for (std::size_t k = 0; k < list.size(); ++k) curve.number.push_back(list[k].second * widths[k]);
      for (const std::size_t i : preparation.rows) {
        if (table_.replicate(i) != replicate || table_.status(i) != Status::kOk) continue;
        if (table_.quantity(i) == "nta.valid_tracks" && table_.target(i).empty()) curve.counted = table_.value(i);
        if (table_.quantity(i) == "vesicle.diameter.mean" && table_.target(i).empty() && curve.counted == 0)
          curve.counted = static_cast<double>(table_.n(i));
      }
      if (std::isfinite(moment_nm(curve, 1))) out.push_back(std::move(curve));
    }
    if (!out.empty()) return out;
  }
  return {};
}

Mean mean_of(const Measured& measured) {
  Mean out;
  out.n = measured.values.size();
  if (out.n == 0) return out;
  const Quantity* quantity = find_quantity(measured.quantity);
  const bool log = (quantity == nullptr || quantity->scale == Scale::kLog) &&
                   std::all_of(measured.values.begin(), measured.values.end(), [](double v) { return v > 0; });
  std::vector<double> scaled;
  for (const double value : measured.values) scaled.push_back(log ? std::log(value) : value);
  const double middle = stats::mean(scaled);
  const auto back = [&](double x) { return log ? std::exp(x) : x; };
  out.value = back(middle);
  if (out.n > 1) {
    out.se = std::sqrt(stats::variance(scaled) / static_cast<double>(out.n));
    out.df = static_cast<double>(out.n - 1);
    const double t = stats::t_quantile(0.975, out.df);
    out.low = back(middle - t * out.se), out.high = back(middle + t * out.se);
    out.interval = "t95";
    return out;
  }
  if (!std::isfinite(measured.low) || !std::isfinite(measured.high) || (log && !(measured.low > 0))) return out;
  out.low = measured.low, out.high = measured.high, out.interval = measured.interval;
  out.se = (log ? std::log(out.high / out.low) : out.high - out.low) / (2 * kZ95);
  out.df = INFINITY;
  return out;
}

bool is_protein(std::string_view quantity, std::string_view target) {
  if (quantity == "protein.concentration") return true;
  if (quantity != "other.mass_concentration") return false;
  return lower_ascii(target).find("protein") != std::string::npos || target.find("蛋白") != std::string_view::npos;
}

std::string attribute_of(const Study& study, std::string_view sample_id, std::string_view name) {
  std::set<std::string_view> seen;
  for (const Sample* sample = study.find_sample(sample_id); sample != nullptr && seen.insert(sample->id).second;
       sample = study.find_sample(sample->parent)) {
    const auto found = sample->attributes.find(std::string(name));
    if (found != sample->attributes.end() && !found->second.empty()) return found->second;
    if (sample->kind == name) return sample->id;  // a donor, culture or lot that is a sample itself
  }
  return "";
}

const Protocol* protocol_of_sample(const Study& study, std::string_view sample_id) {
  std::set<std::string_view> seen;
  for (const Sample* sample = study.find_sample(sample_id); sample != nullptr && seen.insert(sample->id).second;
       sample = study.find_sample(sample->parent)) {
    if (!sample->protocol.empty()) return study.find_protocol(sample->protocol);
  }
  return nullptr;
}

std::string number_text(double value, std::string_view quantity) {
  const Quantity* entry = find_quantity(quantity);
  return readable_number(value, entry == nullptr ? 3 : entry->digits);
}

std::string with_interval(double value, double low, double high, std::string_view quantity) {
  std::string out = number_text(value, quantity);
  if (std::isfinite(low) && std::isfinite(high))
    out = say("{} ({} to {})", out, number_text(low, quantity), number_text(high, quantity));
  return out;
}

Value number_or_null(double value) { return std::isfinite(value) ? Value::of(value) : Value::null(); }

Value table_value(const std::string& id, const std::string& caption,
                  const std::vector<std::pair<std::string, bool>>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
  Value out = Value::table();
  out.set("id", Value::of(id));
  out.set("caption", Value::of(caption));
  Value heads = Value::array();
  for (const auto& [title, number] : columns) {
    Value head = Value::table();
    head.set("title", Value::of(title));
    head.set("number", Value::of(number));
    heads.append(std::move(head));
  }
  out.set("columns", std::move(heads));
  Value lines = Value::array();
  for (const auto& row : rows) {
    Value line = Value::array();
    for (const std::string& cell : row) line.append(Value::of(cell));
    lines.append(std::move(line));
  }
  out.set("rows", std::move(lines));
  return out;
}

}  // namespace vesica::preparation_detail
