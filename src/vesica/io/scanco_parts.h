// SPDX-License-Identifier: Apache-2.0
// What the readers of ISQ and AIM share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vesica/data/image_source.h"

namespace vesica {

inline constexpr std::size_t kMaxScancoHeader = std::size_t{16} << 20;  ///< chosen: extended headers have some 10 KB
inline constexpr std::string_view kAim3Mark = "AIMDATA_V030   ";

/// Little-endian numbers; require that they lie within the bytes.
std::int32_t int_at(std::string_view bytes, std::size_t at);
std::int64_t long_at(std::string_view bytes, std::size_t at);
/// VAX numbers: 16-bit words, the most significant first, each little-endian; exponent of 8 bits around 128, mantissa
/// 0.1m. F has 2 words, D has 4.
double vax_at(std::string_view bytes, std::size_t at, std::size_t words);

struct ScancoCalibration {
  double slope = 0, intercept = 0;
  std::string unit;
};
/// Attenuation (value / mu_scaling, 1/cm) and, with a calibration in mg HA/ccm, density. A scale of 1 is what programs
/// write that make files up: a note.
void set_scanco_densities(double mu_scaling, const std::optional<ScancoCalibration>& calibration, ImageInfo& info);

}  // namespace vesica
