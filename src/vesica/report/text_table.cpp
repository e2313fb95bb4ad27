// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/text_table.h"

#include <algorithm>

#include "vesica/base/text.h"

namespace vesica {

namespace {

std::string cut(const std::string& text, std::size_t width) {
  if (text_width(text) <= width) return text;
  std::string out;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) ++length;
    const std::string character = text.substr(i, length);
    const std::size_t columns = text_width(character);
    if (used + columns + 1 > width) break;
    out += character;
    used += columns;
    i += length;
  }
  return out + "…";
}

}  // namespace

std::string aligned_text(const TextLines& lines, const std::vector<bool>& right, std::size_t width) {
  if (lines.empty()) return "";
  std::vector<std::size_t> widths(right.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], text_width(line[c]));
  }
  const auto whole = [&] {
    std::size_t sum = 0;
    for (const std::size_t w : widths) sum += w + (w > 0 ? 2 : 0);
    return sum;
  };
  constexpr std::size_t kNarrowest = 8;
  while (width > 0 && whole() > width + 2) {
    std::size_t widest = right.size();
    for (std::size_t c = 0; c < right.size(); ++c) {
      if (!right[c] && widths[c] > kNarrowest && (widest == right.size() || widths[c] > widths[widest])) widest = c;
    }
    if (widest == right.size()) break;
    --widths[widest];
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t c = 0; c < line.size(); ++c) {
      if (widths[c] == 0) continue;
      const std::string cell = cut(line[c], widths[c]);
      const std::string pad(widths[c] - std::min(widths[c], text_width(cell)), ' ');
      text += (right[c] ? pad + cell : cell + pad) + "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

}  // namespace vesica
