// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/keys.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/number.h"

namespace vesica {

namespace {

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53: whole numbers below are exact in both kinds

/// Whole numbers as integers, because that is how people write them.
Value number_value(double number) {
  if (std::isnan(number)) return Value::null();
  const bool whole = number == std::floor(number) && std::abs(number) < kLargestInteger;
  return whole && std::abs(number) < 1e6 ? Value::of(static_cast<std::int64_t>(number)) : Value::of(number);
}

}  // namespace

Value word_value(const std::string& text) {
  const auto number = parse_number(text);
  if (!number || !std::isfinite(*number)) return Value::of(text);
  const Value value = number_value(*number);
  const std::string again = value.kind == Value::Kind::kInteger ? std::to_string(value.integer) : exact_number(*number);
  return again == text ? value : Value::of(text);
}

bool same_content(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a.number == b.number || (std::isnan(a.number) && std::isnan(b.number));
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  if (a.text != b.text || a.boolean != b.boolean) return false;
  if (!std::equal(a.items.begin(), a.items.end(), b.items.begin(), same_content)) return false;
  return std::all_of(a.members.begin(), a.members.end(), [&](const auto& member) {
    const Value* other = b.find(member.first);
    return other != nullptr && same_content(member.second, *other);
  });
}

void KeyRows::add(std::string_view name, KeyType type, const KeyInfo& info, Value value) {
  rows.push_back({std::string(name), type, info, std::move(value)});
}

void KeyRows::text(std::string_view name, std::string& member, const KeyInfo& info) {
  add(name, KeyType::kText, info, Value::of(member));
}
void KeyRows::number(std::string_view name, double& member, const KeyInfo& info) {
  add(name, KeyType::kNumber, info, number_value(member));
}
void KeyRows::seed(std::string_view name, std::uint64_t& member, const KeyInfo& info) {
  add(name, KeyType::kSeed, info, Value::of(static_cast<std::int64_t>(member)));
}
void KeyRows::flag(std::string_view name, bool& member, const KeyInfo& info) {
  add(name, KeyType::kFlag, info, Value::of(member));
}
void KeyRows::texts(std::string_view name, std::vector<std::string>& member, const KeyInfo& info) {
  Value list = Value::array();
  for (const std::string& text : member) list.append(Value::of(text));
  add(name, KeyType::kTexts, info, std::move(list));
}
void KeyRows::numbers(std::string_view name, std::vector<double>& member, const KeyInfo& info) {
  Value list = Value::array();
  for (const double number : member) list.append(number_value(number));
  add(name, KeyType::kNumbers, info, std::move(list));
}
void KeyRows::words(std::string_view name, std::map<std::string, std::string>& member, const KeyInfo& info) {
  Value table = Value::table();
  for (const auto& [key, text] : member) table.set(key, word_value(text));
  add(name, KeyType::kWords, info, std::move(table));
}
void KeyRows::values(std::string_view name, std::map<std::string, double>& member, const KeyInfo& info) {
  Value table = Value::table();
  for (const auto& [key, number] : member) table.set(key, number_value(number));
  add(name, KeyType::kValues, info, std::move(table));
}
void KeyRows::levels(std::string_view name, Levels& member, const KeyInfo& info) {
  Value table = Value::table();
  for (const auto& [key, level] : member)
    table.set(key, std::isnan(level.number) ? Value::of(level.text) : number_value(level.number));
  add(name, KeyType::kLevels, info, std::move(table));
}
void KeyRows::pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& member,
                    const KeyInfo& info) {
  Value list = Value::array();
  for (const auto& [first, second] : member) {
    Value pair = Value::array();
    pair.append(Value::of(first));
    pair.append(Value::of(second));
    list.append(std::move(pair));
  }
  add(name, KeyType::kPairs, info, std::move(list));
}
void KeyRows::tree(std::string_view name, Value& member, bool array, const KeyInfo& info) {
  Value value = member;
  if (value.kind == Value::Kind::kNull) value = array ? Value::array() : Value::table();
  add(name, array ? KeyType::kTables : KeyType::kTable, info, std::move(value));
}

}  // namespace vesica
