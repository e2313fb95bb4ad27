// SPDX-License-Identifier: Apache-2.0
// Text tables of any habit: encodings, separators, decimal marks, quotes; and writing them back safely.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "vesica/base/text.h"
#include "vesica/data/sheet.h"

namespace vesica {

/// Bounds on a text table, all chosen: far above what instruments write, far below what would exhaust a laptop.
inline constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;
inline constexpr std::size_t kMaxTextRows = 4'000'000;
inline constexpr std::size_t kMaxTextColumns = 16'384;  ///< as many as Excel has
inline constexpr std::size_t kMaxCellBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxSheetCells = 10'000'000;

/// The habit of a text table.
struct TextFormat {
  char separator = ',';  ///< tab, semicolon or comma
  DecimalMark decimal_mark = DecimalMark::kPoint;
};

/// Guesses the habit from the whole text (our choice).
/// Separator: of tab, semicolon, comma the one with the highest product of (share of filled records with two cells or
/// more) x (share of those with the most frequent number of cells) x (1 + share of cells that are numbers); the earlier
/// of equals. A first line "sep=;" as Excel writes it decides at once. Without any separator: comma.
/// Decimal mark: comma when more cells can only be numbers with a decimal comma ("1,5", "0,123", "2,2E+7") than with a
/// point. "1,234" alone may be a grouped integer: it counts only beside a semicolon, where the locale makes it a
/// decimal; otherwise it stays text, not a number a thousand times too small.
TextFormat sniff_text_format(std::string_view utf8);

/// Cells of UTF-8 text. Quotes follow RFC 4180 (embedded separators, line ends, doubled quotes); a quote inside a cell
/// that does not begin with one is a plain character, and text behind a closing quote is appended, as Excel does. Lines
/// end at \n, \r\n or a lone \r. Blank lines are rows without cells; empty cells at the end of a row are dropped; cells
/// are not trimmed. Nothing is typed. Throws Error(kData) with file:line:column for a quote that is never closed and
/// for anything beyond the bounds above.
Sheet parse_text_table(std::string_view utf8, const std::string& file, const TextFormat& format);

/// Decodes (decode_text), sniffs and parses.
Sheet read_text_table(std::string_view bytes, const std::string& file);
Sheet read_text_table(const std::filesystem::path& path);

/// Text of a sheet with RFC 4180 quotes where needed and \n line ends. Typed cells are written as exact numbers (NaN as
/// an empty cell), text cells pass through guard_formula; numbers are never prefixed.
std::string write_tsv(const Sheet& sheet);
std::string write_csv(const Sheet& sheet);

}  // namespace vesica
