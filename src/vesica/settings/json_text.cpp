// SPDX-License-Identifier: Apache-2.0
#include "vesica/settings/json_text.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "vesica/base/number.h"

namespace vesica {

namespace {

/// With a point or an exponent, so that a reader which tells integers from numbers gets a number back.
std::string tree_number(double value) {
  std::string text = json_number(value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool is_plain(const Value& value) { return value.kind != Value::Kind::kArray && value.kind != Value::Kind::kTable; }

class Writer {
 public:
  explicit Writer(int indent) : indent_(indent) {}

  void write(const Value& value, int level) {
    switch (value.kind) {
      case Value::Kind::kNull:
        out += "null";
        break;
      case Value::Kind::kBool:
        out += value.boolean ? "true" : "false";
        break;
      case Value::Kind::kInteger:
        out += std::to_string(value.integer);
        break;
      case Value::Kind::kNumber:
        out += tree_number(value.number);
        break;
      case Value::Kind::kText:
        out += json_text(value.text);
        break;
      case Value::Kind::kArray:
        write_array(value, level);
        break;
      case Value::Kind::kTable:
        write_table(value, level);
        break;
    }
  }

  std::string out;

 private:
  void break_line(int level) {
    if (indent_ <= 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent_ * level), ' ');
  }

  void write_array(const Value& array, int level) {
    const bool flat = std::all_of(array.items.begin(), array.items.end(), is_plain);
    out += '[';
    for (std::size_t i = 0; i < array.items.size(); ++i) {
      if (i > 0) out += flat && indent_ > 0 ? ", " : ",";
      if (!flat) break_line(level + 1);
      write(array.items[i], level + 1);
    }
    if (!flat) break_line(level);
    out += ']';
  }

  void write_table(const Value& table, int level) {
    out += '{';
    for (std::size_t i = 0; i < table.members.size(); ++i) {
      if (i > 0) out += ',';
      break_line(level + 1);
      out += json_text(table.members[i].first) + (indent_ > 0 ? ": " : ":");
      write(table.members[i].second, level + 1);
    }
    if (!table.members.empty()) break_line(level);
    out += '}';
  }

  int indent_;
};

}  // namespace

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_number(double value) { return std::isfinite(value) ? exact_number(value) : "null"; }

std::string write_json(const Value& value, int indent) {
  Writer writer(indent);
  writer.write(value, 0);
  return std::move(writer.out);
}

}  // namespace vesica
