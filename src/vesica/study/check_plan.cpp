// SPDX-License-Identifier: Apache-2.0
// What the study plans: givens, comparisons, scenarios, exclusions, reported numbers.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

/// Columns of the table of observations by which rows may be excluded.
constexpr std::array<std::string_view, 9> kMatchable = {"id",   "input",    "sample", "condition", "replicate",
                                                        "part", "quantity", "target", "source"};

void check_givens(Assembly& assembly) {
  std::map<std::string, const Given*> first;  // by preparation
  for (std::size_t i = 0; i < assembly.study.givens.size(); ++i) {
    const Given& given = assembly.study.givens[i];
    if (!std::isnan(given.amount) && given.unit.empty())
      assembly.problems.add("", say("An amount of {} has no unit.", exact_number(given.amount)),
                            assembly.place_of("given", i, "amount"),
                            say("Write unit = \"{{particles}}\", \"ug\" or \"mL\"."));
    if (!given.to.empty() && given.to == given.preparation)
      assembly.problems.add("", say("Sample {} is given to itself.", in_quotes(given.to)),
                            assembly.place_of("given", i, "to"), "");
    const auto unit = parse_unit(given.unit);
    if (given.unit.empty() || !unit) continue;
    const auto [other, is_new] = first.emplace(given.preparation, &given);
    if (is_new) continue;
    const auto other_unit = parse_unit(other->second->unit);
    if (other_unit && !other_unit->same_dimension(*unit))
      assembly.problems.add("units of " + given.preparation,
                            say("Conflicting units: {0} is given in {1} here and in {2} at {3}; the doses cannot be "
                                "compared.",
                                in_quotes(given.preparation), in_quotes(given.unit), in_quotes(other->second->unit),
                                other->second->place.text()),
                            assembly.place_of("given", i, "unit"), say("Write every amount in one unit."));
  }
}

/// The groups that a comparison may name: conditions, or the levels of its factor.
std::vector<Level> groups_of(const Assembly& assembly, const std::string& factor) {
  std::vector<Level> groups;
  const auto add = [&](const Levels& levels) {
    const auto found = levels.find(factor);
    if (found != levels.end() && std::find(groups.begin(), groups.end(), found->second) == groups.end())
      groups.push_back(found->second);
  };
  for (const Condition& condition : assembly.study.conditions) {
    if (factor.empty()) {
      groups.push_back(level_from(condition.id));
    } else {
      add(condition.levels);
    }
  }
  if (!factor.empty())
    for (const Sample& sample : assembly.study.samples) add(sample.levels);
  return groups;
}

class ComparisonChecker {
 public:
  ComparisonChecker(Assembly& assembly, std::size_t index)
      : assembly_(assembly), index_(index), comparison_(assembly.study.comparisons[index]) {}

  void check() {
    known_ = groups_of(assembly_, comparison_.factor);
    const bool factor_known = comparison_.factor.empty() || assembly_.factors.contains(comparison_.factor);
    if (factor_known) check_groups();
    if (comparison_.groups.size() == 1) add("groups", say("One group cannot be compared."), say("Name two or more."));
    if (!comparison_.second_factor.empty() && comparison_.second_factor == comparison_.factor)
      add("second_factor", say("Both factors are {}.", in_quotes(comparison_.factor)), say("Name another or none."));
    if (comparison_.method == "two_way" && comparison_.second_factor.empty())
      add("method", say("A two-way comparison needs {}.", in_quotes("second_factor")), say("Name it, or choose auto."));
    check_time();
  }

 private:
  void add(std::string_view key, std::string what, std::string hint) {
    assembly_.problems.add("", std::move(what), assembly_.place_of("comparison", index_, key), std::move(hint));
  }

  void check_groups() {
    const Value* item = assembly_.item("comparison", index_);
    const Value* groups = item == nullptr ? nullptr : item->find("groups");
    for (std::size_t i = 0; i < comparison_.groups.size(); ++i) {
      const bool placed = groups != nullptr && i < groups->items.size();
      want(comparison_.groups[i], placed ? groups->items[i].place : comparison_.place);
    }
    want(comparison_.control, assembly_.place_of("comparison", index_, "control"));
    for (const auto& [first, second] : comparison_.pairs) {
      want(first, assembly_.place_of("comparison", index_, "pairs"));
      want(second, assembly_.place_of("comparison", index_, "pairs"));
      if (first == second) add("pairs", say("{} is compared with itself.", in_quotes(first)), "");
    }
    check_listed();
  }

  /// The control and the pairs must be among the groups, where these are listed.
  void check_listed() {
    const std::vector<std::string>& groups = comparison_.groups;
    if (groups.empty()) return;
    std::set<std::string> seen;
    for (const std::string& group : groups)
      if (!seen.insert(group).second) add("groups", say("Group {} is listed twice.", in_quotes(group)), "");
    if (!comparison_.control.empty() && !seen.contains(comparison_.control))
      add("control", say("The control {} is not among the groups.", in_quotes(comparison_.control)),
          say("Add it to {}.", in_quotes("groups")));
    for (const auto& [first, second] : comparison_.pairs)
      if (!seen.contains(first) || !seen.contains(second))
        add("pairs", say("The pair {0}, {1} is not among the groups.", in_quotes(first), in_quotes(second)),
            say("Add both to {}.", in_quotes("groups")));
  }

  void want(const std::string& name, const Place& place) {
    if (name.empty() || std::find(known_.begin(), known_.end(), level_from(name)) != known_.end()) return;
    std::vector<std::string> names;
    for (const Level& level : known_) names.push_back(level.text);
    const std::string what = comparison_.factor.empty() ? say("There is no condition {}.", in_quotes(name))
                                                        : say("The factor {0} has no level {1}.",
                                                              in_quotes(comparison_.factor), in_quotes(name));
    assembly_.problems.add(what, what, place, suggest(name, names));
  }

  void check_time() {
    const std::string& time = comparison_.time;
    if (time.empty() || time == "repeated" || parse_number(time)) return;
    add("time", say("{} is no time.", in_quotes(time)), say("Write a number of hours, \"repeated\", or leave it out."));
  }

  Assembly& assembly_;
  std::size_t index_;
  const Comparison& comparison_;
  std::vector<Level> known_;
};

void check_scenarios(Assembly& assembly) {
  for (const Scenario& scenario : assembly.study.scenarios) {
    const KnownPart* model = assembly.known.find_model(scenario.model);
    if (model == nullptr) continue;
    AnySettings settings = model->settings;
    std::vector<Error> found;
    apply(scenario.settings, settings, found);
    for (const Error& error : found) assembly.problems.add(error);
  }
}

void check_match(Assembly& assembly, const std::string& column, const std::string& value, const Place& place) {
  const Study& study = assembly.study;
  std::vector<std::string> known;
  if (column == "sample") {
    for (const Sample& sample : study.samples) known.push_back(sample.id);
  } else if (column == "condition") {
    for (const Condition& condition : study.conditions) known.push_back(condition.id);
  } else if (column == "input") {
    for (const Input& input : study.inputs) known.push_back(input.path);
  } else if (column == "quantity") {
    for (const Quantity& quantity : all_quantities()) known.emplace_back(quantity.id);
  } else {
    return;  // what is measured decides about the others
  }
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  assembly.problems.add("",
                        say("{0} {1}, which is to be excluded, does not exist.", in_quotes(column), in_quotes(value)),
                        place, suggest(value, known));
}

void check_exclusions(Assembly& assembly) {
  const std::vector<std::string> columns(kMatchable.begin(), kMatchable.end());
  for (std::size_t i = 0; i < assembly.study.exclusions.size(); ++i) {
    const Exclusion& exclusion = assembly.study.exclusions[i];
    const Value* item = assembly.item("exclude", i);
    const Value* match = item == nullptr ? nullptr : item->find("match");
    if (match != nullptr && exclusion.match.empty() && match->members.empty())
      assembly.problems.add("", say("An empty match would exclude everything."), match->place,
                            say("Name what is left out, as match = {{ sample = \"S4\" }}."));
    for (const auto& [column, value] : exclusion.match) {
      const Value* cell = match == nullptr ? nullptr : match->find(column);
      const Place place = cell == nullptr ? exclusion.place : cell->place;
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
        assembly.problems.add("", say("Rows cannot be excluded by {}.", in_quotes(column)), place,
                              suggest(column, columns));
      } else {
        check_match(assembly, column, value, place);
      }
    }
  }
}

void check_reported(Assembly& assembly) {
  for (std::size_t i = 0; i < assembly.study.reported.size(); ++i) {
    const Reported& reported = assembly.study.reported[i];
    if (reported.evidence.empty() && (std::isnan(reported.value) || reported.source.empty()))
      assembly.problems.add(
          "", say("{0} lacks {1}.", "[reported]", std::isnan(reported.value) ? "\"value\"" : "\"source\""),
          reported.place, say("State value and source, or the id of a published result as evidence."));
    const std::vector<double>& naive = reported.naive;
    if (!naive.empty() && (naive.size() != 2 || !(naive[0] < naive[1])))
      assembly.problems.add("", say("{} is no interval.", in_quotes("naive")),
                            assembly.place_of("reported", i, "naive"), say("Write naive = [LOW, HIGH]."));
    const Quantity* quantity = find_quantity(reported.quantity);
    if (quantity == nullptr || std::isnan(reported.value)) continue;
    if (reported.value < quantity->low || reported.value > quantity->high)
      assembly.problems.add(
          "",
          say("{0} cannot be {1} {2}.", reported.quantity, exact_number(reported.value), readable_unit(quantity->unit)),
          assembly.place_of("reported", i, "value"),
          say("It must lie between {0} and {1}; check the unit.", exact_number(quantity->low),
              exact_number(quantity->high)));
  }
}

}  // namespace

void check_plan(Assembly& assembly) {
  check_givens(assembly);
  for (std::size_t i = 0; i < assembly.study.comparisons.size(); ++i) ComparisonChecker(assembly, i).check();
  check_scenarios(assembly);
  check_exclusions(assembly);
  check_reported(assembly);
}

}  // namespace vesica
