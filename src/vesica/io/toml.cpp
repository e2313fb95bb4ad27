// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/toml.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <toml++/toml.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

Error toml_error(const std::string& what, const std::string& file, int line, int column, const std::string& hint) {
  return Error(ErrorKind::kConfig, what, Place{file, line, column, ""}, hint);
}

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Walks over TOML before the library does and measures how deep brackets nest and how long dotted keys are, because
/// toml++ 3.3 bounds the first at 256 and the second not at all, and its destructors recurse. Strings and comments are
/// skipped exactly as TOML delimits them; on malformed text the library stops no later than this walk loses its way.
class DepthCheck {
 public:
  DepthCheck(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  void run() {
    while (at_ < text_.size()) step();
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') {
      skip_string(c);
      return;
    }
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    }
    ++at_;
    if (c == '\n') {
      ++line_;
      dots_ = 0;
    } else if (c == '.') {
      bound(++dots_);
    } else if (c == ',') {
      dots_ = 0;  // between items; a dotted key holds no bare comma
    } else if (c == '[' || c == '{') {
      bound(++nested_);
    } else if (c == ']' || c == '}') {
      nested_ = std::max(0, nested_ - 1);
    }
  }

  void skip_string(char quote) {
    const std::string triple(3, quote);
    const bool block = text_.substr(at_, 3) == triple;
    at_ += block ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        if (!block) return;  // malformed: the library stops here
      }
      if (c == '\\' && quote == '"') {
        at_ += 2;
        continue;
      }
      if (block ? text_.substr(at_, 3) == triple : c == quote) {
        at_ += block ? 3 : 1;
        // A block may end in up to five quotation marks, two of which belong to the text.
        for (int extra = 0; block && extra < 2 && at_ < text_.size() && text_[at_] == quote; ++extra) ++at_;
        return;
      }
      ++at_;
    }
  }

  void bound(int depth) const {
    if (depth <= kMaxTomlDepth) return;
    throw toml_error(say("Values are nested deeper than {} levels.", kMaxTomlDepth), file_, line_, 0,
                     say("Check that this is the file you meant."));
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
  int dots_ = 0;
  int nested_ = 0;
};

std::string_view line_of(std::string_view text, int line) {
  const std::vector<std::string_view> lines = split_lines(text);
  const auto index = static_cast<std::size_t>(std::max(1, line)) - 1;
  return index < lines.size() ? lines[index] : std::string_view();
}

/// Curly quotation marks and the full-width signs of a Chinese keyboard.
bool has_typographic_sign(std::string_view line) {
  static constexpr std::array<std::string_view, 8> kSigns = {"“", "”", "‘", "’", "＝", "，", "【", "】"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
}

std::string hint_for(std::string_view line, std::string_view description) {
  if (has_typographic_sign(line)) return say("Use the plain signs \" ' = , [ ] instead of curly or full-width ones.");
  if (description.find("redefine") != std::string_view::npos) {
    return say("Each key may stand only once in its table; remove or rename one of them.");
  }
  const std::size_t equals = line.find('=');
  const std::string_view value = equals == std::string_view::npos ? std::string_view() : trim(line.substr(equals + 1));
  if (value.starts_with('"') && value.find('\\') != std::string_view::npos) {
    return say("Put a text with \\ in single quotation marks: 'C:\\data', or write / instead.");
  }
  if (value.starts_with('"') && value.find('"', 1) == std::string_view::npos) {
    return say("Close the text with a quotation mark.");
  }
  const std::string_view word = value.substr(0, std::min(value.find_first_of(" \t#"), value.size()));
  if (!word.empty() && parse_number(word, DecimalMark::kComma) && !parse_number(word)) {
    return say("Write numbers with a decimal point: 0.5, not 0,5.");
  }
  if (!value.empty() && value[0] != '"' && value[0] != '\'' && value[0] != '[' && value[0] != '{' &&
      !parse_number(word)) {
    return say("Put text in quotation marks: key = \"text\".");
  }
  return say("Each line is key = value, a [table] or a # comment.");
}

std::string joined_key(const std::string& parent, std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), is_key_char);
  const std::string name = bare ? std::string(key) : '"' + std::string(key) + '"';
  return parent.empty() ? name : parent + "." + name;
}

template <typename T>
std::string streamed(const T& value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << value;
  return out.str();
}

class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  Value convert(const toml::node& node, const std::string& key, int depth) const {
    Value out = bare(node, key, depth);
    const toml::source_position begin = node.source().begin;
    out.place = Place{file_, static_cast<int>(begin.line), static_cast<int>(begin.column), key};
    return out;
  }

 private:
  Value bare(const toml::node& node, const std::string& key, int depth) const {
    if (depth > kMaxTomlDepth) {
      throw toml_error(say("Values are nested deeper than {} levels.", kMaxTomlDepth), file_,
                       static_cast<int>(node.source().begin.line), 0, say("Check that this is the file you meant."));
    }
    switch (node.type()) {
      case toml::node_type::boolean:
        return Value::of(node.as_boolean()->get());
      case toml::node_type::integer:
        return Value::of(node.as_integer()->get());
      case toml::node_type::floating_point:
        return Value::of(node.as_floating_point()->get());
      case toml::node_type::string:
        return Value::of(node.as_string()->get());
      case toml::node_type::date:
        return Value::of(streamed(node.as_date()->get()));
      case toml::node_type::time:
        return Value::of(streamed(node.as_time()->get()));
      case toml::node_type::date_time:
        return Value::of(streamed(node.as_date_time()->get()));
      case toml::node_type::array:
        return array(*node.as_array(), key, depth);
      case toml::node_type::table:
        return table(*node.as_table(), key, depth);
      case toml::node_type::none:
        break;
    }
    return Value::null();
  }

  Value array(const toml::array& array, const std::string& key, int depth) const {
    Value out = Value::array();
    out.items.reserve(array.size());
    for (const toml::node& item : array) {
      out.items.push_back(convert(item, key + "[" + std::to_string(out.items.size() + 1) + "]", depth + 1));
    }
    return out;
  }

  /// toml++ sorts members by name; the file's own order comes back from the places of the keys.
  Value table(const toml::table& table, const std::string& key, int depth) const {
    std::vector<std::pair<const toml::key*, const toml::node*>> members;
    for (auto member = table.cbegin(); member != table.cend(); ++member) {
      members.emplace_back(&member->first, &member->second);
    }
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
      const toml::source_position x = a.first->source().begin;
      const toml::source_position y = b.first->source().begin;
      return x.line != y.line ? x.line < y.line : x.column < y.column;
    });
    Value out = Value::table();
    for (const auto& [name, node] : members) {
      out.members.emplace_back(std::string(name->str()), convert(*node, joined_key(key, name->str()), depth + 1));
    }
    return out;
  }

  const std::string& file_;
};

std::string quoted_text(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), is_key_char);
  return bare ? std::string(key) : quoted_text(key);
}

std::string number_text(double value) {
  if (value != value) return "nan";
  std::string text = exact_number(value);
  if (text.find_first_of(".ein") == std::string::npos) text += ".0";
  return text;
}

bool is_table_array(const Value& value) {
  return value.kind == Value::Kind::kArray && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(),
                     [](const Value& item) { return item.kind == Value::Kind::kTable; });
}

std::string inline_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      break;
    case Value::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kNumber:
      return number_text(value.number);
    case Value::Kind::kText:
      return quoted_text(value.text);
    case Value::Kind::kArray: {
      std::vector<std::string> parts;
      for (const Value& item : value.items) parts.push_back(inline_text(item));
      return "[" + join(parts, ", ") + "]";
    }
    case Value::Kind::kTable: {
      std::vector<std::string> parts;
      for (const auto& [key, member] : value.members) {
        if (member.kind != Value::Kind::kNull) parts.push_back(key_text(key) + " = " + inline_text(member));
      }
      return parts.empty() ? "{}" : "{ " + join(parts, ", ") + " }";
    }
  }
  VESICA_REQUIRE(false, "TOML has no null inside an array");
  return "";
}

void write_members(const Value& table, const std::string& path, std::string& out) {
  const auto opens_section = [](const Value& value) {
    return value.kind == Value::Kind::kTable || is_table_array(value);
  };
  for (const auto& [key, member] : table.members) {
    if (member.kind == Value::Kind::kNull || opens_section(member)) continue;
    out += key_text(key) + " = " + inline_text(member) + "\n";
  }
  for (const auto& [key, member] : table.members) {
    if (!opens_section(member)) continue;
    const std::string name = path.empty() ? key_text(key) : path + "." + key_text(key);
    if (member.kind == Value::Kind::kTable) {
      out += (out.empty() ? "[" : "\n[") + name + "]\n";
      write_members(member, name, out);
    }
    for (const Value& item : member.items) {
      out += (out.empty() ? "[[" : "\n[[") + name + "]]\n";
      write_members(item, name, out);
    }
  }
}

}  // namespace

Value read_toml(std::string_view text, const std::string& file) {
  if (text.size() > kMaxTomlBytes) {
    throw toml_error(say("The file has {} bytes; at most {} are read.", text.size(), kMaxTomlBytes), file, 0, 0,
                     say("Move long lists of inputs to a sheet (samples.xlsx or CSV)."));
  }
  DepthCheck(text, file).run();
  try {
    const toml::table root = toml::parse(text);
    Value out = Converter(file).convert(root, "", 0);
    out.place = Place{file, 1, 1, ""};
    return out;
  } catch (const toml::parse_error& error) {
    const toml::source_position begin = error.source().begin;
    const auto line = static_cast<int>(begin.line);
    throw toml_error(say("This is not valid TOML: {}.", error.description()), file, line,
                     static_cast<int>(begin.column), hint_for(line_of(text, line), error.description()));
  }
}

Value read_toml_file(const std::filesystem::path& path) {
  const std::string file = path_text(path);
  return read_toml(decode_text(read_file(path, kMaxTomlBytes), file).utf8, file);
}

std::string write_toml(const Value& table) {
  VESICA_REQUIRE(table.kind == Value::Kind::kTable, "the root of a TOML file is a table");
  std::string out;
  write_members(table, "", out);
  return out;
}

}  // namespace vesica
