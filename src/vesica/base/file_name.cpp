// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/file_name.h"

#include <algorithm>
#include <array>
#include <string>

#include "vesica/base/text.h"

namespace vesica {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t begin_of_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? 0 : slash + 1;
}

/// The ending in small letters without its point; empty when there is none.
std::string ending_of(std::string_view path) {
  constexpr std::size_t kLongest = 5;
  const std::string_view name = path.substr(begin_of_name(path));
  const std::size_t point = name.rfind('.');
  if (point == std::string_view::npos || point == 0) return "";
  const std::string out = lower_ascii(name.substr(point + 1));
  const bool plain = std::all_of(out.begin(), out.end(), [](char c) { return is_digit(c) || is_letter(c); });
  const bool is_word = plain && std::any_of(out.begin(), out.end(), is_letter);
  if (!is_word || (out.size() > kLongest && out != "geojson")) return "";
  if (is_digit(out.front()) && is_digit(name[point - 1])) return "";  // "2.5ug"
  return out;
}

bool is_one_of(const std::string& ending, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), ending) != known.end();
}

}  // namespace

std::string_view without_ending(std::string_view path) {
  const std::string last = ending_of(path);
  if (last.empty()) return path;
  path.remove_suffix(last.size() + 1);
  const std::string inner = ending_of(path);
  const bool packed = is_one_of(last, {"gz", "bz2", "xz", "zst", "zip"});
  if (packed && is_one_of(inner, {"nii", "tar", "tif", "tiff", "zarr", "n5", "csv", "tsv", "txt", "json", "xml", "svg",
                                  "mrc", "nrrd", "mha", "dcm", "avi"}))
    path.remove_suffix(inner.size() + 1);
  if (ending_of(path) == "ome") path.remove_suffix(4);
  return path;
}

std::string_view file_stem(std::string_view path) {
  const std::string_view bare = without_ending(path);
  return bare.substr(begin_of_name(bare));
}

}  // namespace vesica
