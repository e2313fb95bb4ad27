// SPDX-License-Identifier: Apache-2.0
// JSON in, with the line and column of every value; writing is settings/json_text.h.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "vesica/settings/json_text.h"
#include "vesica/settings/value.h"

namespace vesica {

/// Bounds on a JSON text, chosen: the outcome of a large study has some 100 MB and 8 levels.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{256} << 20;
inline constexpr int kMaxJsonDepth = 64;

/// Reads one JSON value (RFC 8259, UTF-8, a byte-order mark allowed). Integers beyond 64 bits become numbers. Every
/// value carries file, line, column (in characters) and its dotted key as item ("runs[2].id", items counted from 1).
/// Throws Error(kData) with line and column for malformed text, a key given twice in one object, and beyond the bounds.
Value read_json(std::string_view text, const std::string& file);
Value read_json_file(const std::filesystem::path& path);

}  // namespace vesica
