// SPDX-License-Identifier: Apache-2.0
// The tree of tags in Gatan's DM3 and DM4 files, as a list of paths.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/os/bytes.h"

namespace vesica {

/// One tag: a number, or where an array lies in the file.
struct DmTag {
  double number = 0;
  bool is_array = false;
  int type = 0;             ///< of the number or of the array's items: 2 short, 4 unsigned short, 6 float, ...
  std::uint64_t start = 0;  ///< of an array
  std::uint64_t count = 0;
};

class DmTags {
 public:
  /// Reads every tag; arrays are only located. Throws Error(kData) for what is no DM file, is cut off, or is deeper or
  /// larger than any program writes.
  DmTags(const ByteSource& bytes, const std::string& file);

  bool little_endian() const { return little_endian_; }
  /// Names joined by '/', unnamed ones by their number: "ImageList/1/ImageData/DataType".
  std::optional<double> number(const std::string& path) const;
  const DmTag* find(const std::string& path) const;
  /// An array of 16-bit characters as UTF-8; "" when there is none.
  std::string text(const std::string& path) const;

 private:
  const ByteSource& bytes_;
  bool little_endian_ = true;
  std::map<std::string, DmTag> tags_;
};

}  // namespace vesica
