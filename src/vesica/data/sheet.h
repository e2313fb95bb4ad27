// SPDX-License-Identifier: Apache-2.0
// A table of cells as a file held it: text of every cell, numbers where the file typed them, and the place of each.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/number.h"

namespace vesica {

struct Cell {
  std::string text;                                          ///< as shown (dates as ISO text)
  double number = std::numeric_limits<double>::quiet_NaN();  ///< set when `typed`
  bool typed = false;                                        ///< the file itself says that this is a number
};

/// Cells of a workbook that are merged into one, counted from 0, both ends included; the first holds the value.
struct MergedCells {
  std::size_t first_row = 0, first_column = 0, last_row = 0, last_column = 0;
};
inline constexpr std::size_t kMostMergedCells = 10'000;  ///< chosen: a plate of 1536 wells merged in pairs has 768

/// One sheet. Rows may be ragged; a missing cell reads as empty. Row r of a workbook is line r + 1 of its sheet.
struct Sheet {
  std::string name;  ///< "Sheet1"; empty for text files
  std::string file;
  std::vector<std::vector<Cell>> rows;
  std::vector<int> row_lines;                      ///< text files: line of each row; empty for workbooks
  DecimalMark decimal_mark = DecimalMark::kPoint;  ///< of untyped numbers
  std::vector<MergedCells> merged = {};            ///< workbooks: the first kMostMergedCells of them

  const Cell& at(std::size_t row, std::size_t column) const;  ///< an empty cell when outside
  /// The cell as a number: typed, or parsed with the sheet's decimal mark; NaN otherwise.
  double number_at(std::size_t row, std::size_t column) const;
  /// file:line:column for text, where the column counts cells from 1; file (Sheet1!C7) for workbooks.
  Place place(std::size_t row, std::size_t column) const;
};

/// "A", "Z", "AA", ... of a column counted from 0, as spreadsheets print it.
std::string column_letters(std::size_t column);

struct Workbook {
  std::string file;
  std::vector<Sheet> sheets;
};

}  // namespace vesica
