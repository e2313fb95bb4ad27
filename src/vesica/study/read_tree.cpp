// SPDX-License-Identifier: Apache-2.0
// study.toml's tree of values into the structs of a study, by the one declaration.
#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::size_t kLongestText = 10'000;  // chosen: a page of prose; a name beyond it is a broken file

bool is_scalar(const Value& value) {
  return value.kind == Value::Kind::kText || value.kind == Value::Kind::kBool || value.is_number();
}

/// A scalar as text: numbers as short as they read back, so that `replicate = 1` is the replicate "1".
std::string scalar_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kText:
      return std::string(trim_unicode(value.text));
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kNumber:
      return exact_number(value.number);
    default:
      return value.boolean ? "true" : "false";
  }
}

class TreeReader final : public KeyVisitor {
 public:
  TreeReader(std::string section, const Value& table, Assembly& assembly)
      : section_(std::move(section)), table_(table), assembly_(assembly) {}

  void text(std::string_view name, std::string& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr ||
        !expect(*value, value->kind == Value::Kind::kText || value->is_number(), translate("a text"), name))
      return;
    const std::string found = scalar_text(*value);
    if (!is_sound(found, *value, name) || !is_choice(found, *value, name, info)) return;
    if (found.empty() && info.required) {
      assembly_.problems.add("", say("{} is empty.", in_quotes(name)), value->place, std::string(info.help));
      return;
    }
    member = found;
    refer(found, value->place, info);
  }

  void number(std::string_view name, double& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value != nullptr && is_number_within(*value, name, info)) member = value->number;
  }

  void seed(std::string_view name, std::uint64_t& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr) return;
    const bool fits = value->kind == Value::Kind::kInteger && value->integer >= 0;
    if (expect(*value, fits, translate("a whole number that is not negative"), name))
      member = static_cast<std::uint64_t>(value->integer);
  }

  void flag(std::string_view name, bool& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value != nullptr && expect(*value, value->kind == Value::Kind::kBool, translate("true or false"), name))
      member = value->boolean;
  }

  void texts(std::string_view name, std::vector<std::string>& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kArray, translate("a list of texts"), name))
      return;
    if (value->items.empty() && info.required)
      assembly_.problems.add("", say("{} is empty.", in_quotes(name)), value->place, std::string(info.help));
    for (const Value& item : value->items) {
      if (!expect(item, item.kind == Value::Kind::kText || item.is_number(), translate("a text"), name)) continue;
      const std::string found = scalar_text(item);
      if (!is_sound(found, item, name)) continue;
      member.push_back(found);
      refer(found, item.place, info);
    }
  }

  void numbers(std::string_view name, std::vector<double>& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kArray, translate("a list of numbers"), name))
      return;
    for (const Value& item : value->items)
      if (is_number_within(item, name, info)) member.push_back(item.number);
  }

  void words(std::string_view name, std::map<std::string, std::string>& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kTable, translate("a table"), name)) return;
    for (const auto& [key, item] : value->members) {
      if (!expect(item, is_scalar(item), translate("a text or a number"), key)) continue;
      const std::string found = scalar_text(item);
      if (!is_sound(found, item, key) || !is_sound(key, item, key)) continue;
      member[key] = found;
      refer(found, item.place, info);
    }
  }

  void values(std::string_view name, std::map<std::string, double>& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kTable, translate("a table"), name)) return;
    for (const auto& [key, item] : value->members)
      if (is_sound(key, item, key) && is_number_within(item, key, info)) member[key] = item.number;
  }

  void levels(std::string_view name, Levels& member, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kTable, translate("a table"), name)) return;
    for (const auto& [key, item] : value->members) {
      if (!expect(item, is_scalar(item), translate("a text or a number"), key)) continue;
      const std::string found = scalar_text(item);
      if (!is_sound(found, item, key) || !is_sound(key, item, key)) continue;
      member[key] = Level{found, item.is_number() ? item.number : std::numeric_limits<double>::quiet_NaN()};
      assembly_.factors.insert(key);
    }
  }

  void pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& member,
             const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr || !expect(*value, value->kind == Value::Kind::kArray, translate("a list of pairs"), name))
      return;
    for (const Value& item : value->items) {
      const bool is_pair = item.kind == Value::Kind::kArray && item.items.size() == 2 && is_scalar(item.items[0]) &&
                           is_scalar(item.items[1]);
      if (!expect(item, is_pair, translate("a pair such as [\"a\", \"b\"]"), name)) continue;
      member.emplace_back(scalar_text(item.items[0]), scalar_text(item.items[1]));
    }
  }

  void tree(std::string_view name, Value& member, bool array, const KeyInfo& info) override {
    const Value* value = take(name, info);
    if (value == nullptr) return;
    const auto is_table = [](const Value& item) { return item.kind == Value::Kind::kTable; };
    const bool fits = array ? value->kind == Value::Kind::kArray && !value->items.empty() &&
                                  std::all_of(value->items.begin(), value->items.end(), is_table)
                            : is_table(*value);
    if (expect(*value, fits, array ? translate("a list of tables") : translate("a table"), name)) member = *value;
  }

  void report_unknown() {
    for (const auto& [key, value] : table_.members) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      assembly_.problems.add("unknown key " + section_ + "." + key,
                             say("{0} has no key {1}.", "[" + section_ + "]", in_quotes(key)), value.place,
                             hint_for(key));
    }
  }

 private:
  const Value* take(std::string_view name, const KeyInfo& info) {
    known_.emplace_back(name);
    const Value* value = table_.find(name);
    if (value == nullptr && info.required)
      assembly_.problems.add("", say("{0} lacks {1}.", "[" + section_ + "]", in_quotes(name)), table_.place,
                             std::string(info.help));
    return value;
  }

  bool expect(const Value& value, bool fits, std::string_view wanted, std::string_view name) {
    if (!fits)
      assembly_.problems.add(
          "", say("{0} must be {1}, but is {2}.", in_quotes(name), wanted, translate(to_text(value.kind))),
          value.place);
    return fits;
  }

  bool is_sound(std::string_view text, const Value& value, std::string_view name) {
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t';
    });
    if (!control && text.size() <= kLongestText) return true;
    assembly_.problems.add("", say("{} is too long or holds control characters.", in_quotes(name)), value.place,
                           say("Write it anew."));
    return false;
  }

  bool is_choice(const std::string& text, const Value& value, std::string_view name, const KeyInfo& info) {
    if (info.choices.empty()) return true;
    const std::vector<std::string> words(info.choices.begin(), info.choices.end());
    if (std::find(words.begin(), words.end(), text) != words.end()) return true;
    assembly_.problems.add("", say("{0} cannot be {1}.", in_quotes(name), in_quotes(text)), value.place,
                           suggest(text, words));
    return false;
  }

  bool is_number_within(const Value& value, std::string_view name, const KeyInfo& info) {
    if (!expect(value, value.is_number() && std::isfinite(value.number), translate("a number"), name)) return false;
    if (value.number >= info.low && value.number <= info.high) return true;
    assembly_.problems.add("", say("{0} is {1}, outside its range.", in_quotes(name), exact_number(value.number)),
                           value.place,
                           say("It must lie between {0} and {1}.", exact_number(info.low), exact_number(info.high)));
    return false;
  }

  void refer(const std::string& name, const Place& place, const KeyInfo& info) {
    if (info.refers != Refers::kNothing && !name.empty()) assembly_.references.push_back({info.refers, name, place});
  }

  std::string hint_for(const std::string& key) const {
    if (const auto near = nearest_name(key, known_)) return say("Did you mean {}?", in_quotes(*near));
    if (section_ == "input") return say("A setting of the assay goes into settings = {{ {} = ... }}.", key);
    if (section_ == "sample") return say("A fact of your own goes into attributes = {{ {} = ... }}.", key);
    if (section_ == "condition") return say("A factor goes into levels = {{ {} = ... }}.", key);
    if (section_ == "scenario") return say("A parameter of the model goes into settings = {{ {} = ... }}.", key);
    return suggest(key, known_);
  }

  std::string section_;
  const Value& table_;
  Assembly& assembly_;
  std::vector<std::string> known_;
};

/// Walks the sections of the tree; the visitor of describe_sections().
class SectionReader {
 public:
  explicit SectionReader(Assembly& assembly) : assembly_(assembly) {}

  template <typename Item>
  void one(std::string_view name, Item& member, std::string_view) {
    names_.emplace_back(name);
    const Value* value = assembly_.tree.find(name);
    if (value == nullptr) return;
    if (value->kind != Value::Kind::kTable) {
      assembly_.problems.add("", say("{} must be one table.", in_quotes(name)), value->place, say("Write [{}].", name));
      return;
    }
    TreeReader reader{std::string(name), *value, assembly_};
    describe_keys(reader, member);
    reader.report_unknown();
  }

  template <typename Item>
  void many(std::string_view name, std::vector<Item>& members, std::string_view) {
    names_.emplace_back(name);
    const Value* value = assembly_.tree.find(name);
    if (value == nullptr) return;
    if (value->kind != Value::Kind::kArray) {
      assembly_.problems.add("", say("{} must be a list of tables.", in_quotes(name)), value->place,
                             say("Write [[{}]] with two brackets.", name));
      return;
    }
    members.resize(value->items.size());  // one for each item, so that numbers in tree and study agree
    for (std::size_t i = 0; i < members.size(); ++i) {
      members[i].place = value->items[i].place;
      if (value->items[i].kind != Value::Kind::kTable) {
        assembly_.problems.add("", say("{} must be a list of tables.", in_quotes(name)), value->items[i].place,
                               say("Write [[{}]] with two brackets.", name));
        continue;
      }
      TreeReader reader{std::string(name), value->items[i], assembly_};
      describe_keys(reader, members[i]);
      reader.report_unknown();
    }
  }

  void report_unknown() {
    names_.emplace_back("settings");
    for (const auto& [key, value] : assembly_.tree.members)
      if (std::find(names_.begin(), names_.end(), key) == names_.end())
        assembly_.problems.add("", say("study.toml has no section {}.", in_quotes(key)), value.place,
                               suggest(key, names_));
  }

 private:
  Assembly& assembly_;
  std::vector<std::string> names_;
};

std::vector<std::string> ids_of(const KnownNames& known) {
  std::vector<std::string> ids;
  for (const auto* parts : {&known.assays, &known.models, &known.checks})
    for (const KnownPart& part : *parts) ids.push_back(part.id);
  return ids;
}

/// `[settings.ID]`: each table is checked against the settings of the part that it names.
void read_settings(Assembly& assembly) {
  const Value* all = assembly.tree.find("settings");
  if (all == nullptr) return;
  if (all->kind != Value::Kind::kTable) {
    assembly.problems.add("", say("{} must be a table of tables.", in_quotes("settings")), all->place,
                          say("Write [settings.{}].", "nta"));
    return;
  }
  for (const auto& [id, table] : all->members) {
    const KnownPart* part = assembly.known.find_any(id);
    if (part == nullptr) {
      assembly.problems.add("", say("There is no assay, model or check {}.", in_quotes(id)), table.place,
                            suggest(id, ids_of(assembly.known)));
      continue;
    }
    if (table.kind != Value::Kind::kTable) {
      assembly.problems.add("", say("{} must be a table.", in_quotes("settings." + id)), table.place,
                            say("Write [settings.{}].", id));
      continue;
    }
    AnySettings settings = part->settings;
    std::vector<Error> found;
    apply(table, settings, found);
    for (const Error& error : found) assembly.problems.add(error);
    assembly.study.settings[id] = table;
  }
}

}  // namespace

void read_study_tree(Assembly& assembly) {
  if (assembly.tree.kind == Value::Kind::kNull) return;
  SectionReader sections(assembly);
  describe_sections(sections, assembly.study);
  sections.report_unknown();
  read_settings(assembly);
  assembly.factors.insert(assembly.study.factors.begin(), assembly.study.factors.end());
  for (std::size_t i = 0; i < assembly.study.comparisons.size(); ++i) {
    Comparison& comparison = assembly.study.comparisons[i];
    if (comparison.id.empty()) comparison.id = "comparison-" + std::to_string(i + 1);
  }
}

}  // namespace vesica
