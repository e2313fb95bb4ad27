// SPDX-License-Identifier: Apache-2.0
// One evidence table against its schema.
#include "vesica/evidence/table_reader.h"

#include <cctype>
#include <limits>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/csv.h"
#include "vesica/quantity/unit.h"

namespace vesica::evidence_detail {

namespace {

constexpr TextFormat kTsv{'\t', DecimalMark::kPoint};
constexpr std::string_view kWordType = "word:";

std::string file_of(std::string_view table) { return "evidence/" + std::string(table) + ".tsv"; }

std::vector<std::string> words_of(std::string_view type) {
  std::vector<std::string> out;
  for (const std::string_view word : split(type.substr(kWordType.size()), '|')) out.emplace_back(word);
  return out;
}

}  // namespace

bool is_doi(std::string_view text) {
  const auto slash = text.find('/');
  if (!text.starts_with("10.") || slash == std::string_view::npos || slash + 1 >= text.size()) return false;
  const std::string_view prefix = text.substr(3, slash - 3);
  if (prefix.size() < 4 || prefix.size() > 9) return false;
  for (const char c : prefix) {
    if (!std::isdigit(static_cast<unsigned char>(c))) return false;
  }
  return text.find_first_of(" \t\"<>") == std::string_view::npos;
}

TableSchema read_schema(std::string_view tsv, std::vector<Error>& problems) {
  TableSchema schema;
  const Sheet sheet = parse_text_table(tsv, file_of("schema"), kTsv);
  for (std::size_t row = 1; row < sheet.rows.size(); ++row) {
    if (sheet.rows[row].empty()) continue;
    const std::string& table = sheet.at(row, 0).text;
    const std::string& column = sheet.at(row, 1).text;
    if (table.empty() || column.empty()) {
      problems.emplace_back(ErrorKind::kData, say("A row of the schema names no table or no column"),
                            sheet.place(row, 0), say("Write table, column, type, required, unit, meaning"));
      continue;
    }
    schema[table].push_back({column, sheet.at(row, 2).text, sheet.at(row, 3).text == "yes"});
  }
  return schema;
}

TableReader::TableReader(std::string_view table, std::string_view tsv, const TableSchema& schema,
                         std::vector<Error>& problems)
    : sheet_(parse_text_table(tsv, file_of(table), kTsv)), problems_(problems) {
  const auto found = schema.find(table);
  if (found == schema.end()) {
    problems_.emplace_back(ErrorKind::kData, say("The schema does not know the table {}", table), sheet_.place(0, 0),
                           say("Add its columns to evidence/schema.tsv"));
    return;
  }
  columns_ = &found->second;
  if (!sheet_.rows.empty()) {
    for (std::size_t i = 0; i < sheet_.rows[0].size(); ++i) position_[sheet_.rows[0][i].text] = i;
  }
  usable_ = true;
  for (const ColumnSchema& column : *columns_) {
    if (position_.contains(column.name)) continue;
    usable_ = false;
    problems_.emplace_back(ErrorKind::kData, say("The table {} has no column {}", table, column.name),
                           sheet_.place(0, 0),
                           say("Add the column; its cells may be empty unless the schema says required"));
  }
}

bool TableReader::next() {
  while (usable_ && ++row_ < sheet_.rows.size()) {
    if (!sheet_.rows[row_].empty() && row_is_good()) return true;
  }
  return false;
}

const std::string& TableReader::text(std::string_view column) const {
  return sheet_.at(row_, position_.find(column)->second).text;
}

double TableReader::number(std::string_view column) const {
  return parse_number(text(column)).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::vector<std::string> TableReader::list(std::string_view column) const {
  std::vector<std::string> out;
  for (const std::string_view part : split(text(column), ';')) {
    if (!trim(part).empty()) out.emplace_back(trim(part));
  }
  return out;
}

void TableReader::complain(std::string_view column, std::string what, std::string hint) {
  Place place = sheet_.place(row_, position_.find(column)->second);
  place.item = std::string(column);
  problems_.emplace_back(ErrorKind::kData, std::move(what), std::move(place), std::move(hint));
}

bool TableReader::row_is_good() {
  bool good = true;
  if (sheet_.rows[row_].size() > sheet_.rows[0].size()) {
    complain(columns_->front().name,
             say("The row has {} cell(s), the header {}", sheet_.rows[row_].size(), sheet_.rows[0].size()),
             say("Look for a tab inside a text"));
    good = false;
  }
  for (const ColumnSchema& column : *columns_) good = cell_is_good(column) && good;
  return good;
}

bool TableReader::cell_is_good(const ColumnSchema& column) {
  const std::string& cell = text(column.name);
  if (cell.empty()) {
    if (!column.required) return true;
    complain(column.name, say("{} is empty", column.name), say("The schema requires it"));
    return false;
  }
  if (column.type == "number" && !parse_number(cell)) {
    complain(column.name, say("\"{}\" is not a number", cell), say("Write digits with a decimal point"));
    return false;
  }
  if (column.type == "unit" && !parse_unit(cell)) {
    complain(column.name, say("\"{}\" is not a unit", cell), say("Write UCUM: nm, g/mL, mPa.s, 1 for a pure number"));
    return false;
  }
  if (column.type == "doi" && !is_doi(cell)) {
    complain(column.name, say("\"{}\" is not a DOI", cell), say("Write 10.NNNN/suffix without a web address"));
    return false;
  }
  if (column.type.starts_with(kWordType)) {
    const std::vector<std::string> words = words_of(column.type);
    for (const std::string& word : words) {
      if (word == cell) return true;
    }
    const auto near = did_you_mean(cell, words);
    complain(column.name, say("\"{}\" is not one of {}", cell, join(words, ", ")),
             near ? say("Did you mean {}?", *near) : say("Write one of them"));
    return false;
  }
  if (column.type == "id") {
    const int line = sheet_.place(row_, 0).line;
    const auto [old, is_new] = seen_.emplace(cell, line);
    if (!is_new) {
      complain(column.name, say("The id {} stands in line {} already", cell, old->second),
               say("Give each row its own id"));
      return false;
    }
  }
  return true;
}

}  // namespace vesica::evidence_detail
