// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/study/assembly.h"
#include "vesica/study/columns.h"
#include "vesica/study/plate_map.h"
#include "vesica/study/write.h"

namespace vesica {

namespace {

/// Columns that every sheet has, filled or not.
constexpr std::string_view kAlways[] = {"path", "assay", "sample", "condition", "replicate", "time_h", "role", "kind"};

Cell text_cell(const std::string& text) { return {text, std::numeric_limits<double>::quiet_NaN(), false}; }

Cell number_cell(double number) {
  if (std::isnan(number)) return {};
  return {exact_number(number), number, true};
}

/// A number when the text is one in its exact spelling, so that nothing changes on the way through Excel.
Cell word_cell(const std::string& text) {
  const auto number = parse_number(text);
  return number && std::isfinite(*number) && exact_number(*number) == text ? number_cell(*number) : text_cell(text);
}

class SheetWriter {
 public:
  SheetWriter(const Study& study, const KnownNames& known, const std::map<std::string, std::string>& notes)
      : study_(study), known_(known), notes_(notes) {}

  XlsxDocument write() {
    for (const Sample& sample : study_.samples) samples_.emplace(sample.id, &sample);
    for (const Input& input : study_.inputs) add_input(input);
    for (const Sample& sample : study_.samples)
      if (!written_.contains(sample.id)) add_sample(sample, rows_.emplace_back());
    return document();
  }

 private:
  using Row = std::map<std::string, Cell>;

  void add_input(const Input& input) {
    Row& row = rows_.emplace_back();
    const std::pair<const char*, const std::string*> texts[] = {
        {"path", &input.path},           {"assay", &input.assay},   {"sample", &input.sample},
        {"condition", &input.condition}, {"part", &input.part},     {"replicate", &input.replicate},
        {"role", &input.role},           {"layout", &input.layout}, {"controls", &input.controls},
        {"position", &input.position}};
    for (const auto& [name, text] : texts)
      if (!text->empty()) row[name] = text_cell(*text);
    if (!std::isnan(input.time_h)) row["time_h"] = number_cell(input.time_h);
    for (const auto& [name, text] : input.settings) row[name] = word_cell(text);
    for (const auto& [name, text] : input.settings) settings_.insert(name);
    if (const auto note = notes_.find(input.path); note != notes_.end()) row["note"] = text_cell(note->second);
    const auto sample = samples_.find(input.sample);
    if (sample != samples_.end()) add_sample(*sample->second, row);
  }

  void add_sample(const Sample& sample, Row& row) {
    row["sample"] = text_cell(sample.id);
    if (!sample.condition.empty()) row["condition"] = text_cell(sample.condition);
    if (!written_.insert(sample.id).second) return;  // the rest once, with the sample's first row
    const std::pair<const char*, const std::string*> texts[] = {
        {"kind", &sample.kind}, {"parent", &sample.parent}, {"block", &sample.block}, {"protocol", &sample.protocol}};
    for (const auto& [name, text] : texts)
      if (!text->empty()) row[name] = text_cell(*text);
    for (const auto& [factor, level] : sample.levels) {
      row["factor:" + factor] = std::isnan(level.number) ? text_cell(level.text) : number_cell(level.number);
      factors_.insert("factor:" + factor);
    }
    for (const auto& [name, text] : sample.attributes) {
      row["attribute:" + name] = word_cell(text);
      attributes_.insert("attribute:" + name);
    }
  }

  /// Fixed columns in their order, settings behind the time, factors and attributes at the end.
  std::vector<std::string> columns() const {
    std::vector<std::string> out;
    for (const ColumnInfo& column : sheet_columns()) {
      const std::string name(column.name);
      const bool filled = std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.contains(name); });
      const bool always = std::find(std::begin(kAlways), std::end(kAlways), column.name) != std::end(kAlways);
      if (filled || always) out.push_back(name);
      if (name == "time_h") out.insert(out.end(), settings_.begin(), settings_.end());
    }
    out.insert(out.end(), factors_.begin(), factors_.end());
    out.insert(out.end(), attributes_.begin(), attributes_.end());
    return out;
  }

  std::vector<std::string> choices(const std::string& column) const {
    std::vector<std::string> out;
    const auto add = [&](const std::string& name) {
      if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    };
    if (column == "assay")
      for (const KnownPart& assay : known_.assays) add(assay.id);
    if (column == "role")
      for (const KnownPart& assay : known_.assays)
        for (const std::string& role : assay.roles) add(role);
    if (column == "condition")
      for (const Condition& condition : study_.conditions) add(condition.id);
    if (column == "kind") out = {"preparation", "donor", "culture", "animal", "litter", "defect", "well"};
    return out;
  }

  XlsxDocument document() const {
    const std::vector<std::string> names = columns();
    XlsxSheet sheet;
    sheet.sheet.name = "samples";
    sheet.sheet.file = "samples.xlsx";
    std::vector<Cell>& titles = sheet.sheet.rows.emplace_back();
    for (const std::string& name : names) {
      titles.push_back(text_cell(name));
      sheet.columns.push_back({0, choices(name)});
    }
    for (const Row& row : rows_) {
      std::vector<Cell>& cells = sheet.sheet.rows.emplace_back();
      for (const std::string& name : names) {
        const auto found = row.find(name);
        cells.push_back(found == row.end() ? Cell{} : found->second);
      }
    }
    XlsxDocument out;
    out.title = study_.title.empty() ? study_.id : study_.title;
    out.sheets.push_back(std::move(sheet));
    for (const Layout& layout : study_.layouts) {
      if (!is_drawn_in_sheet(layout, study_.layouts)) continue;
      out.sheets.push_back({draw_plate(layout), true, {}});
    }
    out.notes = notes(names);
    return out;
  }

  static std::vector<std::string> notes(const std::vector<std::string>& names) {
    std::vector<std::string> out = {say("One row a file. A row without a file describes a sample."),
                                    say("What the columns mean:")};
    for (const ColumnInfo& column : sheet_columns())
      if (std::find(names.begin(), names.end(), column.name) != names.end())
        out.push_back(std::string(column.name) + ": " + std::string(column.help));
    out.push_back(say("A column factor:NAME holds levels of a factor of the design, attribute:NAME anything else."));
    out.push_back(say("A column that bears the name of a setting, as dilution, sets it for that file."));
    return out;
  }

  const Study& study_;
  const KnownNames& known_;
  const std::map<std::string, std::string>& notes_;
  std::map<std::string, const Sample*> samples_;
  std::set<std::string> written_, settings_, factors_, attributes_;
  std::vector<Row> rows_;
};

}  // namespace

XlsxDocument sheet_document(const Study& study, const KnownNames& known,
                            const std::map<std::string, std::string>& notes) {
  return SheetWriter(study, known, notes).write();
}

}  // namespace vesica
