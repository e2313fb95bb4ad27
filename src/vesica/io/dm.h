// SPDX-License-Identifier: Apache-2.0
// Electron micrographs of Gatan's DigitalMicrograph: DM3 and DM4.
#pragma once

#include <memory>
#include <string>

#include "vesica/base/os/bytes.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// The first image that is not the thumbnail, with pixels from Calibrations.Dimension (scale and unit). A third axis is
/// slices when its unit is a length, moments when it is a time, and unsaid otherwise. Throws Error(kData) for damage
/// and sizes beyond raster.h; Error(kUnsupported) for spectra, spectrum images, complex numbers (transforms) and more
/// than three axes. A scale in other units (1/nm, mrad) is a note "image.unit_ignored", further images
/// "image.first_series".
std::shared_ptr<const ImageSource> open_dm(std::shared_ptr<const ByteSource> bytes, const std::string& file);

}  // namespace vesica
