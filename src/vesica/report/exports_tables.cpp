// SPDX-License-Identifier: Apache-2.0
// findings.tsv, the dictionary, and the workbook. One description of the columns serves both.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <variant>

#include <xlsxwriter.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/report/exports.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

using Entry = std::variant<std::string, double>;  // NaN: an empty cell
using Row = std::vector<Entry>;

struct Column {
  const char* name;
  const char* meaning;
};

constexpr Column kFindingColumns[] = {
    {"finding", "id of the finding"},
    {"comparison", "comparison declared in the study, or the check"},
    {"kind", "comparison, agreement, compatibility, ..."},
    {"quantity", "id in the catalogue of quantities"},
    {"target", "gene, protein, particle class or other name that the catalogue does not hold"},
    {"time_h", "moment, hours"},
    {"question", "what was asked, in words"},
    {"answer", "the answer in words"},
    {"unit", "sample kind that n counts"},
    {"n", "units of each group"},
    {"scale", "scale of the analysis: linear, log, logit"},
    {"contrast", "groups compared, or \"all groups\""},
    {"method", "id of the test"},
    {"statistic", "name of the test statistic"},
    {"statistic_value", "its value"},
    {"df1", "degrees of freedom, of the numerator for F"},
    {"df2", "degrees of freedom of the denominator"},
    {"p", "two-sided p, exact"},
    {"adjusted_p", "p adjusted for the number of contrasts"},
    {"correction", "how it was adjusted"},
    {"stars", "by the star scheme of the study"},
    {"estimate", "difference or ratio, see estimate_kind"},
    {"low", "lower end of its 95 % interval"},
    {"high", "upper end of its 95 % interval"},
    {"estimate_kind", "what the estimate is"},
    {"hedges_g", "standardised difference between units"},
    {"hedges_low", "lower end of its 95 % interval"},
    {"hedges_high", "upper end of its 95 % interval"},
    {"power", "probability to see an effect of the size power_for"},
    {"power_for", "size of effect that power and n_needed are for"},
    {"n_needed", "units per group for a power of 80 %"},
    {"status", "ok, or why there is no number"},
};

constexpr Column kObservationColumns[] = {
    {"id", ""},        {"quantity", ""}, {"target", ""}, {"condition", ""}, {"sample", ""},
    {"replicate", ""}, {"part", ""},     {"time_h", ""}, {"at", ""},        {"origin", ""},
    {"source", ""},    {"value", ""},    {"unit", ""},   {"low", ""},       {"high", ""},
    {"interval", ""},  {"sd", ""},       {"n", ""},      {"status", ""},    {"run", ""},
};

// A curve has many rows of few different words: what is the same in all of them is left to observations.tsv.
constexpr Column kCurveColumns[] = {
    {"id", ""}, {"quantity", ""}, {"target", ""}, {"sample", ""}, {"replicate", ""}, {"part", ""}, {"time_h", ""},
    {"at", ""}, {"origin", ""},   {"value", ""},  {"unit", ""},   {"low", ""},       {"high", ""}, {"status", ""},
};

Row curve_row(const ObservationTable& table, std::size_t i) {
  const auto text = [](std::string_view value) { return std::string(value); };
  return {observation_id(table, i),
          text(table.quantity(i)),
          text(table.target(i)),
          text(table.sample(i)),
          text(table.replicate(i)),
          text(table.part(i)),
          table.time_h(i),
          table.at(i),
          text(to_text(table.origin(i))),
          table.value(i),
          text(table.unit(i)),
          table.low(i),
          table.high(i),
          text(to_text(table.status(i)))};
}

Row observation_row(const ObservationTable& table, std::size_t i) {
  const auto text = [](std::string_view value) { return std::string(value); };
  return {observation_id(table, i),
          text(table.quantity(i)),
          text(table.target(i)),
          text(table.condition(i)),
          text(table.sample(i)),
          text(table.replicate(i)),
          text(table.part(i)),
          table.time_h(i),
          table.at(i),
          text(to_text(table.origin(i))),
          text(table.source(i)),
          table.value(i),
          text(table.unit(i)),
          table.low(i),
          table.high(i),
          text(table.interval(i)),
          table.sd(i),
          table.n(i) > 0 ? static_cast<double>(table.n(i)) : kNaN,
          text(to_text(table.status(i))),
          text(table.run(i))};
}

Row finding_row(const Finding& finding, const FindingTest& test) {
  std::string n;
  for (const FindingGroup& group : finding.groups) {
    if (!n.empty()) n += "; ";
    n += group.name + (group.second.empty() ? "" : "/" + group.second) + " = " + std::to_string(group.units.size());
  }
  return {finding.id,     finding.comparison, finding.kind,     finding.quantity,    finding.target,
          finding.time_h, finding.question,   finding.answer,   finding.unit,        n,
          finding.scale,  test.contrast,      test.method,      test.statistic_name, test.statistic,
          test.df1,       test.df2,           test.p,           test.adjusted_p,     test.correction,
          test.stars,     test.estimate,      test.low,         test.high,           test.estimate_kind,
          test.hedges_g,  test.hedges_low,    test.hedges_high, test.power,          test.power_for,
          test.n_needed,  test.status};
}

std::vector<Row> finding_rows(const std::vector<Finding>& findings) {
  std::vector<Row> rows;
  for (const Finding& finding : findings) {
    if (finding.tests.empty()) {
      FindingTest none;
      rows.push_back(finding_row(finding, none));
    }
    for (const FindingTest& test : finding.tests) rows.push_back(finding_row(finding, test));
  }
  return rows;
}

std::string tsv_cell(const Entry& cell) {
  if (const double* number = std::get_if<double>(&cell)) return std::isnan(*number) ? "" : exact_number(*number);
  std::string text = std::get<std::string>(cell);
  for (char& c : text) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  return text;
}

// ---- workbook ------------------------------------------------------------------------------------------------------

constexpr time_t kCreated = 946'684'800;         // 2000-01-01, chosen: the same bytes every time
constexpr std::size_t kLongestText = 8000;       // bytes; Excel takes 32,767 characters of one cell
constexpr std::size_t kMostCurveRows = 150'000;  // chosen: 5 s to write and 8 MB; Excel's own limit is 1,048,576
constexpr double kLargestNumber = 9.99e307;      // Excel's limit

/// Text that XML and Excel take: control characters become blanks, "_x0041_" is not read as an escape.
std::string excel_text(std::string_view text) {
  const bool plain = text.size() <= kLongestText &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c != '_' && c != 0x7F; });
  if (plain) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.size() >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_') {
      out += "_x005F_";
    } else if (static_cast<unsigned char>(rest[0]) < 0x20 && rest[0] != '\n' && rest[0] != '\t') {
      out += ' ';
    } else if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      out += "\xEF\xBF\xBD";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  if (out.size() <= kLongestText) return out;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

class Book {
 public:
  explicit Book(std::string path) : path_(std::move(path)) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;  // rows are written in their order and not kept
    options.use_zip64 = LXW_FALSE;
    book_ = workbook_new_opt(path_.c_str(), &options);
    lxw_doc_properties properties{};
    properties.created = kCreated;
    workbook_set_properties(book_, &properties);
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
    format_set_bottom(bold_, LXW_BORDER_THIN);
  }
  ~Book() {
    if (book_ != nullptr) workbook_close(book_);
  }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  void sheet(const std::string& name, const std::vector<std::pair<std::string, double>>& columns) {
    sheet_ = workbook_add_worksheet(book_, name.c_str());
    next_ = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto column = static_cast<lxw_col_t>(c);
      worksheet_set_column(sheet_, column, column, columns[c].second, nullptr);
      worksheet_write_string(sheet_, 0, column, columns[c].first.c_str(), bold_);
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    ++next_;
  }
  void row(const Row& cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const auto column = static_cast<lxw_col_t>(c);
      if (const double* number = std::get_if<double>(&cells[c])) {
        if (std::fabs(*number) <= kLargestNumber) worksheet_write_number(sheet_, next_, column, *number, nullptr);
      } else if (const std::string text = excel_text(std::get<std::string>(cells[c])); !text.empty()) {
        worksheet_write_string(sheet_, next_, column, text.c_str(), nullptr);
      }
    }
    ++next_;
  }
  void close() {
    lxw_workbook* book = book_;
    book_ = nullptr;
    const lxw_error status = workbook_close(book);
    if (status != LXW_NO_ERROR) {
      throw Error(ErrorKind::kIo, say("The workbook cannot be written: {}.", lxw_strerror(status)), {path_, 0, 0, ""},
                  say("Free some space in the temporary folder (TMPDIR) and try again."));
    }
  }

 private:
  std::string path_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_row_t next_ = 0;
};

/// A file in the temporary folder that is gone with its owner.
struct TemporaryFile {
  TemporaryFile() : path(std::filesystem::temp_directory_path() / ("vesica-" + new_uuid() + ".xlsx")) {}
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path path;
};

template <std::size_t N>
std::vector<std::pair<std::string, double>> heads(const Column (&columns)[N]) {
  std::vector<std::pair<std::string, double>> result;
  for (const Column& column : columns) {
    const std::string name = column.name;
    const bool wide =
        name == "quantity" || name == "sample" || name == "question" || name == "answer" || name == "contrast";
    result.emplace_back(name, wide ? 28 : 13);
  }
  return result;
}

void write_readme(Book& book, const ReportContent& content, bool curves_apart) {
  book.sheet(say("Read me"), {{content.study.title.empty() ? content.study.id : content.study.title, 110}});
  const auto line = [&](const std::string& text) { book.row({text}); };
  line(content.study.question);
  line(say("Written by Vesica {}.", content.version));
  line(
      say("observations: one number a row, measured or predicted; the id leads to file, settings and run (vesica why "
          "{} ID).",
          content.study.id));
  line(curves_apart ? say("curves: too many rows for a sheet; they are in curves.tsv.")
                    : say("curves: rows of distributions and time courses that have a position (column at)."));
  line(say("findings: one test a row, exact p; n counts the unit."));
  line(say("issues: what a reader should know; errors name the files that gave no value."));
  line(say("exclusions: rows that were left out, with the reason."));
  line(say("dictionary: every column and every quantity with unit, definition and source."));
  line(say("An empty cell means that there is no number; status says why."));
}

void write_dictionary(Book& book, const ReportContent& content) {
  const std::string dictionary = write_data_dictionary_tsv(content);
  bool first = true;
  for (const std::string_view text : split_lines(dictionary)) {
    if (text.empty()) continue;
    Row row;
    std::vector<std::pair<std::string, double>> names;
    for (const std::string_view cell : split(text, '\t')) {
      row.emplace_back(std::string(cell));
      names.emplace_back(cell, names.size() == 2 ? 80 : 24);
    }
    if (first) {
      book.sheet(say("Dictionary"), names);
    } else {
      book.row(row);
    }
    first = false;
  }
}

void write_issues(Book& book, const ReportContent& content) {
  book.sheet(
      say("Issues"),
      {{"severity", 10}, {"kind", 24}, {"message", 80}, {"hint", 60}, {"input", 40}, {"sample", 16}, {"place", 40}});
  for (const Issue& issue : content.issues) {
    book.row({std::string(to_text(issue.severity)), issue.kind, issue.message, issue.hint, issue.input, issue.sample,
              issue.where.text()});
  }
}

void write_exclusions(Book& book, const ReportContent& content, std::size_t sheet_rows) {
  std::vector<std::pair<std::string, double>> columns = {{"reason", 50}};
  for (const auto& head : heads(kObservationColumns)) columns.push_back(head);
  book.sheet(say("Exclusions"), columns);
  for (std::size_t i = 0; i < std::min(content.excluded.size(), sheet_rows - 1); ++i) {
    Row row = {i < content.excluded_reasons.size() ? content.excluded_reasons[i] : std::string()};
    for (Entry& cell : observation_row(content.excluded, i)) row.push_back(std::move(cell));
    book.row(row);
  }
}

}  // namespace

std::string write_findings_tsv(const std::vector<Finding>& findings) {
  std::string out;
  for (const Column& column : kFindingColumns) out += (out.empty() ? "" : "\t") + std::string(column.name);
  out += '\n';
  for (const Row& row : finding_rows(findings)) {
    bool first = true;
    for (const Entry& cell : row) {
      if (!first) out += '\t';
      first = false;
      out += tsv_cell(cell);
    }
    out += '\n';
  }
  return out;
}

std::string write_data_dictionary_tsv(const ReportContent& content) {
  std::set<std::string> quantities;  // a quantity that only a finding names is explained too
  for (const Finding& finding : content.findings) quantities.insert(finding.quantity);
  for (std::size_t i = 0; i < content.table.size(); ++i) quantities.emplace(content.table.quantity(i));
  ObservationTable table;
  for (const std::string& quantity : quantities) {
    Observation row;
    row.quantity = quantity;
    table.add(row);
  }
  std::string out = write_dictionary_tsv(table);
  for (const Column& column : kFindingColumns)
    out += std::string("findings column\t") + column.name + "\t" + column.meaning + "\t\t\t\n";
  return out;
}

std::vector<Artifact> write_xlsx(const ReportContent& content, std::size_t sheet_rows) {
  std::size_t curve_rows = 0;
  for (std::size_t i = 0; i < content.table.size(); ++i) curve_rows += std::isfinite(content.table.at(i)) ? 1 : 0;
  const bool apart = curve_rows + 1 > sheet_rows || curve_rows > kMostCurveRows;
  const TemporaryFile file;
  Book book(file.path.string());
  write_readme(book, content, apart);
  for (const bool curves : {false, true}) {
    if (curves && (apart || curve_rows == 0)) continue;
    book.sheet(curves ? say("Curves") : say("Observations"),
               curves ? heads(kCurveColumns) : heads(kObservationColumns));
    std::size_t written = 1;
    for (std::size_t i = 0; i < content.table.size() && written < sheet_rows; ++i) {
      if (std::isfinite(content.table.at(i)) != curves) continue;
      book.row(curves ? curve_row(content.table, i) : observation_row(content.table, i));
      ++written;
    }
  }
  book.sheet(say("Findings"), heads(kFindingColumns));
  for (const Row& row : finding_rows(content.findings)) book.row(row);
  write_issues(book, content);
  write_exclusions(book, content, sheet_rows);
  write_dictionary(book, content);
  book.close();
  std::vector<Artifact> documents = {{"results.xlsx",
                                      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                      read_file(file.path, std::uint64_t{1} << 32), say("All tables as a workbook.")}};
  if (apart) {
    const ObservationTable curves =
        content.table.select([&](std::size_t i) { return std::isfinite(content.table.at(i)); });
    documents.push_back({"curves.tsv", "text/tab-separated-values", write_observations_tsv(curves),
                         say("Rows of curves, too many for a sheet.")});
  }
  return documents;
}

}  // namespace vesica
