// SPDX-License-Identifier: Apache-2.0
// Spots: the filter against a slow twin, false alarms on pure noise, places and amounts of light of known points.
#include "vesica/ops/spots.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/spots_filter.h"

namespace vesica {
namespace {

struct Point {
  double x = 0, y = 0, height = 0;
};

Image2 noise(std::size_t width, std::size_t height, std::uint64_t seed, double mean = 100, double sd = 10) {
  Image2 out(width, height);
  Random random(seed, 1);
  for (float& value : out.pixels) value = static_cast<float>(random.normal(mean, sd));
  return out;
}

void add_point(Image2& image, const Point& point, double sigma) {
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(6 * sigma));
  const auto cx = std::lround(point.x), cy = std::lround(point.y);
  for (std::ptrdiff_t y = cy - reach; y <= cy + reach; ++y) {
    for (std::ptrdiff_t x = cx - reach; x <= cx + reach; ++x) {
      if (x < 0 || y < 0 || x >= static_cast<std::ptrdiff_t>(image.width) ||
          y >= static_cast<std::ptrdiff_t>(image.height)) {
        continue;
      }
      const double r2 = std::pow(static_cast<double>(x) - point.x, 2) + std::pow(static_cast<double>(y) - point.y, 2);
      image.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) +=
          static_cast<float>(point.height * std::exp(-0.5 * r2 / (sigma * sigma)));
    }
  }
}

/// Points with at least `apart` pixels between them.
std::vector<Point> scatter(std::size_t count, std::size_t side, double height, double apart, std::uint64_t seed) {
  Random random(seed, 2);
  std::vector<Point> out;
  while (out.size() < count) {
    const Point point{random.uniform(8, static_cast<double>(side) - 9),
                      random.uniform(8, static_cast<double>(side) - 9), height};
    bool free = true;
    for (const Point& other : out) free = free && std::hypot(other.x - point.x, other.y - point.y) >= apart;
    if (free) out.push_back(point);
  }
  return out;
}

/// Each found spot takes the nearest free true one within `gate` pixels.
struct Score {
  std::size_t hits = 0, found = 0, truth = 0;
  double square_error = 0, expected_square = 0;
  double f1() const { return 2.0 * static_cast<double>(hits) / static_cast<double>(found + truth); }
};
Score score(const SpotField& field, const std::vector<Point>& truth, double gate) {
  Score out{0, field.spots.size(), truth.size(), 0, 0};
  std::vector<bool> taken(truth.size(), false);
  for (const Spot& spot : field.spots) {
    double best = gate;
    std::size_t which = truth.size();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const double distance = std::hypot(truth[i].x - spot.x, truth[i].y - spot.y);
      if (!taken[i] && distance <= best) {
        best = distance;
        which = i;
      }
    }
    if (which == truth.size()) continue;
    taken[which] = true;
    ++out.hits;
    out.square_error += 0.5 * best * best;
    out.expected_square += spot.position_error * spot.position_error;
  }
  return out;
}

std::size_t mirrored(std::ptrdiff_t i, std::size_t size) {
  const auto n = static_cast<std::ptrdiff_t>(size);
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return static_cast<std::size_t>(i);
}

TEST(Spots, FilterAgreesWithItsSlowTwin) {
  const Image2 image = noise(37, 29, 1);
  const spots::Kernel kernel = spots::kernel_of(1.3);
  const Image2 fast = spots::respond(image, kernel, Context());
  const auto reach = static_cast<std::ptrdiff_t>(kernel.g.size()) - 1;
  double squares = 0;
  const auto weight = [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    const auto a = static_cast<std::size_t>(std::abs(i)), b = static_cast<std::size_t>(std::abs(j));
    return static_cast<double>(kernel.d[a] * kernel.g[b] + kernel.g[a] * kernel.d[b]);
  };
  for (std::ptrdiff_t j = -reach; j <= reach; ++j) {
    for (std::ptrdiff_t i = -reach; i <= reach; ++i) squares += weight(i, j) * weight(i, j);
  }
  EXPECT_NEAR(kernel.gain, std::sqrt(squares), 1e-5);
  EXPECT_NEAR(kernel.gain, std::sqrt(2 / std::numbers::pi) / 1.3, 0.02);  // the integral over the plane
  for (const std::ptrdiff_t y : {0, 3, 14, 28}) {
    for (const std::ptrdiff_t x : {0, 7, 20, 36}) {
      double sum = 0;
      for (std::ptrdiff_t j = -reach; j <= reach; ++j) {
        for (std::ptrdiff_t i = -reach; i <= reach; ++i) {
          sum += weight(i, j) * static_cast<double>(image.at(mirrored(x + i, 37), mirrored(y + j, 29)));
        }
      }
      EXPECT_NEAR(fast.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)), sum, 2e-3) << x << " " << y;
    }
  }
}

TEST(Spots, SlopingLightYieldsNothing) {
  Image2 plane(64, 64);
  for (std::size_t y = 0; y < 64; ++y) {
    for (std::size_t x = 0; x < 64; ++x) plane.at(x, y) = static_cast<float>(100 + 3 * x + 2 * y);
  }
  const Image2 response = spots::respond(plane, spots::kernel_of(1.5), Context());
  for (std::size_t y = 10; y < 54; ++y) {
    for (std::size_t x = 10; x < 54; ++x) EXPECT_NEAR(response.at(x, y), 0, 1e-3);
  }
  EXPECT_TRUE(find_spots(plane, {}, Context()).spots.empty());
}

TEST(Spots, FalseAlarmsOfPureNoiseAreThosePromised) {
  for (const double sigma : {1.0, 1.3, 2.0}) {
    SpotSettings settings;
    settings.sigma_px = sigma;
    settings.false_alarms = 2e-4;
    settings.ridge = 2;
    const SpotField field = find_spots(noise(1000, 1000, 11), settings, Context());
    EXPECT_NEAR(field.expected_false, 200, 1e-9);
    // Poisson: 4 standard deviations; pixels lose some maxima of a fine filter.
    EXPECT_LT(static_cast<double>(field.spots.size()), 200 + 4 * std::sqrt(200.0)) << sigma;
    EXPECT_GT(static_cast<double>(field.spots.size()), 100.0) << sigma;
    EXPECT_NEAR(field.noise, 10, 0.3);
    EXPECT_NEAR(field.correlation, 1, 0.03);
  }
  std::size_t alarms = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    alarms += find_spots(noise(500, 500, 100 + seed), {}, Context()).spots.size();
  }
  EXPECT_LE(alarms, 4U);  // one expected in this megapixel
}

TEST(Spots, ThresholdFollowsTheNoiseOfThePlace) {
  Image2 image = noise(960, 480, 3, 100, 4);
  Random random(4, 4);
  for (std::size_t y = 0; y < 480; ++y) {
    for (std::size_t x = 480; x < 960; ++x) image.at(x, y) = static_cast<float>(random.normal(100, 40));
  }
  SpotSettings settings;
  settings.false_alarms = 1e-4;
  const SpotField field = find_spots(image, settings, Context());
  std::size_t left = 0, right = 0;
  for (const Spot& spot : field.spots) {
    if (spot.x < 432) ++left;
    if (spot.x > 528) ++right;
  }
  EXPECT_NEAR(static_cast<double>(left), 20, 4 * std::sqrt(20.0));
  EXPECT_NEAR(static_cast<double>(right), 20, 4 * std::sqrt(20.0));
}

TEST(Spots, NoiseSharedByNeighboursCountsAsNoise) {
  const Image2 smooth = gaussian(noise(700, 700, 5, 100, 60), 0.9);
  SpotSettings settings;
  settings.false_alarms = 1e-4;
  const SpotField field = find_spots(smooth, settings, Context());
  EXPECT_GT(field.correlation, 1.5);
  EXPECT_LT(field.spots.size(), 80U);  // 49 promised
}

TEST(Spots, PointIsPlacedAndWeighed) {
  for (const double sigma : {1.0, 1.4, 2.2}) {
    for (const double shift : {0.0, 0.2, 0.37, 0.49}) {
      Image2 image(41, 41, 50.0F);
      add_point(image, {20 + shift, 20 - 0.7 * shift, 200}, sigma);
      SpotSettings settings;
      settings.sigma_px = sigma;
      const SpotField field = find_spots(image, settings, Context());
      ASSERT_EQ(field.spots.size(), 1U);
      const Spot& spot = field.spots[0];
      EXPECT_NEAR(spot.x, 20 + shift, 0.03);
      EXPECT_NEAR(spot.y, 20 - 0.7 * shift, 0.03);
      EXPECT_NEAR(spot.amplitude, 200, 8);
      const double light = 200 * 2 * std::numbers::pi * sigma * sigma;
      EXPECT_NEAR(spot.intensity / light, 1 - std::exp(-4.5), 0.03) << sigma << " " << shift;
      EXPECT_NEAR(spot.background, 50, 0.2);
      EXPECT_NEAR(spot.extent, 1, 0.06);
      EXPECT_EQ(spot.flags, 0);
    }
  }
}

TEST(Spots, PointsAtFiveTimesTheNoiseAreFound) {
  // SNR: height of the point over the standard deviation of a pixel.
  Image2 image = noise(600, 600, 21, 100, 10);
  const std::vector<Point> truth = scatter(300, 600, 50, 8, 22);
  for (const Point& point : truth) add_point(image, point, 1.3);
  const SpotField field = find_spots(image, {}, Context());
  const Score found = score(field, truth, 2);
  EXPECT_GE(found.f1(), 0.98);
  EXPECT_NEAR(std::sqrt(found.square_error / found.expected_square), 1, 0.15);  // the error that each spot states
}

TEST(Spots, CrowdedPointsAtFiveTimesTheNoise) {
  Image2 image = noise(600, 600, 31, 100, 10);
  const std::vector<Point> truth = scatter(700, 600, 50, 0, 32);  // anywhere: one in 500 pixels
  for (const Point& point : truth) add_point(image, point, 1.3);
  EXPECT_GE(score(find_spots(image, {}, Context()), truth, 2).f1(), 0.95);
}

TEST(Spots, FlagsSayWhatIsSpecial) {
  Image2 image(120, 60, 20.0F);
  add_point(image, {20, 20, 100}, 1.3);
  add_point(image, {25, 20, 100}, 1.3);  // discs of 3.9 pixels touch
  add_point(image, {60, 30, 100}, 2.6);  // twice as wide as a point
  add_point(image, {90, 30, 500}, 1.3);
  add_point(image, {1.5, 50, 100}, 1.3);
  for (float& value : image.pixels) value = std::min(value, 255.0F);
  SpotSettings settings;
  settings.saturation = 255;
  const SpotField field = find_spots(image, settings, Context());
  ASSERT_EQ(field.spots.size(), 5U);
  EXPECT_EQ(field.spots[0].flags, kSpotOverlaps);
  EXPECT_EQ(field.spots[1].flags, kSpotOverlaps);
  const double light = 100 * 2 * std::numbers::pi * 1.69;
  EXPECT_NEAR(field.spots[0].intensity / light, 0.989, 0.06);  // no pixel is counted twice
  for (const Spot& spot : field.spots) {
    EXPECT_EQ(spot.flags == kSpotWide, std::abs(spot.x - 60) < 1) << spot.x;
    EXPECT_EQ((spot.flags & kSpotSaturated) != 0, std::abs(spot.x - 90) < 1) << spot.x;
    EXPECT_EQ(spot.flags == kSpotAtBorder, spot.x < 3) << spot.x;
  }
}

TEST(Spots, EdgesAndFibresAreNoSpots) {
  Image2 image = noise(300, 300, 41, 100, 5);
  for (std::size_t y = 0; y < 300; ++y) {
    for (std::size_t x = 0; x < 300; ++x) {
      const double r = std::hypot(static_cast<double>(x) - 150, static_cast<double>(y) - 150);
      if (r < 90) image.at(x, y) += 200;                                                      // a sharp disc
      image.at(x, y) += static_cast<float>(300 * std::exp(-0.5 * std::pow(r - 120, 2) / 2));  // a thin ring
    }
  }
  const SpotField field = find_spots(image, {}, Context());
  EXPECT_GT(field.ridges, 100U);
  EXPECT_LE(field.spots.size(), 10U);
}

TEST(Spots, FixedAndLiThresholds) {
  Image2 image(100, 100, 10.0F);
  add_point(image, {30, 30, 100}, 1.3);
  add_point(image, {70, 70, 40}, 1.3);
  SpotSettings settings;
  settings.rule = SpotRule::kFixed;
  settings.amplitude = 60;
  EXPECT_EQ(find_spots(image, settings, Context()).spots.size(), 1U);
  settings.amplitude = 20;
  EXPECT_EQ(find_spots(image, settings, Context()).spots.size(), 2U);
  EXPECT_TRUE(std::isnan(find_spots(image, settings, Context()).expected_false));
  settings.rule = SpotRule::kLi;
  EXPECT_EQ(find_spots(image, settings, Context()).spots.size(), 2U);
}

TEST(Spots, ThreadsChangeNothing) {
  Image2 image = noise(500, 400, 51);
  for (const Point& point : scatter(200, 400, 60, 0, 52)) add_point(image, point, 1.3);
  Context one, four;
  four.threads = 4;
  const SpotField a = find_spots(image, {}, one), b = find_spots(image, {}, four);
  ASSERT_EQ(a.spots.size(), b.spots.size());
  for (std::size_t i = 0; i < a.spots.size(); ++i) {
    EXPECT_EQ(a.spots[i].x, b.spots[i].x);
    EXPECT_EQ(a.spots[i].intensity, b.spots[i].intensity);
    EXPECT_EQ(a.spots[i].flags, b.spots[i].flags);
  }
}

TEST(Spots, NothingComesOfNothing) {
  EXPECT_TRUE(find_spots(Image2(), {}, Context()).spots.empty());
  EXPECT_TRUE(find_spots(Image2(2, 50, 7.0F), {}, Context()).spots.empty());
  EXPECT_TRUE(find_spots(Image2(1, 1, 7.0F), {}, Context()).spots.empty());
  EXPECT_TRUE(find_spots(Image2(64, 64, 7.0F), {}, Context()).spots.empty());
  Image2 bad(64, 64, 7.0F);
  bad.at(3, 3) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(find_spots(bad, {}, Context()), Error);
}

TEST(Spots, ThresholdIsTheInverseOfItsRate) {
  for (const double rate : {1e-3, 1e-6, 1e-12}) {
    EXPECT_NEAR(spot_false_alarms(1.3, spot_threshold_snr(1.3, rate)) / rate, 1, 1e-9);
  }
}

}  // namespace
}  // namespace vesica
