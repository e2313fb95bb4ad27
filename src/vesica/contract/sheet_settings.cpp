// SPDX-License-Identifier: Apache-2.0
// The settings by which a user says what a sheet means, and what they leave open.
#include <array>

#include "vesica/base/message.h"
#include "vesica/contract/sheet_rows.h"

namespace vesica::sheet_rows {

namespace {

Value text_schema(const char* description) {
  Value out = Value::table();
  out.set("type", Value::of("string"));
  out.set("description", Value::of(description));
  return out;
}

/// JSON Schema of `columns`: an array of tables.
Value columns_schema() {
  Value properties = Value::table();
  properties.set("column", text_schema("Header of the column."));
  properties.set("quantity", text_schema("Id of the catalogue."));
  properties.set("target", text_schema("What the number is about."));
  properties.set("unit", text_schema("UCUM unit of the numbers."));
  properties.set("condition", text_schema("Condition of this column."));
  properties.set("part", text_schema("Field or region."));
  properties.set("replicate", text_schema("Technical repeat."));
  Value time = Value::table();
  time.set("type", Value::of("number"));
  time.set("description", Value::of("Time in hours."));
  properties.set("time_h", std::move(time));
  Value item = Value::table();
  item.set("type", Value::of("object"));
  item.set("properties", std::move(properties));
  Value required = Value::array();
  required.append(Value::of("column"));
  item.set("required", std::move(required));
  item.set("additionalProperties", Value::of(false));
  Value out = Value::table();
  out.set("type", Value::of("array"));
  out.set("items", std::move(item));
  return out;
}

}  // namespace

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 5> kLayouts = {"auto", "long", "wide", "groups", "plate"};
  static constexpr std::array<std::string_view, 3> kMarks = {"auto", "point", "comma"};
  fields.choice(
      "layout", layout, kLayouts,
      {.help = "One value a row (long), one column a measure (wide), one column a group (groups), a plate's grid "
               "(plate), or by the headers (auto)."});
  fields.text("sheet", sheet, {.help = "Name or number (from 1) of the sheet; empty: the first with values."});
  fields.integer("header_row", header_row, {.low = 0, .high = 1e6, .help = "Row of the header, from 1; 0: found."});
  fields.numbers("skip_rows", skip_rows, {.low = 1, .high = 1e7, .help = "Rows to leave out, from 1."});
  fields.text("sample_column", sample_column, {.help = "Header of the column that names the sample."});
  fields.text("replicate_column", replicate_column, {.help = "Header of the column that names the technical repeat."});
  fields.text("time_column", time_column, {.help = "Header of the column of times."});
  fields.text("time_unit", time_unit, {.help = "Unit of times when the header names none."});
  fields.text("condition_column", condition_column, {.help = "Header of the column of conditions."});
  fields.text("target_column", target_column, {.help = "Header of the column that says what a value is about."});
  fields.text("part_column", part_column, {.help = "Header of the column of fields or regions."});
  fields.text("position_column", position_column, {.help = "Header of the column of plate positions."});
  fields.text("value_column", value_column, {.help = "Long layout: header of the column of values."});
  fields.text("unit_column", unit_column, {.help = "Long layout: header of the column of units."});
  fields.text("quantity_column", quantity_column, {.help = "Long layout: header of the column of catalogue ids."});
  fields.text("quantity", quantity, {.help = "Catalogue id of all values that name none."});
  fields.text("target", target, {.help = "Target of all values that name none."});
  fields.text("unit", unit, {.help = "Unit of all values that name none."});
  fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of numbers that the file holds as text."});
  fields.texts("missing_words", missing_words, {.help = "Words for a value that was not taken: no row."});
  fields.texts("not_detected_words", not_detected_words, {.help = "Words for a value that was sought and not found."});
  static const Value kSchema = columns_schema();
  if (columns.kind == Value::Kind::kNull) columns = Value::array();
  fields.tree("columns", columns, kSchema, {.help = "Wide layout: what each column is; empty: by the headers."});
}

const Workbook& book_of(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr) {
    throw Error(ErrorKind::kUnsupported, say("This is no table."), {reading.path, 0, 0, ""},
                say("Give a CSV, TSV or XLSX file."));
  }
  return *book;
}

std::vector<Issue> open_questions(const Reading& reading, const Settings& settings) {
  const Workbook& book = book_of(reading);
  std::vector<Issue> out;
  if (book.sheets.empty()) return out;
  const Sheet& sheet = choose_sheet(book, settings);
  const Mapping mapping = map_sheet(sheet, settings);
  if (!mapping.sample && !mapping.position && mapping.layout != "groups" && mapping.layout != "plate") {
    out.push_back({Severity::kNote,
                   "table.no_sample",
                   say("No column names the samples: all values belong to the input's own sample."),
                   {reading.path, 0, 0, ""},
                   say("Set \"sample_column\" when the rows are different samples."),
                   reading.path,
                   ""});
  }
  for (const std::string& note : mapping.notes) {
    out.push_back({Severity::kNote,
                   "table.no_unit",
                   note,
                   {reading.path, 0, 0, ""},
                   say("Write the unit into the header, as in \"weight (g)\"."),
                   reading.path,
                   ""});
  }
  return out;
}

}  // namespace vesica::sheet_rows
