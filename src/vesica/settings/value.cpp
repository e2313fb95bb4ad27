// SPDX-License-Identifier: Apache-2.0
#include "vesica/settings/value.h"

namespace vesica {

Value::Value() = default;
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::of(bool value) {
  Value out;
  out.kind = Kind::kBool;
  out.boolean = value;
  return out;
}

Value Value::of(std::int64_t value) {
  Value out;
  out.kind = Kind::kInteger;
  out.integer = value;
  out.number = static_cast<double>(value);
  return out;
}

Value Value::of(double value) {
  Value out;
  out.kind = Kind::kNumber;
  out.number = value;
  return out;
}

Value Value::of(std::string value) {
  Value out;
  out.kind = Kind::kText;
  out.text = std::move(value);
  return out;
}

Value Value::array() {
  Value out;
  out.kind = Kind::kArray;
  return out;
}

Value Value::table() {
  Value out;
  out.kind = Kind::kTable;
  return out;
}

const Value* Value::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(static_cast<const Value*>(this)->find(key)); }

Value& Value::set(std::string_view key, Value value) {
  if (kind == Kind::kNull) kind = Kind::kTable;
  if (Value* old = find(key)) return *old = std::move(value);
  return members.emplace_back(std::string(key), std::move(value)).second;
}

void Value::append(Value value) {
  if (kind == Kind::kNull) kind = Kind::kArray;
  items.push_back(std::move(value));
}

const char* to_text(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull:
      return "nothing";
    case Value::Kind::kBool:
      return "true or false";
    case Value::Kind::kInteger:
      return "a whole number";
    case Value::Kind::kNumber:
      return "a number";
    case Value::Kind::kText:
      return "a text";
    case Value::Kind::kArray:
      return "a list";
    case Value::Kind::kTable:
      return "a table";
  }
  return "nothing";
}

}  // namespace vesica
