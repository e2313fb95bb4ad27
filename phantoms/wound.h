// SPDX-License-Identifier: Apache-2.0
// Scratch wounds: two sheets of cells that move towards each other at known speeds, photographed over time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

struct WoundPhantomSettings {
  std::string mode = "phase";
  std::int64_t width = 512, height = 384;
  std::int64_t frames = 7;
  double interval_h = 2;
  double pixel_um = 1.3;
  bool scale_in_file = true;  ///< ImageJ's description holds pixel size and interval
  double gap_um = 300;        ///< at the start; 0: a sheet without a gap
  double left_um_per_h = 9, right_um_per_h = 6;
  double tilt_deg = 0;
  double roughness_um = 8;  ///< SD of the edge about its line
  std::int64_t islands = 0;
  double island_um = 45;  ///< radius
  std::int64_t floating = 12;
  double shift_um = 0;  ///< SD of the field's shift between frames
  double flow = 0;      ///< share of the edge's movement with which the sheet moves as a whole
  double uneven_light = 0.15;
  double noise = 2;  ///< SD, of 255 levels
  std::int64_t bits = 8;
  bool colour = false;
  bool lying = false;  ///< the gap runs from left to right
  std::string sample = "culture";

  void describe(Fields& fields);
};

/// One series: a TIFF stack named `name`, and its truth for `sample`.
Rendered render_wound(const WoundPhantomSettings& settings, const std::string& name, const std::string& sample,
                      const std::string& condition, std::uint64_t seed);

/// The truth of that series alone.
ObservationTable wound_truth(const WoundPhantomSettings& settings, const std::string& sample,
                             const std::string& condition, std::uint64_t seed);
/// The frames of a series in grey, 0 to 255 with fractions, as the file would hold them upright.
std::vector<Image2> wound_frames(const WoundPhantomSettings& settings, std::uint64_t seed);

extern const Phantom kWoundPhantom;

}  // namespace vesica
