// SPDX-License-Identifier: Apache-2.0
// What an instrument saw of one video, on its way to text. Internal to phantoms/.
#pragma once

#include <string>
#include <vector>

#include "phantoms/nta.h"

namespace vesica::phantom {

/// One video: the sizes that the instrument reports for its valid tracks, and what it prints about itself.
struct SeenVideo {
  std::string name;
  double temperature_c = 0;
  double viscosity_mpa_s = 0;       ///< by the instrument's law, as printed
  double true_viscosity_mpa_s = 0;  ///< of the medium
  double cell_per_ml = 0;           ///< everything in the cell, diluent included
  double recorded_dilution = 1;     ///< multiplied into the printed concentrations; 1: not recorded
  std::vector<double> reported_nm;  ///< one a valid track
  std::vector<double> true_nm;
  bool flagged = false;
};

/// Concentration per bin of 1 nm from 0 to 1000 nm: every track enters as a normal distribution of relative width
/// `resolution`; the bins add up to the printed concentration.
std::vector<double> nanosight_bins(const SeenVideo& video, double resolution);

std::string nanosight_summary(const NtaPhantomSettings& settings, const NtaExport& what,
                              const std::vector<SeenVideo>& videos);
/// ParticleData and AllTracks of one video: Brownian paths with drift, 25 frames a second, 0.166 um a pixel.
std::vector<PhantomFile> nanosight_tracks(const SeenVideo& video, Random random);
std::string zetaview_text(const NtaPhantomSettings& settings, const NtaExport& what, const SeenVideo& video);

}  // namespace vesica::phantom
