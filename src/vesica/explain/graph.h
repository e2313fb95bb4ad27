// SPDX-License-Identifier: Apache-2.0
// The mechanism table as a signed directed graph: nodes are things under their preferred name, links carry their rows.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/evidence/evidence.h"
#include "vesica/evidence/names.h"

namespace vesica::explain {

/// What happens to the target when the actor rises.
enum class Sign { kLowers = -1, kUnsigned = 0, kRaises = 1 };
/// The sign of two links in a row: the product; one without sign leaves the whole without.
constexpr Sign operator*(Sign a, Sign b) { return static_cast<Sign>(static_cast<int>(a) * static_cast<int>(b)); }

/// Whether the cited papers say what the links claim, from firm to refuted.
enum class Verdict { kYes, kPartly, kUnchecked, kNo };
Verdict verdict_of(const MechanismRow& row);
/// activates +, inhibits −, binds and unsigned none.
Sign relation_of(const MechanismRow& row);

/// One row behind a link. `effect`: the link was read from the row's effect column (target → outcome) and is no
/// evidence beside the link that the same row states.
struct Support {
  const MechanismRow* row = nullptr;
  bool effect = false;
};

struct Node {
  std::string id;                 ///< of names.tsv; of a preparation "uc_msc.exosome"
  std::string name;               ///< "TNF", "UC-MSC exosome"
  std::string kind;               ///< as in names.tsv
  const NameRow* row = nullptr;   ///< nullptr for words without a row in names.tsv
  const NameRow* from = nullptr;  ///< the source of a preparation, where one is named
};

struct Link {
  std::size_t from = 0, to = 0;
  Sign sign = Sign::kUnsigned;
  bool carries = false;  ///< source → cargo: no effect, only where the cargo comes from
  std::vector<Support> rows;
};

struct Graph {
  std::vector<Node> nodes;
  std::vector<Link> links;
  std::vector<std::vector<std::size_t>> out, in;  ///< links by node
  /// The node that acts in each row (the first part of a group), by the row.
  std::map<const MechanismRow*, std::size_t> actors;
};

/// Nodes and links of the table. A row "actor R target, effect: O higher" gives actor → target with the sign of R
/// (activates +, inhibits −, binds and unsigned none) and target → O with the sign of the effect times that of R: the
/// outcome changes through the target. Groups stand for each of their parts. A preparation (whole exosome, cells) is a
/// node of its own for each source, a molecule is one node whoever carries it. Links between the same two nodes with
/// the same sign are one link with all their rows, so that two signs stand as two links. A link from a node to itself
/// is left out. Nodes and links come in the order of the table: the same table gives the same graph.
Graph build_graph(const std::vector<MechanismRow>& rows, const std::vector<OutcomeRow>& outcomes,
                  const NameIndex& names);

/// The firmest verdict of the rows: one row that is confirmed confirms the link; refuted is a link all of whose rows
/// are. kUnchecked for none.
Verdict verdict_of(const std::vector<Support>& rows);

/// The papers that a row cites, as keys that are equal for equal papers: its DOIs where they were found, else "number @
/// source"; "2;9" is two papers, "this study" the DOI of the source.
std::vector<std::string> references_of(const MechanismRow& row);

}  // namespace vesica::explain
