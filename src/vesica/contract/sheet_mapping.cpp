// SPDX-License-Identifier: Apache-2.0
// Which column is what: named by the settings, else by plain headers.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/contract/sheet_rows.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::sheet_rows {

namespace {

constexpr std::size_t kHeaderSearch = 200;  // rows; chosen: instruments write shorter preambles

using Column = std::optional<std::size_t> Mapping::*;

/// Plain headers (lower case) that mean a column, English and Chinese.
struct Role {
  Column column;
  std::string Settings::*named;
  const char* setting;
  std::vector<std::string_view> words;
};

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles = {
      {&Mapping::sample,
       &Settings::sample_column,
       "sample_column",
       {"sample",      "sample_id", "sample id", "sample name", "id",       "animal", "animal_id", "subject",
        "mouse",       "rat",       "patient",   "preparation", "donor",    "batch",  "probe",     "tier",
        "échantillon", "样品",      "样本",      "样品名",      "样本名称", "编号",   "动物",      "受试者"}},
      {&Mapping::replicate,
       &Settings::replicate_column,
       "replicate_column",
       {"replicate", "rep", "repeat", "technical replicate", "重复", "复孔"}},
      {&Mapping::time,
       &Settings::time_column,
       "time_column",
       {"time", "time_h", "day", "days", "week", "weeks", "hour", "hours", "时间", "天", "周"}},
      {&Mapping::condition,
       &Settings::condition_column,
       "condition_column",
       {"condition", "group", "treatment", "gruppe", "groupe", "组", "组别", "分组", "处理"}},
      {&Mapping::target,
       &Settings::target_column,
       "target_column",
       {"target", "measure", "variable", "analyte", "marker", "指标", "变量"}},
      {&Mapping::part, &Settings::part_column, "part_column", {"part", "field", "region", "视野", "部位"}},
      {&Mapping::value,
       &Settings::value_column,
       "value_column",
       {"value", "result", "wert", "valeur", "数值", "值", "结果"}},
      {&Mapping::unit, &Settings::unit_column, "unit_column", {"unit", "units", "einheit", "unité", "单位"}},
      {&Mapping::quantity, &Settings::quantity_column, "quantity_column", {"quantity"}},
      {&Mapping::position, &Settings::position_column, "position_column", {"well", "position", "孔", "孔位"}},
  };
  return kRoles;
}

class Mapper {
 public:
  Mapper(const Sheet& sheet, const Settings& settings) : sheet_(sheet), settings_(settings) {}
  Mapping run();

 private:
  bool has_text(std::size_t row, std::size_t column) const {
    const Cell& cell = sheet_.at(row, column);
    return cell.typed || !trim(cell.text).empty();
  }
  void find_header();
  std::size_t width() const { return sheet_.rows[out_.header_row].size(); }
  std::string header(std::size_t column) const { return std::string(trim(sheet_.at(out_.header_row, column).text)); }
  std::size_t named(const std::string& name, const Place& place) const;
  void find_roles();
  void guess_time_unit(std::size_t column);
  bool is_role(std::size_t column) const;
  bool holds_numbers(std::size_t column) const;
  void explicit_measures();
  Measure explicit_measure(const Value& item) const;
  void guessed_measures();
  void complete(Measure& measure, const Header& header, const Place& place, bool guess);
  void check_quantity(const std::string& id, const Place& place) const;
  bool is_skipped(std::size_t row) const {
    return std::find(settings_.skip_rows.begin(), settings_.skip_rows.end(), static_cast<double>(row + 1)) !=
           settings_.skip_rows.end();
  }

  const Sheet& sheet_;
  const Settings& settings_;
  Mapping out_;
};

void Mapper::find_header() {
  if (settings_.header_row > 0) {
    out_.header_row = static_cast<std::size_t>(settings_.header_row - 1);
    if (out_.header_row < sheet_.rows.size()) return;
    throw Error(ErrorKind::kConfig,
                say("The header row {} lies behind the last row, {}.", settings_.header_row, sheet_.rows.size()),
                sheet_.place(0, 0), say("Correct \"header_row\" (rows count from 1)."));
  }
  const std::size_t end = std::min(sheet_.rows.size(), kHeaderSearch);
  for (std::size_t r = 0; r < end; ++r) {
    std::size_t texts = 0;
    for (std::size_t c = 0; c < sheet_.rows[r].size(); ++c) {
      const Cell& cell = sheet_.at(r, c);
      texts += !cell.typed && !trim(cell.text).empty() && !parse_number(cell.text, sheet_.decimal_mark) ? 1 : 0;
    }
    if (is_skipped(r) || texts < 2) continue;
    out_.header_row = r;
    return;
  }
  throw Error(ErrorKind::kData, say("No header row found: no row among the first {} has two words.", end),
              sheet_.place(0, 0), say("Set \"header_row\", or give the table a header (sample, value, unit)."));
}

std::size_t Mapper::named(const std::string& name, const Place& place) const {
  std::vector<std::string> known;
  for (std::size_t c = 0; c < width(); ++c) {
    const std::string text = header(c);
    if (equals_ignoring_case(text, name) || equals_ignoring_case(split_header(text).name, name)) return c;
    if (!text.empty()) known.push_back(text);
  }
  const std::optional<std::string> near = did_you_mean(name, known);
  throw Error(ErrorKind::kConfig, say("There is no column \"{}\" in row {}.", name, out_.header_row + 1), place,
              near ? say("Did you mean \"{}\"?", *near) : say("The columns are: {}.", join(known, ", ")));
}

bool Mapper::is_role(std::size_t column) const {
  return std::any_of(roles().begin(), roles().end(), [&](const Role& role) { return out_.*role.column == column; });
}

void Mapper::guess_time_unit(std::size_t column) {
  const Header head = split_header(header(column));
  const std::string name = lower_ascii(head.name);
  out_.time_unit = settings_.time_unit;
  if (!head.unit.empty()) out_.time_unit = head.unit;
  if (name.starts_with("day") || name == "天") out_.time_unit = "d";
  if (name.starts_with("week") || name == "周") out_.time_unit = "wk";
  if (!convert_unit(1, out_.time_unit, "h")) {
    throw Error(ErrorKind::kConfig, say("\"{}\" is no unit of time.", out_.time_unit),
                sheet_.place(out_.header_row, column),
                say("Use s, min, h, d or wk in the header or in \"time_unit\"."));
  }
}

void Mapper::find_roles() {
  const Place settings_place{sheet_.file, 0, 0, ""};
  for (const Role& role : roles()) {
    const std::string& name = settings_.*role.named;
    if (!name.empty()) {
      Place place = sheet_.place(out_.header_row, 0);
      place.item = role.setting;
      out_.*role.column = named(name, place);
      continue;
    }
    for (std::size_t c = 0; c < width() && !(out_.*role.column); ++c) {
      const std::string word = lower_ascii(split_header(header(c)).name);
      const bool plain = std::find(role.words.begin(), role.words.end(), word) != role.words.end();
      if (plain && !is_role(c)) out_.*role.column = c;
    }
  }
  if (out_.time) guess_time_unit(*out_.time);
}

bool Mapper::holds_numbers(std::size_t column) const {
  const DecimalMark mark = settings_.decimal_mark == "auto"    ? sheet_.decimal_mark
                           : settings_.decimal_mark == "comma" ? DecimalMark::kComma
                                                               : DecimalMark::kPoint;
  for (std::size_t r = out_.header_row + 1; r < sheet_.rows.size(); ++r) {
    const Said said = read_cell(sheet_.at(r, column), mark, settings_);
    const bool is_number =
        said.kind == Said::Kind::kNumber || said.kind == Said::Kind::kBelow || said.kind == Said::Kind::kAbove;
    if (is_number && !is_skipped(r)) return true;
  }
  return false;
}

void Mapper::check_quantity(const std::string& id, const Place& place) const {
  if (find_quantity(id) != nullptr) return;
  const std::optional<std::string> near = nearest_quantity(id);
  throw Error(ErrorKind::kConfig, say("The catalogue has no quantity \"{}\".", id), place,
              near ? say("Did you mean \"{}\"?", *near)
                   : say("\"vesica describe quantities\" lists them; any number fits \"other.value\"."));
}

/// Fills quantity, unit and target from the header where the mapping is silent, and checks that the unit fits.
void Mapper::complete(Measure& measure, const Header& head, const Place& place, bool guess) {
  if (measure.quantity.empty() && find_quantity(head.name) != nullptr) measure.quantity = head.name;
  if (measure.unit.empty()) measure.unit = head.unit;
  if (measure.quantity.empty()) {
    measure.quantity = quantity_for_unit(measure.unit, settings_);
    if (measure.quantity.empty() && !guess) {
      throw Error(ErrorKind::kConfig, say("No generic quantity has the unit \"{}\".", measure.unit), place,
                  say("Name the quantity of this column."));
    }
    if (measure.quantity.empty()) measure.quantity = "other.value", measure.unit.clear();
  }
  check_quantity(measure.quantity, place);
  const Quantity& quantity = *find_quantity(measure.quantity);
  const bool generic = is_named_by_column(measure.quantity, settings_);
  if (measure.target.empty() && generic) measure.target = head.name;
  const bool custom_word = quantity_for_unit(measure.unit, settings_) == measure.quantity;
  if (measure.unit.empty() || custom_word || convert_unit(1, measure.unit, quantity.unit)) return;
  throw Error(
      ErrorKind::kConfig,
      say("The unit \"{}\" cannot become \"{}\", the unit of {}.", measure.unit, quantity.unit, measure.quantity),
      place, say("Correct the unit, or choose another quantity for the column \"{}\".", head.name));
}

Measure Mapper::explicit_measure(const Value& item) const {
  static const std::vector<std::string> kKeys = {"column",    "quantity", "target",    "unit",
                                                 "condition", "part",     "replicate", "time_h"};
  Measure out;
  std::string column;
  for (const auto& [key, value] : item.members) {
    const bool number = key == "time_h";
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      const auto near = did_you_mean(key, kKeys);
      throw Error(ErrorKind::kConfig, say("A column has no key \"{}\".", key), value.place,
                  near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", join(kKeys, ", ")));
    }
    if (number ? !value.is_number() : value.kind != Value::Kind::kText) {
      throw Error(ErrorKind::kConfig,
                  say("\"{}\" must be {}, not {}.", key, number ? "a number" : "a text", to_text(value.kind)),
                  value.place, say("Correct it."));
    }
    if (number) out.time_h = value.number;
    if (key == "column") column = value.text;
    if (key == "quantity") out.quantity = value.text;
    if (key == "target") out.target = value.text;
    if (key == "unit") out.unit = value.text;
    if (key == "condition") out.condition = value.text;
    if (key == "part") out.part = value.text;
    if (key == "replicate") out.replicate = value.text;
  }
  if (column.empty()) {
    throw Error(ErrorKind::kConfig, say("An entry of \"columns\" does not name its column."), item.place,
                say("Add column = \"header of the column\"."));
  }
  out.column = named(column, item.place);
  return out;
}

void Mapper::explicit_measures() {
  for (const Value& item : settings_.columns.items) {
    if (item.kind != Value::Kind::kTable) {
      throw Error(ErrorKind::kConfig, say("An entry of \"columns\" is {}, not a table.", to_text(item.kind)),
                  item.place,
                  say("Write columns = [{{column = \"weight\", quantity = \"other.mass\", unit = \"g\"}}]."));
    }
    Measure measure = explicit_measure(item);
    complete(measure, split_header(header(measure.column)), item.place, false);
    out_.measures.push_back(std::move(measure));
  }
}

void Mapper::guessed_measures() {
  const bool groups = out_.layout == "groups";
  for (std::size_t c = 0; c < width(); ++c) {
    if (is_role(c) || header(c).empty() || !holds_numbers(c)) continue;
    Measure measure;
    measure.column = c;
    measure.quantity = settings_.quantity;
    measure.unit = settings_.unit;
    measure.target = settings_.target;
    Header head = split_header(header(c));
    if (groups) {
      measure.condition = header(c);
      head = {settings_.target, settings_.unit};
    }
    const bool bare =
        measure.quantity.empty() && measure.unit.empty() && head.unit.empty() && find_quantity(head.name) == nullptr;
    complete(measure, head, sheet_.place(out_.header_row, c), true);
    if (bare)
      out_.notes.push_back(say("The column \"{}\" names no unit; its numbers are taken without one.", header(c)));
    out_.measures.push_back(std::move(measure));
  }
}

/// True when some row reads 1, 2, 3, ... and the rows below begin with A, B, ...
bool looks_like_plate(const Sheet& sheet) {
  for (std::size_t r = 0; r + 1 < std::min(sheet.rows.size(), kHeaderSearch); ++r) {
    for (std::size_t c = 0; c + 2 < sheet.rows[r].size() && c < 3; ++c) {
      if (sheet.number_at(r, c + 1) == 1 && sheet.number_at(r, c + 2) == 2 && trim(sheet.at(r + 1, c).text) == "A")
        return true;
    }
  }
  return false;
}

Mapping Mapper::run() {
  out_.layout = settings_.layout;
  if (!settings_.quantity.empty()) check_quantity(settings_.quantity, {sheet_.file, 0, 0, "quantity"});
  if (out_.layout == "plate" || (out_.layout == "auto" && looks_like_plate(sheet_))) {
    out_.layout = "plate";
    return std::move(out_);
  }
  find_header();
  find_roles();
  const bool has_columns = settings_.columns.kind == Value::Kind::kArray && !settings_.columns.items.empty();
  if (out_.layout == "auto") out_.layout = out_.value && !has_columns ? "long" : "wide";
  if (out_.layout == "long") {
    if (out_.value) return std::move(out_);
    throw Error(ErrorKind::kConfig, say("The long layout needs a column of values; no header says which."),
                sheet_.place(out_.header_row, 0), say("Set \"value_column\" to its header."));
  }
  if (has_columns) {
    explicit_measures();
  } else {
    guessed_measures();
  }
  if (out_.measures.empty()) {
    throw Error(ErrorKind::kData, say("No column below row {} holds numbers.", out_.header_row + 1),
                sheet_.place(out_.header_row, 0), say("Check \"header_row\", \"sheet\" and the decimal mark."));
  }
  return std::move(out_);
}

}  // namespace

Mapping map_sheet(const Sheet& sheet, const Settings& settings) {
  if (sheet.rows.empty()) {
    throw Error(ErrorKind::kData, say("The table is empty."), {sheet.file, 0, 0, sheet.name},
                say("It needs a header row and values."));
  }
  return Mapper(sheet, settings).run();
}

}  // namespace vesica::sheet_rows
