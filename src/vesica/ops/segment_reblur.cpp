// SPDX-License-Identifier: Apache-2.0
// Blur of edges by blurring them further.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_focus.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

/// NaN for none.
double middle_of(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Steepness of the image along the edges of labels, the median of each.
std::vector<double> edge_slopes(const Image2& image, const Labels2& labels) {
  std::vector<std::vector<double>> slopes(static_cast<std::size_t>(greatest_label(labels)) + 1);
  for (std::size_t y = 1; y + 1 < labels.height; ++y) {
    for (std::size_t x = 1; x + 1 < labels.width; ++x) {
      const std::int32_t label = labels.at(x, y);
      if (label == 0) continue;
      // Towards the ground: between touching nuclei the edge tells nothing.
      const bool out =
          labels.at(x - 1, y) == 0 || labels.at(x + 1, y) == 0 || labels.at(x, y - 1) == 0 || labels.at(x, y + 1) == 0;
      if (!out) continue;
      const double dx = 0.5 * static_cast<double>(image.at(x + 1, y) - image.at(x - 1, y));
      const double dy = 0.5 * static_cast<double>(image.at(x, y + 1) - image.at(x, y - 1));
      slopes[static_cast<std::size_t>(label)].push_back(std::hypot(dx, dy));
    }
  }
  std::vector<double> out;
  for (std::vector<double>& each : slopes) out.push_back(middle_of(std::move(each)));
  return out;
}

}  // namespace

double reblurred_width(const Labels2& labels, const Image2& image, double object_px) {
  VESICA_REQUIRE(labels.width == image.width && labels.height == image.height, "planes of one size");
  constexpr double kFirst = 1, kKnown = 0.1;  // pixels; of an object
  const double known = std::max(1.0, kKnown * object_px);
  const std::vector<double> sharp = edge_slopes(gaussian(image, kFirst), labels);
  const std::vector<double> soft = edge_slopes(gaussian(image, std::hypot(kFirst, known)), labels);
  std::vector<double> widths;
  for (std::size_t i = 1; i < sharp.size(); ++i) {
    const double ratio = sharp[i] / soft[i];
    if (!(ratio > 1)) continue;
    widths.push_back(std::sqrt(std::max(0.0, known * known / (ratio * ratio - 1) - kFirst * kFirst)));
  }
  return middle_of(std::move(widths));
}

}  // namespace vesica
