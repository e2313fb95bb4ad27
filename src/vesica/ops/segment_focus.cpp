// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_focus.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Sobel's slope, counts a pixel; 0 on the rim of the picture.
float slope_at(const Image2& image, std::size_t x, std::size_t y) {
  if (x == 0 || y == 0 || x + 1 >= image.width || y + 1 >= image.height) return 0;
  const float* up = image.row(y - 1).data() + x;
  const float* here = image.row(y).data() + x;
  const float* down = image.row(y + 1).data() + x;
  const float dx = (up[1] - up[-1] + 2 * (here[1] - here[-1]) + down[1] - down[-1]) / 8;
  const float dy = (down[-1] - up[-1] + 2 * (down[0] - up[0]) + down[1] - up[1]) / 8;
  return std::hypot(dx, dy);
}

float steepest_near(const Image2& image, std::size_t x, std::size_t y) {
  constexpr std::size_t kReach = 2;
  float out = 0;
  for (std::size_t v = y > kReach ? y - kReach : 0; v <= std::min(y + kReach, image.height - 1); ++v)
    for (std::size_t u = x > kReach ? x - kReach : 0; u <= std::min(x + kReach, image.width - 1); ++u)
      out = std::max(out, slope_at(image, u, v));
  return out;
}

template <typename T>
double median_of(std::vector<T>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return static_cast<double>(*middle);
}

}  // namespace

std::vector<double> edge_widths(const Labels2& labels, const Image2& image, const std::vector<double>& heights) {
  VESICA_REQUIRE(labels.width == image.width && labels.height == image.height, "labels lie on their image");
  const Mask2 edges = label_edges(labels);
  std::vector<std::vector<float>> slopes(static_cast<std::size_t>(greatest_label(labels)) + 1);
  std::vector<bool> there(slopes.size(), false);
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      const auto label = static_cast<std::size_t>(labels.at(x, y));
      there[label] = true;
      if (label > 0 && edges.at(x, y) != 0) slopes[label].push_back(steepest_near(image, x, y));
    }
  }
  std::vector<double> out;
  for (std::size_t label = 1; label < slopes.size(); ++label) {
    if (!there[label]) continue;
    const double height = out.size() < heights.size() ? heights[out.size()] : kNone;
    const double slope = slopes[label].empty() ? 0 : median_of(slopes[label]);
    out.push_back(height > 0 && slope > 0 ? height / (std::sqrt(2 * std::numbers::pi) * slope) : kNone);
  }
  return out;
}

EdgeBlur edge_blur(const Labels2& labels, const Image2& image, const std::vector<double>& heights) {
  constexpr std::size_t kFewest = 5;
  constexpr double kShare = 0.072, kPixels = 0.78;
  std::vector<double> widths = edge_widths(labels, image, heights), radii, good;
  const std::vector<std::size_t> areas = label_areas(labels);
  for (std::size_t label = 1; label < areas.size(); ++label)
    if (areas[label] > 0) radii.push_back(std::sqrt(static_cast<double>(areas[label]) / std::numbers::pi));
  EdgeBlur out;
  std::vector<double> sizes;
  for (std::size_t k = 0; k < widths.size(); ++k) {
    if (!std::isfinite(widths[k])) continue;
    good.push_back(widths[k]);
    sizes.push_back(radii[k]);
  }
  if (good.size() < kFewest) return out;
  out.width = median_of(good);
  out.radius = median_of(sizes);
  out.is_blurred = out.width > kShare * out.radius + kPixels;
  return out;
}

}  // namespace vesica
