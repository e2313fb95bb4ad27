// SPDX-License-Identifier: Apache-2.0
// The size of a pixel in the private TIFF tags of microscopes.
#pragma once

#include "vesica/io/tiff_file.h"

namespace vesica {

/// FEI and Thermo (34680, 34682: INI text, [Scan] PixelWidth in metres), Zeiss SEM (34118: "Image Pixel Size = 2.5
/// nm"), Gatan DigitalMicrograph (65009 and 65010 in the units 65003 and 65004), Olympus SIS (33560: a block in the
/// file with a power of ten and metres a pixel), JEOL SightX (XML in the description: the resolution on the camera over
/// the magnification, of images in TEM mode). Layouts after the readers of tifffile and RosettaSciIO; nothing is
/// believed that is no positive number.
void apply_tiff_vendor(const TiffTags& tags, const ByteSource& bytes, ImageInfo& info);

/// Whether the resolution tags are those of a camera and no scale of the image, whatever they say.
bool has_camera_resolution(const TiffTags& tags);

}  // namespace vesica
