// SPDX-License-Identifier: Apache-2.0
// Checks that all readers of fields share, and the writing of a range for people.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vesica/settings/fields.h"

namespace vesica {

/// The problem of a number outside its field's range, or nothing.
std::optional<Error> check_range(std::string_view name, double value, const FieldInfo& info, const Place& place);
/// The problem of a word that is none of the choices, or nothing.
std::optional<Error> check_choice(std::string_view name, std::string_view value,
                                  std::span<const std::string_view> choices, const Place& place);
/// "0 to 60", "at least 0", "" when unbounded.
std::string range_text(const FieldInfo& info);

}  // namespace vesica
