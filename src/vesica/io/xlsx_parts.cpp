// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/xlsx_parts.h"

#include <algorithm>
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/csv.h"
#include "vesica/io/xlsx.h"
#include "vesica/io/xml.h"

namespace vesica::xlsx {

namespace {

constexpr std::size_t kMaxStyles = 100'000;    // chosen; Excel allows 65,490
constexpr std::size_t kMaxRelations = 10'000;  // chosen

[[noreturn]] void throw_damaged(const std::string& what, const Place& place) {
  throw Error(ErrorKind::kData, what, place, say("Open the file in Excel or LibreOffice and save it anew."));
}

std::string last_word(std::string_view address) { return std::string(address.substr(address.rfind('/') + 1)); }

/// "../worksheets/sheet1.xml" against "xl", "/xl/worksheets/sheet1.xml" against nothing.
std::string resolve(std::string_view target, const std::string& base) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view path) {
    for (const std::string_view step : split(path, '/')) {
      if (step == "..") {
        if (!parts.empty()) parts.pop_back();
      } else if (!step.empty() && step != ".") {
        parts.emplace_back(step);
      }
    }
  };
  if (!target.starts_with('/')) add(base);
  add(target);
  return join(parts, "/");
}

class RelationHandler : public XmlHandler {
 public:
  RelationHandler(std::string base, const Place& place) : base_(std::move(base)), place_(place) {}
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || attributes.get("TargetMode") == "External") return;
    if (relations.size() == kMaxRelations) throw_damaged(say("The workbook has too many parts."), place_);
    relations[std::string(attributes.get("Id"))] = {last_word(attributes.get("Type")),
                                                    resolve(attributes.get("Target"), base_)};
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
  std::map<std::string, Relation> relations;

 private:
  std::string base_;
  Place place_;
};

bool is_true(std::string_view flag) { return flag == "1" || flag == "true" || flag == "on"; }

class BookHandler : public XmlHandler {
 public:
  explicit BookHandler(const Place& place) : place_(place) {}
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") info.since_1904 = is_true(attributes.get("date1904"));
    if (name != "sheet") return;
    if (info.sheets.size() == kMaxXlsxSheets) {
      throw_damaged(say("The workbook has more than {} sheets.", kMaxXlsxSheets), place_);
    }
    info.sheets.push_back({unescape(attributes.get("name")), std::string(attributes.get("id"))});
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
  BookInfo info;

 private:
  Place place_;
};

/// Collects the text of <t> elements, those of phonetic hints (<rPh>) left out.
class TextRuns {
 public:
  void start(std::string_view name) {
    if (name == "rPh") ++phonetic_;
    if (name == "t" && phonetic_ == 0) inside_ = true;
  }
  void end(std::string_view name) {
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name == "t") inside_ = false;
  }
  void text(std::string_view piece, const Place& place) {
    if (!inside_) return;
    if (text_.size() + piece.size() > kMaxCellBytes) {
      throw_damaged(say("A text of the workbook has more than {} bytes.", kMaxCellBytes), place);
    }
    text_ += piece;
  }
  std::string take() { return std::exchange(text_, std::string()); }

 private:
  std::string text_;
  int phonetic_ = 0;
  bool inside_ = false;
};

class StringHandler : public XmlHandler {
 public:
  explicit StringHandler(const Place& place) : place_(place) {}
  void start(std::string_view name, const XmlAttributes&) override { runs_.start(name); }
  void end(std::string_view name) override {
    runs_.end(name);
    if (name != "si") return;
    if (strings.size() == kMaxXlsxStrings) {
      throw_damaged(say("The workbook has more than {} texts.", kMaxXlsxStrings), place_);
    }
    strings.push_back(unescape(runs_.take()));
  }
  void text(std::string_view piece) override { runs_.text(piece, place_); }
  std::vector<std::string> strings;

 private:
  TextRuns runs_;
  Place place_;
};

class StyleHandler : public XmlHandler {
 public:
  explicit StyleHandler(const Place& place) : place_(place) {}
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") in_cell_styles_ = true;
    if (name == "numFmt") {
      const auto id = parse_integer(attributes.get("numFmtId"));
      if (id) own_[*id] = date_format_of(attributes.get("formatCode"));
    }
    if (name == "xf" && in_cell_styles_) {
      if (styles.size() == kMaxStyles) throw_damaged(say("The workbook has too many styles."), place_);
      const long long id = parse_integer(attributes.get("numFmtId")).value_or(0);
      const auto own = own_.find(id);
      const bool small = id >= 0 && id < 1000;
      styles.push_back(own != own_.end() ? own->second : builtin_date_format(small ? static_cast<int>(id) : 0));
    }
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") in_cell_styles_ = false;
  }
  void text(std::string_view) override {}
  std::vector<DateFormat> styles;

 private:
  std::map<long long, DateFormat> own_;
  bool in_cell_styles_ = false;
  Place place_;
};

/// Column and row of "C7", counted from 0; false when it is none or outside Excel's grid.
bool parse_reference(std::string_view reference, std::size_t& column, std::size_t& row) {
  std::size_t i = 0;
  std::size_t letters = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && i < 4; ++i) {
    letters = letters * 26 + static_cast<std::size_t>(reference[i] - 'A' + 1);
  }
  const auto number = parse_integer(reference.substr(i));
  if (letters == 0 || letters > kMaxXlsxColumns || !number || *number < 1) return false;
  if (*number > static_cast<long long>(kMaxXlsxRows)) return false;
  column = letters - 1;
  row = static_cast<std::size_t>(*number) - 1;
  return true;
}

class CellHandler : public XmlHandler {
 public:
  CellHandler(BookTables& tables, Sheet& sheet) : tables_(tables), sheet_(sheet) {}

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "row") {
      start_row(attributes);
    } else if (name == "c") {
      start_cell(attributes);
    } else if (name == "mergeCell") {
      see_merged(attributes.get("ref"));
    } else if (in_cell_ && name == "v") {
      in_value_ = true;
    } else if (in_cell_ && name == "f") {
      has_formula_ = true;
    } else if (in_cell_) {
      runs_.start(name);
    }
  }

  void end(std::string_view name) override {
    if (!in_cell_) return;
    if (name == "v") {
      in_value_ = false;
    } else if (name == "c") {
      finish_cell();
    } else {
      runs_.end(name);
    }
  }

  void text(std::string_view piece) override {
    if (!in_cell_) return;
    if (!in_value_) {
      runs_.text(piece, place());
      return;
    }
    if (value_.size() + piece.size() > kMaxCellBytes) {
      throw_damaged(say("A text of the workbook has more than {} bytes.", kMaxCellBytes), place());
    }
    value_ += piece;
  }

 private:
  Place place() const { return sheet_.place(row_, column_); }

  void start_row(const XmlAttributes& attributes) {
    const auto given = attributes.find("r");
    const long long number = given ? parse_integer(*given).value_or(0) : static_cast<long long>(next_row_) + 1;
    if (number < 1 || number > static_cast<long long>(kMaxXlsxRows)) {
      throw_damaged(say("A row has the impossible number {}.", given ? std::string(*given) : std::to_string(number)),
                    Place{sheet_.file, 0, 0, sheet_.name});
    }
    row_ = static_cast<std::size_t>(number) - 1;
    next_row_ = row_ + 1;
    next_column_ = 0;
  }

  void start_cell(const XmlAttributes& attributes) {
    column_ = next_column_;
    if (const auto reference = attributes.find("r"); reference && !parse_reference(*reference, column_, row_)) {
      throw_damaged(say("A cell has the impossible address {}.", std::string(*reference)),
                    Place{sheet_.file, 0, 0, sheet_.name});
    }
    if (column_ >= kMaxXlsxColumns) throw_damaged(say("A row has more than {} cells.", kMaxXlsxColumns), place());
    next_column_ = column_ + 1;
    type_ = attributes.get("t");
    style_ = static_cast<std::size_t>(std::clamp(parse_integer(attributes.get("s")).value_or(0), 0LL, 1LL << 30));
    value_.clear();
    runs_.take();
    has_formula_ = false;
    in_cell_ = true;
  }

  /// "B2:C4"; anything else is no range of cells.
  void see_merged(std::string_view reference) {
    const std::size_t colon = reference.find(':');
    MergedCells cells;
    if (colon == std::string_view::npos || sheet_.merged.size() == kMostMergedCells) return;
    if (parse_reference(reference.substr(0, colon), cells.first_column, cells.first_row) &&
        parse_reference(reference.substr(colon + 1), cells.last_column, cells.last_row))
      sheet_.merged.push_back(cells);
  }

  void finish_cell() {
    in_cell_ = false;
    in_value_ = false;
    Cell cell = type_ == "inlineStr" ? Cell{unescape(runs_.take())} : interpreted();
    if (cell.text.empty()) return;
    slot() = std::move(cell);
  }

  Cell interpreted() const {
    if (value_.empty()) return has_formula_ && type_ != "str" ? Cell{"#NOT_CALCULATED"} : Cell{};
    if (type_ == "str") return Cell{unescape(value_)};
    if (type_ == "e" || type_ == "d") return Cell{value_};
    if (type_ == "b") return Cell{is_true(value_) ? "TRUE" : "FALSE"};
    if (type_ == "s") {
      const auto index = parse_integer(value_);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= tables_.strings.size()) {
        throw_damaged(say("The cell points to text number {}, which the workbook lacks.", value_), place());
      }
      return Cell{tables_.strings[static_cast<std::size_t>(*index)]};
    }
    const auto number = parse_number(value_);
    if (!number) throw_damaged(say("The cell claims to be a number but holds “{}”.", value_), place());
    if (style_ < tables_.styles.size() && tables_.styles[style_].any()) {
      if (const auto iso = iso_from_serial(*number, tables_.styles[style_], tables_.since_1904)) return Cell{*iso};
    }
    return Cell{exact_number(*number), *number, true};
  }

  /// The cell's place in the sheet. Rows and cells before it come into being here, and are counted.
  Cell& slot() {
    if (row_ >= sheet_.rows.size()) {
      tables_.rows += row_ + 1 - sheet_.rows.size();
      if (tables_.rows > kMaxXlsxTotalRows) {
        throw_damaged(say("The workbook has more than {} rows.", kMaxXlsxTotalRows), place());
      }
      sheet_.rows.resize(row_ + 1);
    }
    std::vector<Cell>& row = sheet_.rows[row_];
    if (column_ >= row.size()) {
      tables_.cells += column_ + 1 - row.size();
      if (tables_.cells > kMaxXlsxCells) {
        throw_damaged(say("The workbook has more than {} cells.", kMaxXlsxCells), place());
      }
      if (tables_.cells > kFreeXlsxGaps + kMaxXlsxGapRatio * ++tables_.filled) {
        throw_damaged(say("Nearly all cells of the workbook are empty: the table is scattered over a vast grid."),
                      place());
      }
      row.resize(column_ + 1);
    }
    return row[column_];
  }

  BookTables& tables_;
  Sheet& sheet_;
  TextRuns runs_;
  std::string type_;
  std::string value_;
  std::size_t style_ = 0;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t next_row_ = 0;
  std::size_t next_column_ = 0;
  bool in_cell_ = false;
  bool in_value_ = false;
  bool has_formula_ = false;
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// UTF-8 of one UTF-16 unit; a half of a pair is no character.
std::string utf8_of(unsigned unit) {
  if (unit >= 0xD800 && unit <= 0xDFFF) return "\xEF\xBF\xBD";
  if (unit < 0x80) return std::string(1, static_cast<char>(unit));
  if (unit < 0x800) return {static_cast<char>(0xC0 | (unit >> 6)), static_cast<char>(0x80 | (unit & 0x3F))};
  return {static_cast<char>(0xE0 | (unit >> 12)), static_cast<char>(0x80 | ((unit >> 6) & 0x3F)),
          static_cast<char>(0x80 | (unit & 0x3F))};
}

}  // namespace

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i, 7);
    if (rest.size() == 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_') {
      unsigned unit = 0;
      bool hex = true;
      for (int k = 2; k < 6; ++k) {
        const int digit = hex_value(rest[static_cast<std::size_t>(k)]);
        hex = hex && digit >= 0;
        unit = unit * 16 + static_cast<unsigned>(std::max(digit, 0));
      }
      if (hex && unit != 0) {
        out += utf8_of(unit);
        i += 7;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

std::map<std::string, Relation> read_relations(const std::string& xml, const std::string& base, const std::string& file,
                                               const std::string& part) {
  RelationHandler handler(base, Place{file, 0, 0, part});
  parse_xml(xml, file, part, handler);
  return std::move(handler.relations);
}

BookInfo read_book(const std::string& xml, const std::string& file, const std::string& part) {
  BookHandler handler(Place{file, 0, 0, part});
  parse_xml(xml, file, part, handler);
  return std::move(handler.info);
}

std::vector<std::string> read_shared_strings(const std::string& xml, const std::string& file, const std::string& part) {
  StringHandler handler(Place{file, 0, 0, part});
  parse_xml(xml, file, part, handler);
  return std::move(handler.strings);
}

std::vector<DateFormat> read_styles(const std::string& xml, const std::string& file, const std::string& part) {
  StyleHandler handler(Place{file, 0, 0, part});
  parse_xml(xml, file, part, handler);
  return std::move(handler.styles);
}

void read_cells(const std::string& xml, const std::string& part, BookTables& tables, Sheet& sheet) {
  CellHandler handler(tables, sheet);
  parse_xml(xml, sheet.file, part, handler);
}

}  // namespace vesica::xlsx
