// SPDX-License-Identifier: Apache-2.0
// A tree of plain values with the place each was read from: what TOML, JSON and settings have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// null, bool, integer, number, text, array or table. Members of a table keep their order in the file; dates and times
/// of TOML arrive as text. A plain struct with everything public: readers fill it, consumers walk it.
struct Value {
  // Out of line, because `members` holds an incomplete type until the struct ends.
  Value();
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  enum class Kind { kNull, kBool, kInteger, kNumber, kText, kArray, kTable };

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;  ///< also set for integers
  std::string text;
  std::vector<Value> items;
  std::vector<std::pair<std::string, Value>> members;
  Place place;  ///< of the value; `item` is the dotted key

  static Value null() { return {}; }
  static Value of(bool value);
  static Value of(int value) { return of(static_cast<std::int64_t>(value)); }
  static Value of(std::int64_t value);
  static Value of(double value);
  static Value of(std::string value);
  static Value of(std::string_view value) { return of(std::string(value)); }
  static Value of(const char* value) { return of(std::string(value)); }
  static Value array();
  static Value table();

  bool is_number() const { return kind == Kind::kInteger || kind == Kind::kNumber; }
  /// The member of a table, nullptr when absent or when this is no table.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Adds or replaces a member; turns null into a table first.
  Value& set(std::string_view key, Value value);
  void append(Value value);
};

/// "a number", "a text", ... for messages.
const char* to_text(Value::Kind kind);

}  // namespace vesica
