// SPDX-License-Identifier: Apache-2.0
// Uneven illumination taken off images before anything is measured: pictures of even light and of no light.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/data/image_source.h"

namespace vesica {

/// Roles of inputs that correct the others of their assay instead of being measured.
inline constexpr const char* kFlatRole = "flat";  ///< an evenly fluorescent slide, or an empty field
inline constexpr const char* kDarkRole = "dark";  ///< the camera without light

/// The mean picture of even light of every channel, and of no light. Channels are told apart by the token in the name
/// of a file or channel (channel_in_name: DAPI, _w1, ...), without one by their number; a single picture
/// without any serves all channels.
class FlatField {
 public:
  /// Throws Error(kUnsupported) for readings that are no images; Error(kData), naming the file, for pictures of another
  /// size, and where even light is not at least a tenth of its mean above no light.
  FlatField(std::span<const Reading> flats, std::span<const Reading> darks);

  bool knows(const std::string& channel) const;
  /// (plane - dark) / (flat - dark) times the mean of flat - dark. What is full (`full` counts) or would be brighter
  /// than full stays full, so that saturation is still seen. Yields false, and changes nothing, for channels without a
  /// picture of even light. Throws Error(kData) for another size.
  bool correct(Image2& plane, const std::string& channel, double full) const;

 private:
  struct Light {
    Image2 flat;  ///< sum of the pictures, at the end their mean
    std::size_t count = 0;
    std::string shown;
  };
  void add(std::span<const Reading> readings, std::map<std::string, Light>& lights);
  const Light* of(const std::map<std::string, Light>& lights, const std::string& channel) const;
  std::map<std::string, Light> flats_, darks_;
};

/// The source with every plane corrected; label images in a folder stay as they are. A note names channels without a
/// picture of even light.
std::shared_ptr<const ImageSource> flat_corrected(std::shared_ptr<const ImageSource> source,
                                                  std::shared_ptr<const FlatField> light, const std::string& shown);

/// with_files_beside (io/images.h), for a corrected source as well.
std::shared_ptr<const ImageSource> with_files_beside_corrected(std::shared_ptr<const ImageSource> source);

}  // namespace vesica
