// SPDX-License-Identifier: Apache-2.0
// Inside of report/: JSON text of values, written piece by piece so that a million rows need no tree.
#pragma once

#include <string>
#include <string_view>

#include "vesica/settings/value.h"

namespace vesica {

/// A JSON string with its quotes; what is no UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);
/// The shortest number that reads back equal; null for NaN and infinities, which JSON cannot say.
std::string json_number(double value);
/// A whole tree; `indent` blanks a level, 0 for one line.
std::string json_of(const Value& value, int indent = 0, int level = 0);

}  // namespace vesica
