// SPDX-License-Identifier: Apache-2.0
// Layered layout: columns, order, heights, curves.
#include "vesica/explain/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "vesica/base/require.h"

namespace vesica::explain {

namespace {

constexpr int kSweeps = 24;        // chosen: more change nothing in graphs of this size
constexpr int kHeightSweeps = 30;  // chosen
constexpr double kLineHeight = 7;  // chosen: the place of a line that crosses a column, in points
constexpr int kCurvePoints = 28;   // chosen: a curve looks smooth

/// A box, or the place where a long line crosses a column.
struct Place {
  std::size_t column = 0;
  double height = 0;
  double middle = 0;
  std::vector<std::size_t> left, right;  ///< neighbours
};

class Sheet {
 public:
  Sheet(Layout& out, double column_gap, double row_gap) : out_(out), column_gap_(column_gap), row_gap_(row_gap) {}

  void run() {
    open_circles();
    choose_columns();
    make_places();
    order();
    set_heights();
    set_columns();
    draw_lines();
  }

 private:
  std::size_t start_of(const Line& line) const { return line.backwards ? line.to : line.from; }
  std::size_t end_of(const Line& line) const { return line.backwards ? line.from : line.to; }

  void open_circles() {
    const std::size_t n = out_.boxes.size();
    std::vector<std::vector<std::size_t>> out(n);
    std::vector<bool> entered(n, false);
    for (std::size_t i = 0; i < out_.lines.size(); ++i) {
      out[out_.lines[i].from].push_back(i);
      entered[out_.lines[i].to] = true;
    }
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < n; ++i) {
      if (!entered[i]) roots.push_back(i);
    }
    for (std::size_t i = 0; i < n; ++i) roots.push_back(i);  // what only circles reach
    enum class State { kNew, kOpen, kDone };
    std::vector<State> state(n, State::kNew);
    std::vector<std::pair<std::size_t, std::size_t>> stack;  // box, next of its lines
    for (const std::size_t root : roots) {
      if (state[root] != State::kNew) continue;
      stack.emplace_back(root, 0);
      state[root] = State::kOpen;
      while (!stack.empty()) {
        const std::size_t box = stack.back().first;
        if (stack.back().second == out[box].size()) {
          state[box] = State::kDone;
          stack.pop_back();
          continue;
        }
        Line& line = out_.lines[out[box][stack.back().second++]];
        if (state[line.to] == State::kOpen)
          line.backwards = true;
        else if (state[line.to] == State::kNew) {
          state[line.to] = State::kOpen;
          stack.emplace_back(line.to, 0);
        }
      }
    }
  }

  void choose_columns() {
    std::vector<int> column(out_.boxes.size(), 0);
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = std::max(0, out_.boxes[i].column);
    for (std::size_t round = 0; round < out_.boxes.size(); ++round) {
      bool moved = false;
      for (const Line& line : out_.lines) {
        const int least = column[start_of(line)] + 1;
        if (column[end_of(line)] >= least) continue;
        column[end_of(line)] = least;
        moved = true;
      }
      if (!moved) break;
    }
    int last = 0;
    for (const int one : column) last = std::max(last, one);
    // A box that must stand last may stand there only when no line leaves it.
    std::vector<bool> leaves(out_.boxes.size(), false);
    for (const Line& line : out_.lines) leaves[start_of(line)] = true;
    for (std::size_t i = 0; i < column.size(); ++i) {
      out_.boxes[i].column = out_.boxes[i].last && !leaves[i] ? last : column[i];
    }
    columns_.resize(static_cast<std::size_t>(last) + 1);
  }

  void make_places() {
    for (const Box& box : out_.boxes) {
      places_.push_back({static_cast<std::size_t>(box.column), box.height, 0, {}, {}});
    }
    chains_.resize(out_.lines.size());
    for (std::size_t i = 0; i < out_.lines.size(); ++i) {
      const std::size_t from = start_of(out_.lines[i]), to = end_of(out_.lines[i]);
      std::vector<std::size_t>& chain = chains_[i];
      chain.push_back(from);
      for (std::size_t c = places_[from].column + 1; c < places_[to].column; ++c) {
        chain.push_back(places_.size());
        places_.push_back({c, kLineHeight, 0, {}, {}});
      }
      chain.push_back(to);
      for (std::size_t k = 1; k < chain.size(); ++k) {
        places_[chain[k - 1]].right.push_back(chain[k]);
        places_[chain[k]].left.push_back(chain[k - 1]);
      }
    }
    for (std::size_t i = 0; i < places_.size(); ++i) columns_[places_[i].column].push_back(i);
  }

  std::vector<std::size_t> ranks() const {
    std::vector<std::size_t> out(places_.size());
    for (const auto& column : columns_) {
      for (std::size_t r = 0; r < column.size(); ++r) out[column[r]] = r;
    }
    return out;
  }

  std::uint64_t crossings() const {
    const std::vector<std::size_t> rank = ranks();
    std::uint64_t count = 0;
    for (std::size_t c = 0; c + 1 < columns_.size(); ++c) {
      std::vector<std::pair<std::size_t, std::size_t>> links;
      for (const std::size_t place : columns_[c]) {
        for (const std::size_t next : places_[place].right) links.emplace_back(rank[place], rank[next]);
      }
      for (std::size_t a = 0; a < links.size(); ++a) {
        for (std::size_t b = a + 1; b < links.size(); ++b) {
          const bool crossed = (links[a].first < links[b].first && links[a].second > links[b].second) ||
                               (links[a].first > links[b].first && links[a].second < links[b].second);
          count += crossed ? 1 : 0;
        }
      }
    }
    return count;
  }

  void order() {
    auto best = columns_;
    std::uint64_t fewest = crossings();
    for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
      const bool rightwards = sweep % 2 == 0;
      for (std::size_t k = 0; k < columns_.size(); ++k) {
        auto& column = columns_[rightwards ? k : columns_.size() - 1 - k];
        const std::vector<std::size_t> rank = ranks();
        std::vector<std::pair<double, std::size_t>> keyed;
        for (const std::size_t place : column) {
          const auto& near = rightwards ? places_[place].left : places_[place].right;
          double sum = 0;
          for (const std::size_t one : near) sum += static_cast<double>(rank[one]);
          keyed.emplace_back(near.empty() ? static_cast<double>(rank[place]) : sum / static_cast<double>(near.size()),
                             place);
        }
        std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < column.size(); ++i) column[i] = keyed[i].second;
      }
      const std::uint64_t now = crossings();
      if (now < fewest) {
        fewest = now;
        best = columns_;
      }
    }
    columns_ = best;
  }

  bool is_line(std::size_t place) const { return place >= out_.boxes.size(); }

  /// Least squares towards `wanted` (of each place in the column) under the order and the gaps: isotonic regression of
  /// what is left after taking the least offsets away.
  void settle(const std::vector<std::size_t>& column, const std::vector<double>& wanted) {
    std::vector<double> offset(column.size(), 0);
    for (std::size_t i = 1; i < column.size(); ++i) {
      const bool between_lines = is_line(column[i - 1]) && is_line(column[i]);
      offset[i] = offset[i - 1] + (places_[column[i - 1]].height + places_[column[i]].height) / 2 +
                  (between_lines ? 0 : row_gap_);
    }
    struct Pool {
      double sum;
      std::size_t count;
      double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < column.size(); ++i) {
      pools.push_back({wanted[i] - offset[i], 1});
      while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
        pools[pools.size() - 2].sum += pools.back().sum;
        pools[pools.size() - 2].count += pools.back().count;
        pools.pop_back();
      }
    }
    std::size_t i = 0;
    for (const Pool& pool : pools) {
      for (std::size_t k = 0; k < pool.count; ++k, ++i) places_[column[i]].middle = pool.mean() + offset[i];
    }
  }

  void set_heights() {
    for (const auto& column : columns_) settle(column, std::vector<double>(column.size(), 0));
    for (int sweep = 0; sweep < kHeightSweeps; ++sweep) {
      for (std::size_t k = 0; k < columns_.size(); ++k) {
        const auto& column = columns_[sweep % 2 == 0 ? k : columns_.size() - 1 - k];
        std::vector<double> wanted;
        for (const std::size_t place : column) {
          double sum = 0;
          std::size_t n = 0;
          // Both sides in the last sweeps, so that neither end pulls alone.
          const bool both = sweep + 4 > kHeightSweeps;
          for (const auto* near : {&places_[place].left, &places_[place].right}) {
            const bool is_left = near == &places_[place].left;
            if (!both && is_left != (sweep % 2 == 0)) continue;
            for (const std::size_t one : *near) {
              sum += places_[one].middle;
              ++n;
            }
          }
          wanted.push_back(n == 0 ? places_[place].middle : sum / static_cast<double>(n));
        }
        settle(column, wanted);
      }
    }
    close_gaps();
    for (const Place& place : places_) out_.height = std::max(out_.height, place.middle + place.height / 2);
  }

  /// Moves everything up over the bands that neither a place nor a line between columns touches.
  void close_gaps() {
    std::vector<std::pair<double, double>> used;
    for (const Place& place : places_) {
      used.emplace_back(place.middle - place.height / 2, place.middle + place.height / 2);
      for (const std::size_t next : place.right) used.push_back(std::minmax(place.middle, places_[next].middle));
    }
    std::sort(used.begin(), used.end());
    std::vector<std::pair<double, double>> moves = {
        {used.front().first, used.front().first}};  // from here on, by so much
    double end = used.front().second;
    for (const auto& [low, high] : used) {
      if (low - end > row_gap_) moves.emplace_back(low, moves.back().second + low - end - row_gap_);
      end = std::max(end, high);
    }
    for (Place& place : places_) {
      const double top = place.middle - place.height / 2;
      double by = 0;
      for (const auto& [from, much] : moves) by = top >= from ? much : by;
      place.middle -= by;
    }
  }

  /// Wider where lines climb far, so that they stay apart.
  double gap_behind(std::size_t column) const {
    constexpr double kSlope = 0.16, kMost = 3.2;  // chosen by looking at figures
    double climb = 0;
    for (const std::size_t place : columns_[column]) {
      for (const std::size_t next : places_[place].right)
        climb = std::max(climb, std::fabs(places_[next].middle - places_[place].middle));
    }
    return std::clamp(kSlope * climb, column_gap_, kMost * column_gap_);
  }

  void set_columns() {
    std::vector<double> widest(columns_.size(), 0);
    for (const Box& box : out_.boxes) {
      double& width = widest[static_cast<std::size_t>(box.column)];
      width = std::max(width, box.width);
    }
    double x = 0;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      out_.columns.push_back(x);
      x += widest[c] + (c + 1 < columns_.size() ? gap_behind(c) : 0);
    }
    widths_ = widest;
    out_.width = x;
    for (std::size_t i = 0; i < out_.boxes.size(); ++i) {
      Box& box = out_.boxes[i];
      const auto c = static_cast<std::size_t>(box.column);
      box.x = out_.columns[c] + (widest[c] - box.width) / 2;
      box.y = places_[i].middle - box.height / 2;
    }
  }

  /// Heights at which lines touch the side of a box: evenly spread, in the order of their other ends.
  std::vector<double> ports(std::size_t box, bool right_side) const {
    std::vector<std::pair<double, std::size_t>> touching;
    for (std::size_t i = 0; i < out_.lines.size(); ++i) {
      const auto& chain = chains_[i];
      if ((right_side ? chain.front() : chain.back()) != box) continue;
      const std::size_t other = right_side ? chain[1] : chain[chain.size() - 2];
      touching.emplace_back(places_[other].middle, i);
    }
    std::stable_sort(touching.begin(), touching.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<double> out(out_.lines.size(), 0);
    constexpr double kShare = 0.86;  // chosen: of the side, away from the round corners
    const double step =
        touching.size() < 2
            ? 0
            : std::min(kLineHeight * 1.3, out_.boxes[box].height * kShare / static_cast<double>(touching.size() - 1));
    for (std::size_t k = 0; k < touching.size(); ++k) {
      out[touching[k].second] =
          places_[box].middle + step * (static_cast<double>(k) - static_cast<double>(touching.size() - 1) / 2);
    }
    return out;
  }

  static void curve(std::vector<std::pair<double, double>>& points, double x, double y) {
    const auto [x0, y0] = points.back();
    if (std::fabs(y - y0) < 1e-9) {
      points.emplace_back(x, y);
      return;
    }
    for (int k = 1; k <= kCurvePoints; ++k) {
      const double t = static_cast<double>(k) / kCurvePoints, u = 1 - t, half = (x0 + x) / 2;
      points.emplace_back(u * u * u * x0 + 3 * u * u * t * half + 3 * u * t * t * half + t * t * t * x,
                          (u * u * u + 3 * u * u * t) * y0 + (3 * u * t * t + t * t * t) * y);
    }
  }

  void draw_lines() {
    std::vector<std::vector<double>> leave, arrive;
    for (std::size_t i = 0; i < out_.boxes.size(); ++i) {
      leave.push_back(ports(i, true));
      arrive.push_back(ports(i, false));
    }
    for (std::size_t i = 0; i < out_.lines.size(); ++i) {
      const auto& chain = chains_[i];
      const Box& first = out_.boxes[chain.front()];
      const Box& last = out_.boxes[chain.back()];
      const auto begin_column = static_cast<std::size_t>(first.column);
      std::vector<std::pair<double, double>> points = {{first.x + first.width, leave[chain.front()][i]}};
      // Straight to the edge of the column, so that curves bend between columns only.
      points.emplace_back(out_.columns[begin_column] + widths_[begin_column], leave[chain.front()][i]);
      for (std::size_t k = 1; k + 1 < chain.size(); ++k) {
        const Place& place = places_[chain[k]];
        curve(points, out_.columns[place.column], place.middle);
        points.emplace_back(out_.columns[place.column] + widths_[place.column], place.middle);
      }
      const double y = arrive[chain.back()][i];
      curve(points, out_.columns[static_cast<std::size_t>(last.column)], y);
      points.emplace_back(last.x, y);
      if (out_.lines[i].backwards) std::reverse(points.begin(), points.end());
      out_.lines[i].points = std::move(points);
    }
  }

  Layout& out_;
  double column_gap_, row_gap_;
  std::vector<Place> places_;  ///< boxes first
  std::vector<std::vector<std::size_t>> columns_, chains_;
  std::vector<double> widths_;
};

}  // namespace

Layout lay_out(std::vector<Box> boxes, std::vector<std::pair<std::size_t, std::size_t>> lines, double column_gap,
               double row_gap) {
  Layout out;
  out.boxes = std::move(boxes);
  for (const auto& [from, to] : lines) {
    VESICA_REQUIRE(from < out.boxes.size() && to < out.boxes.size() && from != to, "a line joins two boxes");
    out.lines.push_back({from, to, {}, false});
  }
  if (!out.boxes.empty()) Sheet(out, column_gap, row_gap).run();
  return out;
}

}  // namespace vesica::explain
