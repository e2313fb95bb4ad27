// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/message.h"

#include <unordered_map>

namespace vesica {

namespace {

constexpr int kMostArguments = 100;  // chosen: no sentence has as many

Language g_language = Language::kEnglish;

/// Where a placeholder's number ends and which argument it is; `next` counts those without a number.
std::size_t placeholder_end(std::string_view sentence, std::size_t begin, int& next, int& argument) {
  std::size_t i = begin + 1;
  int named = 0;
  bool has_name = false;
  for (; i < sentence.size() && sentence[i] >= '0' && sentence[i] <= '9' && named < kMostArguments; ++i) {
    named = 10 * named + (sentence[i] - '0');
    has_name = true;
  }
  argument = has_name ? named : next++;
  while (i < sentence.size() && sentence[i] != '}') ++i;
  return i < sentence.size() ? i + 1 : i;
}

/// The forms of "(s)" or "(one|others)" at `begin`; an empty length when it is another bracket.
struct Forms {
  std::string_view one, others;
  std::size_t length = 0;
};
Forms forms_at(std::string_view sentence, std::size_t begin) {
  const std::size_t end = sentence.find(')', begin);
  if (end == std::string_view::npos) return {};
  const std::string_view inside = sentence.substr(begin + 1, end - begin - 1);
  if (inside == "s") return {"", "s", end + 1 - begin};
  const std::size_t bar = inside.find('|');
  if (bar == std::string_view::npos || inside.find_first_of("{}") != std::string_view::npos) return {};
  return {inside.substr(0, bar), inside.substr(bar + 1), end + 1 - begin};
}

/// The sentence with its forms chosen; placeholders stay. "{} of {} file(s) (is|are) missing": the files go by the
/// number before them, what is said of some of them by the first.
std::string with_forms(std::string_view sentence, fmt::format_args args) {
  std::string out;
  int next = 0, argument = -1, subject = -1;
  std::size_t behind = 0;  // of the last placeholder
  for (std::size_t i = 0; i < sentence.size();) {
    const std::string_view pair = sentence.substr(i, 2);
    if (pair == "{{" || pair == "}}") {
      out += pair;
      i += 2;
    } else if (sentence[i] == '{') {
      const std::string_view between = sentence.substr(behind, i - behind);
      const int before = argument;
      const std::size_t end = placeholder_end(sentence, i, next, argument);
      subject = before >= 0 && (between == " of " || between == " of the ") ? before : argument;
      behind = end;
      out += sentence.substr(i, end - i);
      i = end;
    } else if (const Forms forms = sentence[i] == '(' && argument >= 0 ? forms_at(sentence, i) : Forms();
               forms.length > 0) {
      const bool plural = forms.one.empty();
      const std::string number = fmt::vformat("{" + std::to_string(plural ? argument : subject) + "}", args);
      out += number == "1" ? forms.one : forms.others;
      i += forms.length;
    } else {
      out += sentence[i++];
    }
  }
  return out;
}

}  // namespace

// Generated from messages.tsv by tools/messages (see messages_zh.cpp): pairs of English key and Chinese sentence.
const std::unordered_map<std::string_view, std::string_view>& chinese_messages();

void set_language(Language language) { g_language = language; }
Language language() { return g_language; }

std::string_view translate(std::string_view english) {
  if (g_language == Language::kEnglish) return english;
  const auto& table = chinese_messages();
  const auto found = table.find(english);
  return found == table.end() ? english : found->second;
}

std::string format_sentence(std::string_view sentence, fmt::format_args args) {
  const bool plain = sentence.find("(s)") == std::string_view::npos && sentence.find('|') == std::string_view::npos;
  return plain ? fmt::vformat(sentence, args) : fmt::vformat(with_forms(sentence, args), args);
}

}  // namespace vesica
