// SPDX-License-Identifier: Apache-2.0
// File names taken apart into words, numbers, times and stamps, for guessing what each part means.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

struct PathToken {
  enum class Kind {
    kText,       ///< a word that may name a group
    kNumber,     ///< a bare number
    kSerial,     ///< a running number of an instrument: three digits or more with a leading zero
    kTime,       ///< "24h", "day 7"
    kReplicate,  ///< a word for a technical repeat with its number: "video 2", "rep1", "(2)"
    kSample,     ///< a word for an independent thing with its number: "rat3", "donor 2", "第2批"
    kStamp,      ///< date, time of day, or a word of the instrument: never a fact about the sample
  };
  Kind kind = Kind::kText;
  std::string text;    ///< as it stands in the path
  std::string number;  ///< its digits, when it has some
  double time_h = std::numeric_limits<double>::quiet_NaN();
  std::size_t begin = 0, end = 0;  ///< bytes of the path
  std::size_t level = 0;           ///< folder counted from the left; the file name is the last
  bool in_name = false;            ///< of the file name, not of a folder
};

/// Takes paths apart. Digits at the end of a word ("NC1") are split off when the same word stands in other paths with
/// other numbers, one of which is 0 or 1: NC1, NC2 are numbered, CD63 and CD81 are names. "D1", "D2", "D3" count, "d3",
/// "d7", "d14" are days.
std::vector<std::vector<PathToken>> path_tokens(std::span<const std::string> paths);

}  // namespace vesica
