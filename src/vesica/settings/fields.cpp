// SPDX-License-Identifier: Apache-2.0
// Reading values into fields: whole tables (TOML, JSON) and single texts (command line, sheet).
#include "vesica/settings/fields.h"

#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/settings/field_text.h"

namespace vesica {

namespace {

/// The member of `table` for each field; what does not fit is a problem, never a silent default.
class TableReader final : public Fields {
 public:
  TableReader(const Value& table, std::vector<Error>& problems) : table_(table), problems_(problems) {}

  void number(std::string_view name, double& member, const FieldInfo& info) override {
    const Value* value = take(name);
    if (value && expect(*value, value->is_number(), "a number", name) && in_range(value->number, *value, name, info))
      member = value->number;
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) override {
    const Value* value = take(name);
    if (value && expect(*value, value->is_number(), "a number", name) && in_range(value->number, *value, name, info))
      member = value->number;
  }
  void integer(std::string_view name, std::int64_t& member, const FieldInfo& info) override {
    const Value* value = take(name);
    if (value && expect(*value, value->kind == Value::Kind::kInteger, "a whole number", name) &&
        in_range(value->number, *value, name, info))
      member = value->integer;
  }
  void flag(std::string_view name, bool& member, const FieldInfo&) override {
    const Value* value = take(name);
    if (value && expect(*value, value->kind == Value::Kind::kBool, "true or false", name)) member = value->boolean;
  }
  void text(std::string_view name, std::string& member, const FieldInfo&) override {
    const Value* value = take(name);
    if (value && expect(*value, value->kind == Value::Kind::kText, "a text", name)) member = value->text;
  }
  void choice(std::string_view name, std::string& member, std::span<const std::string_view> choices,
              const FieldInfo&) override {
    const Value* value = take(name);
    if (!value || !expect(*value, value->kind == Value::Kind::kText, "a text", name)) return;
    if (auto problem = check_choice(name, value->text, choices, value->place)) {
      problems_.push_back(*problem);
    } else {
      member = value->text;
    }
  }
  void numbers(std::string_view name, std::vector<double>& member, const FieldInfo& info) override {
    const Value* value = take(name);
    if (!value || !expect(*value, value->kind == Value::Kind::kArray, "a list of numbers", name)) return;
    std::vector<double> out;
    for (const Value& item : value->items) {
      if (!expect(item, item.is_number(), "a number", name) || !in_range(item.number, item, name, info)) return;
      out.push_back(item.number);
    }
    member = std::move(out);
  }
  void texts(std::string_view name, std::vector<std::string>& member, const FieldInfo&) override {
    const Value* value = take(name);
    if (!value || !expect(*value, value->kind == Value::Kind::kArray, "a list of texts", name)) return;
    std::vector<std::string> out;
    for (const Value& item : value->items) {
      if (!expect(item, item.kind == Value::Kind::kText, "a text", name)) return;
      out.push_back(item.text);
    }
    member = std::move(out);
  }
  void tree(std::string_view name, Value& member, const Value&, const FieldInfo&) override {
    if (const Value* value = take(name)) member = *value;
  }

  void report_unknown() {
    for (const auto& [key, value] : table_.members) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const auto near = did_you_mean(key, known_);
      problems_.emplace_back(
          ErrorKind::kConfig, say("There is no setting \"{}\".", key), value.place,
          near ? say("Did you mean \"{}\"?", *near) : say("Known settings: {}.", join(known_, ", ")));
    }
  }

 private:
  const Value* take(std::string_view name) {
    known_.emplace_back(name);
    return table_.find(name);
  }
  bool expect(const Value& value, bool fits, std::string_view wanted, std::string_view name) {
    if (!fits)
      problems_.emplace_back(
          ErrorKind::kConfig,
          say("\"{}\" must be {}, but is {}.", name, translate(wanted), translate(to_text(value.kind))), value.place);
    return fits;
  }
  bool in_range(double number, const Value& value, std::string_view name, const FieldInfo& info) {
    auto problem = check_range(name, number, info, value.place);
    if (problem) problems_.push_back(*problem);
    return !problem;
  }

  const Value& table_;
  std::vector<Error>& problems_;
  std::vector<std::string> known_;
};

/// "1,000": thousands in English, a decimal in German. Exactly three digits after one comma, one to three before it.
bool looks_grouped(std::string_view text) {
  const std::string_view plain = trim(text);
  const auto comma = plain.find(',');
  return comma != std::string_view::npos && comma >= 1 && comma <= 3 && plain.size() - comma == 4 && plain[0] != '0' &&
         plain.find_first_not_of("0123456789,") == std::string_view::npos;
}

/// Finds one field by name and reads a text into it.
class TextReader final : public Fields {
 public:
  TextReader(std::string_view name, std::string_view text, const Place& place)
      : name_(name), text_(text), place_(place) {}

  void number(std::string_view name, double& member, const FieldInfo& info) override {
    if (is(name)) member = parse(info);
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) override {
    if (is(name)) member = parse(info);
  }
  void integer(std::string_view name, std::int64_t& member, const FieldInfo& info) override {
    if (!is(name)) return;
    const auto number = parse_integer(text_);
    if (!number) fail(say("\"{}\" must be a whole number, but is \"{}\".", name_, text_));
    if (auto problem = check_range(name_, static_cast<double>(*number), info, place_)) throw *problem;
    member = *number;
  }
  void flag(std::string_view name, bool& member, const FieldInfo&) override {
    if (!is(name)) return;
    const std::string word = lower_ascii(trim(text_));
    if (word == "true" || word == "yes" || word == "1" || word == "是") {
      member = true;
    } else if (word == "false" || word == "no" || word == "0" || word == "否") {
      member = false;
    } else {
      fail(say("\"{}\" must be true or false, but is \"{}\".", name_, text_));
    }
  }
  void text(std::string_view name, std::string& member, const FieldInfo&) override {
    if (is(name)) member = trim(text_);
  }
  void choice(std::string_view name, std::string& member, std::span<const std::string_view> choices,
              const FieldInfo&) override {
    if (!is(name)) return;
    if (auto problem = check_choice(name_, trim(text_), choices, place_)) throw *problem;
    member = trim(text_);
  }
  void numbers(std::string_view name, std::vector<double>& member, const FieldInfo& info) override {
    if (!is(name)) return;
    std::vector<double> out;
    for (const std::string_view part : split(text_, ';')) {
      TextReader one(name_, part, place_);
      out.push_back(one.parse(info));
    }
    member = std::move(out);
  }
  void texts(std::string_view name, std::vector<std::string>& member, const FieldInfo&) override {
    if (!is(name)) return;
    member.clear();
    for (const std::string_view part : split(text_, ';')) member.emplace_back(trim(part));
  }
  void tree(std::string_view name, Value&, const Value&, const FieldInfo&) override {
    if (is(name)) fail(say("\"{}\" is a table: write it in a TOML file.", name_));
  }

  bool found() const { return found_; }
  const std::vector<std::string>& known() const { return known_; }

 private:
  bool is(std::string_view name) {
    known_.emplace_back(name);
    // The command line may spell a name with dashes.
    const bool same =
        name.size() == name_.size() && std::equal(name.begin(), name.end(), name_.begin(),
                                                  [](char a, char b) { return a == b || (a == '_' && b == '-'); });
    found_ = found_ || same;
    return same;
  }
  double parse(const FieldInfo& info) {
    auto number = parse_number(text_);
    if (!number && looks_grouped(text_))
      fail(say("\"{}\" for \"{}\" can be read in two ways: write {} or {}.", text_, name_,
               replace_all(std::string(text_), ",", ""), replace_all(std::string(text_), ",", ".")));
    if (!number) number = parse_number(text_, DecimalMark::kComma);
    if (!number) fail(say("\"{}\" must be a number, but is \"{}\".", name_, text_));
    if (auto problem = check_range(name_, *number, info, place_)) throw *problem;
    return *number;
  }
  [[noreturn]] void fail(const std::string& what) const { throw Error(ErrorKind::kConfig, what, place_); }

  std::string_view name_, text_;
  const Place& place_;
  bool found_ = false;
  std::vector<std::string> known_;
};

}  // namespace

void apply(const Value& table, AnySettings& settings, std::vector<Error>& problems) {
  if (table.kind != Value::Kind::kTable && table.kind != Value::Kind::kNull) {
    problems.emplace_back(ErrorKind::kConfig,
                          say("Settings must be a table, but are {}.", translate(to_text(table.kind))), table.place);
    return;
  }
  TableReader reader(table, problems);
  settings.describe(reader);
  reader.report_unknown();
}

void set_field(AnySettings& settings, std::string_view name, std::string_view value, const Place& place) {
  TextReader reader(name, value, place);
  settings.describe(reader);
  if (reader.found()) return;
  const auto near = did_you_mean(name, reader.known());
  throw Error(ErrorKind::kConfig, say("There is no setting \"{}\".", name), place,
              near ? say("Did you mean \"{}\"?", *near) : say("Known settings: {}.", join(reader.known(), ", ")));
}

}  // namespace vesica
