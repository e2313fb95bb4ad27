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

/// The labels of the first slices of an ImageJ stack, one a channel ("c:1/2 - DAPI" gives "DAPI"): tags 50838 and 50839
/// as ij.io.TiffEncoder writes them (a head of four-letter kinds with their numbers, then the pieces; labels in
/// UTF-16). Nothing when there are fewer, when some are empty, or when they do not differ (the name of the file on
/// every slice).
std::vector<std::string> imagej_channel_names(const TiffTags& tags, std::size_t channels);

/// Whether the resolution tags are those of a camera and no scale of the image, whatever they say.
bool has_camera_resolution(const TiffTags& tags);

}  // namespace vesica
