// SPDX-License-Identifier: Apache-2.0
// Rows to units: who belongs to which group, and the mean of what lies below.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/descriptive.h"

namespace vesica::comparing {

Tree::Tree(const Study& study) {
  for (const Sample& sample : study.samples) samples_.emplace(sample.id, &sample);
  for (const Condition& condition : study.conditions) conditions_.emplace(condition.id, &condition);
}

const Sample* Tree::find(std::string_view id) const {
  const auto found = samples_.find(id);
  return found == samples_.end() ? nullptr : found->second;
}

const Sample* Tree::parent(const Sample& sample) const { return sample.parent.empty() ? nullptr : find(sample.parent); }

const Sample* Tree::ancestor(std::string_view id, std::string_view kind) const {
  const Sample* node = find(id);
  for (std::size_t steps = 0; node != nullptr && steps <= samples_.size(); ++steps) {
    if (node->kind == kind) return node;
    node = parent(*node);
  }
  return nullptr;
}

std::string Tree::condition_of(std::string_view id) const {
  const Sample* node = find(id);
  for (std::size_t steps = 0; node != nullptr && steps <= samples_.size(); ++steps) {
    if (!node->condition.empty()) return node->condition;
    node = parent(*node);
  }
  return {};
}

std::string Tree::block_of(std::string_view id) const {
  const Sample* node = find(id);
  for (std::size_t steps = 0; node != nullptr && steps <= samples_.size(); ++steps) {
    if (!node->block.empty()) return node->block;
    node = parent(*node);
  }
  return {};
}

std::string Tree::level_of(std::string_view id, std::string_view condition, const std::string& factor) const {
  const auto in_condition = [&](std::string_view name) -> const Level* {
    const auto found = conditions_.find(name);
    if (found == conditions_.end()) return nullptr;
    const auto level = found->second->levels.find(factor);
    return level == found->second->levels.end() ? nullptr : &level->second;
  };
  if (const Level* level = condition.empty() ? nullptr : in_condition(condition)) return level->text;
  const Sample* node = find(id);
  for (std::size_t steps = 0; node != nullptr && steps <= samples_.size(); ++steps) {
    if (const auto own = node->levels.find(factor); own != node->levels.end()) return own->second.text;
    if (const Level* level = node->condition.empty() ? nullptr : in_condition(node->condition)) return level->text;
    node = parent(*node);
  }
  return {};
}

void warn(std::vector<Issue>& issues, std::string_view kind, std::string message, std::string hint, Severity severity) {
  Issue issue;
  issue.severity = severity;
  issue.kind = "stats." + std::string(kind);
  issue.message = std::move(message);
  issue.hint = std::move(hint);
  issues.push_back(std::move(issue));
}

std::vector<std::vector<double>> Case::values_by_group() const {
  std::vector<std::vector<double>> values(groups.size());
  for (const CaseUnit& unit : units) values[static_cast<std::size_t>(unit.group)].push_back(unit.scaled);
  return values;
}

stats::Pairs Case::contrasts() const {
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(groups.begin(), groups.end(), name) - groups.begin());
  };
  stats::Pairs pairs;
  for (const auto& [first, second] : plan->pairs) {
    if (index(first) < groups.size() && index(second) < groups.size()) pairs.emplace_back(index(first), index(second));
  }
  if (!pairs.empty()) return pairs;
  const std::size_t control = plan->control.empty() ? groups.size() : index(plan->control);
  return control < groups.size() ? stats::pairs_with_control(groups.size(), control) : stats::all_pairs(groups.size());
}

namespace {

bool same_level(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto first = parse_number(a);
  const auto second = parse_number(b);
  return first && second && *first == *second;
}

/// A usable row with everything that places it.
struct Placed {
  UnitRow row;
  std::string unit, group, second;
  double time_h = kNaN;
};

class Gatherer {
 public:
  Gatherer(Case& data, const Tree& tree) : data_(data), tree_(tree) {}

  void run(const std::vector<std::size_t>& rows) {
    for (const std::size_t row : rows) place(row);
    drop_summaries();
    choose_time();
    if (placed_.empty()) {
      refuse("no_values", say("The compared groups hold no measured value of {0} (unit: {1}).", quantity_name(data_),
                              translate(data_.plan->unit)));
    }
    note_left_out();
    if (!data_.refusal.empty()) return;
    take_unit();
    name_groups();
    check_below();
    make_units();
    find_blocks();
    if (data_.refusal.empty() && data_.groups.size() < 2 && data_.times.size() < 2) {
      refuse("one_group", say("Only one group ({}) has values of {}: there is nothing to compare it with.",
                              data_.titles.front(), quantity_name(data_)));
    }
  }

 private:
  void refuse(std::string status, std::string text) {
    if (!data_.refusal.empty()) return;
    data_.refusal = std::move(status);
    data_.refusal_text = std::move(text);
  }

  /// Doses in micrograms and in particles have no common difference.
  void take_unit() {
    const Quantity* quantity = find_quantity(data_.quantity);
    if (quantity == nullptr || !quantity->unit_by_row) return;
    std::set<std::string> units;
    for (const Placed& p : placed_) units.emplace(data_.table->unit(p.row.row));
    if (units.size() > 1) {
      const std::vector<std::string> names(units.begin(), units.end());
      refuse("mixed_units", say("The values of {} stand in different units ({}) and cannot be compared.",
                                quantity_name(data_), join(names, ", ")));
      return;
    }
    data_.value_unit = *units.begin();
  }

  void place(std::size_t row) {
    const ObservationTable& table = *data_.table;
    const std::string_view sample = table.sample(row);
    if (sample.empty() || tree_.find(sample) == nullptr) return;  // controls and readings without a place in the study
    const Sample* unit = tree_.ancestor(sample, data_.plan->unit);
    if (unit == nullptr) {
      ++outside_;
      return;
    }
    if (table.status(row) == Status::kBelowRange || table.status(row) == Status::kAboveRange) {
      ++censored_;
      return;
    }
    if (table.status(row) != Status::kOk || !std::isfinite(table.value(row))) {
      ++without_value_;
      return;
    }
    Placed placed;
    placed.group = level(sample, table.condition(row), data_.plan->factor);
    if (placed.group.empty()) {
      ++without_group_;
      return;
    }
    if (!wanted(placed.group)) return;
    if (!data_.plan->second_factor.empty()) {
      placed.second = level(sample, table.condition(row), data_.plan->second_factor);
      if (placed.second.empty()) {
        ++without_group_;
        return;
      }
    }
    placed.unit = unit->id;
    placed.time_h = table.time_h(row);
    placed.row.row = row;
    placed.row.scaled = to_scale(table.value(row), data_.scale);
    if (std::isnan(placed.row.scaled)) ++off_scale_;
    for (const Sample* node = tree_.find(sample); node != nullptr && node != unit; node = tree_.parent(*node)) {
      placed.row.path.push_back(node->id);
    }
    std::reverse(placed.row.path.begin(), placed.row.path.end());
    if (!table.part(row).empty()) placed.row.path.emplace_back(table.part(row));
    placed_.push_back(std::move(placed));
  }

  std::string level(std::string_view sample, std::string_view condition, const std::string& factor) const {
    if (!factor.empty()) return tree_.level_of(sample, condition, factor);
    return condition.empty() ? tree_.condition_of(sample) : std::string(condition);
  }

  /// Whether the group is compared; takes the plan's spelling of a number ("5" for "5.0").
  bool wanted(std::string& group) const {
    if (data_.plan->groups.empty()) return true;
    for (const std::string& name : data_.plan->groups) {
      if (!same_level(name, group)) continue;
      group = name;
      return true;
    }
    return false;
  }

  /// A row without replicate name beside named replicates of the same sample, part and time is their summary.
  void drop_summaries() {
    const auto key = [&](const Placed& p) {
      return std::tuple(p.unit, p.row.path, std::isnan(p.time_h) ? -1e300 : p.time_h);
    };
    std::set<decltype(key(placed_.front()))> with_replicates;
    for (const Placed& p : placed_) {
      if (!data_.table->replicate(p.row.row).empty()) with_replicates.insert(key(p));
    }
    std::erase_if(placed_, [&](const Placed& p) {
      return data_.table->replicate(p.row.row).empty() && with_replicates.contains(key(p));
    });
  }

  void choose_time() {
    std::set<double> times;
    for (const Placed& p : placed_) {
      if (std::isfinite(p.time_h)) times.insert(p.time_h);
    }
    const std::string& wanted = data_.plan->time;
    std::vector<std::string> texts;
    for (const double t : times) texts.push_back(exact_number(t));
    if (const auto one = parse_number(wanted)) {
      const auto here = [&](const Placed& p) { return p.time_h == *one; };
      if (std::none_of(placed_.begin(), placed_.end(), here)) {
        refuse("no_values", say("Nothing was measured at {} h; there are values at {} h.", exact_number(*one),
                                texts.empty() ? say("no time") : listed(texts)));
      }
      std::erase_if(placed_, [&](const Placed& p) { return !here(p); });
      return;
    }
    if (times.size() < 2) return;
    data_.times.assign(times.begin(), times.end());
    std::erase_if(placed_, [](const Placed& p) { return !std::isfinite(p.time_h); });
    if (wanted == "repeated") return;
    const std::string text =
        say("Values of {} exist at {} h, and the comparison names no time. A test for each time would find a false "
            "difference in more than {} % of studies; none was made.",
            quantity_name(data_), listed(texts), short_number(100 * data_.plan->alpha, 3));
    refuse_time_ = text;
  }

  void note_left_out() {
    std::vector<Issue>& issues = data_.warnings;
    if (outside_ > 0) {
      warn(issues, "outside_units",
           say("{} value(s) (belongs|belong) to samples that lie in no {}.", outside_, translate(data_.plan->unit)),
           say("Name the unit that they were measured on or below, or correct the tree of samples."));
    }
    if (without_group_ > 0) {
      warn(issues, "without_group",
           say("{} value(s) (belongs|belong) to samples without {}; left out.", without_group_,
               data_.plan->factor.empty() ? say("a condition") : data_.plan->factor));
    }
    if (censored_ > 0) {
      warn(issues, "outside_range",
           say("{} value(s) (lies|lie) outside the measuring range and (was|were) left out; the difference may be "
               "larger or smaller than it looks.",
               censored_));
    }
    if (without_value_ > 0) {
      warn(issues, "without_value", say("{} measurement(s) gave no value and (was|were) left out.", without_value_), "",
           Severity::kNote);
    }
    if (off_scale_ > 0) {
      refuse("outside_scale", data_.scale == Scale::kLog
                                  ? say("{} value(s) of {}: 0 or below, without a logarithm; scale = \"linear\" in the "
                                        "comparison compares them as they are.",
                                        off_scale_, quantity_name(data_))
                                  : say("{} value(s) of {}: 0 or 1, without a logit; scale = \"linear\" in the "
                                        "comparison compares them as they are.",
                                        off_scale_, quantity_name(data_)));
    }
  }

  void name_groups() {
    std::set<std::string> found, seconds;
    for (const Placed& p : placed_) {
      found.insert(p.group);
      if (!p.second.empty()) seconds.insert(p.second);
    }
    std::vector<std::string>& groups = data_.groups;
    const auto take = [&](const std::string& name) {
      if (found.erase(name) > 0) groups.push_back(name);
    };
    for (const std::string& name : data_.plan->groups) take(name);
    take(data_.plan->control);
    if (data_.plan->factor.empty()) {
      for (const Condition& condition : data_.study->conditions) take(condition.id);
    }
    std::vector<std::string> rest(found.begin(), found.end());
    std::sort(rest.begin(), rest.end(), natural_less);
    groups.insert(groups.end(), rest.begin(), rest.end());
    data_.seconds.assign(seconds.begin(), seconds.end());
    std::sort(data_.seconds.begin(), data_.seconds.end(), natural_less);
    if (data_.seconds.empty()) data_.seconds.emplace_back();
    for (const std::string& name : groups) {
      const Condition* condition = data_.plan->factor.empty() ? data_.study->find_condition(name) : nullptr;
      data_.titles.push_back(condition == nullptr || condition->title.empty() ? name : condition->title);
    }
    std::vector<std::string> missing;
    for (const std::string& name : data_.plan->groups) {
      if (std::find(groups.begin(), groups.end(), name) == groups.end()) missing.push_back(name);
    }
    if (!missing.empty()) {
      warn(data_.warnings, "empty_group", say("No value of {} in {}.", quantity_name(data_), listed(missing)));
    }
  }

  /// The condition may not vary below the unit: then the unit was not what got the treatment.
  void check_below() {
    std::map<std::string, std::set<std::pair<std::string, std::string>>> levels;
    for (const Placed& p : placed_) levels[p.unit].emplace(p.group, p.second);
    for (const auto& [unit, found] : levels) {
      if (found.size() < 2) continue;
      const auto& [first, second] = std::pair(*found.begin(), *std::next(found.begin()));
      const bool by_group = first.first != second.first;
      refuse(
          "varies_below_unit",
          say("The {} \"{}\" holds values of both {} and {}: the group varies below the unit, so the {} cannot be n.",
              translate(data_.plan->unit), unit, by_group ? first.first : first.second,
              by_group ? second.first : second.second, translate(data_.plan->unit)));
      warn(data_.warnings, "varies_below_unit", data_.refusal_text,
           say("Name the kind of sample that got one treatment each, and declare \"{}\" as its block.",
               data_.plan->unit));
      return;
    }
  }

  template <typename Names>
  static int index_of(const Names& names, const std::string& name) {
    return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
  }

  void make_units() {
    std::map<std::tuple<int, int, int, std::string>, CaseUnit> units;
    for (Placed& p : placed_) {
      const auto at = std::find(data_.times.begin(), data_.times.end(), p.time_h);
      const int time = at == data_.times.end() ? 0 : static_cast<int>(at - data_.times.begin());
      const std::tuple key(index_of(data_.groups, p.group), index_of(data_.seconds, p.second), time, p.unit);
      CaseUnit& unit = units[key];
      std::tie(unit.group, unit.second, unit.time, unit.sample) = key;
      unit.rows.push_back(std::move(p.row));
    }
    for (auto& [key, unit] : units) {
      std::vector<const UnitRow*> rows;
      for (const UnitRow& row : unit.rows) rows.push_back(&row);
      unit.scaled = average(rows, 0);
      unit.value = from_scale(unit.scaled, data_.scale);
      if (data_.plan->use_blocks) unit.block = tree_.block_of(unit.sample);
      data_.units.push_back(std::move(unit));
    }
    std::stable_sort(data_.units.begin(), data_.units.end(), [](const CaseUnit& a, const CaseUnit& b) {
      if (std::tie(a.group, a.second, a.time) != std::tie(b.group, b.second, b.time)) {
        return std::tie(a.group, a.second, a.time) < std::tie(b.group, b.second, b.time);
      }
      return natural_less(a.sample, b.sample);
    });
    if (!refuse_time_.empty()) {
      refuse("time_undeclared", refuse_time_);
      warn(data_.warnings, "time_undeclared", refuse_time_,
           say("Write time = \"repeated\" for one analysis of the course, or the one time that was chosen before the "
               "results."));
    }
  }

  /// Equal weight for every branch at every level.
  static double average(const std::vector<const UnitRow*>& rows, std::size_t depth) {
    std::map<std::string, std::vector<const UnitRow*>> branches;
    for (const UnitRow* row : rows) branches[depth < row->path.size() ? row->path[depth] : ""].push_back(row);
    std::vector<double> values;
    for (const auto& [name, branch] : branches) {
      if (!name.empty()) {
        values.push_back(average(branch, depth + 1));
        continue;
      }
      std::vector<double> own;
      for (const UnitRow* row : branch) own.push_back(row->scaled);
      values.push_back(stats::mean(own));
    }
    return stats::mean(values);
  }

  void find_blocks() {
    std::map<std::string, std::set<std::pair<int, int>>> cells;
    std::map<std::string, std::set<std::string>> members;
    std::set<std::string> bare;
    for (const CaseUnit& unit : data_.units) {
      if (unit.block.empty()) bare.insert(unit.sample);
      if (unit.block.empty()) continue;
      cells[unit.block].emplace(unit.group, unit.second);
      members[unit.block].insert(unit.sample);
    }
    if (cells.empty()) return;
    const bool crossed = std::any_of(cells.begin(), cells.end(), [](const auto& b) { return b.second.size() > 1; });
    const bool shared = std::any_of(members.begin(), members.end(), [](const auto& b) { return b.second.size() > 1; });
    if (crossed) data_.blocks = Blocks::kCrossed;
    if (!crossed && shared) data_.blocks = Blocks::kNested;
    if (data_.blocks == Blocks::kNone || bare.empty()) return;
    warn(data_.warnings, "without_block",
         say("{} of the units (has|have) no block; blocks were not used.", bare.size()),
         say("Give every sample its block."));
    data_.blocks = Blocks::kNone;
  }

  Case& data_;
  const Tree& tree_;
  std::vector<Placed> placed_;
  std::string refuse_time_;
  std::size_t outside_ = 0, censored_ = 0, without_value_ = 0, without_group_ = 0, off_scale_ = 0;
};

}  // namespace

Case gather(const ObservationTable& table, const std::vector<std::size_t>& rows, const Study& study, const Tree& tree,
            const Comparison& plan, std::string quantity, std::string target) {
  Case data;
  data.table = &table;
  data.study = &study;
  data.plan = &plan;
  data.quantity = std::move(quantity);
  data.target = std::move(target);
  const Quantity* entry = find_quantity(data.quantity);
  data.scale = entry == nullptr ? Scale::kLinear : entry->scale;
  for (const Scale scale : {Scale::kLinear, Scale::kLog, Scale::kLogit}) {
    if (plan.scale == to_text(scale)) data.scale = scale;
  }
  Gatherer(data, tree).run(rows);
  return data;
}

}  // namespace vesica::comparing
