// SPDX-License-Identifier: Apache-2.0
// Which quantities a comparison is about, which method its design asks for, and the finding put together.
#include "vesica/stats/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/descriptive.h"

namespace vesica {

namespace {

using namespace comparing;

/// Rows by quantity and target: measured ones on no axis.
using Index = std::map<std::string, std::map<std::string, std::vector<std::size_t>>, std::less<>>;

Index index_rows(const ObservationTable& table) {
  Index index;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured || !std::isnan(table.at(i))) continue;
    index[std::string(table.quantity(i))][std::string(table.target(i))].push_back(i);
  }
  return index;
}

bool matches(std::string_view id, std::string_view pattern) {
  if (!pattern.ends_with('*')) return id == pattern;
  return id.starts_with(pattern.substr(0, pattern.size() - 1));
}

struct Question {
  std::string quantity, target;
  std::vector<std::size_t> rows;
};

/// Without a declared target: the rows that have none, or, where all have one, each target by itself.
std::vector<Question> questions_of(const Index& index, const Comparison& plan) {
  std::vector<Question> questions;
  std::set<std::string> seen;
  for (const std::string& pattern : plan.quantities) {
    bool found = false;
    for (const auto& [quantity, targets] : index) {
      if (!matches(quantity, pattern)) continue;
      found = true;
      const bool any = plan.target == "*";
      const bool bare = plan.target.empty() && targets.contains("");
      for (const auto& [target, rows] : targets) {
        const bool wanted = any || (bare ? target.empty() : plan.target.empty() || target == plan.target);
        if (wanted && seen.insert(quantity + "\x1f" + target).second) questions.push_back({quantity, target, rows});
      }
      if (!plan.target.empty() && !any && !targets.contains(plan.target)) {
        if (seen.insert(quantity + "\x1f" + plan.target).second) questions.push_back({quantity, plan.target, {}});
      }
    }
    if (!found && seen.insert(pattern).second) questions.push_back({pattern, plan.target, {}});
  }
  return questions;
}

void add_group(const Case& data, std::size_t group, int second, int time, Finding& finding) {
  FindingGroup out;
  out.name = data.groups[group];
  out.title = data.titles[group];
  const bool course = data.times.size() > 1;
  out.second = course ? exact_number(data.times[static_cast<std::size_t>(time)])
                      : data.seconds[static_cast<std::size_t>(second)];
  std::vector<double> scaled, natural;
  for (const CaseUnit& unit : data.units) {
    if (static_cast<std::size_t>(unit.group) != group || unit.time != time) continue;
    if (!course && unit.second != second) continue;
    FindingUnit to;
    to.sample = unit.sample;
    to.block = unit.block;
    to.time_h = course ? data.times[static_cast<std::size_t>(time)] : data.table->time_h(unit.rows.front().row);
    to.value = unit.value;
    for (const UnitRow& row : unit.rows) {
      to.observations.push_back(data.table->value(row.row));
      to.row_ids.push_back(observation_id(*data.table, row.row));
    }
    scaled.push_back(unit.scaled);
    natural.push_back(unit.value);
    out.units.push_back(std::move(to));
  }
  if (out.units.empty()) return;
  const stats::Summary summary = stats::summarise(scaled);
  out.mean = from_scale(summary.mean, data.scale);
  out.low = from_scale(summary.mean_interval.low, data.scale);
  out.high = from_scale(summary.mean_interval.high, data.scale);
  out.sd = summary.sd;
  out.median = stats::median(natural);
  finding.groups.push_back(std::move(out));
}

void add_groups(const Case& data, Finding& finding) {
  const int times = std::max(1, static_cast<int>(data.times.size()));
  const int seconds = data.times.size() > 1 ? 1 : static_cast<int>(data.seconds.size());
  for (std::size_t g = 0; g < data.groups.size(); ++g) {
    for (int s = 0; s < seconds; ++s) {
      for (int t = 0; t < times; ++t) add_group(data, g, s, t, finding);
    }
  }
}

/// The declared method, or the one that the design asks for; what cannot be had is said.
std::string choose_method(const Case& data, Finding& finding) {
  const std::string& declared = data.plan->method;
  const bool blocks = data.blocks == Blocks::kCrossed;
  if (data.times.size() > 1) {
    if (declared == "mixed") return "mixed";
    if (declared != "auto" && declared != "repeated") {
      warn(finding.warnings, "method",
           say("Several times are compared by one repeated analysis, not by \"{}\".", declared));
    }
    return "repeated";
  }
  if (declared == "repeated") {
    warn(finding.warnings, "method", say("There is one time only: nothing is repeated."), "", Severity::kNote);
    return blocks ? "blocked" : "auto";
  }
  if (data.seconds.size() > 1 && declared != "mixed") {
    if (declared != "auto" && declared != "two_way") {
      warn(finding.warnings, "method", say("Two factors are compared by a two-way analysis, not by \"{}\".", declared));
    }
    return "two_way";
  }
  if ((declared == "paired" || declared == "blocked") && !blocks) {
    warn(finding.warnings, "no_blocks",
         say("A comparison within blocks was declared, but no block holds units of several groups; units were compared "
             "as independent."),
         say("Give each sample its block (litter, donor, day), or choose method = \"auto\"."));
    return "auto";
  }
  const bool ignores = declared == "welch" || declared == "student" || declared == "anova" || declared == "welch_anova";
  if (ignores && data.blocks != Blocks::kNone) {
    warn(finding.warnings, "blocks_ignored",
         data.blocks == Blocks::kCrossed
             ? say("The samples have blocks that hold several groups; the declared test ignores them and loses power.")
             : say("Units of one block are not independent, and the declared test counts them as if they were."),
         say("Choose method = \"auto\"."));
  }
  if (declared == "two_way") return blocks ? "blocked" : "auto";
  if (declared != "auto") return declared == "paired" ? "blocked" : declared;
  if (blocks) return "blocked";
  return data.blocks == Blocks::kNested ? "mixed" : "auto";
}

void analyse(const Case& data, Finding& finding) {
  const std::string method = choose_method(data, finding);
  if (method == "repeated") return analyse_repeated(data, finding);
  if (method == "two_way") return analyse_two_way(data, finding);
  if (method == "mixed") return analyse_mixed(data, finding);
  if (method == "blocked") return analyse_blocked(data, finding);
  if (method == "rank") return analyse_ranks(data, data.blocks == Blocks::kCrossed, finding);
  analyse_independent(data, method, finding);
}

std::string methods_text(const Case& data, const Finding& finding) {
  std::vector<std::string> corrections;
  for (const FindingTest& test : finding.tests) {
    const bool known = std::find(corrections.begin(), corrections.end(), test.correction) != corrections.end();
    if (!test.correction.empty() && !known) corrections.push_back(test.correction);
  }
  std::string text = finding.method_text;
  if (!corrections.empty()) text += " " + say("Several contrasts were corrected after {}.", listed(corrections));
  if (data.scale == Scale::kLog) text += " " + say("Values were compared as logarithms and are given as ratios.");
  if (data.scale == Scale::kLogit) text += " " + say("Shares were compared as logits and are given as odds ratios.");
  text += " " + say("The unit is the {}; observations below it were averaged. Alpha = {}.", translate(data.plan->unit),
                    short_number(data.plan->alpha, 3));
  return text;
}

FindingTest untested(std::string status) {
  FindingTest test;
  test.contrast = say("all groups");
  test.status = std::move(status);
  return test;
}

Finding finding_of(const Case& data, const Tree& tree) {
  Finding finding;
  finding.id = data.plan->id + "-" + data.quantity + (data.target.empty() ? "" : "-" + data.target);
  finding.comparison = data.plan->id;
  finding.kind = "comparison";
  finding.quantity = data.quantity;
  finding.target = data.target;
  finding.unit = data.plan->unit;
  finding.value_unit = data.value_unit;
  finding.scale = to_text(data.scale);
  if (const auto time = parse_number(data.plan->time)) finding.time_h = *time;
  finding.warnings = data.warnings;
  add_groups(data, finding);
  if (data.refusal.empty()) {
    analyse(data, finding);
    if (finding.tests.empty()) finding.tests.push_back(untested(to_text(stats::TestStatus::kNotSeparable)));
    add_guards(data, tree, finding);
    add_stars(data, finding);
    finding.assumptions.push_back(
        say("Units are taken to be independent; their values were not tested for normality to choose a method."));
    finding.method_text = methods_text(data, finding);
  } else {
    finding.tests.push_back(untested(data.refusal));
  }
  add_words(data, finding);
  return finding;
}

/// What concerns the comparison as a whole stands at its first finding.
void add_plan_notes(const Comparison& plan, const Study& study, std::size_t tested, bool first_of_all,
                    Finding& finding) {
  if (tested > 1) {
    warn(finding.warnings, "many_quantities",
         say("{} quantities were compared at {} each; corrections hold within a quantity. By chance alone about {} of "
             "them would be called different.",
             tested, short_number(plan.alpha, 3), short_number(plan.alpha * static_cast<double>(tested), 2)),
         say("Name the one that decides before the results are known."), Severity::kNote);
  }
  if (first_of_all && study.report.error_bars == "sem") {
    warn(finding.warnings, "sem",
         say("Bars of SEM are narrow because n divides them: they show neither the spread of units (SD) nor what the "
             "data allow (95 % interval, 4.3 SEM for n = 3)."),
         say("Choose error_bars = \"ci95\" or \"sd\"."), Severity::kNote);
  }
}

}  // namespace

std::vector<Finding> compare(const ObservationTable& table, const Study& study, const Context& context) {
  std::vector<Finding> findings;
  if (study.comparisons.empty()) return findings;
  const Tree tree(study);
  const Index index = index_rows(table);
  for (const Comparison& plan : study.comparisons) {
    const std::size_t first = findings.size();
    std::size_t tested = 0;
    for (const Question& question : questions_of(index, plan)) {
      context.check_cancelled();
      const Case data = gather(table, question.rows, study, tree, plan, question.quantity, question.target);
      findings.push_back(finding_of(data, tree));
      tested += data.refusal.empty() ? 1 : 0;
    }
    if (findings.size() > first) add_plan_notes(plan, study, tested, first == 0, findings[first]);
  }
  return findings;
}

}  // namespace vesica
