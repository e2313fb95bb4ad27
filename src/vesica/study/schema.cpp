// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/schema.h"

#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/attributes.h"
#include "vesica/study/columns.h"
#include "vesica/study/keys.h"

namespace vesica {

namespace {

Value typed(std::string_view type) {
  Value out = Value::table();
  out.set("type", Value::of(type));
  return out;
}

/// A text; numbers are taken too, as `replicate = 1`.
Value text_type() {
  Value types = Value::array();
  types.append(Value::of("string"));
  types.append(Value::of("number"));
  Value out = Value::table();
  out.set("type", std::move(types));
  return out;
}

Value any_scalar() {
  Value types = Value::array();
  for (const char* type : {"string", "number", "boolean"}) types.append(Value::of(type));
  Value out = Value::table();
  out.set("type", std::move(types));
  return out;
}

Value list_of(Value items) {
  Value out = typed("array");
  out.set("items", std::move(items));
  return out;
}

Value table_of(Value values) {
  Value out = typed("object");
  out.set("additionalProperties", std::move(values));
  return out;
}

void add_bounds(Value& schema, const KeyInfo& info) {
  if (std::isfinite(info.low)) schema.set("minimum", Value::of(info.low));
  if (std::isfinite(info.high)) schema.set("maximum", Value::of(info.high));
}

Value number_type(const KeyInfo& info) {
  Value out = typed("number");
  add_bounds(out, info);
  return out;
}

Value type_of(const KeyRow& row) {
  switch (row.type) {
    case KeyType::kText:
      return row.info.choices.empty() ? text_type() : typed("string");
    case KeyType::kNumber:
      return number_type(row.info);
    case KeyType::kSeed: {
      Value out = typed("integer");
      out.set("minimum", Value::of(0));
      return out;
    }
    case KeyType::kFlag:
      return typed("boolean");
    case KeyType::kTexts:
      return list_of(text_type());
    case KeyType::kNumbers:
      return list_of(number_type(row.info));
    case KeyType::kValues:
      return table_of(number_type(row.info));
    case KeyType::kWords:
    case KeyType::kLevels:
      return table_of(any_scalar());
    case KeyType::kPairs: {
      Value pair = list_of(text_type());
      pair.set("minItems", Value::of(2));
      pair.set("maxItems", Value::of(2));
      return list_of(std::move(pair));
    }
    case KeyType::kTable:
      return typed("object");
    case KeyType::kTables: {
      Value out = list_of(typed("object"));
      out.set("minItems", Value::of(1));
      return out;
    }
  }
  return Value::table();
}

Value key_schema(const KeyRow& row) {
  Value out = type_of(row);
  out.set("description", Value::of(row.info.help));
  if (row.info.choices.empty()) return out;
  Value choices = Value::array();
  for (const std::string_view choice : row.info.choices) choices.append(Value::of(choice));
  out.set("enum", std::move(choices));
  return out;
}

Value section_schema(const std::vector<KeyRow>& rows, std::string_view help) {
  Value out = typed("object");
  out.set("description", Value::of(help));
  Value properties = Value::table(), required = Value::array();
  for (const KeyRow& row : rows) {
    properties.set(row.name, key_schema(row));
    if (row.info.required) required.append(Value::of(row.name));
  }
  out.set("properties", std::move(properties));
  if (!required.items.empty()) out.set("required", std::move(required));  // Draft 4 refuses an empty list
  out.set("additionalProperties", Value::of(false));
  return out;
}

class SchemaSections {
 public:
  template <typename Item>
  void one(std::string_view name, Item&, std::string_view help) {
    properties.set(name, section_schema(key_rows(Item{}), help));
  }
  template <typename Item>
  void many(std::string_view name, std::vector<Item>&, std::string_view help) {
    properties.set(name, list_of(section_schema(key_rows(Item{}), help)));
  }
  Value properties = Value::table();
};

Value settings_schema(const KnownNames& known) {
  Value out = typed("object");
  out.set("description", Value::of(translate("Settings of assays, models and checks.")));
  Value properties = Value::table();
  for (const auto* parts : {&known.assays, &known.models, &known.checks})
    for (const KnownPart& part : *parts) properties.set(part.id, json_schema(part.settings, part.title));
  out.set("properties", std::move(properties));
  out.set("additionalProperties", Value::of(false));
  return out;
}

std::string_view word_of(const KeyRow& row) {
  switch (row.type) {
    case KeyType::kText:
      return "text";
    case KeyType::kNumber:
      return "number";
    case KeyType::kSeed:
      return "whole number";
    case KeyType::kFlag:
      return "true or false";
    case KeyType::kTexts:
      return "list of texts";
    case KeyType::kNumbers:
      return "list of numbers";
    case KeyType::kWords:
    case KeyType::kValues:
    case KeyType::kLevels:
    case KeyType::kTable:
      return "table";
    case KeyType::kPairs:
      return "list of pairs";
    case KeyType::kTables:
      return "list of tables";
  }
  return "";
}

std::string in_table(std::string_view text) { return replace_all(std::string(text), "|", "\\|"); }

class ReferenceSections {
 public:
  template <typename Item>
  void one(std::string_view name, Item&, std::string_view help) {
    section("[" + std::string(name) + "]", help, key_rows(Item{}));
  }
  template <typename Item>
  void many(std::string_view name, std::vector<Item>&, std::string_view help) {
    section("[[" + std::string(name) + "]]", help, key_rows(Item{}));
  }
  std::string out;

 private:
  void section(const std::string& title, std::string_view help, const std::vector<KeyRow>& rows) {
    out += "### `" + title + "`\n\n" + std::string(help) + "\n\n| key | kind | meaning |\n|---|---|---|\n";
    for (const KeyRow& row : rows) {
      out += "| `" + row.name + "`" + (row.info.required ? " (needed)" : "") + " | " + std::string(word_of(row)) +
             " | " + in_table(row.info.help);
      if (!row.info.choices.empty()) {
        std::vector<std::string> choices;
        for (const std::string_view choice : row.info.choices) choices.push_back("`" + std::string(choice) + "`");
        out += " One of " + join(choices, ", ") + ".";
      }
      out += " |\n";
    }
    out += "\n";
  }
};

}  // namespace

Value study_schema(const KnownNames& known) {
  Study study;
  SchemaSections sections;
  describe_sections(sections, study);
  sections.properties.set("settings", settings_schema(known));
  Value out = Value::table();
  out.set("title", Value::of("study.toml"));
  out.set("description", Value::of(translate("The recipe of a Vesica study.")));
  out.set("type", Value::of("object"));
  out.set("properties", std::move(sections.properties));
  out.set("additionalProperties", Value::of(false));
  return out;
}

Value sheet_schema(const KnownNames& known) {
  Value properties = Value::table();
  for (const ColumnInfo& column : sheet_columns()) {
    Value schema = text_type();
    schema.set("description", Value::of(column.help));
    properties.set(column.name, std::move(schema));
  }
  for (const KnownPart& assay : known.assays) {
    const Value settings = json_schema(assay.settings, assay.title);
    for (const auto& [name, schema] : settings.find("properties")->members)
      if (properties.find(name) == nullptr) properties.set(name, schema);
  }
  Value out = Value::table();
  out.set("title", Value::of("samples"));
  out.set("description", Value::of(translate("One row of the sample sheet: one file to be measured.")));
  out.set("type", Value::of("object"));
  out.set("properties", std::move(properties));
  out.set("additionalProperties", any_scalar());
  return out;
}

std::string study_reference() {
  Study study;
  ReferenceSections sections;
  describe_sections(sections, study);
  std::string out = sections.out;
  out +=
      "### `[settings.ID]`\n\nSettings of the assay, model or check `ID`, for the whole study; `vesica describe ID` "
      "lists them.\n\n";
  out += "### Columns of the sheet\n\n| column | also understood as | meaning |\n|---|---|---|\n";
  for (const ColumnInfo& column : sheet_columns()) {
    std::vector<std::string> also;
    for (const std::string_view title : column.also) also.emplace_back(title);
    out += "| `" + std::string(column.name) + "` | " + join(also, ", ") + " | " + in_table(column.help) + " |\n";
  }
  for (const SettingTitle& setting : setting_titles()) {
    std::vector<std::string> also;
    for (const std::string_view title : setting.also) also.emplace_back(title);
    out += "| `" + std::string(setting.setting) + "` | " + join(also, ", ") +
           " | Setting of the assay, for this file alone. |\n";
  }
  for (const AttributeInfo& attribute : known_attributes()) {
    std::vector<std::string> also;
    for (const std::string_view title : attribute.also) also.emplace_back(title);
    out += "| `" + std::string(attribute.name) + "` | " + join(also, ", ") + " | " + in_table(attribute.help) +
           (attribute.unit.empty() ? "" : " In " + std::string(attribute.unit) + ".") +
           " An attribute of the sample. |\n";
  }
  out +=
      "| any other setting | | Its name as `vesica describe ASSAY` prints it. |\n"
      "| `factor:NAME`, or a factor's bare name once study.toml knows it | 因素:NAME | Level of a factor. |\n"
      "| `attribute:NAME` | 属性:NAME | Anything else worth keeping about the sample. |\n\n";
  return out;
}

}  // namespace vesica
