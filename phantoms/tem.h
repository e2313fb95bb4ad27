// SPDX-License-Identifier: Apache-2.0
// Negative-stain micrographs: vesicles of known outlines, debris, uneven stain, and a burnt-in scale bar.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

/// A scale bar and its label as instruments and programs draw them.
struct TemBar {
  double nm = 200;
  std::string label = "200 nm";  ///< of digits 0, 1, 2, 5, the point, n, m, u and the micro sign
  bool bright = true;            ///< white or black, its banner the other
  bool banner = false;           ///< below the picture, in rows of their own
  bool right = false;            ///< in the right corner, else the left one
  bool top = false;              ///< above (without a banner), else below
  std::string place = "above";   ///< of the label: above, below, right (of the bar)
  bool caps = false;             ///< short strokes at its ends
  bool halo = false;             ///< an outline of the other colour around bar and label
  std::int64_t thickness = 8;    ///< pixels
  std::int64_t letters = 28;     ///< height of a digit, pixels
};

struct TemPhantomSettings {
  std::int64_t width = 1024, height = 1024;
  double pixel_nm = 1.2;
  std::int64_t vesicles = 24;
  double diameter_nm = 90;  ///< median
  double spread = 0.3;      ///< SD of the logarithm of diameter
  double ellipses = 0.3;    ///< share that is longer than wide, up to 1.6-fold
  double cups = 0.3;        ///< share with a dark lumen
  std::int64_t pairs = 3;   ///< vesicles with a partner that touches
  std::int64_t debris = 60;
  double uneven_stain = 0.15;
  double noise = 10;  ///< SD of the grain, of 255 levels
  bool dark = false;  ///< vesicles dark on bright ground
  std::string file = "tiff";
  std::string scale = "tag";  ///< tag, bar, banner, none
  std::string sample = "preparation";

  void describe(Fields& fields);
};

/// A vesicle's outline: an ellipse, lengths in pixels, pixel centres at whole numbers.
struct TemVesicle {
  double x = 0, y = 0, major = 0, minor = 0, angle = 0;  ///< half axes
  bool cup = false;
};

struct TemScene {
  Image2 grey;  ///< 0 to 255, rounded
  Labels2 truth;
  std::vector<TemVesicle> vesicles;  ///< label i + 1
  TemBar bar;
  bool has_bar = false;
};
TemScene tem_scene(const TemPhantomSettings& settings, std::uint64_t seed);

/// Draws a bar into a picture of that pixel size (a banner adds rows below); `labels` grows by the same rows.
void draw_bar(const TemBar& bar, double pixel_nm, Image2& grey, Labels2& labels);

/// The picture as a file: "tiff" (with `pixel_um` > 0 in ImageJ's way), "png" or "jpeg" (quality 90).
std::string tem_file(const Image2& grey, const std::string& kind, double pixel_um);

extern const Phantom kTemPhantom;

}  // namespace vesica
