// SPDX-License-Identifier: Apache-2.0
#include "vesica/settings/field_text.h"

#include <cmath>
#include <vector>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

std::string range_text(const FieldInfo& info) {
  const bool has_low = std::isfinite(info.low), has_high = std::isfinite(info.high);
  if (has_low && has_high) return say("{} to {}", exact_number(info.low), exact_number(info.high));
  if (has_low) return say("at least {}", exact_number(info.low));
  if (has_high) return say("at most {}", exact_number(info.high));
  return "";
}

std::optional<Error> check_range(std::string_view name, double value, const FieldInfo& info, const Place& place) {
  if (!std::isnan(value) && value >= info.low && value <= info.high) return std::nullopt;
  const std::string unit = info.unit.empty() ? "" : " " + std::string(info.unit);
  if (std::isnan(value)) return Error(ErrorKind::kConfig, say("\"{}\" is not a number.", name), place);
  return Error(ErrorKind::kConfig, say("\"{}\" is {}{}, outside its range.", name, exact_number(value), unit), place,
               say("It must be {}{}.", range_text(info), unit));
}

std::optional<Error> check_choice(std::string_view name, std::string_view value,
                                  std::span<const std::string_view> choices, const Place& place) {
  std::vector<std::string> words;
  for (const std::string_view choice : choices) {
    if (choice == value) return std::nullopt;
    words.emplace_back(choice);
  }
  const auto near = did_you_mean(value, words);
  std::string hint = say("Choose one of: {}.", join(words, ", "));
  if (near) hint = say("Did you mean \"{}\"?", *near) + " " + hint;
  return Error(ErrorKind::kConfig, say("\"{}\" cannot be \"{}\".", name, value), place, hint);
}

}  // namespace vesica
