// SPDX-License-Identifier: Apache-2.0
// A Value as one line of JSON text and back without loss: how settings and calibrations lie in the database.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vesica/settings/value.h"

namespace vesica::store {

/// Compact JSON; members keep their order, doubles read back exactly, NaN and infinities become {"$number": "NaN"}.
/// Places are not kept.
std::string to_json(const Value& value);
/// Throws Error(kData) for text that to_json did not write (at most 100 levels, chosen).
Value from_json(std::string_view text, const std::string& file);

std::string to_json(const std::map<std::string, std::string>& texts);
std::map<std::string, std::string> texts_from_json(std::string_view text, const std::string& file);

}  // namespace vesica::store
