// SPDX-License-Identifier: Apache-2.0
// Label images as TIFF, the form in which programs exchange objects.
#pragma once

#include <string>

#include "vesica/data/image.h"

namespace vesica {

/// A TIFF of one plane, uncompressed: 16 bits a pixel up to 65535 objects, else 32. 0 outside, 1.. the objects, as
/// StarDist, Cellpose, CellProfiler and ImageJ read it. `pixel_um` > 0 is written as ImageJ's scale. The same bytes for
/// the same labels. Requires labels >= 0 and less than 4 GB.
std::string write_labels_tiff(const Labels2& labels, double pixel_um = 0);

/// A plane of whole numbers as labels: what a label file holds. Throws Error(kData) when a value is negative, no whole
/// number, or above 2^24 (beyond it single floats are not whole numbers any more).
Labels2 labels_from(const Image2& image, const std::string& file);

}  // namespace vesica
