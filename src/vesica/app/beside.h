// SPDX-License-Identifier: Apache-2.0
// Which files of a folder belong to images beside them.
#pragma once

#include <filesystem>
#include <set>
#include <vector>

namespace vesica {

/// Of the files those that plainly belong to an image among them: labels of Cellpose and StarDist, outlines (.roi,
/// .geojson, archives that hold a .roi) and arrays, by their names (io/companions.h).
std::set<std::filesystem::path> belonging_to_images(const std::vector<std::filesystem::path>& files);

}  // namespace vesica
