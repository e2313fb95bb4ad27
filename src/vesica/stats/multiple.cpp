// SPDX-License-Identifier: Apache-2.0
// Adjustment of families of comparisons.
#include "vesica/stats/multiple.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "vesica/base/require.h"
#include "vesica/stats/anova.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"
#include "vesica/stats/studentised.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

// 1 - (1 - p)^m without cancellation for small p.
double sidak(double p, double m) { return -std::expm1(m * std::log1p(-p)); }

// Step-down: the smallest p meets all m, the next m - 1, ...; adjusted values never fall.
template <typename Single>
void step_down(const std::vector<std::size_t>& order, std::span<const double> p, std::vector<double>& adjusted,
               const Single& single) {
  double highest = 0;
  auto left = static_cast<double>(order.size());
  for (const std::size_t i : order) {
    highest = std::max(highest, std::min(1.0, single(p[i], left)));
    adjusted[i] = highest;
    --left;
  }
}

double critical_value(const TestResult& test, Correction correction, const Family& family, double m, double level) {
  const double alpha = 1 - level;
  switch (correction) {
    case Correction::kNone:
      return t_quantile(1 - alpha / 2, test.df);
    case Correction::kBonferroni:
      return t_quantile(1 - alpha / (2 * m), test.df);
    case Correction::kSidak:
      return t_quantile(1 - sidak(alpha, 1 / m) / 2, test.df);
    case Correction::kTukey:
      return studentised_range_quantile(alpha, static_cast<int>(family.groups), test.df) / std::numbers::sqrt2;
    case Correction::kDunnett:
      return dunnett_quantile(alpha, family.lambda, test.df, Sides::kTwo);
    case Correction::kHolm:
    case Correction::kHolmSidak:
    case Correction::kBenjaminiHochberg:
      break;
  }
  return kNoNumber;
}

Contrast pooled_contrast(std::span<const std::vector<double>> groups, std::size_t first, std::size_t second,
                         const AnovaTable& table, double level) {
  Contrast contrast{first, second, without_answer("pooled_t", table.status)};
  if (table.status != TestStatus::kOk) return contrast;
  TestResult& test = contrast.test;
  test.statistic_name = "t";
  test.estimate = mean(groups[first]) - mean(groups[second]);
  test.se = std::sqrt(table.residual_ms *
                      (1 / static_cast<double>(groups[first].size()) + 1 / static_cast<double>(groups[second].size())));
  test.df = table.residual_df;
  test.statistic = test.estimate / test.se;
  test.p = t_two_sided(test.statistic, test.df);
  const double half = t_quantile(0.5 + level / 2, test.df) * test.se;
  test.interval = {test.estimate - half, test.estimate + half, level};
  return contrast;
}

}  // namespace

const char* to_text(Correction correction) {
  switch (correction) {
    case Correction::kNone:
      return "none";
    case Correction::kBonferroni:
      return "bonferroni";
    case Correction::kSidak:
      return "sidak";
    case Correction::kHolm:
      return "holm";
    case Correction::kHolmSidak:
      return "holm_sidak";
    case Correction::kBenjaminiHochberg:
      return "benjamini_hochberg";
    case Correction::kTukey:
      return "tukey";
    case Correction::kDunnett:
      return "dunnett";
  }
  return "unknown";
}

bool has_intervals(Correction correction) {
  return correction != Correction::kHolm && correction != Correction::kHolmSidak &&
         correction != Correction::kBenjaminiHochberg;
}

std::vector<double> adjust_p(std::span<const double> p, Correction correction) {
  VESICA_REQUIRE(correction != Correction::kTukey && correction != Correction::kDunnett,
                 "Tukey and Dunnett adjust t values, not p values");
  std::vector<double> adjusted(p.size(), kNoNumber);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!std::isnan(p[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  const auto m = static_cast<double>(order.size());
  const auto each = [&](auto change) {
    for (const std::size_t i : order) adjusted[i] = std::min(1.0, change(p[i]));
  };
  switch (correction) {
    case Correction::kBonferroni:
      each([m](double x) { return m * x; });
      break;
    case Correction::kSidak:
      each([m](double x) { return sidak(x, m); });
      break;
    case Correction::kHolm:
      step_down(order, p, adjusted, [](double x, double left) { return left * x; });
      break;
    case Correction::kHolmSidak:
      step_down(order, p, adjusted, sidak);
      break;
    case Correction::kBenjaminiHochberg: {
      double lowest = 1;
      double rank = m;
      for (auto i = order.rbegin(); i != order.rend(); ++i, --rank) {
        lowest = std::min(lowest, p[*i] * m / rank);
        adjusted[*i] = lowest;
      }
      break;
    }
    default:
      each([](double x) { return x; });
      break;
  }
  return adjusted;
}

std::vector<JudgedContrast> judge(std::span<const Contrast> contrasts, Correction correction, const Family& family,
                                  double level) {
  std::vector<JudgedContrast> judged;
  std::vector<double> p;
  for (const auto& contrast : contrasts) {
    judged.push_back({contrast, kNoNumber, {}});
    p.push_back(contrast.test.ok() ? contrast.test.p : kNoNumber);
  }
  const bool by_t = correction == Correction::kTukey || correction == Correction::kDunnett;
  const std::vector<double> adjusted = by_t ? std::vector<double>(p.size(), kNoNumber) : adjust_p(p, correction);
  const auto m = static_cast<double>(std::count_if(p.begin(), p.end(), [](double x) { return !std::isnan(x); }));
  double last_df = kNoNumber;
  double critical = kNoNumber;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const TestResult& test = judged[i].contrast.test;
    if (!test.ok()) continue;
    judged[i].adjusted_p = adjusted[i];
    if (correction == Correction::kTukey) {
      judged[i].adjusted_p = studentised_range_upper(std::numbers::sqrt2 * std::abs(test.statistic),
                                                     static_cast<int>(family.groups), test.df);
    } else if (correction == Correction::kDunnett) {
      judged[i].adjusted_p = dunnett_upper(std::abs(test.statistic), family.lambda, test.df, Sides::kTwo);
    }
    if (!has_intervals(correction) || std::isnan(test.se)) continue;
    if (test.df != last_df) {  // quantiles are the dear part, and most families share one df
      critical = critical_value(test, correction, family, m, level);
      last_df = test.df;
    }
    const double half = critical * test.se;
    judged[i].simultaneous = {test.estimate - half, test.estimate + half, level};
  }
  return judged;
}

Pairs all_pairs(std::size_t groups) {
  Pairs pairs;
  for (std::size_t second = 0; second < groups; ++second) {
    for (std::size_t first = second + 1; first < groups; ++first) pairs.emplace_back(first, second);
  }
  return pairs;
}

Pairs pairs_with_control(std::size_t groups, std::size_t control) {
  Pairs pairs;
  for (std::size_t i = 0; i < groups; ++i) {
    if (i != control) pairs.emplace_back(i, control);
  }
  return pairs;
}

std::vector<Contrast> pooled_contrasts(std::span<const std::vector<double>> groups, const Pairs& pairs, double level) {
  const AnovaTable table = one_way_anova(groups);
  std::vector<Contrast> contrasts;
  for (const auto& [first, second] : pairs) {
    contrasts.push_back(pooled_contrast(groups, first, second, table, level));
  }
  return contrasts;
}

std::vector<Contrast> welch_contrasts(std::span<const std::vector<double>> groups, const Pairs& pairs, double level) {
  std::vector<Contrast> contrasts;
  for (const auto& [first, second] : pairs) {
    contrasts.push_back({first, second, welch_t(groups[first], groups[second], level)});
  }
  return contrasts;
}

std::vector<JudgedContrast> tukey_kramer(std::span<const std::vector<double>> groups, double level) {
  const auto contrasts = pooled_contrasts(groups, all_pairs(groups.size()), level);
  return judge(contrasts, Correction::kTukey, {groups.size(), {}}, level);
}

std::vector<JudgedContrast> dunnett(std::span<const std::vector<double>> groups, std::size_t control, double level) {
  VESICA_REQUIRE(control < groups.size(), "the control is one of the groups");
  std::vector<double> sizes;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (g != control) sizes.push_back(static_cast<double>(groups[g].size()));
  }
  const auto contrasts = pooled_contrasts(groups, pairs_with_control(groups.size(), control), level);
  const Family family{groups.size(), dunnett_lambda(static_cast<double>(groups[control].size()), sizes)};
  return judge(contrasts, Correction::kDunnett, family, level);
}

std::vector<JudgedContrast> games_howell(std::span<const std::vector<double>> groups, double level) {
  const auto contrasts = welch_contrasts(groups, all_pairs(groups.size()), level);
  return judge(contrasts, Correction::kTukey, {groups.size(), {}}, level);
}

}  // namespace vesica::stats
