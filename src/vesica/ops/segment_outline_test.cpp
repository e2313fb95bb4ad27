// SPDX-License-Identifier: Apache-2.0
// Outlines of drawn discs: sizes in closed form, rings, touching pairs, borders, and what is no body.
#include "vesica/ops/segment_outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_outline_path.h"

namespace vesica {

namespace {

/// Noise of 3 about 100.
Image2 ground(std::size_t width, std::size_t height, double noise = 3, std::uint64_t seed = 1) {
  Image2 out(width, height, 100);
  Random random(seed, 1);
  for (float& pixel : out.pixels) pixel += static_cast<float>(noise * random.normal());
  return out;
}

/// Adds `height` inside an ellipse; pixels on its edge by their share (a sixteenth of a pixel apart).
void add(Image2& image, double cx, double cy, double a, double b, float height) {
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      int in = 0;
      for (int i = 0; i < 16; ++i) {
        const double u = (static_cast<double>(x) + (i % 4 - 1.5) / 4 - cx) / a;
        const double v = (static_cast<double>(y) + (i / 4 - 1.5) / 4 - cy) / b;
        in += u * u + v * v <= 1 ? 1 : 0;
      }
      image.at(x, y) += height * static_cast<float>(in) / 16;
    }
  }
}

OutlineField found(const Image2& image, int threads = 1) {
  Context context;
  context.threads = threads;
  return find_outlines(image, {}, context);
}

double diameter(const Outline& outline) { return 2 * std::sqrt(outline.area / std::numbers::pi); }

TEST(SegmentOutline, DiscsHaveTheirDiameter) {
  for (const double radius : {6.0, 9.0, 15.0, 30.0}) {
    Image2 image = ground(160, 140);
    add(image, 80.3, 70.6, radius, radius, 60);
    const OutlineField field = found(image);
    ASSERT_EQ(field.outlines.size(), 1U) << radius;
    EXPECT_NEAR(diameter(field.outlines[0]), 2 * radius, 0.02 * 2 * radius);
    EXPECT_GT(field.outlines[0].roundness, 0.93);
    EXPECT_EQ(field.outlines[0].visible, 1);
  }
}

TEST(SegmentOutline, RingsCountLikeDiscs) {
  Image2 image = ground(120, 120);
  add(image, 60, 60, 20, 20, 60);
  add(image, 60, 60, 15, 15, -50);
  const OutlineField field = found(image);
  ASSERT_EQ(field.outlines.size(), 1U);
  EXPECT_NEAR(diameter(field.outlines[0]), 40, 0.8);
}

TEST(SegmentOutline, EllipsesKeepTheirAxes) {
  Image2 image = ground(140, 120);
  add(image, 70, 60, 30, 20, 60);
  const OutlineField field = found(image);
  ASSERT_EQ(field.outlines.size(), 1U);
  EXPECT_NEAR(field.outlines[0].roundness, 2.0 / 3, 0.04);
  EXPECT_NEAR(diameter(field.outlines[0]), 2 * std::sqrt(600.0), 1);
}

TEST(SegmentOutline, TouchingPairsAreTwo) {
  Image2 image = ground(160, 120);
  add(image, 60, 60, 18, 18, 60);
  add(image, 95, 60, 17, 17, 60);
  const OutlineField field = found(image);
  ASSERT_EQ(field.outlines.size(), 2U);
  for (const Outline& outline : field.outlines) EXPECT_NEAR(diameter(outline), 35, 1.6);
}

TEST(SegmentOutline, BordersCutBodies) {
  Image2 image = ground(120, 100);
  add(image, 0, 50, 20, 20, 60);
  const OutlineField field = found(image);
  ASSERT_EQ(field.outlines.size(), 1U);
  EXPECT_LT(field.outlines[0].visible, 0.7);
  EXPECT_NEAR(field.outlines[0].area, std::numbers::pi * 200, 50);
  Labels2 labels(240, 200);
  const std::size_t painted = paint_outline(field.outlines[0], 2, 7, labels);
  EXPECT_NEAR(static_cast<double>(painted), 4 * field.outlines[0].area, 100);
  EXPECT_EQ(labels.at(2, 100), 7);
  EXPECT_EQ(paint_outline(field.outlines[0], 2, 8, labels), 0U) << "what is taken stays";
}

TEST(SegmentOutline, NothingIsNothing) {
  EXPECT_TRUE(found(ground(200, 200)).outlines.empty()) << "noise";
  EXPECT_TRUE(found(Image2(60, 40, 7)).outlines.empty());
  EXPECT_TRUE(found(Image2(1, 1, 7)).outlines.empty());
  EXPECT_TRUE(found(Image2(3, 2)).outlines.empty());
  Image2 dark = ground(120, 120);
  add(dark, 60, 60, 15, 15, -60);
  EXPECT_TRUE(found(dark).outlines.empty()) << "dark bodies";
  Image2 edge = ground(120, 120);
  for (std::size_t y = 0; y < 120; ++y) {
    for (std::size_t x = 60; x < 120; ++x) edge.at(x, y) += 60;
  }
  EXPECT_TRUE(found(edge).outlines.empty()) << "one straight edge";
}

TEST(SegmentOutline, ThreadsDoNotMatter) {
  Image2 image = ground(160, 120);
  add(image, 40, 60, 12, 12, 60);
  add(image, 110, 60, 20, 14, 50);
  const OutlineField one = found(image, 1), four = found(image, 4);
  ASSERT_EQ(one.outlines.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(one.outlines[i].radii, four.outlines[i].radii);
}

TEST(SegmentOutline, ClosedPathIsTheBestOne) {
  // Every closed path through 5 directions and 4 radii, tried one by one.
  Random random(3, 1);
  for (int round = 0; round < 20; ++round) {
    ops::PolarGains gains{5, 4, std::vector<float>(20)};
    for (float& gain : gains.gain) gain = static_cast<float>(random.uniform());
    const auto value = [&](const std::vector<std::size_t>& path) {
      double sum = 0;
      for (std::size_t k = 0; k < 5; ++k) {
        const double step = static_cast<double>(path[k]) - static_cast<double>(path[(k + 4) % 5]);
        if (std::abs(step) > 2) return -1e9;
        sum += static_cast<double>(gains.at(k, path[k])) - 0.05 * step * step;
      }
      return sum;
    };
    double best = -1e9;
    for (std::size_t code = 0; code < 1024; ++code) {
      best = std::max(best, value({code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3, code >> 8 & 3}));
    }
    const double got = value(ops::closed_path(gains, 0.05F));
    EXPECT_GT(got, 0.9 * best);
    EXPECT_LE(got, best + 1e-6);
  }
}

}  // namespace

}  // namespace vesica
