// SPDX-License-Identifier: Apache-2.0
// Lines and rows of numbers of a vendor's text report, with places for messages. Internal to io/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/number.h"

namespace vesica {

/// Walks the lines of a decoded text; line ends \n, \r\n or lone \r.
class LineCursor {
 public:
  LineCursor(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  /// The next line without its end; false at the end of the text.
  bool next(std::string_view& line);
  /// Steps back before the line that next() gave last (once).
  void undo();
  int line() const { return line_; }
  const std::string& file() const { return file_; }
  Place place(int column = 0, std::string item = {}) const { return {file_, line_, column, std::move(item)}; }

 private:
  std::string_view text_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t before_ = 0;
  int line_ = 0;
};

/// Cells of one record; `columns` holds the 1-based byte column at which each cell begins.
struct Record {
  std::vector<std::string> cells;
  std::vector<int> columns;
  int line = 0;

  /// An empty text beyond the last cell.
  const std::string& cell(std::size_t i) const;
  /// Cells up to the last non-empty one.
  std::size_t used() const;
};

/// Reads one record; a quoted cell may hold separators, doubled quotes and (at most kMaxQuotedLines) line ends.
/// Throws Error(kData) when a quote never ends.
bool read_record(LineCursor& cursor, char separator, Record& record);

/// Numbers of one line, from_chars on the buffer: fills out[0 .. wanted-1] and returns how many cells the line has up
/// to its last non-empty one. An empty or non-numeric cell among the wanted ones throws Error(kData) naming its column.
std::size_t read_numbers(const LineCursor& cursor, std::string_view line, char separator, DecimalMark mark,
                         std::size_t wanted, double* out);

/// True when the line has no cell with text.
bool is_blank_line(std::string_view line, char separator);

}  // namespace vesica
