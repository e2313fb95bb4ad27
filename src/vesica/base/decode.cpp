// SPDX-License-Identifier: Apache-2.0
// Encodings of foreign text files: the rule stands at decode_text in text.h.
#include <algorithm>
#include <array>
#include <cstdint>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/encoding.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

using Byte = unsigned char;
Byte byte_at(std::string_view text, std::size_t i) { return static_cast<Byte>(text[i]); }
bool is_ascii_letter(Byte c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/// Bytes of the UTF-8 sequence at i: its length, 0 when invalid, -1 when valid so far but cut off by the end.
int utf8_sequence(std::string_view text, std::size_t i) {
  const Byte lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  int length = 0;
  Byte low = 0x80;  // bounds of the second byte (Unicode 15, table 3-7): no overlong forms, surrogates, or > 10FFFF
  Byte high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (int k = 1; k < length; ++k) {
    if (i + k >= text.size()) return -1;
    const Byte c = byte_at(text, i + k);
    if (c < (k == 1 ? low : 0x80) || c > (k == 1 ? high : 0xBF)) return 0;
  }
  return length;
}

struct Utf8Scan {
  bool valid = true;          ///< but for a sequence cut off at the end
  std::size_t cut = 0;        ///< bytes of that sequence
  bool beyond_ascii = false;  ///< some whole sequence of two bytes or more
};

Utf8Scan scan_utf8(std::string_view text) {
  Utf8Scan scan;
  for (std::size_t i = 0; i < text.size();) {
    const int length = utf8_sequence(text, i);
    if (length == 0) {
      scan.valid = false;
      return scan;
    }
    if (length < 0) {
      scan.cut = text.size() - i;
      return scan;
    }
    scan.beyond_ascii = scan.beyond_ascii || length > 1;
    i += static_cast<std::size_t>(length);
  }
  return scan;
}

std::string utf16_to_utf8(std::string_view bytes, bool little) {
  std::string out;
  out.reserve(bytes.size());
  const auto unit = [&](std::size_t i) {
    const char32_t first = byte_at(bytes, i);
    const char32_t second = byte_at(bytes, i + 1);
    return little ? first | (second << 8) : (first << 8) | second;
  };
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xD800 && c <= 0xDBFF && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) <= 0xDFFF) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      c = kReplacement;
    }
    append_utf8(out, c);
  }
  if (i < bytes.size()) append_utf8(out, kReplacement);
  return out;
}

/// UTF-16 without a mark: mostly ASCII text has zeros in one half of its byte pairs and none in the other. The shares
/// (at least 40 % and at most 2 %) are chosen; Chinese UTF-16 without a mark is not recognised, and is not met.
std::optional<Encoding> utf16_by_zeros(std::string_view bytes) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == 0 ? 1 : 0;
  const std::size_t pairs = bytes.size() / 2;
  if (pairs < 2) return std::nullopt;
  if (10 * zeros[1] >= 4 * pairs && 50 * zeros[0] <= pairs) return Encoding::kUtf16Le;
  if (10 * zeros[0] >= 4 * pairs && 50 * zeros[1] <= pairs) return Encoding::kUtf16Be;
  return std::nullopt;
}

/// Bytes 80 to 9F of Windows-1252 (Unicode's CP1252.TXT); the others equal their code point.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC,       kReplacement, 0x201A, 0x0192, 0x201E, 0x2026,       0x2020, 0x2021,
    0x02C6,       0x2030,       0x0160, 0x2039, 0x0152, kReplacement, 0x017D, kReplacement,
    kReplacement, 0x2018,       0x2019, 0x201C, 0x201D, 0x2022,       0x2013, 0x2014,
    0x02DC,       0x2122,       0x0161, 0x203A, 0x0153, kReplacement, 0x017E, 0x0178};

std::string windows1252_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char raw : bytes) {
    const auto c = static_cast<Byte>(raw);
    append_utf8(out, c >= 0x80 && c < 0xA0 ? kWindows1252[c - 0x80] : c);
  }
  return out;
}

struct Evidence {
  std::size_t chinese = 0;  ///< characters of GB 2312 level 1
  std::size_t latin = 0;    ///< pairs that Chinese text hardly ever holds
  bool valid = true;        ///< as GB18030, but for a character cut off at the end

  bool says_chinese() const { return valid && chinese > 0 && chinese >= 2 * latin; }
  bool says_latin() const { return !valid || (latin > 0 && !says_chinese()); }
};

/// Length of the GB18030 sequence at i: 1, 2 or 4; 0 when invalid, -1 when cut off by the end.
int gb18030_sequence(std::string_view text, std::size_t i) {
  const auto high = [&](std::size_t k) { return byte_at(text, k) >= 0x81 && byte_at(text, k) <= 0xFE; };
  const auto digit = [&](std::size_t k) { return byte_at(text, k) >= '0' && byte_at(text, k) <= '9'; };
  if (byte_at(text, i) < 0x80) return 1;
  if (!high(i)) return 0;
  if (i + 1 >= text.size()) return -1;
  const Byte trail = byte_at(text, i + 1);
  if (trail >= 0x40 && trail != 0x7F && trail != 0xFF) return 2;
  if (!digit(i + 1)) return 0;
  if (i + 2 >= text.size()) return -1;
  if (!high(i + 2)) return 0;
  if (i + 3 >= text.size()) return -1;
  return digit(i + 3) ? 4 : 0;
}

bool is_level_one(Byte lead, Byte trail) {
  return lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1 && !(lead == 0xD7 && trail > 0xF9);
}

bool is_private_use(Byte lead, Byte trail) { return trail >= 0xA1 && ((lead >= 0xAA && lead <= 0xAF) || lead >= 0xF8); }

/// Exactly two high bytes between two ASCII letters: "DILUIÇÃO" as well as "NC组mean", so it says nothing.
bool is_pair_within_word(std::string_view line, std::size_t i) {
  return i > 0 && i + 2 < line.size() && is_ascii_letter(byte_at(line, i - 1)) && is_ascii_letter(byte_at(line, i + 2));
}

Evidence weigh_line(std::string_view line) {
  Evidence evidence;
  for (std::size_t i = 0; i < line.size();) {
    const int length = gb18030_sequence(line, i);
    if (length < 0) break;
    if (length == 0) {
      evidence.valid = false;
      return evidence;
    }
    if (length == 4) ++evidence.latin;
    if (length == 2) {
      const Byte lead = byte_at(line, i);
      const Byte trail = byte_at(line, i + 1);
      if (trail < 0x80 || is_private_use(lead, trail)) {
        ++evidence.latin;
      } else if (is_level_one(lead, trail) && !is_pair_within_word(line, i)) {
        ++evidence.chinese;
      }
    }
    i += static_cast<std::size_t>(length);
  }
  return evidence;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<Byte>(c) < 0x80; });
}

/// The line from `begin` with its end.
std::string_view line_from(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find('\n', begin);
  return text.substr(begin, end == std::string_view::npos ? end : end - begin + 1);
}

DecodedText decode_lines(std::string_view bytes, bool marked_utf8) {
  Evidence sum;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::string_view line = line_from(bytes, i);
    const Evidence evidence = weigh_line(line);
    if (evidence.valid) sum.chinese += evidence.chinese;
    sum.latin += evidence.latin;
    i += line.size();
  }
  DecodedText out{"", marked_utf8 ? Encoding::kUtf8 : Encoding::kLatin1, true};
  out.utf8.reserve(bytes.size() + bytes.size() / 4);
  std::size_t chinese_lines = 0;
  std::size_t latin_lines = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::string_view line = line_from(bytes, i);
    i += line.size();
    if (is_ascii(line) || (marked_utf8 && is_valid_utf8(line))) {
      out.utf8 += line;
      continue;
    }
    const Evidence evidence = weigh_line(line);
    std::optional<std::string> chinese;
    if (evidence.says_chinese() || (!evidence.says_latin() && sum.says_chinese())) chinese = gb18030_to_utf8(line);
    ++(chinese ? chinese_lines : latin_lines);
    out.utf8 += chinese ? *chinese : windows1252_to_utf8(line);
  }
  if (!marked_utf8 && chinese_lines >= latin_lines && chinese_lines > 0) out.encoding = Encoding::kGb18030;
  return out;
}

DecodedText decode_unchecked(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return {utf16_to_utf8(bytes.substr(2), true), Encoding::kUtf16Le, false};
  if (bytes.starts_with("\xFE\xFF")) return {utf16_to_utf8(bytes.substr(2), false), Encoding::kUtf16Be, false};
  const bool marked = bytes.starts_with("\xEF\xBB\xBF");
  if (marked) bytes.remove_prefix(3);
  if (const auto utf16 = marked ? std::nullopt : utf16_by_zeros(bytes)) {
    return {utf16_to_utf8(bytes, *utf16 == Encoding::kUtf16Le), *utf16, true};
  }
  const Utf8Scan scan = scan_utf8(bytes);
  if (scan.valid && (scan.cut == 0 || scan.beyond_ascii || marked)) {
    DecodedText out{std::string(bytes.substr(0, bytes.size() - scan.cut)), Encoding::kUtf8, false};
    if (scan.cut > 0) append_utf8(out.utf8, kReplacement);
    return out;
  }
  return decode_lines(bytes, marked);
}

}  // namespace

const char* to_text(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf16Le:
      return "UTF-16LE";
    case Encoding::kUtf16Be:
      return "UTF-16BE";
    case Encoding::kGb18030:
      return "GB18030";
    case Encoding::kLatin1:
      return "Windows-1252";
  }
  return "UTF-8";
}

bool is_valid_utf8(std::string_view text) {
  const Utf8Scan scan = scan_utf8(text);
  return scan.valid && scan.cut == 0;
}

DecodedText decode_text(std::string_view bytes, const std::string& file) {
  DecodedText out = decode_unchecked(bytes);
  if (const std::size_t nul = out.utf8.find('\0'); nul != std::string::npos) {
    const auto line = 1 + std::count(out.utf8.begin(), out.utf8.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    throw Error(ErrorKind::kData, say("This is not a text file: it contains a zero byte."),
                Place{file, static_cast<int>(std::min<std::ptrdiff_t>(line, 1 << 30)), 0, ""},
                say("Export the data as text (CSV or TXT) from the program that made the file."));
  }
  return out;
}

}  // namespace vesica
