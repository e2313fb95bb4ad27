// SPDX-License-Identifier: Apache-2.0
// Nuclei under fluorescence with a marker: known numbers, known positives, light that is uneven and bleeds through.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

struct NucleiPhantomSettings {
  std::int64_t width = 512, height = 512;
  std::int64_t nuclei = 120;
  double positive = 0.3;  ///< share of the nuclei
  double touching = 0.2;  ///< share of the nuclei that touch another
  double pixel_um = 0.65;
  double bleed = 0.05;          ///< share of the nuclear stain that the marker's channel shows
  double uneven_light = 0.3;    ///< fall of the light from the middle to a corner
  double marker = 400;          ///< counts of a positive nucleus
  double haze = 30;             ///< counts of a negative nucleus in the marker's channel
  double exposure = 1;          ///< times all light; above 5 the nuclei saturate 12 bits
  double noise = 1;             ///< times that of the camera
  double blur_um = 0.6;         ///< SD of the focus
  bool light_pictures = false;  ///< a picture of even light and one of no light beside the field
  bool regions = false;         ///< outlines of two parts of the field beside the image
  std::string sample = "well";

  void describe(Fields& fields);
};

/// Two channels and what is in them.
struct NucleiField {
  std::vector<Image2> channels;  ///< nuclear stain, marker; 12-bit counts
  Labels2 labels;
  std::vector<std::uint8_t> positive;  ///< by label
};
NucleiField nuclei_field(const NucleiPhantomSettings& settings, std::uint64_t seed);
/// The field as an OME TIFF with channels DAPI and EdU.
std::string nuclei_tiff(const NucleiPhantomSettings& settings, const NucleiField& field);

extern const Phantom kNucleiPhantom;

}  // namespace vesica
