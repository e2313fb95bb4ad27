// SPDX-License-Identifier: Apache-2.0
// What a user may set about finding nuclei, the same in every assay that looks for them.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "vesica/ops/segment_nuclei.h"
#include "vesica/settings/fields.h"

namespace vesica {

/// Lengths in micrometres; part of the settings of the assays `nuclei` and `cell_uptake`, so that one study has one set
/// of nuclei. The page of `nuclei` has the reasons.
struct NucleiSettings {
  double blur_um = 0.45;      ///< chosen: at 0.65 µm a pixel it leaves 0.4 of the camera's noise and keeps edges
  double background_um = 40;  ///< chosen: twice a large nucleus, so that none becomes background
  std::string background = "opening";
  std::string threshold = "Otsu";
  double correction = 0.5;      ///< chosen: Otsu's class of dim nuclei lies about half-way below it
  std::optional<double> level;  ///< counts above the background
  double half = 0.5;            ///< an edge blurred by the objective crosses half of its height where it stands
  double shape = 0.92;          ///< between an ellipse (1) and two touching discs (0.90)
  double neck = 0.07;
  double neck_um = 2;
  double edge = 0.2;
  double least_um2 = 10;  ///< QuPath's least area of a nucleus (10.1038/s41598-017-17204-5)
  double most_um2 = 4000;
  bool border = true;  ///< objects at the image's border count

  void describe(Fields& fields);
};

/// Pixels are taken to be this large where nobody says it (chosen: 6.5 µm of a camera behind a tenfold objective).
inline constexpr double kNominalPixelUm = 0.65;

/// The settings in pixels; without a pixel size (0, NaN) in pixels of kNominalPixelUm.
NucleiSearch search_of(const NucleiSettings& settings, double pixel_um);

/// Pixels of less than half of this are looked at in blocks of about this width (chosen: 30 blocks across a nucleus).
inline constexpr double kBlockUm = 0.4;

/// The nuclei of an image. Pixels finer than kBlockUm / 2 are looked at in blocks (find_nuclei_in_blocks), of which the
/// least object that is wanted (least_um2) has 20 or more. Without a
/// pixel size (0, NaN), when nuclei at kNominalPixelUm hold less than half of the light above the search's level, or
/// the middle object over Otsu's threshold is wider than 70 pixels, once more with that object taken for a nucleus of
/// 12 µm; the one that holds more light stays, of wide ones the latter unless it holds 0.05 less (all chosen: fields in
/// focus of 11 laboratories hold 0.65 to 0.97 of it).
struct NucleiInImage {
  NucleiFound found;
  double pixel_um = kNominalPixelUm;                        ///< at which they were looked for
  double share = std::numeric_limits<double>::quiet_NaN();  ///< of the light above the level that lies in nuclei
};
NucleiInImage nuclei_in(const Image2& image, const NucleiSettings& settings, double pixel_um);

}  // namespace vesica
