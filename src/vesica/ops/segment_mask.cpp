// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_mask.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vesica/base/require.h"
#include "vesica/ops/image_cv.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

namespace {

/// The mask with `margin` more pixels on every side, which repeat its border.
Mask2 framed(const Mask2& mask, std::size_t margin) {
  Mask2 out(mask.width + 2 * margin, mask.height + 2 * margin);
  for (std::size_t y = 0; y < out.height; ++y) {
    const std::size_t from = std::min(mask.height - 1, y > margin ? y - margin : 0);
    for (std::size_t x = 0; x < out.width; ++x) {
      out.at(x, y) = mask.at(std::min(mask.width - 1, x > margin ? x - margin : 0), from);
    }
  }
  return out;
}

Mask2 unframed(const Mask2& mask, std::size_t margin) {
  Mask2 out(mask.width - 2 * margin, mask.height - 2 * margin);
  for (std::size_t y = 0; y < out.height; ++y) {
    const auto row = mask.row(y + margin).subspan(margin, out.width);
    std::copy(row.begin(), row.end(), out.row(y).begin());
  }
  return out;
}

/// All pixels within `radius` of the mask, nothing known beyond the image.
Mask2 within(const Mask2& mask, double radius) {
  // Distances are exact to the last bits of a float; a radius that equals one must include it.
  const auto reach = static_cast<float>(radius * (1 + 1e-6));
  const Image2 distance = distance_to(mask);
  Mask2 out(mask.width, mask.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = distance.pixels[i] <= reach ? 1 : 0;
  return out;
}

std::size_t margin_of(double radius) { return static_cast<std::size_t>(std::ceil(radius)) + 1; }

}  // namespace

Mask2 below(const Image2& image, double threshold) {
  Mask2 out(image.width, image.height);
  const auto limit = static_cast<float>(threshold);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = image.pixels[i] < limit ? 1 : 0;
  return out;
}

Image2 distance_to(const Mask2& mask) {
  Image2 out(mask.width, mask.height, std::numeric_limits<float>::infinity());
  if (mask.empty() || area(mask) == 0) return out;
  const Mask2 outside = inverse(mask);
  ops::opencv([&] {
    cv::Mat target = ops::view(out);
    cv::distanceTransform(ops::view(outside), target, cv::DIST_L2, cv::DIST_MASK_PRECISE, CV_32F);
  });
  return out;
}

Mask2 dilate(const Mask2& mask, double radius) { return mask.empty() || !(radius >= 1) ? mask : within(mask, radius); }

Mask2 erode(const Mask2& mask, double radius) { return inverse(dilate(inverse(mask), radius)); }

Mask2 open(const Mask2& mask, double radius) {
  if (mask.empty() || !(radius >= 1)) return mask;
  const std::size_t margin = margin_of(radius);
  return unframed(dilate(erode(framed(mask, margin), radius), radius), margin);
}

Mask2 close(const Mask2& mask, double radius) { return inverse(open(inverse(mask), radius)); }

Mask2 inverse(const Mask2& mask) {
  Mask2 out = mask;
  for (std::uint8_t& value : out.pixels) value = value == 0 ? 1 : 0;
  return out;
}

std::size_t area(const Mask2& mask) {
  return static_cast<std::size_t>(
      std::count_if(mask.pixels.begin(), mask.pixels.end(), [](std::uint8_t value) { return value != 0; }));
}

Components components(const Mask2& mask, bool diagonal) {
  Components out{Labels2(mask.width, mask.height), {}};
  if (mask.empty()) return out;
  std::vector<PixelRun> runs = runs_of(mask);
  out.objects.resize(connect_runs(runs, diagonal));
  for (const PixelRun& run : runs) {
    std::fill_n(out.labels.row(run.y).data() + run.begin, run.size(), static_cast<std::int32_t>(run.piece) + 1);
    Component& object = out.objects[run.piece];
    if (object.area == 0) object = {0, run.begin, run.y, run.end, run.y};
    object.area += run.size();
    object.x0 = std::min<std::size_t>(object.x0, run.begin);
    object.x1 = std::max<std::size_t>(object.x1, run.end);
    object.y1 = run.y + 1;
  }
  return out;
}

Mask2 fill_holes(const Mask2& mask) {
  std::vector<PixelRun> outside = runs_of(inverse(mask));
  std::vector<std::uint8_t> reaches(connect_runs(outside, false), 0);
  for (const PixelRun& run : outside) {
    if (run.begin == 0 || run.end == mask.width || run.y == 0 || run.y + 1 == mask.height) reaches[run.piece] = 1;
  }
  Mask2 out = mask;
  for (const PixelRun& run : outside) {
    if (reaches[run.piece] == 0) std::fill_n(out.row(run.y).data() + run.begin, run.size(), std::uint8_t{1});
  }
  return out;
}

Mask2 outline(const Mask2& mask, double width) {
  const Mask2 near_outside = dilate(inverse(mask), width);
  Mask2 out = mask;
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = (mask.pixels[i] != 0 && near_outside.pixels[i] != 0) ? 1 : 0;
  return out;
}

}  // namespace vesica
