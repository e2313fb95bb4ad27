// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/labels_tiff.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

void append(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// One entry of the directory (TIFF 6.0, section 2): 3 short, 4 long, 2 text, 5 ratio.
void entry(std::string& out, std::uint32_t tag, std::uint32_t type, std::uint64_t count, std::uint64_t value) {
  append(out, tag, 2);
  append(out, type, 2);
  append(out, count, 4);
  append(out, value, 4);
}

}  // namespace

std::string write_labels_tiff(const Labels2& labels, double pixel_um) {
  const std::int32_t top = labels.empty() ? 0 : *std::max_element(labels.pixels.begin(), labels.pixels.end());
  const std::size_t bytes = top > 65535 ? 4 : 2, size = labels.pixels.size() * bytes;
  VESICA_REQUIRE(!labels.empty() && size < (std::size_t{1} << 32) - 4096, "labels fit a classic TIFF");
  std::string about = "ImageJ=1.54p\n";
  if (pixel_um > 0) about += "unit=micron\n";
  about += '\0';
  if (about.size() % 2 == 1) about += '\0';
  std::string out = "II";
  append(out, 42, 2);
  const std::size_t entries = 12, ratio_at = 8 + 2 + entries * 12 + 4, about_at = ratio_at + 8;
  const std::size_t pixels_at = about_at + about.size();
  append(out, 8, 4);
  append(out, entries, 2);
  entry(out, 256, 4, 1, labels.width);
  entry(out, 257, 4, 1, labels.height);
  entry(out, 258, 3, 1, bytes * 8);
  entry(out, 259, 3, 1, 1);  // not compressed
  entry(out, 262, 3, 1, 1);  // 0 is black
  entry(out, 270, 2, about.size(), about_at);
  entry(out, 273, 4, 1, pixels_at);
  entry(out, 277, 3, 1, 1);
  entry(out, 278, 4, 1, labels.height);
  entry(out, 279, 4, 1, size);
  entry(out, 282, 5, 1, ratio_at);
  entry(out, 283, 5, 1, ratio_at);
  append(out, 0, 4);
  // Pixels per micrometre as a ratio of whole numbers; ImageJ's unit stands in the description.
  constexpr double kParts = 1e6;
  append(out, pixel_um > 0 ? static_cast<std::uint64_t>(std::llround(kParts / pixel_um)) & 0xFFFFFFFFU : 1, 4);
  append(out, pixel_um > 0 ? static_cast<std::uint64_t>(kParts) : 1, 4);
  out += about;
  for (const std::int32_t label : labels.pixels) append(out, static_cast<std::uint64_t>(label), bytes);
  return out;
}

Labels2 labels_from(const Image2& image, const std::string& file) {
  constexpr float kMost = 16777216;
  Labels2 out(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const float value = image.pixels[i];
    if (!(value >= 0 && value <= kMost) || value != std::floor(value)) {
      throw Error(ErrorKind::kData, say("This is no label image: a pixel holds {}.", exact_number(value)),
                  Place{file, 0, 0, ""}, say("Label images hold 0 outside and a whole number for every object."));
    }
    out.pixels[i] = static_cast<std::int32_t>(value);
  }
  return out;
}

}  // namespace vesica
