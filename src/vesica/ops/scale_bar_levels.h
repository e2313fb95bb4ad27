// SPDX-License-Identifier: Apache-2.0
// Grey levels in which bars and letters are looked for.
#pragma once

#include "vesica/data/image.h"

namespace vesica::ops {

/// Levels 0 to 255: images within them as they are, others between their extremes. Empty for images without two
/// values or with values that are not finite.
Image2 levels_of(const Image2& grey);

}  // namespace vesica::ops
