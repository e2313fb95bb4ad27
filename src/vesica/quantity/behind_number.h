// SPDX-License-Identifier: Apache-2.0
// How a unit stands behind a number in a sentence.
#pragma once

#include <string>

namespace vesica {

/// Of a readable unit (readable_unit): " nm" behind a number, "/mm²" of "1/mm²", nothing of none.
inline std::string behind_number(const std::string& readable) {
  if (readable.empty()) return "";
  return readable.starts_with("1/") ? readable.substr(1) : " " + readable;
}

}  // namespace vesica
