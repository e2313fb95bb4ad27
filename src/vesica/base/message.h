// SPDX-License-Identifier: Apache-2.0
// Every sentence that a user reads passes through say(): English in the code, other languages from one message table.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vesica {

/// The languages of the message table (`messages.tsv`).
enum class Language { kEnglish, kChinese };

/// Chooses the language once, at program start, before any other thread runs (the one deliberate global: it changes no
/// number and no table, only sentences).
void set_language(Language language);
Language language();

/// The sentence in the chosen language; an untranslated one stays English. `english` is the table's key.
std::string_view translate(std::string_view english);

/// Formats a sentence (fmt syntax, `{}` or `{0}`). "{} file(s)" is "1 file" and "3 files": "(s)" and "(is|are)" (for
/// one, for others) take the form that goes with the argument before them.
std::string format_sentence(std::string_view sentence, fmt::format_args args);

/// Formats a sentence in the chosen language. A translation that does not fit the arguments falls back to English.
template <typename... Args>
std::string say(std::string_view english, const Args&... args) {
  try {
    return format_sentence(translate(english), fmt::make_format_args(args...));
  } catch (const fmt::format_error&) {
    return format_sentence(english, fmt::make_format_args(args...));
  }
}

}  // namespace vesica
