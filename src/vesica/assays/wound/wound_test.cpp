// SPDX-License-Identifier: Apache-2.0
// The gap against closed forms, times, what cannot be measured.
#include "vesica/assays/wound/wound.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {

namespace {

using namespace wound;

/// Noise of 15 % outside left(y) .. right(y), of 1 % inside.
template <typename Left, typename Right>
Image2 sheet(std::size_t width, std::size_t height, std::uint64_t seed, const Left& left, const Right& right) {
  Image2 out(width, height);
  Random random(seed, 3);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double at = static_cast<double>(x) + 0.5, line = static_cast<double>(y) + 0.5;
      const bool open = at > left(line) && at < right(line);
      out.at(x, y) = static_cast<float>(random.normal(100, open ? 1 : 15));
    }
  }
  return out;
}
Image2 straight(double left, double right, std::uint64_t seed = 1) {
  return sheet(
      200, 150, seed, [=](double) { return left; }, [=](double) { return right; });
}

Series measured(std::vector<Image2> frames, const Settings& settings = {}, int threads = 1) {
  ImageInfo info;
  info.frames = frames.size();
  std::vector<double> times;
  for (std::size_t i = 0; i < frames.size(); ++i) times.push_back(2 * static_cast<double>(i));
  Context context;
  context.threads = threads;
  constexpr double kPixel = 2.5;  // a window of 10 pixels
  return measure_series(*memory_images(info, std::move(frames)), settings, kPixel, times, context, {});
}

TEST(Wound, StraightGapHasItsWidthAndSpeeds) {
  const Series series = measured({straight(60, 140, 1), straight(66, 136, 2), straight(72, 132, 3)});
  ASSERT_EQ(series.refusal, Refusal::kNone);
  EXPECT_TRUE(series.upright);
  EXPECT_NEAR(series.moments[0].width_px, 80, 1.5);
  EXPECT_NEAR(series.moments[0].open_fraction, 0.4, 0.01);
  EXPECT_NEAR(series.moments[1].width_px, 70, 1.5);
  EXPECT_NEAR(series.moments[2].closure, 0.25, 0.02);
  EXPECT_NEAR(series.edges[0].px_per_h, 3, 0.2);
  EXPECT_NEAR(series.edges[1].px_per_h, 2, 0.2);
  EXPECT_NEAR(series.mean.px_per_h, 2.5, 0.15);
  EXPECT_EQ(series.mean.moments, 3U);
  EXPECT_GT(series.mean.half_width, 0);
  EXPECT_EQ(series.moments[2].state, State::kOpen);
  EXPECT_EQ(series.moments[2].pieces, 1U);
  EXPECT_LT(series.moments[0].rough_px[0], 1.5);
}

TEST(Wound, TiltedGapIsMeasuredAcross) {
  const double slope = std::tan(0.3);
  const auto middle = [=](double y) { return 100 + slope * (y - 75); };
  const double half = 30 / std::cos(0.3);
  const Series series = measured({sheet(
      200, 150, 4, [&](double y) { return middle(y) - half; }, [&](double y) { return middle(y) + half; })});
  EXPECT_NEAR(series.tilt, 0.3, 0.02);
  EXPECT_NEAR(series.moments[0].width_px, 60, 2);
  EXPECT_NEAR(series.length_px, 150 / std::cos(0.3), 2);
}

TEST(Wound, LyingGapIsTheSameTurned) {
  const Image2 upright = straight(60, 140);
  Image2 lying(150, 200);
  for (std::size_t y = 0; y < 150; ++y) {
    for (std::size_t x = 0; x < 200; ++x) lying.at(y, x) = upright.at(x, y);
  }
  const Series a = measured({upright}), b = measured({lying});
  EXPECT_FALSE(b.upright);
  EXPECT_NEAR(a.moments[0].area_px, b.moments[0].area_px, 0.01 * a.moments[0].area_px);
}

TEST(Wound, BridgedClosedAndGrownAreTold) {
  const auto half_closed = sheet(
      200, 150, 5, [](double y) { return y < 75 ? 60.0 : 100.0; }, [](double y) { return y < 75 ? 140.0 : 100.0; });
  const Series series = measured({straight(60, 140, 1), half_closed, straight(100, 100, 6), straight(30, 170, 7)});
  EXPECT_EQ(series.moments[1].state, State::kBridged);
  EXPECT_NEAR(series.moments[1].closure, 0.5, 0.04);
  EXPECT_EQ(series.moments[2].state, State::kClosed);
  EXPECT_EQ(series.moments[2].pieces, 0U);
  EXPECT_EQ(series.moments[2].area_px, 0);
  // Both edges went 30 pixels back; what lies further out than growth_um is held to be no gap.
  EXPECT_NEAR(series.moments[3].width_px, 100, 3);
  EXPECT_LT(series.moments[3].closure, -0.2);
}

TEST(Wound, SmallPatchesFloatLargeOnesAreIslands) {
  Image2 frame = straight(50, 150, 8);
  Random random(9, 1);
  const auto patch = [&](double cx, double cy, double radius) {
    for (std::size_t y = 0; y < 150; ++y) {
      for (std::size_t x = 0; x < 200; ++x) {
        if (std::hypot(static_cast<double>(x) + 0.5 - cx, static_cast<double>(y) + 0.5 - cy) < radius) {
          frame.at(x, y) = static_cast<float>(random.normal(100, 15));
        }
      }
    }
  };
  patch(100, 40, 3);    // 177 µm²
  patch(100, 100, 16);  // 5027 µm²
  const Series series = measured({frame});
  EXPECT_EQ(series.moments[0].islands, 1U);
  EXPECT_NEAR(series.moments[0].island_fraction, 804.0 / 30000, 0.003);
  EXPECT_NEAR(series.moments[0].open_fraction, 0.5 - 804.0 / 30000, 0.01);
}

TEST(Wound, WithoutAGapNothingIsClaimed) {
  const auto refusal = [](Image2 frame) { return measured({std::move(frame)}).refusal; };
  EXPECT_EQ(refusal(straight(100, 100)), Refusal::kOneTexture);
  EXPECT_EQ(refusal(straight(-10, 300)), Refusal::kOneTexture);
  EXPECT_EQ(refusal(Image2(200, 150, 7)), Refusal::kOneTexture);
  EXPECT_EQ(refusal(Image2(1, 1, 7)), Refusal::kTooSmall);
  EXPECT_EQ(refusal(sheet(
                200, 150, 5, [](double y) { return std::abs(y - 75) < 40 ? 60.0 : 100.0; },
                [](double y) { return std::abs(y - 75) < 40 ? 140.0 : 100.0; })),
            Refusal::kNoGap);
  Image2 hurt = straight(60, 140);
  hurt.at(3, 3) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(refusal(hurt), Refusal::kNotFinite);
  for (const Moment& moment : measured({Image2(200, 150, 7), straight(60, 140)}).moments) {
    EXPECT_EQ(moment.state, State::kNotMeasurable);
    EXPECT_TRUE(std::isnan(moment.open_fraction));
  }
}

TEST(Wound, ThreadsDoNotMatter) {
  const std::vector<Image2> frames = {straight(60, 140, 1), straight(66, 136, 2), straight(72, 132, 3)};
  const Series one = measured(frames, {}, 1), four = measured(frames, {}, 4);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(one.moments[i].area_px, four.moments[i].area_px);
    EXPECT_EQ(one.moments[i].advance_px[0], four.moments[i].advance_px[0]);
  }
}

TEST(Wound, EveryTextureFindsTheGap) {
  for (const char* texture : {"sd", "entropy", "gradient"}) {
    Settings settings;
    settings.texture = texture;
    EXPECT_NEAR(measured({straight(60, 140)}, settings).moments[0].width_px, 80, 3) << texture;
  }
}

TEST(Wound, ShiftedFieldIsPutBack) {
  // One sheet, seen through windows that move by whole pixels.
  const Image2 wide = sheet(
      260, 210, 11, [](double) { return 90.0; }, [](double) { return 170.0; });
  const auto window = [&](std::size_t x0, std::size_t y0) {
    Image2 out(200, 150);
    for (std::size_t y = 0; y < 150; ++y) {
      for (std::size_t x = 0; x < 200; ++x) out.at(x, y) = wide.at(x0 + x, y0 + y);
    }
    return out;
  };
  const Series series = measured({window(30, 30), window(42, 25), window(20, 38)});
  EXPECT_NEAR(series.moments[1].dx, -12, 0.3);
  EXPECT_NEAR(series.moments[1].dy, 5, 0.3);
  EXPECT_NEAR(series.moments[2].dx, 10, 0.3);
  for (const Moment& moment : series.moments) {
    EXPECT_TRUE(moment.aligned);
    EXPECT_NEAR(moment.closure, 0, 0.01);
    EXPECT_NEAR(moment.advance_px[0], 0, 0.7);
  }
}

TEST(Wound, RunsHoldWhatTheyWereGiven) {
  Plane<std::uint8_t> parts(7, 5);
  for (std::size_t i = 0; i < parts.pixels.size(); ++i) parts.pixels[i] = static_cast<std::uint8_t>(i * i % 3);
  EXPECT_EQ(unpacked(packed(parts)), parts);
  EXPECT_EQ(unpacked(packed({})), (Plane<std::uint8_t>{}));
}

TEST(Wound, LengthsFollowThePixelOrTheField) {
  const Lengths known = lengths_of({}, 0.5, 2048, 1536);
  EXPECT_DOUBLE_EQ(known.window, 50);
  EXPECT_DOUBLE_EQ(known.island, 4000);
  const Lengths unknown = lengths_of({}, kNaN, 400, 300);
  EXPECT_DOUBLE_EQ(unknown.window, 10);
  EXPECT_DOUBLE_EQ(unknown.bridge, 20);
}

TEST(WoundTimes, NamesThatSayHours) {
  using Names = std::vector<std::string>;
  using Hours = std::vector<double>;
  EXPECT_EQ(hours_in_names(Names{"DMSO_B5_t0.JPG", "DMSO_B5_t24.JPG"}), (Hours{0, 24}));
  EXPECT_EQ(hours_in_names(Names{"a/well3_0h.tif", "a/well3_6h.tif", "a/well3_12.5h.tif"}), (Hours{0, 6, 12.5}));
  EXPECT_EQ(hours_in_names(Names{"x_30min.png", "x_90min.png"}), (Hours{0.5, 1.5}));
  EXPECT_EQ(hours_in_names(Names{"VID1_A1_00d00h00m.tif", "VID1_A1_01d02h30m.tif"}), (Hours{0, 26.5}));
  EXPECT_EQ(hours_in_names(Names{"day 0.tif", "day 2.tif"}), (Hours{0, 48}));
  // A counter of frames is no time, nor is a name that says the same of both.
  EXPECT_TRUE(hours_in_names(Names{"t0.tif", "t1.tif", "t2.tif"}).empty());
  EXPECT_TRUE(hours_in_names(Names{"Scratch0.jpg", "Scratch1.jpg"}).empty());
  EXPECT_TRUE(hours_in_names(Names{"24h_a.tif", "24h_b.tif"}).empty());
  EXPECT_TRUE(hours_in_names(Names{"0h.tif", "other.tif"}).empty());
  EXPECT_TRUE(hours_in_names(Names{}).empty());
}

TEST(WoundTimes, SettingsGoBeforeTheFile) {
  ImageInfo info;
  info.frame_times_s = {0, 3600, 7200};
  Settings settings;
  EXPECT_EQ(times_of(info, 3, settings, kNaN).hours, (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(times_of(info, 3, settings, 12).hours, (std::vector<double>{12, 13, 14}));
  settings.interval_h = 4;
  EXPECT_EQ(times_of(info, 3, settings, kNaN).hours[2], 8);
  settings.times_h = {0, 6, 24};
  EXPECT_EQ(times_of(info, 3, settings, kNaN).hours[2], 24);
  settings.times_h = {0, 6};
  EXPECT_EQ(times_of(info, 3, settings, kNaN).hours[2], 8);
  EXPECT_EQ(times_of({}, 1, {}, 6).hours[0], 6);
  EXPECT_TRUE(std::isnan(times_of({}, 2, {}, 6).hours[0]));
}

}  // namespace

}  // namespace vesica
