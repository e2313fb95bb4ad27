// SPDX-License-Identifier: Apache-2.0
// A question about mechanisms and its answer: paths, opposite signs, conflicts, a ranking, copies per cell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vesica/explain/copies.h"
#include "vesica/explain/paths.h"

namespace vesica::explain {

/// As typed; empty: not asked.
struct Question {
  std::string from = {}, to = {}, disease = {}, source = {};
  std::size_t longest = 6;        ///< links of a path, 1 to 12
  std::optional<Dose> dose = {};  ///< for the copies per cell of each miRNA
  std::uint64_t seed = 1;         ///< of the draws behind their intervals
};
inline constexpr std::size_t kMostLinks = 12;  ///< chosen: longer chains explain nothing

/// A row that says of a node what a delivered cargo does to it.
struct Claim {
  const MechanismRow* row = nullptr;
  std::size_t actor = 0;
  bool effect = false;  ///< said in the effect column
};
struct Opposite {
  std::size_t node = 0;
  std::vector<Claim> raises, lowers;
};

/// A source and cargo that lead to the goal. References are distinct papers; direct ones speak of the goal itself, the
/// others of the first link of a chain whose rest other papers say.
struct Ranked {
  const NameRow* source = nullptr;  ///< nullptr where the table names none
  std::size_t cargo = 0;
  Sign sign = Sign::kUnsigned;                   ///< of most direct references, else of the shortest path
  int supported = 0, partly = 0, unchecked = 0;  ///< direct references that say so, by what their check found
  int against = 0;                               ///< direct references for the other sign, and those that say otherwise
  int no_sign = 0;                               ///< direct references without sign
  int chained = 0;                               ///< references for the first link only
  int score = 0;                                 ///< supported − against
  std::size_t shortest = 0;
  std::vector<const MechanismRow*> rows;
};

struct Explanation {
  Question question;
  Graph graph;
  std::vector<std::size_t> starts, goals;                ///< nodes; `starts` empty: every delivered cargo
  std::string from_name, to_name;                        ///< preferred names of what was typed
  const NameRow *from_row = nullptr, *to_row = nullptr;  ///< of the typed names, where the name table has them
  const NameRow *disease = nullptr, *source = nullptr;
  bool to_is_opposite = false;  ///< the spelling typed for `to` means less of it
  Found found;
  std::vector<Opposite> opposites;
  std::vector<const ConflictRow*> conflicts;  ///< that name a row of the paths shown
  std::vector<Ranked> ranking;                ///< only with `to` and without `from`
  std::vector<Copies> copies;                 ///< of the miRNAs on the paths, when a dose is given
  /// Without any path: what can be reached from `from`, and what leads to `to`, nearest first; and how many paths there
  /// would be without the filters.
  std::vector<std::size_t> reached, leading;
  std::size_t unfiltered = 0;
};

/// Answers over the given tables. Rules (stated on the page): `disease` and `source` choose the rows of the first link;
/// later links happen in the recipient and come from any row. A disease or source includes its kinds (msc: UC-MSC), a
/// goal too (apoptosis: neuronal apoptosis). Without `to` a path ends at the first outcome, or where nothing follows.
/// All links of a path are about one system of the body: rows of bone and of brain are not chained.
/// Ranking by independent evidence: distinct references whose check says yes and that speak of the goal itself, less
/// those that say the opposite; ties by partly, by unchecked, by chained references, by length, by name.
/// Throws Error(kUsage) with "did you mean" for a name that is nowhere, for a length outside 1..12, and for `longest`.
Explanation explain(const Question& question, const Evidence& tables, const NameIndex& names);

/// True when the row's first link passes the filters of the question.
bool admitted(const MechanismRow& row, const NameRow* disease, const NameRow* source, const NameIndex& names);

}  // namespace vesica::explain
