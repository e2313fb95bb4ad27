// SPDX-License-Identifier: Apache-2.0
// The picture and the table of a film's tracks.
#pragma once

#include <string>
#include <vector>

#include "vesica/assays/nta_video/nta_video.h"

namespace vesica::nta_video {

/// The middle frame as PNG: spots ringed in orange, the last steps of their tracks in blue. Empty without a picture.
std::string overlay_png(const Film& film, double pixel_um);
/// One row a sized track; `which` are their places in film.seen, in the order of `sizes.diffusion`.
std::string track_table(const Film& film, const Sizes& sizes, const std::vector<std::size_t>& which);

}  // namespace vesica::nta_video
