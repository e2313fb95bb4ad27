// SPDX-License-Identifier: Apache-2.0
// GraphPad Prism's XML files. There is no published schema; the form is that of files that Prism 5 to 10 wrote and of
// the writers of the R and Python packages `pzfx`, whose files Prism opens: PrismXMLVersion 5.00, no name space.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/exports.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr std::size_t kMostColumns = 100;     // chosen: below the 104 data sets that old versions take in a table
constexpr std::size_t kMostSubcolumns = 256;  // Prism's limit for side-by-side replicates
constexpr int kDecimals = 4;                  // shown in Prism; the numbers themselves are exact

using Column = std::vector<double>;

struct YColumn {
  std::string title;
  std::vector<Column> subcolumns;
};

struct Table {
  std::string title;
  enum class Kind { kOneWay, kTwoWay, kXY } kind = Kind::kOneWay;
  std::vector<std::string> row_titles;
  Column x;
  std::string x_title;
  std::vector<YColumn> columns;
};

std::string cells(const Column& values) {
  std::string out = "<Subcolumn>\n";
  for (const double value : values) {
    out += std::isfinite(value) ? "<d>" + exact_number(value) + "</d>\n" : "<d/>\n";
  }
  return out + "</Subcolumn>\n";
}

std::string table_xml(const Table& table, std::size_t number) {
  std::size_t replicates = 1;
  for (const YColumn& column : table.columns) replicates = std::max(replicates, column.subcolumns.size());
  static const char* const kKinds[] = {"OneWay", "TwoWay", "XY"};
  std::string out = fmt::format(
      "<Table ID=\"Table{}\" XFormat=\"{}\" YFormat=\"replicates\" Replicates=\"{}\" TableType=\"{}\" "
      "EVFormat=\"AsteriskAfterNumber\">\n<Title>{}</Title>\n",
      number, table.kind == Table::Kind::kXY ? "numbers" : "none", replicates, kKinds[static_cast<int>(table.kind)],
      escape_xml(table.title));
  if (!table.row_titles.empty()) {
    out += "<RowTitlesColumn Width=\"120\">\n<Subcolumn>\n";
    for (const std::string& title : table.row_titles) out += "<d>" + escape_xml(title) + "</d>\n";
    out += "</Subcolumn>\n</RowTitlesColumn>\n";
  }
  if (table.kind == Table::Kind::kXY) {
    out += fmt::format("<XColumn Width=\"89\" Decimals=\"{}\" Subcolumns=\"1\">\n<Title>{}</Title>\n{}</XColumn>\n",
                       kDecimals, escape_xml(table.x_title), cells(table.x));
  }
  for (const YColumn& column : table.columns) {
    out += fmt::format("<YColumn Width=\"{}\" Decimals=\"{}\" Subcolumns=\"{}\">\n<Title>{}</Title>\n", 89 * replicates,
                       kDecimals, replicates, escape_xml(column.title));
    for (std::size_t s = 0; s < replicates; ++s)
      out += s < column.subcolumns.size() ? cells(column.subcolumns[s]) : "<Subcolumn>\n</Subcolumn>\n";
    out += "</YColumn>\n";
  }
  return out + "</Table>\n";
}

std::string group_title(const FindingGroup& group) { return group.title.empty() ? group.name : group.title; }

std::string finding_title(const Finding& finding) {
  std::string title = quantity_text(finding.quantity, finding.target);
  if (!finding.comparison.empty()) title += ", " + finding.comparison;
  return sentence_case(title);
}

/// The blocks in their order when every group has each of them at most once; else nothing.
std::vector<std::string> shared_blocks(const Finding& finding) {
  std::set<std::string, decltype(&natural_less)> blocks(&natural_less);
  for (const FindingGroup& group : finding.groups) {
    std::set<std::string> own;
    for (const FindingUnit& unit : group.units) {
      if (unit.block.empty() || !own.insert(unit.block).second) return {};
      blocks.insert(unit.block);
    }
  }
  return {blocks.begin(), blocks.end()};
}

/// One column a group; paired designs have a row a block.
Table one_way(const Finding& finding) {
  Table table;
  table.title = finding_title(finding);
  table.row_titles = shared_blocks(finding);
  for (const FindingGroup& group : finding.groups) {
    Column values;
    if (table.row_titles.empty()) {
      for (const FindingUnit& unit : group.units) values.push_back(unit.value);
    } else {
      for (const std::string& block : table.row_titles) {
        const auto found = std::find_if(group.units.begin(), group.units.end(),
                                        [&](const FindingUnit& u) { return u.block == block; });
        values.push_back(found == group.units.end() ? kNaN : found->value);
      }
    }
    table.columns.push_back({group_title(group), {values}});
  }
  return table;
}

/// Rows are the first factor, columns the second, units side by side.
Table two_way(const Finding& finding) {
  Table table;
  table.kind = Table::Kind::kTwoWay;
  table.title = finding_title(finding);
  for (const FindingGroup& group : finding.groups) {
    if (std::find(table.row_titles.begin(), table.row_titles.end(), group_title(group)) == table.row_titles.end()) {
      table.row_titles.push_back(group_title(group));
    }
  }
  for (const FindingGroup& group : finding.groups) {
    const auto row = static_cast<std::size_t>(
        std::find(table.row_titles.begin(), table.row_titles.end(), group_title(group)) - table.row_titles.begin());
    auto column = std::find_if(table.columns.begin(), table.columns.end(),
                               [&](const YColumn& c) { return c.title == group.second; });
    if (column == table.columns.end()) column = table.columns.insert(table.columns.end(), {group.second, {}});
    for (std::size_t k = 0; k < std::min(group.units.size(), kMostSubcolumns); ++k) {
      if (column->subcolumns.size() <= k) column->subcolumns.emplace_back(table.row_titles.size(), kNaN);
      column->subcolumns[k][row] = group.units[k].value;
    }
  }
  return table;
}

/// X is time; one column a group, a subcolumn a sample.
std::optional<Table> time_course(const Finding& finding) {
  std::set<double> times;
  for (const FindingGroup& group : finding.groups) {
    for (const FindingUnit& unit : group.units) {
      if (std::isfinite(unit.time_h)) times.insert(unit.time_h);
    }
  }
  if (times.size() < 2) return std::nullopt;
  Table table;
  table.kind = Table::Kind::kXY;
  table.title = finding_title(finding);
  table.x.assign(times.begin(), times.end());
  table.x_title = "Time (h)";
  std::map<std::string, std::map<std::string, std::size_t>> subcolumn;  // group, sample
  for (const FindingGroup& group : finding.groups) {
    auto column = std::find_if(table.columns.begin(), table.columns.end(),
                               [&](const YColumn& c) { return c.title == group_title(group); });
    if (column == table.columns.end()) column = table.columns.insert(table.columns.end(), {group_title(group), {}});
    for (const FindingUnit& unit : group.units) {
      const auto row = static_cast<std::size_t>(std::distance(times.begin(), times.find(unit.time_h)));
      if (row >= table.x.size()) continue;
      const auto [found, fresh] = subcolumn[column->title].try_emplace(unit.sample, column->subcolumns.size());
      if (fresh && column->subcolumns.size() < kMostSubcolumns) column->subcolumns.emplace_back(table.x.size(), kNaN);
      if (found->second < column->subcolumns.size()) column->subcolumns[found->second][row] = unit.value;
    }
  }
  return table;
}

/// X is the position; one column a preparation, in tables of at most kMostColumns.
void add_curve_tables(const ReportContent& content, std::vector<Table>& tables) {
  const RowIndex index(content.table);
  for (const std::string& quantity : index.curve_quantities()) {
    const std::vector<std::string> samples = index.samples(quantity);
    const Quantity* entry = find_quantity(quantity);
    for (std::size_t first = 0; first < samples.size(); first += kMostColumns) {
      Table table;
      table.kind = Table::Kind::kXY;
      table.title = sentence_case(quantity_text(quantity, ""));
      if (samples.size() > kMostColumns) table.title += fmt::format(" {}", first / kMostColumns + 1);
      table.x_title = entry == nullptr ? "" : fmt::format("{} ({})", entry->at, readable_unit(entry->at_unit));
      std::map<double, std::size_t> row;
      std::vector<Curve> curves;
      const std::size_t last = std::min(samples.size(), first + kMostColumns);
      for (std::size_t s = first; s < last; ++s) {
        curves.push_back(read_curves(index, quantity, samples[s], "").own);
        for (const CurvePoint& point : curves.back()) row.emplace(point.at, 0);
      }
      for (auto& [at, number] : row) {
        number = table.x.size();
        table.x.push_back(at);
      }
      for (std::size_t s = first; s < last; ++s) {
        Column values(table.x.size(), kNaN);
        for (const CurvePoint& point : curves[s - first]) values[row[point.at]] = point.value;
        table.columns.push_back({samples[s], {values}});
      }
      if (!table.x.empty()) tables.push_back(std::move(table));
    }
  }
}

}  // namespace

std::string write_pzfx(const ReportContent& content) {
  std::vector<Table> tables;
  for (const Finding& finding : content.findings) {
    if (finding.groups.empty() || finding.kind != "comparison") continue;
    const bool second = std::any_of(finding.groups.begin(), finding.groups.end(),
                                    [](const FindingGroup& g) { return !g.second.empty(); });
    if (std::optional<Table> course = time_course(finding)) {
      tables.push_back(std::move(*course));
    } else {
      tables.push_back(second ? two_way(finding) : one_way(finding));
    }
  }
  add_curve_tables(content, tables);
  // Prism wants the element with its own name in it; the date is chosen, so that the same content gives the same bytes.
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GraphPadPrismFile PrismXMLVersion=\"5.00\">\n<Created>\n"
      "<OriginalVersion CreatedByProgram=\"GraphPad Prism\" CreatedByVersion=\"6.0f.254\" Login=\"\" "
      "DateTime=\"2000-01-01T00:00:00+00:00\"/>\n</Created>\n<InfoSequence>\n<Ref ID=\"Info0\" Selected=\"1\"/>\n"
      "</InfoSequence>\n";
  out += fmt::format(
      "<Info ID=\"Info0\">\n<Title>Study</Title>\n<Notes><Font Color=\"#000000\" Face=\"Helvetica\">{}</Font></Notes>\n"
      "<Constant>\n<Name>Study</Name>\n<Value>{}</Value>\n</Constant>\n<Constant>\n<Name>Written "
      "by</Name>\n<Value>Vesica "
      "{}</Value>\n</Constant>\n</Info>\n<TableSequence>\n",
      escape_xml(content.study.question),
      escape_xml(content.study.title.empty() ? content.study.id : content.study.title), escape_xml(content.version));
  for (std::size_t i = 0; i < tables.size(); ++i)
    out += fmt::format("<Ref ID=\"Table{}\"{}/>\n", i, i == 0 ? " Selected=\"1\"" : "");
  out += "</TableSequence>\n";
  for (std::size_t i = 0; i < tables.size(); ++i) out += table_xml(tables[i], i);
  return out + "</GraphPadPrismFile>\n";
}

}  // namespace vesica
