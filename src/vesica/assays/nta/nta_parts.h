// SPDX-License-Identifier: Apache-2.0
// Settings and inner parts of the assay `nta`. Internal to assays/nta/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vesica/assays/nta/nta.h"
#include "vesica/settings/fields.h"

namespace vesica::nta {

struct Settings {
  std::optional<double> dilution;
  std::optional<double> dilution_applied;
  bool resize = true;
  std::optional<double> viscosity_mpa_s;
  double medium_factor = 1;
  std::optional<double> temperature_c;
  std::optional<double> instrument_viscosity_mpa_s;
  std::string flag_rule = "validity";
  std::string size_table = "linear";
  std::string blank = "subtract";
  bool distribution = true;
  std::optional<double> frame_rate_hz;

  void describe(Fields& fields);
};

// Targets: what a row is about beside the recomputed, re-sized number (which has no target).
inline constexpr std::string_view kAsPrinted = "as_printed";        ///< the instrument's own print
inline constexpr std::string_view kAsDiluted = "as_diluted";        ///< in the cell: the dilution is not known
inline constexpr std::string_view kUncorrected = "uncorrected";     ///< before the blank is subtracted
inline constexpr std::string_view kAllVideos = "all_videos";        ///< mean over the videos of a preparation
inline constexpr std::string_view kUnflagged = "unflagged_videos";  ///< the same without flagged videos
inline constexpr std::string_view kTracks = "tracks";               ///< from single tracks, each counted once

/// How sizes of one video are corrected.
struct Sizing {
  double temperature_c = kNaN;
  double used_mpa_s = kNaN;  ///< by the instrument
  double true_mpa_s = kNaN;
  double factor = 1;   ///< d_true / d_reported
  bool known = false;  ///< false: sizes stay as the instrument reports them
};
Sizing sizing_of(const SizeVideo& video, const Settings& settings);

/// What is known about dilution. `applied` is already in the printed concentrations, `total` is the preparation's.
struct Dilution {
  double applied = 1;
  std::optional<double> total;
};
Dilution dilution_of(const SizeReport& report, const SizeVideo& video, const Settings& settings);

/// The number-weighted diameter table to use; nullptr when there is none.
const SizeTable* number_table(const SizeVideo& video, const Settings& settings);
/// Grid on which rows of the distribution stand: the table's own step for linear bins, 5 nm (ZetaView's) otherwise.
double grid_width_nm(const SizeTable& table);
/// The distribution in the cell, re-sized; nothing when the table is missing or unsound.
std::optional<Distribution> cell_distribution(const SizeReport& report, const SizeVideo& video,
                                              const Settings& settings);
/// Concentration in the cell that one track stands for; 0 when the export does not say how many tracks there were.
double per_track(const Distribution& cell, const SizeVideo& video);

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path);

/// Sums, percentiles, laws and constants against what the instrument prints.
void cross_check(const SizeReport& report, const SizeVideo& video, const Settings& settings, const std::string& path,
                 std::vector<Issue>& issues);

Outcome measure_videos(const SizeReport& report, const std::optional<Blank>& blank, const Settings& settings,
                       const InputFacts& facts, const std::string& path);
Outcome measure_tracks(const SizeReport& report, const Settings& settings, const InputFacts& facts,
                       const std::string& path);
Calibration calibrate_blank(std::span<const Reading> readings, const Settings& settings);
/// Means over the videos of each preparation, all and unflagged.
Outcome derive_means(const ObservationTable& table);

}  // namespace vesica::nta
