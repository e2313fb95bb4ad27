// SPDX-License-Identifier: Apache-2.0
// What a file is, by its content: vendor exports, workbooks, images, recordings; and how to turn it into what Vesica
// reads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// What a file turned out to be.
struct FileFormat {
  std::string id;          ///< "text", "xlsx", "nanosight_summary", "zetaview_text", "xls", "tiff", "empty", ...
  std::string name;        ///< for people, in their language
  std::string conversion;  ///< the exact way from an unreadable kind to a readable one; empty when it is readable
  bool readable = false;   ///< some reader of io/ takes it as it is
};

/// Recognises by magic bytes, members of archives and first lines. The name's ending decides only between kinds whose
/// bytes do not differ (a VSI file is a TIFF) and for kinds without a mark of their own (NanoSight's .nano, Prism's
/// .pzf) once the content is known to be nothing else. Never throws for content; Error(kNoInput), Error(kIo) when the
/// file cannot be read.
FileFormat recognise(const std::filesystem::path& path);
/// The same for bytes in memory (all of the file); `file` is its name.
FileFormat recognise(std::string_view bytes, std::string_view file);

/// Ids of all formats, sorted.
std::vector<std::string> format_ids();
/// Name and conversion of a known id. Requires a known one.
FileFormat format_of(std::string_view id);

}  // namespace vesica
