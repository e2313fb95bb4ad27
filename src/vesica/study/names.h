// SPDX-License-Identifier: Apache-2.0
// Names as people type them: what the eye cannot tell apart, slips of the hand, words for times.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vesica {

/// The text without blanks around it: ASCII blanks, no-break and ideographic spaces (U+00A0, U+3000, U+2000 to U+200A,
/// U+202F, U+205F), zero-width characters and byte-order marks, which cells copied from web pages and Chinese input
/// methods carry. Invalid UTF-8 is left as it stands.
std::string_view trim_unicode(std::string_view text);

/// The text with full-width ASCII (U+FF01 to U+FF5E), ideographic full stop and comma variants brought to ASCII: what a
/// number or a column title typed with a Chinese input method means.
std::string half_width(std::string_view text);

/// What the name looks like: half-width, lower case (Latin, Greek, Cyrillic), every kind of dash as "-", every run of
/// blanks as one, none at the ends, micro sign = mu, zero-width characters dropped. Two different names that look alike
/// are a problem, never merged.
std::string visual_form(std::string_view name);

/// The visual form with blanks, underscores and inner dashes as one "_": "Sample ID", "sample_id" and "SAMPLE-ID" are
/// one. A dash at either end stays, because "Ctsk-" is not "Ctsk".
std::string fold_name(std::string_view name);

/// True when `typed` is probably a slip for `known`: alike when folded, or a small edit distance with the same digits
/// in the same order (so that "NC-1" is no slip for "NC-2").
bool is_slip(std::string_view typed, std::string_view known);

/// The nearest of `known` that is_slip() accepts; nothing when none is.
std::optional<std::string> nearest_name(std::string_view typed, std::span<const std::string> known);

/// Hours of a time in words: "24h", "24 h", "day 7", "d14", "7 days", "POD7", "第7天", "30min", "2w", "24小时". The
/// whole text must be a time with a unit. Bare numbers are nothing: they name no unit.
std::optional<double> hours_from_words(std::string_view text);

/// Hours in one of a unit of time: "h", "hours", "小时" → 1; "d", "day", "天" → 24; "min", "分钟"; "s", "秒"; "w",
/// "周". Months and years have no fixed length: nothing.
std::optional<double> hours_per_unit(std::string_view unit);

}  // namespace vesica
