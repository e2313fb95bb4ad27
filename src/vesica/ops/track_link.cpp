// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/track_link.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/track_assign.h"

namespace vesica {

namespace {

using ops::Choice;
using ops::kAlone;
constexpr std::size_t kMostCells = 1024;  // cells of the grid along an axis at most, chosen

/// Spots sorted into square cells no smaller than a gate.
class Grid {
 public:
  Grid(std::span<const Detection> spots, double gate) {
    if (spots.empty()) return;
    double x1 = spots[0].x, y1 = spots[0].y;
    x0_ = x1;
    y0_ = y1;
    for (const Detection& spot : spots) {
      VESICA_REQUIRE(std::isfinite(spot.x) && std::isfinite(spot.y), "a spot without a place");
      x0_ = std::min(x0_, spot.x);
      y0_ = std::min(y0_, spot.y);
      x1 = std::max(x1, spot.x);
      y1 = std::max(y1, spot.y);
    }
    side_ = std::max(gate, std::max(x1 - x0_, y1 - y0_) / static_cast<double>(kMostCells));
    nx_ = static_cast<std::ptrdiff_t>((x1 - x0_) / side_) + 1;
    ny_ = static_cast<std::ptrdiff_t>((y1 - y0_) / side_) + 1;
    begin_.assign(static_cast<std::size_t>(nx_ * ny_) + 1, 0);
    for (const Detection& spot : spots) ++begin_[cell(spot) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    sorted_.resize(spots.size());
    std::vector<std::size_t> at(begin_.begin(), begin_.end() - 1);
    for (std::size_t i = 0; i < spots.size(); ++i) sorted_[at[cell(spots[i])]++] = i;
  }

  /// Calls use(i) for every spot that may lie within a gate of (x, y).
  template <typename Use>
  void near(double x, double y, const Use& use) const {
    if (sorted_.empty()) return;
    const double cx = std::floor((x - x0_) / side_), cy = std::floor((y - y0_) / side_);
    if (!(cx >= -1 && cy >= -1 && cx <= static_cast<double>(nx_) && cy <= static_cast<double>(ny_))) return;
    const auto ix = static_cast<std::ptrdiff_t>(cx), iy = static_cast<std::ptrdiff_t>(cy);
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, ix - 1), to = std::min(nx_ - 1, ix + 1);
    if (from > to) return;
    for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, iy - 1); j <= std::min(ny_ - 1, iy + 1); ++j)
      for (std::size_t k = begin_[static_cast<std::size_t>(j * nx_ + from)];
           k < begin_[static_cast<std::size_t>(j * nx_ + to) + 1]; ++k)
        use(sorted_[k]);
  }

 private:
  std::size_t cell(const Detection& spot) const {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>((spot.y - y0_) / side_) * nx_ +
                                    static_cast<std::ptrdiff_t>((spot.x - x0_) / side_));
  }
  double x0_ = 0, y0_ = 0, side_ = 1;
  std::ptrdiff_t nx_ = 0, ny_ = 0;
  std::vector<std::size_t> begin_, sorted_;
};

struct Live {
  Track track;
  std::uint64_t seen = 0;  ///< frame of the last point
  double x = 0, y = 0;     ///< where it was then
};

std::size_t root_of(std::vector<std::size_t>& parent, std::size_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

/// Solves every network of rows that share columns; yields the rows of the largest one.
std::size_t solve_networks(const std::vector<std::vector<Choice>>& rows, std::size_t columns, double alone,
                           std::vector<std::size_t>& taken) {
  std::vector<std::size_t> parent(columns), next(rows.size(), kAlone), first(columns, kAlone), last(columns, kAlone);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  for (const auto& row : rows)
    for (std::size_t k = 1; k < row.size(); ++k) {
      const std::size_t a = root_of(parent, row[0].column), b = root_of(parent, row[k].column);
      parent[std::max(a, b)] = std::min(a, b);
    }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].empty()) continue;
    const std::size_t root = root_of(parent, rows[i][0].column);
    if (first[root] == kAlone) {
      first[root] = i;
    } else {
      next[last[root]] = i;
    }
    last[root] = i;
  }
  std::size_t largest = 0;
  std::vector<std::size_t> members, local(columns, kAlone), global;
  std::vector<std::vector<Choice>> network;
  for (std::size_t root = 0; root < columns; ++root) {
    if (first[root] == kAlone) continue;
    members.clear();
    for (std::size_t i = first[root]; i != kAlone; i = next[i]) members.push_back(i);
    largest = std::max(largest, members.size());
    if (members.size() == 1) {  // the nearest spot, the first of equals
      const auto& row = rows[members[0]];
      taken[members[0]] = std::min_element(row.begin(), row.end(), [](const Choice& a, const Choice& b) {
                            return a.cost < b.cost;
                          })->column;
      continue;
    }
    network.clear();
    global.clear();
    for (const std::size_t i : members) {
      network.push_back(rows[i]);
      for (Choice& choice : network.back()) {
        if (local[choice.column] == kAlone) {
          local[choice.column] = global.size();
          global.push_back(choice.column);
        }
        choice.column = local[choice.column];
      }
    }
    const std::vector<std::size_t> solved = ops::assign(network, global.size(), alone);
    for (std::size_t k = 0; k < members.size(); ++k)
      if (solved[k] != kAlone) taken[members[k]] = global[solved[k]];
    for (const std::size_t column : global) local[column] = kAlone;
  }
  return largest;
}

}  // namespace

struct Linker::State {
  LinkSettings settings;
  std::function<void(Track&&)> finished;
  std::vector<Live> live;  ///< by id
  std::uint64_t frame = 0, next_id = 0;
  double drift_x = 0, drift_y = 0;
  std::deque<std::pair<double, double>> steps;  ///< mean displacements of the last frames
  bool done = false;

  std::vector<std::vector<Choice>> candidates(std::span<const Detection> spots) const;
  void append(Live& track, const Detection& spot);
  LinkedFrame take(std::span<const Detection> spots, const std::vector<std::size_t>& taken);
  void hand_over(Live& track);
};

std::vector<std::vector<Choice>> Linker::State::candidates(std::span<const Detection> spots) const {
  const double range = settings.search_range;
  const double widest = settings.widen ? range * std::sqrt(static_cast<double>(settings.memory) + 1) : range;
  const Grid grid(spots, widest);
  double step_x = 0, step_y = 0;
  if (settings.follow_drift && !steps.empty()) {
    for (const auto& [x, y] : steps) {
      step_x += x / static_cast<double>(steps.size());
      step_y += y / static_cast<double>(steps.size());
    }
  }
  std::vector<std::vector<Choice>> rows(live.size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    const auto lag = static_cast<double>(frame - live[i].seen);
    const double x = live[i].x + lag * step_x, y = live[i].y + lag * step_y;
    const double per = settings.widen ? 1 / lag : 1;
    grid.near(x, y, [&](std::size_t k) {
      const double dx = spots[k].x - x, dy = spots[k].y - y, cost = (dx * dx + dy * dy) * per;
      if (cost <= range * range) rows[i].push_back({k, cost});
    });
    std::sort(rows[i].begin(), rows[i].end(), [](const Choice& a, const Choice& b) { return a.column < b.column; });
  }
  return rows;
}

void Linker::State::append(Live& track, const Detection& spot) {
  track.seen = frame;
  track.x = spot.x;
  track.y = spot.y;
  track.track.points.push_back({frame, spot, static_cast<float>(drift_x), static_cast<float>(drift_y)});
}

void Linker::State::hand_over(Live& track) {
  if (!track.track.points.empty()) finished(std::move(track.track));
}

LinkedFrame Linker::State::take(std::span<const Detection> spots, const std::vector<std::size_t>& taken) {
  LinkedFrame out;
  out.frame = frame;
  out.spots = spots.size();
  double sum_x = 0, sum_y = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (taken[i] == kAlone) continue;
    ++out.linked;
    if (frame - live[i].seen != 1) continue;
    ++out.stepped;
    sum_x += spots[taken[i]].x - live[i].x;
    sum_y += spots[taken[i]].y - live[i].y;
  }
  if (out.stepped > 0) {
    out.step_x = sum_x / static_cast<double>(out.stepped);
    out.step_y = sum_y / static_cast<double>(out.stepped);
    steps.emplace_back(out.step_x, out.step_y);
    if (steps.size() > static_cast<std::size_t>(std::max(1, settings.drift_frames))) steps.pop_front();
  }
  drift_x += out.step_x;
  drift_y += out.step_y;
  out.drift_x = drift_x;
  out.drift_y = drift_y;
  std::vector<bool> used(spots.size(), false);
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (taken[i] == kAlone) continue;
    used[taken[i]] = true;
    append(live[i], spots[taken[i]]);
    Track& track = live[i].track;
    if (track.points.size() < settings.piece) continue;
    Track rest;
    rest.id = track.id;
    rest.piece = track.piece + 1;
    finished(std::exchange(track, std::move(rest)));
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (frame - live[i].seen > static_cast<std::uint64_t>(settings.memory)) {
      hand_over(live[i]);
    } else {
      if (kept != i) live[kept] = std::move(live[i]);
      ++kept;
    }
  }
  live.resize(kept);
  for (std::size_t k = 0; k < spots.size(); ++k) {
    if (used[k]) continue;
    live.emplace_back();
    live.back().track.id = next_id++;
    append(live.back(), spots[k]);
  }
  return out;
}

Linker::Linker(const LinkSettings& settings, std::function<void(Track&&)> finished)
    : state_(std::make_unique<State>()) {
  VESICA_REQUIRE(settings.search_range > 0 && settings.memory >= 0 && settings.piece > 1,
                 "links need a search range above 0, a memory of 0 or more and pieces of 2 or more points");
  state_->settings = settings;
  state_->finished = std::move(finished);
}

Linker::~Linker() = default;

LinkedFrame Linker::feed(std::span<const Detection> spots) {
  State& state = *state_;
  VESICA_REQUIRE(!state.done, "a frame after the last one");
  std::vector<std::size_t> taken(state.live.size(), kAlone);
  const double alone = state.settings.search_range * state.settings.search_range;
  const std::size_t largest = solve_networks(state.candidates(spots), spots.size(), alone, taken);
  LinkedFrame out = state.take(spots, taken);
  out.largest = largest;
  ++state.frame;
  return out;
}

void Linker::finish() {
  State& state = *state_;
  state.done = true;
  for (Live& track : state.live) state.hand_over(track);
  state.live.clear();
}

}  // namespace vesica
