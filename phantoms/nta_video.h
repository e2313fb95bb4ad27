// SPDX-License-Identifier: Apache-2.0
// Films of a tracking instrument: particles that diffuse through the focus, as TIFF stacks or AVI.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/nta.h"
#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

/// What is in the cell and how it is filmed.
struct NtaVideoPhantomSettings {
  Suspension suspension = {{110}, {0.2}, {1}, 1.2e11};
  double dilution = 100;
  std::int64_t preparations = 1;
  std::int64_t videos = 3;
  double video_cv = 0;  ///< of concentration, between videos
  std::int64_t beads = 0, blanks = 0;
  double bead_nm = 100, bead_per_ml = 1.2e9, blank_per_ml = 2e8;  ///< in the cell
  std::int64_t width = 160, height = 120, frames = 100;
  double pixel_um = 0.25;
  double frame_rate_hz = 25;
  double exposure_ms = 32.4;
  double temperature_c = 22;
  double drift_um_s = 1;
  double vibration_um = 0;
  double spot_um = 0.32;                ///< SD of a spot in focus
  double focus_um = 5;                  ///< distance from focus at which a spot has half its brightness
  double sheet_um = 2.5;                ///< SD of the sheet of light
  double brightness = 40;               ///< of the peak of 100 nm in focus, of 255
  double soft_nm = 80;                  ///< below: brightness d^6, above: d^2
  double background = 20, noise = 1.5;  ///< of 255
  std::int64_t stuck = 0;
  std::int64_t bits = 8;
  std::string format = "tiff";
  bool scale_in_file = true;
  std::string sample = "sample";

  void describe(Fields& fields);
};

/// One film's content.
struct NtaFilm {
  double cell_per_ml = 0;   ///< of the suspension
  double blank_per_ml = 0;  ///< of the diluent's own particles
  double bead_per_ml = 0;
  std::uint64_t key = 0;  ///< stream of random numbers
};
/// Its frames, 0 to 255.
std::vector<Image2> nta_frames(const NtaVideoPhantomSettings& settings, const NtaFilm& film, std::uint64_t seed);

extern const Phantom kNtaVideoPhantom;

}  // namespace vesica
