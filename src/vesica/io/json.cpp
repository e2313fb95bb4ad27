// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/json.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

/// Lines and columns of growing offsets.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_(text) {}

  void advance_to(std::size_t offset) {
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
        ++column_;
      }
    }
  }
  int line() const { return line_; }
  int column() const { return column_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

/// Builds the tree from the library's events. The events carry no places, but they come in the order of the text, and
/// what an event reports is already known to be well formed: a cursor that steps over blanks and marks to the next
/// token finds each.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, const std::string& file) : text_(text), file_(file), locator_(text) {}

  Value take() { return std::move(root_); }
  std::optional<Error> failure() const { return failure_; }

  bool null() override { return put(Value::null(), next_word()); }
  bool boolean(bool value) override { return put(Value::of(value), next_word()); }
  bool number_integer(number_integer_t value) override { return put(Value::of(std::int64_t{value}), next_word()); }
  bool number_unsigned(number_unsigned_t value) override {
    const bool fits = value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return put(fits ? Value::of(static_cast<std::int64_t>(value)) : Value::of(static_cast<double>(value)), next_word());
  }
  bool number_float(number_float_t value, const string_t&) override { return put(Value::of(value), next_word()); }
  bool string(string_t& value) override { return put(Value::of(std::move(value)), next_string()); }
  bool binary(binary_t&) override { return false; }  // exists in binary formats alone
  bool start_object(std::size_t) override { return open(Value::table()); }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    const Place place = next_string();
    Level& level = levels_.back();
    if (!level.keys.insert(key).second) {
      return fail(say("The key “{}” stands twice in one object.", key), place, say("Remove or rename one of them."));
    }
    level.key = std::move(key);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    locator_.advance_to(std::max<std::size_t>(position, 1) - 1);
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ...": the last part is the
    // reason.
    std::string reason = error.what();
    if (const std::size_t colon = reason.find(": "); colon != std::string::npos) reason = reason.substr(colon + 2);
    return fail(say("This is not valid JSON: {}.", escape_controls(reason)),
                Place{file_, locator_.line(), locator_.column(), ""}, say("Export the file again; it may be cut off."));
  }

 private:
  struct Level {
    Value value;
    std::string key;                       ///< of the member to come
    std::unordered_set<std::string> keys;  ///< given so far
  };

  static std::string escape_controls(std::string text) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return is_valid_utf8(text) ? text : say("a byte sequence that is no UTF-8");
  }

  bool fail(std::string what, Place place, std::string hint) {
    failure_.emplace(ErrorKind::kData, std::move(what), std::move(place), std::move(hint));
    return false;
  }

  Place here() {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:]}").find(text_[at_]) != std::string_view::npos) ++at_;
    locator_.advance_to(at_);
    return Place{file_, locator_.line(), locator_.column(), item()};
  }
  Place next_word() {
    Place place = here();
    while (at_ < text_.size() && std::string_view(" \t\r\n,:]}").find(text_[at_]) == std::string_view::npos) ++at_;
    return place;
  }
  Place next_string() {
    Place place = here();
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return place;
  }

  /// The dotted key of the value to come.
  std::string item() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    const std::string& parent = level.value.place.item;
    if (level.value.kind == Value::Kind::kArray)
      return parent + "[" + std::to_string(level.value.items.size() + 1) + "]";
    return parent.empty() ? level.key : parent + "." + level.key;
  }

  bool open(Value value) {
    value.place = here();
    ++at_;
    if (levels_.size() == kMaxJsonDepth) {
      return fail(say("Values are nested deeper than {} levels.", kMaxJsonDepth), value.place,
                  say("Check that this is the file you meant."));
    }
    levels_.push_back({std::move(value), "", {}});
    return true;
  }

  bool close() {
    Value value = std::move(levels_.back().value);
    levels_.pop_back();
    Place place = std::move(value.place);
    return put(std::move(value), std::move(place));
  }

  bool put(Value value, Place place) {
    value.place = std::move(place);
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (Level& level = levels_.back(); level.value.kind == Value::Kind::kArray) {
      level.value.items.push_back(std::move(value));
    } else {
      level.value.members.emplace_back(std::move(level.key), std::move(value));
    }
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  Locator locator_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  Value root_;
  std::optional<Error> failure_;
};

}  // namespace

Value read_json(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > kMaxJsonBytes) {
    throw Error(ErrorKind::kData, say("The file has {} bytes; at most {} are read.", text.size(), kMaxJsonBytes),
                Place{file, 0, 0, ""}, say("Check that this is the file you meant; split it if it is."));
  }
  Builder builder(text, file);
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (const std::optional<Error> failure = builder.failure()) throw *failure;
  VESICA_REQUIRE(complete, "every refusal of the builder leaves a reason");
  return builder.take();
}

Value read_json_file(const std::filesystem::path& path) {
  return read_json(read_file(path, kMaxJsonBytes), path_text(path));
}

}  // namespace vesica
