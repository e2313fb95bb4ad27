// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <xlsxwriter.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/io/xlsx.h"

namespace vesica {

namespace {

namespace fs = std::filesystem;

constexpr time_t kCreated = 946'684'800;                 // 2000-01-01, chosen: the same bytes every time
constexpr double kLargestNumber = 9.99999999999999e307;  // of Excel; beyond it a number is no number
constexpr double kWidestColumn = 60;                     // chosen, in characters
constexpr double kNarrowestColumn = 8;
constexpr std::size_t kRowsMeasured = 1000;   // chosen: column widths follow the first rows
constexpr std::size_t kRowsWithLists = 2000;  // chosen: drop-down lists reach below the last row

/// Letters of Excel's own limit, in UTF-16 units.
std::size_t utf16_length(std::string_view utf8) {
  std::size_t n = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) n += byte >= 0xF0 ? 2 : 1;
  }
  return n;
}

/// Text as the XML part takes it: what already looks like an escape is escaped itself, a lone carriage return would
/// become a line feed, and two code points are forbidden in XML.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const bool looks_escaped = rest.size() >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_';
    if (looks_escaped) {
      out += "_x005F_";
    } else if (rest[0] == '\r') {
      out += "_x000D_";
    } else if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      out += "\xEF\xBF\xBD";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

class Writer {
 public:
  explicit Writer(const fs::path& path) : path_(path.string()), book_(workbook_new(path_.c_str())) {
    VESICA_REQUIRE(book_ != nullptr, "memory for a workbook");
    header_ = workbook_add_format(book_);
    format_set_bold(header_);
    format_set_bg_color(header_, 0xE8E8E8);
    format_set_bottom(header_, LXW_BORDER_THIN);
    wrapped_ = workbook_add_format(book_);
    format_set_text_wrap(wrapped_);
    format_set_align(wrapped_, LXW_ALIGN_VERTICAL_TOP);
  }
  ~Writer() {
    if (book_ != nullptr) workbook_close(book_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(const XlsxDocument& document) {
    lxw_doc_properties properties{};
    std::string title = document.title;
    properties.title = title.data();
    properties.created = kCreated;
    check(workbook_set_properties(book_, &properties), "");
    for (const XlsxSheet& sheet : document.sheets) write_sheet(sheet);
    if (!document.notes.empty()) write_notes(document.notes);
    write_lists();
    const lxw_error status = workbook_close(std::exchange(book_, nullptr));
    if (status != LXW_NO_ERROR) {
      throw Error(ErrorKind::kIo, say("The workbook cannot be written: {}.", lxw_strerror(status)),
                  Place{path_, 0, 0, ""}, say("Free some space in the temporary folder (TMPDIR) and try again."));
    }
  }

 private:
  struct List {
    std::vector<std::string> choices;
    std::string range;
  };

  void check(lxw_error status, const std::string& item) const {
    if (status == LXW_NO_ERROR) return;
    throw Error(ErrorKind::kData, say("The workbook cannot hold this: {}.", lxw_strerror(status)),
                Place{"", 0, 0, item});
  }

  std::string legal_name(const std::string& wanted) {
    constexpr std::size_t kLongestName = 31;  // Excel's limit, in UTF-16 units
    std::string name;
    for (const char c : wanted) name += std::string_view("[]:*?/\\'").find(c) != std::string_view::npos ? '_' : c;
    if (trim(name).empty()) name = "Sheet";
    std::string candidate;
    for (int n = 1; n < 10'000; ++n) {
      const std::string suffix = n == 1 ? "" : " (" + std::to_string(n) + ")";
      std::string head = name;
      while (utf16_length(head) + suffix.size() > kLongestName) {
        head.pop_back();
        while (!head.empty() && (static_cast<unsigned char>(head.back()) & 0xC0) == 0x80) head.pop_back();
        if (!is_valid_utf8(head)) head.pop_back();
      }
      candidate = head + suffix;
      if (names_.insert(lower_ascii(candidate)).second) return candidate;
    }
    VESICA_REQUIRE(false, "ten thousand sheets of one name");
    return candidate;
  }

  lxw_worksheet* add_sheet(const std::string& name) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, legal_name(name).c_str());
    VESICA_REQUIRE(sheet != nullptr, "the sheet's name is legal and unique");
    return sheet;
  }

  void write_sheet(const XlsxSheet& in) {
    const Sheet& sheet = in.sheet;
    if (sheet.rows.size() > kMaxXlsxRows) {
      throw Error(ErrorKind::kData, say("The sheet has {} rows; Excel holds {}.", sheet.rows.size(), kMaxXlsxRows),
                  Place{"", 0, 0, sheet.name}, say("Write the table as TSV."));
    }
    lxw_worksheet* out = add_sheet(sheet.name);
    std::size_t columns = in.columns.size();
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      columns = std::max(columns, sheet.rows[r].size());
      if (columns > kMaxXlsxColumns) {
        throw Error(ErrorKind::kData, say("The sheet has {} columns; Excel holds {}.", columns, kMaxXlsxColumns),
                    Place{"", 0, 0, sheet.name}, say("Write the table as TSV."));
      }
      for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) {
        write_cell(out, sheet, r, c, in.header && r == 0 ? header_ : nullptr);
      }
    }
    if (in.header && !sheet.rows.empty()) worksheet_freeze_panes(out, 1, 0);
    for (std::size_t c = 0; c < columns; ++c) set_column(out, in, c);
  }

  void write_cell(lxw_worksheet* out, const Sheet& sheet, std::size_t r, std::size_t c, lxw_format* format) {
    const Cell& cell = sheet.rows[r][c];
    const auto row = static_cast<lxw_row_t>(r);
    const auto column = static_cast<lxw_col_t>(c);
    const std::string item = sheet.name + "!" + column_letters(c) + std::to_string(r + 1);
    if (cell.typed && std::isnan(cell.number)) return;
    if (cell.typed && std::fabs(cell.number) <= kLargestNumber) {
      check(worksheet_write_number(out, row, column, cell.number, format), item);
      return;
    }
    const std::string text = cell.typed ? exact_number(cell.number) : escaped(cell.text);
    if (text.empty()) return;
    if (utf16_length(text) > kMaxXlsxText) {
      throw Error(ErrorKind::kData,
                  say("The text has {} characters; a cell of Excel holds {}.", text.size(), kMaxXlsxText),
                  Place{"", 0, 0, item}, say("Write the table as TSV."));
    }
    check(worksheet_write_string(out, row, column, text.c_str(), format), item);
  }

  void set_column(lxw_worksheet* out, const XlsxSheet& in, std::size_t c) {
    const XlsxColumn column = c < in.columns.size() ? in.columns[c] : XlsxColumn{};
    double width = column.width;
    if (width <= 0) {
      std::size_t widest = 0;
      for (std::size_t r = 0; r < std::min(in.sheet.rows.size(), kRowsMeasured); ++r) {
        widest = std::max(widest, text_width(in.sheet.at(r, c).text));
      }
      width = std::clamp(static_cast<double>(widest) + 2, kNarrowestColumn, kWidestColumn);
    }
    const auto index = static_cast<lxw_col_t>(c);
    worksheet_set_column(out, index, index, width, nullptr);
    if (column.choices.empty()) return;
    const lxw_row_t first = in.header ? 1 : 0;
    const auto last =
        static_cast<lxw_row_t>(std::min(kMaxXlsxRows - 1, std::max(kRowsWithLists, 2 * in.sheet.rows.size())));
    std::string formula = "=" + list_range(column.choices);
    lxw_data_validation rule{};
    rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    rule.value_formula = formula.data();
    rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
    rule.ignore_blank = LXW_VALIDATION_ON;
    rule.dropdown = LXW_VALIDATION_ON;
    rule.show_error = LXW_VALIDATION_ON;
    check(worksheet_data_validation_range(out, first, index, last, index, &rule), in.sheet.name);
  }

  /// Lists live on a sheet of their own: written into the rule they could hold 255 letters and no comma.
  std::string list_range(const std::vector<std::string>& choices) {
    for (const List& list : lists_) {
      if (list.choices == choices) return list.range;
    }
    if (lists_name_.empty()) lists_name_ = legal_name("Lists");
    const std::string letters = column_letters(lists_.size());
    const std::string range =
        "'" + lists_name_ + "'!$" + letters + "$1:$" + letters + "$" + std::to_string(choices.size());
    lists_.push_back({choices, range});
    return range;
  }

  void write_lists() {
    if (lists_.empty()) return;
    lxw_worksheet* out = workbook_add_worksheet(book_, lists_name_.c_str());
    VESICA_REQUIRE(out != nullptr, "the name of the lists was reserved");
    for (std::size_t c = 0; c < lists_.size(); ++c) {
      for (std::size_t r = 0; r < lists_[c].choices.size(); ++r) {
        const std::string text = escaped(lists_[c].choices[r]);
        check(worksheet_write_string(out, static_cast<lxw_row_t>(r), static_cast<lxw_col_t>(c), text.c_str(), nullptr),
              lists_name_);
      }
    }
    worksheet_hide(out);
  }

  void write_notes(const std::vector<std::string>& notes) {
    constexpr double kNoteWidth = 100;  // chosen: a line of text
    lxw_worksheet* out = add_sheet("Notes");
    worksheet_set_column(out, 0, 0, kNoteWidth, wrapped_);
    for (std::size_t r = 0; r < notes.size(); ++r) {
      const std::string text = escaped(notes[r]);
      if (text.empty()) continue;
      check(worksheet_write_string(out, static_cast<lxw_row_t>(r), 0, text.c_str(), wrapped_), "Notes");
    }
  }

  std::string path_;
  lxw_workbook* book_;
  lxw_format* header_;
  lxw_format* wrapped_;
  std::set<std::string> names_;
  std::vector<List> lists_;
  std::string lists_name_;
};

/// A file name in the temporary folder that is gone with its owner.
class TemporaryFile {
 public:
  TemporaryFile() : path(fs::temp_directory_path() / ("vesica-" + new_uuid() + ".xlsx")) {}
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const fs::path path;
};

}  // namespace

std::string xlsx_bytes(const XlsxDocument& document) {
  VESICA_REQUIRE(!document.sheets.empty(), "a workbook has at least one sheet");
  const TemporaryFile file;
  Writer(file.path).write(document);
  return read_file(file.path, std::uint64_t{1} << 32);
}

void write_xlsx(const fs::path& path, const XlsxDocument& document) {
  write_file_atomically(path, xlsx_bytes(document));
}

}  // namespace vesica
