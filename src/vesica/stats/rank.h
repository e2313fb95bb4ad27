// SPDX-License-Identifier: Apache-2.0
// Rank tests with exact p for small samples, ties included, and the smallest p that the design can reach.
#pragma once

#include <span>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

enum class RankP {
  kAuto,    ///< exact up to 30 values (assays of this field are small), normal beyond
  kExact,   ///< permutation distribution of the observed midranks, up to 100 values
  kNormal,  ///< normal with tie and continuity correction, as R's wilcox.test(exact = FALSE)
};
inline constexpr std::size_t kExactRankLimit = 30;  ///< chosen: beyond, the normal p is within 1e-3 of the exact one

/// Mann-Whitney: W = number of pairs with x > y (ties one half), estimate = Hodges-Lehmann shift (median of all
/// x[i] - y[j]) with the interval of order statistics of these differences; its `level` is the exact confidence, which
/// for 3 against 3 is 0.90 at most. All values equal: kNoVariance. (Mann & Whitney 1947, 10.1214/aoms/1177730491.)
TestResult mann_whitney(std::span<const double> x, std::span<const double> y, RankP how = RankP::kAuto,
                        double level = 0.95);
/// Wilcoxon's signed ranks of x[i] - y[i], zero differences dropped: V = sum of the positive ranks, estimate = median
/// of Walsh averages with its interval. (Wilcoxon 1945, 10.2307/3001968.)
TestResult wilcoxon_signed(std::span<const double> x, std::span<const double> y, RankP how = RankP::kAuto,
                           double level = 0.95);

/// Kruskal-Wallis H, tie-corrected. p is exact when there are at most 300,000 arrangements (4+4+4 yes, 5+5+5 no), else
/// chi-square. Groups of one value are kNotEnoughUnits. (Kruskal & Wallis 1952, 10.1080/01621459.1952.10483441.)
TestResult kruskal_wallis(std::span<const std::vector<double>> groups, RankP how = RankP::kAuto);
/// Friedman's Q over blocks x treatments (blocks[i][j]), tie-corrected; exact while the distribution stays small.
/// Fewer than two blocks or ragged rows are statuses. (Friedman 1937, 10.1080/01621459.1937.10503522.)
TestResult friedman(std::span<const std::vector<double>> blocks, RankP how = RankP::kAuto);
/// Dunn's z of every pair (first > second) after Kruskal-Wallis, tie-corrected, unadjusted p; estimate = difference of
/// mean ranks of first - second. (Dunn 1964, 10.1080/00401706.1964.10490181.)
struct RankContrast {
  std::size_t first, second;
  TestResult test;
};
std::vector<RankContrast> dunn(std::span<const std::vector<double>> groups);

/// The smallest two-sided p of an exact Mann-Whitney test without ties: 2/choose(n1 + n2, n1); 0.10 for 3 against 3.
double minimum_mann_whitney_p(std::size_t n1, std::size_t n2);
/// The smallest two-sided p of an exact signed-rank test without zeros and ties: 2/2^n.
double minimum_wilcoxon_p(std::size_t n);

}  // namespace vesica::stats
