// SPDX-License-Identifier: Apache-2.0
// Two factors at once, and one quantity at several times.
#include <algorithm>
#include <cmath>
#include <map>

#include <Eigen/Dense>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/stats/anova.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/two_sample.h"

namespace vesica::comparing {

namespace {

using stats::Correction;

std::string factor_name(const Case& data) { return data.plan->factor.empty() ? say("group") : data.plan->factor; }

// Corrections that fit contrasts within several levels: Šidák unless a step-down or none is declared.
Correction correction_within(const Case& data) {
  if (data.plan->correction == "holm") return Correction::kHolm;
  if (data.plan->correction == "bh") return Correction::kBenjaminiHochberg;
  if (data.plan->correction == "none") return Correction::kNone;
  return Correction::kSidak;
}

stats::TestResult result_of(const stats::AnovaTable& table, const std::string& term) {
  stats::TestResult result = stats::without_answer(table.method, table.status);
  const stats::AnovaRow* row = table.find(term);
  if (!result.ok() || row == nullptr) {
    if (result.ok()) result.status = stats::TestStatus::kNotSeparable;
    return result;
  }
  result.statistic_name = "F";
  result.statistic = row->f;
  result.df = row->df;
  result.df2 = row->error_df;
  result.p = row->p;
  return result;
}

void add_judged(const Case& data, const std::vector<stats::Contrast>& contrasts, const std::vector<std::string>& texts,
                const std::string& title, Finding& finding) {
  const Correction correction = contrasts.size() > 1 ? correction_within(data) : Correction::kNone;
  const auto judged = stats::judge(contrasts, correction, {});
  for (std::size_t i = 0; i < judged.size(); ++i) {
    FindingTest test = test_of(judged[i], texts[i], title, data.scale);
    if (correction == Correction::kNone) test.adjusted_p = kNaN;
    test.correction = correction_title(correction, false);
    finding.tests.push_back(std::move(test));
  }
  if (contrasts.size() > 1 && correction == Correction::kNone) {
    warn(finding.warnings, "uncorrected",
         say("{} pairwise tests were made without correction, as declared: the chance of at least one false difference "
             "is up to {} %.",
             contrasts.size(),
             short_number(100 * (1 - std::pow(1 - data.plan->alpha, static_cast<double>(contrasts.size()))), 2)),
         say("Choose correction = \"auto\"."));
  }
}

struct TwoWay {
  std::vector<double> values;
  stats::Factor a, b, cell, block;
  std::map<std::pair<int, int>, int> cells;  // (group, second) → column
};

TwoWay two_way_data(const Case& data) {
  TwoWay input;
  std::vector<std::string> blocks;
  for (const CaseUnit& unit : data.units) {
    input.values.push_back(unit.scaled);
    input.a.level.push_back(unit.group);
    input.b.level.push_back(unit.second);
    const auto cell = input.cells.emplace(std::pair(unit.group, unit.second), static_cast<int>(input.cells.size()));
    input.cell.level.push_back(cell.first->second);
    blocks.push_back(unit.block);
  }
  input.a.name = factor_name(data);
  input.b.name = data.plan->second_factor;
  input.a.levels = static_cast<int>(data.groups.size());
  input.b.levels = static_cast<int>(data.seconds.size());
  input.cell.levels = static_cast<int>(input.cells.size());
  input.block = stats::make_factor("block", blocks);
  return input;
}

// Pairs of groups within each level of the second factor, over the common residual variance.
void add_simple_effects(const Case& data, const TwoWay& input, bool blocked, Finding& finding) {
  std::vector<Eigen::MatrixXd> parts{stats::indicator_columns(input.cell)};
  if (blocked) parts.push_back(stats::sum_to_zero_columns(input.block));
  const Eigen::MatrixXd design = stats::beside(parts);
  const stats::LinearFit fit = stats::fit_linear(
      design, Eigen::Map<const Eigen::VectorXd>(input.values.data(), static_cast<Eigen::Index>(input.values.size())));
  std::vector<stats::Contrast> contrasts;
  std::vector<std::string> texts;
  for (std::size_t second = 0; second < data.seconds.size(); ++second) {
    for (const auto& [first_group, second_group] : data.contrasts()) {
      const auto one = input.cells.find({static_cast<int>(first_group), static_cast<int>(second)});
      const auto other = input.cells.find({static_cast<int>(second_group), static_cast<int>(second)});
      if (one == input.cells.end() || other == input.cells.end()) continue;
      Eigen::VectorXd weights = Eigen::VectorXd::Zero(design.cols());
      weights[one->second] = 1;
      weights[other->second] = -1;
      contrasts.push_back({first_group, second_group, stats::linear_contrast(fit, weights)});
      contrasts.back().test.method = "cell_contrast";
      texts.push_back(say("{} ({})", contrast_text(data, first_group, second_group), data.seconds[second]));
    }
  }
  const std::size_t before = finding.tests.size();
  add_judged(data, contrasts, texts, say("Difference of cell means, pooled variance"), finding);
  for (std::size_t i = 0; i < contrasts.size(); ++i) {
    add_hedges(contrasts[i].test, std::sqrt(fit.residual_variance), finding.tests[before + i]);
    add_power_from_se(data, contrasts[i], contrasts.size(), finding.tests[before + i]);
  }
}

// ---- several times
// ---------------------------------------------------------------------------------------------------

struct Course {
  std::vector<std::string> units;
  std::vector<std::vector<double>> values;  // one row a unit, NaN where a time is missing
  std::vector<int> group;
  bool complete = true;
};

Course course_of(const Case& data) {
  Course course;
  std::map<std::string, std::size_t> known;
  for (const CaseUnit& unit : data.units) {
    const auto [found, added] = known.emplace(unit.sample, course.units.size());
    if (added) {
      course.units.push_back(unit.sample);
      course.values.emplace_back(data.times.size(), kNaN);
      course.group.push_back(unit.group);
    }
    course.values[found->second][static_cast<std::size_t>(unit.time)] = unit.scaled;
  }
  for (const auto& row : course.values) {
    for (const double value : row) course.complete = course.complete && std::isfinite(value);
  }
  return course;
}

std::vector<double> at_time(const Course& course, int group, std::size_t time) {
  std::vector<double> values;
  for (std::size_t i = 0; i < course.values.size(); ++i) {
    if (course.group[i] == group) values.push_back(course.values[i][time]);
  }
  return values;
}

// Between groups at every time; with one group, every time against the first. One family whatever its size.
void add_course_contrasts(const Case& data, const Course& course, Finding& finding) {
  std::vector<stats::Contrast> contrasts;
  std::vector<std::string> texts;
  for (std::size_t t = 0; t < data.times.size(); ++t) {
    const std::string hours = exact_number(data.times[t]);
    if (data.groups.size() == 1 && t > 0) {
      contrasts.push_back({t, 0, stats::paired_t(at_time(course, 0, t), at_time(course, 0, 0))});
      texts.push_back(say("{} h − {} h", hours, exact_number(data.times[0])));
    }
    if (data.groups.size() == 1) continue;
    for (const auto& [first, second] : data.contrasts()) {
      contrasts.push_back(
          {first, second,
           stats::welch_t(at_time(course, static_cast<int>(first), t), at_time(course, static_cast<int>(second), t))});
      texts.push_back(say("{} at {} h", contrast_text(data, first, second), hours));
    }
  }
  const std::size_t before = finding.tests.size();
  add_judged(data, contrasts, texts, data.groups.size() == 1 ? say("Paired t test") : say("Welch's t test"), finding);
  for (std::size_t i = 0; i < contrasts.size() && data.groups.size() > 1; ++i) {
    add_power_from_se(data, contrasts[i], contrasts.size(), finding.tests[before + i]);
  }
}

}  // namespace

void analyse_two_way(const Case& data, Finding& finding) {
  const TwoWay input = two_way_data(data);
  const bool blocked = data.blocks == Blocks::kCrossed;
  const stats::AnovaTable table =
      stats::two_way_anova(input.values, input.a, input.b, blocked ? &input.block : nullptr);
  const std::string title = say("Two-way analysis of variance");
  finding.tests.push_back(test_of(result_of(table, input.a.name), input.a.name, title, data.scale));
  finding.tests.push_back(test_of(result_of(table, input.b.name), input.b.name, title, data.scale));
  const std::string term = input.a.name + ":" + input.b.name;
  if (table.find(term) != nullptr) {
    finding.tests.push_back(test_of(result_of(table, term), input.a.name + " × " + input.b.name, title, data.scale));
  } else if (table.status == stats::TestStatus::kOk) {
    warn(finding.warnings, "no_interaction",
         say("With one unit a cell the interaction cannot be told from the error; the factors are taken to add up."));
  }
  if (table.status == stats::TestStatus::kOk && table.method == "two_way_anova") {
    add_simple_effects(data, input, blocked, finding);
  }
  std::map<std::pair<int, int>, int> sizes;
  for (const CaseUnit& unit : data.units) ++sizes[{unit.group, unit.second}];
  const auto by_size = [](const auto& l, const auto& r) { return l.second < r.second; };
  const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end(), by_size);
  if (least->second != most->second || sizes.size() < data.groups.size() * data.seconds.size()) {
    warn(finding.warnings, "unbalanced",
         say("The cells hold {} to {} unit(s): sums of squares are of type II (each factor adjusted for the other).",
             sizes.size() < data.groups.size() * data.seconds.size() ? 0 : least->second, most->second),
         "", Severity::kNote);
  }
  finding.assumptions.push_back(say("One common spread in all cells is assumed."));
  finding.method_text =
      say("Both factors and their interaction were tested by two-way analysis of variance (type II sums of squares).");
}

void analyse_repeated(const Case& data, Finding& finding) {
  const Course course = course_of(data);
  if (!course.complete || data.blocks != Blocks::kNone || data.seconds.size() > 1) {
    if (!course.complete) {
      finding.assumptions.push_back(
          say("Some units lack a time, so that a mixed model was fitted; they are taken to be missing at random."));
    }
    return analyse_mixed(data, finding);
  }
  const stats::RepeatedAnova repeated = stats::repeated_anova(course.values, course.group);
  const std::string title = say("Repeated-measures analysis of variance");
  const auto add = [&](const std::string& term, const std::string& contrast, double corrected_p) {
    stats::TestResult result = result_of(repeated.table, term);
    if (result.ok() && std::isfinite(corrected_p)) {
      result.p = corrected_p;
      result.df *= repeated.greenhouse_geisser;
      result.df2 *= repeated.greenhouse_geisser;
    }
    finding.tests.push_back(test_of(result, contrast, title, data.scale));
  };
  if (data.groups.size() > 1) add("group", factor_name(data), kNaN);
  add("time", say("time"), repeated.time_p);
  if (data.groups.size() > 1) add("group:time", factor_name(data) + " × " + say("time"), repeated.interaction_p);
  if (repeated.table.status == stats::TestStatus::kOk) {
    add_course_contrasts(data, course, finding);
    finding.assumptions.push_back(
        std::isfinite(repeated.mauchly_p)
            ? say("Equal spread of differences between times is not assumed: degrees of freedom are multiplied by "
                  "Greenhouse-Geisser's epsilon {} (Mauchly's test: p = {}).",
                  readable_number(repeated.greenhouse_geisser, 3), readable_number(repeated.mauchly_p, 2))
            : say("Equal spread of differences between times is not assumed: degrees of freedom are multiplied by "
                  "Greenhouse-Geisser's epsilon {}.",
                  readable_number(repeated.greenhouse_geisser, 3)));
  }
  finding.method_text =
      say("The course was compared by one repeated-measures analysis of variance with Greenhouse-Geisser correction; "
          "differences at single times are one family.");
}

}  // namespace vesica::comparing
