// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_tree.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "vesica/base/require.h"

namespace vesica {

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

unsigned RegionTrees::Waiting::top(unsigned most) const {
  for (unsigned word = most / 64 + 1; word-- > 0;) {
    if (some_[word] != 0) return word * 64 + 63 - static_cast<unsigned>(std::countl_zero(some_[word]));
  }
  return 0;
}

void RegionTrees::place(std::span<const Dot> dots, std::span<const std::uint8_t> levels) {
  const auto [left, right] =
      std::minmax_element(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  const std::uint32_t x0 = left->x, y0 = dots.front().y;
  wide_ = right->x - x0 + 3;
  const std::size_t size = static_cast<std::size_t>(wide_) * (dots.back().y - y0 + 3);
  open_.assign(size, 0);
  cells_.resize(std::max(size, cells_.size()));
  for (std::uint32_t d = 0; d < dots.size(); ++d) {
    const std::size_t cell = static_cast<std::size_t>(dots[d].y - y0 + 1) * wide_ + dots[d].x - x0 + 1;
    open_[cell] = levels[d];
    cells_[cell].dot = d;
    cell_of_[d] = static_cast<std::uint32_t>(cell);
  }
}

/// A flood that always runs uphill first (Nister and Stewenius 2008, 10.1007/978-3-540-88688-4_14): every pixel is met
/// once, and a region is whole when the flood falls below its level.
void RegionTrees::flood(std::span<const Dot> dots, const RegionWorth& worth) {
  nodes_.clear();
  rising_.clear();
  closed_.clear();
  const auto rise = [&](unsigned level) {
    rising_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    nodes_.emplace_back().level = static_cast<std::uint8_t>(level);
  };
  std::uint32_t here = cell_of_[0];
  unsigned level = std::exchange(open_[here], std::uint8_t{0});
  rise(level);
  while (level != 0) {
    bool uphill = false;
    for (const std::uint32_t to : {here - wide_, here - 1, here + 1, here + wide_}) {
      const std::uint8_t other = open_[to];
      if (other == 0) continue;
      open_[to] = 0;
      if (other <= level) {
        waiting_.push(to, other, cells_);
        continue;
      }
      waiting_.push(here, static_cast<std::uint8_t>(level), cells_);
      here = to;
      level = other;
      rise(level);
      uphill = true;
      break;
    }
    if (uphill) continue;
    cells_[here].node = rising_.back();
    nodes_[rising_.back()].sums.add(dots[cells_[here].dot]);
    const unsigned next = waiting_.top(level);
    if (next < level) fall_to(next, worth);
    level = next;
    if (level != 0) here = waiting_.pop(level, cells_);
  }
}

/// Closes all nodes above a level; level 0 closes all.
void RegionTrees::fall_to(unsigned level, const RegionWorth& worth) {
  while (!rising_.empty() && nodes_[rising_.back()].level > level) {
    const std::uint32_t node = rising_.back();
    rising_.pop_back();
    if (rising_.empty() && level == 0) return close(node, node, worth);
    if (rising_.empty() || nodes_[rising_.back()].level < level) {
      rising_.push_back(static_cast<std::uint32_t>(nodes_.size()));
      nodes_.emplace_back().level = static_cast<std::uint8_t>(level);
    }
    close(node, rising_.back(), worth);
  }
}

void RegionTrees::close(std::uint32_t at, std::uint32_t parent, const RegionWorth& worth) {
  Node& node = nodes_[at];
  const auto own = static_cast<float>(worth.of(node.sums));
  node.taken = own > 0 && own >= node.inside;
  node.best = std::max(own, node.inside);
  node.parent = parent;
  closed_.push_back(at);
  if (parent == at) return;
  nodes_[parent].inside += node.best;
  nodes_[parent].sums.add(node.sums);
}

const std::vector<double>& RegionTrees::choose(std::span<const Dot> dots, std::span<const std::uint8_t> levels,
                                               const RegionWorth& worth, std::int32_t first,
                                               std::span<std::int32_t> labels) {
  VESICA_REQUIRE(levels.size() == dots.size() && labels.size() == dots.size(), "a level and a label for every pixel");
  VESICA_REQUIRE(dots.size() < std::numeric_limits<std::int32_t>::max(), "pixels fit their numbers");
  scores_.clear();
  if (dots.empty()) return scores_;
  cell_of_.resize(std::max(dots.size(), cell_of_.size()));
  place(dots, levels);
  flood(dots, worth);
  VESICA_REQUIRE(nodes_[closed_.back()].sums.n == static_cast<double>(dots.size()), "a piece is connected");
  for (std::size_t i = closed_.size(); i-- > 0;) {  // parents before children
    Node& node = nodes_[closed_[i]];
    node.label = node.parent != closed_[i] ? nodes_[node.parent].label : 0;
    if (node.label != 0 || !node.taken) continue;
    node.label = first + static_cast<std::int32_t>(scores_.size());
    scores_.push_back(node.best);
  }
  for (std::size_t d = 0; d < dots.size(); ++d) labels[d] = nodes_[cells_[cell_of_[d]].node].label;
  return scores_;
}

}  // namespace vesica
