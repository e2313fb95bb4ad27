// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "vesica/base/hash.h"
#include "vesica/base/random.h"
#include "vesica/base/require.h"
#include "vesica/solve/sobol.h"

namespace vesica {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kUp = kMorrisLevels / 2;  ///< a step, in levels

/// Sums over the rows of one block, from which every index follows.
struct Sums {
  double rows = 0, sum = 0, squares = 0;  ///< of A and B together: 2 numbers a row
  std::vector<double> first, total;       ///< Σ fB (fAi − fA), Σ (fA − fAi)²

  void add(const Sums& other, double sign) {
    rows += sign * other.rows;
    sum += sign * other.sum;
    squares += sign * other.squares;
    for (std::size_t i = 0; i < first.size(); ++i) {
      first[i] += sign * other.first[i];
      total[i] += sign * other.total[i];
    }
  }
};

struct Indices {
  double mean = 0, variance = 0;
  std::vector<double> first, total;
};

/// `centre` is a number near the mean that was subtracted from every output.
Indices indices_from(const Sums& sums, double centre) {
  Indices out;
  const double n = 2 * sums.rows, mean = sums.sum / n;
  out.mean = centre + mean;
  out.variance = sums.squares / n - mean * mean;
  for (std::size_t i = 0; i < sums.first.size(); ++i) {
    out.first.push_back(out.variance > 0 ? sums.first[i] / sums.rows / out.variance : kNaN);
    out.total.push_back(out.variance > 0 ? sums.total[i] / (2 * sums.rows) / out.variance : kNaN);
  }
  return out;
}

/// Mean of A and B over the rows without a hole.
double mean_of(std::span<const double> outputs, std::size_t width) {
  double sum = 0, n = 0;
  for (std::size_t row = 0; row + width <= outputs.size(); row += width) {
    const auto one = outputs.subspan(row, width);
    if (!std::all_of(one.begin(), one.end(), [](double value) { return std::isfinite(value); })) continue;
    sum += one[0] + one[1];
    n += 2;
  }
  return n > 0 ? sum / n : 0;
}

Sums sums_of(std::span<const double> outputs, std::size_t inputs, double centre) {
  Sums out;
  out.first.assign(inputs, 0);
  out.total.assign(inputs, 0);
  const std::size_t width = inputs + 2;
  for (std::size_t row = 0; row + width <= outputs.size(); row += width) {
    const auto one = outputs.subspan(row, width);
    if (!std::all_of(one.begin(), one.end(), [](double value) { return std::isfinite(value); })) continue;
    const double a = one[0] - centre, b = one[1] - centre;
    out.rows += 1;
    out.sum += a + b;
    out.squares += a * a + b * b;
    for (std::size_t i = 0; i < inputs; ++i) {
      const double mixed = one[2 + i] - centre;
      out.first[i] += b * (mixed - a);
      out.total[i] += (a - mixed) * (a - mixed);
    }
  }
  return out;
}

/// Standard error from estimates with one of n blocks left out: √((n − 1)/n Σ (θi − mean)²) (Efron & Stein 1981,
/// 10.1214/aos/1176345462).
double jackknife_error(std::span<const double> without) {
  const auto n = static_cast<double>(without.size());
  const double mean = std::accumulate(without.begin(), without.end(), 0.0) / n;
  double squares = 0;
  for (const double value : without) squares += (value - mean) * (value - mean);
  return std::sqrt((n - 1) / n * squares);
}

double spread_of(double n, double sum, double squares) {
  return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
}

/// µ, µ* and σ of the effects of one input.
void summarise(const std::vector<double>& effects, MorrisEffects& out) {
  const auto n = static_cast<double>(effects.size());
  if (effects.size() < 2) {
    for (auto* list : {&out.mean, &out.size, &out.spread}) list->push_back({kNaN, kNaN});
    return;
  }
  double sum = 0, squares = 0, size = 0;
  for (const double effect : effects) {
    sum += effect;
    squares += effect * effect;
    size += std::abs(effect);
  }
  const double spread = spread_of(n, sum, squares);
  out.mean.push_back({sum / n, spread / std::sqrt(n)});
  out.size.push_back({size / n, spread_of(n, size, squares) / std::sqrt(n)});
  std::vector<double> without;
  for (const double effect : effects)
    without.push_back(n > 2 ? spread_of(n - 1, sum - effect, squares - effect * effect) : kNaN);
  out.spread.push_back({spread, jackknife_error(without)});
}

}  // namespace

std::vector<double> sobol_design(std::size_t base, std::size_t inputs, std::uint64_t seed) {
  VESICA_REQUIRE(inputs >= 1, "something to vary");
  std::vector<double> out;
  out.reserve(kSobolBlocks * base * (inputs + 2) * inputs);
  for (std::size_t block = 0; block < kSobolBlocks; ++block) {
    const std::vector<double> both = sobol_points(base, 2 * inputs, hash64("sobol block", seed ^ (block << 32)));
    for (std::size_t row = 0; row < base; ++row) {
      const double* a = both.data() + row * 2 * inputs;
      const double* b = a + inputs;
      out.insert(out.end(), a, a + inputs);
      out.insert(out.end(), b, b + inputs);
      for (std::size_t i = 0; i < inputs; ++i) {
        out.insert(out.end(), a, a + inputs);
        out[out.size() - inputs + i] = b[i];
      }
    }
  }
  return out;
}

SobolIndices sobol_indices(std::span<const double> outputs, std::size_t base, std::size_t inputs) {
  const std::size_t width = inputs + 2;
  VESICA_REQUIRE(outputs.size() == kSobolBlocks * base * width, "the outputs of the whole design");
  const double centre = mean_of(outputs, width);
  std::vector<Sums> blocks;
  for (std::size_t block = 0; block < kSobolBlocks; ++block)
    blocks.push_back(sums_of(outputs.subspan(block * base * width, base * width), inputs, centre));
  Sums all = blocks.front();
  for (std::size_t block = 1; block < kSobolBlocks; ++block) all.add(blocks[block], 1);
  SobolIndices out;
  out.rows = static_cast<std::size_t>(all.rows);
  out.left_out = kSobolBlocks * base - out.rows;
  const bool has_gap = std::any_of(blocks.begin(), blocks.end(), [](const Sums& one) { return one.rows == 0; });
  const Indices found = indices_from(all, centre);
  out.mean = has_gap ? kNaN : found.mean;
  out.variance = has_gap ? kNaN : found.variance;
  std::vector<Indices> without;
  for (const Sums& block : blocks) {
    Sums rest = all;
    rest.add(block, -1);
    without.push_back(indices_from(rest, centre));
  }
  std::vector<double> some(kSobolBlocks);
  const auto with_error = [&](std::vector<double> Indices::*member, std::size_t i) {
    if (has_gap) return WithError{kNaN, kNaN};
    for (std::size_t block = 0; block < kSobolBlocks; ++block) some[block] = (without[block].*member)[i];
    return WithError{(found.*member)[i], jackknife_error(some)};
  };
  for (std::size_t i = 0; i < inputs; ++i) {
    out.first.push_back(with_error(&Indices::first, i));
    out.total.push_back(with_error(&Indices::total, i));
  }
  return out;
}

std::vector<double> morris_design(std::size_t trajectories, std::size_t inputs, std::uint64_t seed) {
  VESICA_REQUIRE(inputs >= 1, "something to vary");
  std::vector<double> out;
  out.reserve(trajectories * (inputs + 1) * inputs);
  const auto middle = [](std::size_t level) { return (static_cast<double>(level) + 0.5) / kMorrisLevels; };
  for (std::size_t t = 0; t < trajectories; ++t) {
    Random random(seed, hash64("morris trajectory", t));
    std::vector<std::size_t> level(inputs), order(inputs);
    for (std::size_t& one : level) one = random.below(kMorrisLevels);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = inputs; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    const auto add_point = [&] {
      for (const std::size_t one : level) out.push_back(middle(one));
    };
    add_point();
    for (const std::size_t i : order) {
      level[i] = level[i] < kUp ? level[i] + kUp : level[i] - kUp;
      add_point();
    }
  }
  return out;
}

MorrisEffects morris_effects(std::span<const double> outputs, std::span<const double> design, std::size_t inputs) {
  const std::size_t width = inputs + 1;
  VESICA_REQUIRE(outputs.size() * inputs == design.size() && outputs.size() % width == 0, "whole trajectories");
  MorrisEffects out;
  std::vector<std::vector<double>> effects(inputs);
  for (std::size_t start = 0; start < outputs.size(); start += width) {
    const auto way = outputs.subspan(start, width);
    if (!std::all_of(way.begin(), way.end(), [](double value) { return std::isfinite(value); })) {
      ++out.left_out;
      continue;
    }
    ++out.trajectories;
    for (std::size_t k = 0; k + 1 < width; ++k) {
      const double* here = design.data() + (start + k) * inputs;
      const double* next = here + inputs;
      for (std::size_t i = 0; i < inputs; ++i) {
        if (here[i] != next[i]) effects[i].push_back((way[k + 1] - way[k]) / (next[i] - here[i]));
      }
    }
  }
  for (const std::vector<double>& one : effects) summarise(one, out);
  return out;
}

}  // namespace vesica
