// SPDX-License-Identifier: Apache-2.0
// Files beside an image that belong to it by name: labels of other programs, outlines drawn in ImageJ or QuPath.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/image_source.h"

namespace vesica {

/// NAME_token.ending beside NAME.tif, or in the folder that is the input.
struct Companion {
  enum class Kind { kLabels, kOutlines, kNumpy };
  std::filesystem::path path;
  std::string name;  ///< of the file
  Kind kind = Kind::kLabels;
  std::string within = {};                             ///< "masks/" when it lies there, as Cellpose saves "in folders"
  std::string shown() const { return within + name; }  ///< from the image's folder
};

/// Looks into each folder once, so that the files of a large plate cost little.
class CompanionFinder {
 public:
  /// Of an image file: label images (channel_name.h), outlines (.roi, .zip, .geojson) and arrays (.npy) whose names
  /// begin with its own, with or without the channel in it, and go on behind _ - . or a blank; of a folder of images:
  /// all of these. Label images in a folder "masks" beside it as well (Cellpose's option in_folders), behind those that
  /// lie beside it. In natural order. Links are passed over: what lies elsewhere belongs to nobody's study. Nothing for
  /// other files.
  std::vector<Companion> beside(const std::filesystem::path& input);

 private:
  const std::vector<std::string>& names_in(const std::filesystem::path& folder);
  void add(const std::filesystem::path& input, bool is_folder, const std::string& within, std::vector<Companion>& out);
  std::map<std::filesystem::path, std::vector<std::string>> listings_;
};

/// The same for images that are open; none for images in memory.
std::vector<Companion> companions_of(const ImageSource& source);

/// The name without ending of the one file that an image is of; empty for series and images in memory.
std::string stem_of_file(const ImageSource& source);

/// The companion that belongs to an image of one of these names (without ending) and says `token`: NAME_token.roi, or
/// of labels a name in which label_in_name finds the token. `alone`: the input has no other image, and a file named
/// token.zip is its. The first in natural order.
std::optional<Companion> companion_for(const std::vector<Companion>& all, const std::vector<std::string>& names,
                                       std::string_view token, bool alone);

}  // namespace vesica
