// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_focus.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
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

/// The steepest slope within two pixels, which is the edge's own where outlines lie a little beside it.
double steepest_near(const Image2& image, std::size_t x, std::size_t y) {
  constexpr std::size_t kReach = 2;
  float out = 0;
  for (std::size_t v = std::max(y, kReach + 1) - kReach; v <= std::min(y + kReach, image.height - 2); ++v) {
    const float *up = image.row(v - 1).data(), *here = image.row(v).data(), *down = image.row(v + 1).data();
    for (std::size_t u = std::max(x, kReach + 1) - kReach; u <= std::min(x + kReach, image.width - 2); ++u) {
      const float dx = here[u + 1] - here[u - 1], dy = down[u] - up[u];
      out = std::max(out, dx * dx + dy * dy);
    }
  }
  return std::sqrt(static_cast<double>(out)) / 2;
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
      slopes[static_cast<std::size_t>(label)].push_back(steepest_near(image, x, y));
    }
  }
  std::vector<double> out;
  for (std::vector<double>& each : slopes) out.push_back(middle_of(std::move(each)));
  return out;
}

}  // namespace

double EdgeBlur::share_of_bound() const {
  constexpr double kShare = 0.085, kPixels = 1.6;
  return width / std::max(kShare * diameter, kPixels);
}

EdgeBlur edge_blur(const Labels2& labels, const Image2& image) {
  VESICA_REQUIRE(labels.width == image.width && labels.height == image.height, "planes of one size");
  constexpr double kFirst = 1, kKnown = 0.1;  // pixels; diameters
  constexpr std::size_t kFewest = 3;          // chosen: of two objects either may be debris
  std::vector<double> diameters, widths;
  const std::vector<std::size_t> areas = label_areas(labels);
  for (std::size_t label = 1; label < areas.size(); ++label)
    if (areas[label] > 0) diameters.push_back(2 * std::sqrt(static_cast<double>(areas[label]) / std::numbers::pi));
  EdgeBlur out;
  if (diameters.empty()) return out;
  out.diameter = middle_of(std::move(diameters));
  const double known = std::max(1.0, kKnown * out.diameter);
  const std::vector<double> sharp = edge_slopes(gaussian(image, kFirst), labels);
  const std::vector<double> soft = edge_slopes(gaussian(image, std::hypot(kFirst, known)), labels);
  for (std::size_t i = 1; i < sharp.size(); ++i) {
    const double ratio = sharp[i] / soft[i];
    if (!(ratio > 1)) continue;
    widths.push_back(std::sqrt(std::max(0.0, known * known / (ratio * ratio - 1) - kFirst * kFirst)));
  }
  const bool enough = widths.size() >= kFewest;
  out.width = middle_of(std::move(widths));
  out.is_blurred = enough && out.share_of_bound() > 1;
  return out;
}

}  // namespace vesica
