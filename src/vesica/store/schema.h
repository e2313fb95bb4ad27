// SPDX-License-Identifier: Apache-2.0
// The tables of vesica.db, their numbered migrations, and the checks before a file is believed to be ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "vesica/store/sql.h"

namespace vesica::schema {

/// "VSCA": what `file vesica.db` shows and what tells our databases from others.
inline constexpr std::int64_t kApplicationId = 0x56534341;

/// The statements that lead from version i to version i + 1, for i = 0, 1, ...; user_version counts them.
std::span<const char* const> migrations();

/// The bytes of a new, empty store.
std::string empty_store(std::span<const char* const> steps = migrations());

/// Throws Error(kNoInput) when the file is missing, (kData) when it is empty, no SQLite database or another program's,
/// (kUnsupported) when a newer Vesica wrote it. Reads the first 100 bytes only.
void check_header(const std::filesystem::path& file, std::span<const char* const> steps = migrations());

/// Throws Error(kData) unless every table, index and view of this version is there, word for word.
void check_schema(sql::Database& database, std::span<const char* const> steps = migrations());

/// PRAGMA quick_check; Error(kData) with its first line.
void check_pages(sql::Database& database);

/// Whether migrate() would have something to do.
bool is_older(sql::Database& database, std::span<const char* const> steps = migrations());

/// Brings an older store up to date in one transaction, after writing `vesica.backup-v<N>.db` beside it. Yields whether
/// anything was done.
bool migrate(sql::Database& database, std::span<const char* const> steps = migrations());

}  // namespace vesica::schema
