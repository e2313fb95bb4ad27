// SPDX-License-Identifier: Apache-2.0
// Writing fields out: values, JSON Schema, Markdown, names, evidence.
#include <cmath>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/settings/field_text.h"
#include "vesica/settings/fields.h"

namespace vesica {

namespace {

/// One row a field, whatever its type.
struct FieldRow {
  std::string name;
  Value value;
  FieldInfo info;
  std::string type;  ///< JSON Schema's word; empty for a tree
  std::string item_type;
  std::vector<std::string> choices;
  Value schema;
};

class Collector final : public Fields {
 public:
  void number(std::string_view name, double& member, const FieldInfo& info) override {
    add(name, Value::of(member), info, "number");
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) override {
    add(name, member ? Value::of(*member) : Value::null(), info, "number");
  }
  void integer(std::string_view name, std::int64_t& member, const FieldInfo& info) override {
    add(name, Value::of(member), info, "integer");
  }
  void flag(std::string_view name, bool& member, const FieldInfo& info) override {
    add(name, Value::of(member), info, "boolean");
  }
  void text(std::string_view name, std::string& member, const FieldInfo& info) override {
    add(name, Value::of(member), info, "string");
  }
  void choice(std::string_view name, std::string& member, std::span<const std::string_view> choices,
              const FieldInfo& info) override {
    add(name, Value::of(member), info, "string").choices.assign(choices.begin(), choices.end());
  }
  void numbers(std::string_view name, std::vector<double>& member, const FieldInfo& info) override {
    Value list = Value::array();
    for (const double number : member) list.append(Value::of(number));
    add(name, std::move(list), info, "array").item_type = "number";
  }
  void texts(std::string_view name, std::vector<std::string>& member, const FieldInfo& info) override {
    Value list = Value::array();
    for (const std::string& text : member) list.append(Value::of(text));
    add(name, std::move(list), info, "array").item_type = "string";
  }
  void tree(std::string_view name, Value& member, const Value& schema, const FieldInfo& info) override {
    add(name, member, info, "").schema = schema;
  }

  std::vector<FieldRow> rows;

 private:
  FieldRow& add(std::string_view name, Value value, const FieldInfo& info, std::string type) {
    rows.push_back({std::string(name), std::move(value), info, std::move(type), "", {}, {}});
    return rows.back();
  }
};

std::vector<FieldRow> rows_of(const AnySettings& settings) {
  AnySettings copy = settings;
  Collector collector;
  copy.describe(collector);
  return std::move(collector.rows);
}

void add_bounds(Value& schema, const FieldInfo& info) {
  if (std::isfinite(info.low)) schema.set("minimum", Value::of(info.low));
  if (std::isfinite(info.high)) schema.set("maximum", Value::of(info.high));
}

Value field_schema(const FieldRow& row) {
  Value schema = row.type.empty() ? row.schema : Value::table();
  if (!row.type.empty()) schema.set("type", Value::of(row.type));
  std::string description(row.info.help);
  if (!row.info.unit.empty()) description += " [" + std::string(row.info.unit) + "]";
  schema.set("description", Value::of(description));
  if (row.type == "array") {
    Value items = Value::table();
    items.set("type", Value::of(row.item_type));
    if (row.item_type == "number") add_bounds(items, row.info);
    schema.set("items", std::move(items));
  } else {
    add_bounds(schema, row.info);
  }
  if (!row.choices.empty()) {
    Value list = Value::array();
    for (const std::string& choice : row.choices) list.append(Value::of(choice));
    schema.set("enum", std::move(list));
  }
  if (row.value.kind != Value::Kind::kNull && !row.type.empty()) schema.set("default", row.value);
  return schema;
}

std::string default_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "–";
    case Value::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kNumber:
      return exact_number(value.number);
    case Value::Kind::kText:
      return value.text.empty() ? "–" : "`" + value.text + "`";
    case Value::Kind::kArray: {
      std::vector<std::string> parts;
      for (const Value& item : value.items) parts.push_back(default_text(item));
      return parts.empty() ? "–" : join(parts, ", ");
    }
    case Value::Kind::kTable:
      return "table";
  }
  return "";
}

}  // namespace

std::vector<std::string> field_names(const AnySettings& settings) {
  std::vector<std::string> names;
  for (FieldRow& row : rows_of(settings)) names.push_back(std::move(row.name));
  return names;
}

Value to_value(const AnySettings& settings) {
  Value table = Value::table();
  for (FieldRow& row : rows_of(settings)) table.set(row.name, std::move(row.value));
  return table;
}

Value json_schema(const AnySettings& settings, std::string_view title) {
  Value schema = Value::table();
  schema.set("title", Value::of(title));
  schema.set("type", Value::of("object"));
  Value properties = Value::table();
  for (const FieldRow& row : rows_of(settings)) properties.set(row.name, field_schema(row));
  schema.set("properties", std::move(properties));
  schema.set("additionalProperties", Value::of(false));
  return schema;
}

std::string markdown_table(const AnySettings& settings) {
  std::string out = "| setting | default | unit | range | meaning |\n|---|---|---|---|---|\n";
  for (const FieldRow& row : rows_of(settings)) {
    const std::string range = row.choices.empty() ? range_text(row.info) : "`" + join(row.choices, "`, `") + "`";
    out += "| `" + row.name + "` | " + default_text(row.value) + " | " + std::string(row.info.unit) + " | " + range +
           " | " + std::string(row.info.help) + " |\n";
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> evidence_of(const AnySettings& settings) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const FieldRow& row : rows_of(settings)) {
    if (!row.info.evidence.empty()) out.emplace_back(row.info.evidence, row.name);
  }
  return out;
}

}  // namespace vesica
