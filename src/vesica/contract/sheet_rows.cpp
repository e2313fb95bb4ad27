// SPDX-License-Identifier: Apache-2.0
// From cells to rows.
#include "vesica/contract/sheet_rows.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::sheet_rows {

namespace {

/// A row waiting for its replicate: rows with one key are numbered when all are known.
struct Waiting {
  Observation row;
  bool named_replicate = false;
};

class SheetReader {
 public:
  SheetReader(const Sheet& sheet, const Settings& settings, const InputFacts& facts, const std::string& path)
      : sheet_(sheet), settings_(settings), facts_(facts), path_(path), mapping_(map_sheet(sheet, settings)) {
    mark_ = settings.decimal_mark == "auto"    ? sheet.decimal_mark
            : settings.decimal_mark == "comma" ? DecimalMark::kComma
                                               : DecimalMark::kPoint;
  }
  Outcome run();

 private:
  std::string text(std::size_t row, std::optional<std::size_t> column) const {
    return column ? std::string(trim(sheet_.at(row, *column).text)) : std::string();
  }
  bool is_empty(std::size_t row) const {
    const auto& cells = sheet_.rows[row];
    return std::all_of(cells.begin(), cells.end(), [](const Cell& c) { return !c.typed && trim(c.text).empty(); });
  }
  bool is_skipped(std::size_t row) const {
    return std::find(settings_.skip_rows.begin(), settings_.skip_rows.end(), static_cast<double>(row + 1)) !=
           settings_.skip_rows.end();
  }
  void problem(std::size_t row, std::size_t column, std::string message, std::string hint);
  bool fill_key(std::size_t row, Observation& out, bool& named_replicate);
  void read_long(std::size_t row);
  void read_wide(std::size_t row);
  void read_plates();
  std::size_t read_plate(std::size_t row, std::size_t column, int number);
  void take(std::size_t row, std::size_t column, const Observation& key, const std::string& unit, bool named_replicate);
  bool convert(double& value, const std::string& unit, const Quantity& quantity, std::size_t row, std::size_t column);
  void number_replicates();

  const Sheet& sheet_;
  const Settings& settings_;
  const InputFacts& facts_;
  const std::string& path_;
  Mapping mapping_;
  DecimalMark mark_ = DecimalMark::kPoint;
  std::vector<Waiting> waiting_;
  std::size_t problems_ = 0;
  Outcome out_;
};

void SheetReader::problem(std::size_t row, std::size_t column, std::string message, std::string hint) {
  if (++problems_ > kMaxCellIssues) return;
  out_.issues.push_back(
      {Severity::kError, "table.cell", std::move(message), sheet_.place(row, column), std::move(hint), path_, ""});
}

/// Sample, replicate, time, condition, part of a row; false when the time is no number.
bool SheetReader::fill_key(std::size_t row, Observation& out, bool& named_replicate) {
  if (mapping_.sample) out.sample = text(row, mapping_.sample);
  if (mapping_.position) {
    const std::string raw = text(row, mapping_.position);
    const std::string position = plate_position(raw).empty() ? raw : plate_position(raw);
    const auto found = facts_.positions.find(position);
    if (found != facts_.positions.end()) out.sample = found->second;
    if (!mapping_.replicate && !position.empty()) out.replicate = position, named_replicate = true;
  }
  if (mapping_.condition) out.condition = text(row, mapping_.condition);
  if (mapping_.part) out.part = text(row, mapping_.part);
  if (mapping_.replicate) {
    out.replicate = text(row, mapping_.replicate);
    named_replicate = !out.replicate.empty();
  }
  if (!mapping_.time) return true;
  const Said time = read_cell(sheet_.at(row, *mapping_.time), mark_, settings_);
  if (time.kind == Said::Kind::kMissing) return true;
  if (time.kind != Said::Kind::kNumber) {
    problem(row, *mapping_.time, say("\"{}\" is no time.", text(row, mapping_.time)),
            say("Write a number of {}.", mapping_.time_unit));
    return false;
  }
  out.time_h = convert_unit(time.value, mapping_.time_unit, "h").value_or(kNaN);
  return true;
}

bool SheetReader::convert(double& value, const std::string& unit, const Quantity& quantity, std::size_t row,
                          std::size_t column) {
  // Words that only people use for a pure number (OD, RFU, score) have no factor.
  const bool word = !parse_unit(unit) || unit == "%";
  if (unit.empty()) return true;
  if (word && quantity_for_unit(unit, settings_) == quantity.id && unit != "%") return true;
  const std::optional<double> converted = convert_unit(value, unit, quantity.unit);
  if (!converted) {
    problem(row, column, say("The unit \"{}\" cannot become \"{}\", the unit of {}.", unit, quantity.unit, quantity.id),
            say("Correct the unit, or choose another quantity."));
    return false;
  }
  value = *converted;
  return true;
}

void SheetReader::take(std::size_t row, std::size_t column, const Observation& key, const std::string& unit,
                       bool named_replicate) {
  const Said said = read_cell(sheet_.at(row, column), mark_, settings_);
  if (said.kind == Said::Kind::kMissing) return;
  const std::string shown = text(row, column);
  if (said.kind == Said::Kind::kNonsense) {
    return problem(row, column, say("\"{}\" is not a number.", shortened(shown)),
                   say("Correct the cell, or add the word to \"missing_words\" or \"not_detected_words\"."));
  }
  const Quantity* quantity = find_quantity(key.quantity);
  if (quantity == nullptr)
    return problem(row, column, say("The catalogue has no quantity \"{}\".", key.quantity), say("Correct it."));
  Waiting waiting{key, named_replicate};
  waiting.row.unit = quantity->unit;
  double value = said.value;
  // "12 %" in a cell without a declared unit is 0.12.
  const std::string used = unit.empty() && !sheet_.at(row, column).typed && shown.ends_with('%') ? "%" : unit;
  if (said.kind == Said::Kind::kNotDetected) {
    waiting.row.status = Status::kNoObjects;
  } else {
    if (!convert(value, used, *quantity, row, column)) return;
    waiting.row.value = value;
    if (said.kind == Said::Kind::kBelow) waiting.row.status = Status::kBelowRange;
    if (said.kind == Said::Kind::kAbove) waiting.row.status = Status::kAboveRange;
    if (!std::isfinite(value) || value < quantity->low || value > quantity->high) {
      return problem(row, column,
                     say("{} = {} {} cannot be: it lies between {} and {}.", quantity->id, exact_number(value),
                         quantity->unit, exact_number(quantity->low), exact_number(quantity->high)),
                     say("Correct the cell or its unit, or choose another quantity."));
    }
  }
  if (waiting.row.sample.empty() && facts_.sample.empty() && mapping_.sample) {
    return problem(row, *mapping_.sample, say("A value without a sample."), say("Name the sample in this row."));
  }
  waiting_.push_back(std::move(waiting));
}

void SheetReader::read_long(std::size_t row) {
  std::string quantity = text(row, mapping_.quantity);
  std::string unit = text(row, mapping_.unit);
  const Header head = split_header(sheet_.at(mapping_.header_row, *mapping_.value).text);
  if (quantity.empty()) quantity = settings_.quantity;
  if (unit.empty()) unit = settings_.unit.empty() ? head.unit : settings_.unit;
  if (quantity.empty()) quantity = quantity_for_unit(unit, settings_);
  if (quantity.empty() || find_quantity(quantity) == nullptr) {
    const std::size_t column = mapping_.quantity.value_or(mapping_.unit.value_or(*mapping_.value));
    const auto near = nearest_quantity(quantity);
    return problem(row, column,
                   quantity.empty() ? say("No generic quantity has the unit \"{}\".", unit)
                                    : say("The catalogue has no quantity \"{}\".", quantity),
                   near && !quantity.empty() ? say("Did you mean \"{}\"?", *near) : say("Name the quantity."));
  }
  Observation key = facts_.row(quantity);
  bool named = !key.replicate.empty();
  if (!fill_key(row, key, named)) return;
  key.target = text(row, mapping_.target);
  if (key.target.empty()) key.target = settings_.target;
  if (key.target.empty() && is_named_by_column(quantity, settings_) && !mapping_.target) {
    key.target = lower_ascii(head.name) == "value" ? std::string(find_quantity(quantity)->symbol) : head.name;
  }
  take(row, *mapping_.value, key, unit, named);
}

void SheetReader::read_wide(std::size_t row) {
  for (const Measure& measure : mapping_.measures) {
    Observation key = facts_.row(measure.quantity);
    bool named = !key.replicate.empty();
    if (!fill_key(row, key, named)) return;
    key.target = measure.target;
    if (!measure.condition.empty()) key.condition = measure.condition;
    if (!measure.part.empty()) key.part = measure.part;
    if (!measure.replicate.empty()) key.replicate = measure.replicate, named = true;
    if (!std::isnan(measure.time_h)) key.time_h = measure.time_h;
    if (mapping_.layout == "groups" && !mapping_.sample)
      key.sample = measure.condition + " " + std::to_string(row - mapping_.header_row);
    take(row, measure.column, key, measure.unit, named);
  }
}

/// One grid whose corner is (row, column); returns its number of rows.
std::size_t SheetReader::read_plate(std::size_t row, std::size_t column, int number) {
  const std::string quantity =
      settings_.quantity.empty() ? quantity_for_unit(settings_.unit, settings_) : settings_.quantity;
  if (find_quantity(quantity) == nullptr) {
    throw Error(ErrorKind::kConfig,
                say("The plate's numbers need a quantity or a known unit; \"{}\" is neither.", settings_.unit),
                sheet_.place(row, column), say("Set \"quantity\", for example \"other.absorbance\"."));
  }
  std::size_t rows = 0;
  for (std::size_t r = row + 1; r < sheet_.rows.size(); ++r, ++rows) {
    const std::string letter(trim(sheet_.at(r, column).text));
    for (std::size_t c = column + 1; c < sheet_.rows[row].size(); ++c) {
      const double plate_column = sheet_.number_at(row, c);
      if (!(plate_column >= 1 && plate_column <= 48)) break;
      const std::string position = plate_position(letter + std::to_string(static_cast<int>(plate_column)));
      if (position.empty()) return rows;
      Observation key = facts_.row(quantity);
      const auto found = facts_.positions.find(position);
      if (found == facts_.positions.end() && !facts_.positions.empty())
        continue;  // a position that the layout leaves out
      key.sample = found != facts_.positions.end() ? found->second : key.sample.empty() ? position : key.sample;
      key.replicate = position;
      key.target = settings_.target;
      if (number > 1) key.part = "plate " + std::to_string(number);
      take(r, c, key, settings_.unit, true);
    }
  }
  return rows;
}

void SheetReader::read_plates() {
  int plates = 0;
  for (std::size_t r = 0; r + 1 < sheet_.rows.size(); ++r) {
    for (std::size_t c = 0; c + 1 < sheet_.rows[r].size(); ++c) {
      if (sheet_.number_at(r, c + 1) != 1 || trim(sheet_.at(r + 1, c).text) != "A") continue;
      r += read_plate(r, c, ++plates);
      break;
    }
  }
  if (plates > 0) return;
  throw Error(ErrorKind::kData, say("No plate found: a row 1, 2, 3, ... above rows A, B, C, ..."), sheet_.place(0, 0),
              say("Set \"layout\" to \"long\" or \"wide\" when this is no plate."));
}

/// Rows with one key are repeats: numbered in their order, or marked when they were named alike.
void SheetReader::number_replicates() {
  std::map<std::string, int> total;
  const auto key_of = [](const Observation& row) {
    return row.quantity + '\x1f' + row.target + '\x1f' + row.condition + '\x1f' + row.sample + '\x1f' + row.replicate +
           '\x1f' + row.part + '\x1f' + exact_number(row.time_h);
  };
  for (const Waiting& waiting : waiting_) ++total[key_of(waiting.row)];
  std::map<std::string, int> seen;
  bool renamed = false;
  for (Waiting& waiting : waiting_) {
    const std::string key = key_of(waiting.row);
    if (total[key] > 1) {
      const int number = ++seen[key];
      if (!waiting.named_replicate) {
        waiting.row.replicate = std::to_string(number);
      } else if (number > 1) {
        waiting.row.replicate += " (" + std::to_string(number) + ")";
        renamed = true;
      }
    }
    out_.observations.add(waiting.row);
  }
  if (!renamed) return;
  out_.issues.push_back(
      {Severity::kWarning,
       "table.repeated",
       say("Some samples have several values under one replicate; they are kept as repeats of their own."),
       {path_, 0, 0, ""},
       say("Name each repeat in the replicate column."),
       path_,
       ""});
}

Outcome SheetReader::run() {
  if (mapping_.layout == "plate") {
    read_plates();
  } else {
    for (std::size_t r = mapping_.header_row + 1; r < sheet_.rows.size(); ++r) {
      if (is_empty(r) || is_skipped(r)) continue;
      if (mapping_.layout == "long") {
        read_long(r);
      } else {
        read_wide(r);
      }
    }
  }
  number_replicates();
  for (const std::string& note : mapping_.notes) {
    out_.issues.push_back({Severity::kNote,
                           "table.no_unit",
                           note,
                           {path_, 0, 0, ""},
                           say("Write the unit into the header, as in \"weight (g)\"."),
                           path_,
                           ""});
  }
  if (problems_ > kMaxCellIssues) {
    out_.issues.push_back({Severity::kError,
                           "table.cell",
                           say("{} more cell(s) could not be read.", problems_ - kMaxCellIssues),
                           {path_, 0, 0, ""},
                           say("Correct the first ones; the rest is often the same."),
                           path_,
                           ""});
  }
  return std::move(out_);
}

}  // namespace

Outcome measure_sheet(const Sheet& sheet, const Settings& settings, const InputFacts& facts, const std::string& path) {
  return SheetReader(sheet, settings, facts, path).run();
}

}  // namespace vesica::sheet_rows
