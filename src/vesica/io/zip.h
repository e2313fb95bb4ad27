// SPDX-License-Identifier: Apache-2.0
// Members of a ZIP archive, unpacked in memory alone and bounded before anything is believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// Bounds on an archive. Chosen, but for the ratio: Apache POI (ZipSecureFile) stops at 100; sheets of repeated numbers
/// were seen near it, so twice that, after a free allowance.
inline constexpr std::size_t kMaxZipEntries = 10'000;
inline constexpr std::uint64_t kMaxZipBytes = std::uint64_t{1} << 30;  ///< of the archive itself
inline constexpr std::uint64_t kMaxZipEntryBytes = std::uint64_t{512} << 20;
inline constexpr std::uint64_t kMaxZipTotalBytes = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kMaxZipRatio = 200;
inline constexpr std::uint64_t kZipFreeBytes = std::uint64_t{8} << 20;

/// Names of the members, in the order of the archive. Throws Error(kData) when it is damaged or beyond the bounds.
std::vector<std::string> zip_names(std::string_view bytes, const std::string& file);
std::vector<std::string> zip_names(const std::filesystem::path& path);

/// The wanted members that exist, by name. Nothing is written to disk and names are never used as paths. Throws
/// Error(kData) for damage, a wanted name that occurs twice, and anything beyond the bounds; Error(kUnsupported) for a
/// wanted member that is encrypted.
std::map<std::string, std::string> read_zip(std::string_view bytes, const std::string& file,
                                            const std::vector<std::string>& wanted);

}  // namespace vesica
