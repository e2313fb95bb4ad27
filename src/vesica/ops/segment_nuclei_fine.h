// SPDX-License-Identifier: Apache-2.0
// Nuclei of strong objectives: looked for in blocks of pixels, their edges in the picture itself.
#pragma once

#include <cstddef>

#include "vesica/ops/segment_nuclei.h"

namespace vesica {

/// find_nuclei on means of `step` by `step` pixels (`how` in such blocks), then every object, grown by a block, keeps
/// the pixels of the picture (blurred by one pixel, the background of the blocks off) that have how.half of its own
/// mean and hang together with its inside; holes are filled. For nuclei of far more than 70 pixels, whose edges and
/// texture are blurred by the objective over more pixels than find_nuclei looks at; our choice. step 1: find_nuclei.
NucleiFound find_nuclei_in_blocks(const Image2& image, const NucleiSearch& how, std::size_t step);

}  // namespace vesica
