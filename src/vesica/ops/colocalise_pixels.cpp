// SPDX-License-Identifier: Apache-2.0
// Pearson, Manders and Costes; an image in another frame.
#include <algorithm>
#include <cmath>

#include "vesica/base/require.h"
#include "vesica/ops/colocalise.h"

namespace vesica {

namespace {

constexpr std::size_t kLeastPixels = 10;  // chosen: fewer say nothing

struct Two {
  double x, y;
};

struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  double covariance() const { return xy / n - x / n * (y / n); }
  double variance_x() const { return xx / n - x / n * (x / n); }
  double variance_y() const { return yy / n - y / n * (y / n); }
  double correlation() const { return covariance() / std::sqrt(variance_x() * variance_y()); }
  void add(const Two& p) {
    n += 1;
    x += p.x;
    y += p.y;
    xx += p.x * p.x;
    yy += p.y * p.y;
    xy += p.x * p.y;
  }
};

template <typename Keep>
Moments moments_of(const std::vector<Two>& points, const Keep& keep) {
  Moments out;
  for (const Two& p : points) {
    if (keep(p)) out.add(p);
  }
  return out;
}

Two medians_of(const std::vector<Two>& points) {
  std::vector<double> x, y;
  for (const Two& p : points) {
    x.push_back(p.x);
    y.push_back(p.y);
  }
  const auto half = static_cast<std::ptrdiff_t>(points.size() / 2);
  std::nth_element(x.begin(), x.begin() + half, x.end());
  std::nth_element(y.begin(), y.begin() + half, y.end());
  return {x[points.size() / 2], y[points.size() / 2]};
}

}  // namespace

PixelColocalisation correlate_pixels(const Image2& first, const Image2& second, const Mask2& mask) {
  VESICA_REQUIRE(first.pixels.size() == second.pixels.size() && first.pixels.size() == mask.pixels.size(),
                 "channels of one size");
  std::vector<Two> points;
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if (mask.pixels[i] == 0 || !std::isfinite(first.pixels[i]) || !std::isfinite(second.pixels[i])) continue;
    points.push_back({static_cast<double>(first.pixels[i]), static_cast<double>(second.pixels[i])});
  }
  PixelColocalisation out;
  if (points.size() < kLeastPixels) return out;
  Two least = points[0], most = points[0];
  for (const Two& p : points) {
    least = {std::min(least.x, p.x), std::min(least.y, p.y)};
    most = {std::max(most.x, p.x), std::max(most.y, p.y)};
  }
  if (least.x == most.x || least.y == most.y) return out;
  for (Two& p : points) p = {p.x - least.x, p.y - least.y};
  const Moments all = moments_of(points, [](const Two&) { return true; });
  out.pearson = all.correlation();
  if (!(out.pearson > 0)) return out;
  // Orthogonal regression y = slope x + intercept; from the top down until the pixels below do not correlate.
  const double difference = all.variance_y() - all.variance_x();
  const double slope =
      (difference + std::sqrt(difference * difference + 4 * std::pow(all.covariance(), 2))) / (2 * all.covariance());
  const double intercept = all.y / all.n - slope * all.x / all.n;
  double low = 0, high = most.x - least.x;
  constexpr int kHalvings = 40;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high), line = slope * middle + intercept;
    const Moments below = moments_of(points, [&](const Two& p) { return p.x < middle || p.y < line; });
    const bool correlated = below.n >= static_cast<double>(kLeastPixels) && below.correlation() > 0;
    (correlated ? high : low) = middle;
  }
  const Two threshold{low, std::max(0.0, slope * low + intercept)};
  out.first_threshold = threshold.x + least.x;
  out.second_threshold = threshold.y + least.y;
  const Two middle = medians_of(points);
  Two shared{0, 0}, whole{0, 0};
  for (const Two& p : points) {
    const Two light{std::max(0.0, p.x - middle.x), std::max(0.0, p.y - middle.y)};
    whole = {whole.x + light.x, whole.y + light.y};
    if (p.y > threshold.y) shared.x += light.x;
    if (p.x > threshold.x) shared.y += light.y;
  }
  if (whole.x > 0) out.m1 = shared.x / whole.x;
  if (whole.y > 0) out.m2 = shared.y / whole.y;
  return out;
}

Image2 moved_image(const Image2& image, const Affine2& map) {
  const double determinant = map.xx * map.yy - map.xy * map.yx;
  VESICA_REQUIRE(std::abs(determinant) > 1e-9, "a map that cannot be turned round");
  Image2 out(image.width, image.height);
  if (image.width < 2 || image.height < 2) return image;
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      const double px = static_cast<double>(x) - map.dx, py = static_cast<double>(y) - map.dy;
      const double sx =
          std::clamp((map.yy * px - map.xy * py) / determinant, 0.0, static_cast<double>(image.width - 1));
      const double sy =
          std::clamp((map.xx * py - map.yx * px) / determinant, 0.0, static_cast<double>(image.height - 1));
      const auto i = std::min(static_cast<std::size_t>(sx), image.width - 2);
      const auto j = std::min(static_cast<std::size_t>(sy), image.height - 2);
      const double right = sx - static_cast<double>(i), down = sy - static_cast<double>(j);
      const auto at = [&](std::size_t a, std::size_t b) { return static_cast<double>(image.at(a, b)); };
      const double above = at(i, j) + right * (at(i + 1, j) - at(i, j));
      const double below = at(i, j + 1) + right * (at(i + 1, j + 1) - at(i, j + 1));
      out.at(x, y) = static_cast<float>(above + down * (below - above));
    }
  }
  return out;
}

}  // namespace vesica
