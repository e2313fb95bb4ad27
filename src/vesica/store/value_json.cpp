// SPDX-License-Identifier: Apache-2.0
// Values to JSON and back.
#include "vesica/store/value_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/settings/json_text.h"

namespace vesica::store {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxLevels = 100;
constexpr const char* kNumberKey = "$number";

/// What JSON cannot say, said in JSON: non-finite numbers as a table of one member.
Value sayable(const Value& value) {
  if (value.kind == Value::Kind::kNumber && !std::isfinite(value.number)) {
    Value out = Value::table();
    out.set(kNumberKey, Value::of(exact_number(value.number)));
    return out;
  }
  Value out = value;
  for (Value& item : out.items) item = sayable(item);
  for (auto& [key, member] : out.members) member = sayable(member);
  return out;
}

[[noreturn]] void refuse(const std::string& file) {
  throw Error(ErrorKind::kData, say("A tree of settings in the study's database cannot be read."),
              Place{file, 0, 0, ""}, say("Bring back a copy from your backup, or run `vesica run STUDY --new-store`."));
}

Json parsed(std::string_view text, const std::string& file) {
  int level = 0;
  for (const char c : text) {  // brackets inside texts are counted too, which only makes the bound stricter
    if (c == '[' || c == '{') ++level;
    if (c == ']' || c == '}') --level;
    if (level > kMaxLevels) refuse(file);
  }
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) refuse(file);
  return json;
}

Value value_of(const Json& json, const std::string& file) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return Value::of(json.get<bool>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return Value::of(json.get<std::int64_t>());
    case Json::value_t::number_float:
      return Value::of(json.get<double>());
    case Json::value_t::string:
      return Value::of(json.get<std::string>());
    case Json::value_t::array: {
      Value out = Value::array();
      for (const Json& item : json) out.append(value_of(item, file));
      return out;
    }
    case Json::value_t::object: {
      if (json.size() == 1 && json.contains(kNumberKey) && json.begin()->is_string()) {
        const auto number = parse_number(json.begin()->get<std::string>());
        if (!number) refuse(file);
        return Value::of(*number);
      }
      Value out = Value::table();
      for (const auto& [key, member] : json.items()) out.set(key, value_of(member, file));
      return out;
    }
    default:
      return Value::null();
  }
}

}  // namespace

std::string to_json(const Value& value) { return write_json(sayable(value)); }

Value from_json(std::string_view text, const std::string& file) { return value_of(parsed(text, file), file); }

std::string to_json(const std::map<std::string, std::string>& texts) {
  Value out = Value::table();
  for (const auto& [key, text] : texts) out.set(key, Value::of(text));
  return write_json(out);
}

std::map<std::string, std::string> texts_from_json(std::string_view text, const std::string& file) {
  const Json json = parsed(text, file);
  if (!json.is_object()) refuse(file);
  std::map<std::string, std::string> out;
  for (const auto& [key, member] : json.items()) {
    if (!member.is_string()) refuse(file);
    out[key] = member.get<std::string>();
  }
  return out;
}

}  // namespace vesica::store
