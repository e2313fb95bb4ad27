// SPDX-License-Identifier: Apache-2.0
// TOML in and out, with the line and column of every value.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "vesica/settings/value.h"

namespace vesica {

/// Bounds on a TOML text, chosen: a study of 20,000 inputs has 4 MB and 5 levels.
inline constexpr std::size_t kMaxTomlBytes = std::size_t{16} << 20;
inline constexpr int kMaxTomlDepth = 64;

/// Reads TOML 1.0 (UTF-8) into a table. Members keep the order in which their keys first stand in the file; dates and
/// times become text ("2026-11-20", "11:26:46", RFC 3339). Every value carries file, line, column and its dotted key as
/// item ("given[2].time_h", items counted from 1). Throws Error(kConfig) with line, column and a hint for what people
/// really write (curly quotes, unquoted text, decimal commas, Windows paths, keys given twice) and beyond the bounds.
Value read_toml(std::string_view text, const std::string& file);
/// The same from a file in any encoding that decode_text knows.
Value read_toml_file(const std::filesystem::path& path);

/// The shortest way through a table: plain members first, then sub-tables as [a.b] and arrays of tables as [[a.b]], in
/// the order of the members; numbers exact, so that read_toml gives the same values back. Null members are left out.
/// Requires a table without nulls inside arrays. Same value, same bytes.
std::string write_toml(const Value& table);

}  // namespace vesica
