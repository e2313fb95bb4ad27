// SPDX-License-Identifier: Apache-2.0
// Spots: closed forms, a slow twin, same bytes for any number of threads.
#include "vesica/ops/track_locate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/track_band.h"

namespace vesica {
namespace {

/// Gaussian spots of unit sigma * `sigma` on a flat ground with noise of `noise` counts.
Image2 spots_image(const std::vector<std::array<double, 3>>& spots, double sigma, double noise, std::uint64_t seed,
                   std::size_t width = 120, std::size_t height = 100) {
  Image2 image(width, height, 50);
  Random random(seed);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      double v = 50 + noise * random.normal();
      for (const auto& [sx, sy, peak] : spots) {
        const double dx = static_cast<double>(x) - sx, dy = static_cast<double>(y) - sy;
        v += peak * std::exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      }
      image.at(x, y) = static_cast<float>(v);
    }
  }
  return image;
}

LocateSettings of_diameter(int diameter, double min_mass) {
  LocateSettings s;
  s.diameter = diameter;
  s.min_mass = min_mass;
  return s;
}

TEST(TrackLocate, FindsSpotsToHundredthsOfAPixel) {
  const std::vector<std::array<double, 3>> truth = {{20.3, 30.7, 80}, {60.0, 50.5, 100}, {95.49, 71.26, 60}};
  const Located found = locate(spots_image(truth, 1.5, 0, 1), of_diameter(11, 50));
  ASSERT_EQ(found.spots.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(found.spots[i].x, truth[i][0], 0.02);
    EXPECT_NEAR(found.spots[i].y, truth[i][1], 0.02);
    // Nothing of the background is left in the raw mass: peak * 2 pi sigma^2 above 50 counts in 81 pixels.
    EXPECT_NEAR(found.spots[i].raw_mass - 81 * 50, truth[i][2] * 2 * std::numbers::pi * 2.25, 0.01 * truth[i][2] * 14);
    // Round but for the centre, which counts as angle 0: I0 / (sum I - I0), here 0.1.
    EXPECT_LT(found.spots[i].eccentricity, 0.12);
  }
  EXPECT_NEAR(found.background, 50, 0.5);
}

TEST(TrackLocate, DarkSpotsAreBrightOnesTurnedRound) {
  const Image2 bright = spots_image({{20.3, 30.7, 80}, {60, 50.5, 100}}, 1.5, 1, 2);
  Image2 dark = bright;
  for (float& v : dark.pixels) v = 255 - v;
  LocateSettings s = of_diameter(9, 100);
  const Located a = locate(bright, s);
  s.dark = true;
  const Located b = locate(dark, s);
  ASSERT_EQ(a.spots.size(), 2U);
  ASSERT_EQ(b.spots.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(a.spots[i].x, b.spots[i].x, 1e-3);
    EXPECT_NEAR(a.spots[i].mass, b.spots[i].mass, 1e-2);
    EXPECT_NEAR(a.spots[i].error_px, b.spots[i].error_px, 1e-4);
  }
}

TEST(TrackLocate, NothingToFind) {
  const LocateSettings s = of_diameter(9, 0);
  EXPECT_TRUE(locate(Image2(), s).spots.empty());
  EXPECT_TRUE(locate(Image2(1, 1, 3.0F), s).spots.empty());
  EXPECT_TRUE(locate(Image2(8, 40, 3.0F), s).spots.empty());
  const Located flat = locate(Image2(40, 40, 3.0F), s);
  EXPECT_TRUE(flat.spots.empty());
  EXPECT_NEAR(flat.background, 3, 1e-6);
  EXPECT_NEAR(flat.noise, 0, 1e-6);
}

/// The same again in double precision, pixel by pixel.
std::vector<std::pair<std::size_t, std::size_t>> maxima_slowly(const Image2& image, const LocateSettings& s,
                                                               Plane<double>& band) {
  const int r = static_cast<int>(4 * s.noise_sigma + 0.5), half = s.diameter / 2;
  const int w = static_cast<int>(image.width), h = static_cast<int>(image.height);
  band = Plane<double>(image.width, image.height);
  const auto inside = [&](int x, int y) { return x >= 0 && y >= 0 && x < w && y < h; };
  const auto pixel = [&](int x, int y) { return image.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)); };
  double norm = 0;
  for (int i = -r; i <= r; ++i) norm += std::exp(-i * i / (2 * s.noise_sigma * s.noise_sigma));
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      double blurred = 0, mean = 0;
      for (int j = -r; j <= r; ++j)
        for (int i = -r; i <= r; ++i)
          if (inside(x + i, y + j))
            blurred += pixel(x + i, y + j) * std::exp(-(i * i + j * j) / (2 * s.noise_sigma * s.noise_sigma));
      for (int j = -half; j <= half; ++j)
        for (int i = -half; i <= half; ++i)
          mean += pixel(std::clamp(x + i, 0, w - 1), std::clamp(y + j, 0, h - 1)) / (s.diameter * s.diameter);
      const double v = blurred / (norm * norm) - mean;
      band.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) = v >= s.threshold ? v : 0;
    }
  }
  std::vector<double> lit;
  for (const double v : band.pixels)
    if (v > 0) lit.push_back(v);
  std::sort(lit.begin(), lit.end());
  const double rank = s.percentile / 100 * static_cast<double>(lit.size() - 1);
  const auto low = static_cast<std::size_t>(rank);
  const double limit = lit[low] + (rank - std::floor(rank)) * (lit[std::min(low + 1, lit.size() - 1)] - lit[low]);
  const int side = static_cast<int>((s.diameter + 1) * std::numbers::sqrt2), margin = half;
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (int y = margin; y < h - margin; ++y) {
    for (int x = margin; x < w - margin; ++x) {
      const double v = band.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
      bool most = v > limit;
      for (int j = -(side - 1) / 2; j <= side / 2 && most; ++j)
        for (int i = -(side - 1) / 2; i <= side / 2; ++i)
          if (inside(x + i, y + j) && band.at(static_cast<std::size_t>(x + i), static_cast<std::size_t>(y + j)) > v)
            most = false;
      if (most) found.emplace_back(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
    }
  }
  return found;
}

TEST(TrackLocate, AgreesWithTheSlowTwin) {
  Random random(5);
  for (const auto& [width, height, diameter] : {std::tuple{61, 47, 5}, std::tuple{40, 64, 9}, std::tuple{33, 33, 7}}) {
    std::vector<std::array<double, 3>> spots;
    for (int i = 0; i < 12; ++i)
      spots.push_back({random.uniform(0, width), random.uniform(0, height), random.uniform(5, 60)});
    const Image2 image = spots_image(spots, 1.2, 2, static_cast<std::uint64_t>(diameter),
                                     static_cast<std::size_t>(width), static_cast<std::size_t>(height));
    const LocateSettings s = of_diameter(diameter, 0);
    Plane<double> slow;
    const auto expected = maxima_slowly(image, s, slow);
    ops::Band band(s);
    band.pass(image);
    for (std::size_t i = 0; i < slow.pixels.size(); ++i) EXPECT_NEAR(band.band[i], slow.pixels[i], 2e-4) << i;
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (const std::size_t i : band.maxima(band.percentile())) found.emplace_back(i % image.width, i / image.width);
    EXPECT_EQ(found, expected);
  }
}

TEST(TrackLocate, StaticErrorIsNoLessThanTheScatterOfPositions) {
  double sum = 0, squares = 0, error = 0;
  const int n = 200;
  for (int i = 0; i < n; ++i) {
    const Located found = locate(spots_image({{30.2, 30.4, 120}}, 1.5, 3, 100 + static_cast<std::uint64_t>(i), 61, 61),
                                 of_diameter(11, 500));
    ASSERT_EQ(found.spots.size(), 1U);
    sum += found.spots[0].x;
    squares += found.spots[0].x * found.spots[0].x;
    error += found.spots[0].error_px / n;
  }
  const double scatter = std::sqrt(squares / n - sum / n * sum / n);
  EXPECT_GT(error / scatter, 1);  // the threshold takes away noise that the formula counts
  EXPECT_LT(error / scatter, 2.5);
}

TEST(TrackLocate, CloseSpotsLeaveTheBrighter) {
  LocateSettings s = of_diameter(7, 50);
  s.separation = 12;
  const Located found = locate(spots_image({{40, 40, 100}, {46, 45, 60}}, 1.2, 0, 1), s);
  ASSERT_EQ(found.spots.size(), 1U);
  EXPECT_NEAR(found.spots[0].x, 40, 0.3);
}

TEST(TrackLocate, SameSpotsForAnyNumberOfThreads) {
  std::vector<Image2> frames;
  for (std::uint64_t i = 0; i < 21; ++i)
    frames.push_back(spots_image({{20.5 + static_cast<double>(i), 30, 50}, {80, 60, 90}}, 1.5, 2, i));
  const auto run = [&](int threads) {
    Context context;
    context.threads = threads;
    std::vector<double> out;
    locate_frames(
        frames.size(), [&](std::size_t i) { return frames[i]; }, of_diameter(9, 20), context,
        [&](std::size_t i, Located&& found) {
          out.push_back(static_cast<double>(i));
          for (const Detection& spot : found.spots) out.insert(out.end(), {spot.x, spot.y, spot.mass, spot.error_px});
        });
    return out;
  };
  const std::vector<double> one = run(1);
  EXPECT_GT(one.size(), 21U * 8);
  EXPECT_EQ(one, run(3));
}

}  // namespace
}  // namespace vesica
