// SPDX-License-Identifier: Apache-2.0
// Simple signed paths through the mechanism graph.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "vesica/explain/graph.h"

namespace vesica::explain {

/// One link of a path with those of its rows that the question admits.
struct Step {
  std::size_t link = 0;
  std::vector<Support> rows;
};

struct Path {
  std::vector<Step> steps;          ///< at least one
  Sign sign = Sign::kUnsigned;      ///< product of the signs of the steps
  std::size_t unchecked = 0;        ///< steps whose firmest row is unchecked
  Verdict weakest = Verdict::kYes;  ///< of its steps
};

struct Search {
  std::vector<std::size_t> starts;
  std::vector<bool> goals;  ///< by node; a path ends at the first one
  bool or_sinks = false;    ///< also where no link leads on
  std::size_t longest =
      6;  ///< links, those from source to cargo not counted (chosen: the longest chain of the seeds has 6)
  /// Which rows may carry the first step; empty: all. Later steps take every row.
  std::function<bool(const Support&)> admits;
  /// Systems of the body that a row is about, as bits; a path keeps to what its rows share, so that a chain does not
  /// walk from the brain into a bone. Empty, or no bit: fits everywhere.
  std::function<std::uint32_t(const MechanismRow&)> systems;
};

struct Found {
  std::vector<Path> paths;  ///< sorted: refuted last, then short, few unchecked, firm, many rows, then by names
  bool cut = false;         ///< more than kMostPaths or kMostVisits: what is here is not all
};
inline constexpr std::size_t kMostPaths = 5000;      ///< chosen: nobody reads more
inline constexpr std::size_t kMostVisits = 2000000;  ///< chosen: links tried, a second or so

/// Every simple path (no node twice) from a start to a goal, found depth first. A circle in the graph is walked at most
/// until it would meet itself; paths longer than `longest` are not looked for. A start that is a goal gives no path of
/// length 0.
Found find_paths(const Graph& graph, const Search& search);

/// Links from the node to the nearest goal, forwards or (`backwards`) against the arrows; SIZE_MAX where there is no
/// way.
std::vector<std::size_t> distances(const Graph& graph, const std::vector<std::size_t>& from, bool backwards);

}  // namespace vesica::explain
