// SPDX-License-Identifier: Apache-2.0
// Exports of NanoSight instruments (NTA 3.0 to 3.4): experiment summary, particle data, tracks.
#pragma once

#include <string>
#include <string_view>

#include "vesica/data/size_report.h"

namespace vesica {

/// Which export a decoded text begins: "nanosight_summary" (of an experiment or of a single video),
/// "nanosight_particles", "nanosight_tracks", or "" for none of them. Only the content counts, never the name.
std::string_view nanosight_format(std::string_view head);

/// True for a file that its name or its first cell calls a NanoSight summary although its content is none: a table that
/// another program saved again. read_nanosight() refuses it with a message that says what to do.
bool is_resaved_nanosight(std::string_view file_name, std::string_view head);

/// Reads one export; `bytes` in any encoding of decode_text(), comma, semicolon or tab between cells, decimal commas
/// where the separator allows them. Everything is found by (section, key), never by row number. A report has one
/// SizeVideo a video of the manifest, each with one SizeTable a block of the file; particle data and tracks have one
/// SizeVideo that carries the name of the video. Throws Error(kData) with line and column for anything malformed,
/// missing or cut off.
SizeReport read_nanosight(std::string_view bytes, const std::string& file);

}  // namespace vesica
