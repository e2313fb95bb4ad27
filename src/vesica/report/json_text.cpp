// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/json_text.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "vesica/base/number.h"

namespace vesica {

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_number(double value) { return std::isfinite(value) ? exact_number(value) : "null"; }

std::string json_of(const Value& value, int indent, int level) {
  const std::string inner = indent == 0 ? "" : "\n" + std::string(static_cast<std::size_t>(indent * (level + 1)), ' ');
  const std::string outer = indent == 0 ? "" : "\n" + std::string(static_cast<std::size_t>(indent * level), ' ');
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kNumber:
      return json_number(value.number);
    case Value::Kind::kText:
      return json_text(value.text);
    case Value::Kind::kArray: {
      std::string out = "[";
      for (const Value& item : value.items) {
        if (&item != value.items.data()) out += ",";
        out += inner + json_of(item, indent, level + 1);
      }
      return out + (value.items.empty() ? "]" : outer + "]");
    }
    case Value::Kind::kTable: {
      std::string out = "{";
      for (const auto& member : value.members) {
        if (&member != value.members.data()) out += ",";
        out += inner + json_text(member.first) + (indent == 0 ? ":" : ": ") + json_of(member.second, indent, level + 1);
      }
      return out + (value.members.empty() ? "}" : outer + "}");
    }
  }
  return "null";
}

}  // namespace vesica
