// SPDX-License-Identifier: Apache-2.0
// Lookup of names by any spelling.
#include "vesica/evidence/names.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "vesica/base/text.h"

namespace vesica {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Both cases of the Greek letters that names carry, and the signs that look like them.
constexpr std::array<Pair, 18> kGreek = {{{"α", "alpha"},
                                          {"Α", "alpha"},
                                          {"β", "beta"},
                                          {"Β", "beta"},
                                          {"γ", "gamma"},
                                          {"Γ", "gamma"},
                                          {"δ", "delta"},
                                          {"Δ", "delta"},
                                          {"ε", "epsilon"},
                                          {"ζ", "zeta"},
                                          {"η", "eta"},
                                          {"θ", "theta"},
                                          {"κ", "kappa"},
                                          {"Κ", "kappa"},
                                          {"λ", "lambda"},
                                          {"µ", "mu"},
                                          {"μ", "mu"},
                                          {"ω", "omega"}}};
// Dashes, primes and blanks that word processors put for the plain ones.
constexpr std::array<std::string_view, 12> kSigns = {"‐", "‑", "‒", "–",      "—",      "−",
                                                     "’", "′", "·", "\u00a0", "\u2009", "®"};
constexpr std::array<Pair, 4> kBritish = {
    {{"aemi", "emi"}, {"oedem", "edem"}, {"isation", "ization"}, {"haemo", "hemo"}}};

/// Lower case, Greek letters as words, foreign dashes as blanks.
std::string in_ascii(std::string_view utf8) {
  std::string out(utf8);
  for (const auto& [letter, word] : kGreek) out = replace_all(std::move(out), letter, word);
  for (const std::string_view sign : kSigns) out = replace_all(std::move(out), sign, " ");
  out = lower_ascii(out);
  for (const auto& [british, american] : kBritish) out = replace_all(std::move(out), british, american);
  return out;
}

bool is_kept(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || (c & 0x80) != 0; }

/// " sci peripheral nerve injury ": words between single blanks.
std::string spaced_words(std::string_view utf8) {
  std::string out = " ";
  for (const char c : in_ascii(utf8)) {
    if (is_kept(c))
      out += c;
    else if (out.back() != ' ')
      out += ' ';
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

/// "cells (two injections)" → "cells "; empty when nothing stands before or behind the brackets.
std::string without_brackets(std::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (depth == 0) out += c;
    if (c == ')' && depth > 0) --depth;
  }
  return out;
}

}  // namespace

NameSlot slot_of(const NameRow& row) {
  if (row.kind == "source") return NameSlot::kSource;
  return row.kind == "disease" ? NameSlot::kDisease : NameSlot::kNode;
}

std::string plain_spelling(std::string_view utf8) {
  std::string out;
  for (const char c : in_ascii(utf8)) {
    if (is_kept(c)) out += c;
  }
  return out;
}

NameIndex::NameIndex(const std::vector<NameRow>& names) : rows_(&names) {
  const auto add = [&](const NameRow& row, std::string_view spelling, bool opposite) {
    const std::string plain = plain_spelling(spelling);
    if (!plain.empty()) by_spelling_.try_emplace({slot_of(row), plain}, NameMatch{&row, opposite});
  };
  for (const NameRow& row : names) by_id_.try_emplace(row.id, &row);
  // Preferred names first: an alias of another row never takes one away.
  for (const NameRow& row : names) add(row, row.name, false);
  for (const NameRow& row : names) {
    for (const std::string& alias : row.aliases) add(row, alias, false);
    for (const std::string& alias : row.opposites) add(row, alias, true);
  }
  for (const NameRow& row : names) {
    add(row, row.id, false);
    for (const std::string& identifier : row.database) add(row, identifier, false);
  }
}

NameMatch NameIndex::find(std::string_view text, NameSlot slot) const {
  for (const std::string& spelling : {std::string(text), without_brackets(text)}) {
    const auto found = by_spelling_.find({slot, plain_spelling(spelling)});
    if (found != by_spelling_.end()) return found->second;
  }
  return {};
}

std::vector<const NameRow*> NameIndex::mentioned(std::string_view text, NameSlot slot) const {
  const std::string words = spaced_words(text);
  std::vector<const NameRow*> out;
  for (const NameRow& row : *rows_) {
    if (slot_of(row) != slot) continue;
    bool found = words.find(spaced_words(row.name)) != std::string::npos;
    for (const std::string& alias : row.aliases) {
      const std::string spelling = spaced_words(alias);
      found = found || (spelling.size() > 2 && words.find(spelling) != std::string::npos);
    }
    if (found) out.push_back(&row);
  }
  return out;
}

std::optional<std::string> NameIndex::nearest(std::string_view typed, const std::vector<NameSlot>& slots) const {
  const std::string plain = plain_spelling(typed);
  std::vector<std::string> known, shown;
  const auto add = [&](const std::string& spelling) {
    known.push_back(plain_spelling(spelling));
    shown.push_back(spelling);
  };
  for (const NameRow& row : *rows_) {
    if (std::find(slots.begin(), slots.end(), slot_of(row)) == slots.end()) continue;
    add(row.name);
    for (const std::string& alias : row.aliases) add(alias);
  }
  const auto near = did_you_mean(plain, known);
  if (near) return shown[static_cast<std::size_t>(std::find(known.begin(), known.end(), *near) - known.begin())];
  for (std::size_t i = 0; i < known.size(); ++i) {  // "inflamm" for "inflammation", "astrocytes" for "astrocyte"
    constexpr std::size_t kLeast = 4;               // chosen: shorter beginnings are shared by too many names
    if (plain.size() >= kLeast && known[i].size() >= kLeast &&
        (known[i].starts_with(plain) || plain.starts_with(known[i])))
      return shown[i];
  }
  return std::nullopt;
}

const NameRow* NameIndex::by_id(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool NameIndex::is_a(const NameRow& narrow, const NameRow& broad) const {
  std::vector<const NameRow*> open = {&narrow};
  for (std::size_t i = 0; i < open.size() && i <= rows_->size(); ++i) {  // ends even where the table goes in a circle
    if (open[i]->id == broad.id) return true;
    for (const std::string& id : open[i]->broader) {
      if (const NameRow* row = by_id(id)) open.push_back(row);
    }
  }
  return false;
}

const NameIndex& built_in_names() {
  static const NameIndex index(evidence().names);
  return index;
}

}  // namespace vesica
