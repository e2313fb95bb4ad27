// SPDX-License-Identifier: Apache-2.0
#include "vesica/table/tsv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

struct Column {
  std::string_view name;
  std::string_view meaning;
};

// One spelling everywhere: these are the members of Observation.
constexpr std::array<Column, 20> kColumns = {{
    {"id", "short id of the row; `vesica why STUDY ID` answers with file, settings, version and run"},
    {"quantity", "id in the catalogue of quantities"},
    {"target", "gene, protein, particle class or other name that the catalogue does not hold"},
    {"condition", "what was done"},
    {"sample", "node of the study's sample tree"},
    {"replicate", "technical repeat"},
    {"part", "field, region or weighting"},
    {"time_h", "moment, hours"},
    {"at", "position on the quantity's own axis (see below)"},
    {"origin", "measured or predicted"},
    {"source", "assay or model"},
    {"value", "the number, in `unit`"},
    {"unit", "UCUM"},
    {"low", "lower end of the interval"},
    {"high", "upper end of the interval"},
    {"interval", "kind of the interval"},
    {"sd", "standard deviation of what was summarised"},
    {"n", "objects summarised; empty: not a summary"},
    {"status", "ok, or why the value is a limit or missing"},
    {"run", "provenance record"},
}};

/// Text that spreadsheets would run as a formula gets an apostrophe; tabs and line ends become blanks.
void put_text(std::string& out, std::string_view text) {
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) out += '\'';
  for (const char c : text) out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
}

void put_number(std::string& out, double value) {
  if (!std::isnan(value)) out += exact_number(value);
}

}  // namespace

std::string write_observations_tsv(const ObservationTable& table) {
  std::string out;
  out.reserve(table.size() * 160 + 256);
  for (const Column& column : kColumns) {
    if (&column != kColumns.data()) out += '\t';
    out += column.name;
  }
  out += '\n';
  for (std::size_t i = 0; i < table.size(); ++i) {
    out += observation_id(table, i);
    for (const std::string_view text :
         {table.quantity(i), table.target(i), table.condition(i), table.sample(i), table.replicate(i), table.part(i)})
      put_text(out += '\t', text);
    put_number(out += '\t', table.time_h(i));
    put_number(out += '\t', table.at(i));
    ((out += '\t') += to_text(table.origin(i))) += '\t';
    put_text(out, table.source(i));
    put_number(out += '\t', table.value(i));
    put_text(out += '\t', table.unit(i));
    put_number(out += '\t', table.low(i));
    put_number(out += '\t', table.high(i));
    put_text(out += '\t', table.interval(i));
    put_number(out += '\t', table.sd(i));
    out += '\t';
    if (table.n(i) > 0) out += std::to_string(table.n(i));
    (out += '\t') += to_text(table.status(i));
    put_text(out += '\t', table.run(i));
    out += '\n';
  }
  return out;
}

namespace {

/// Reads one line's cells into a row, naming the column of the first cell that does not fit.
class RowReader {
 public:
  RowReader(std::vector<std::string_view> cells, const std::string& file, int line)
      : cells_(std::move(cells)), file_(file), line_(line) {}

  std::string text(std::size_t column) const {
    std::string_view cell = cells_[column];
    if (cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@").find(cell[1]) != std::string_view::npos)
      cell.remove_prefix(1);
    return std::string(cell);
  }
  double number(std::size_t column) const {
    if (cells_[column].empty()) return kNaN;
    const auto value = parse_number(cells_[column]);
    if (!value) fail(column, say("\"{}\" is no number.", cells_[column]));
    return *value;
  }
  [[noreturn]] void fail(std::size_t column, const std::string& what) const {
    throw Error(ErrorKind::kData, what,
                {file_, line_, static_cast<int>(column) + 1, std::string(kColumns[column].name)});
  }

 private:
  std::vector<std::string_view> cells_;
  const std::string& file_;
  int line_;
};

Observation read_row(const RowReader& cells) {
  Observation row;
  row.quantity = cells.text(1);
  row.target = cells.text(2);
  row.condition = cells.text(3);
  row.sample = cells.text(4);
  row.replicate = cells.text(5);
  row.part = cells.text(6);
  row.time_h = cells.number(7);
  row.at = cells.number(8);
  if (!parse_origin(cells.text(9), row.origin))
    cells.fail(9, say("\"{}\" is neither measured nor predicted.", cells.text(9)));
  row.source = cells.text(10);
  row.value = cells.number(11);
  row.unit = cells.text(12);
  row.low = cells.number(13);
  row.high = cells.number(14);
  row.interval = cells.text(15);
  row.sd = cells.number(16);
  const double n = cells.number(17);
  if (!std::isnan(n) && !(n >= 0 && n < 9e15)) cells.fail(17, say("\"{}\" is no count.", cells.text(17)));
  row.n = std::isnan(n) ? 0 : static_cast<std::int64_t>(n);
  if (!parse_status(cells.text(18), row.status)) cells.fail(18, say("\"{}\" is no status.", cells.text(18)));
  row.run = cells.text(19);
  return row;
}

}  // namespace

ObservationTable read_observations_tsv(std::string_view text, const std::string& file) {
  ObservationTable table;
  int line = 0;
  for (const std::string_view content : split_lines(text)) {
    ++line;
    if (content.empty()) continue;
    auto cells = split(content, '\t');
    if (cells.size() != kColumns.size())
      throw Error(ErrorKind::kData, say("A row has {} column(s), not {}.", cells.size(), kColumns.size()),
                  {file, line, 0, ""}, say("Only a file that Vesica wrote can be read here."));
    if (line == 1) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] != kColumns[i].name)
          throw Error(ErrorKind::kData, say("Column {} is \"{}\", not \"{}\".", i + 1, cells[i], kColumns[i].name),
                      {file, 1, static_cast<int>(i) + 1, ""});
      }
      continue;
    }
    table.add(read_row(RowReader(std::move(cells), file, line)));
  }
  return table;
}

std::string write_dictionary_tsv(const ObservationTable& table) {
  std::string out = "kind\tname\tmeaning\tunit\taxis\tsource\n";
  for (const Column& column : kColumns)
    out += "column\t" + std::string(column.name) + "\t" + std::string(column.meaning) + "\t\t\t\n";
  std::set<std::string_view> present;
  for (std::size_t i = 0; i < table.size(); ++i) present.insert(table.quantity(i));
  for (const std::string_view id : present) {
    const Quantity* quantity = find_quantity(id);
    if (quantity == nullptr) continue;
    out += "quantity\t" + std::string(id) + "\t" + std::string(quantity->definition) + "\t" +
           std::string(quantity->unit) + "\t" + std::string(quantity->at) +
           (quantity->at_unit.empty() ? "" : " (" + std::string(quantity->at_unit) + ")") + "\t" +
           std::string(quantity->source) + "\n";
  }
  return out;
}

}  // namespace vesica
