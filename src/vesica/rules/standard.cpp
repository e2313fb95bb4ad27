// SPDX-License-Identifier: Apache-2.0
#include "vesica/rules/standard.h"

#include <algorithm>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/io/toml.h"

namespace vesica::rules {

namespace {

/// Reads one table of a rule file: each key is taken once, what is left over is reported.
class Table {
 public:
  Table(const Value& table, std::string name, std::vector<Error>& problems)
      : table_(table), name_(std::move(name)), problems_(problems) {}

  std::string text(std::string_view key, bool needed = false) {
    const Value* value = take(key, needed);
    if (value == nullptr) return {};
    if (value->kind == Value::Kind::kText) return value->text;
    wrong(say("{0} must be {1}, but is {2}.", in_quotes(key), translate("a text"), translate(to_text(value->kind))),
          value->place);
    return {};
  }

  bool flag(std::string_view key, bool needed = false) {
    const Value* value = take(key, needed);
    if (value == nullptr) return false;
    if (value->kind != Value::Kind::kBool)
      wrong(say("{0} must be {1}, but is {2}.", in_quotes(key), translate("true or false"),
                translate(to_text(value->kind))),
            value->place);
    return value->boolean;
  }

  Expression expression(std::string_view key, const WordLists& lists, bool needed = false) {
    const Value* value = take(key, needed);
    if (value == nullptr) return {};
    if (value->kind != Value::Kind::kText) {
      wrong(say("{0} must be {1}, but is {2}.", in_quotes(key), translate("a text"), translate(to_text(value->kind))),
            value->place);
      return {};
    }
    Place place = value->place;
    if (place.column > 0) ++place.column;  // behind the quotation mark
    try {
      return parse_expression(value->text, lists, place);
    } catch (const Error& error) {
      problems_.push_back(error);
      return {};
    }
  }

  /// Tables of an array, at most `most`.
  std::vector<const Value*> tables(std::string_view key, std::size_t most) {
    std::vector<const Value*> out;
    const Value* value = take(key, false);
    if (value == nullptr) return out;
    if (value->kind != Value::Kind::kArray || value->items.size() > most) {
      wrong(say("{0} must be a list of at most {1} tables.", in_quotes(key), most), value->place,
            say("Write [[{}]] with two brackets.", key));
      return out;
    }
    for (const Value& item : value->items) {
      if (item.kind == Value::Kind::kTable) {
        out.push_back(&item);
      } else {
        wrong(say("{0} must be a list of at most {1} tables.", in_quotes(key), most), item.place);
      }
    }
    return out;
  }

  const Value* take(std::string_view key, bool needed) {
    known_.emplace_back(key);
    const Value* value = table_.find(key);
    if (value == nullptr && needed) wrong(say("{0} lacks {1}.", name_, in_quotes(key)), table_.place);
    return value;
  }

  void finish() {
    for (const auto& [key, value] : table_.members) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const auto near = did_you_mean(key, known_);
      wrong(say("{0} has no key {1}.", name_, in_quotes(key)), value.place,
            near ? say("Did you mean {}?", in_quotes(*near)) : say("Known: {}.", join(known_, ", ")));
    }
  }

  void wrong(std::string what, const Place& place, std::string hint = {}) {
    problems_.emplace_back(ErrorKind::kConfig, std::move(what), place, std::move(hint));
  }

 private:
  static std::string in_quotes(std::string_view text) { return "\"" + std::string(shortened(text, 80)) + "\""; }

  const Value& table_;
  std::string name_;
  std::vector<Error>& problems_;
  std::vector<std::string> known_;
};

WordLists read_lists(const Value* lists, std::vector<Error>& problems) {
  WordLists out;
  if (lists == nullptr) return out;
  for (const auto& [name, list] : lists->members) {
    std::vector<std::string>& words = out[name];
    bool good = list.kind == Value::Kind::kArray;
    for (const Value& word : list.items) {
      good = good && word.kind == Value::Kind::kText;
      words.push_back(word.text);
    }
    if (!good) problems.emplace_back(ErrorKind::kConfig, say("\"{}\" must be a list of texts.", name), list.place);
  }
  return out;
}

Item read_item(const Value& value, const WordLists& lists, std::vector<Error>& problems) {
  Item item;
  item.place = value.place;
  Table table(value, "[[item]]", problems);
  item.id = table.text("id", true);
  item.clause = table.text("clause", true);
  item.title = table.text("title", true);
  item.asks = table.text("asks", true);
  const std::string severity = table.text("severity", true);
  if (severity != "must" && severity != "should" && !severity.empty())
    table.wrong(say("\"severity\" cannot be \"{}\".", shortened(severity)), value.place,
                say("Write \"must\" or \"should\"."));
  item.must = severity != "should";
  item.source = table.text("source", true);
  item.wording_verified = table.flag("wording_verified", true);
  item.verified = table.text("verified", true);
  item.when = table.expression("when", lists);
  item.unclear = table.expression("unclear", lists);
  for (const Value* part : table.tables("part", kMaxParts)) {
    Table inner(*part, "[[item.part]]", problems);
    Part out;
    out.test = inner.expression("test", lists, true);
    out.missing = inner.text("missing", true);
    out.where = inner.text("where", true);
    out.write = inner.text("write", true);
    inner.finish();
    item.parts.push_back(std::move(out));
  }
  for (const Value* one : table.tables("contradiction", kMaxParts)) {
    Table inner(*one, "[[item.contradiction]]", problems);
    Contradiction out;
    out.when = inner.expression("when", lists, true);
    out.says = inner.text("says", true);
    inner.finish();
    item.contradictions.push_back(std::move(out));
  }
  if (item.parts.empty())
    table.wrong(say("Item \"{}\" tests nothing.", shortened(item.id)), value.place,
                say("Add [[item.part]] with test, missing, where and write."));
  table.finish();
  return item;
}

void read_head(const Value& value, const WordLists& lists, Standard& out, std::vector<Error>& problems) {
  Table table(value, "[standard]", problems);
  out.id = table.text("id", true);
  out.title = table.text("title", true);
  out.doi = table.text("doi");
  out.about = table.text("about");
  out.score = table.flag("score");
  out.sheet = table.text("sheet");
  out.when = table.expression("when", lists);
  table.finish();
  const auto plain = [](const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  };
  for (const std::string& name : {out.id, out.sheet})  // both become names of files
    if (!plain(name) || name.size() > 60)
      table.wrong(say("\"{}\" may hold letters, digits and _ only.", shortened(name)), value.place);
}

}  // namespace

Standard read_standard(std::string_view toml, const std::string& file, std::vector<Error>& problems) {
  Standard out;
  out.file = file;
  try {
    if (toml.size() > kMaxRuleBytes)
      throw Error(ErrorKind::kConfig, say("A rule file has at most {} bytes.", kMaxRuleBytes), {file, 0, 0, ""});
    const Value tree = read_toml(toml, file);
    Table top(tree, file, problems);
    const Value* head = top.take("standard", true);
    const WordLists lists = read_lists(top.take("lists", false), problems);
    if (head != nullptr && head->kind == Value::Kind::kTable) read_head(*head, lists, out, problems);
    std::set<std::string> ids;
    for (const Value* value : top.tables("item", kMaxItems)) {
      const std::size_t before = problems.size();
      Item item = read_item(*value, lists, problems);
      if (!item.id.empty() && !ids.insert(item.id).second)
        problems.emplace_back(ErrorKind::kConfig, say("Two items are called \"{}\".", shortened(item.id)),
                              value->place);
      if (problems.size() == before) out.items.push_back(std::move(item));
    }
    for (const Value* value : top.tables("row", kMaxItems)) {
      Table table(*value, "[[row]]", problems);
      SheetRow row;
      row.section = table.text("section", true);
      row.field = table.text("field", true);
      row.value = table.expression("value", lists);
      table.finish();
      out.rows.push_back(std::move(row));
    }
    top.finish();
  } catch (const Error& error) {
    problems.push_back(error);
  }
  return out;
}

const std::vector<Standard>& built_in_standards() {
  static const std::vector<Standard> standards = [] {
    std::vector<Standard> out;
    std::vector<Error> problems;
    for (const RuleText& text : built_in_rules())
      out.push_back(read_standard(text.toml, "rules/" + std::string(text.name) + ".toml", problems));
    VESICA_REQUIRE(problems.empty(), "a built-in rule file is wrong (standard_test names the line)");
    return out;
  }();
  return standards;
}

}  // namespace vesica::rules
