// SPDX-License-Identifier: Apache-2.0
// Guardrails: what a careful statistician would say beside the result.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/rank.h"

namespace vesica::comparing {

namespace {

constexpr double kWorthSayingUnbalanced = 2;  // chosen: one group twice as large as another
constexpr std::size_t kFewUnits = 3;

/// Samples by group: the units of each.
std::vector<std::set<std::string>> samples_by_group(const Case& data) {
  std::vector<std::set<std::string>> samples(data.groups.size());
  for (const CaseUnit& unit : data.units) samples[static_cast<std::size_t>(unit.group)].insert(unit.sample);
  return samples;
}

/// Every parent holds several units and all of one group: then the parent, not the unit, may be what got the treatment.
void guard_unit(const Case& data, const Tree& tree, Finding& finding) {
  struct Family {
    std::set<std::string> units;
    std::set<std::pair<int, int>> cells;
  };
  std::map<std::string, Family> families;
  std::string kind;
  for (const CaseUnit& unit : data.units) {
    const Sample* sample = tree.find(unit.sample);
    const Sample* parent = sample == nullptr ? nullptr : tree.parent(*sample);
    if (parent == nullptr) return;
    kind = parent->kind;
    families[parent->id].units.insert(unit.sample);
    families[parent->id].cells.emplace(unit.group, unit.second);
  }
  std::set<std::string> units;
  std::size_t shared = 0, crossed = 0;
  for (const auto& [id, family] : families) {
    units.insert(family.units.begin(), family.units.end());
    shared += family.units.size() > 1 ? 1 : 0;
    crossed += family.cells.size() > 1 ? 1 : 0;
  }
  const std::string unit_word(translate(data.plan->unit));
  if (shared > 0 && crossed == 0 && data.blocks == Blocks::kNone) {
    warn(finding.warnings, "unit_below_treatment",
         say("Each {} holds {} units of one group only: the {} got the treatment, and repeats within it are not "
             "independent. n would be {}, not {}.",
             translate(kind), unit_word, translate(kind), families.size(), units.size()),
         say("Write unit = \"{}\".", kind));
  } else if (crossed > 0 && data.blocks == Blocks::kNone && data.plan->use_blocks) {
    warn(
        finding.warnings, "undeclared_block",
        say("Of {1} {2} samples {0} (holds|hold) units of several groups: comparing within them would be more precise.",
            crossed, families.size(), translate(kind)),
        say("Give the samples their {} as block.", translate(kind)));
  }
}

void guard_repeats(const Case& data, Finding& finding) {
  std::size_t observations = 0;
  std::set<std::string> units;
  for (const CaseUnit& unit : data.units) {
    observations += unit.rows.size();
    units.insert(unit.sample);
  }
  if (observations <= data.units.size()) return;
  warn(finding.warnings, "repeats_are_not_n",
       say("{} observation(s) behind {} unit(s) ({}): repeats were averaged, n is {}.", observations, units.size(),
           translate(data.plan->unit), units.size()),
       "", Severity::kNote);
}

void guard_sizes(const Case& data, Finding& finding) {
  std::size_t least = SIZE_MAX, most = 0, least_at = 0;
  const auto samples = samples_by_group(data);
  for (std::size_t g = 0; g < samples.size(); ++g) {
    if (samples[g].size() < least) least = samples[g].size(), least_at = g;
    most = std::max(most, samples[g].size());
  }
  if (samples.empty()) return;
  if (least < 2) {
    warn(finding.warnings, "one_unit",
         say("{} has only one {}: how much units vary is unknown, and nothing can be claimed.", data.titles[least_at],
             translate(data.plan->unit)),
         say("Measure at least three, better five, independent units a group."));
  } else if (least < kFewUnits) {
    warn(finding.warnings, "two_units", say("{} has only two units; intervals are very wide.", data.titles[least_at]));
  }
  if (static_cast<double>(most) >= kWorthSayingUnbalanced * static_cast<double>(least)) {
    warn(finding.warnings, "unbalanced",
         say("Groups differ in size ({} to {} unit(s)): pooled tests then err when spreads differ too.", least, most),
         "", Severity::kNote);
  }
}

void guard_variance(const Finding& finding, std::vector<Issue>& warnings) {
  const bool flat = std::any_of(finding.tests.begin(), finding.tests.end(),
                                [](const FindingTest& test) { return test.status == "no_variance"; });
  if (!flat) return;
  warn(warnings, "no_variance",
       say("The values do not vary within the groups: no test can be made, however far apart the groups are."),
       say("Look for rounding, a constant filled in, or copies of one measurement."));
}

void guard_power(const Case& data, Finding& finding) {
  constexpr double kWanted = 0.8;
  double worst = kNaN, n = kNaN;
  for (const FindingTest& test : finding.tests) {
    const double p = std::isfinite(test.adjusted_p) ? test.adjusted_p : test.p;
    if (!(test.power < kWanted) || p <= data.plan->alpha || test.power >= worst) continue;
    worst = test.power;
    n = test.n_needed;
  }
  if (std::isnan(worst)) return;
  warn(finding.warnings, "underpowered",
       say("The comparison is underpowered: \"no difference shown\" is not \"no difference\"."),
       std::isfinite(n) ? say("{} unit(s) a group would do (80 %).", readable_count(static_cast<long long>(n)))
                        : std::string(),
       Severity::kNote);
}

}  // namespace

void add_guards(const Case& data, const Tree& tree, Finding& finding) {
  guard_unit(data, tree, finding);
  guard_repeats(data, finding);
  guard_sizes(data, finding);
  guard_variance(finding, finding.warnings);
  guard_power(data, finding);
}

}  // namespace vesica::comparing
