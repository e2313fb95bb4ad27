// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

/// The code point that begins at `i` and its length in bytes; an invalid byte is returned as itself plus 0x110000, so
/// that it can be told from every character and written back unchanged.
struct Decoded {
  std::uint32_t code;
  std::size_t length;
};

constexpr std::uint32_t kInvalidByte = 0x110000;

Decoded decode_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead >= 0xF5 || i + length > text.size()) return {kInvalidByte + lead, 1};
  std::uint32_t code = lead & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return {kInvalidByte + lead, 1};
    code = (code << 6) | (byte(i + k) & 0x3Fu);
  }
  return {code, length};
}

void append_code(std::string& out, std::uint32_t code) {
  if (code >= kInvalidByte) {
    out += static_cast<char>(code - kInvalidByte);
  } else if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

bool is_zero_width(std::uint32_t code) {
  return (code >= 0x200B && code <= 0x200F) || code == 0x2060 || code == 0xFEFF || code == 0x00AD;
}

bool is_blank(std::uint32_t code) {
  return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x00A0 || code == 0x3000 ||
         (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F;
}

bool is_dash(std::uint32_t code) {
  return code == '-' || (code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0xFE63;
}

std::uint32_t to_half_width(std::uint32_t code) {
  if (code >= 0xFF01 && code <= 0xFF5E) return code - 0xFF01 + '!';
  if (code == 0x3000) return ' ';
  if (code == 0x3002 || code == 0xFF61) return '.';
  if (code == 0x3001 || code == 0xFF64) return ',';
  return code;
}

/// Lower case of the letters that names of groups are written with; everything else stays.
std::uint32_t to_lower(std::uint32_t code) {
  if (code >= 'A' && code <= 'Z') return code + 32;
  if (code >= 0x00C0 && code <= 0x00DE && code != 0x00D7) return code + 32;                        // Latin-1
  if ((code >= 0x0391 && code <= 0x03A9) || (code >= 0x0410 && code <= 0x042F)) return code + 32;  // Greek, Cyrillic
  if (code == 0x00B5) return 0x03BC;                                                               // micro sign → mu
  return code;
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out += c;
  return out;
}

/// Edits between two texts in characters, not bytes: one Chinese character is one. The characters that occur are
/// numbered and the numbers compared as bytes; with more than 255 different ones the texts are no names anyway.
std::size_t character_distance(std::string_view a, std::string_view b) {
  std::map<std::uint32_t, char> numbers;
  const auto numbered = [&](std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const Decoded at = decode_at(text, i);
      out += numbers.emplace(at.code, static_cast<char>(numbers.size() % 256)).first->second;
      i += at.length;
    }
    return out;
  };
  const std::string first = numbered(a), second = numbered(b);
  return edit_distance(first, second);
}

constexpr std::size_t kLongestName = 200;  // chosen: nobody mistypes a longer one; bounds the comparison's cost

/// Words for a unit of time, folded, with their length in hours.
struct TimeUnit {
  std::string_view word;
  double hours;
};
constexpr std::array<TimeUnit, 27> kTimeUnits = {{
    {"h", 1},
    {"hr", 1},
    {"hrs", 1},
    {"hour", 1},
    {"hours", 1},
    {"hpi", 1},
    {"小时", 1},
    {"时", 1},
    {"d", 24},
    {"day", 24},
    {"days", 24},
    {"dpi", 24},
    {"pod", 24},
    {"天", 24},
    {"日", 24},
    {"min", 1.0 / 60},
    {"mins", 1.0 / 60},
    {"minute", 1.0 / 60},
    {"minutes", 1.0 / 60},
    {"分钟", 1.0 / 60},
    {"分", 1.0 / 60},
    {"s", 1.0 / 3600},
    {"sec", 1.0 / 3600},
    {"秒", 1.0 / 3600},
    {"w", 168},
    {"week", 168},
    {"周", 168},
}};
/// Units that people put before the number: "day 7", "d14", "POD7", "week 2", "第7天".
constexpr std::array<std::string_view, 7> kLeadingUnits = {"d", "day", "pod", "w", "week", "h", "hour"};

}  // namespace

std::string_view trim_unicode(std::string_view text) {
  std::size_t begin = 0, end = 0;
  bool started = false;
  for (std::size_t i = 0; i < text.size();) {
    const Decoded at = decode_at(text, i);
    if (!is_blank(at.code) && !is_zero_width(at.code)) {
      if (!started) begin = i;
      started = true;
      end = i + at.length;
    }
    i += at.length;
  }
  return started ? text.substr(begin, end - begin) : std::string_view();
}

std::string half_width(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Decoded at = decode_at(text, i);
    append_code(out, to_half_width(at.code));
    i += at.length;
  }
  return out;
}

std::string visual_form(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  bool gap = false;
  for (std::size_t i = 0; i < name.size();) {
    const Decoded at = decode_at(name, i);
    i += at.length;
    std::uint32_t code = to_lower(to_half_width(at.code));
    if (is_zero_width(code)) continue;
    if (is_blank(code)) {
      gap = true;
      continue;
    }
    if (is_dash(code)) code = '-';
    if (gap && !out.empty()) out += ' ';
    gap = false;
    append_code(out, code);
  }
  return out;
}

std::string fold_name(std::string_view name) {
  const std::string seen = visual_form(name);
  const auto is_gap = [](char c) { return c == ' ' || c == '_' || c == '-'; };
  std::string out;
  out.reserve(seen.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const bool dash_at_end = seen[i] == '-' && (i == 0 || i + 1 == seen.size());
    if (!is_gap(seen[i]) || dash_at_end) {
      out += seen[i];
    } else if (!out.empty() && out.back() != '_' && i + 1 < seen.size()) {
      out += '_';
    }
  }
  return out;
}

bool is_slip(std::string_view typed, std::string_view known) {
  const std::string a = fold_name(typed);
  const std::string b = fold_name(known);
  if (a == b) return true;
  if (digits_of(a) != digits_of(b)) return false;
  if (std::max(a.size(), b.size()) > kLongestName) return false;
  const std::size_t longest = std::max(text_width(a, false), text_width(b, false));
  return character_distance(a, b) * 3 <= longest;
}

std::optional<std::string> nearest_name(std::string_view typed, std::span<const std::string> known) {
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  const std::string folded = fold_name(typed);
  for (const std::string& candidate : known) {
    if (candidate == typed || !is_slip(typed, candidate)) continue;
    const std::size_t distance = character_distance(folded, fold_name(candidate));
    if (!best || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::optional<double> hours_per_unit(std::string_view unit) {
  const std::string folded = fold_name(unit);
  for (const TimeUnit& known : kTimeUnits)
    if (folded == known.word) return known.hours;
  return std::nullopt;
}

std::optional<double> hours_from_words(std::string_view text) {
  std::string folded = fold_name(text);
  if (folded.starts_with("第")) folded.erase(0, std::string_view("第").size());
  const std::size_t first = folded.find_first_of("0123456789");
  if (first == std::string::npos) return std::nullopt;
  const std::size_t last = folded.find_last_of("0123456789");
  std::string_view before = std::string_view(folded).substr(0, first);
  std::string_view after = std::string_view(folded).substr(last + 1);
  if (before.ends_with('_')) before.remove_suffix(1);
  if (after.starts_with('_')) after.remove_prefix(1);
  const std::optional<double> number = parse_number(std::string_view(folded).substr(first, last + 1 - first));
  if (!number || before.empty() == after.empty()) return std::nullopt;
  if (before.empty()) {
    const std::optional<double> hours = hours_per_unit(after);
    return hours ? std::optional<double>(*number * *hours) : std::nullopt;
  }
  for (const std::string_view unit : kLeadingUnits)
    if (before == unit) return *number * *hours_per_unit(unit);
  return std::nullopt;
}

}  // namespace vesica
