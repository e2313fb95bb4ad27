// SPDX-License-Identifier: Apache-2.0
// JSON text of values: whole trees, and the pieces with which a million rows are written without a tree.
#pragma once

#include <string>
#include <string_view>

#include "vesica/settings/value.h"

namespace vesica {

/// A JSON string with its quotes; what is no UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);
/// The shortest number that reads back equal; null for NaN and infinities, which JSON cannot say.
std::string json_number(double value);
/// JSON text in the order of the members, numbers exact (NaN and infinities as null), bytes that are no UTF-8 replaced.
/// With `indent` > 0 one member a line, short arrays of plain values on one line; else all on one line. No line end at
/// the end. Same value, same bytes.
std::string write_json(const Value& value, int indent = 0);

}  // namespace vesica
