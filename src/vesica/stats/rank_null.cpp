// SPDX-License-Identifier: Apache-2.0
// Counting by dynamic programming where the statistic is a sum, by enumeration where it is not.
#include "vesica/stats/rank_null.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace vesica::stats {
namespace {

constexpr double kSlack = 1e-9;  // chosen: sums of midranks differ by 1/2 at least, rounding by far less

// Adds every arrangement of ranks[i..] to the tally by choosing a group for one rank after the other. Equal groups are
// not merged: the count stays a plain multinomial one.
class KruskalWalk {
 public:
  KruskalWalk(std::span<const double> ranks, std::span<const std::size_t> sizes, double observed)
      : ranks_(ranks), left_(sizes.begin(), sizes.end()), sums_(sizes.size(), 0.0), observed_(observed) {
    for (const std::size_t size : sizes) inverse_.push_back(1 / static_cast<double>(size));
  }

  ExactTail run() {
    walk(0);
    return {reached_ / all_, at_top_ / all_};
  }

 private:
  void walk(std::size_t i) {
    if (i == ranks_.size()) return count();
    for (std::size_t g = 0; g < left_.size(); ++g) {
      if (left_[g] == 0) continue;
      --left_[g];
      sums_[g] += ranks_[i];
      walk(i + 1);
      sums_[g] -= ranks_[i];
      ++left_[g];
    }
  }

  void count() {
    double value = 0;
    for (std::size_t g = 0; g < sums_.size(); ++g) value += sums_[g] * sums_[g] * inverse_[g];
    const double slack = kSlack * value;
    ++all_;
    if (value >= observed_ - slack) ++reached_;
    if (value > top_ + slack) {
      top_ = value;
      at_top_ = 1;
    } else if (value >= top_ - slack) {
      ++at_top_;
    }
  }

  std::span<const double> ranks_;
  std::vector<std::size_t> left_;
  std::vector<double> sums_;
  std::vector<double> inverse_;
  double observed_;
  double all_ = 0, reached_ = 0, at_top_ = 0, top_ = -1;
};

}  // namespace

double RankCounts::lower(int doubled_sum) const {
  double sum = 0;
  for (int s = 0; s <= doubled_sum && s < static_cast<int>(count.size()); ++s)
    sum += count[static_cast<std::size_t>(s)];
  return sum / total;
}

double RankCounts::upper(int doubled_sum) const {
  double sum = 0;
  for (std::size_t s = static_cast<std::size_t>(std::max(0, doubled_sum)); s < count.size(); ++s) sum += count[s];
  return sum / total;
}

double RankCounts::two_sided(int doubled_sum, double doubled_mean) const {
  const double distance = std::abs(doubled_sum - doubled_mean) - kSlack;
  double sum = 0;
  for (std::size_t s = 0; s < count.size(); ++s) {
    if (std::abs(static_cast<double>(s) - doubled_mean) >= distance) sum += count[s];
  }
  return std::min(1.0, sum / total);
}

double RankCounts::minimum(double doubled_mean) const {
  double farthest = -1;
  int where = 0;
  for (std::size_t s = 0; s < count.size(); ++s) {
    const double distance = std::abs(static_cast<double>(s) - doubled_mean);
    if (count[s] > 0 && distance > farthest) {
      farthest = distance;
      where = static_cast<int>(s);
    }
  }
  return two_sided(where, doubled_mean);
}

RankCounts split_counts(std::span<const int> doubled_ranks, int n1) {
  const int most = std::accumulate(doubled_ranks.begin(), doubled_ranks.end(), 0);
  const auto width = static_cast<std::size_t>(most) + 1;
  std::vector<std::vector<double>> ways(static_cast<std::size_t>(n1) + 1, std::vector<double>(width, 0.0));
  ways[0][0] = 1;
  int seen = 0;
  for (const int rank : doubled_ranks) {
    ++seen;
    for (int chosen = std::min(seen, n1); chosen >= 1; --chosen) {
      auto& to = ways[static_cast<std::size_t>(chosen)];
      const auto& from = ways[static_cast<std::size_t>(chosen) - 1];
      for (std::size_t s = static_cast<std::size_t>(rank); s < width; ++s)
        to[s] += from[s - static_cast<std::size_t>(rank)];
    }
  }
  RankCounts counts;
  counts.count = std::move(ways.back());
  counts.total = std::accumulate(counts.count.begin(), counts.count.end(), 0.0);
  return counts;
}

RankCounts sign_counts(std::span<const int> doubled_ranks) {
  const int most = std::accumulate(doubled_ranks.begin(), doubled_ranks.end(), 0);
  RankCounts counts;
  counts.count.assign(static_cast<std::size_t>(most) + 1, 0.0);
  counts.count[0] = 1;
  for (const int rank : doubled_ranks) {
    for (std::size_t s = counts.count.size(); s-- > static_cast<std::size_t>(rank);) {
      counts.count[s] += counts.count[s - static_cast<std::size_t>(rank)];
    }
  }
  counts.total = std::ldexp(1.0, static_cast<int>(doubled_ranks.size()));
  return counts;
}

std::optional<ExactTail> exact_kruskal(std::span<const double> ranks, std::span<const std::size_t> sizes,
                                       double observed, double most) {
  double log_ways = std::lgamma(static_cast<double>(ranks.size()) + 1);
  for (const std::size_t size : sizes) log_ways -= std::lgamma(static_cast<double>(size) + 1);
  if (!(log_ways <= std::log(most))) return std::nullopt;
  return KruskalWalk(ranks, sizes, observed).run();
}

std::optional<ExactTail> exact_friedman(std::span<const int> doubled_ranks, std::size_t blocks, std::size_t k,
                                        std::size_t most) {
  constexpr std::size_t kMostColumns = 6;  // chosen: 720 permutations a block
  if (k > kMostColumns) return std::nullopt;
  // Column sums are kept sorted: every block is permuted in all ways, so their order carries no information.
  std::map<std::vector<int>, double> states{{std::vector<int>(k, 0), 1.0}};
  std::vector<int> observed(k, 0);
  for (std::size_t b = 0; b < blocks; ++b) {
    std::vector<int> row(doubled_ranks.begin() + static_cast<std::ptrdiff_t>(b * k),
                         doubled_ranks.begin() + static_cast<std::ptrdiff_t>((b + 1) * k));
    for (std::size_t j = 0; j < k; ++j) observed[j] += row[j];
    std::sort(row.begin(), row.end());
    std::map<std::vector<int>, double> next;
    double ways = 0;
    std::vector<int> permuted = row;
    do ++ways;
    while (std::next_permutation(permuted.begin(), permuted.end()));
    for (const auto& [sums, probability] : states) {
      permuted = row;
      do {
        std::vector<int> moved = sums;
        for (std::size_t j = 0; j < k; ++j) moved[j] += permuted[j];
        std::sort(moved.begin(), moved.end());
        next[std::move(moved)] += probability / ways;
      } while (std::next_permutation(permuted.begin(), permuted.end()));
      if (next.size() > most) return std::nullopt;
    }
    states = std::move(next);
  }
  const auto square = [](const std::vector<int>& sums) {
    return std::accumulate(sums.begin(), sums.end(), 0.0,
                           [](double s, int x) { return s + static_cast<double>(x) * x; });
  };
  const double reached = square(observed);
  ExactTail tail{0, 0};
  double top = -1;
  for (const auto& [sums, probability] : states) {
    const double value = square(sums);
    if (value >= reached) tail.p += probability;
    if (value > top) {
      top = value;
      tail.minimum = probability;
    } else if (value == top) {
      tail.minimum += probability;
    }
  }
  return tail;
}

}  // namespace vesica::stats
