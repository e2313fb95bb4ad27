// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/report_lines.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr int kMaxQuotedLines = 200;        // chosen: longer remarks are a quote that never ends
constexpr std::size_t kLongestNumber = 64;  // chosen: no instrument prints a longer one

/// The number in a short cell. Point only: libstdc++'s from_chars reads no locale.
std::optional<double> quick_number(const char* begin, const char* end) {
  if (begin != end && *begin == '+') ++begin;
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<double> cell_number(std::string_view cell, DecimalMark mark) {
  if (mark == DecimalMark::kPoint) return quick_number(cell.data(), cell.data() + cell.size());
  if (cell.size() > kLongestNumber) return std::nullopt;
  char copy[kLongestNumber];
  std::copy(cell.begin(), cell.end(), copy);
  std::replace(copy, copy + cell.size(), ',', '.');
  return quick_number(copy, copy + cell.size());
}

[[noreturn]] void fail_number(const LineCursor& cursor, std::string_view cell, std::size_t column, std::size_t number) {
  const std::string item = say("column {}", number + 1);
  if (cell.empty()) {
    throw Error(ErrorKind::kData, say("A number is missing in the table: the line ends early or a cell is empty."),
                cursor.place(static_cast<int>(column) + 1, item),
                say("The file is probably truncated; copy or export it again."));
  }
  throw Error(ErrorKind::kData, say("\"{}\" is not a number.", shortened(cell)),
              cursor.place(static_cast<int>(column) + 1, item),
              say("Export the file again from the instrument's software, without editing it."));
}

/// Appends one unquoted or quoted cell starting at `at`; returns the position of the separator after it, or npos when
/// the line ended inside quotes.
std::size_t take_cell(std::string_view line, std::size_t at, char separator, std::string& cell) {
  if (at >= line.size() || line[at] != '"') {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    cell.append(line.substr(at, end - at));
    return end;
  }
  for (std::size_t i = at + 1; i < line.size(); ++i) {
    if (line[i] != '"') {
      cell += line[i];
    } else if (i + 1 < line.size() && line[i + 1] == '"') {
      cell += line[i++];
    } else {
      const std::size_t end = std::min(line.find(separator, i), line.size());
      return end;
    }
  }
  return std::string_view::npos;
}

/// Joins the next line to a record whose quoted cell did not end.
void join_next_line(LineCursor& cursor, std::string& joined, int& joins, const Place& start) {
  std::string_view line;
  if (++joins > kMaxQuotedLines || !cursor.next(line)) {
    throw Error(ErrorKind::kData, say("A quoted text begins here and never ends."), start,
                say("Close the quotation mark, or export the file again."));
  }
  joined += '\n';
  joined += line;
}

}  // namespace

bool LineCursor::next(std::string_view& line) {
  if (position_ >= text_.size()) return false;
  before_ = position_;
  std::size_t end = text_.find('\n', position_);
  if (end == std::string_view::npos) end = text_.size();
  const std::size_t lone = text_.substr(position_, end - position_).find('\r');
  if (lone != std::string_view::npos) {
    const std::size_t at = position_ + lone;
    line = text_.substr(position_, lone);
    position_ = at + 1 < text_.size() && text_[at + 1] == '\n' ? at + 2 : at + 1;
  } else {
    line = text_.substr(position_, end - position_);
    position_ = std::min(end + 1, text_.size());
  }
  ++line_;
  return true;
}

void LineCursor::undo() {
  if (position_ == before_) return;
  position_ = before_;
  --line_;
}

const std::string& Record::cell(std::size_t i) const {
  static const std::string empty;
  return i < cells.size() ? cells[i] : empty;
}

std::size_t Record::used() const {
  std::size_t n = cells.size();
  while (n > 0 && cells[n - 1].empty()) --n;
  return n;
}

bool read_record(LineCursor& cursor, char separator, Record& record) {
  std::string_view line;
  if (!cursor.next(line)) return false;
  record.cells.clear();
  record.columns.clear();
  record.line = cursor.line();
  std::string joined(line);
  int joins = 0;
  std::size_t at = 0;
  while (true) {
    std::string cell;
    const std::size_t end = take_cell(joined, at, separator, cell);
    if (end == std::string_view::npos) {
      join_next_line(cursor, joined, joins, {cursor.file(), record.line, static_cast<int>(at) + 1, ""});
      continue;
    }
    record.cells.emplace_back(trim(cell));
    record.columns.push_back(static_cast<int>(at) + 1);
    if (end >= joined.size()) return true;
    at = end + 1;
  }
}

std::size_t read_numbers(const LineCursor& cursor, std::string_view line, char separator, DecimalMark mark,
                         std::size_t wanted, double* out) {
  std::size_t used = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; at <= line.size(); ++i) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    std::string_view cell = line.substr(at, end - at);
    if (!cell.empty() && (cell.front() <= ' ' || cell.back() <= ' ')) cell = trim(cell);
    if (!cell.empty()) used = i + 1;
    if (i < wanted) {
      const std::optional<double> value = cell_number(cell, mark);
      if (!value || !std::isfinite(*value)) fail_number(cursor, cell, at, i);
      out[i] = *value;
    }
    at = end + 1;
  }
  if (used < wanted) fail_number(cursor, {}, line.size(), used);
  return used;
}

bool is_blank_line(std::string_view line, char separator) {
  return std::all_of(line.begin(), line.end(), [&](char c) { return c == separator || c == ' ' || c == '\t'; });
}

}  // namespace vesica
