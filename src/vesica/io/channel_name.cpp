// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/channel_name.h"

#include <algorithm>
#include <array>

#include "vesica/base/file_name.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Dyes and stains that people put into file names.
constexpr std::array<std::string_view, 30> kStains = {
    "dapi", "hoechst", "h33342", "draq5",   "gfp",   "egfp", "fitc", "tritc", "texasred", "rhodamine",
    "cy3",  "cy5",     "cy7",    "mcherry", "rfp",   "yfp",  "a488", "a555",  "a568",     "a594",
    "a647", "edu",     "ki67",   "ph3",     "runx2", "osx",  "opn",  "tunel", "krt14",    "ctsk"};

/// "_w1", "_ch00", "-C0", "_c2", "_channel3": where the token begins, where it ends.
struct Found {
  std::size_t begin = std::string::npos, end = 0;
};
Found numbered(const std::string& name) {
  static constexpr std::array<std::string_view, 4> kPrefixes = {"channel", "ch", "c", "w"};
  Found out;
  for (std::size_t i = 1; i < name.size(); ++i) {
    const char before = name[i - 1];
    if (before != '_' && before != '-' && before != ' ' && before != '.') continue;
    for (const std::string_view prefix : kPrefixes) {
      if (name.compare(i, prefix.size(), prefix) != 0) continue;
      std::size_t end = i + prefix.size();
      const std::size_t digits = end;
      while (end < name.size() && is_digit(name[end])) ++end;
      // Image Express puts a unique number of hexadecimal digits right behind _w1.
      const bool alone = end == name.size() || !is_letter(name[end]) || prefix == "w";
      if (end > digits && end - digits <= 2 && alone) out = {i, end};
      if (end - digits > 2 && prefix == "w") out = {i, digits + 1};
      if (out.begin == i) break;
    }
  }
  // Cellomics: f00d0 at the end.
  if (out.begin == std::string::npos && name.size() > 3 && is_digit(name.back()) && name[name.size() - 2] == 'd' &&
      is_digit(name[name.size() - 3])) {
    out = {name.size() - 2, name.size()};
  }
  return out;
}

Found stained(const std::string& name) {
  for (const std::string_view stain : kStains) {
    const std::size_t at = name.find(stain);
    if (at == std::string::npos) continue;
    const std::size_t end = at + stain.size();
    const bool begins = at == 0 || !is_letter(name[at - 1]);
    const bool ends = end == name.size() || (!is_letter(name[end]) && !is_digit(name[end]));
    if (begins && ends) return {at, end};
  }
  return {};
}

void drop_joints(std::string& text) {
  while (!text.empty() && std::string_view("_-. ").find(text.back()) != std::string_view::npos) text.pop_back();
}

}  // namespace

ChannelName channel_in_name(std::string_view name) {
  const std::string stem(file_stem(name)), small = lower_ascii(stem);
  Found at = numbered(small);
  const bool by_number = at.begin != std::string::npos;
  if (!by_number) at = stained(small);
  if (at.begin == std::string::npos) return {"", stem};
  ChannelName out;
  out.channel = small.substr(at.begin, at.end - at.begin);
  out.rest = stem.substr(0, at.begin);
  // What follows _w1 in names of Image Express is a unique number, not a part of the field's name.
  if (!(by_number && out.channel[0] == 'w')) out.rest += stem.substr(at.end);
  drop_joints(out.rest);
  return out;
}

std::optional<NamePlace> nuclei_in_name(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kWords = {"dapi",  "hoechst", "hoe",     "h33342", "draq5",
                                                             "draq7", "nuclei",  "nucleus", "nuc"};
  const std::string small = lower_ascii(file_stem(name));
  for (const std::string_view word : kWords) {
    for (std::size_t at = small.find(word); at != std::string::npos; at = small.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool begins = at == 0 || !is_letter(small[at - 1]) || !word.starts_with("nuc");
      const bool ends = end == small.size() || !is_letter(small[end]);
      if (begins && ends) return NamePlace{at, end};
    }
  }
  return std::nullopt;
}

namespace {

/// "exo-": at the beginning of a word.
bool holds(const std::string& name, std::string_view word) {
  const bool open = word.ends_with('-');
  if (open) word.remove_suffix(1);
  for (std::size_t at = name.find(word); at != std::string::npos; at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_letter(name[at - 1]);
    const bool ends = open || end == name.size() || !is_letter(name[end]);
    if ((begins && ends) || word.size() > 3) return true;
  }
  return false;
}

bool holds_one(const std::string& name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return holds(name, word); });
}

}  // namespace

int says_nuclei(std::string_view channel) {
  const std::string small = lower_ascii(channel);
  if (holds_one(small, {"dapi", "hoechst", "h33342", "draq"})) return 4;
  if (holds_one(small, {"nuclei", "nucleus", "nuclear"}) || nuclei_in_name(channel)) return 3;
  if (holds(small, "h2b")) return 2;
  return holds(small, "blue") ? 1 : 0;
}

int says_vesicles(std::string_view channel) {
  const std::string small = lower_ascii(channel);
  if (holds_one(small, {"pkh", "exo-", "exosome", "vesic", "sev", "sevs", "cfse", "memglow"})) return 2;
  return holds_one(small, {"dil", "dii", "did", "dio", "vybrant"}) ? 1 : 0;
}

int says_cells(std::string_view channel) {
  return holds_one(lower_ascii(channel), {"phalloidin", "actin", "wga", "cellmask", "tubulin", "calcein"}) ? 1 : 0;
}

std::vector<std::size_t> plainest(const std::vector<std::string>& channels, int (*says)(std::string_view)) {
  std::vector<std::size_t> out;
  int best = 1;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const int plain = says(channels[i]);
    if (plain > best) out.clear();
    if (plain >= best) out.push_back(i);
    best = std::max(best, plain);
  }
  return out;
}

ChannelName label_in_name(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kTokens = {
      "cp_masks", "masks",        "mask",      "labels", "label",   "labelled", "labeled",
      "stardist", "segmentation", "instances", "seg",    "objects", "rois",     "roiset"};
  const std::string stem(file_stem(name)), small = lower_ascii(stem);
  std::size_t begin = small.size();
  for (bool found = true; found && begin > 0;) {
    found = false;
    std::size_t end = begin;
    while (end > 0 && (small[end - 1] == '_' || small[end - 1] == '-' || small[end - 1] == '.')) --end;
    for (const std::string_view token : kTokens) {
      if (end <= token.size() || small.compare(end - token.size(), token.size(), token) != 0) continue;
      const char before = small[end - token.size() - 1];
      if (before != '_' && before != '-' && before != '.' && before != ' ') continue;
      begin = end - token.size();
      found = true;
      break;
    }
  }
  if (begin == small.size()) return {"", stem};
  ChannelName out{small.substr(begin), stem.substr(0, begin)};
  drop_joints(out.rest);
  return out;
}

}  // namespace vesica
