// SPDX-License-Identifier: Apache-2.0
// Cells, headers and units: the parts of a mapping.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/contract/sheet_rows.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/plate.h"

namespace vesica::sheet_rows {

namespace {

bool is_one_of(std::string_view text, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return equals_ignoring_case(text, word); });
}

/// "<0.5", "≤ 0,5", ">20": the limit and its side.
std::optional<Said> read_limit(std::string_view text, DecimalMark mark) {
  static constexpr std::array<std::pair<std::string_view, Said::Kind>, 8> kSigns = {{{"<=", Said::Kind::kBelow},
                                                                                     {">=", Said::Kind::kAbove},
                                                                                     {"<", Said::Kind::kBelow},
                                                                                     {">", Said::Kind::kAbove},
                                                                                     {"≤", Said::Kind::kBelow},
                                                                                     {"≥", Said::Kind::kAbove},
                                                                                     {"＜", Said::Kind::kBelow},
                                                                                     {"＞", Said::Kind::kAbove}}};
  for (const auto& [sign, kind] : kSigns) {
    if (!text.starts_with(sign)) continue;
    const std::optional<double> limit = parse_number(text.substr(sign.size()), mark);
    if (limit && std::isfinite(*limit)) return Said{kind, *limit};
    return std::nullopt;
  }
  return std::nullopt;
}

bool is_unit(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kWords = {"AU",  "a.u.",  "OD",     "RFU",
                                                             "RLU", "score", "points", "pts"};
  const bool word =
      std::any_of(kWords.begin(), kWords.end(), [&](std::string_view w) { return equals_ignoring_case(text, w); });
  return word || (!text.empty() && text != "1" && parse_unit(text).has_value());
}

}  // namespace

Said read_cell(const Cell& cell, DecimalMark mark, const Settings& settings) {
  if (cell.typed) {
    return std::isfinite(cell.number) ? Said{Said::Kind::kNumber, cell.number} : Said{Said::Kind::kMissing, kNaN};
  }
  const std::string_view text = trim(cell.text);
  if (text.empty() || is_one_of(text, settings.missing_words)) return {};
  if (is_one_of(text, settings.not_detected_words)) return {Said::Kind::kNotDetected, kNaN};
  if (const std::optional<double> number = parse_number(text, mark)) {
    return std::isfinite(*number) ? Said{Said::Kind::kNumber, *number} : Said{Said::Kind::kMissing, kNaN};
  }
  if (const std::optional<Said> limit = read_limit(text, mark)) return *limit;
  if (text.ends_with('%')) {
    const std::optional<double> percent = parse_number(text.substr(0, text.size() - 1), mark);
    if (percent && std::isfinite(*percent)) return {Said::Kind::kNumber, *percent};
  }
  return {Said::Kind::kNonsense, kNaN};
}

Header split_header(std::string_view text) {
  text = trim(text);
  const auto with = [&](std::size_t open, std::size_t skip, std::size_t close) {
    const std::string_view unit = trim(text.substr(open + skip, close - open - skip));
    return is_unit(unit) ? Header{std::string(trim(text.substr(0, open))), std::string(unit)}
                         : Header{std::string(text), ""};
  };
  static constexpr std::array<std::array<std::string_view, 2>, 3> kBrackets = {{{"(", ")"}, {"[", "]"}, {"（", "）"}}};
  for (const auto& [open, close] : kBrackets) {
    const std::size_t at = text.rfind(open);
    if (text.ends_with(close) && at != std::string_view::npos && at > 0) {
      return with(at, open.size(), text.size() - close.size());
    }
  }
  const std::size_t slash = text.find(" / ");
  if (slash != std::string_view::npos) return with(slash, 3, text.size());
  return {std::string(text), ""};
}

std::string quantity_for_unit(std::string_view text) {
  const std::string word = lower_ascii(trim(text));
  if (word.empty() || word == "1") return "other.value";
  if (word == "od" || word == "au" || word == "{au}") return "other.absorbance";
  if (word == "rfu" || word == "rlu" || word == "a.u.") return "other.fluorescence";
  if (word == "score" || word == "points" || word == "pts" || word == "{score}") return "other.score";
  if (word == "%" || word == "％") return "other.fraction";
  const std::optional<Unit> unit = parse_unit(text);
  if (!unit) return "";
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kByDimension = {
      {{"other.mass", "g"},
       {"other.length", "mm"},
       {"other.area", "mm2"},
       {"other.volume", "mL"},
       {"other.duration", "s"},
       {"other.mass_concentration", "ug/mL"},
       {"other.number_concentration", "{particles}/mL"},
       {"other.temperature", "Cel"},
       {"other.rate", "/h"},
       {"other.count", "{count}"}}};
  for (const auto& [quantity, of] : kByDimension) {
    if (quantity == "other.rate" && trim(text) == "Hz") continue;
    const std::optional<Unit> known = parse_unit(of);
    if (known && known->same_dimension(*unit)) return std::string(quantity);
  }
  return "";
}

std::string quantity_for_unit(std::string_view text, const Settings& settings) {
  const std::string word(trim(text));
  const std::optional<Unit> unit = parse_unit(word);
  for (const std::string& id : settings.own_quantities)
    if (find_quantity(id)->unit == word) return id;
  for (const std::string& id : settings.own_quantities) {
    const std::optional<Unit> own = parse_unit(find_quantity(id)->unit);
    if (unit && own && own->same_dimension(*unit) && !own->same_dimension(Unit{})) return id;
  }
  return quantity_for_unit(text);
}

bool is_named_by_column(std::string_view quantity, const Settings& settings) {
  return quantity.starts_with("other.") || std::find(settings.own_quantities.begin(), settings.own_quantities.end(),
                                                     quantity) != settings.own_quantities.end();
}

std::string plate_position(std::string_view text) {
  const std::optional<Well> well = parse_well(text);
  return well ? well_name(*well) : "";
}

const Sheet& choose_sheet(const Workbook& book, const Settings& settings) {
  const auto filled = [](const Sheet& sheet) {
    return std::count_if(sheet.rows.begin(), sheet.rows.end(), [](const std::vector<Cell>& row) {
      return std::any_of(row.begin(), row.end(), [](const Cell& cell) { return cell.typed || !cell.text.empty(); });
    });
  };
  std::string names;
  for (const Sheet& sheet : book.sheets) names += (names.empty() ? "" : ", ") + sheet.name;
  if (!settings.sheet.empty()) {
    for (const Sheet& sheet : book.sheets) {
      if (sheet.name == settings.sheet) return sheet;
    }
    const std::optional<long long> number = parse_integer(settings.sheet);
    if (number && *number >= 1 && *number <= static_cast<long long>(book.sheets.size())) {
      return book.sheets[static_cast<std::size_t>(*number - 1)];
    }
    throw Error(ErrorKind::kConfig, say("There is no sheet \"{}\".", settings.sheet), {book.file, 0, 0, "sheet"},
                say("The file has: {}.", names));
  }
  for (const Sheet& sheet : book.sheets) {
    if (filled(sheet) >= 2) return sheet;
  }
  throw Error(ErrorKind::kData, say("No sheet has a header and a row of values."), {book.file, 0, 0, ""},
              say("A table needs a header row and at least one row below it."));
}

}  // namespace vesica::sheet_rows
