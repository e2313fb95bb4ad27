// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/message.h"

#include <unordered_map>

namespace vesica {

namespace {

Language g_language = Language::kEnglish;

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

}  // namespace vesica
