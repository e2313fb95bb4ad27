// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/plate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::size_t kMostRows = 32, kMostColumns = 48;  // a plate of 1536 wells
constexpr std::size_t kLongestWell = 24;                  // chosen: "row 02 column 03" and a little more
constexpr std::size_t kLetters = 26;

constexpr std::array<std::pair<std::size_t, PlateShape>, 6> kPlates = {
    {{6, {2, 3}}, {12, {3, 4}}, {24, {4, 6}}, {48, {6, 8}}, {96, {8, 12}}, {384, {16, 24}}}};

constexpr std::array<std::string_view, 9> kRoles = {"blank",    "standard", "control",     "negative", "positive",
                                                    "dye_only", "maximum",  "spontaneous", "quality"};

/// Words for roles, folded; the second of each pair is the role, empty for a measurement.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"blank", "blank"},
    {"blk", "blank"},
    {"bl", "blank"},
    {"空白", "blank"},
    {"空白孔", "blank"},
    {"standard", "standard"},
    {"std", "standard"},
    {"cal", "standard"},
    {"calibrator", "standard"},
    {"标准", "standard"},
    {"标准品", "standard"},
    {"标品", "standard"},
    {"control", "control"},
    {"ctrl", "control"},
    {"ctl", "control"},
    {"untreated", "control"},
    {"对照", "control"},
    {"对照孔", "control"},
    {"negative", "negative"},
    {"neg", "negative"},
    {"negative_control", "negative"},
    {"阴性", "negative"},
    {"阴性对照", "negative"},
    {"positive", "positive"},
    {"pos", "positive"},
    {"positive_control", "positive"},
    {"阳性", "positive"},
    {"阳性对照", "positive"},
    {"dye_only", "dye_only"},
    {"dye", "dye_only"},
    {"仅染料", "dye_only"},
    {"染料对照", "dye_only"},
    {"maximum", "maximum"},
    {"max", "maximum"},
    {"maximum_release", "maximum"},
    {"lysis", "maximum"},
    {"total_lysis", "maximum"},
    {"最大释放", "maximum"},
    {"最大酶活性", "maximum"},
    {"spontaneous", "spontaneous"},
    {"spontaneous_release", "spontaneous"},
    {"自发释放", "spontaneous"},
    {"quality", "quality"},
    {"qc", "quality"},
    {"quality_control", "quality"},
    {"质控", "quality"},
    {"sample", ""},
    {"unknown", ""},
    {"unk", ""},
    {"unkn", ""},
    {"measurement", ""},
    {"样品", ""},
    {"样本", ""},
    {"待测", ""},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_gap(char c) { return c == ' ' || c == '-' || c == '_'; }

/// A cursor over folded text.
struct Cursor {
  std::string_view rest;
  bool word(std::string_view text) {
    if (!rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
  }
  void gap() {
    if (rest.size() > 1 && is_gap(rest.front())) rest.remove_prefix(1);
  }
  /// A number from 1 to `most`, zeros before it allowed.
  std::optional<std::size_t> number(std::size_t most) {
    std::size_t digits = 0, value = 0;
    while (digits < rest.size() && digits < 4 && is_digit(rest[digits]))
      value = value * 10 + static_cast<std::size_t>(rest[digits++] - '0');
    if (digits == 0 || value < 1 || value > most) return std::nullopt;
    rest.remove_prefix(digits);
    return value;
  }
};

std::optional<Well> row_and_column(std::string_view text) {
  Cursor at{text};
  if (!at.word("row") && !at.word("r")) return std::nullopt;
  at.gap();
  const auto row = at.number(kMostRows);
  if (!row) return std::nullopt;
  at.gap();
  if (!at.word("column") && !at.word("col") && !at.word("c")) return std::nullopt;
  at.gap();
  const auto column = at.number(kMostColumns);
  if (!column || !at.rest.empty()) return std::nullopt;
  return Well{*row - 1, *column - 1};
}

std::optional<Well> letter_and_number(std::string_view text) {
  Cursor at{text};
  std::size_t row = 0, letters = 0;
  while (letters < at.rest.size() && letters < 2 && at.rest[letters] >= 'a' && at.rest[letters] <= 'z')
    row = row * kLetters + static_cast<std::size_t>(at.rest[letters++] - 'a') + 1;
  if (letters == 0 || row > kMostRows) return std::nullopt;
  at.rest.remove_prefix(letters);
  at.gap();
  const auto column = at.number(kMostColumns);
  if (!column || !at.rest.empty()) return std::nullopt;
  return Well{row - 1, *column - 1};
}

}  // namespace

std::optional<Well> parse_well(std::string_view text) {
  if (text.size() > 4 * kLongestWell) return std::nullopt;
  const std::string folded = lower_ascii(half_width(trim_unicode(text)));
  if (folded.size() > kLongestWell) return std::nullopt;
  Cursor at{folded};
  if (at.word("well") || at.word("孔")) at.gap();
  if (const auto found = row_and_column(at.rest)) return found;
  return letter_and_number(at.rest);
}

std::string well_name(Well well) {
  std::string letters;
  if (well.row >= kLetters) letters += static_cast<char>('A' + well.row / kLetters - 1);
  letters += static_cast<char>('A' + well.row % kLetters);
  return letters + std::to_string(well.column + 1);
}

std::optional<PlateShape> plate_shape(std::size_t wells) {
  for (const auto& [number, shape] : kPlates)
    if (number == wells) return shape;
  return std::nullopt;
}

std::size_t smallest_plate(std::size_t rows, std::size_t columns) {
  for (const auto& [number, shape] : kPlates)
    if (shape.rows >= rows && shape.columns >= columns) return number;
  return 0;
}

bool is_outer(Well well, PlateShape shape) {
  return well.row == 0 || well.column == 0 || well.row + 1 == shape.rows || well.column + 1 == shape.columns;
}

std::vector<Well> wells_of(std::string_view key) {
  const std::size_t colon = key.find(':');
  const auto first = parse_well(key.substr(0, colon));
  if (!first) return {};
  if (colon == std::string_view::npos) return {*first};
  const auto last = parse_well(key.substr(colon + 1));
  if (!last || last->row < first->row || last->column < first->column) return {};
  std::vector<Well> out;
  for (std::size_t row = first->row; row <= last->row; ++row)
    for (std::size_t column = first->column; column <= last->column; ++column) out.push_back({row, column});
  return out;
}

std::optional<std::string> role_of_word(std::string_view word) {
  std::string folded = fold_name(word);
  const auto find = [&]() -> std::optional<std::string> {
    for (const auto& [text, role] : kWords)
      if (folded == text) return std::string(role);
    return std::nullopt;
  };
  if (const auto found = find()) return found;
  while (!folded.empty() && (is_digit(folded.back()) || folded.back() == '_')) folded.pop_back();
  return find();
}

std::span<const std::string_view> plate_roles() { return kRoles; }

bool is_plate_name(std::string_view name) {
  const std::string folded = fold_name(name);
  return folded.starts_with("plate") || folded.ends_with("plate") || folded.find("板") != std::string::npos;
}

std::optional<PlateShape> shape_of(const Layout& layout) { return plate_shape(layout.wells); }

}  // namespace vesica
