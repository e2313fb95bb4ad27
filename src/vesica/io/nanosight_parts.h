// SPDX-License-Identifier: Apache-2.0
// The parts of the NanoSight reader. Internal to io/.
#pragma once

#include <string>
#include <string_view>

#include "vesica/data/size_report.h"

namespace vesica {

/// Reads a decoded summary.
SizeReport read_nanosight_summary(std::string_view text, const std::string& file);
/// Reads decoded ParticleData (one row a track).
SizeReport read_nanosight_particles(std::string_view text, const std::string& file);
/// Reads decoded AllTracks (one row a detection).
SizeReport read_nanosight_tracks(std::string_view text, const std::string& file);

/// The separator after the first occurrence of `word` (which may stand in quotes): ',', ';' or tab; ',' when unknown.
char separator_after(std::string_view text, std::string_view word);
/// The file's name without folders.
std::string_view base_name(std::string_view file);

}  // namespace vesica
