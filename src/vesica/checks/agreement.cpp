// SPDX-License-Identifier: Apache-2.0
// Measured beside predicted, sample by sample.
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/checks/isolation.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

/// One sample at one time: its measured replicates and the prediction for it.
struct Agreement {
  std::vector<double> measured;
  std::vector<std::string> ids;
  std::size_t predicted = 0;
};
using SampleKey = std::tuple<std::string, std::string, std::optional<double>>;  // condition, sample, time

Value number_or_null(double value) { return std::isnan(value) ? Value::null() : Value::of(value); }

struct Counts {
  std::size_t pairs = 0, inside = 0, with_interval = 0;
  double log_ratio = 0;
};

Finding finding_of(const ObservationTable& table, const Study& study, const std::string& quantity_id,
                   const std::string& target, const std::map<SampleKey, Agreement>& samples) {
  const Quantity* quantity = find_quantity(quantity_id);
  Finding out;
  out.id = "agreement_" + quantity_id + (target.empty() ? "" : "_" + target);
  out.comparison = "agreement";
  out.kind = "agreement";
  out.quantity = quantity_id;
  out.target = target;
  out.scale = to_text(quantity->scale);
  out.question = say("How far do measured values lie from predicted ones?");
  Counts counts;
  Value pairs = Value::array();
  std::map<std::string, FindingGroup> groups;
  for (const auto& [key, sample] : samples) {
    const auto& [condition, id, time] = key;
    const auto mean = mean_on_scale(sample.measured, quantity->scale);
    if (!mean) continue;
    const double predicted = table.value(sample.predicted), low = table.low(sample.predicted),
                 high = table.high(sample.predicted);
    Value pair = Value::table();
    pair.set("sample", Value::of(id));
    pair.set("condition", Value::of(condition));
    pair.set("time_h", time ? Value::of(*time) : Value::null());
    pair.set("measured", Value::of(*mean));
    pair.set("predicted", Value::of(predicted));
    pair.set("low", number_or_null(low));
    pair.set("high", number_or_null(high));
    pair.set("difference", Value::of(*mean - predicted));
    const double ratio = predicted != 0 ? *mean / predicted : kNaN;
    pair.set("ratio", number_or_null(ratio));
    const bool has_interval = !std::isnan(low) && !std::isnan(high),
               inside = has_interval && *mean >= low && *mean <= high;
    pair.set("inside", has_interval ? Value::of(inside) : Value::null());
    pairs.append(std::move(pair));
    ++counts.pairs;
    counts.with_interval += has_interval;
    counts.inside += inside;
    counts.log_ratio += ratio > 0 ? std::log(ratio) : kNaN;
    FindingGroup& group = groups[condition];
    group.name = condition;
    const Condition* declared = study.find_condition(condition);
    group.title = declared != nullptr && !declared->title.empty() ? declared->title : condition;
    group.units.push_back({id, study.block_of(id), time.value_or(kNaN), *mean, sample.measured, sample.ids});
  }
  for (auto& [name, group] : groups) out.groups.push_back(std::move(group));
  out.details = Value::table();
  out.details.set("pairs", std::move(pairs));
  const double ratio = std::exp(counts.log_ratio / static_cast<double>(counts.pairs));
  out.answer = std::isnan(ratio)
                   ? say("{} samples were measured and predicted.", counts.pairs)
                   : say("Measured values are {} times the predicted ones (geometric mean of {} samples).",
                         readable_number(ratio, 3), counts.pairs);
  if (counts.with_interval > 0) {
    out.answer += " " + say("{} of {} lie inside the interval of the prediction.", counts.inside, counts.with_interval);
  }
  out.assumptions.push_back(
      say("The interval of a prediction covers the ranges of its evidence, not the error of the model."));
  out.method_text =
      say("Measured values were averaged over replicates and held against the prediction for the same sample "
          "or group.");
  return out;
}

}  // namespace

std::vector<Finding> compare_with_predictions(const ObservationTable& table, const Study& study) {
  std::map<std::pair<std::string, std::string>, std::map<SampleKey, Agreement>> all;
  for (const Pair& pair : pair_rows(table)) {
    const std::size_t m = pair.measured, p = pair.predicted;
    if (!std::isnan(table.at(m)) || table.status(m) != Status::kOk || table.status(p) != Status::kOk) continue;
    if (!table.part(p).empty()) continue;  // a prediction of one step or part is not that of the sample
    const auto time = std::isnan(table.time_h(m)) ? std::nullopt : std::optional(table.time_h(m));
    Agreement& sample = all[{std::string(table.quantity(m)), std::string(table.target(m))}]
                           [{std::string(table.condition(m)), std::string(table.sample(m)), time}];
    sample.measured.push_back(table.value(m));
    sample.ids.push_back(observation_id(table, m));
    sample.predicted = p;
  }
  std::vector<Finding> out;
  for (const auto& [key, samples] : all) out.push_back(finding_of(table, study, key.first, key.second, samples));
  std::erase_if(out, [](const Finding& finding) { return finding.groups.empty(); });
  return out;
}

}  // namespace vesica
