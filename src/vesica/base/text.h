// SPDX-License-Identifier: Apache-2.0
// Text: encodings of foreign files, trimming and splitting, likeness of names. All strings inside Vesica are UTF-8.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// How the bytes of a text file are to be read.
enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kGb18030, kLatin1 };
const char* to_text(Encoding encoding);

struct DecodedText {
  std::string utf8;  ///< without byte-order mark; line ends untouched
  Encoding encoding = Encoding::kUtf8;
  bool guessed = false;  ///< true when neither a mark nor valid UTF-8 decided
};

/// Decodes a whole text file. Order: byte-order mark; UTF-16 by the pattern of zero bytes; valid UTF-8 (a sequence cut
/// off at the very end allowed); else GB18030 or Windows-1252, decided **line by line** (neither lets a character cross
/// a line end, and instruments do write a raw Windows-1252 "µ" beside a sample name typed in GB18030).
///
/// GB18030 accepts nearly every pair of a high byte and a letter, so validity decides nothing. The rule (our choice)
/// weighs each line: *for* Chinese counts every character of GB 2312 level 1 (the 3,755 of daily use, lead byte B0 to
/// D7, both bytes high); *against* it counts every high byte that pairs with an ASCII character ("µm", "°C", "é" in a
/// word), every four-byte form and every private-use code; a line that is not valid GB18030 is Windows-1252 at once.
/// A line with any `for` of at least twice its `against` is Chinese, a line with `against` otherwise is Windows-1252.
/// What is left says nothing (level 2 only, as in "Größe"; one pair between two ASCII letters, as in "DILUIÇÃO" or
/// "m²·s") and follows the sums of the whole file by the same rule. Misleads: a lone rare character, a text in Big5 or
/// Shift-JIS.
///
/// The five bytes that Windows-1252 leaves undefined, unpaired surrogates and cut sequences become U+FFFD.
/// NUL characters that survive decoding mean a binary file: throws Error(kData). `encoding` is the one that decoded the
/// most lines with characters beyond ASCII.
DecodedText decode_text(std::string_view bytes, const std::string& file);

bool is_valid_utf8(std::string_view text);
/// Code points of valid UTF-8 text (a terminal's columns for Latin text; CJK counts 2 with `wide`).
std::size_t text_width(std::string_view utf8, bool wide = true);

/// At most `bytes` bytes from the beginning, no character cut: what a message repeats of an offending text.
std::string_view shortened(std::string_view utf8, std::size_t bytes = 40);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> split_lines(std::string_view text);  ///< ends at \n, \r\n or lone \r
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// "video 2" before "video 10"; a total order.
bool natural_less(std::string_view a, std::string_view b);

/// Damerau-Levenshtein distance in bytes, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The nearest of `known` when it is near enough to be a slip of the hand (distance at most a third of the length).
std::optional<std::string> did_you_mean(std::string_view typed, std::span<const std::string> known);

/// The text of a cell of a CSV or TSV file such that no spreadsheet runs it as a formula (CWE-1236): one that starts
/// with = + - @ tab or a line end, or with the full-width forms of the four signs, gets a leading apostrophe. Text that
/// is a number ("-5", "+1e3") stays as it is.
std::string guard_formula(std::string_view text);

/// XML and HTML text with & < > " ' escaped; control characters that XML forbids become U+FFFD.
std::string escape_xml(std::string_view text);

}  // namespace vesica
