// SPDX-License-Identifier: Apache-2.0
// The curated tables of `evidence/`: facts with their source and how each is known; compiled into the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// How a fact is known, from firm to weak.
enum class HowKnown { kRead, kInCode, kDerived, kSecondHand, kRecalled };
const char* to_text(HowKnown known);

/// What every row has.
struct EvidenceRow {
  std::string id;
  std::string source;  ///< author, year, where; or "our choice"
  std::string doi;     ///< empty when there is none
  HowKnown known = HowKnown::kRecalled;
  std::string note;
  Place place;  ///< evidence/TABLE.tsv:line
};

/// A number that a model takes as its default; `low` and `high` are the range that Monte Carlo draws from (NaN: none).
struct ParameterRow : EvidenceRow {
  std::string symbol, unit, meaning, system;
  std::string distribution;  ///< uniform, loguniform, normal, lognormal, or none said
  double value = 0, low = 0, high = 0;
};

/// A rotor; lengths in mm, NaN where not known. `bore_known` says how the bore is known.
struct RotorRow : EvidenceRow {
  std::string name;
  std::vector<std::string> aliases;
  std::string rotor_class;  ///< swing_out, fixed_angle, vertical
  double angle_deg = 0, max_rpm = 0, rmin_mm = 0, rmax_mm = 0, rav_mm = 0, bore_mm = 0, max_rcf_g = 0;
  std::string bore_known, max_rcf_known;
};

struct PhysiologyRow : EvidenceRow {
  std::string quantity, organ, species, unit;
  double value = 0, low = 0, high = 0;
};

/// A published result to hold a prediction against; `value` is NaN for a direction without digits.
struct ResultRow : EvidenceRow {
  std::string topic, finding, system, measure, unit;
  double value = 0, low = 0, high = 0;
};

/// A signed link cargo → target.
struct MechanismRow : EvidenceRow {
  std::string source_cell, preconditioning, cargo, cargo_type, relation, target, pathway, effect, disease, species,
      route, dose, evidence, reference, citation_supports_claim;
  std::vector<std::string> cited_doi;  ///< of the papers that the seed cites
  std::string checked_from, finding;   ///< what of them was read, and what it says; empty while unchecked
};

/// A place where the founding papers, or the papers they cite, disagree.
struct ConflictRow : EvidenceRow {
  std::string about;
  std::vector<std::string> links;  ///< ids of mechanism rows
  std::string kind, statement, finding, handling;
};

/// A node of the mechanism graph: one thing under its preferred name, with every spelling of it.
struct NameRow : EvidenceRow {
  std::string kind, name;
  std::vector<std::string> database, aliases, opposites, broader, parts;
};

/// What a text of the column `effect` of a mechanism row says about an outcome.
struct OutcomeRow : EvidenceRow {
  std::string effect, outcome, sign;
};

struct Evidence {
  std::vector<ParameterRow> parameters;
  std::vector<RotorRow> rotors;
  std::vector<PhysiologyRow> physiology;
  std::vector<ResultRow> results;
  std::vector<MechanismRow> mechanisms;
  std::vector<ConflictRow> conflicts;
  std::vector<NameRow> names;
  std::vector<OutcomeRow> outcomes;
};

/// One table as text: name ("parameters") and the bytes of its TSV file.
struct EvidenceText {
  std::string_view table;
  std::string_view tsv;
};

/// Reads tables against the schema (itself a table, "schema"). Columns may stand in any order; every problem found
/// (missing column, cell that is no number, unit or DOI, word that is not one of the list, id twice, range that does
/// not hold the value) is added to `problems` with file:line:column, and its row is left out.
Evidence read_evidence(const std::vector<EvidenceText>& tables, std::vector<Error>& problems);

/// The tables that the program was built with, in the order of docs: schema, parameters, rotors, ...
const std::vector<EvidenceText>& built_in_tables();
/// Their rows, read once on first use (thread-safe); they are constant.
const Evidence& evidence();

/// nullptr when there is none of that id.
const ParameterRow* find_parameter(std::string_view id);
const ResultRow* find_result(std::string_view id);
/// By id, name or alias; case, blanks, dashes and "Beckman" do not matter. Throws Error(kConfig) with "did you mean".
const RotorRow& find_rotor(std::string_view name, const Place& where = {});

/// One row that holds the words sought.
struct EvidenceHit {
  std::string_view table;
  const EvidenceRow* row = nullptr;
  std::string headline;  ///< what the row says, in one line: "ρv = 1.15 g/mL (1.13 to 1.19): density of ..."
  double score = 0;
};
/// Rows of all tables that hold every word (case ignored, parts of words count), best first: a hit in the id weighs 4,
/// in the headline 2, elsewhere 1, whole words double (our choice); equal scores keep the order of the tables. Without
/// words: every row. `limit` 0: all.
std::vector<EvidenceHit> search_evidence(std::string_view words, std::size_t limit = 0);

}  // namespace vesica
