// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "vesica/base/require.h"

namespace vesica {

RegionTrees::RegionTrees(std::size_t width, std::size_t height, std::vector<std::int32_t>& frame)
    : wide_(width + 2), place_(frame) {
  place_.assign(wide_ * (height + 2), -1);
  VESICA_REQUIRE(place_.size() < std::numeric_limits<std::int32_t>::max(), "pixels fit their numbers");
}

void Moments::add(const Dot& dot) {
  const double u = dot.x, v = dot.y;
  n += 1;
  x += u;
  y += v;
  xx += u * u;
  yy += v * v;
  xy += u * v;
}

void Moments::add(const Moments& other) {
  n += other.n;
  x += other.x;
  y += other.y;
  xx += other.xx;
  yy += other.yy;
  xy += other.xy;
}

double Moments::likeness() const {
  const double vx = xx / n - x / n * (x / n) + 1.0 / 12, vy = yy / n - y / n * (y / n) + 1.0 / 12;
  const double c = xy / n - x / n * (y / n);
  return n / (4 * std::numbers::pi * std::sqrt(std::max(1e-9, vx * vy - c * c)));
}

double RegionWorth::of(const Moments& region) const {
  return region.n >= least && region.n <= most ? region.n * std::max(0.0, region.likeness() - shape) : 0.0;
}

void RegionTrees::sort(std::span<const Dot> dots, std::span<const std::uint8_t> levels) {
  const std::size_t n = dots.size();
  for (auto* each : {&order_, &parent_, &root_, &at_, &node_}) each->resize(std::max(n, each->size()));
  level_.resize(std::max(n, level_.size()));
  sets_.resize(std::max(n, sets_.size()));
  std::array<std::uint32_t, 257> start{};
  for (const std::uint8_t each : levels) ++start[256U - each];
  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  for (std::uint32_t d = 0; d < n; ++d) {
    const std::uint32_t i = start[255U - levels[d]]++;
    const std::size_t at = (dots[d].y + 1) * wide_ + dots[d].x + 1;
    order_[i] = d;
    level_[i] = levels[d];
    at_[i] = static_cast<std::uint32_t>(at);
    place_[at] = static_cast<std::int32_t>(i);
  }
}

/// Union-find from the top (Berger et al. 2007, 10.1109/ICIP.2007.4379949); sets are joined by size and know their last
/// pixel, so that they stay flat.
void RegionTrees::connect(std::uint32_t n) {
  std::uint32_t* root = root_.data();
  const std::int32_t* place = place_.data();
  const std::array<std::size_t, 4> around = {std::size_t{0} - 1, 1, std::size_t{0} - wide_, wide_};
  for (std::uint32_t i = 0; i < n; ++i) {
    std::uint32_t own = i;
    root[i] = i;
    parent_[i] = i;
    sets_[i] = {1, i};
    for (const std::size_t step : around) {
      auto other = static_cast<std::uint32_t>(place[at_[i] + step]);
      if (other >= i) continue;  // outside, or not reached yet
      while (root[other] != other) other = root[other] = root[root[other]];
      if (other == own) continue;
      parent_[sets_[other].last] = i;
      if (sets_[other].size > sets_[own].size) std::swap(own, other);
      root[other] = own;
      sets_[own] = {sets_[own].size + sets_[other].size, i};
    }
  }
}

/// Every region is named by its last pixel.
void RegionTrees::measure(std::span<const Dot> dots) {
  nodes_.clear();
  for (std::size_t i = dots.size(); i-- > 0;) {
    const std::uint32_t up = parent_[i];
    if (up != i && level_[up] == level_[i]) {
      node_[i] = node_[up];
    } else {
      node_[i] = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_.back().parent = node_[up];
    }
    nodes_[node_[i]].sums.add(dots[order_[i]]);
  }
}

const std::vector<double>& RegionTrees::choose(std::span<const Dot> dots, std::span<const std::uint8_t> levels,
                                               const RegionWorth& worth, std::int32_t first,
                                               std::span<std::int32_t> labels) {
  VESICA_REQUIRE(levels.size() == dots.size() && labels.size() == dots.size(), "a level and a label for every pixel");
  sort(dots, levels);
  connect(static_cast<std::uint32_t>(dots.size()));
  measure(dots);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    Node& node = nodes_[i];
    const auto own = static_cast<float>(worth.of(node.sums));
    node.taken = own > 0 && own >= node.inside;
    node.best = std::max(own, node.inside);
    if (node.parent == i) continue;
    Node& up = nodes_[node.parent];
    up.inside += node.best;
    up.sums.add(node.sums);
  }
  scores_.clear();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    node.label = node.parent != i ? nodes_[node.parent].label : 0;
    if (node.label != 0 || !node.taken) continue;
    node.label = first + static_cast<std::int32_t>(scores_.size());
    scores_.push_back(node.best);
  }
  for (std::size_t i = 0; i < dots.size(); ++i) labels[order_[i]] = nodes_[node_[i]].label;
  return scores_;
}

}  // namespace vesica
