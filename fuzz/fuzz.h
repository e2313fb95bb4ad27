// SPDX-License-Identifier: Apache-2.0
// What every fuzz target shares: any input may be refused with an Error, and nothing else may happen.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vesica/base/error.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/settings/value.h"

namespace vesica {

/// Runs the reader; an Error must carry a sentence in valid UTF-8.
template <typename Read>
void read_or_refuse(Read read) {
  try {
    read();
  } catch (const Error& error) {
    VESICA_REQUIRE(!error.message().empty(), "a refusal says why");
    VESICA_REQUIRE(is_valid_utf8(error.what()), "a refusal is text");
  }
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Equal in everything but places.
inline bool same_value(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  if (a.boolean != b.boolean || a.integer != b.integer || a.text != b.text) return false;
  if (!(a.number == b.number || (std::isnan(a.number) && std::isnan(b.number)))) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_value(a.items[i], b.items[i])) return false;
  }
  for (const auto& [key, member] : a.members) {
    const Value* other = b.find(key);
    if (other == nullptr || !same_value(member, *other)) return false;
  }
  return true;
}

}  // namespace vesica
