// SPDX-License-Identifier: Apache-2.0
// Numbers of drawn label images, edge correction, agreement with masks, what is nothing.
#include "vesica/assays/tem/tem.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/assays/tem/tem_scale.h"

namespace vesica::tem {

namespace {

/// Grey 100, with discs of label 1.. and height 50.
struct Scene {
  Field field;
  Labels2 labels;
  Scene(std::size_t width, std::size_t height) : field{Image2(width, height, 100), {}, 0}, labels(width, height) {}
  void disc(std::int32_t label, double cx, double cy, double radius, double lumen = 0, float inside = 0) {
    for (std::size_t y = 0; y < labels.height; ++y) {
      for (std::size_t x = 0; x < labels.width; ++x) {
        const double d = std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy);
        if (d > radius) continue;
        labels.at(x, y) = label;
        field.grey.at(x, y) = d < lumen ? inside : 150;
      }
    }
  }
};

TEST(Tem, ParticlesOfDrawnDiscs) {
  Scene scene(400, 300);
  scene.disc(1, 100, 100, 30);
  scene.disc(2, 250, 150, 40, 28, 100);
  scene.disc(3, 0, 250, 20);
  const std::vector<Particle> particles = measure_particles(scene.field, scene.labels, true);
  ASSERT_EQ(particles.size(), 3U);
  EXPECT_NEAR(particles[0].diameter, 60, 0.5);
  EXPECT_NEAR(particles[0].feret_max, 61, 1);
  EXPECT_NEAR(particles[0].roundness, 1, 0.01);
  EXPECT_NEAR(particles[0].contrast, 50, 1e-6);
  EXPECT_NEAR(particles[0].cup, 0, 1e-6);
  EXPECT_NEAR(particles[1].cup, 1, 0.02) << "a lumen as dark as the surroundings";
  EXPECT_TRUE(particles[2].cut);
  EXPECT_EQ(particles[2].weight, 0);
  EXPECT_NEAR(particles[0].weight, 400.0 * 300 / ((400.0 - 61) * (300 - 61)), 1e-9);
  const Summary summary = summarise(scene.field, particles);
  EXPECT_EQ(summary.seen, 3U);
  EXPECT_EQ(summary.whole, 2U);
  const double a = particles[0].weight, b = particles[1].weight;
  EXPECT_NEAR(summary.mean, (a * particles[0].diameter + b * particles[1].diameter) / (a + b), 1e-9);
  EXPECT_GT(summary.mean, 70) << "the larger weighs more";
}

TEST(Tem, EdgeCorrectionGivesTheDensityBack) {
  // Discs of radius r at every place of a lattice that is larger than the field: those whole inside, weighted, are as
  // many per area as the lattice has points.
  constexpr double kSide = 200, kStep = 7.3, kRadius = 30;
  double weight = 0;
  for (double x = -60 + 0.37; x < kSide + 60; x += kStep) {
    for (double y = -60 + 0.11; y < kSide + 60; y += kStep) {
      if (x < kRadius || y < kRadius || x > kSide - kRadius || y > kSide - kRadius) continue;
      weight += kSide * kSide / ((kSide - 2 * kRadius) * (kSide - 2 * kRadius));
    }
  }
  EXPECT_NEAR(weight / (kSide * kSide), 1 / (kStep * kStep), 0.06 / (kStep * kStep));
}

TEST(Tem, WeightedQuantiles) {
  using Pairs = std::vector<std::pair<double, double>>;
  EXPECT_EQ(weighted_quantile(Pairs{{3, 1}, {1, 1}, {2, 1}}, 0.5), 2);
  EXPECT_EQ(weighted_quantile(Pairs{{1, 1}, {2, 1}}, 0.5), 1.5);
  EXPECT_EQ(weighted_quantile(Pairs{{1, 1}, {2, 3}}, 0.5), 2);
  EXPECT_EQ(weighted_quantile(Pairs{{1, 1}, {2, 1}, {3, 1}, {4, 1}}, 0.1), 1);
  EXPECT_TRUE(std::isnan(weighted_quantile({}, 0.5)));
}

TEST(Tem, MasksThatMergePairs) {
  Scene truth(120, 60), found(120, 60);
  truth.disc(1, 30, 30, 15), truth.disc(1, 58, 30, 15), truth.disc(1, 100, 30, 10);
  Mask2 mask(120, 60);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = truth.labels.pixels[i] != 0 ? 1 : 0;
  found.disc(1, 30, 30, 15), found.disc(2, 58, 30, 15);
  const MaskScore both = score_against_mask(found.labels, mask);
  EXPECT_EQ(both.found, 1U);
  EXPECT_EQ(both.missed, 1U);
  EXPECT_EQ(both.invented, 0U);
  Scene one(120, 60);
  one.disc(1, 30, 30, 11);
  one.disc(2, 100, 10, 8);
  const MaskScore half = score_against_mask(one.labels, mask);
  EXPECT_EQ(half.found, 0U);
  EXPECT_EQ(half.missed, 2U);
  EXPECT_EQ(half.invented, 2U);
  EXPECT_EQ(half.f1(), 0);
  EXPECT_TRUE(std::isnan(score_against_mask(Labels2(5, 5), Mask2(5, 5)).f1()));
}

TEST(Tem, RefusalsHaveReasons) {
  const auto refusal = [](Image2 grey) {
    const Segmented out = segment_field({std::move(grey), {}, 0}, {}, 1, Context{});
    EXPECT_EQ(out.refusal == Refusal::kNone, reason(out.refusal).empty());
    return out.refusal;
  };
  EXPECT_EQ(refusal(Image2()), Refusal::kEmpty);
  EXPECT_EQ(refusal(Image2(1, 1, 7)), Refusal::kTooSmall);
  EXPECT_EQ(refusal(Image2(60, 40, 7)), Refusal::kConstant);
  EXPECT_EQ(refusal(Image2(60, 40, std::numeric_limits<float>::quiet_NaN())), Refusal::kNotFinite);
  EXPECT_TRUE(measure_particles({Image2(60, 40, 7), {}, 0}, Labels2(60, 40), true).empty());
  EXPECT_EQ(summarise({Image2(60, 40, 7), {}, 0}, {}).whole, 0U);
}

TEST(Tem, LengthsFollowThePixelOrTheField) {
  const Lengths known = lengths_of({}, 0.5, 2048, 2048);
  EXPECT_DOUBLE_EQ(known.smallest, 60);
  EXPECT_DOUBLE_EQ(known.largest, 400);
  EXPECT_EQ(known.step, 5U);
  EXPECT_DOUBLE_EQ(known.limit, 60);
  const Lengths coarse = lengths_of({}, 5, 500, 500);
  EXPECT_DOUBLE_EQ(coarse.limit, 10) << "ten pixels, 50 nm";
  const Lengths unknown = lengths_of({}, kNaN, 1200, 900);
  EXPECT_DOUBLE_EQ(unknown.smallest, 15);
  EXPECT_DOUBLE_EQ(unknown.largest, 150);
}

TEST(TemScale, TheNearestLabelCounts) {
  LabelDrawing drawing;
  drawing.lines = {{100, 260, 160, 272, 24, 80}, {20, 200, 90, 212, 80, 136}};
  const auto word = [](const char* text, std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1) {
    return PictureWord{text, x0, y0, x1, y1, 90};
  };
  const std::vector<PictureWord> words = {word("HFW", 0, 90, 40, 110), word("2", 50, 90, 60, 110),
                                          word("um", 66, 94, 90, 110), word("nm", 190, 36, 220, 54),
                                          word("200", 140, 30, 180, 54)};
  const std::optional<Label> label = label_of(words, drawing);
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->nm, 200);
  EXPECT_EQ(label->x0, 100U);
  EXPECT_EQ(label->y1, 272U);
  drawing.lines.erase(drawing.lines.begin());
  ASSERT_TRUE(label_of(words, drawing).has_value());
  EXPECT_EQ(label_of(words, drawing)->nm, 2000) << "two words of a line";
  EXPECT_FALSE(label_of({word("JEOL", 0, 90, 40, 110)}, drawing).has_value());
  EXPECT_FALSE(label_of(words, {}).has_value());
}

TEST(TemScale, SettingsGoBeforeTagsAndBars) {
  Image2 grey(200, 150, 100);
  for (std::size_t x = 20; x < 70; ++x) {
    for (std::size_t y = 130; y < 134; ++y) grey.at(x, y) = 255;
  }
  ImageInfo info;
  Settings settings;
  settings.read_scale_bar = false;
  EXPECT_FALSE(scale_of(grey, info, settings, "a.png").pixel_nm.known());
  for (Known& edge : info.voxel_um) edge = {0.002, KnownFrom::kTag, "DM calibration"};
  EXPECT_NEAR(scale_of(grey, info, settings, "a.png").pixel_nm.value, 2, 1e-12);
  settings.scale_bar_nm = 100;
  const Scale bar = scale_of(grey, info, settings, "a.png");
  EXPECT_NEAR(bar.pixel_nm.value, 2, 0.01) << "50 pixels are 100 nm";
  ASSERT_TRUE(bar.bar.has_value());
  const Field field = field_of(grey, bar);
  EXPECT_EQ(field.hidden.at(40, 132), 1);
  EXPECT_EQ(field.hidden.at(40, 60), 0);
  settings.pixel_nm = 3;
  EXPECT_EQ(scale_of(grey, info, settings, "a.png").pixel_nm.value, 3);
  EXPECT_EQ(scale_of(Image2(200, 150, 1), info, settings, "a.png").issues.size(), 1U) << "no bar to be had";
}

}  // namespace

}  // namespace vesica::tem
