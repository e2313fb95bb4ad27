// SPDX-License-Identifier: Apache-2.0
// Outlines as GeoJSON, as QuPath exports annotations and detections; and outlines of either kind from a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/io/imagej_roi.h"

namespace vesica {

/// The features of a GeoJSON text (RFC 7946): a FeatureCollection, an array of features (QuPath up to 0.2) or one.
/// Coordinates are pixels of the full image, as QuPath writes them. A polygon's rings, and those of a multi-polygon,
/// are the pieces of one outline (even-odd); lines and points are no areas. The name is that of the properties, else
/// that of the classification ("Tumor"), else empty. `nuclei`: of QuPath's cells the outline of the nucleus. Throws
/// Error(kData) with line and column for malformed text, geometry that is none, and beyond the bounds of imagej_roi.h.
std::vector<ImageJRoi> read_geojson(std::string_view text, const std::string& file, bool nuclei = false);

/// The outlines of a .roi, .zip or .geojson file, by content; members of a zip that cannot be read go to `left_out`.
/// Throws as read_rois and read_geojson, and Error(kData) for a file of more than 256 MB (chosen).
std::vector<ImageJRoi> read_outlines(const std::filesystem::path& path, const std::string& shown,
                                     std::vector<Error>& left_out, bool nuclei = false);

}  // namespace vesica
