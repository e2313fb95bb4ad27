// SPDX-License-Identifier: Apache-2.0
// Thresholds against ImageJ's own answers, masks against slow obvious twins.
#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica {
namespace {

Mask2 blobs(std::size_t width, std::size_t height, std::uint64_t seed, double share) {
  Mask2 out(width, height);
  Random random(seed, 1);
  for (std::uint8_t& value : out.pixels) value = random.uniform() < share ? 1 : 0;
  return out;
}

Mask2 slow_dilate(const Mask2& mask, double radius) {
  Mask2 out(mask.width, mask.height);
  const auto reach = static_cast<std::ptrdiff_t>(radius);
  for (std::ptrdiff_t y = 0; y < static_cast<std::ptrdiff_t>(mask.height); ++y) {
    for (std::ptrdiff_t x = 0; x < static_cast<std::ptrdiff_t>(mask.width); ++x) {
      for (std::ptrdiff_t v = -reach; v <= reach; ++v) {
        for (std::ptrdiff_t u = -reach; u <= reach; ++u) {
          if (static_cast<double>(u * u + v * v) > radius * radius) continue;
          const std::ptrdiff_t i = x + u, j = y + v;
          if (i < 0 || j < 0 || i >= static_cast<std::ptrdiff_t>(mask.width) ||
              j >= static_cast<std::ptrdiff_t>(mask.height)) {
            continue;
          }
          if (mask.at(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) != 0) {
            out.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) = 1;
          }
        }
      }
    }
  }
  return out;
}

/// Objects by repeated spreading of the least index.
std::size_t slow_count(const Mask2& mask, bool diagonal) {
  std::vector<std::size_t> name(mask.pixels.size());
  for (std::size_t i = 0; i < name.size(); ++i) name[i] = i;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t y = 0; y < mask.height; ++y) {
      for (std::size_t x = 0; x < mask.width; ++x) {
        if (mask.at(x, y) == 0) continue;
        for (std::size_t v = y > 0 ? y - 1 : 0; v <= std::min(y + 1, mask.height - 1); ++v) {
          for (std::size_t u = x > 0 ? x - 1 : 0; u <= std::min(x + 1, mask.width - 1); ++u) {
            if (mask.at(u, v) == 0 || (!diagonal && u != x && v != y)) continue;
            if (name[v * mask.width + u] < name[y * mask.width + x]) {
              name[y * mask.width + x] = name[v * mask.width + u];
              moved = true;
            }
          }
        }
      }
    }
  }
  std::set<std::size_t> names;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (mask.pixels[i] != 0) names.insert(name[i]);
  }
  return names.size();
}

TEST(OpsMask, DilationAndErosionAgreeWithTheirTwins) {
  const Mask2 mask = blobs(31, 23, 3, 0.04);
  for (const double radius : {1.0, 1.5, 2.0, 2.9, 5.0}) {
    EXPECT_EQ(dilate(mask, radius), slow_dilate(mask, radius)) << radius;
    EXPECT_EQ(erode(inverse(mask), radius), inverse(slow_dilate(mask, radius))) << radius;
  }
  EXPECT_EQ(dilate(mask, 0.9), mask);
}

TEST(OpsMask, OpeningAndClosingAreWhatTheirNamesSay) {
  Mask2 mask(40, 30);
  for (std::size_t y = 0; y < 30; ++y) {
    for (std::size_t x = 10; x < 22; ++x) mask.at(x, y) = 1;  // a band across the field
  }
  for (std::size_t x = 22; x < 32; ++x) mask.at(x, 15) = 1;  // a thread
  const Mask2 opened = open(mask, 3);
  EXPECT_EQ(opened.at(23, 15), 0);  // the thread is gone but for its root, the band keeps its ends at the border
  EXPECT_EQ(area(opened), 12U * 30 + 1);
  Mask2 holed = opened;
  holed.at(15, 10) = 0;
  EXPECT_EQ(close(holed, 2), opened);
  EXPECT_EQ(open(opened, 3), opened);
  EXPECT_TRUE(open(Mask2{}, 3).empty());
  EXPECT_EQ(area(open(Mask2(5, 5, 1), 9)), 25U);
  EXPECT_EQ(area(open(Mask2(5, 5, 0), 9)), 0U);
}

TEST(OpsMask, ComponentsAgreeWithTheirTwin) {
  for (const double share : {0.3, 0.5, 0.6}) {
    const Mask2 mask = blobs(37, 29, 11, share);
    for (const bool diagonal : {false, true}) {
      const Components found = components(mask, diagonal);
      EXPECT_EQ(found.objects.size(), slow_count(mask, diagonal));
      std::size_t sum = 0;
      for (const Component& object : found.objects) sum += object.area;
      EXPECT_EQ(sum, area(mask));
    }
  }
  EXPECT_TRUE(components(Mask2{}, true).objects.empty());
}

TEST(OpsMask, ComponentsKnowTheirBoxes) {
  Mask2 mask(10, 8);
  mask.at(3, 2) = mask.at(4, 2) = mask.at(4, 3) = 1;
  mask.at(9, 7) = 1;
  const Components found = components(mask, false);
  ASSERT_EQ(found.objects.size(), 2U);
  EXPECT_EQ(found.objects[0].area, 3U);
  EXPECT_EQ(found.objects[0].x0, 3U);
  EXPECT_EQ(found.objects[0].x1, 5U);
  EXPECT_EQ(found.objects[0].y0, 2U);
  EXPECT_EQ(found.objects[0].y1, 4U);
  EXPECT_EQ(found.labels.at(9, 7), 2);
}

TEST(OpsMask, HolesAreFilledUnlessTheyReachTheBorder) {
  Mask2 ring(9, 9, 1);
  ring.at(4, 4) = 0;
  ring.at(0, 4) = ring.at(1, 4) = 0;
  const Mask2 filled = fill_holes(ring);
  EXPECT_EQ(filled.at(4, 4), 1);
  EXPECT_EQ(filled.at(1, 4), 0);
}

TEST(OpsMask, OutlineLiesInsideAndNotOnTheFieldsBorder) {
  Mask2 mask(20, 10);
  for (std::size_t y = 0; y < 10; ++y) {
    for (std::size_t x = 5; x < 15; ++x) mask.at(x, y) = 1;
  }
  const Mask2 line = outline(mask, 1);
  EXPECT_EQ(area(line), 20U);
  EXPECT_EQ(line.at(5, 0), 1);
  EXPECT_EQ(line.at(6, 0), 0);
}

TEST(OpsMask, DistancesAreEuclidean) {
  Mask2 mask(12, 9);
  mask.at(2, 3) = 1;
  const Image2 distance = distance_to(mask);
  EXPECT_NEAR(distance.at(5, 7), 5, 1e-5);
  EXPECT_NEAR(distance.at(11, 8), std::hypot(9, 5), 1e-5);
  EXPECT_TRUE(std::isinf(distance_to(Mask2(3, 3)).at(1, 1)));
}

TEST(OpsThreshold, NothingToSeparateHasNoThreshold) {
  const std::vector<float> flat(50, 3.0F), none, nan(5, std::numeric_limits<float>::quiet_NaN());
  for (const std::string_view name : threshold_names()) {
    const ThresholdMethod method = *threshold_named(name);
    EXPECT_FALSE(threshold_of(flat, method)) << name;
    EXPECT_FALSE(threshold_of(none, method)) << name;
    EXPECT_FALSE(threshold_of(nan, method)) << name;
    EXPECT_FALSE(threshold_bin(std::vector<double>(256, 0.0), method)) << name;
  }
  EXPECT_FALSE(threshold_named("otsu"));
}

TEST(OpsThreshold, ShareBetweenClasses) {
  std::vector<float> two(1000, 10.0F), gaussian;
  std::fill(two.begin(), two.begin() + 300, 200.0F);
  EXPECT_NEAR(share_between_classes(two).value(), 1, 1e-9);
  // Otsu's best split of one Gaussian is at its mean: 2/pi of its variance. Quantiles stand for a sample of it.
  for (int i = 0; i < 40'000; ++i) {
    const double u = (i + 0.5) / 40'000, x = 2 * u - 1, l = std::log(1 - x * x);
    const double a = 2 / (3.14159265 * 0.147) + l / 2;  // inverse of erf after Winitzki (2008), within 2e-3
    gaussian.push_back(static_cast<float>(std::copysign(std::sqrt(std::sqrt(a * a - l / 0.147) - a), x)));
  }
  EXPECT_NEAR(share_between_classes(gaussian).value(), 2 / 3.14159265, 0.005);
  EXPECT_FALSE(share_between_classes(std::vector<float>(50, 3.0F)));
  EXPECT_FALSE(share_between_classes({}));
}

TEST(OpsThreshold, OtsuSeparatesTwoLevels) {
  std::vector<float> values(300, 10.0F);
  values.resize(400, 20.0F);
  const double t = threshold_of(values, ThresholdMethod::kOtsu).value();
  EXPECT_GT(t, 10);
  EXPECT_LE(t, 20);
  EXPECT_EQ(threshold_of(values, {10, 20}, ThresholdMethod::kOtsu), t);
  EXPECT_LE(threshold_of(values, {0, 20}, ThresholdMethod::kOtsu).value(), 20);
  EXPECT_FALSE(threshold_of(values, {10, 10}, ThresholdMethod::kOtsu));
}

/// Five histograms of whole numbers, written the same way in ImageJ's macro language.
std::vector<double> histogram(int which) {
  std::vector<double> out(256);
  for (int i = 0; i < 256; ++i) {
    const auto bell = [i](double middle, double width) { return std::exp(-(i - middle) * (i - middle) / width); };
    double value = 0;
    if (which == 0) value = 400 * bell(60, 450) + 150 * bell(150, 1800);
    if (which == 1) value = 900 * bell(30, 128) + 60 * bell(110, 5000);
    if (which == 2) value = i * 37 % 101 + 3;
    if (which == 3) value = 300 * bell(200, 700) + 30 * bell(90, 2500);
    if (which == 4) value = i >= 100 && i < 140 ? 10 + i % 7 * 5 : (i >= 180 && i <= 182 ? 90 : 0);
    out[static_cast<std::size_t>(i)] = std::floor(value + 0.5);
  }
  return out;
}

TEST(OpsThreshold, AgreesWithImageJ) {
  // ImageJ 1.54p: new AutoThresholder().getThreshold(method, histogram), in the order of its list. Otsu of the last
  // histogram is 139 there and 179 in 1.53t: between them no bin holds anything.
  const std::size_t truth[5][17] = {
      {108, 101, 105, 108, 108, 100, 108, 98, 92, 100, 119, 108, 76, 102, 127, 96, 90},
      {83, 67, 70, 83, 83, 68, 105, 53, 47, 59, 98, 83, 33, 65, 158, 54, 50},
      {126, 124, 93, 126, 126, 103, 127, 127, 125, 96, 128, 126, 128, 127, 127, 42, 127},
      {142, 146, 145, 142, 142, 133, 159, 182, 159, 141, 165, 142, 195, 159, 109, 153, 160},
      {150, 139, 149, 150, 150, 148, 121, 132, 176, 159, 136, 179, 124, 121, 119, 178, 121}};
  for (int which = 0; which < 5; ++which) {
    for (std::size_t m = 0; m < threshold_names().size(); ++m) {
      const auto bin = threshold_bin(histogram(which), static_cast<ThresholdMethod>(m));
      ASSERT_TRUE(bin);
      EXPECT_EQ(*bin, truth[which][m]) << which << " " << threshold_names()[m];
    }
  }
}

}  // namespace
}  // namespace vesica
