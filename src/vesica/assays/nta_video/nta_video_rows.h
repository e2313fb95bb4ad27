// SPDX-License-Identifier: Apache-2.0
// From numbers to rows and warnings. Internal to assays/nta_video/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/assays/nta_video/nta_video.h"

namespace vesica::nta_video {

// Targets: what a row is about beside the corrected number (which has no target).
inline constexpr std::string_view kAsSeen = "as_seen";           ///< unfolded, before the correction for depth
inline constexpr std::string_view kNaive = "naive";              ///< histogram of single tracks
inline constexpr std::string_view kUncorrected = "uncorrected";  ///< before the blank is subtracted
inline constexpr std::string_view kAsDiluted = "as_diluted";     ///< in the cell: the dilution is not known
inline constexpr std::string_view kAllVideos = "all_videos";     ///< mean over the films of a preparation

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path,
            const char* setting = "");

/// Rows of what the film shows whatever is known of it. `pixel_um` and `frame_s` may be NaN.
void add_film(const Film& film, double pixel_um, double frame_s, const InputFacts& facts, Outcome& out);
/// Sizes and concentrations; all not measurable (or without objects) when there are none.
void add_sizes(const Sizes& sizes, bool with_blank, const Settings& settings, const InputFacts& facts, Outcome& out);
void add_nothing(Status status, const InputFacts& facts, Outcome& out);
/// What is wrong with the film: too few tracks, crowded, drift, vibration, saturation, dim.
void warn(const Film& film, const std::vector<Track>& tracks, double frame_s, const Settings& settings,
          const std::string& path, Outcome& out);
/// Means over the films of each preparation with t intervals, the beads' and the dilution's error added.
Outcome derive_means(const ObservationTable& table, const Settings& settings);

}  // namespace vesica::nta_video
