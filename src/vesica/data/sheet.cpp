// SPDX-License-Identifier: Apache-2.0
#include "vesica/data/sheet.h"

#include <algorithm>

namespace vesica {

const Cell& Sheet::at(std::size_t row, std::size_t column) const {
  static const Cell empty;
  return row < rows.size() && column < rows[row].size() ? rows[row][column] : empty;
}

double Sheet::number_at(std::size_t row, std::size_t column) const {
  const Cell& cell = at(row, column);
  if (cell.typed) return cell.number;
  return parse_number(cell.text, decimal_mark).value_or(std::numeric_limits<double>::quiet_NaN());
}

Place Sheet::place(std::size_t row, std::size_t column) const {
  if (!row_lines.empty() || name.empty()) {
    const int line = row < row_lines.size() ? row_lines[row] : static_cast<int>(row) + 1;
    return Place{file, line, static_cast<int>(column) + 1, ""};
  }
  return Place{file, 0, 0, name + "!" + column_letters(column) + std::to_string(row + 1)};
}

std::string column_letters(std::size_t column) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters += static_cast<char>('A' + (rest - 1) % 26);
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

}  // namespace vesica
