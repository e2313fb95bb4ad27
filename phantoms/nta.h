// SPDX-License-Identifier: Apache-2.0
// Particle tracking exports of a known suspension, in the formats of NanoSight NTA 3.0 to 3.4 and ZetaView 8.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/base/random.h"

namespace vesica {

/// A suspension of vesicles: a mixture of lognormal populations, by number.
struct Suspension {
  std::vector<double> median_nm = {120};
  std::vector<double> log_sd = {0.25};  ///< SD of ln d
  std::vector<double> share = {1};
  double concentration_per_ml = 1e11;

  double mean_nm() const;  ///< sum of shares times median exp(log_sd^2 / 2)
  double sd_nm() const;
  /// Share of particles below d.
  double below(double d_nm) const;
  double percentile_nm(double p) const;
  double draw_nm(Random& random) const;
};

/// What is done with it and with which instrument.
struct NtaPhantomSettings {
  std::string version = "nanosight_3.4";
  Suspension suspension;
  double dilution = 1000;
  bool dilution_recorded = false;  ///< NanoSight: entered before export, so that the print is multiplied
  std::int64_t preparations = 3;
  std::int64_t videos = 3;
  double preparation_cv = 0.1;  ///< of concentration, between preparations
  double video_cv = 0.05;       ///< of concentration, between videos
  std::int64_t tracks = 1500;   ///< expected valid tracks a video
  double resolution = 0.03;     ///< NanoSight: relative width with which one track enters the distribution
  double temperature_c = 23;
  double temperature_sd_c = 0.3;  ///< between videos
  double medium_factor = 1;       ///< true viscosity relative to water
  std::int64_t flagged_videos = 0;
  std::int64_t blanks = 0;  ///< exports of the diluent alone
  double blank_per_ml = 1e7;
  bool track_files = false;  ///< NanoSight: ParticleData and AllTracks of each video
  bool decimal_comma = false;
  std::string sample = "sample";

  void describe(Fields& fields);
};

/// One export to render.
struct NtaExport {
  std::string name;  ///< experiment name, also of the file
  std::string sample;
  double cell_per_ml = 1e8;   ///< of the suspension in the cell, without diluent particles
  double blank_per_ml = 0;    ///< particles of the diluent in the cell
  std::vector<bool> flagged;  ///< one a video
  std::uint64_t key = 0;      ///< stream of random numbers
};

/// The files of one export (a summary and, when wanted, its track files; or a ZetaView text a video).
std::vector<PhantomFile> render_export(const NtaPhantomSettings& settings, const NtaExport& what, std::uint64_t seed);

/// The diluent's particles: small and broad (chosen: median 70 nm, SD of ln d 0.35).
Suspension diluent();

extern const Phantom kNtaPhantom;

}  // namespace vesica
