// SPDX-License-Identifier: Apache-2.0
// Still images of one plane: PNG (libpng), JPEG (libjpeg-turbo), BMP (own).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/io/raster.h"

namespace vesica {

/// What the header says; no pixel is decoded. Samples: grey or red, green, blue, 8 or 16 bits; palettes and 1, 2 and
/// 4 bits are spread to 8, transparency is dropped. Every reader throws Error(kData) for damage, a size beyond the
/// bounds of raster.h and a declared size that the file cannot hold, Error(kUnsupported) for kinds named in the
/// message. Scale: PNG's pHYs and BMP's resolution as in `believed_pixel_um`; JPEG's density and EXIF are print sizes
/// and are never taken as a scale.
/// `as_index`: palettes of PNG are numbers, as of labels that are shown in colours.
ImageInfo read_png_info(std::string_view bytes, const std::string& file, bool as_index = false);
RawPlane read_png(std::string_view bytes, const std::string& file, bool as_index = false);
ImageInfo read_jpeg_info(std::string_view bytes, const std::string& file);
RawPlane read_jpeg(std::string_view bytes, const std::string& file);
ImageInfo read_bmp_info(std::string_view bytes, const std::string& file);
RawPlane read_bmp(std::string_view bytes, const std::string& file);

/// The edge of a pixel from a resolution tag, in micrometres, when the tag can be a measurement: pixels per metre of a
/// screen, a printer or a default (72, 96, 150, 300, 600 dpi, ... within 0.2 dpi) are no scale and give an unknown with
/// a note. Misleads for the rare instrument whose pixel is exactly such a step (a 1200 dpi scanner).
Known believed_pixel_um(double pixels_per_metre, const std::string& tag, std::vector<ReadNote>& notes);

/// A PNG of 8 bits: grey (1 sample), red-green-blue (3) or with transparency (4), interleaved, row by row from the top.
/// The same bytes for the same pixels. `pixel_um` > 0 is written as pHYs. Error(kInternal) never: sizes are required.
std::string write_png(std::size_t width, std::size_t height, std::size_t samples,
                      const std::vector<std::uint8_t>& pixels, double pixel_um = 0);
/// The same with up to 256 colours: `indices` into the palette, one a pixel.
std::string write_png_indexed(std::size_t width, std::size_t height,
                              const std::vector<std::array<std::uint8_t, 3>>& palette,
                              const std::vector<std::uint8_t>& indices, double pixel_um = 0);
/// The same with 16-bit grey.
std::string write_png16(std::size_t width, std::size_t height, const std::vector<std::uint16_t>& pixels,
                        double pixel_um = 0);

/// A JPEG of red-green-blue pixels, interleaved, for small pictures in a report. The same bytes for the same pixels.
std::string write_jpeg(std::size_t width, std::size_t height, const std::vector<std::uint8_t>& pixels, int quality);

}  // namespace vesica
