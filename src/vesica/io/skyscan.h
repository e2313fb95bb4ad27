// SPDX-License-Identifier: Apache-2.0
// The .log of a SkyScan (Bruker) micro-CT: what was scanned and how the slices were reconstructed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "vesica/data/image_source.h"

namespace vesica {

/// Sections and keys as printed; values trimmed. The key of the voxel is searched in [Reconstruction] alone: the
/// "Image Pixel Size" of [Acquisition] is that of the projections, and differs after a resized reconstruction.
struct SkyscanLog {
  std::map<std::string, std::map<std::string, std::string>, std::less<>> sections;
  std::optional<double> voxel_um;       ///< [Reconstruction] Pixel Size (um)
  std::optional<double> projection_um;  ///< [Acquisition] Image Pixel Size (um)
  std::optional<double> low, high;      ///< CS to image conversion: attenuation in 1/cm of grey 0 and of the top grey
  std::optional<std::size_t> first_section, last_section, sections_count;
  std::optional<double> section_step;  ///< slices a kept slice
  std::string prefix;                  ///< Filename Prefix of the slices
  const std::string* find(std::string_view section, std::string_view key) const;
};

/// A text that begins with a section and names a SkyScan scanner or NRecon within its head.
bool is_skyscan_log(std::string_view text);
/// Reads the whole text (UTF-8 or Latin-1). Throws Error(kData) when it has no section.
SkyscanLog read_skyscan_log(std::string_view bytes, const std::string& file);

/// Voxel size (z times the section step), density scale of `bits` a voxel, and acquisition facts into the info of a
/// series of slices. A log without reconstruction gives no voxel, but a note that says why.
void apply_skyscan_log(const SkyscanLog& log, int bits, ImageInfo& info);

}  // namespace vesica
