// SPDX-License-Identifier: Apache-2.0
// TIFF as images: pages put in order (slices, moments, channels), scale and times from the descriptions.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "vesica/base/os/bytes.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// Opens a TIFF: strips or tiles, 1 to 64 bits, classic or BigTIFF, stacks, pyramids (only the full resolution). Pages
/// are ordered by the OME-XML or ImageJ description; without one they are pages of unknown meaning (axis_known false).
/// Scale: OME, ImageJ, the vendor's tag, the resolution tag as in believed_pixel_um, in this order. Palettes become
/// colours and 0-is-white is turned round, except in files of ImageJ and OME, where both
/// are only a way of display. Throws
/// Error(kData) for damage, for a chain of pages that breaks off, planes that the OME description names and the file
/// lacks, and sizes beyond raster.h; Error(kUnsupported) with the conversion.
std::shared_ptr<const ImageSource> open_tiff(std::shared_ptr<const ByteSource> bytes, const std::string& file);

/// The same of a file on disk. `as_index`: palettes are numbers here as well, as of labels that are shown in colours.
std::shared_ptr<const ImageSource> open_tiff(const std::filesystem::path& path, const std::string& file, bool as_index);

}  // namespace vesica
