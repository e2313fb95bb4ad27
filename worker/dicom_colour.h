// SPDX-License-Identifier: Apache-2.0
// Colour in DICOM images: palettes, and planes of red, green and blue.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gdcm {
class DataSet;
}

namespace vesica {

/// Red, green and blue of 8 bits for every index (of `bytes` 1 or 2 each), by the palette of the data set (DICOM PS3.3
/// C.7.9; tables of 16 bits give their upper 8). GDCM's own conversion leaves half of an image black. Throws
/// Error(kData) for a palette that is missing or cut off, Error(kUnsupported) for a segmented one.
std::vector<std::byte> palette_to_rgb(const gdcm::DataSet& data, const std::vector<std::byte>& indices,
                                      std::size_t bytes, const std::string& path);

/// Planes of red, green and blue (of `plane` pixels each, image after image) as samples side by side.
std::vector<std::byte> interleave(const std::vector<std::byte>& planes, std::size_t plane);

/// How to turn colour that Vesica does not read into PNG.
std::string colour_conversion();

}  // namespace vesica
