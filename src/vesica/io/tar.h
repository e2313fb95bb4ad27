// SPDX-License-Identifier: Apache-2.0
// Members of a TAR archive (plain or compressed), unpacked in memory alone and bounded before anything is believed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace vesica {

inline constexpr std::uint64_t kMaxTarTotalBytes = std::uint64_t{1} << 30;  ///< unpacked; chosen

/// The regular files of the archive whose names end in `ending` (all when empty), by name. Names are never used as
/// paths. Compressions: gzip, bzip2, xz. Throws Error(kData) for damage and for more than kMaxTarTotalBytes.
std::map<std::string, std::string> read_tar(std::string_view bytes, const std::string& file,
                                            std::string_view ending = {});

}  // namespace vesica
