// SPDX-License-Identifier: Apache-2.0
// Words that stand in a picture (tesseract, in the reading program vesica-read).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/io/worker.h"
#include "vesica/settings/value.h"

namespace vesica {

/// A word and its box in pixels of the picture, x1 and y1 exclusive.
struct PictureWord {
  std::string text;  ///< UTF-8, at most 200 bytes
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  double confidence = 0;  ///< 0 to 100, as the recogniser states it
};

/// Largest picture that is read. Chosen: a banner of a 16 k camera.
inline constexpr std::size_t kMaxTextPixels = std::size_t{1} << 24;

/// The words of a picture of dark text on bright ground, from top to bottom, each line from left to right. Values are
/// cut to 0..255. Letters about 30 pixels high are read best. An empty picture holds no words; one beyond
/// kMaxTextPixels throws Error(kData). Throws Error(kUnsupported) where the recogniser or its English data are missing,
/// else as open_in_worker.
std::vector<PictureWord> read_text(const Image2& picture, const std::string& shown, const WorkerLimits& limits = {});

/// The words of the reading program's answer about a picture of that size, none of it believed: Error(kData).
std::vector<PictureWord> words_from_value(const Value& answer, std::size_t width, std::size_t height);

}  // namespace vesica
