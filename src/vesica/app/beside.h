// SPDX-License-Identifier: Apache-2.0
// Which files of a folder are no measurements of their own: they belong to images, or say what is true of others.
#pragma once

#include <filesystem>
#include <set>
#include <vector>

namespace vesica {

/// Of the files those that plainly belong to an image among them: labels of Cellpose and StarDist, outlines (.roi,
/// .geojson, archives that hold a .roi) and arrays, by their names (io/companions.h); and a folder whose images are all
/// such labels (Cellpose's "masks").
std::set<std::filesystem::path> belonging_to_images(const std::vector<std::filesystem::path>& files);

/// Whether a file is the truth that `vesica phantom` writes beside what it renders: a table of observations, at least
/// one, all of the source "phantom". By its content alone: any other truth.tsv is its owner's, and a renamed truth is
/// one still. Files over 16 MB are none (chosen: a hundred times the longest).
bool is_truth_of_phantom(const std::filesystem::path& file);

}  // namespace vesica
