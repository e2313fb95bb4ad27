// SPDX-License-Identifier: Apache-2.0
// The files that a model's settings name: found, read and hashed before the model sees them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "vesica/app/plan.h"

namespace vesica {

inline constexpr std::uint64_t kLargestModelFile = std::uint64_t{256} << 20;  ///< chosen: four times the largest known

/// Fills Scenario::files, PredictItem::inputs and, when one cannot be read, PredictItem::error. Names are relative to
/// `folder` and must stay in it or in one of `raw_folders`.
void read_scenario_files(const std::filesystem::path& folder, std::span<const std::string> raw_folders,
                         PredictItem& item);

/// Reads one file that a model takes: at most kLargestModelFile bytes. Throws Error naming it as `shown`.
std::string read_model_file(const std::filesystem::path& path, const std::string& shown);

}  // namespace vesica
