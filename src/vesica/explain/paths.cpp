// SPDX-License-Identifier: Apache-2.0
// Depth-first search for simple paths, bounded in length and number.
#include "vesica/explain/paths.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "vesica/base/require.h"

namespace vesica::explain {

namespace {

constexpr std::size_t kNever = SIZE_MAX;

class Walker {
 public:
  Walker(const Graph& graph, const Search& search) : graph_(graph), search_(search), on_path_(graph.nodes.size()) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (is_goal(i)) ends.push_back(i);
    }
    left_ = distances(graph, ends, true);
  }

  Found run() {
    for (const std::size_t start : search_.starts) {
      on_path_[start] = true;
      walk(start, 0, true, ~std::uint32_t{0});
      on_path_[start] = false;
    }
    return std::move(found_);
  }

 private:
  bool is_goal(std::size_t node) const { return search_.goals[node] || (search_.or_sinks && graph_.out[node].empty()); }

  /// `length` counts links that are no source → cargo; `first` until the first of them.
  void walk(std::size_t node, std::size_t length, bool first, std::uint32_t systems) {
    for (const std::size_t i : graph_.out[node]) {
      if (found_.cut) return;
      const Link& link = graph_.links[i];
      const std::size_t now = length + (link.carries ? 0 : 1);
      const std::size_t left = left_[link.to];
      if (++visits_ > kMostVisits) found_.cut = true;
      if (on_path_[link.to] || left == kNever || now + left > search_.longest) continue;
      std::vector<Support> rows = link.rows;
      if (first && search_.admits) std::erase_if(rows, [&](const Support& one) { return !search_.admits(one); });
      const std::uint32_t shared = link.carries ? systems : keep_to(systems, rows);
      if (rows.empty()) continue;
      steps_.push_back({i, std::move(rows)});
      if (is_goal(link.to)) {
        keep();
      } else {
        on_path_[link.to] = true;
        walk(link.to, now, first && link.carries, shared);
        on_path_[link.to] = false;
      }
      steps_.pop_back();
    }
  }

  /// Takes away rows of other systems; yields what the path and the rest share.
  std::uint32_t keep_to(std::uint32_t systems, std::vector<Support>& rows) const {
    if (!search_.systems) return systems;
    std::uint32_t together = 0;
    std::erase_if(rows, [&](const Support& one) {
      const std::uint32_t own = search_.systems(*one.row);
      if (own != 0 && (own & systems) == 0) return true;
      together |= own == 0 ? systems : own;
      return false;
    });
    return systems & together;
  }

  void keep() {
    if (found_.paths.size() >= kMostPaths) {
      found_.cut = true;
      return;
    }
    Path path{steps_, Sign::kRaises, 0, Verdict::kYes};
    for (const Step& step : steps_) {
      if (graph_.links[step.link].carries) continue;
      path.sign = path.sign * graph_.links[step.link].sign;
      const Verdict verdict = verdict_of(step.rows);
      if (verdict == Verdict::kUnchecked) ++path.unchecked;
      path.weakest = std::max(path.weakest, verdict);
    }
    found_.paths.push_back(std::move(path));
  }

  const Graph& graph_;
  const Search& search_;
  std::vector<std::size_t> left_;
  std::vector<bool> on_path_;
  std::vector<Step> steps_;
  std::size_t visits_ = 0;
  Found found_;
};

std::string names_along(const Graph& graph, const Path& path) {
  std::string out;
  for (const Step& step : path.steps) out += graph.nodes[graph.links[step.link].from].name + "\n";
  return out + graph.nodes[graph.links[path.steps.back().link].to].name;
}

}  // namespace

std::vector<std::size_t> distances(const Graph& graph, const std::vector<std::size_t>& from, bool backwards) {
  std::vector<std::size_t> out(graph.nodes.size(), kNever);
  std::vector<std::size_t> open = from;
  for (const std::size_t node : from) out[node] = 0;
  // Links from source to cargo cost nothing: a queue in order of distance, zero steps put in front.
  for (std::size_t at = 0; at < open.size(); ++at) {
    const std::size_t node = open[at];
    for (const std::size_t i : backwards ? graph.in[node] : graph.out[node]) {
      const Link& link = graph.links[i];
      const std::size_t next = backwards ? link.from : link.to;
      const std::size_t now = out[node] + (link.carries ? 0 : 1);
      if (out[next] <= now) continue;
      out[next] = now;
      open.push_back(next);  // may be looked at again when a shorter way is found; distances only fall
    }
  }
  return out;
}

Found find_paths(const Graph& graph, const Search& search) {
  VESICA_REQUIRE(search.goals.size() == graph.nodes.size(), "goals are given by node");
  Found found = Walker(graph, search).run();
  const auto key = [&](const Path& path) {
    std::size_t rows = 0, length = 0;
    for (const Step& step : path.steps) {
      rows += step.rows.size();
      length += graph.links[step.link].carries ? 0 : 1;
    }
    return std::make_tuple(path.weakest == Verdict::kNo, length, path.unchecked, path.weakest, SIZE_MAX - rows,
                           names_along(graph, path), -static_cast<int>(path.sign));
  };
  std::vector<std::pair<decltype(key(found.paths.front())), std::size_t>> order;
  for (std::size_t i = 0; i < found.paths.size(); ++i) order.emplace_back(key(found.paths[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<Path> sorted;
  for (const auto& [ignored, i] : order) sorted.push_back(std::move(found.paths[i]));
  found.paths = std::move(sorted);
  return found;
}

}  // namespace vesica::explain
