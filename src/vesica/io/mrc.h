// SPDX-License-Identifier: Apache-2.0
// Maps and micrographs of electron microscopes: MRC2014 (CCP-EM) and its forerunners.
#pragma once

#include <memory>
#include <string>

#include "vesica/base/os/bytes.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// Sections of 8 or 16 bits or real numbers in either byte order, x fastest; rows stay in stored order, the first one
/// on top. The voxel is cell / sampling, in angstrom; FEI's extended header (FEI1, FEI2, and the blocks of 128 bytes
/// before them) serves where that says nothing. Exactly 1 angstrom everywhere is what programs write that know no size:
/// it is not believed (note "image.resolution_ignored"). A stack of images (ISPG 0) does not say whether they are
/// slices or moments. Source: Cheng et al. 2015, 10.1016/j.jsb.2015.04.002; signs of mode 0: IMOD's flags, else the
/// stated maximum. Throws Error(kData) for damage and sizes beyond raster.h, Error(kUnsupported) for complex numbers, 4
/// bits and stacks of volumes.
std::shared_ptr<const ImageSource> open_mrc(std::shared_ptr<const ByteSource> bytes, const std::string& file);

}  // namespace vesica
