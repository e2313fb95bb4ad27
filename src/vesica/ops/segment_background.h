// SPDX-License-Identifier: Apache-2.0
// Uneven light: flat fields, and the background under an image by a rolling ball, an opening or a median.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// (image - dark) / (flat - dark) times the mean of flat - dark, so that the counts keep their size. `dark` may be
/// empty (0). Pixels where the flat field is not above the dark one become NaN. Requires planes of one size.
Image2 flat_field(const Image2& image, const Image2& flat, const Image2& dark);

/// The background that ImageJ's "Subtract Background" (1.54p; bright objects on dark, no sliding paraboloid) finds with
/// a ball of `radius` pixels: 3x3 mean unless `smooth` is false, minima of blocks of 1, 2, 4 or 8 pixels (radius to 10,
/// 30, 100, above), opening by the top of a ball, linear enlargement. Source: Sternberg 1983
/// (10.1109/MC.1983.1654163) and ImageJ. Requires radius > 0; an image of one row or column of blocks is enlarged by
/// repetition. Objects wider than the ball become background.
Image2 rolling_ball(const Image2& image, double radius, bool smooth = true);

/// Greyscale opening with a square of 2 * radius + 1 pixels on block minima (blocks of about radius / 8 pixels), the
/// blocks smoothed and enlarged linearly: the lower envelope at that width. Our choice.
Image2 opened_background(const Image2& image, double radius);

/// Median of blocks in a window of about 2 * radius + 1 pixels (blocks of about radius / 8), enlarged linearly: the
/// usual level, right while objects cover less than half of every window. Our choice.
Image2 median_background(const Image2& image, double radius);

/// How a background is sought.
enum class BackgroundMethod { kNone, kRollingBall, kOpening, kMedian };
std::optional<BackgroundMethod> background_named(
    std::string_view name);  ///< "none", "rolling_ball", "opening", "median"

/// A background that is known in blocks of step by step pixels, interpolated linearly row by row where it is wanted:
/// the whole of it would be one more image.
class BackgroundRows {
 public:
  /// Requires blocks that cover width by height pixels.
  BackgroundRows(Image2 blocks, std::size_t step, std::size_t width, std::size_t height);
  const float* row(std::size_t y);  ///< until the next call

 private:
  struct Between {
    std::uint32_t low = 0, high = 0;
    float share = 1;  ///< of low
  };
  static std::vector<Between> between(std::size_t length, std::size_t blocks, std::size_t step);
  void line(std::size_t blocks, std::vector<float>& to) const;

  Image2 blocks_;
  std::size_t step_;
  std::vector<Between> columns_, rows_;
  std::size_t known_;                        ///< the row of blocks whose lines are in first_ and second_
  std::vector<float> first_, second_, row_;  ///< rows of blocks as wide as the image; what lies between them
};
/// Of the method; kNone, or no radius: the least pixel of the image everywhere.
BackgroundRows background_rows(const Image2& image, BackgroundMethod method, double radius);

/// image minus the background of the method (may become negative). kNone: the image.
Image2 without_background(const Image2& image, BackgroundMethod method, double radius);

}  // namespace vesica
