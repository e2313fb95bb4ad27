// SPDX-License-Identifier: Apache-2.0
// From a typed question to paths, opposite signs and conflicts.
#include "vesica/explain/explanation.h"

#include <algorithm>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/explain/ranking.h"

namespace vesica::explain {

namespace {

constexpr std::size_t kNearest = 6;  // chosen: names told when there is no path
constexpr std::size_t kNever = SIZE_MAX;

/// What a typed name means: rows of the name table, and nodes whose name it is.
struct Meaning {
  std::vector<const NameRow*> rows;
  std::vector<std::size_t> nodes;
  std::string name;
  bool opposite = false;
  bool known() const { return !rows.empty() || !nodes.empty(); }
};

class Answerer {
 public:
  Answerer(const Question& question, const Evidence& tables, const NameIndex& names) : tables_(tables), names_(names) {
    out_.question = question;
  }

  Explanation run() {
    const Question& question = out_.question;
    if (question.longest < 1 || question.longest > kMostLinks)
      throw Error(ErrorKind::kUsage, say("--longest is {}: a path has 1 to {} links.", question.longest, kMostLinks));
    out_.graph = build_graph(tables_.mechanisms, tables_.outcomes, names_);
    out_.disease = filter(question.disease, NameSlot::kDisease, "--disease");
    out_.source = filter(question.source, NameSlot::kSource, "--source");
    resolve_ends();
    out_.found = find_paths(out_.graph, search(true));
    if (out_.found.paths.empty()) {
      find_nearest();
      return std::move(out_);
    }
    find_opposites();
    find_conflicts();
    if (question.from.empty() && !question.to.empty()) out_.ranking = rank(out_, names_);
    if (question.dose) add_copies();
    return std::move(out_);
  }

 private:
  const NameRow* filter(const std::string& typed, NameSlot slot, std::string_view option) const {
    if (trim(typed).empty()) return nullptr;
    if (const NameMatch match = names_.find(typed, slot)) return match.row;
    std::vector<std::string> known;
    for (const NameRow& row : names_.rows()) {
      if (slot_of(row) == slot) known.push_back(row.name);
    }
    const auto near = names_.nearest(typed, {slot});
    throw Error(ErrorKind::kUsage, say("{}: nothing is called \"{}\".", option, shortened(typed)), {},
                near ? say("Did you mean {}?", *near) : say("Known are: {}.", join(known, ", ")));
  }

  Meaning meaning_of(const std::string& typed) const {
    Meaning out;
    NameMatch match = names_.find(typed, NameSlot::kNode);
    if (!match) match = names_.find(typed, NameSlot::kSource);
    if (match) {
      out.name = match.row->name;
      out.opposite = match.opposite;
      for (const std::string& id : match.row->parts) {
        if (const NameRow* part = names_.by_id(id)) out.rows.push_back(part);
      }
      if (out.rows.empty()) out.rows.push_back(match.row);
      return out;
    }
    const std::string plain = plain_spelling(typed);
    for (std::size_t i = 0; i < out_.graph.nodes.size(); ++i) {
      const Node& node = out_.graph.nodes[i];
      if (plain.empty() || (plain_spelling(node.name) != plain && plain_spelling(node.id) != plain)) continue;
      out.nodes.push_back(i);
      out.name = node.name;
    }
    return out;
  }

  /// Nodes of a meaning: those it names and those that are a kind of it.
  std::vector<std::size_t> nodes_of(const Meaning& meaning) const {
    std::vector<std::size_t> out = meaning.nodes;
    for (std::size_t i = 0; i < out_.graph.nodes.size(); ++i) {
      const Node& node = out_.graph.nodes[i];
      const bool is =
          node.row != nullptr && std::any_of(meaning.rows.begin(), meaning.rows.end(),
                                             [&](const NameRow* row) { return names_.is_a(*node.row, *row); });
      if (is && std::find(out.begin(), out.end(), i) == out.end()) out.push_back(i);
    }
    return out;
  }

  Meaning require(const std::string& typed) const {
    Meaning meaning = meaning_of(typed);
    if (meaning.known()) return meaning;
    if (names_.find(typed, NameSlot::kDisease))
      throw Error(ErrorKind::kUsage,
                  say("\"{}\" is a disease: a path begins at a cargo and ends at an outcome.", typed), {},
                  say("Write --disease \"{}\".", typed));
    const auto near = names_.nearest(typed, {NameSlot::kNode, NameSlot::kSource});
    throw Error(
        ErrorKind::kUsage, say("Nothing in the mechanism table is called \"{}\".", shortened(typed)), {},
        near ? say("Did you mean {}?", *near) : say("vesica evidence --about WORDS searches all tables for words."));
  }

  void resolve_ends() {
    const Question& question = out_.question;
    if (!question.from.empty()) {
      const Meaning meaning = require(question.from);
      out_.from_name = meaning.name;
      if (meaning.rows.size() == 1) out_.from_row = meaning.rows[0];
      out_.starts = nodes_of(meaning);
    }
    if (!question.to.empty()) {
      const Meaning meaning = require(question.to);
      out_.to_name = meaning.name;
      if (meaning.rows.size() == 1) out_.to_row = meaning.rows[0];
      out_.to_is_opposite = meaning.opposite;
      out_.goals = nodes_of(meaning);
    }
  }

  /// Everything that some source carries.
  std::vector<std::size_t> delivered() const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < out_.graph.nodes.size(); ++i) {
      const auto& in = out_.graph.in[i];
      if (std::any_of(in.begin(), in.end(), [&](std::size_t link) { return out_.graph.links[link].carries; }))
        out.push_back(i);
    }
    return out;
  }

  Search search(bool filtered) const {
    Search search;
    search.starts = out_.question.from.empty() ? delivered() : out_.starts;
    search.goals.resize(out_.graph.nodes.size(), false);
    for (const std::size_t node : out_.goals) search.goals[node] = true;
    if (out_.question.to.empty()) {
      search.or_sinks = true;
      for (std::size_t i = 0; i < out_.graph.nodes.size(); ++i) search.goals[i] = out_.graph.nodes[i].kind == "outcome";
    }
    // A goal is no start: what lies between two goals is not asked.
    std::erase_if(search.starts, [&](std::size_t node) { return search.goals[node] && out_.question.from.empty(); });
    search.longest = out_.question.longest;
    search.systems = [this](const MechanismRow& row) { return systems_of(row); };
    if (filtered && (out_.disease != nullptr || out_.source != nullptr)) {
      search.admits = [this](const Support& support) {
        return admitted(*support.row, out_.disease, out_.source, names_);
      };
    }
    return search;
  }

  /// One bit for each root among the diseases: the nervous system, the skeleton.
  std::uint32_t systems_of(const MechanismRow& row) const {
    std::uint32_t out = 0;
    for (const NameRow* disease : names_.mentioned(row.disease, NameSlot::kDisease)) {
      std::uint32_t bit = 1;
      for (const NameRow& root : names_.rows()) {
        if (slot_of(root) != NameSlot::kDisease || !root.broader.empty()) continue;
        if (names_.is_a(*disease, root)) out |= bit;
        bit <<= 1;
      }
    }
    return out;
  }

  std::vector<std::size_t> nearest_first(const std::vector<std::size_t>& from, bool backwards) const {
    const std::vector<std::size_t> far = distances(out_.graph, from, backwards);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < far.size(); ++i) {
      if (far[i] != 0 && far[i] != kNever) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return far[a] < far[b]; });
    if (order.size() > kNearest) order.resize(kNearest);
    return order;
  }

  void find_nearest() {
    out_.unfiltered = find_paths(out_.graph, search(false)).paths.size();
    if (!out_.starts.empty()) out_.reached = nearest_first(out_.starts, false);
    if (!out_.goals.empty()) out_.leading = nearest_first(out_.goals, true);
  }

  /// Ends and first targets of the paths of which delivered cargoes say opposite things.
  void find_opposites() {
    std::set<std::size_t> asked;
    for (const Path& path : out_.found.paths) {
      asked.insert(out_.graph.links[path.steps.back().link].to);
      for (const Step& step : path.steps) {
        if (out_.graph.links[step.link].carries) continue;
        asked.insert(out_.graph.links[step.link].to);
        break;
      }
    }
    for (const std::size_t node : asked) {
      Opposite one{node, {}, {}};
      for (const std::size_t i : out_.graph.in[node]) {
        const Link& link = out_.graph.links[i];
        for (const Support& support : link.rows) {
          if (link.carries || support.row->source_cell.starts_with("n/a")) continue;
          const Sign sign = support.effect ? link.sign * relation_of(*support.row) : link.sign;
          const Claim claim{support.row, out_.graph.actors.at(support.row), support.effect};
          if (sign == Sign::kRaises) one.raises.push_back(claim);
          if (sign == Sign::kLowers) one.lowers.push_back(claim);
        }
      }
      if (!one.raises.empty() && !one.lowers.empty()) out_.opposites.push_back(std::move(one));
    }
  }

  void find_conflicts() {
    std::set<std::string> shown;
    for (const Path& path : out_.found.paths) {
      for (const Step& step : path.steps) {
        for (const Support& support : step.rows) shown.insert(support.row->id);
      }
    }
    for (const Opposite& one : out_.opposites) {
      for (const Claim& claim : one.raises) shown.insert(claim.row->id);
      for (const Claim& claim : one.lowers) shown.insert(claim.row->id);
    }
    for (const ConflictRow& conflict : tables_.conflicts) {
      if (std::any_of(conflict.links.begin(), conflict.links.end(), [&](const auto& id) { return shown.contains(id); }))
        out_.conflicts.push_back(&conflict);
    }
  }

  void add_copies() {
    std::set<std::size_t> seen;
    for (const Path& path : out_.found.paths) {
      for (const Step& step : path.steps) {
        const std::size_t node = out_.graph.links[step.link].from;
        if (out_.graph.nodes[node].kind != "mirna" || !seen.insert(node).second) continue;
        out_.copies.push_back(copies_per_cell(*out_.question.dose, out_.question.seed));
        out_.copies.back().node = node;
      }
    }
  }

  const Evidence& tables_;
  const NameIndex& names_;
  Explanation out_;
};

}  // namespace

bool admitted(const MechanismRow& row, const NameRow* disease, const NameRow* source, const NameIndex& names) {
  if (source != nullptr) {
    const NameRow* own = names.find(row.source_cell, NameSlot::kSource).row;
    if (own == nullptr || !names.is_a(*own, *source)) return false;
  }
  if (disease == nullptr) return true;
  const auto named = names.mentioned(row.disease, NameSlot::kDisease);
  return std::any_of(named.begin(), named.end(), [&](const NameRow* one) { return names.is_a(*one, *disease); });
}

Explanation explain(const Question& question, const Evidence& tables, const NameIndex& names) {
  return Answerer(question, tables, names).run();
}

}  // namespace vesica::explain
