// SPDX-License-Identifier: Apache-2.0
// From rows of the mechanism table to a signed graph.
#include "vesica/explain/graph.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "vesica/base/text.h"

namespace vesica::explain {

namespace {

/// A node that a cell of the table names, and the sign that comes with an opposite spelling.
struct Named {
  std::size_t node = 0;
  Sign sign = Sign::kRaises;
};

class Builder {
 public:
  Builder(const std::vector<OutcomeRow>& outcomes, const NameIndex& names) : names_(names) {
    for (const OutcomeRow& row : outcomes) outcomes_[row.effect].push_back(&row);
  }

  void add(const MechanismRow& row) {
    const NameRow* source = row.source_cell.starts_with("n/a") ? nullptr : source_row(row.source_cell);
    const Sign relation = relation_of(row);
    const std::vector<Named> targets = nodes_of(row.target, nullptr);
    for (const Named& actor : nodes_of(row.cargo, source)) {
      graph_.actors.try_emplace(&row, actor.node);
      if (source != nullptr && is_cargo(row))
        link(source_node(*source), actor.node, Sign::kRaises, {&row, false}, true);
      for (const Named& target : targets) {
        link(actor.node, target.node, relation * actor.sign * target.sign, {&row, false}, false);
      }
    }
    for (const Named& target : targets) add_effects(row, target, relation);
  }

  Graph finish() {
    graph_.out.resize(graph_.nodes.size());
    graph_.in.resize(graph_.nodes.size());
    for (std::size_t i = 0; i < graph_.links.size(); ++i) {
      graph_.out[graph_.links[i].from].push_back(i);
      graph_.in[graph_.links[i].to].push_back(i);
    }
    return std::move(graph_);
  }

 private:
  /// Agents that act on the source before it sheds, and organs, are not carried by it.
  static bool is_cargo(const MechanismRow& row) {
    return row.cargo_type != "organ process" && row.cargo_type != "preconditioning agent" &&
           row.cargo_type != "biomaterial";
  }

  const NameRow* source_row(const std::string& text) const { return names_.find(text, NameSlot::kSource).row; }

  std::size_t node(const std::string& id, const std::string& name, const std::string& kind, const NameRow* row,
                   const NameRow* from) {
    const auto [place, fresh] = by_id_.try_emplace(id, graph_.nodes.size());
    if (fresh) graph_.nodes.push_back({id, name, kind, row, from});
    return place->second;
  }

  std::size_t source_node(const NameRow& row) { return node(row.id, row.name, row.kind, &row, nullptr); }

  std::size_t node_of(const NameRow& row, const NameRow* source) {
    if (row.kind != "preparation" || source == nullptr) return node(row.id, row.name, row.kind, &row, nullptr);
    const bool plural = row.name == "cells" && source->name.ends_with("cell");
    return node(source->id + "." + row.id, plural ? source->name + "s" : source->name + " " + row.name, row.kind, &row,
                source);
  }

  /// `source` is that of the row for actors, nullptr for targets and outcomes.
  std::vector<Named> nodes_of(const std::string& text, const NameRow* source) {
    const NameMatch match = names_.find(text, NameSlot::kNode);
    if (!match) return {{node("word." + plain_spelling(text), text, "process", nullptr, nullptr), Sign::kRaises}};
    const Sign sign = match.opposite ? Sign::kLowers : Sign::kRaises;
    if (match.row->parts.empty()) return {{node_of(*match.row, source), sign}};
    std::vector<Named> out;
    for (const std::string& id : match.row->parts) {
      if (const NameRow* part = names_.by_id(id)) out.push_back({node_of(*part, source), sign});
    }
    return out;
  }

  void add_effects(const MechanismRow& row, const Named& target, Sign relation) {
    const auto found = outcomes_.find(row.effect);
    if (found == outcomes_.end()) return;
    for (const OutcomeRow* outcome : found->second) {
      const NameRow* name = names_.by_id(outcome->outcome);
      if (name == nullptr) continue;
      const Sign change = outcome->sign == "higher"  ? Sign::kRaises
                          : outcome->sign == "lower" ? Sign::kLowers
                                                     : Sign::kUnsigned;
      link(target.node, node_of(*name, nullptr), change * relation * target.sign, {&row, true}, false);
    }
  }

  void link(std::size_t from, std::size_t to, Sign sign, Support support, bool carries) {
    if (from == to) return;
    const auto [place, fresh] = by_ends_.try_emplace({from, to, static_cast<int>(sign)}, graph_.links.size());
    if (fresh) graph_.links.push_back({from, to, sign, carries, {}});
    std::vector<Support>& rows = graph_.links[place->second].rows;
    const bool known =
        std::any_of(rows.begin(), rows.end(), [&](const Support& one) { return one.row == support.row; });
    if (!known) rows.push_back(support);
  }

  const NameIndex& names_;
  std::map<std::string, std::vector<const OutcomeRow*>> outcomes_;
  Graph graph_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::tuple<std::size_t, std::size_t, int>, std::size_t> by_ends_;
};

}  // namespace

Verdict verdict_of(const MechanismRow& row) {
  if (row.citation_supports_claim == "yes") return Verdict::kYes;
  if (row.citation_supports_claim == "partly") return Verdict::kPartly;
  return row.citation_supports_claim == "no" ? Verdict::kNo : Verdict::kUnchecked;
}

Sign relation_of(const MechanismRow& row) {
  if (row.relation == "activates") return Sign::kRaises;
  return row.relation == "inhibits" ? Sign::kLowers : Sign::kUnsigned;
}

Graph build_graph(const std::vector<MechanismRow>& rows, const std::vector<OutcomeRow>& outcomes,
                  const NameIndex& names) {
  Builder builder(outcomes, names);
  for (const MechanismRow& row : rows) builder.add(row);
  return builder.finish();
}

Verdict verdict_of(const std::vector<Support>& rows) {
  if (rows.empty()) return Verdict::kUnchecked;
  Verdict best = Verdict::kNo;
  for (const Support& support : rows) best = std::min(best, verdict_of(*support.row));
  return best;
}

std::vector<std::string> references_of(const MechanismRow& row) {
  if (!row.cited_doi.empty()) {
    std::vector<std::string> out;
    for (const std::string& doi : row.cited_doi) out.push_back("doi:" + lower_ascii(doi));
    return out;
  }
  if (row.reference == "this study") return {row.doi.empty() ? row.source : "doi:" + lower_ascii(row.doi)};
  std::vector<std::string> out;
  for (const std::string_view part : split(row.reference, ';')) {
    if (!trim(part).empty()) out.push_back(std::string(trim(part)) + " @ " + row.source);
  }
  return out;
}

}  // namespace vesica::explain
