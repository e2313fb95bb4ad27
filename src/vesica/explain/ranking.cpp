// SPDX-License-Identifier: Apache-2.0
#include "vesica/explain/ranking.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace vesica::explain {

namespace {

/// What is gathered of one source and cargo before it is counted.
struct Gathered {
  const NameRow* source = nullptr;
  std::size_t cargo = 0;
  std::map<std::string, Verdict> direct[3];  ///< by sign + 1: reference → firmest verdict
  std::set<std::string> chained;
  std::size_t shortest = SIZE_MAX;
  Sign nearest = Sign::kUnsigned;  ///< of the shortest path
  std::set<std::string> seen;
  std::vector<const MechanismRow*> rows;
};

std::size_t slot(Sign sign) { return static_cast<std::size_t>(static_cast<int>(sign) + 1); }

/// True when the row speaks of the goal itself: it states the last link, or it is the first link and its effect column
/// states the last.
bool speaks_of_goal(const Path& path, std::size_t first, const MechanismRow* row) {
  const Step& last = path.steps.back();
  const bool near = path.steps.size() - first <= 2;
  return near && std::any_of(last.rows.begin(), last.rows.end(), [&](const Support& one) { return one.row == row; });
}

int count(const std::map<std::string, Verdict>& references, Verdict verdict) {
  return static_cast<int>(
      std::count_if(references.begin(), references.end(), [&](const auto& one) { return one.second == verdict; }));
}

int not_refuted(const std::map<std::string, Verdict>& references) {
  return static_cast<int>(references.size()) - count(references, Verdict::kNo);
}

Sign direction(const Gathered& one) {
  const auto& up = one.direct[slot(Sign::kRaises)];
  const auto& down = one.direct[slot(Sign::kLowers)];
  const auto weight = [](const auto& references) {
    return std::make_tuple(count(references, Verdict::kYes), not_refuted(references), references.size());
  };
  if (weight(up) != weight(down)) return weight(up) > weight(down) ? Sign::kRaises : Sign::kLowers;
  return up.empty() ? one.nearest : Sign::kUnsigned;
}

Ranked counted(const Gathered& one) {
  Ranked out;
  out.source = one.source;
  out.cargo = one.cargo;
  out.sign = direction(one);
  out.shortest = one.shortest;
  out.rows = one.rows;
  out.no_sign = static_cast<int>(one.direct[slot(Sign::kUnsigned)].size());
  out.chained = static_cast<int>(one.chained.size());
  if (out.sign != Sign::kUnsigned) {
    const auto& own = one.direct[slot(out.sign)];
    const auto& other = one.direct[slot(out.sign == Sign::kRaises ? Sign::kLowers : Sign::kRaises)];
    out.supported = count(own, Verdict::kYes);
    out.partly = count(own, Verdict::kPartly);
    out.unchecked = count(own, Verdict::kUnchecked);
    out.against = count(own, Verdict::kNo) + not_refuted(other);
  } else {
    out.no_sign += static_cast<int>(one.direct[0].size() + one.direct[2].size());
  }
  out.score = out.supported - out.against;
  return out;
}

}  // namespace

std::vector<Ranked> rank(const Explanation& explanation, const NameIndex& names) {
  const Graph& graph = explanation.graph;
  std::map<std::pair<std::string, std::size_t>, Gathered> all;
  for (const Path& path : explanation.found.paths) {
    const std::size_t first = graph.links[path.steps.front().link].carries ? 1 : 0;
    if (first >= path.steps.size()) continue;
    const std::size_t length = path.steps.size() - first;
    for (const Support& support : path.steps[first].rows) {
      const MechanismRow* row = support.row;
      // The cell that sheds the cargo of this row; rows of the effect column belong to the cargo that they state.
      if (support.effect || row->source_cell.starts_with("n/a")) continue;
      const std::size_t cargo = graph.links[path.steps[first].link].from;
      const NameRow* source = graph.nodes[cargo].from != nullptr ? graph.nodes[cargo].from
                                                                 : names.find(row->source_cell, NameSlot::kSource).row;
      Gathered& one = all[{source == nullptr ? row->source_cell : source->id, cargo}];
      one.source = source;
      one.cargo = cargo;
      if (length < one.shortest) {
        one.shortest = length;
        one.nearest = path.sign;
      }
      if (one.seen.insert(row->id).second) one.rows.push_back(row);
      for (const std::string& reference : references_of(*row)) {
        if (!speaks_of_goal(path, first, row)) {
          one.chained.insert(reference);
          continue;
        }
        const auto [place, fresh] = one.direct[slot(path.sign)].try_emplace(reference, verdict_of(*row));
        if (!fresh) place->second = std::min(place->second, verdict_of(*row));
      }
    }
  }
  std::vector<Ranked> out;
  for (auto& [key, one] : all) {
    for (const auto& references : one.direct) {
      for (const auto& [reference, verdict] : references) one.chained.erase(reference);
    }
    out.push_back(counted(one));
  }
  const auto key = [&](const Ranked& one) {
    return std::make_tuple(-one.score, -one.supported, -one.partly, -one.unchecked, -one.chained, one.shortest,
                           graph.nodes[one.cargo].name, one.source == nullptr ? "" : one.source->name);
  };
  std::stable_sort(out.begin(), out.end(), [&](const Ranked& a, const Ranked& b) { return key(a) < key(b); });
  return out;
}

}  // namespace vesica::explain
