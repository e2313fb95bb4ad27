// SPDX-License-Identifier: Apache-2.0
// Units in groups: t tests, one-way and Welch analyses, analyses within blocks, rank tests.
#include <algorithm>
#include <cmath>
#include <map>

#include <Eigen/Dense>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/stats/anova.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/effect.h"
#include "vesica/stats/rank.h"
#include "vesica/stats/studentised.h"
#include "vesica/stats/two_sample.h"

namespace vesica::comparing {

namespace {

using stats::Correction;
using Groups = std::vector<std::vector<double>>;

stats::TestResult omnibus_of(const stats::AnovaTable& table, const stats::AnovaRow* row) {
  stats::TestResult result = stats::without_answer(table.method, table.status);
  if (!result.ok() || row == nullptr) return result;
  result.statistic_name = "F";
  result.statistic = row->f;
  result.df = row->df;
  result.df2 = row->error_df;
  result.p = row->p;
  return result;
}

double natural_mean(const Case& data, const std::vector<double>& scaled) {
  return from_scale(stats::mean(scaled), data.scale);
}

double pooled_sd(const Groups& groups, std::size_t a, std::size_t b) {
  const double df = static_cast<double>(groups[a].size() + groups[b].size()) - 2;
  return df > 0 ? std::sqrt((stats::sum_of_squares(groups[a]) + stats::sum_of_squares(groups[b])) / df) : kNaN;
}

PowerQuestion power_question(const Case& data, const Groups& groups, std::size_t a, std::size_t b, double sd,
                             std::size_t family) {
  PowerQuestion question;
  question.sd = sd;
  question.n1 = static_cast<double>(groups[a].size());
  question.n2 = static_cast<double>(groups[b].size());
  question.family = family;
  question.reference = natural_mean(data, groups[b]);
  return question;
}

void say_unequal_spread(const Groups& groups, Finding& finding) {
  const stats::TestResult spread = stats::levene(groups);
  if (!spread.ok()) return;
  finding.assumptions.push_back(
      say("One common spread is assumed; Brown-Forsythe test of equal spread: p = {}.", readable_number(spread.p, 2)));
  double least = kNaN, most = kNaN;
  for (const auto& group : groups) {
    const double sd = std::sqrt(stats::variance(group));
    least = std::fmin(least, sd);
    most = std::fmax(most, sd);
  }
  constexpr double kWorthSaying = 3;  // chosen: beyond a factor of three the pooled test errs visibly
  if (most > kWorthSaying * least) {
    warn(finding.warnings, "unequal_spread",
         say("The standard deviations of the groups differ by a factor of {}, and the analysis assumes one.",
             readable_number(most / least, 2)),
         say("Consider method = \"welch_anova\" before the next study."));
  }
}

void add_contrasts(const Case& data, const Groups& groups, const std::vector<stats::Contrast>& contrasts, bool welch,
                   double common_sd, const std::string& title, Finding& finding) {
  const bool several = contrasts.size() > 1;
  const Correction correction = several ? correction_of(data, welch, finding) : Correction::kNone;
  stats::Family family{groups.size(), {}};
  if (correction == Correction::kDunnett) {
    std::vector<double> sizes;
    for (const auto& contrast : contrasts) sizes.push_back(static_cast<double>(groups[contrast.first].size()));
    family.lambda = stats::dunnett_lambda(static_cast<double>(groups[contrasts.front().second].size()), sizes);
  }
  for (const auto& judged : stats::judge(contrasts, correction, family)) {
    const auto [first, second] = std::pair(judged.contrast.first, judged.contrast.second);
    FindingTest test = test_of(judged, contrast_text(data, first, second), title, data.scale);
    if (correction == Correction::kNone) test.adjusted_p = kNaN;
    test.correction = correction_title(correction, welch);
    const double sd = welch ? pooled_sd(groups, first, second) : common_sd;
    if (welch) {
      const stats::Effect g = stats::hedges_g(groups[first], groups[second]);
      test.hedges_g = g.estimate;
      test.hedges_low = g.interval.low;
      test.hedges_high = g.interval.high;
    } else {
      add_hedges(judged.contrast.test, common_sd, test);
    }
    const std::size_t count = correction == Correction::kNone ? 1 : contrasts.size();
    add_power(data, power_question(data, groups, first, second, sd, count), test);
    finding.tests.push_back(std::move(test));
  }
  if (several && correction == Correction::kNone) {
    warn(finding.warnings, "uncorrected",
         say("{} pairwise tests were made without correction, as declared: the chance of at least one false difference "
             "is up to {} %.",
             contrasts.size(),
             short_number(100 * (1 - std::pow(1 - data.plan->alpha, static_cast<double>(contrasts.size()))), 2)),
         say("Choose correction = \"auto\"."));
  }
  if (several && !stats::has_intervals(correction)) {
    finding.assumptions.push_back(say("{} has no simultaneous intervals; the intervals shown hold one by one.",
                                      correction_title(correction, welch)));
  }
}

// ---- within blocks
// ---------------------------------------------------------------------------------------------------

struct Paired {
  std::vector<double> x, y;  // second group of the contrast is y
  std::size_t incomplete = 0;
  bool single = true;  // at most one unit a block and group
};

Paired pair_up(const Case& data, std::size_t first, std::size_t second) {
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> blocks;
  for (const CaseUnit& unit : data.units) {
    const auto group = static_cast<std::size_t>(unit.group);
    if (group == first) blocks[unit.block].first.push_back(unit.scaled);
    if (group == second) blocks[unit.block].second.push_back(unit.scaled);
  }
  Paired paired;
  for (const auto& [block, values] : blocks) {
    if (values.first.size() > 1 || values.second.size() > 1) paired.single = false;
    if (values.first.empty() || values.second.empty()) {
      ++paired.incomplete;
      continue;
    }
    paired.x.push_back(stats::mean(values.first));
    paired.y.push_back(stats::mean(values.second));
  }
  return paired;
}

void warn_incomplete(const Paired& paired, Finding& finding) {
  if (paired.incomplete == 0) return;
  warn(finding.warnings, "incomplete_blocks",
       say("{} block(s) (holds|hold) one of the two groups only and (does|do) not enter the paired test.",
           paired.incomplete));
}

void analyse_pairs(const Case& data, Finding& finding) {
  const auto [first, second] = data.contrasts().front();
  const Paired paired = pair_up(data, first, second);
  const stats::TestResult result = stats::paired_t(paired.x, paired.y);
  FindingTest test = test_of(result, contrast_text(data, first, second), say("Paired t test"), data.scale);
  const stats::Effect g = stats::hedges_g_paired(paired.x, paired.y);
  test.hedges_g = g.estimate;
  test.hedges_low = g.interval.low;
  test.hedges_high = g.interval.high;
  PowerQuestion question;
  question.paired = true;
  question.n1 = static_cast<double>(paired.x.size());
  question.sd = result.ok() ? result.se * std::sqrt(question.n1) : kNaN;
  question.reference = paired.y.empty() ? kNaN : natural_mean(data, paired.y);
  add_power(data, question, test);
  finding.tests.push_back(std::move(test));
  warn_incomplete(paired, finding);
  finding.assumptions.push_back(
      say("Pairs are the {} block(s) that (holds|hold) both groups; g is over the spread of differences.",
          paired.x.size()));
  finding.method_text = say("Groups were compared within blocks by the paired t test (two-sided).");
}

struct BlockFit {
  std::vector<double> values;
  stats::Factor treatment{"group", {}, 0}, block{"block", {}, 0};
};

BlockFit block_data(const Case& data) {
  BlockFit fit;
  std::vector<std::string> blocks;
  for (const CaseUnit& unit : data.units) {
    fit.values.push_back(unit.scaled);
    fit.treatment.level.push_back(unit.group);
    blocks.push_back(unit.block);
  }
  fit.treatment.levels = static_cast<int>(data.groups.size());
  fit.block = stats::make_factor("block", blocks);
  return fit;
}

// Differences of treatment means adjusted for blocks, with the covariance among them for Dunnett.
void add_block_contrasts(const Case& data, const BlockFit& input, Finding& finding) {
  const std::vector<Eigen::MatrixXd> parts{stats::indicator_columns(input.treatment),
                                           stats::sum_to_zero_columns(input.block)};
  const auto n = static_cast<Eigen::Index>(input.values.size());
  const Eigen::Map<const Eigen::VectorXd> y(input.values.data(), n);
  const stats::LinearFit fit = stats::fit_linear(stats::beside(parts), y);
  std::vector<stats::Contrast> contrasts;
  std::vector<Eigen::VectorXd> weights;
  for (const auto& [first, second] : data.contrasts()) {
    Eigen::VectorXd weight = Eigen::VectorXd::Zero(parts[0].cols() + parts[1].cols());
    weight[static_cast<Eigen::Index>(first)] = 1;
    weight[static_cast<Eigen::Index>(second)] = -1;
    contrasts.push_back({first, second, stats::linear_contrast(fit, weight)});
    contrasts.back().test.method = "block_contrast";
    weights.push_back(weight);
  }
  const bool several = contrasts.size() > 1;
  const Correction correction = several ? correction_of(data, false, finding) : Correction::kNone;
  stats::Family family{data.groups.size(), {}};
  if (correction == Correction::kDunnett && fit.status == stats::TestStatus::kOk) {
    std::vector<std::vector<double>> covariance;
    for (const auto& a : weights) {
      covariance.emplace_back();
      for (const auto& b : weights) covariance.back().push_back(a.dot(fit.covariance * b));
    }
    family.lambda = lambda_from(covariance);
  }
  const Groups groups = data.values_by_group();
  for (const auto& judged : stats::judge(contrasts, correction, family)) {
    const auto [first, second] = std::pair(judged.contrast.first, judged.contrast.second);
    FindingTest test = test_of(judged, contrast_text(data, first, second), say("Difference within blocks"), data.scale);
    if (correction == Correction::kNone) test.adjusted_p = kNaN;
    test.correction = correction_title(correction, false);
    const double sd = std::sqrt(fit.residual_variance);
    add_hedges(judged.contrast.test, sd, test);
    PowerQuestion question = power_question(data, groups, first, second, std::sqrt(2.0) * sd, contrasts.size());
    question.paired = true;
    question.n1 = std::min(question.n1, question.n2);
    add_power(data, question, test);
    finding.tests.push_back(std::move(test));
  }
}

}  // namespace

void analyse_independent(const Case& data, const std::string& method, Finding& finding) {
  const Groups groups = data.values_by_group();
  const bool two = groups.size() == 2;
  const bool welch = method == "welch_anova" || method == "welch" || (two && method == "auto");
  if (two) {
    const auto [first, second] = data.contrasts().front();
    const stats::TestResult result =
        welch ? stats::welch_t(groups[first], groups[second]) : stats::student_t(groups[first], groups[second]);
    const std::string title = welch ? say("Welch's t test") : say("Student's t test");
    const double sd = pooled_sd(groups, first, second);
    add_contrasts(data, groups, {{first, second, result}}, welch, sd, title, finding);
    finding.method_text = welch ? say("Groups were compared by Welch's t test (two-sided).")
                                : say("Groups were compared by Student's t test (two-sided).");
    if (welch) finding.assumptions.push_back(say("Unequal spread of the groups is allowed for (Welch)."));
    if (!welch) say_unequal_spread(groups, finding);
    return;
  }
  const stats::AnovaTable table = stats::one_way_anova(groups);
  if (welch) {
    finding.tests.push_back(
        test_of(stats::welch_anova(groups), say("all groups"), say("Welch's analysis of variance"), data.scale));
    add_contrasts(data, groups, stats::welch_contrasts(groups, data.contrasts()), true, kNaN, say("Welch's t test"),
                  finding);
    finding.assumptions.push_back(say("Unequal spread of the groups is allowed for (Welch)."));
    finding.method_text = say("Groups were compared by Welch's analysis of variance and pairs by Welch's t test.");
    return;
  }
  const stats::AnovaRow* row = table.rows.empty() ? nullptr : &table.rows.front();
  finding.tests.push_back(
      test_of(omnibus_of(table, row), say("all groups"), say("One-way analysis of variance"), data.scale));
  add_contrasts(data, groups, stats::pooled_contrasts(groups, data.contrasts()), false, std::sqrt(table.residual_ms),
                say("Difference, pooled variance"), finding);
  say_unequal_spread(groups, finding);
  finding.method_text = say("Groups were compared by one-way analysis of variance, pairs over the pooled variance.");
}

void analyse_blocked(const Case& data, Finding& finding) {
  if (data.groups.size() == 2) {
    const auto [first, second] = data.contrasts().front();
    if (pair_up(data, first, second).single) return analyse_pairs(data, finding);
  }
  const BlockFit input = block_data(data);
  const stats::AnovaTable table = stats::block_anova(input.values, input.treatment, input.block);
  finding.tests.push_back(test_of(omnibus_of(table, table.find("group")), say("all groups"),
                                  say("Analysis of variance within blocks"), data.scale));
  add_block_contrasts(data, input, finding);
  finding.assumptions.push_back(say(
      "Blocks and groups are assumed to add up ({} block(s)); each is adjusted for the other.", input.block.levels));
  finding.method_text = say("Groups were compared by analysis of variance with blocks as a second, additive factor.");
}

namespace {

// Two groups by Mann-Whitney or Wilcoxon; the shift is taken back from the logarithm.
void analyse_two_by_ranks(const Case& data, bool paired, Finding& finding) {
  const Groups groups = data.values_by_group();
  const auto [first, second] = data.contrasts().front();
  stats::TestResult result;
  if (paired) {
    const Paired pairs = pair_up(data, first, second);
    result = stats::wilcoxon_signed(pairs.x, pairs.y);
    warn_incomplete(pairs, finding);
  } else {
    result = stats::mann_whitney(groups[first], groups[second]);
  }
  const std::string title = paired ? say("Wilcoxon's signed-rank test") : say("Mann-Whitney test");
  FindingTest test =
      test_of(result, contrast_text(data, first, second), result.exact ? say("{}, exact", title) : title, data.scale);
  test.estimate_kind = data.scale == Scale::kLinear ? "Hodges-Lehmann shift" : "Hodges-Lehmann ratio";
  if (result.ok()) {
    finding.assumptions.push_back(say("The interval of the shift, {} to {}, holds with {} %; p is {}.",
                                      readable_number(test.low, 3), readable_number(test.high, 3),
                                      short_number(100 * result.interval.level, 3),
                                      result.exact ? say("exact") : say("from the normal approximation")));
    constexpr double kPromised = 0.95;  // columns and figures call every interval a 95 % one
    if (result.interval.level < kPromised) test.low = test.high = kNaN;
    if (!paired) {
      const stats::Effect delta = stats::cliffs_delta(groups[first], groups[second]);
      finding.assumptions.push_back(say("Cliff's delta {} (95 % interval {} to {}).",
                                        readable_number(delta.estimate, 2), readable_number(delta.interval.low, 2),
                                        readable_number(delta.interval.high, 2)));
    }
  }
  if (result.ok() && result.minimum_p > data.plan->alpha) {
    warn(finding.warnings, "rank_floor",
         say("With so few units this rank test cannot give a p below {}: no result whatever could be called different "
             "at {}.",
             short_number(result.minimum_p, 2), short_number(data.plan->alpha, 3)),
         say("Use Welch's test, or four units a group or more (five for 0.01)."));
  }
  finding.tests.push_back(std::move(test));
  finding.method_text = say("Groups were compared by ranks ({}, two-sided).", title);
}

std::vector<stats::Contrast> rank_contrasts(const Case& data, bool within_blocks) {
  std::vector<stats::Contrast> contrasts;
  const auto all = within_blocks ? std::vector<stats::RankContrast>{} : stats::dunn(data.values_by_group());
  for (const auto& [first, second] : data.contrasts()) {
    if (within_blocks) {
      const Paired pairs = pair_up(data, first, second);
      contrasts.push_back({first, second, stats::wilcoxon_signed(pairs.x, pairs.y)});
      continue;
    }
    for (const auto& contrast : all) {
      const bool same = contrast.first == first && contrast.second == second;
      const bool turned = contrast.first == second && contrast.second == first;
      if (!same && !turned) continue;
      contrasts.push_back({first, second, contrast.test});
      if (turned) contrasts.back().test.statistic *= -1;
    }
  }
  return contrasts;
}

// Blocks with exactly one unit of every group, as rows.
Groups complete_blocks(const Case& data) {
  std::map<std::string, std::vector<std::vector<double>>> blocks;
  for (const CaseUnit& unit : data.units) {
    auto& row = blocks[unit.block];
    row.resize(data.groups.size());
    row[static_cast<std::size_t>(unit.group)].push_back(unit.scaled);
  }
  Groups rows;
  for (const auto& [name, cells] : blocks) {
    if (std::any_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); })) continue;
    rows.emplace_back();
    for (const auto& cell : cells) rows.back().push_back(stats::mean(cell));
  }
  return rows;
}

}  // namespace

void analyse_ranks(const Case& data, bool within_blocks, Finding& finding) {
  if (data.groups.size() == 2) return analyse_two_by_ranks(data, within_blocks, finding);
  const stats::TestResult omnibus =
      within_blocks ? stats::friedman(complete_blocks(data)) : stats::kruskal_wallis(data.values_by_group());
  const std::string name = within_blocks ? say("Friedman test") : say("Kruskal-Wallis test");
  finding.tests.push_back(
      test_of(omnibus, say("all groups"), omnibus.exact ? say("{}, exact", name) : name, data.scale));
  Correction correction = data.plan->correction == "auto" ? Correction::kHolm : correction_of(data, false, finding);
  if (correction == Correction::kTukey || correction == Correction::kDunnett) {
    warn(finding.warnings, "correction", say("Ranks are corrected by Holm; the declared correction needs means."));
    correction = Correction::kHolm;
  }
  for (const auto& judged : stats::judge(rank_contrasts(data, within_blocks), correction, {})) {
    const std::string text = contrast_text(data, judged.contrast.first, judged.contrast.second);
    FindingTest test =
        test_of(judged, text, within_blocks ? say("Wilcoxon's signed-rank test") : say("Dunn's test"), data.scale);
    // Mean ranks have no unit; a shift has one.
    if (!within_blocks) test.estimate = test.low = test.high = kNaN, test.estimate_kind.clear();
    if (within_blocks) {
      test.estimate_kind = data.scale == Scale::kLinear ? "Hodges-Lehmann shift" : "Hodges-Lehmann ratio";
    }
    test.correction = correction_title(correction, false);
    finding.tests.push_back(std::move(test));
  }
  if (omnibus.ok() && omnibus.exact && omnibus.minimum_p > data.plan->alpha) {
    warn(finding.warnings, "rank_floor",
         say("With so few units this rank test cannot give a p below {}: no result whatever could be called different "
             "at {}.",
             short_number(omnibus.minimum_p, 2), short_number(data.plan->alpha, 3)));
  }
  finding.method_text = within_blocks
                            ? say("Groups were compared by Friedman's test within blocks.")
                            : say("Groups were compared by the Kruskal-Wallis test and pairs by Dunn's test.");
}

}  // namespace vesica::comparing
