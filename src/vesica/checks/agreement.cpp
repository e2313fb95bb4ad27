// SPDX-License-Identifier: Apache-2.0
// Measured beside predicted, sample by sample.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/isolation.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

constexpr std::size_t kMostTold = 8;  // chosen: more conditions do not fit a sentence; the table has them all

constexpr int kPredictionDigits = 3;  // chosen: predictions are not known better

/// One sample at one time held against one prediction.
struct Agreement {
  std::vector<double> measured;
  std::vector<std::string> ids;
};
/// condition, sample, time, row of the prediction
using SampleKey = std::tuple<std::string, std::string, std::optional<double>, std::size_t>;
using QuantityKey = std::pair<std::string, std::string>;  // quantity, target
/// The quantities of one family: "vesicle.diameter" for "vesicle.diameter.mean".
using Family = std::map<QuantityKey, std::map<SampleKey, Agreement>>;

Value number_or_null(double value) { return std::isnan(value) ? Value::null() : Value::of(value); }

std::string family_of(std::string_view quantity, std::string_view target) {
  const std::size_t first = quantity.find('.'), last = quantity.rfind('.');
  const std::string name(first == last ? quantity : quantity.substr(0, last));
  return target.empty() ? name : name + "_" + std::string(target);
}

struct Counts {
  std::size_t pairs = 0, inside = 0, with_interval = 0;
  double log_ratio = 0;
};

/// What the sentence says of one condition: the mean over its samples and the one prediction for all of them.
struct Told {
  std::vector<double> measured;
  std::set<std::tuple<double, double, double>> predicted;  ///< value, low, high
};

/// The pairs of one quantity, on their way into a finding.
class Pairs {
 public:
  Pairs(const ObservationTable& table, const Study& study, const QuantityKey& key)
      : table_(table), study_(study), key_(key), quantity_(*find_quantity(key.first)) {}

  void add(const SampleKey& key, const Agreement& sample, Value& list);
  std::vector<FindingGroup> groups() const;
  std::string answer() const;
  const Counts& counts() const { return counts_; }

 private:
  std::string number(double value) const { return readable_number(value, quantity_.digits); }
  std::string prediction(const std::tuple<double, double, double>& predicted) const;
  std::string unit() const { return behind_number(readable_unit(quantity_.unit)); }
  std::string title_of(const std::string& condition) const {
    const Condition* declared = study_.find_condition(condition);
    return declared != nullptr && !declared->title.empty() ? declared->title : condition;
  }
  std::vector<std::string> conditions() const;
  std::size_t sample_count() const;
  std::string ratio_sentence() const;

  const ObservationTable& table_;
  const Study& study_;
  const QuantityKey& key_;
  const Quantity& quantity_;
  Counts counts_;
  std::map<std::string, Told> told_;
  std::map<std::string, FindingGroup> groups_;
};

void Pairs::add(const SampleKey& key, const Agreement& sample, Value& list) {
  const auto& [condition, id, time, row] = key;
  const auto mean = mean_on_scale(sample.measured, quantity_.scale);
  if (!mean) return;
  const double predicted = table_.value(row), low = table_.low(row), high = table_.high(row);
  const double ratio = predicted != 0 ? *mean / predicted : kNaN;
  const bool has_interval = !std::isnan(low) && !std::isnan(high);
  const bool inside = has_interval && *mean >= low && *mean <= high;
  Value pair = Value::table();
  pair.set("quantity", Value::of(key_.first));
  pair.set("target", Value::of(key_.second));
  pair.set("sample", Value::of(id));
  pair.set("condition", Value::of(condition));
  pair.set("time_h", time ? Value::of(*time) : Value::null());
  pair.set("measured", Value::of(*mean));
  pair.set("predicted", Value::of(predicted));
  pair.set("low", number_or_null(low));
  pair.set("high", number_or_null(high));
  pair.set("difference", Value::of(*mean - predicted));
  pair.set("ratio", number_or_null(ratio));
  pair.set("inside", has_interval ? Value::of(inside) : Value::null());
  list.append(std::move(pair));
  ++counts_.pairs;
  counts_.with_interval += has_interval;
  counts_.inside += inside;
  counts_.log_ratio += ratio > 0 ? std::log(ratio) : kNaN;
  told_[condition].predicted.insert({predicted, low, high});
  FindingGroup& group = groups_[condition];
  const double at = time.value_or(kNaN);
  const bool known = std::any_of(group.units.begin(), group.units.end(), [&, &wanted = id](const FindingUnit& unit) {
    return unit.sample == wanted && (unit.time_h == at || (std::isnan(unit.time_h) && std::isnan(at)));
  });
  if (known) return;  // a second prediction for the same sample
  told_[condition].measured.push_back(*mean);
  group.name = condition;
  group.title = title_of(condition);
  group.units.push_back({id, study_.block_of(id), at, *mean, sample.measured, sample.ids});
}

/// Conditions of the study in its order, then others.
std::vector<std::string> Pairs::conditions() const {
  std::vector<std::string> out;
  for (const Condition& condition : study_.conditions) {
    if (told_.contains(condition.id)) out.push_back(condition.id);
  }
  for (const auto& [condition, told] : told_) {
    if (study_.find_condition(condition) == nullptr) out.push_back(condition);
  }
  return out;
}

std::vector<FindingGroup> Pairs::groups() const {
  std::vector<FindingGroup> out;
  for (const std::string& condition : conditions()) {
    out.push_back(groups_.at(condition));
    out.back().mean = mean_on_scale(told_.at(condition).measured, quantity_.scale).value_or(kNaN);
  }
  return out;
}

/// "100.0 nm (86.0 to 112.4)".
std::string Pairs::prediction(const std::tuple<double, double, double>& predicted) const {
  const auto& [value, low, high] = predicted;
  const auto rough = [](double x) { return readable_number(x, kPredictionDigits); };
  const std::string out = rough(value) + unit();
  return std::isnan(low) ? out : out + " " + say("({} to {})", rough(low), rough(high));
}

/// One measured at several times is one sample.
std::size_t Pairs::sample_count() const {
  std::set<std::string> samples;
  for (const auto& [condition, group] : groups_) {
    for (const FindingUnit& unit : group.units) samples.insert(unit.sample);
  }
  return samples.size();
}

std::string Pairs::ratio_sentence() const {
  const double ratio = std::exp(counts_.log_ratio / static_cast<double>(counts_.pairs));
  if (sample_count() < counts_.pairs && !std::isnan(ratio))
    return say("Measured values are {} times the predicted ones (geometric mean of {} value(s) of {} sample(s)).",
               readable_number(ratio, 3), counts_.pairs, sample_count());
  return std::isnan(ratio) ? say("{} sample(s) (was|were) measured and predicted.", sample_count())
                           : say("Measured values are {} times the predicted ones (geometric mean of {} sample(s)).",
                                 readable_number(ratio, 3), counts_.pairs);
}

std::string Pairs::answer() const {
  std::set<std::tuple<double, double, double>> all;
  bool plain = told_.size() <= kMostTold;  // one prediction a condition
  for (const auto& [condition, told] : told_) {
    plain = plain && told.predicted.size() == 1 && mean_on_scale(told.measured, quantity_.scale).has_value();
    all.insert(told.predicted.begin(), told.predicted.end());
  }
  std::string out;
  if (plain) {
    std::vector<std::string> items;
    for (const std::string& condition : conditions()) {
      const Told& told = told_.at(condition);
      std::string item = title_of(condition) + " " + number(*mean_on_scale(told.measured, quantity_.scale)) + unit();
      if (all.size() > 1) item += " " + say("against {}", prediction(*told.predicted.begin()));
      items.push_back(std::string(trim(item)));
    }
    const std::string name(translate(quantity_.symbol));
    out = all.size() == 1 ? say("The model predicts a {} of {}; measured: {}.", name, prediction(*all.begin()),
                                join(items, say("; ")))
                          : say("Measured against predicted {}: {}.", name, join(items, say("; ")));
  } else {
    out = ratio_sentence();
  }
  if (counts_.with_interval > 0) {
    out += " " + (sample_count() < counts_.pairs
                      ? say("{} of {} value(s) (lies|lie) inside the interval of the prediction.", counts_.inside,
                            counts_.with_interval)
                      : say("{} of {} sample(s) (lies|lie) inside the interval of the prediction.", counts_.inside,
                            counts_.with_interval));
  }
  return out;
}

/// The mean of a family, when there is one, stands for it; else its first quantity.
Family::const_iterator main_of(const Family& family) {
  const auto mean =
      std::find_if(family.begin(), family.end(), [](const auto& item) { return item.first.first.ends_with(".mean"); });
  return mean == family.end() ? family.begin() : mean;
}

Finding finding_of(const ObservationTable& table, const Study& study, const std::string& id, const Family& family) {
  const auto main = main_of(family);
  const Quantity* quantity = find_quantity(main->first.first);
  Finding out;
  out.id = "agreement_" + id;
  out.comparison = "agreement";
  out.kind = "agreement";
  out.quantity = main->first.first;
  out.target = main->first.second;
  out.scale = to_text(quantity->scale);
  out.question = say("Do the measured values agree with the predicted ones?");
  Value list = Value::array();
  Pairs pairs(table, study, main->first);
  for (const auto& [key, sample] : main->second) pairs.add(key, sample, list);
  out.groups = pairs.groups();
  if (out.groups.empty()) return out;
  out.unit = "sample";
  if (const Sample* first = study.find_sample(out.groups.front().units.front().sample)) out.unit = first->kind;
  out.answer = pairs.answer();
  std::size_t others = 0, inside = 0;
  std::vector<std::string> names;
  for (auto item = family.begin(); item != family.end(); ++item) {
    if (item == main) continue;
    Pairs more(table, study, item->first);
    for (const auto& [key, sample] : item->second) more.add(key, sample, list);
    if (more.counts().with_interval == 0) continue;
    others += more.counts().with_interval;
    inside += more.counts().inside;
    names.emplace_back(translate(find_quantity(item->first.first)->symbol));
  }
  if (others > 0)
    out.answer += " " + say("Of {}, {} of {} value(s) (does|do).", join(names, say(", ")), inside, others);
  out.details = Value::table();
  out.details.set("pairs", std::move(list));
  const bool of_individuals = std::any_of(main->second.begin(), main->second.end(), [&](const auto& item) {
    return table.interval(std::get<3>(item.first)) == "mc90";
  });
  out.assumptions.push_back(
      of_individuals
          ? say("The interval of a prediction holds 90 % of the individuals that its distributions draw, not "
                "the error of the model.")
          : say("The interval of a prediction covers the ranges of its evidence, not the error of the "
                "model."));
  out.method_text =
      say("Measured values were averaged over replicates and held against the prediction for the same sample "
          "or group.");
  return out;
}

}  // namespace

std::vector<Finding> compare_with_predictions(const ObservationTable& table, const Study& study) {
  std::map<std::string, Family> families;
  for (const Pair& pair : pair_rows(table)) {
    const std::size_t m = pair.measured, p = pair.predicted;
    if (!std::isnan(table.at(m)) || table.status(m) != Status::kOk || table.status(p) != Status::kOk) continue;
    if (table.part(p) != table.part(m)) continue;  // a prediction of one step is not that of the sample
    const auto time = std::isnan(table.time_h(m)) ? std::nullopt : std::optional(table.time_h(m));
    const std::string quantity(table.quantity(m)), target(table.target(m));
    Agreement& sample = families[family_of(quantity, target)][{quantity, target}]
                                [{std::string(table.condition(m)), std::string(table.sample(m)), time, p}];
    sample.measured.push_back(table.value(m));
    sample.ids.push_back(observation_id(table, m));
  }
  std::vector<Finding> out;
  for (const auto& [id, family] : families) out.push_back(finding_of(table, study, id, family));
  std::erase_if(out, [](const Finding& finding) { return finding.groups.empty(); });
  return out;
}

}  // namespace vesica
