// SPDX-License-Identifier: Apache-2.0
// What a particle-tracking instrument exported: settings, videos, distributions, flags, tracks, in the vendor's words.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// One printed line with its place: `values` holds one text a video, or one for the file.
struct ReportEntry {
  std::string section;
  std::string key;
  std::vector<std::string> values;
  Place place;
};

/// One distribution table of one video (or of the average): columns of equal length, ascending.
struct SizeTable {
  std::string weighting;          ///< "number", "surface", "volume"
  std::string axis = "diameter";  ///< or "diffusion" (then centre and edges are in 1e4 nm2/s)
  std::string scale = "linear";   ///< of the bins: "linear" or "log"
  std::vector<double> centre_nm;
  std::vector<double> lower_nm, upper_nm;    ///< bin edges
  std::vector<double> concentration_per_ml;  ///< per bin; nm2/mL or nm3/mL when weighted; empty when there is none
  std::vector<double> number;                ///< tracks per bin (ZetaView); empty when the export has none
  std::vector<double> volume_nm3, area_nm2;  ///< per bin as printed by ZetaView; its area is the projected one
  std::map<std::string, double> printed;     ///< mean, mode, sd, d10, d50, d90, valid_tracks as printed
  std::vector<double> printed_percentiles;   ///< 0..100 when printed
};

/// One video (NanoSight) or one run over positions (ZetaView).
struct SizeVideo {
  std::string name;  ///< the file name in the manifest
  std::vector<SizeTable> tables;
  std::map<std::string, std::string> flags;  ///< instrument warning → its word, only those that are not "OK"
  double concentration_per_ml = std::numeric_limits<double>::quiet_NaN();  ///< as printed
  double particles_per_frame = std::numeric_limits<double>::quiet_NaN();
  double completed_tracks = std::numeric_limits<double>::quiet_NaN();
  double valid_tracks = std::numeric_limits<double>::quiet_NaN();
  double drift_x = std::numeric_limits<double>::quiet_NaN();
  double drift_y = std::numeric_limits<double>::quiet_NaN();
  double temperature_c = std::numeric_limits<double>::quiet_NaN();
  double viscosity_mpa_s = std::numeric_limits<double>::quiet_NaN();    ///< that the instrument sized with
  double recorded_dilution = std::numeric_limits<double>::quiet_NaN();  ///< already in the printed concentrations
};

/// One row of ParticleData or the summary of one track of AllTracks.
struct ParticleTrack {
  long long id = 0;
  double diameter_nm = 0;
  double diffusion_nm2_s = 0;
  double ln_intensity = 0;
  long long start_frame = 0;
  long long length = 0;
  bool included = false;
};

/// One detection of one track (AllTracks).
struct TrackPoint {
  std::size_t track = 0;  ///< index into SizeReport::tracks
  long long frame = 0;
  double x_px = 0;
  double y_px = 0;
};

/// The whole export of one acquisition.
struct SizeReport {
  std::string vendor;            // "NanoSight" or "ZetaView"
  std::string software_version;  // as printed
  std::string format;            // "nanosight_summary", "nanosight_particles", "nanosight_tracks", "zetaview_text"
  std::string experiment;
  std::vector<ReportEntry> entries;  // every line of every section, also those Vesica does not interpret
  std::vector<SizeVideo> videos;
  std::vector<ParticleTrack> tracks;
  std::vector<TrackPoint> points;  // AllTracks only, by track, then frame
  std::optional<double> temperature_c;
  std::optional<double> viscosity_mpa_s;
  std::optional<double> recorded_dilution;  // already in the printed concentrations; only when all videos agree
  std::optional<double> noted_dilution;     // written in the file, but not applied to the concentrations (ZetaView)
  std::optional<double> frame_rate_hz;
  std::optional<double> exposure_ms;
  std::optional<double> pixel_um;

  const ReportEntry* find(std::string_view section, std::string_view key) const;
};

}  // namespace vesica
