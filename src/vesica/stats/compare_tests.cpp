// SPDX-License-Identifier: Apache-2.0
// From results to the lines of a finding: scale taken back, corrections named, power, standardised size, stars.
#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/message.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"
#include "vesica/stats/effect.h"
#include "vesica/stats/power.h"
#include "vesica/stats/studentised.h"

namespace vesica::comparing {

namespace {

using stats::Correction;

constexpr double kWantedPower = 0.8;    // the convention of the field
constexpr double kRelevantRatio = 2;    // chosen: a doubling, when the study names no relevant size
constexpr double kRelevantShare = 0.2;  // chosen: a fifth of the reference group's mean, on a linear scale
constexpr double kMostUnitsWorthSaying = 100'000;

double taken_back(double difference, Scale scale) {
  return scale == Scale::kLinear ? difference : std::exp(difference);
}

/// The size that the power is about: the study's own, else a doubling on log scale, a fifth of the reference mean where
/// the quantity has a zero, and one standard deviation of units where it has none (scores, temperatures).
double relevant_size(const Case& data, const PowerQuestion& question) {
  if (std::isfinite(data.plan->relevant)) return data.plan->relevant;
  if (data.scale != Scale::kLinear) return kRelevantRatio;
  const Quantity* entry = find_quantity(data.quantity);
  const bool has_zero = entry != nullptr && entry->low >= 0;
  return has_zero ? kRelevantShare * std::abs(question.reference) : question.sd;
}

Correction declared(const std::string& name) {
  if (name == "tukey" || name == "games_howell") return Correction::kTukey;
  if (name == "dunnett") return Correction::kDunnett;
  if (name == "sidak") return Correction::kSidak;
  if (name == "holm") return Correction::kHolm;
  if (name == "bh") return Correction::kBenjaminiHochberg;
  return Correction::kNone;
}

}  // namespace

const char* effect_kind(Scale scale) {
  switch (scale) {
    case Scale::kLinear:
      return "mean difference";
    case Scale::kLog:
      return "ratio of geometric means";
    case Scale::kLogit:
      return "odds ratio";
  }
  return "mean difference";
}

std::string contrast_text(const Case& data, std::size_t first, std::size_t second) {
  return data.titles[first] + " − " + data.titles[second];
}

FindingTest test_of(const stats::TestResult& result, std::string contrast, std::string title, Scale scale) {
  FindingTest test;
  test.contrast = std::move(contrast);
  test.method = result.method;
  test.title = std::move(title);
  test.status = to_text(result.status);
  if (!result.ok()) return test;
  test.statistic_name = result.statistic_name;
  test.statistic = result.statistic;
  test.df1 = result.df;
  test.df2 = result.df2;
  test.p = result.p;
  if (std::isfinite(result.estimate)) {
    test.estimate = taken_back(result.estimate, scale);
    test.low = taken_back(result.interval.low, scale);
    test.high = taken_back(result.interval.high, scale);
    test.estimate_kind = effect_kind(scale);
  }
  return test;
}

FindingTest test_of(const stats::JudgedContrast& judged, std::string contrast, std::string title, Scale scale) {
  FindingTest test = test_of(judged.contrast.test, std::move(contrast), std::move(title), scale);
  if (!judged.contrast.test.ok()) return test;
  test.adjusted_p = judged.adjusted_p;
  if (std::isfinite(judged.simultaneous.low)) {
    test.low = taken_back(judged.simultaneous.low, scale);
    test.high = taken_back(judged.simultaneous.high, scale);
  }
  return test;
}

stats::Correction correction_of(const Case& data, bool welch, Finding& finding) {
  const Comparison& plan = *data.plan;
  const bool has_control = std::find(data.groups.begin(), data.groups.end(), plan.control) != data.groups.end();
  const bool against_control = plan.pairs.empty() && has_control;
  Correction correction = declared(plan.correction);
  if (plan.correction == "auto") {
    correction = !plan.pairs.empty() ? Correction::kSidak : against_control ? Correction::kDunnett : Correction::kTukey;
    if (welch && correction == Correction::kDunnett) correction = Correction::kSidak;
    return correction;
  }
  if (correction == Correction::kDunnett && (welch || !against_control)) {
    warn(finding.warnings, "correction",
         welch ? say("Dunnett's method needs one common variance; with Welch's test Šidák's correction was used.")
               : say("Dunnett's method compares with one control, and none is declared; Šidák's correction was used."));
    correction = Correction::kSidak;
  }
  if (plan.correction == "games_howell" && !welch) {
    warn(finding.warnings, "correction",
         say("Games-Howell belongs to Welch's analysis; with this method the Tukey-Kramer correction was used."));
  }
  return correction;
}

std::string correction_title(stats::Correction correction, bool welch) {
  switch (correction) {
    case Correction::kNone:
      return "";
    case Correction::kBonferroni:
      return "Bonferroni";
    case Correction::kSidak:
      return "Šidák";
    case Correction::kHolm:
      return "Holm";
    case Correction::kHolmSidak:
      return "Holm-Šidák";
    case Correction::kBenjaminiHochberg:
      return "Benjamini-Hochberg";
    case Correction::kTukey:
      return welch ? "Games-Howell" : "Tukey-Kramer";
    case Correction::kDunnett:
      return "Dunnett";
  }
  return "";
}

std::vector<double> lambda_from(const std::vector<std::vector<double>>& covariance) {
  const std::size_t m = covariance.size();
  std::vector<double> correlation(m * m, 1.0);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) {
      correlation[i * m + j] = covariance[i][j] / std::sqrt(covariance[i][i] * covariance[j][j]);
    }
  }
  return stats::product_correlation(correlation, m);
}

void add_power(const Case& data, const PowerQuestion& question, FindingTest& test) {
  if (!(question.sd > 0) || test.status != "ok") return;
  const double size = relevant_size(data, question);
  const double delta = data.scale == Scale::kLinear ? std::abs(size) : std::abs(std::log(size));
  if (!(delta > 0) || !std::isfinite(delta)) return;
  const double alpha = -std::expm1(std::log1p(-data.plan->alpha) / static_cast<double>(question.family));
  const auto layout = question.paired ? stats::Layout::kPaired : stats::Layout::kTwoSample;
  test.power_for = size;
  test.power = question.paired ? stats::power_t(layout, question.n1, delta, question.sd, alpha)
                               : stats::power_welch(question.n1, question.n2, delta, question.sd, question.sd, alpha);
  const double n = stats::n_for_power(layout, kWantedPower, delta, question.sd, alpha);
  if (n <= kMostUnitsWorthSaying) test.n_needed = std::ceil(n - 1e-9);
}

void add_power_from_se(const Case& data, const stats::Contrast& contrast, std::size_t family, FindingTest& test) {
  const auto values = data.values_by_group();
  std::set<std::string> first, second;
  for (const CaseUnit& unit : data.units) {
    if (static_cast<std::size_t>(unit.group) == contrast.first) first.insert(unit.sample);
    if (static_cast<std::size_t>(unit.group) == contrast.second) second.insert(unit.sample);
  }
  PowerQuestion question;
  const auto seconds = static_cast<double>(data.seconds.size());
  question.n1 = static_cast<double>(first.size()) / seconds;
  question.n2 = static_cast<double>(second.size()) / seconds;
  question.sd = contrast.test.se / std::sqrt(1 / question.n1 + 1 / question.n2);
  question.family = family;
  question.reference = from_scale(stats::mean(values[contrast.second]), data.scale);
  add_power(data, question, test);
}

void add_hedges(const stats::TestResult& test, double sd, FindingTest& to) {
  if (!test.ok() || !(sd > 0) || !(test.df > 1)) return;
  const double scale = stats::hedges_correction(test.df) * test.se / sd;
  if (!std::isfinite(scale)) return;
  const stats::Interval delta = stats::noncentrality_interval(test.statistic, test.df, 0.95);
  to.hedges_g = test.statistic * scale;
  to.hedges_low = delta.low * scale;
  to.hedges_high = delta.high * scale;
}

void add_stars(const Case& data, Finding& finding) {
  const std::string& scheme = data.study->report.stars;
  if (scheme == "none") return;
  const bool strict = scheme == "strict";
  for (FindingTest& test : finding.tests) {
    const double p = std::isfinite(test.adjusted_p) ? test.adjusted_p : test.p;
    if (!std::isfinite(p)) continue;
    test.stars.clear();
    for (const double limit : {0.05, 0.01, 0.001, 0.0001}) {
      if (strict && limit < 0.0005) break;
      if (strict ? p < limit : p <= limit) test.stars += '*';
    }
    if (test.stars.empty()) test.stars = "ns";
  }
}

}  // namespace vesica::comparing
