// SPDX-License-Identifier: Apache-2.0
// One evidence table against its schema: typed cells, each problem with its place. Inside `evidence` only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/data/sheet.h"

namespace vesica::evidence_detail {

struct ColumnSchema {
  std::string name;
  std::string type;  ///< id, text, list, number, unit, doi, or word:a|b|c
  bool required = false;
};
using TableSchema = std::map<std::string, std::vector<ColumnSchema>, std::less<>>;

TableSchema read_schema(std::string_view tsv, std::vector<Error>& problems);

/// Walks the rows of one table; a row with a problem is skipped.
class TableReader {
 public:
  TableReader(std::string_view table, std::string_view tsv, const TableSchema& schema, std::vector<Error>& problems);

  /// Goes to the next row without problems; false at the end.
  bool next();
  const std::string& text(std::string_view column) const;
  double number(std::string_view column) const;  ///< NaN for an empty cell
  std::vector<std::string> list(std::string_view column) const;
  Place place() const { return sheet_.place(row_, 0); }
  /// Adds a problem about the current row.
  void complain(std::string_view column, std::string what, std::string hint);

 private:
  bool row_is_good();
  bool cell_is_good(const ColumnSchema& column);

  Sheet sheet_;
  const std::vector<ColumnSchema>* columns_ = nullptr;
  std::map<std::string, std::size_t, std::less<>> position_;
  std::map<std::string, int, std::less<>> seen_;  ///< id → line
  std::vector<Error>& problems_;
  std::size_t row_ = 0;
  bool usable_ = false;
};

/// "10.1038/srep17319": 10. four to nine digits, a slash, at least one character without blanks (Crossref's form).
bool is_doi(std::string_view text);

}  // namespace vesica::evidence_detail
