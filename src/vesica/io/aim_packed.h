// SPDX-License-Identifier: Apache-2.0
// Packed voxels of AIM files: masks as bits or run lengths.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "vesica/base/os/bytes.h"
#include "vesica/data/image_source.h"

namespace vesica {

enum class AimPacking { kBits, kBinaryRuns, kByteRuns };
/// D3Tbit8, D1TbinCmp and D1TcharCmp of the header's type; nothing for others.
std::optional<AimPacking> aim_packing(std::int32_t type);

struct PackedAim {
  AimPacking packing = AimPacking::kBits;
  std::uint64_t start = 0;                  ///< of the packed bytes
  bool wide = false;                        ///< lengths of 64 bits (version 3)
  std::array<std::int64_t, 3> border = {};  ///< voxels of zero on each side that run lengths leave out
};

/// Signed voxels of 8 bits. Bits: a byte holds 2 x 2 x 2 voxels, the last byte the value of those that are set. Binary
/// runs: two values, then lengths that alternate between them; 255 stands for 254 without a change. Byte runs: pairs of
/// value and length; sources disagree about their order, so the one is taken by which the lengths add up to the voxels.
/// Run lengths are walked once; the place of every slice is kept. Sources: AimIO (Numerics88, MIT) and ITKIOScanco
/// (Kitware, Apache-2.0). Throws Error(kData) when the lengths do not add up.
std::shared_ptr<const ImageSource> open_packed_aim(ImageInfo info, std::shared_ptr<const ByteSource> bytes,
                                                   const PackedAim& packed, const std::string& file);

}  // namespace vesica
