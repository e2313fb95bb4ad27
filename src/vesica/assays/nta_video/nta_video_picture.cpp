// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/nta_video/nta_video_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/number.h"
#include "vesica/io/overlay.h"

namespace vesica::nta_video {

namespace {

constexpr std::size_t kTail = 15;   // frames of a track that are drawn; chosen
constexpr double kRingPx = 7;       // radius of a ring on the drawn picture; chosen
constexpr std::size_t kSide = 700;  // pixels that small frames are enlarged to; chosen

void dot(Mask2& mask, double x, double y) {
  const auto i = static_cast<std::ptrdiff_t>(std::lround(x)), j = static_cast<std::ptrdiff_t>(std::lround(y));
  if (i < 0 || j < 0 || i >= static_cast<std::ptrdiff_t>(mask.width) || j >= static_cast<std::ptrdiff_t>(mask.height))
    return;
  mask.at(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = 1;
}
void line(Mask2& mask, double x0, double y0, double x1, double y1) {
  const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0)))));
  for (int k = 0; k <= steps; ++k) dot(mask, x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps);
}
void ring(Mask2& mask, double x, double y) {
  constexpr int kPoints = 48;
  for (int k = 0; k < kPoints; ++k) {
    const double angle = 2 * std::acos(-1.0) * k / kPoints;
    dot(mask, x + kRingPx * std::cos(angle), y + kRingPx * std::sin(angle));
  }
}

Image2 enlarged(const Image2& image, std::size_t by) {
  Image2 out(image.width * by, image.height * by);
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) out.at(x, y) = image.at(x / by, y / by);
  }
  return out;
}

}  // namespace

std::string overlay_png(const Film& film, double pixel_um) {
  if (film.picture.empty()) return "";
  const std::size_t longest = std::max(film.width, film.height);
  const std::size_t by = std::max<std::size_t>(1, kSide / longest);
  const Image2 image = enlarged(film.picture, by);
  Mask2 rings(image.width, image.height), tails(image.width, image.height);
  const auto place = [&](double at) { return (at + 0.5) * static_cast<double>(by) - 0.5; };
  for (const Seen& seen : film.seen) {
    if (seen.first > film.picture_frame || seen.first + seen.x.size() <= film.picture_frame) continue;
    const std::size_t now = film.picture_frame - seen.first;
    ring(rings, place(seen.x[now]), place(seen.y[now]));
    for (std::size_t k = now > kTail ? now - kTail : 0; k < now; ++k)
      line(tails, place(seen.x[k]), place(seen.y[k]), place(seen.x[k + 1]), place(seen.y[k + 1]));
  }
  const std::array<OverlayLayer, 2> layers = {OverlayLayer{&tails, kOverlaySky}, OverlayLayer{&rings, kOverlayOrange}};
  OverlayOptions options;
  if (pixel_um > 0) options.pixel_um = pixel_um / static_cast<double>(by);
  return render_overlay(image, layers, options);
}

std::string track_table(const Film& film, const Sizes& sizes, const std::vector<std::size_t>& which) {
  std::string out =
      "track\tfirst_frame\tframes\tx_px\ty_px\tdiffusion_um2_s\tdiffusion_sd_um2_s\tdiameter_nm\tsignal\tmass\n";
  for (std::size_t i = 0; i < which.size(); ++i) {
    const Seen& seen = film.seen[which[i]];
    double x = 0, y = 0;
    for (std::size_t k = 0; k < seen.x.size(); ++k) {
      x += seen.x[k] / static_cast<double>(seen.x.size());
      y += seen.y[k] / static_cast<double>(seen.x.size());
    }
    const double diameter = sizes.conditions.diameter(sizes.diffusion[i]);
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", i + 1, seen.first + 1, seen.x.size(),
                       readable_number(x, 5), readable_number(y, 5), readable_number(sizes.diffusion[i], 5),
                       readable_number(sizes.diffusion_sd[i], 3),
                       std::isfinite(diameter) ? readable_number(diameter, 5) : "", readable_number(seen.signal, 4),
                       readable_number(seen.mass, 4));
  }
  return out;
}

}  // namespace vesica::nta_video
