// SPDX-License-Identifier: Apache-2.0
// Rank tests over the exact counts of rank_null.h, with the classical approximations beyond.
#include "vesica/stats/rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"
#include "vesica/stats/rank_null.h"

namespace vesica::stats {
namespace {

constexpr double kMostArrangements = 3e5;    // chosen: about 10 ms
constexpr std::size_t kMostStates = 20'000;  // chosen: about 50 ms

std::vector<int> doubled(std::span<const double> ranks) {
  std::vector<int> result(ranks.size());
  std::transform(ranks.begin(), ranks.end(), result.begin(),
                 [](double r) { return static_cast<int>(std::lround(2 * r)); });
  return result;
}

double continuity_corrected_p(double distance, double sigma) {
  const double z = std::max(0.0, std::abs(distance) - 0.5) / sigma;
  return std::min(1.0, 2 * normal_upper(z));
}

// The interval between the c-th smallest and c-th largest of the sorted values, with 1 - 2 P(statistic < c) as its
// level. `lower_tail(c)` is P(statistic <= c - 1).
template <typename Tail>
Interval order_interval(const std::vector<double>& sorted, double level, const Tail& lower_tail) {
  std::size_t c = 1;
  while (c < sorted.size() / 2 && lower_tail(c + 1) <= (1 - level) / 2) ++c;
  return {sorted[c - 1], sorted[sorted.size() - c], 1 - 2 * lower_tail(c)};
}

// Order statistics chosen by the normal approximation: c = floor(mean - z sigma).
Interval normal_order_interval(const std::vector<double>& sorted, double mean_statistic, double sigma, double level) {
  const double c = std::floor(mean_statistic - normal_quantile(0.5 + level / 2) * sigma);
  const auto k = static_cast<std::size_t>(std::max(1.0, c));
  return {sorted[k - 1], sorted[sorted.size() - k], level};
}

std::vector<int> plain_doubled_ranks(std::size_t n) {
  std::vector<int> ranks(n);
  for (std::size_t i = 0; i < n; ++i) ranks[i] = 2 * static_cast<int>(i + 1);
  return ranks;
}

bool use_exact(RankP how, std::size_t n) {
  constexpr std::size_t kMostCounted = 100;  // chosen: tables of 16 MB; `exact` of the result says which p it is
  return how == RankP::kExact ? n <= kMostCounted : how == RankP::kAuto && n <= kExactRankLimit;
}

std::vector<double> all_values(std::span<const std::vector<double>> groups) {
  std::vector<double> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

bool all_equal(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

void shift_interval(TestResult& result, std::span<const double> x, std::span<const double> y, bool exact, double sigma,
                    double level) {
  std::vector<double> differences;
  differences.reserve(x.size() * y.size());
  for (const double a : x) {
    for (const double b : y) differences.push_back(a - b);
  }
  std::sort(differences.begin(), differences.end());
  result.estimate = median(differences);
  if (!exact) {
    result.interval = normal_order_interval(differences, static_cast<double>(x.size() * y.size()) / 2, sigma, level);
    return;
  }
  const auto n1 = static_cast<int>(x.size());
  const RankCounts counts = split_counts(plain_doubled_ranks(x.size() + y.size()), n1);
  const int least = n1 * (n1 + 1);  // doubled smallest rank sum
  result.interval = order_interval(differences, level,
                                   [&](std::size_t c) { return counts.lower(least + 2 * (static_cast<int>(c) - 1)); });
}

}  // namespace

TestResult mann_whitney(std::span<const double> x, std::span<const double> y, RankP how, double level) {
  const std::string id = "mann_whitney";
  for (const auto& sample : {x, y}) {
    const TestStatus status = check_values(sample, 2);
    if (status != TestStatus::kOk) return without_answer(id, status);
  }
  std::vector<double> all(x.begin(), x.end());
  all.insert(all.end(), y.begin(), y.end());
  if (all_equal(all)) return without_answer(id, TestStatus::kNoVariance);
  const auto ranks = midranks(all);
  const auto n1 = static_cast<double>(x.size());
  const auto n2 = static_cast<double>(y.size());
  const double n = n1 + n2;
  const double rank_sum = std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(x.size()), 0.0);
  TestResult result = without_answer(id, TestStatus::kOk);
  result.statistic_name = "W";
  result.statistic = rank_sum - n1 * (n1 + 1) / 2;
  result.exact = use_exact(how, all.size());
  const double sigma = std::sqrt(n1 * n2 / 12 * (n + 1 - tie_sum(all) / (n * (n - 1))));
  const double doubled_mean = n1 * (n + 1);
  if (result.exact) {
    const RankCounts counts = split_counts(doubled(ranks), static_cast<int>(x.size()));
    result.p = counts.two_sided(static_cast<int>(std::lround(2 * rank_sum)), doubled_mean);
    result.minimum_p = counts.minimum(doubled_mean);
  } else {
    result.p = continuity_corrected_p(result.statistic - n1 * n2 / 2, sigma);
    result.minimum_p = continuity_corrected_p(n1 * n2 / 2, sigma);
  }
  shift_interval(result, x, y, result.exact, sigma, level);
  return result;
}

TestResult wilcoxon_signed(std::span<const double> x, std::span<const double> y, RankP how, double level) {
  const std::string id = "wilcoxon_signed_rank";
  for (const auto& sample : {x, y}) {
    const TestStatus status = check_values(sample, 2);
    if (status != TestStatus::kOk) return without_answer(id, status);
  }
  if (x.size() != y.size()) return without_answer(id, TestStatus::kBadShape);
  std::vector<double> differences;
  std::vector<double> sizes;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i]) continue;
    differences.push_back(x[i] - y[i]);
    sizes.push_back(std::abs(differences.back()));
  }
  if (differences.empty()) return without_answer(id, TestStatus::kNoVariance);
  const auto ranks = midranks(sizes);
  const auto n = static_cast<double>(ranks.size());
  TestResult result = without_answer(id, TestStatus::kOk);
  result.statistic_name = "V";
  result.statistic = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) result.statistic += differences[i] > 0 ? ranks[i] : 0;
  result.exact = use_exact(how, ranks.size());
  const double middle = n * (n + 1) / 4;
  const double sigma = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - tie_sum(sizes) / 48);
  if (result.exact) {
    const RankCounts counts = sign_counts(doubled(ranks));
    result.p = counts.two_sided(static_cast<int>(std::lround(2 * result.statistic)), 2 * middle);
    result.minimum_p = counts.minimum(2 * middle);
  } else {
    result.p = continuity_corrected_p(result.statistic - middle, sigma);
    result.minimum_p = continuity_corrected_p(middle, sigma);
  }
  std::vector<double> walsh;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) walsh.push_back((differences[i] + differences[j]) / 2);
  }
  std::sort(walsh.begin(), walsh.end());
  result.estimate = median(walsh);
  if (result.exact) {
    const RankCounts plain = sign_counts(plain_doubled_ranks(differences.size()));
    result.interval =
        order_interval(walsh, level, [&](std::size_t c) { return plain.lower(2 * (static_cast<int>(c) - 1)); });
  } else {
    result.interval = normal_order_interval(walsh, middle, sigma, level);
  }
  return result;
}

TestResult kruskal_wallis(std::span<const std::vector<double>> groups, RankP how) {
  const std::string id = "kruskal_wallis";
  const TestStatus status = check_groups(groups, 2, 2);
  if (status != TestStatus::kOk) return without_answer(id, status);
  const auto all = all_values(groups);
  if (all_equal(all)) return without_answer(id, TestStatus::kNoVariance);
  const auto ranks = midranks(all);
  const auto n = static_cast<double>(all.size());
  double spread = 0;
  std::vector<std::size_t> sizes;
  auto next = ranks.begin();
  for (const auto& group : groups) {
    const auto end = next + static_cast<std::ptrdiff_t>(group.size());
    const double sum = std::accumulate(next, end, 0.0);
    spread += sum * sum / static_cast<double>(group.size());
    sizes.push_back(group.size());
    next = end;
  }
  TestResult result = without_answer(id, TestStatus::kOk);
  result.statistic_name = "H";
  result.statistic = (12 * spread / (n * (n + 1)) - 3 * (n + 1)) / (1 - tie_sum(all) / (n * n * n - n));
  result.df = static_cast<double>(groups.size() - 1);
  result.p = chi_squared_upper(result.statistic, result.df);
  if (how == RankP::kNormal) return result;
  if (const auto exact = exact_kruskal(ranks, sizes, spread, kMostArrangements)) {
    result.p = exact->p;
    result.minimum_p = exact->minimum;
    result.exact = true;
  }
  return result;
}

TestResult friedman(std::span<const std::vector<double>> blocks, RankP how) {
  const std::string id = "friedman";
  const TestStatus status = check_groups(blocks, 2, 2);
  if (status != TestStatus::kOk) return without_answer(id, status);
  const std::size_t k = blocks.front().size();
  std::vector<double> sums(k, 0.0);
  std::vector<int> table;
  double squares = 0;
  for (const auto& block : blocks) {
    if (block.size() != k) return without_answer(id, TestStatus::kBadShape);
    const auto ranks = midranks(block);
    for (std::size_t j = 0; j < k; ++j) {
      sums[j] += ranks[j];
      squares += ranks[j] * ranks[j];
      table.push_back(static_cast<int>(std::lround(2 * ranks[j])));
    }
  }
  const auto b = static_cast<double>(blocks.size());
  const auto columns = static_cast<double>(k);
  const double spread = squares - b * columns * (columns + 1) * (columns + 1) / 4;
  if (!(spread > 0)) return without_answer(id, TestStatus::kNoVariance);
  double between = 0;
  for (const double sum : sums) between += (sum - b * (columns + 1) / 2) * (sum - b * (columns + 1) / 2);
  TestResult result = without_answer(id, TestStatus::kOk);
  result.statistic_name = "Q";
  result.statistic = (columns - 1) * between / spread;
  result.df = columns - 1;
  result.p = chi_squared_upper(result.statistic, result.df);
  if (how == RankP::kNormal) return result;
  if (const auto exact = exact_friedman(table, blocks.size(), k, kMostStates)) {
    result.p = exact->p;
    result.minimum_p = exact->minimum;
    result.exact = true;
  }
  return result;
}

std::vector<RankContrast> dunn(std::span<const std::vector<double>> groups) {
  std::vector<RankContrast> contrasts;
  TestStatus status = check_groups(groups, 2, 2);
  const auto all = all_values(groups);
  if (status == TestStatus::kOk && all_equal(all)) status = TestStatus::kNoVariance;
  std::vector<double> mean_ranks(groups.size(), kNoNumber);
  double variance_unit = kNoNumber;
  if (status == TestStatus::kOk) {
    const auto ranks = midranks(all);
    const auto n = static_cast<double>(all.size());
    variance_unit = n * (n + 1) / 12 - tie_sum(all) / (12 * (n - 1));
    std::size_t next = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      mean_ranks[g] = mean(std::span(ranks).subspan(next, groups[g].size()));
      next += groups[g].size();
    }
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      TestResult test = without_answer("dunn", status);
      if (status == TestStatus::kOk) {
        test.statistic_name = "z";
        test.estimate = mean_ranks[j] - mean_ranks[i];
        test.se = std::sqrt(variance_unit * (1.0 / static_cast<double>(groups[i].size()) +
                                             1.0 / static_cast<double>(groups[j].size())));
        test.statistic = test.estimate / test.se;
        test.p = std::min(1.0, 2 * normal_upper(std::abs(test.statistic)));
      }
      contrasts.push_back({j, i, std::move(test)});
    }
  }
  return contrasts;
}

double minimum_mann_whitney_p(std::size_t n1, std::size_t n2) {
  if (n1 == 0 || n2 == 0) return 1;
  const auto a = static_cast<double>(n1);
  const auto b = static_cast<double>(n2);
  return std::min(1.0, 2 * std::exp(std::lgamma(a + 1) + std::lgamma(b + 1) - std::lgamma(a + b + 1)));
}

double minimum_wilcoxon_p(std::size_t n) { return n == 0 ? 1 : std::min(1.0, std::ldexp(2.0, -static_cast<int>(n))); }

}  // namespace vesica::stats
