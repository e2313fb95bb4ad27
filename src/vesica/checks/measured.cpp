// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/measured.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"
#include "vesica/stats/descriptive.h"

namespace vesica {

namespace {

constexpr std::size_t kQuantitiesOfAnAssay = 2;  // chosen: what is asked first, and how many there were
constexpr int kMostDigits = 3;                   // chosen: intervals of few units deserve no more
constexpr std::size_t kTargets = 6;              // chosen: a minute of reading
constexpr std::string_view kAllFields = "all_fields";

/// What each assay is asked for first, in order.
struct Key {
  std::string_view source, quantity;
  std::string_view better = {};  ///< not told where this one is
};
constexpr Key kKeys[] = {{"nuclei", "nuclei.positive_rate"},
                         {"nuclei", "nuclei.density"},
                         {"nuclei", "nuclei.count", "nuclei.density"},
                         {"cell_uptake", "uptake.positive_fraction"},
                         {"cell_uptake", "uptake.signal_positive_fraction", "uptake.positive_fraction"},
                         {"cell_uptake", "colocalisation.corrected_fraction"},
                         {"cell_uptake", "uptake.spots_per_cell"},
                         {"viability", "viability.percent_of_control"},
                         {"viability", "viability.cytotoxicity"},
                         {"viability", "viability.ec50"},
                         {"wound", "wound.closure"},
                         {"wound", "wound.edge_speed"},
                         {"wound", "wound.edge_speed_px", "wound.edge_speed"},
                         {"bone_ct", "bone.defect.closure"},
                         {"bone_ct", "bone.volume_fraction"},
                         {"nta", "vesicle.diameter.mean"},
                         {"nta", "vesicle.concentration"},
                         {"nta", "vesicle.concentration.measured", "vesicle.concentration"},
                         {"nta_video", "vesicle.diameter.mean"},
                         {"nta_video", "vesicle.concentration"},
                         {"nta_video", "vesicle.concentration.measured", "vesicle.concentration"},
                         {"tem", "tem.diameter.mean"},
                         {"tem", "tem.diameter.mean_px", "tem.diameter.mean"},
                         {"tem", "tem.count"},
                         {"dls", "dls.z_average"},
                         {"dls", "dls.polydispersity_index"},
                         {"zeta", "zeta.potential"},
                         {"protein", "protein.concentration"},
                         {"protein", "protein.analyte_concentration"},
                         {"release_curve", "release.t50"},
                         {"release_curve", "release.cumulative_fraction"},
                         {"course", "course.half_life"},
                         {"course", "course.auc"},
                         {"course", "course.auc.mass_concentration"},
                         {"course", "course.auc.dose_fraction"}};

bool usable(const ObservationTable& table, std::size_t i) {
  return table.origin(i) == Origin::kMeasured && table.status(i) == Status::kOk && std::isfinite(table.value(i)) &&
         std::isnan(table.at(i)) && !table.sample(i).empty();
}

/// Assays of which some comparison has an answer.
std::set<std::string, std::less<>> compared_sources(const ObservationTable& table, std::span<const Finding> findings) {
  std::set<std::string_view> quantities;
  for (const Finding& finding : findings) {
    const bool answered = std::any_of(finding.tests.begin(), finding.tests.end(),
                                      [](const FindingTest& test) { return test.status == "ok"; });
    if (finding.kind == "comparison" && answered) quantities.insert(finding.quantity);
  }
  std::set<std::string, std::less<>> sources;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) == Origin::kMeasured && quantities.contains(table.quantity(i)))
      sources.emplace(table.source(i));
  }
  return sources;
}

/// Rows of one quantity and target of one assay.
struct Asked {
  std::string source, quantity, target;
  std::string unit;  ///< where rows bear their own
  std::vector<std::size_t> rows;
};

class Summary {
 public:
  Summary(const ObservationTable& table, const Study& study, Asked asked)
      : table_(table), study_(study), asked_(std::move(asked)), quantity_(find_quantity(asked_.quantity)) {}

  std::optional<Finding> finding() {
    keep_last_time();
    drop_summaries();
    gather();
    if (groups_.empty()) return std::nullopt;
    Finding out;
    out.id = "measured-" + asked_.quantity + (asked_.target.empty() ? "" : "-" + asked_.target) +
             (asked_.unit.empty() ? "" : "-" + asked_.unit);
    out.comparison = "measured";
    out.kind = "measured";
    out.quantity = asked_.quantity;
    out.target = asked_.target;
    out.unit = unit_kind();
    out.value_unit = asked_.unit;
    out.scale = log_ ? "log" : "linear";
    out.time_h = time_h_;
    add_groups(out);
    out.question = name();
    out.answer = answer(out);
    out.details = Value::table();
    if (can_compare(out)) out.details.set("ask", Value::of(comparison_lines(out)));
    if (const std::string missing = what_is_missing(out); !missing.empty())
      out.details.set("missing", Value::of(missing));
    return out;
  }

 private:
  struct Part {
    std::vector<std::size_t> rows;
  };
  using Sampled = std::map<std::string, Part>;  // part → rows
  using Unit = std::map<std::string, Sampled>;  // sample → parts
  using Group = std::map<std::string, Unit, decltype([](const std::string& a, const std::string& b) {
                           return natural_less(a, b) || (!natural_less(b, a) && a < b);
                         })>;  // unit → samples

  void keep_last_time() {
    for (const std::size_t i : asked_.rows) {
      const double t = table_.time_h(i);
      if (std::isfinite(t) && !(time_h_ >= t)) time_h_ = t;
    }
    if (!std::isfinite(time_h_)) return;
    std::erase_if(asked_.rows, [&](std::size_t i) { return table_.time_h(i) != time_h_; });
  }

  /// A row without replicate beside named replicates of the same sample and part is their summary.
  void drop_summaries() {
    const auto key = [&](std::size_t i) { return std::pair(table_.sample(i), table_.part(i)); };
    std::set<std::pair<std::string_view, std::string_view>> named;
    for (const std::size_t i : asked_.rows) {
      if (!table_.replicate(i).empty()) named.insert(key(i));
    }
    std::erase_if(asked_.rows, [&](std::size_t i) { return table_.replicate(i).empty() && named.contains(key(i)); });
  }

  /// The highest sample above that still has the condition; bounded by the number of samples.
  std::string unit_of(const std::string& sample, const std::string& condition) const {
    std::string unit = sample;
    for (std::size_t steps = 0; steps < study_.samples.size(); ++steps) {
      const Sample* node = study_.find_sample(unit);
      if (node == nullptr || node->parent.empty() || study_.find_sample(node->parent) == nullptr) return unit;
      if (study_.condition_of(node->parent) != condition) return unit;
      unit = node->parent;
    }
    return unit;
  }

  void gather() {
    log_ = quantity_ != nullptr && quantity_->scale == Scale::kLog;
    for (const std::size_t i : asked_.rows) {
      const std::string sample(table_.sample(i));
      if (study_.find_sample(sample) == nullptr) continue;  // controls and readings without a place in the study
      const std::string condition =
          table_.condition(i).empty() ? study_.condition_of(sample) : std::string(table_.condition(i));
      groups_[condition][unit_of(sample, condition)][sample][std::string(table_.part(i))].rows.push_back(i);
      log_ = log_ && table_.value(i) > 0;
    }
  }

  std::string unit_kind() const {
    std::set<std::string> kinds;
    for (const auto& [condition, units] : groups_) {
      for (const auto& [unit, samples] : units) {
        const Sample* sample = study_.find_sample(unit);
        kinds.insert(sample == nullptr ? "" : sample->kind);
      }
    }
    return kinds.size() == 1 ? *kinds.begin() : "";
  }

  double scaled(double value) const { return log_ ? std::log(value) : value; }
  double plain(double value) const { return log_ ? std::exp(value) : value; }

  FindingUnit unit_value(const std::string& name, const Unit& samples) const {
    FindingUnit out;
    out.sample = name;
    out.block = study_.block_of(name);
    std::vector<double> of_samples;
    for (const auto& [sample, parts] : samples) {
      std::vector<double> of_parts;
      for (const auto& [part, held] : parts) {
        std::vector<double> repeats;
        for (const std::size_t i : held.rows) {
          repeats.push_back(scaled(table_.value(i)));
          out.observations.push_back(table_.value(i));
          out.row_ids.push_back(observation_id(table_, i));
        }
        of_parts.push_back(stats::mean(repeats));
      }
      of_samples.push_back(stats::mean(of_parts));
    }
    out.value = plain(stats::mean(of_samples));
    return out;
  }

  /// In the order of the study's conditions, then of their names.
  std::vector<std::string> order() const {
    std::vector<std::string> names, rest;
    for (const Condition& condition : study_.conditions) {
      if (groups_.contains(condition.id)) names.push_back(condition.id);
    }
    for (const auto& [name, units] : groups_) {
      if (std::find(names.begin(), names.end(), name) == names.end()) rest.push_back(name);
    }
    std::sort(rest.begin(), rest.end(), natural_less);
    names.insert(names.end(), rest.begin(), rest.end());
    return names;
  }

  void add_groups(Finding& out) const {
    for (const std::string& name : order()) {
      FindingGroup group;
      group.name = name;
      const Condition* condition = study_.find_condition(name);
      if (condition != nullptr) group.title = condition->title;
      if (name.empty() && groups_.size() > 1) group.title = say("no condition");
      std::vector<double> values;
      for (const auto& [unit, samples] : groups_.at(name)) {
        group.units.push_back(unit_value(unit, samples));
        values.push_back(scaled(group.units.back().value));
      }
      const stats::Summary summary = stats::summarise(values);
      group.mean = plain(summary.mean);
      group.sd = summary.sd;
      group.median = plain(summary.median);
      group.low = plain(summary.mean_interval.low);
      group.high = plain(summary.mean_interval.high);
      if (quantity_ != nullptr) {
        if (group.low < quantity_->low) group.low = quantity_->low;
        if (group.high > quantity_->high) group.high = quantity_->high;
      }
      out.groups.push_back(std::move(group));
    }
  }

  std::string name() const {
    std::string text(quantity_ == nullptr ? asked_.quantity : translate(quantity_->title));
    if (quantity_ != nullptr && asked_.quantity.starts_with("other.") && !asked_.target.empty()) {
      text = asked_.target;
    } else if (!asked_.target.empty()) {
      text += " (" + asked_.target + ")";
    }
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return std::isfinite(time_h_) ? say("{} at {} h", text, exact_number(time_h_)) : text;
  }

  std::string number(double value) const {
    const int digits = std::min(kMostDigits, quantity_ == nullptr ? kMostDigits : quantity_->digits);
    return value == 0 ? "0" : readable_number(value, digits);
  }

  /// The interval of what was counted in the only row behind a group.
  std::string counted_interval(const FindingGroup& group) const {
    if (group.units.size() != 1 || group.units[0].row_ids.size() != 1) return "";
    for (const std::size_t i : asked_.rows) {
      if (observation_id(table_, i) != group.units[0].row_ids[0] || table_.interval(i) != "wilson95") continue;
      return say("of {} counted, 95 % interval of the count {} to {}; ", exact_number(static_cast<double>(table_.n(i))),
                 number(table_.low(i)), number(table_.high(i)));
    }
    return "";
  }

  /// What stands in brackets behind a group's mean.
  std::string certainty(const FindingGroup& group) const {
    const std::string n = say("n = {}", group.units.size());
    if (group.units.size() < 2) return counted_interval(group) + n;
    if (!(group.low < group.high)) return say("all the same; {}", n);
    // Student's t of one degree of freedom says nothing that two values do not say better.
    if (group.units.size() == 2)
      return say("{} and {}; {}", number(group.units[0].value), number(group.units[1].value), n);
    return say("95 % interval {} to {}; {}", number(group.low), number(group.high), n);
  }

  /// That of the rows: a dose has the study's own. None for what is counted: the quantity's name says it.
  std::string unit_text() const {
    const std::string_view unit = table_.unit(asked_.rows.front());
    const bool one =
        std::all_of(asked_.rows.begin(), asked_.rows.end(), [&](std::size_t i) { return table_.unit(i) == unit; });
    return !one || unit.starts_with('{') ? "" : readable_unit(unit);
  }

  std::string answer(const Finding& finding) const {
    const std::string unit = unit_text();
    std::string parts;
    bool alone = false;
    for (const FindingGroup& group : finding.groups) {
      const std::string& title = group.title.empty() ? group.name : group.title;
      const std::string value = number(group.mean) + behind_number(unit);
      if (!parts.empty()) parts += say("; ");
      parts +=
          title.empty() ? say("{} ({})", value, certainty(group)) : say("{} {} ({})", title, value, certainty(group));
      alone = alone || group.units.size() == 1;
    }
    const std::string kind(translate(finding.unit.empty() ? "sample" : finding.unit));
    return alone ? say("{}: {}. n counts each {} once; from one nobody knows how others differ.", name(), parts, kind)
                 : say("{}: {}. n counts each {} once.", name(), parts, kind);
  }

  static bool can_compare(const Finding& finding) {
    const auto named = std::count_if(finding.groups.begin(), finding.groups.end(),
                                     [](const FindingGroup& group) { return !group.name.empty(); });
    return named > 1;
  }

  static std::string quoted(const std::string& text) {
    return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
  }

  std::string comparison_lines(const Finding& finding) const {
    std::string id;
    const std::string wish = asked_.target.empty() ? asked_.quantity : asked_.target;
    for (const char c : wish) {
      const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
      if (letter) id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (!letter && !id.empty() && id.back() != '_') id += '_';
    }
    while (!id.empty() && id.back() == '_') id.pop_back();
    std::vector<std::string> groups;
    bool at_limit = false;
    for (const FindingGroup& group : finding.groups) {
      if (!group.name.empty()) groups.push_back(quoted(group.name));
      for (const FindingUnit& unit : group.units) {
        for (const double value : unit.observations) at_limit = at_limit || value <= 0 || value >= 1;
      }
    }
    std::string out =
        fmt::format("[[comparison]]\nid = \"{}\"\nquantities = [\"{}\"]\n", id.empty() ? "first" : id, asked_.quantity);
    if (!asked_.target.empty()) out += fmt::format("target = {}\n", quoted(asked_.target));
    out += fmt::format("# {}\nunit = {}\n", say("What could have been given another group; its number is n."),
                       quoted(finding.unit.empty() ? "culture" : finding.unit));
    out += fmt::format("groups = [{}]\n", join(groups, ", "));
    if (std::isfinite(time_h_)) out += fmt::format("time = \"{}\"\n", exact_number(time_h_));
    if (quantity_ != nullptr && quantity_->scale == Scale::kLogit && at_limit)
      out += fmt::format("# {}\nscale = \"linear\"\n", say("Some shares are 0 or 1 and have no logit."));
    return out;
  }

  static std::string what_is_missing(const Finding& finding) {
    const std::string& only = finding.groups.front().name;
    if (finding.groups.size() == 1 && only.empty())
      return say("No sample has a condition: write each sample's group into the column condition of the sheet.");
    if (!can_compare(finding)) return say("Only one condition ({}) was measured: a comparison needs two.", only);
    if (finding.unit.empty())
      return say(
          "The samples have no kind in common: write into the column kind of the sheet what each is (culture, animal, "
          "well), and the kind that is n as unit.");
    return "";
  }

  const ObservationTable& table_;
  const Study& study_;
  Asked asked_;
  const Quantity* quantity_;
  std::map<std::string, Group> groups_;
  double time_h_ = kNaN;
  bool log_ = false;
};

/// The rows of a quantity of an assay by target: those without one where there are any, else every target.
std::vector<Asked> asked_of(const ObservationTable& table, std::string_view source, std::string_view quantity) {
  const Quantity* entry = find_quantity(quantity);
  const bool by_row = entry != nullptr && entry->unit_by_row;
  std::map<std::pair<std::string, std::string>, Asked> by_target;  // and by unit
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != quantity || table.source(i) != source || !usable(table, i)) continue;
    Asked& asked = by_target[{std::string(table.target(i)), by_row ? std::string(table.unit(i)) : ""}];
    asked.rows.push_back(i);
  }
  // What is pooled is in the others' rows already.
  const auto is_pooled = [](const auto& entry_of) { return entry_of.first.first.ends_with(kAllFields); };
  if (!std::all_of(by_target.begin(), by_target.end(), is_pooled)) std::erase_if(by_target, is_pooled);
  const bool plain = std::any_of(by_target.begin(), by_target.end(),
                                 [](const auto& entry_of) { return entry_of.first.first.empty(); });
  std::vector<Asked> out;
  for (auto& [key, asked] : by_target) {
    if (plain && !key.first.empty()) continue;
    if (out.size() == kTargets) break;
    asked.source = source, asked.quantity = quantity, asked.target = key.first, asked.unit = key.second;
    out.push_back(std::move(asked));
  }
  return out;
}

/// A sheet of numbers has no first question: its quantities in the order of the catalogue.
std::vector<Key> keys_of_sheets(const ObservationTable& table) {
  std::vector<Key> keys;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.source(i) == "table" && usable(table, i) && seen.insert(table.quantity(i)).second)
      keys.push_back({"table", table.quantity(i)});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.quantity < b.quantity; });
  return keys;
}

}  // namespace

std::vector<Finding> check_measured(const ObservationTable& table, const Study& study,
                                    std::span<const Finding> findings) {
  const auto compared = compared_sources(table, findings);
  std::vector<Key> keys(std::begin(kKeys), std::end(kKeys));
  for (const Key& key : keys_of_sheets(table)) keys.push_back(key);
  std::map<std::string_view, std::size_t> told;
  std::set<std::pair<std::string_view, std::string_view>> known;
  std::vector<Finding> out;
  for (const Key& key : keys) {
    if (compared.contains(key.source) || told[key.source] == kQuantitiesOfAnAssay) continue;
    if (known.contains({key.source, key.better})) continue;
    bool any = false;
    for (Asked& asked : asked_of(table, key.source, key.quantity)) {
      std::optional<Finding> finding = Summary(table, study, std::move(asked)).finding();
      if (!finding) continue;
      out.push_back(std::move(*finding));
      any = true;
    }
    told[key.source] += any ? 1 : 0;
    if (any) known.emplace(key.source, key.quantity);
  }
  return out;
}

}  // namespace vesica
