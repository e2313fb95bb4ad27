// SPDX-License-Identifier: Apache-2.0
// Image files for phantoms, written from their specification: a phantom must not borrow from what it tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vesica::phantom {

/// Planes of one size for a TIFF file: samples interleaved (1 grey, 3 red-green-blue), row by row from the top.
struct TiffPlanes {
  std::size_t width = 0, height = 0;
  int bits = 8;                                    ///< 8 or 16
  std::size_t samples = 1;                         ///< 1 or 3
  std::vector<std::vector<std::uint16_t>> planes;  ///< values below 2^bits
  double pixel_um = 0;                             ///< > 0: written the way ImageJ does
  double interval_s = 0;                           ///< > 0: ImageJ's frame interval
  double slice_um = 0;                             ///< > 0: the planes are slices this far apart, not moments
  std::vector<std::string> channels = {};          ///< one name a plane: the planes are channels, described as OME-XML
};

/// Baseline TIFF 6.0, little-endian, uncompressed, one strip a page; with channel names an OME-XML description
/// (2016-06: one Image, dimension order XYCZT); else with a pixel size or an interval ImageJ's description stands in
/// the first page ("ImageJ=1.53t", unit, finterval) and the resolution in pixels per micrometre.
std::string tiff_file(const TiffPlanes& planes);

}  // namespace vesica::phantom
