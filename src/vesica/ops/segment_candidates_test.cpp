// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_candidates.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/ops/image.h"
#include "vesica/ops/segment_nuclei.h"

namespace vesica {
namespace {

void add_disc(Image2& image, double cx, double cy, double radius, float light) {
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      if (std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy) <= radius) {
        image.row(y)[x] = std::max(image.row(y)[x], light);
      }
    }
  }
}

TEST(OpsMoments, AnEllipseIsOneTouchingDiscsAreNineTenths) {
  Moments ellipse, discs, left;
  for (std::uint32_t y = 0; y < 400; ++y) {
    for (std::uint32_t x = 0; x < 400; ++x) {
      const double u = x - 200.0, v = y - 200.0;
      if (u * u / (150 * 150) + v * v / (60 * 60) <= 1) ellipse.add(x, y);
      if (std::hypot(u - 80, v) <= 80 || std::hypot(u + 80, v) <= 80) (u < 0 ? left : discs).add(x, y);
    }
  }
  discs.add(left);
  EXPECT_NEAR(ellipse.n, std::numbers::pi * 150 * 60, 100);
  EXPECT_NEAR(ellipse.likeness(), 1, 0.002);
  // Two discs of radius 1 that touch: area 2 pi; variances 1/4 and 1/4 + 1: 2 pi / (4 pi sqrt(5) / 4) = 2 / sqrt(5).
  EXPECT_NEAR(discs.likeness(), 2 / std::sqrt(5.0), 0.002);
  EXPECT_EQ((RegionWorth{0.92, 1, 1e9}.of(discs)), 0);
  EXPECT_NEAR((RegionWorth{0.92, 1, 1e9}.of(ellipse)), ellipse.n * (ellipse.likeness() - 0.92), 1e-9);
  EXPECT_EQ((RegionWorth{0.92, 1, 100}.of(ellipse)), 0);
}

TEST(OpsFlatness, IsTheRootOfTheRelativeGradientOfTheSteepest) {
  Image2 ramp(9, 3);
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 9; ++x) ramp.row(y)[x] = x < 5 ? 10 : 10 + 4 * static_cast<float>(x - 4);
  }
  const Pieces pieces = pieces_of(ramp, 1, 1);
  ASSERT_EQ(pieces.size(), 1U);
  const std::vector<float> flat = flatness(ramp, 0, 10, pieces);
  EXPECT_FLOAT_EQ(flat[0], 1);
  // Relative gradients: 4 / 20 at x = 4, 8 / 24 at 5, 8 / 28 at 6; the steepest is at 5.
  EXPECT_NEAR(flat[4], 1 - std::sqrt((4.0 / 20) / (8.0 / 24)), 1e-5);
  EXPECT_NEAR(flat[5], 0, 1e-5);
  EXPECT_NEAR(flat[6], 1 - std::sqrt((8.0 / 28) / (8.0 / 24)), 1e-5);
  EXPECT_TRUE(flatness(ramp, 0, 10, {}).empty());
}

TEST(OpsMoments, ARunIsTheSumOfItsPixels) {
  Moments run, pixels;
  run.add(PixelRun{7, 3, 40, 0});
  run.add(PixelRun{9, 0, 1, 0});
  for (std::uint32_t x = 3; x < 40; ++x) pixels.add(x, 7);
  pixels.add(0, 9);
  EXPECT_EQ(run.n, pixels.n);
  EXPECT_EQ(run.x, pixels.x);
  EXPECT_EQ(run.y, pixels.y);
  EXPECT_EQ(run.xx, pixels.xx);
  EXPECT_EQ(run.yy, pixels.yy);
  EXPECT_EQ(run.xy, pixels.xy);
}

TEST(OpsFlatness, APartIsBlurredAsTheWholeIs) {
  Image2 image(40, 30);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<float>(i * i % 97);
  const Image2 whole = gaussian(image, 0.7);
  for (const ImagePart& part : {ImagePart{0, 0, 40, 30}, ImagePart{5, 7, 21, 11}, ImagePart{39, 29, 40, 30}}) {
    const Image2 some = gaussian_of_part(image, part, 0.7);
    for (std::size_t y = part.y0; y < part.y1; ++y) {
      for (std::size_t x = part.x0; x < part.x1; ++x) {
        EXPECT_NEAR(some.at(x - part.x0, y - part.y0), whole.at(x, y), 1e-4) << x << " " << y;
      }
    }
  }
}

TEST(OpsCandidates, PiecesAreSeenUntilTheyAreExplained) {
  // A disc is one object; a square (likeness 3 / pi) is none by itself and open until a view explains it.
  Image2 light(70, 24);
  add_disc(light, 12, 12, 9, 100);
  for (std::size_t y = 4; y < 20; ++y) {
    for (std::size_t x = 30; x < 46; ++x) light.row(y)[x] = light.row(y)[x + 20] = 100;
  }
  const Pieces pieces = pieces_of(light, 50, 25);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces_of(light, 50, 1000).size(), 0U);
  const RegionWorth worth = {0.92, 25, 1e6};
  Views views(pieces, worth, {0.75, 0.6});
  const Pieces& open = views.open();
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open.box(1).x0, 50U);
  // The first square is explained by one region, the second only half.
  Candidates view = {std::vector<std::int32_t>(512, 0), {0, 0.07 * 256, 0.02 * 256}};
  std::fill_n(view.labels.begin(), 256, 1);
  std::fill_n(view.labels.begin() + 256, 100, 2);
  views.see(view);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open.pixels(), 256U);
  EXPECT_EQ(open.box(0).x0, 50U);
  const Candidates best = std::move(views).best();
  ASSERT_EQ(best.count(), 3);
  EXPECT_EQ(best.labels.size(), pieces.pixels());
  std::vector<std::size_t> areas(4, 0);
  for (const std::int32_t label : best.labels) ++areas[static_cast<std::size_t>(label)];
  EXPECT_EQ(areas[1], pieces.area(0));
  EXPECT_EQ(areas[2], 256U);
  EXPECT_EQ(areas[3], 100U);
  EXPECT_EQ(best.worth[2], 0.07 * 256);
  EXPECT_EQ(best.labels[pieces.start[2] + 99], 3);
  EXPECT_EQ(best.labels[pieces.start[2] + 100], 0);
}

TEST(OpsCandidates, NecksPartTwoDiscs) {
  Image2 light(120, 60);
  add_disc(light, 22, 30, 12, 100);
  add_disc(light, 44, 30, 12, 100);
  add_disc(light, 90, 30, 12, 100);
  const Pieces pieces = pieces_of(light, 50, 25);
  ASSERT_EQ(pieces.size(), 2U);
  const Necks necks = {1, 3, 0.07};
  const Candidates all = candidates_by_necks(light, pieces, 50, necks, {0.9, 25, 1e6});
  EXPECT_EQ(all.count(), 3);
  for (std::int32_t l = 1; l <= 3; ++l) {
    const auto area = static_cast<double>(std::count(all.labels.begin(), all.labels.end(), l));
    EXPECT_NEAR(area, std::numbers::pi * 12 * 12, 25);
    EXPECT_GT(all.worth[static_cast<std::size_t>(l)], 0.05 * area);
  }
  Pieces first;
  first.add(pieces.of(0), pieces.box(0));
  EXPECT_EQ(candidates_by_necks(light, first, 50, necks, {0.9, 25, 1e6}).count(), 2);
  EXPECT_EQ(candidates_by_necks(light, pieces, 101, necks, {0.9, 25, 1e6}).count(), 0);
}

TEST(OpsCandidates, PartsCoverWhatIsBrightAndTheHolesInIt) {
  // A ring in a wide dim piece: above the brighter level its hole is filled, and the part is the whole disc.
  Image2 light(60, 60);
  for (std::size_t y = 5; y < 55; ++y) std::fill_n(light.row(y).begin() + 5, 50, 60.0F);
  add_disc(light, 30, 30, 14, 200);
  for (std::size_t y = 27; y < 34; ++y) std::fill_n(light.row(y).begin() + 27, 7, 60.0F);
  const Pieces pieces = pieces_of(light, 50, 25);
  ASSERT_EQ(pieces.size(), 1U);
  const Candidates found = candidates_by_necks(light, pieces, 100, {1, 3, 0.07}, {0.9, 25, 1e6});
  ASSERT_EQ(found.count(), 1);
  EXPECT_EQ(found.labels[25 * 50 + 25], 1);
  EXPECT_EQ(found.labels[0], 0);
  EXPECT_NEAR(static_cast<double>(std::count(found.labels.begin(), found.labels.end(), 1)), std::numbers::pi * 196, 15);
}

TEST(OpsCandidates, OfOverlappingRegionsTheGreaterSumStays) {
  // Pixels 0 to 5: one region against two halves, the halves better; 6 and 7: one on each side, equal; 8: on one side.
  const Candidates now = {{1, 1, 1, 1, 1, 1, 2, 2, 0, 0}, {0, 5, 3}};
  const Candidates next = {{1, 1, 1, 2, 2, 2, 3, 3, 4, 0}, {0, 4, 4, 3, 1}};
  const Candidates best = better_of(now, next);
  EXPECT_EQ(best.labels, (std::vector<std::int32_t>{2, 2, 2, 3, 3, 3, 1, 1, 4, 0}));
  EXPECT_EQ(best.worth, (std::vector<double>{0, 3, 4, 4, 1}));
  // A touch of less than three tenths is no group: both stay, and the pixel is that of the first.
  const Candidates touch = better_of({{1, 1, 1, 1, 0, 0, 0}, {0, 1}}, {{0, 0, 0, 1, 1, 1, 1}, {0, 9}});
  EXPECT_EQ(touch.labels, (std::vector<std::int32_t>{1, 1, 1, 1, 2, 2, 2}));
}

TEST(OpsNuclei, ADimNucleusBesideABrightOneIsAShoulderAndFound) {
  // No dip of light lies between them, and the dim one has no summit of its own: levels of light alone show one.
  Image2 image(120, 80, 100.0F);
  add_disc(image, 40, 40, 12, 450);
  add_disc(image, 62, 40, 12, 1100);
  const NucleiFound found = find_nuclei(gaussian(image, 1.2), {});
  std::int32_t most = 0;
  for (const std::int32_t each : found.labels.pixels) most = std::max(most, each);
  EXPECT_EQ(most, 2);
  const std::int32_t dim = found.labels.row(40)[36], bright = found.labels.row(40)[64];
  EXPECT_NE(dim, 0);
  EXPECT_NE(bright, 0);
  EXPECT_NE(dim, bright);
  const auto area = [&](std::int32_t l) {
    return static_cast<double>(std::count(found.labels.pixels.begin(), found.labels.pixels.end(), l));
  };
  EXPECT_NEAR(area(bright), std::numbers::pi * 144, 60);
  EXPECT_NEAR(area(dim), std::numbers::pi * 144, 90);
}

TEST(OpsNuclei, ConstantImagesHoldNone) {
  for (const float value : {0.0F, 3.0F, 60000.3F}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{50}, std::size_t{100}}) {
      const NucleiFound found = find_nuclei(Image2(size, size, value), {});
      for (const std::int32_t each : found.labels.pixels) ASSERT_EQ(each, 0) << value << " " << size;
    }
  }
}

}  // namespace
}  // namespace vesica
