// SPDX-License-Identifier: Apache-2.0
// Search over all evidence tables.
#include <algorithm>
#include <cctype>
#include <cmath>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/evidence/evidence.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

// Weights of a word by where it stands (chosen): an id is what people paste, the headline what they read.
constexpr double kInId = 4;
constexpr double kInHeadline = 2;
constexpr double kElsewhere = 1;
constexpr double kWholeWord = 2;

std::string with_range(double value, double low, double high, const std::string& unit) {
  std::string out = std::isnan(value) ? "" : exact_number(value);
  const std::string shown = readable_unit(unit);
  if (!out.empty() && !shown.empty()) out += " " + shown;
  if (!std::isnan(low) && !std::isnan(high)) out += " (" + exact_number(low) + " to " + exact_number(high) + ")";
  return out;
}

std::string headline(const ParameterRow& row) {
  return (row.symbol.empty() ? "" : row.symbol + " = ") + with_range(row.value, row.low, row.high, row.unit) + ": " +
         row.meaning;
}
std::string headline(const RotorRow& row) {
  return row.name + ": " + row.rotor_class + ", Rmin " + exact_number(row.rmin_mm) + ", Rav " +
         exact_number(row.rav_mm) + ", Rmax " + exact_number(row.rmax_mm) + " mm" +
         (std::isnan(row.bore_mm) ? "" : ", bore " + exact_number(row.bore_mm) + " mm");
}
std::string headline(const PhysiologyRow& row) {
  return row.quantity + ", " + row.organ + ", " + row.species + ": " +
         with_range(row.value, row.low, row.high, row.unit);
}
std::string headline(const ResultRow& row) {
  const std::string number = with_range(row.value, row.low, row.high, row.unit);
  return row.finding + (number.empty() ? "" : ": " + number);
}
std::string headline(const MechanismRow& row) {
  return row.cargo + " " + row.relation + " " + row.target + " (" + row.effect + ")";
}
std::string headline(const ConflictRow& row) { return row.about + ": " + row.statement; }
std::string headline(const NameRow& row) {
  return row.name + (row.database.empty() ? "" : " (" + join(row.database, ", ") + ")") + ": " + row.kind;
}
std::string headline(const OutcomeRow& row) {
  return "\"" + row.effect + "\": " + (row.outcome.empty() ? "–" : row.outcome + " " + row.sign);
}

std::string rest(const ParameterRow& row) { return row.system; }
std::string rest(const RotorRow& row) { return join(row.aliases, " "); }
std::string rest(const PhysiologyRow&) { return {}; }
std::string rest(const ResultRow& row) { return row.topic + " " + row.system + " " + row.measure; }
std::string rest(const MechanismRow& row) {
  return row.source_cell + " " + row.preconditioning + " " + row.cargo_type + " " + row.pathway + " " + row.disease +
         " " + row.species + " " + row.route + " " + join(row.cited_doi, " ") + " " + row.finding;
}
std::string rest(const ConflictRow& row) {
  return row.finding + " " + row.handling + " " + row.kind + " " + join(row.links, " ");
}
std::string rest(const NameRow& row) { return join(row.aliases, " ") + " " + join(row.opposites, " "); }
std::string rest(const OutcomeRow&) { return {}; }

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

/// 0 absent, 1 inside a word, 2 a whole word.
double strength(const std::string& text, const std::string& word) {
  double best = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_word_character(text[at - 1]);
    const std::size_t end = at + word.size();
    const bool ends = end == text.size() || !is_word_character(text[end]);
    best = std::max(best, starts && ends ? kWholeWord : 1.0);
  }
  return best;
}

template <typename Row>
void add_hits(std::string_view table, const std::vector<Row>& rows, const std::vector<std::string>& words,
              std::vector<EvidenceHit>& hits) {
  for (const Row& row : rows) {
    EvidenceHit hit{table, &row, headline(row), 0};
    const std::string id = lower_ascii(row.id), shown = lower_ascii(hit.headline),
                      other = lower_ascii(rest(row) + " " + row.source + " " + row.doi + " " + row.note + " " +
                                          to_text(row.known) + " " + std::string(table));
    bool all = true;
    for (const std::string& word : words) {
      const double score = std::max(
          {kInId * strength(id, word), kInHeadline * strength(shown, word), kElsewhere * strength(other, word)});
      all = all && score > 0;
      hit.score += score;
    }
    if (all) hits.push_back(std::move(hit));
  }
}

}  // namespace

std::vector<EvidenceHit> search_evidence(std::string_view words, std::size_t limit) {
  std::vector<std::string> sought;
  for (const std::string_view word : split(words, ' ')) {
    if (!trim(word).empty()) sought.push_back(lower_ascii(trim(word)));
  }
  std::vector<EvidenceHit> hits;
  const Evidence& all = evidence();
  add_hits("parameters", all.parameters, sought, hits);
  add_hits("rotors", all.rotors, sought, hits);
  add_hits("physiology", all.physiology, sought, hits);
  add_hits("results", all.results, sought, hits);
  add_hits("mechanisms", all.mechanisms, sought, hits);
  add_hits("conflicts", all.conflicts, sought, hits);
  add_hits("names", all.names, sought, hits);
  add_hits("outcomes", all.outcomes, sought, hits);
  std::stable_sort(hits.begin(), hits.end(),
                   [](const EvidenceHit& a, const EvidenceHit& b) { return a.score > b.score; });
  if (limit > 0 && hits.size() > limit) hits.resize(limit);
  return hits;
}

}  // namespace vesica
