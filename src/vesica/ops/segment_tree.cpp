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

void Moments::add(double column, double row) {
  n += 1;
  x += column;
  y += row;
  xx += column * column;
  yy += row * row;
  xy += column * row;
}

void Moments::add(const PixelRun& run) {
  const double b = run.begin, e = run.end, v = run.y, size = e - b, sum = (b + e - 1) * size / 2;
  const auto squares = [](double k) { return (k - 1) * k * (2 * k - 1) / 6; };  // of 0 to k - 1, summed
  n += size;
  x += sum;
  y += size * v;
  xx += squares(e) - squares(b);
  yy += size * v * v;
  xy += sum * v;
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

void RegionTrees::place(std::span<const PixelRun> runs, const RunPieces::Box& box,
                        std::span<const std::uint8_t> levels) {
  wide_ = box.x1 - box.x0 + 2;
  const std::size_t size = static_cast<std::size_t>(wide_) * (box.y1 - box.y0 + 2);
  open_.assign(size, 0);
  cells_.resize(std::max(size, cells_.size()));
  const std::uint8_t* from = levels.data();
  for (const PixelRun& run : runs) {
    const std::size_t first = cell_of(run.begin, run.y, box);
    std::copy_n(from, run.size(), open_.data() + first);
    from += run.size();
  }
}

/// A flood that always runs uphill first (Nister and Stewenius 2008, 10.1007/978-3-540-88688-4_14): every pixel is met
/// once, and a region is whole when the flood falls below its level.
void RegionTrees::flood(std::size_t start) {
  nodes_.clear();
  rising_.clear();
  closed_.clear();
  const auto rise = [&](unsigned level) {
    rising_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    nodes_.emplace_back().level = static_cast<std::uint8_t>(level);
  };
  auto here = static_cast<std::uint32_t>(start);
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
    const unsigned next = waiting_.top(level);
    if (next < level) fall_to(next);
    level = next;
    if (level != 0) here = waiting_.pop(level, cells_);
  }
}

/// Closes all nodes above a level; level 0 closes all.
void RegionTrees::fall_to(unsigned level) {
  while (!rising_.empty() && nodes_[rising_.back()].level > level) {
    const std::uint32_t node = rising_.back();
    rising_.pop_back();
    if (rising_.empty() && level == 0) return close(node, node);
    if (rising_.empty() || nodes_[rising_.back()].level < level) {
      rising_.push_back(static_cast<std::uint32_t>(nodes_.size()));
      nodes_.emplace_back().level = static_cast<std::uint8_t>(level);
    }
    close(node, rising_.back());
  }
}

void RegionTrees::close(std::uint32_t at, std::uint32_t parent) {
  nodes_[at].parent = parent;
  closed_.push_back(at);
}

/// What every node is worth, with what lies in it.
void RegionTrees::weigh(std::span<const PixelRun> runs, const RunPieces::Box& box, const RegionWorth& worth) {
  for (const PixelRun& run : runs) {
    const Cell* cell = cells_.data() + cell_of(run.begin, run.y, box);
    const double row = run.y - box.y0;
    for (std::uint32_t x = run.begin - box.x0; x < run.end - box.x0; ++x) nodes_[(cell++)->node].sums.add(x, row);
  }
  for (const std::uint32_t at : closed_) {  // children before parents
    Node& node = nodes_[at];
    const auto own = static_cast<float>(worth.of(node.sums));
    node.taken = own > 0 && own >= node.inside;
    node.best = std::max(own, node.inside);
    if (node.parent == at) return;
    nodes_[node.parent].inside += node.best;
    nodes_[node.parent].sums.add(node.sums);
  }
}

const std::vector<double>& RegionTrees::choose(std::span<const PixelRun> runs, const RunPieces::Box& box,
                                               std::span<const std::uint8_t> levels, const RegionWorth& worth,
                                               std::int32_t first, std::span<std::int32_t> labels) {
  VESICA_REQUIRE(levels.size() == box.area && labels.size() == box.area, "a level and a label for every pixel");
  VESICA_REQUIRE(box.area < std::numeric_limits<std::int32_t>::max(), "pixels fit their numbers");
  scores_.clear();
  if (runs.empty()) return scores_;
  place(runs, box, levels);
  flood(cell_of(runs.front().begin, runs.front().y, box));
  weigh(runs, box, worth);
  VESICA_REQUIRE(nodes_[closed_.back()].sums.n == box.area, "a piece is connected");
  for (std::size_t i = closed_.size(); i-- > 0;) {  // parents before children
    Node& node = nodes_[closed_[i]];
    node.label = node.parent != closed_[i] ? nodes_[node.parent].label : 0;
    if (node.label != 0 || !node.taken) continue;
    node.label = first + static_cast<std::int32_t>(scores_.size());
    scores_.push_back(node.best);
  }
  std::int32_t* to = labels.data();
  for (const PixelRun& run : runs) {
    const Cell* cell = cells_.data() + cell_of(run.begin, run.y, box);
    for (const Cell* end = cell + run.size(); cell != end; ++cell) *to++ = nodes_[cell->node].label;
  }
  return scores_;
}

}  // namespace vesica
