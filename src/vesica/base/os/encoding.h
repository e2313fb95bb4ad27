// SPDX-License-Identifier: Apache-2.0
// The one foreign encoding that needs a table: GB18030, through the system's iconv.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vesica {

/// Converts GB18030 bytes to UTF-8; a character cut off at the end becomes U+FFFD. Nothing when a sequence inside is
/// invalid or when the system has no table for GB18030.
std::optional<std::string> gb18030_to_utf8(std::string_view bytes);

}  // namespace vesica
