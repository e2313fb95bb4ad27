// SPDX-License-Identifier: Apache-2.0
// Exact null distributions of rank statistics, ties included, by counting every rearrangement.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace vesica::stats {

/// How many rearrangements give each value of a doubled rank sum (doubled, so that midranks are whole). Counts are
/// exact in double precision up to 2^53.
struct RankCounts {
  std::vector<double> count;  ///< index: doubled sum
  double total = 0;

  /// P(sum <= s) and P(sum >= s) for a doubled sum s.
  double lower(int doubled_sum) const;
  double upper(int doubled_sum) const;
  /// Two-sided p: the share of sums at least as far from the middle of the null distribution as s (for symmetric
  /// distributions twice the smaller tail). `doubled_mean` is the null mean of the doubled sum.
  double two_sided(int doubled_sum, double doubled_mean) const;
  /// The smallest two-sided p that any arrangement of these ranks gives.
  double minimum(double doubled_mean) const;
};

/// Sums of the n1 ranks of the first sample over all choose(n1 + n2, n1) splits (shift algorithm, Streitberg & Röhmel
/// 1986). `doubled_ranks` are 2 x midranks of the joint sample.
RankCounts split_counts(std::span<const int> doubled_ranks, int n1);
/// Sums of the ranks with positive sign over all 2^n signs.
RankCounts sign_counts(std::span<const int> doubled_ranks);

/// P(H >= h) over all arrangements of the ranks into groups of these sizes, where H grows with the sum of
/// (rank sum)²/size; nothing when there are more than `most` arrangements.
struct ExactTail {
  double p;
  double minimum;  ///< share of the arrangements with the largest statistic
};
std::optional<ExactTail> exact_kruskal(std::span<const double> ranks, std::span<const std::size_t> sizes,
                                       double observed, double most);
/// P(S >= s) over all permutations within blocks, S the sum of squared column sums of `doubled_ranks` (row-major,
/// blocks x k); nothing when the distinct column sums exceed `most`.
std::optional<ExactTail> exact_friedman(std::span<const int> doubled_ranks, std::size_t blocks, std::size_t k,
                                        std::size_t most);

}  // namespace vesica::stats
