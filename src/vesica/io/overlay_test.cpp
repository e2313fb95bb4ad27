// SPDX-License-Identifier: Apache-2.0
// Overlays show the outline where it is, stay small, and say how large a pixel is.
#include "vesica/io/overlay.h"

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/random.h"
#include "vesica/io/still.h"

namespace vesica {
namespace {

TEST(Overlay, OutlineLiesOnTheMaskAndNotOnTheBorder) {
  Image2 image(20, 10, 5.0F);
  image.at(3, 3) = 50;
  Mask2 mask(20, 10);
  for (std::size_t y = 0; y < 10; ++y) {
    for (std::size_t x = 8; x < 13; ++x) mask.at(x, y) = 1;
  }
  const OverlayLayer layer{&mask, kOverlaySky};
  const std::string png = render_overlay(image, {&layer, 1}, {1000, 300'000, 2.0});
  EXPECT_NEAR(read_png_info(png, "o.png").pixel_um().value, 2, 1e-5);
  const RawPlane raw = read_png(png, "o.png");
  ASSERT_EQ(raw.samples, 3u);
  const Image2 blue = image_of(raw, 2), red = image_of(raw, 0);
  for (std::size_t y = 0; y < 10; ++y) {
    EXPECT_EQ(blue.at(8, y), kOverlaySky[2]);
    EXPECT_EQ(red.at(12, y), kOverlaySky[0]);
    EXPECT_NE(blue.at(10, y), kOverlaySky[2]) << "inside, also at the border";
  }
}

TEST(Overlay, SmallImagesAreEnlargedWithThinOutlines) {
  Image2 image(20, 10, 5.0F);
  image.at(3, 3) = 50;
  Mask2 mask(20, 10);
  for (std::size_t y = 2; y < 8; ++y) {
    for (std::size_t x = 8; x < 13; ++x) mask.at(x, y) = 1;
  }
  const OverlayLayer layer{&mask, kOverlaySky};
  OverlayOptions options;
  options.pixel_um = 120;
  options.min_side = 99;
  const std::string png = render_overlay(image, {&layer, 1}, options);
  const ImageInfo info = read_png_info(png, "o.png");
  EXPECT_EQ(info.width, 80u);
  EXPECT_EQ(info.height, 40u);
  EXPECT_NEAR(info.pixel_um().value, 30, 1e-3);
  const Image2 blue = image_of(read_png(png, "o.png"), 2);
  EXPECT_EQ(blue.at(8 * 4, 20), kOverlaySky[2]);
  EXPECT_NE(blue.at(8 * 4 + 1, 20), kOverlaySky[2]) << "one pixel of the picture, not of the image";
  EXPECT_EQ(blue.at(13 * 4 - 1, 20), kOverlaySky[2]);
  EXPECT_EQ(blue.at(3 * 4, 3 * 4), blue.at(3 * 4 + 3, 3 * 4 + 3));
  options.min_side = 39;
  EXPECT_EQ(read_png_info(render_overlay(image, {&layer, 1}, options), "o.png").width, 20u);
}

TEST(Overlay, NoiseIsShrunkUntilItFits) {
  Image2 image(2048, 1500);
  Random random(7);
  for (float& pixel : image.pixels) pixel = static_cast<float>(random.uniform());
  const std::string png = render_overlay(image, {});
  EXPECT_LE(png.size(), 300'000u);
  EXPECT_GE(read_png_info(png, "o.png").width, 400u);
  EXPECT_EQ(png, render_overlay(image, {}));
}

TEST(Overlay, NoiseStaysDark) {
  Image2 image(60, 60);
  Random random(3, 1);
  for (float& value : image.pixels) value = static_cast<float>(100 + 10 * random.normal());
  const auto mean = [&](double range) {
    OverlayOptions options;
    options.least_range = range;
    const Image2 grey = image_of(read_png(render_overlay(image, {}, options), "o.png"), 0);
    double sum = 0;
    for (const float value : grey.pixels) sum += value;
    return sum / static_cast<double>(grey.pixels.size());
  };
  EXPECT_NEAR(mean(0), 127, 8);
  EXPECT_NEAR(mean(250), 255 * 2.58 * 10 / 250, 6);  // 2.58: the normal 0.5 percentile
}

TEST(Overlay, ThumbnailKeepsTheScale) {
  const std::string png = render_overlay(Image2(900, 450, 3.0F), {}, {1000, 300'000, 0.65});
  const Thumbnail small = render_thumbnail(png, "o.png");
  EXPECT_EQ(small.width, 300u);
  EXPECT_EQ(small.height, 150u);
  EXPECT_NEAR(small.pixel_um, 1.95, 1e-4);
  EXPECT_EQ(read_jpeg_info(small.jpeg, "t.jpg").width, 300u);
  EXPECT_THROW(render_thumbnail("no picture", "o.png"), Error);
}

TEST(Overlay, ConstantAndNonFiniteImages) {
  EXPECT_NEAR(image_of(read_png(render_overlay(Image2(3, 2, 7.0F), {}), "o"), 0).at(1, 1), 127.5, 4);
  Image2 broken(3, 2, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(image_of(read_png(render_overlay(broken, {}), "o"), 0).at(1, 1), 0);
}

}  // namespace
}  // namespace vesica
