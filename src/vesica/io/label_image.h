// SPDX-License-Identifier: Apache-2.0
// Label images (0 outside, 1.. the objects) as StarDist, Cellpose and ImageJ exchange them: TIFF of 16 or 32 bits.
#pragma once

#include <string>

#include "vesica/data/image.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// A TIFF of one grey page, 16 bits while all labels fit, else 32, packed without loss. `pixel_um` (0: unknown) is
/// written as ImageJ reads it: resolution in pixels a micrometre, unit in the description. The same bytes for the same
/// labels. Requires labels of at least one pixel, none below 0.
std::string write_label_tiff(const Labels2& labels, double pixel_um = 0);

/// The labels of a plane, of a frame. Throws Error(kData) for an image with values that are no whole numbers from 0 to
/// 16,777,216 (what a float holds exactly), naming the first and where it is; of a frame also for colour.
Labels2 labels_from(const Image2& image, const std::string& file);
Labels2 read_labels(const ImageSource& source, std::size_t frame, const std::string& file);

}  // namespace vesica
