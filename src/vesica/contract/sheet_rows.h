// SPDX-License-Identifier: Apache-2.0
// What a sheet of numbers says, as rows: which column means what, which quantity a unit belongs to, what a cell says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/data/sheet.h"
#include "vesica/settings/fields.h"

namespace vesica::sheet_rows {

/// The mapping as a user writes it. Empty texts mean "find it by its header".
struct Settings {
  std::string layout = "auto";
  std::string sheet;
  std::int64_t header_row = 0;
  std::vector<double> skip_rows;
  std::string sample_column, replicate_column, time_column, condition_column, target_column, part_column;
  std::string value_column, unit_column, quantity_column, position_column;
  std::string quantity, target, unit;
  std::string time_unit = "h";
  std::string decimal_mark = "auto";
  std::vector<std::string> missing_words = {"NA", "N/A", "n/a", "NaN", "-", "--", "NULL", "#N/A", "缺失"};
  std::vector<std::string> not_detected_words = {"ND", "n.d.", "not detected", "BLQ", "<LOD", "<LOQ", "未检出"};
  Value columns;
  /// Quantities of the assay that reads the sheet: tried before the generic ones, and like these named by their column.
  /// Set by the assay, not by the user.
  std::vector<std::string> own_quantities;

  void describe(Fields& fields);
};

/// One column of numbers of the wide layout.
struct Measure {
  std::size_t column = 0;
  std::string quantity, target, unit, condition, part, replicate;
  double time_h = kNaN;
};

/// Which column is what, counted from 0.
struct Mapping {
  std::string layout;          ///< "long", "wide", "groups" or "plate"
  std::size_t header_row = 0;  ///< counted from 0
  std::optional<std::size_t> sample, replicate, time, condition, target, part, value, unit, quantity, position;
  std::string time_unit = "h";
  std::vector<Measure> measures;   ///< wide and groups
  std::vector<std::string> notes;  ///< what was guessed and may be wrong
};

/// Finds the mapping. A named column that is not there ("did you mean"), a quantity that the catalogue does not know
/// and a unit that does not fit throw Error(kConfig) with the place of the setting or of the header; a sheet without
/// numbers throws Error(kData).
Mapping map_sheet(const Sheet& sheet, const Settings& settings);

/// The sheet to read: by name or number (from 1), else the first that has two filled rows. Throws Error(kConfig) naming
/// the sheets there are.
const Sheet& choose_sheet(const Workbook& book, const Settings& settings);

/// A header cell split: "weight (g)", "weight [g]", "weight / g" → {"weight", "g"}; the unit stays empty when what
/// stands there is no unit.
struct Header {
  std::string name, unit;
};
Header split_header(std::string_view text);

/// The generic quantity of a unit: "mg" → "other.mass", "%" → "other.fraction", "" → "other.value"; empty when the unit
/// is unknown or fits none.
std::string quantity_for_unit(std::string_view unit);
/// The same after the assay's own quantities: the one of exactly this unit, else of this dimension (pure numbers match
/// by their unit only: "%" is not "1").
std::string quantity_for_unit(std::string_view unit, const Settings& settings);
/// True for quantities that say nothing without the name of their column.
bool is_named_by_column(std::string_view quantity, const Settings& settings);

/// What a cell says.
struct Said {
  enum class Kind { kNumber, kBelow, kAbove, kMissing, kNotDetected, kNonsense };
  Kind kind = Kind::kMissing;
  double value = kNaN;  ///< the number, or the limit of "<0.5" and ">20"
};
Said read_cell(const Cell& cell, DecimalMark mark, const Settings& settings);

/// Position on a plate (parse_well()): "A1", "a01", "r01c01" → "A1"; empty for anything else.
std::string plate_position(std::string_view text);

/// The workbook of a reading. Throws Error(kUnsupported) for anything else.
const Workbook& book_of(const Reading& reading);

/// Questions that the mapping of a reading leaves open: no column names the samples, a unit that was guessed.
std::vector<Issue> open_questions(const Reading& reading, const Settings& settings);

/// Turns a sheet into rows. Cells that are no number, and numbers outside what their quantity can be, are issues of
/// severity error with their place (kMaxCellIssues at most are listed); everything else is taken.
Outcome measure_sheet(const Sheet& sheet, const Settings& settings, const InputFacts& facts, const std::string& path);
inline constexpr std::size_t kMaxCellIssues = 50;  // chosen

}  // namespace vesica::sheet_rows
