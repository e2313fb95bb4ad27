// SPDX-License-Identifier: Apache-2.0
// The parts of a workbook file, each read by its own small handler; only io/xlsx_reader.cpp uses them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/sheet.h"
#include "vesica/io/xlsx_dates.h"

namespace vesica::xlsx {

struct Relation {
  std::string type;    ///< last word of the type's address: "worksheet", "sharedStrings", "styles", ...
  std::string target;  ///< full name of the member
};
/// Relations of a part, by id; `base` is the folder of that part ("xl").
std::map<std::string, Relation> read_relations(const std::string& xml, const std::string& base, const std::string& file,
                                               const std::string& part);

struct SheetEntry {
  std::string name;
  std::string relation;
};
struct BookInfo {
  std::vector<SheetEntry> sheets;
  bool since_1904 = false;
};
BookInfo read_book(const std::string& xml, const std::string& file, const std::string& part);

std::vector<std::string> read_shared_strings(const std::string& xml, const std::string& file, const std::string& part);
/// The date format of each cell style, by index.
std::vector<DateFormat> read_styles(const std::string& xml, const std::string& file, const std::string& part);

/// What the cells of all sheets lean on, and how much of the bounds is used up.
struct BookTables {
  std::vector<std::string> strings;
  std::vector<DateFormat> styles;
  bool since_1904 = false;
  std::size_t cells = 0;   ///< with the gaps before filled ones
  std::size_t filled = 0;  ///< without
  std::size_t rows = 0;
};
/// Fills sheet.rows; sheet.name and sheet.file are set already.
void read_cells(const std::string& xml, const std::string& part, BookTables& tables, Sheet& sheet);

/// Text of the XML with the escapes _xHHHH_ undone (ECMA-376 part 1, 22.9.2.19).
std::string unescape(std::string_view text);

}  // namespace vesica::xlsx
