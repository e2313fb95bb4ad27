// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/toml.h"
#include "vesica/study/keys.h"
#include "vesica/study/plate_map.h"
#include "vesica/study/write.h"

namespace vesica {

namespace {

/// What TOML calls this value behind "key = ": through the one writer of io, so that quoting is right everywhere.
std::string scalar(const Value& value) {
  Value table = Value::table();
  table.set("x", value);
  return std::string(trim(std::string_view(write_toml(table)).substr(std::string_view("x = ").size())));
}

std::string key_text(const std::string& key) {
  Value table = Value::table();
  table.set(key, Value::of(true));
  const std::string line = write_toml(table);
  return line.substr(0, line.rfind(" = "));
}

std::string inline_text(const Value& value) {
  std::vector<std::string> parts;
  if (value.kind == Value::Kind::kTable) {
    for (const auto& [key, member] : value.members)
      if (member.kind != Value::Kind::kNull) parts.push_back(key_text(key) + " = " + inline_text(member));
    return parts.empty() ? "{}" : "{ " + join(parts, ", ") + " }";
  }
  if (value.kind != Value::Kind::kArray) return scalar(value);
  for (const Value& item : value.items) parts.push_back(inline_text(item));
  return "[" + join(parts, ", ") + "]";
}

/// Lists of tables (the steps of a protocol) have one table a line.
std::string value_text(const KeyRow& row) {
  if (row.type != KeyType::kTables || row.value.items.empty()) return inline_text(row.value);
  std::string out = "[\n";
  for (const Value& step : row.value.items) out += "  " + inline_text(step) + ",\n";
  return out + "]";
}

/// What stands behind "=" in the example of a key that is not given.
std::string example_text(const KeyRow& row) {
  switch (row.type) {
    case KeyType::kText:
      return row.value.text.empty() ? "\"\"" : scalar(row.value);
    case KeyType::kNumber:
      return row.value.kind == Value::Kind::kNull ? "0" : scalar(row.value);
    case KeyType::kTexts:
    case KeyType::kNumbers:
    case KeyType::kPairs:
    case KeyType::kTables:
      return "[]";
    case KeyType::kWords:
    case KeyType::kValues:
    case KeyType::kLevels:
    case KeyType::kTable:
      return "{}";
    case KeyType::kSeed:
    case KeyType::kFlag:
      return scalar(row.value);
  }
  return "\"\"";
}

class TomlSections {
 public:
  explicit TomlSections(const StudyWriting& writing) : writing_(writing) {}

  template <typename Item>
  void one(std::string_view name, Item& member, std::string_view help) {
    const std::vector<KeyRow> rows = key_rows(member), defaults = key_rows(Item{});
    if (rows.size() > kMostExplained) {  // facts for reports: only those given; the help says who knows the others
      if (any_given(rows, defaults)) {
        head("[" + std::string(name) + "]", help);
        keys(rows, defaults, false, false);
      } else if (writing_.explain) {
        out += "\n# " + std::string(help) + "\n# [" + std::string(name) + "]\n";
      }
      return;
    }
    head("[" + std::string(name) + "]", help);
    keys(rows, defaults, writing_.explain, false);
  }

  template <typename Item>
  void many(std::string_view name, std::vector<Item>& members, std::string_view help) {
    if (name == "input" || name == "sample") return;  // the sheet says these
    const std::string title = "[[" + std::string(name) + "]]";
    if (members.empty() && writing_.explain) {
      out += "\n# " + std::string(help) + "\n# " + title + "\n";
      keys(key_rows(Item{}), key_rows(Item{}), true, true);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i == 0) {
        head(title, help);
      } else {
        out += "\n" + title + "\n";
      }
      keys(key_rows(members[i]), key_rows(Item{}), writing_.explain && i == 0, false);
    }
  }

  std::string out;

 private:
  static constexpr std::size_t kMostExplained = 40;  // chosen: a screen of keys; longer sections are not spelt out

  static bool any_given(const std::vector<KeyRow>& rows, const std::vector<KeyRow>& defaults) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (!same_content(rows[i].value, defaults[i].value)) return true;
    return false;
  }

  void head(const std::string& title, std::string_view help) {
    if (!out.empty()) out += "\n";
    if (writing_.explain) out += "# " + std::string(help) + "\n";
    out += title + "\n";
  }

  /// Given keys as they are; with `explain` also the others, as commented examples under their meaning.
  void keys(const std::vector<KeyRow>& rows, const std::vector<KeyRow>& defaults, bool explain, bool all_commented) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool given = !all_commented && !same_content(rows[i].value, defaults[i].value);
      if (explain && (given || !all_commented || rows[i].info.required))
        out += "# " + std::string(rows[i].info.help) + "\n";
      if (given) {
        out += rows[i].name + " = " + value_text(rows[i]) + "\n";
      } else if (explain && (!all_commented || rows[i].info.required)) {
        out += "# " + rows[i].name + " = " + example_text(rows[i]) + "\n";
      }
    }
  }

  const StudyWriting& writing_;
};

/// Collects everything into one table.
class ValueSections {
 public:
  template <typename Item>
  void one(std::string_view name, Item& member, std::string_view) {
    table.set(name, item_value(key_rows(member)));
  }
  template <typename Item>
  void many(std::string_view name, std::vector<Item>& members, std::string_view) {
    Value list = Value::array();
    for (Item& member : members) list.append(item_value(key_rows(member)));
    table.set(name, std::move(list));
  }
  Value table = Value::table();

 private:
  static Value item_value(std::vector<KeyRow> rows) {
    Value out = Value::table();
    for (KeyRow& row : rows) {
      const bool empty = row.value.kind == Value::Kind::kNull ||
                         (row.value.kind == Value::Kind::kText && row.value.text.empty()) ||
                         (row.value.kind == Value::Kind::kArray && row.value.items.empty()) ||
                         (row.value.kind == Value::Kind::kTable && row.value.members.empty());
      if (!empty) out.set(row.name, std::move(row.value));
    }
    return out;
  }
};

}  // namespace

std::string write_study_toml(const Study& study, const StudyWriting& writing) {
  Study copy = study;
  for (Layout& layout : copy.layouts) {
    if (!is_drawn_in_sheet(layout, study.layouts)) continue;
    for (auto* words : {&layout.positions, &layout.roles}) words->clear();
    for (auto* numbers : {&layout.levels, &layout.dilutions}) numbers->clear();
  }
  TomlSections sections(writing);
  describe_sections(sections, copy);
  std::string out = writing.schema.empty() ? "" : "#:schema " + writing.schema + "\n";
  if (writing.explain)
    out += "# " + say("The recipe of a study: what was made, given and measured, and what will be compared.") + "\n# " +
           say("Lines that begin with # are explanations and examples; remove the # to use one.") + "\n# " +
           say("The files and samples stand in the sheet beside this file.") + "\n\n";
  out += sections.out;
  if (study.settings.empty()) return out;
  Value settings = Value::table();
  for (const auto& [id, table] : study.settings) settings.set(id, table);
  Value top = Value::table();
  top.set("settings", std::move(settings));
  return out + "\n" + (writing.explain ? "# " + say("Settings of assays, models and checks.") + "\n" : "") +
         write_toml(top);
}

Value study_value(const Study& study) {
  Study copy = study;
  std::sort(copy.samples.begin(), copy.samples.end(), [](const Sample& a, const Sample& b) { return a.id < b.id; });
  std::sort(copy.factors.begin(), copy.factors.end());
  ValueSections sections;
  describe_sections(sections, copy);
  Value settings = Value::table();
  for (const auto& [id, table] : study.settings) settings.set(id, table);
  sections.table.set("settings", std::move(settings));
  return sections.table;
}

}  // namespace vesica
