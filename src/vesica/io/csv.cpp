// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/csv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace {

/// One cell as it lies in the text.
struct RawCell {
  std::string_view text;  ///< inside of the quotes, doubled quotes still doubled
  std::string_view tail;  ///< what followed the closing quote
  bool quoted = false;
  bool closed = true;  ///< a quoted cell found its closing quote
  bool last = false;   ///< of its record
  int line = 1;        ///< where it begins
};

/// Walks over a text cell by cell and counts lines.
class Scanner {
 public:
  Scanner(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  RawCell next() {
    RawCell cell;
    cell.line = line_;
    if (at_ < text_.size() && text_[at_] == '"') take_quoted(cell);
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    (cell.quoted ? cell.tail : cell.text) = text_.substr(begin, at_ - begin);
    if (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
    } else {
      cell.last = true;
      skip_line_end();
    }
    return cell;
  }

 private:
  void take_quoted(RawCell& cell) {
    cell.quoted = true;
    const std::size_t begin = ++at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n' || (text_[at_] == '\r' && !(at_ + 1 < text_.size() && text_[at_ + 1] == '\n'))) ++line_;
      if (text_[at_] != '"') continue;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
        continue;
      }
      cell.text = text_.substr(begin, at_ - begin);
      ++at_;
      return;
    }
    cell.text = text_.substr(begin);
    cell.closed = false;
  }

  void skip_line_end() {
    if (at_ >= text_.size()) return;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  int line_ = 1;
};

/// Whether the cell is a number under either mark.
bool is_any_number(std::string_view cell) {
  return parse_number(cell).has_value() || parse_number(cell, DecimalMark::kComma).has_value();
}

double score_of(std::string_view text, char separator) {
  std::unordered_map<std::size_t, std::size_t> widths;
  std::size_t filled = 0;
  std::size_t cells = 0;
  std::size_t numbers = 0;
  std::size_t width = 0;
  bool blank = true;
  for (Scanner scanner(text, separator); !scanner.at_end();) {
    const RawCell cell = scanner.next();
    ++width;
    if (const std::string_view inner = trim(cell.text); !inner.empty()) {
      blank = false;
      ++cells;
      const bool number = separator == ',' && !cell.quoted ? parse_number(inner).has_value() : is_any_number(inner);
      numbers += number ? 1 : 0;
    }
    if (!cell.last) continue;
    if (!blank) ++filled;
    if (!blank && width > 1) ++widths[width];
    width = 0;
    blank = true;
  }
  std::size_t split_records = 0;
  std::size_t most = 0;
  for (const auto& [unused, count] : widths) {
    split_records += count;
    most = std::max(most, count);
  }
  if (split_records == 0) return 0;
  const auto share = [](std::size_t a, std::size_t b) { return static_cast<double>(a) / static_cast<double>(b); };
  return share(split_records, filled) * share(most, split_records) * (1 + share(numbers, cells));
}

/// The separator that a first line "sep=;" names.
char declared_separator(std::string_view text) {
  constexpr std::string_view kDeclaration = "sep=";
  if (!starts_with_ignoring_case(text, kDeclaration) || text.size() < kDeclaration.size() + 1) return 0;
  const char separator = text[kDeclaration.size()];
  const std::string_view rest = text.substr(kDeclaration.size() + 1);
  const bool alone = rest.empty() || rest[0] == '\r' || rest[0] == '\n';
  return alone && (separator == ';' || separator == ',' || separator == '\t') ? separator : 0;
}

/// "1,234" and "12,345,678": may be grouped integers; a group never starts with zero.
bool may_be_grouped(std::string_view digits) {
  if (!digits.empty() && (digits[0] == '+' || digits[0] == '-')) digits.remove_prefix(1);
  if (digits.empty() || digits[0] == '0') return false;
  const std::vector<std::string_view> groups = split(digits, ',');
  const auto all_digits = [](std::string_view group) {
    return !group.empty() && std::all_of(group.begin(), group.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (groups.size() < 2 || groups[0].size() > 3 || !all_digits(groups[0])) return false;
  return std::all_of(groups.begin() + 1, groups.end(),
                     [&](std::string_view group) { return group.size() == 3 && all_digits(group); });
}

DecimalMark sniff_decimal_mark(std::string_view text, char separator) {
  std::size_t commas = 0;
  std::size_t points = 0;
  std::size_t open = 0;  // could be either
  for (Scanner scanner(text, separator); !scanner.at_end();) {
    const std::string_view cell = trim(scanner.next().text);
    if (cell.find(',') != std::string_view::npos) {
      if (may_be_grouped(cell)) {
        ++open;
      } else if (parse_number(cell, DecimalMark::kComma)) {
        ++commas;
      }
    } else if (cell.find('.') != std::string_view::npos && parse_number(cell)) {
      ++points;
    }
  }
  if (separator == ';' && points == 0) commas += open;
  return commas > points ? DecimalMark::kComma : DecimalMark::kPoint;
}

[[noreturn]] void throw_bound(const std::string& what, const std::string& file, int line, std::size_t column) {
  throw Error(ErrorKind::kData, what, Place{file, line, static_cast<int>(column), ""},
              say("Check that this is a table; export it again or split it."));
}

std::string cell_text(const RawCell& cell, const std::string& file, std::size_t column) {
  if (!cell.closed) {
    throw Error(ErrorKind::kData, say("The quotation mark that opens this cell is never closed."),
                Place{file, cell.line, static_cast<int>(column), ""},
                say("Close the cell with a quotation mark, or write a mark inside a cell twice."));
  }
  if (cell.text.size() + cell.tail.size() > kMaxCellBytes) {
    throw_bound(say("A cell has {} bytes; at most {} are read.", cell.text.size() + cell.tail.size(), kMaxCellBytes),
                file, cell.line, column);
  }
  std::string text(cell.text);
  if (cell.quoted && text.find('"') != std::string::npos) text = replace_all(std::move(text), "\"\"", "\"");
  if (cell.quoted && !trim(cell.tail).empty()) text += cell.tail;
  return text;
}

/// One record. Empty cells become real only when a filled one follows, so that padding costs no memory.
std::vector<Cell> read_row(Scanner& scanner, const std::string& file) {
  std::vector<Cell> row;
  for (std::size_t column = 1;; ++column) {
    const RawCell raw = scanner.next();
    if (column > kMaxTextColumns) {
      throw_bound(say("A row has more than {} cells.", kMaxTextColumns), file, raw.line, column);
    }
    std::string text = cell_text(raw, file, column);
    if (!text.empty()) {
      row.resize(column);
      row.back().text = std::move(text);
    }
    if (raw.last) return row;
  }
}

std::string quoted_if_needed(std::string text, char separator) {
  const std::array<char, 4> special = {separator, '"', '\n', '\r'};
  if (text.find_first_of(std::string_view(special.data(), special.size())) == std::string::npos) return text;
  return '"' + replace_all(std::move(text), "\"", "\"\"") + '"';
}

std::string write_separated(const Sheet& sheet, char separator) {
  std::string out;
  for (const std::vector<Cell>& row : sheet.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += separator;
      const Cell& cell = row[i];
      if (!cell.typed) {
        out += quoted_if_needed(guard_formula(cell.text), separator);
      } else if (!std::isnan(cell.number)) {
        out += exact_number(cell.number);
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace

TextFormat sniff_text_format(std::string_view utf8) {
  TextFormat format;
  format.separator = declared_separator(utf8);
  if (format.separator == 0) {
    format.separator = ',';
    double best = 0;
    for (const char candidate : {'\t', ';', ','}) {
      if (const double score = score_of(utf8, candidate); score > best) {
        best = score;
        format.separator = candidate;
      }
    }
  }
  format.decimal_mark = sniff_decimal_mark(utf8, format.separator);
  return format;
}

Sheet parse_text_table(std::string_view utf8, const std::string& file, const TextFormat& format) {
  if (utf8.size() > kMaxTextBytes) {
    throw_bound(say("The text has {} bytes; at most {} are read.", utf8.size(), kMaxTextBytes), file, 0, 0);
  }
  Sheet sheet;
  sheet.file = file;
  sheet.decimal_mark = format.decimal_mark;
  std::size_t cells = 0;
  Scanner scanner(utf8, format.separator);
  if (declared_separator(utf8) == format.separator) {
    while (!scanner.at_end() && !scanner.next().last) continue;  // the line "sep=;" itself
  }
  while (!scanner.at_end()) {
    if (sheet.rows.size() == kMaxTextRows || cells > kMaxSheetCells) {
      throw_bound(say("The table has more than {} rows or {} cells.", kMaxTextRows, kMaxSheetCells), file,
                  scanner.line(), 0);
    }
    sheet.row_lines.push_back(scanner.line());
    sheet.rows.push_back(read_row(scanner, file));
    cells += sheet.rows.back().size();
  }
  return sheet;
}

Sheet read_text_table(std::string_view bytes, const std::string& file) {
  const DecodedText text = decode_text(bytes, file);
  return parse_text_table(text.utf8, file, sniff_text_format(text.utf8));
}

Sheet read_text_table(const std::filesystem::path& path) {
  return read_text_table(read_file(path, kMaxTextBytes), path_text(path));
}

std::string write_tsv(const Sheet& sheet) { return write_separated(sheet, '\t'); }
std::string write_csv(const Sheet& sheet) { return write_separated(sheet, ','); }

}  // namespace vesica
