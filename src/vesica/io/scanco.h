// SPDX-License-Identifier: Apache-2.0
// Volumes of Scanco scanners: ISQ, and AIM of versions 2 and 3.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vesica/base/os/bytes.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// The voxel is dim_um / dim_px: the slice thickness of the header is cut off to whole micrometres. Density scales: the
/// attenuation in 1/cm (value / mu_scaling), and the hydroxyapatite calibration when the header holds one. Layout:
/// Scanco's published import notes and the Apache-2.0 reader ITKIOScanco. Throws Error(kData) for damage, a cut file
/// and sizes beyond raster.h; Error(kUnsupported) for other data types, with the conversion. AIM: plain numbers and
/// masks packed as bits or run lengths (aim_packed.h).
std::shared_ptr<const ImageSource> open_isq(std::shared_ptr<const ByteSource> bytes, const std::string& file);
std::shared_ptr<const ImageSource> open_aim(std::shared_ptr<const ByteSource> bytes, const std::string& file);

/// "isq", "aim" or "" by the first 64 bytes; AIM of version 2 has no mark, but a first block of 20 bytes that says so.
std::string_view scanco_format(std::string_view head);

}  // namespace vesica
