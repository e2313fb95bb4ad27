// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/guess_wells.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "vesica/base/file_name.h"
#include "vesica/base/text.h"
#include "vesica/study/plate.h"

namespace vesica {

namespace {

constexpr std::size_t kFewestFiles = 4;  // chosen: below, a folder is quicker written by hand
constexpr std::size_t kFewestBare = 6;   // chosen: wells without zeros before their column could be names

/// A file name cut at its separators.
struct Name {
  std::string before;  ///< folder and what stands before the first word
  std::vector<std::string> words;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// MetaXpress ends its names in a GUID, which says nothing of the image: "plate_B04_s4_w1F6AEFA0F-...".
void drop_guid(std::string& stem) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (stem.size() <= kForm.size()) return;
  const std::size_t from = stem.size() - kForm.size();
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = std::isxdigit(static_cast<unsigned char>(stem[from + i])) != 0;
    if (kForm[i] == 'x' ? !is_digit : stem[from + i] != '-') return;
  }
  stem.resize(from);
}

Name cut(const std::string& path) {
  Name out;
  const std::size_t slash = path.rfind('/');
  out.before = slash == std::string::npos ? "" : path.substr(0, slash);
  std::string stem(file_stem(path));
  drop_guid(stem);
  stem += '_';
  std::string word;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    // A point within a number parts nothing: "Exo_2.5ug_B02".
    const bool in_number = stem[i] == '.' && i > 0 && is_digit(stem[i - 1]) && is_digit(stem[i + 1]);
    if (in_number || std::string_view("_- ()[].").find(stem[i]) == std::string_view::npos) {
      word += stem[i];
    } else if (!word.empty()) {
      out.words.push_back(word);
      word.clear();
    }
  }
  return out;
}

/// A word as a well; of "r02c03f05p01" what follows the well is its part.
struct Found {
  Well well;
  std::string rest;
  bool sure = false;
};

std::optional<Found> well_in(const std::string& word) {
  constexpr PlateShape kLargest{16, 24};
  const std::string lower = lower_ascii(word);
  if (lower.starts_with('r') && lower.find('c') != std::string::npos) {
    std::size_t end = lower.find('c') + 1;
    while (end < lower.size() && lower[end] >= '0' && lower[end] <= '9') ++end;
    const auto well = parse_well(lower.substr(0, end));
    if (well && kLargest.holds(*well)) return Found{*well, word.substr(end), true};
  }
  // Cellomics: "D03f00d1", well, field, channel.
  if (lower.size() >= 6 && lower[3] == 'f' && lower[4] >= '0' && lower[4] <= '9') {
    const auto well = parse_well(lower.substr(0, 3));
    if (well && kLargest.holds(*well)) return Found{*well, word.substr(3), true};
  }
  const auto well = parse_well(word);
  if (!well || !kLargest.holds(*well)) return std::nullopt;
  return Found{*well, "", word.size() == 3};
}

std::string plate_of(const Name& name, std::size_t well) {
  for (std::size_t k = 0; k < well; ++k)
    if (is_plate_name(name.words[k])) return name.words[k];
  const std::size_t slash = name.before.rfind('/');
  const std::string folder = slash == std::string::npos ? name.before : name.before.substr(slash + 1);
  return is_plate_name(folder) ? folder : "";
}

/// The word that is a well in every name; npos when there is none. "A1" may be an animal's name, unless the names
/// speak of plates.
std::size_t common_well(const std::vector<Name>& names) {
  for (std::size_t k = 0; k < names.front().words.size(); ++k) {
    std::set<Well> wells;
    std::set<std::size_t> rows, columns;
    bool sure = true;
    const bool all = std::all_of(names.begin(), names.end(), [&](const Name& name) {
      const auto found = k < name.words.size() ? well_in(name.words[k]) : std::nullopt;
      if (!found) return false;
      wells.insert(found->well), rows.insert(found->well.row), columns.insert(found->well.column);
      sure = sure && found->sure;
      return true;
    });
    if (!all || wells.size() < 2) continue;
    const bool on_plates =
        std::all_of(names.begin(), names.end(), [&](const Name& name) { return !plate_of(name, k).empty(); });
    if (sure || on_plates || (wells.size() >= kFewestBare && rows.size() >= 2 && columns.size() >= 2)) return k;
  }
  return std::string::npos;
}

}  // namespace

std::vector<WellGuess> guess_wells(std::span<const std::string> paths) {
  std::vector<WellGuess> out(paths.size());
  std::vector<Name> names;
  for (const std::string& path : paths) names.push_back(cut(path));
  if (paths.size() < kFewestFiles) return out;
  const std::size_t at = common_well(names);
  if (at == std::string::npos) return out;
  std::map<std::size_t, std::set<std::string>> seen;  // word behind the well → what it says in all files
  for (const Name& name : names)
    for (std::size_t k = at + 1; k < name.words.size(); ++k) seen[k].insert(name.words[k]);
  std::map<std::string, std::size_t> unnamed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Found found = *well_in(names[i].words[at]);
    WellGuess& guess = out[i];
    guess.position = well_name(found.well);
    guess.plate = plate_of(names[i], at);
    if (guess.plate.empty()) {
      std::string before = names[i].before;
      for (std::size_t k = 0; k < at; ++k) before += "_" + names[i].words[k];
      guess.plate = "plate " + std::to_string(unnamed.emplace(before, unnamed.size() + 1).first->second);
    }
    guess.part = found.rest;
    for (std::size_t k = at + 1; k < names[i].words.size(); ++k)
      if (seen[k].size() > 1) guess.part += (guess.part.empty() ? "" : "_") + names[i].words[k];
  }
  return out;
}

}  // namespace vesica
