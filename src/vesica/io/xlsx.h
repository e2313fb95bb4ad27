// SPDX-License-Identifier: Apache-2.0
// Excel workbooks (.xlsx): reading of values, typed writing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/sheet.h"

namespace vesica {

/// Limits of Excel itself (ECMA-376 implementations: "Excel specifications and limits"), which no file may exceed.
inline constexpr std::size_t kMaxXlsxRows = 1'048'576;
inline constexpr std::size_t kMaxXlsxColumns = 16'384;
inline constexpr std::size_t kMaxXlsxText = 32'767;  ///< UTF-16 units of one cell, when writing
/// Bounds on a whole workbook, chosen. Cells are counted up to the last filled one of each row, rows likewise.
inline constexpr std::size_t kMaxXlsxSheets = 256;
inline constexpr std::size_t kMaxXlsxCells = 10'000'000;
inline constexpr std::size_t kFreeXlsxGaps = 1'000'000;  ///< empty cells before filled ones, and ...
inline constexpr std::size_t kMaxXlsxGapRatio = 64;      ///< ... as many more for each filled one
inline constexpr std::size_t kMaxXlsxTotalRows = 4'000'000;
inline constexpr std::size_t kMaxXlsxStrings = 10'000'000;

/// Reads the values of every worksheet (hidden ones too; no charts), in the order of the tabs. Row r of a sheet is its
/// row r + 1, empty rows and cells in between included, empty ones at the ends dropped.
/// - Numbers are typed, with their exact text whatever their format shows (5 % is 0.05).
/// - Numbers with a date or time format become ISO text ("2026-11-20", "11:26:46", "2026-11-20T11:26:46", elapsed time
///   "30:15:00"), untyped, so that no computation takes them for a measured number. Both calendars (1900, 1904).
/// - Truth values are the texts TRUE and FALSE, errors their text ("#DIV/0!"), formulas their stored result; one
/// without
///   stored result is "#NOT_CALCULATED" (programs that never calculate write such files; opening and saving once in
///   Excel or LibreOffice fills it in).
/// - Merged cells: the value stands in the first cell; Sheet::merged says where. Comments, formats and macros are not
/// read. Throws Error(kUnsupported) for password-protected, binary (.xls, .xlsb) and OpenDocument files, Error(kData)
/// with file (part) or file (Sheet1!C7) for damage, a DOCTYPE, and anything beyond the bounds here and in io/zip.h.
Workbook read_xlsx(std::string_view bytes, const std::string& file);
Workbook read_xlsx(const std::filesystem::path& path);

/// One column of a sheet to write.
struct XlsxColumn {
  double width = 0;                  ///< in characters; 0: as wide as its content, at most 60
  std::vector<std::string> choices;  ///< offered as a drop-down list below the header; other entries warn, not refuse
};

/// A sheet to write.
struct XlsxSheet {
  Sheet sheet;
  bool header = true;  ///< the first row is bold on grey and stays in view
  std::vector<XlsxColumn> columns;
};

struct XlsxDocument {
  std::string title;
  std::vector<XlsxSheet> sheets;
  std::vector<std::string> notes;  ///< paragraphs of a last sheet "Notes"; none: no such sheet
};

/// The bytes of a workbook. Typed cells are numbers with 16 significant digits, as libxlsxwriter prints them (NaN:
/// empty cell; beyond Excel's 9.99999999999999e307: text), all others text cells, so that no gene name becomes a date
/// and no text a formula. Same document, same bytes: no time stamps. Sheet names are made legal and unique. Throws
/// Error(kData) for a text, row or column beyond Excel's limits, Error(kIo) when the temporary folder is full.
std::string xlsx_bytes(const XlsxDocument& document);
void write_xlsx(const std::filesystem::path& path, const XlsxDocument& document);

}  // namespace vesica
