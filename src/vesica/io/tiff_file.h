// SPDX-License-Identifier: Apache-2.0
// TIFF through libtiff: the list of pages, and a part of one page as samples.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/os/bytes.h"
#include "vesica/io/raster.h"

namespace vesica {

/// What one page (image file directory) says.
struct TiffPage {
  std::uint64_t offset = 0;  ///< of the directory
  std::size_t width = 0, height = 0, samples = 1;
  SampleType type = SampleType::kU8;
  bool one_bit = false;  ///< stored as bits, given as 0 and 255
  bool colour = false;   ///< red, green, blue in the first three samples
  bool palette = false;  ///< one sample, an index into colours
  bool grey_palette = false;
  bool inverted = false;         ///< 0 is white
  bool reduced = false;          ///< a smaller copy of another page
  bool packed = false;           ///< compressed
  std::uint64_t first_byte = 0;  ///< of the pixels, when they lie in one piece and are not compressed; else 0
};

/// Private tags that tiff_vendor.h understands.
inline constexpr std::uint32_t kTiffSisTag = 33560;
inline constexpr std::uint32_t kTiffImagejSizes = 50838, kTiffImagejBytes = 50839;
inline constexpr std::uint32_t kTiffVendorTags[] = {kTiffSisTag, 34118, 34680, 34682, 65003, 65004, 65009, 65010};

struct TiffTags {
  std::string description, software;
  double x_resolution = 0, y_resolution = 0;
  int resolution_unit = 2;                     ///< 1 none, 2 inch, 3 centimetre (TIFF 6.0)
  std::map<std::uint32_t, std::string> texts;  ///< of kTiffVendorTags, by number; bytes as stored
  std::map<std::uint32_t, double> numbers;     ///< the first number of each
  std::vector<std::uint32_t> imagej_sizes;     ///< of the pieces in imagej_bytes
  std::string imagej_bytes;                    ///< labels of slices and more, as stored
};

class TiffFile {
 public:
  /// Reads the directories. Error(kData) for damage and sizes beyond raster.h, Error(kUnsupported) for a packing or
  /// pixel kind that is not read, with the conversion.
  TiffFile(std::shared_ptr<const ByteSource> bytes, std::string file);
  ~TiffFile();
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  const std::vector<TiffPage>& pages() const { return pages_; }
  std::size_t main_page() const { return main_page_; }  ///< the first, unless a vendor puts a preview before it
  const TiffTags& tags() const { return tags_; }        ///< of the main page
  bool big_endian() const;
  /// A part of a page in the file's own samples; palettes become colours (`as_index`: stay indices), JPEG colours red,
  /// green, blue. Requires a part within the page.
  RawPlane read(const TiffPage& page, const Box3& part, bool as_index) const;

 private:
  struct State;
  void scan();
  std::unique_ptr<State> state_;
  std::vector<TiffPage> pages_;
  std::size_t main_page_ = 0;
  TiffTags tags_;
};

}  // namespace vesica
