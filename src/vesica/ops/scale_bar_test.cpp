// SPDX-License-Identifier: Apache-2.0
// Drawn bars of known length, banners, and labels in words.
#include "vesica/ops/scale_bar.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {

namespace {

Image2 stain(std::size_t width, std::size_t height, std::uint64_t seed = 1) {
  Image2 out(width, height);
  Random random(seed, 1);
  for (float& pixel : out.pixels)
    pixel = std::round(static_cast<float>(std::clamp(random.normal(140, 18), 0.0, 255.0)));
  return out;
}

void fill(Image2& image, std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, float value) {
  for (std::size_t y = y0; y < y1; ++y) {
    for (std::size_t x = x0; x < x1; ++x) image.at(x, y) = value;
  }
}

TEST(ScaleBar, LengthsOfDrawnBars) {
  for (const float value : {0.0F, 255.0F}) {
    for (const std::size_t length : {24U, 57U, 200U}) {
      Image2 image = stain(400, 300, length);
      fill(image, 30, 270, 30 + length, 276, value);
      const std::vector<ScaleBar> bars = find_scale_bars(image);
      ASSERT_FALSE(bars.empty()) << length;
      EXPECT_NEAR(bars[0].length, static_cast<double>(length), 0.25);
      EXPECT_EQ(bars[0].y0, 270U);
      EXPECT_EQ(bars[0].y1, 276U);
    }
  }
}

TEST(ScaleBar, SoftEndsCountHalf) {
  Image2 image(300, 200, 120);
  fill(image, 50, 150, 150, 156, 255);
  fill(image, 49, 150, 50, 156, 120 + 135 * 0.4F);
  fill(image, 150, 150, 151, 156, 120 + 135 * 0.4F);
  const std::vector<ScaleBar> bars = find_scale_bars(image);
  ASSERT_FALSE(bars.empty());
  EXPECT_NEAR(bars[0].length, 100.5, 0.6);
}

TEST(ScaleBar, CapsAndBannersAreNoTrouble) {
  Image2 image = stain(400, 330);
  fill(image, 0, 300, 400, 330, 0);
  fill(image, 250, 314, 350, 317, 255);
  fill(image, 250, 309, 253, 322, 255);
  fill(image, 347, 309, 350, 322, 255);
  const std::vector<ScaleBar> bars = find_scale_bars(image);
  ASSERT_FALSE(bars.empty());
  EXPECT_NEAR(bars[0].length, 100, 0.5);
  const Rows rows = rows_of_sample(image);
  EXPECT_EQ(rows.first, 0U);
  EXPECT_EQ(rows.last, 300U);
  Image2 turned(400, 330);
  for (std::size_t y = 0; y < 330; ++y) {
    for (std::size_t x = 0; x < 400; ++x) turned.at(x, y) = image.at(x, 329 - y);
  }
  EXPECT_EQ(rows_of_sample(turned).first, 30U);
}

TEST(ScaleBar, SixteenBitsAreBroughtToLevels) {
  Image2 image = stain(400, 300);
  for (float& pixel : image.pixels) pixel *= 100;
  fill(image, 30, 270, 110, 276, 40000);
  const std::vector<ScaleBar> bars = find_scale_bars(image);
  ASSERT_FALSE(bars.empty());
  EXPECT_NEAR(bars[0].length, 80, 0.3);
}

TEST(ScaleBar, NothingIsNothing) {
  EXPECT_TRUE(find_scale_bars(stain(300, 200)).empty());
  EXPECT_TRUE(find_scale_bars(Image2(300, 200, 9)).empty());
  EXPECT_TRUE(find_scale_bars(Image2()).empty());
  Image2 hurt = stain(300, 200);
  hurt.at(3, 3) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(find_scale_bars(hurt).empty());
  Image2 frame = stain(300, 200);
  fill(frame, 0, 0, 300, 3, 0);
  EXPECT_TRUE(find_scale_bars(frame).empty()) << "as wide as the picture";
  const Rows rows = rows_of_sample(stain(300, 200));
  EXPECT_EQ(rows.last - rows.first, 200U);
  EXPECT_EQ(rows_of_sample(Image2(60, 40, 7)).last, 40U) << "a constant picture is no banner";
  EXPECT_EQ(rows_of_sample(Image2(1, 1, 7)).last, 1U);
}

TEST(ScaleBar, LettersAreBlackOnWhiteAndTheBarGone) {
  Image2 image = stain(400, 300);
  fill(image, 30, 270, 130, 276, 255);
  EXPECT_TRUE(letters_near(image, find_scale_bars(image).at(0)).lines.empty());
  for (std::size_t x = 60; x < 100; x += 12) fill(image, x, 248, x + 7, 262, 255);  // four letters
  fill(image, 300, 20, 310, 40, 255);                                               // far away
  const LabelDrawing drawing = letters_near(image, find_scale_bars(image).at(0));
  ASSERT_EQ(drawing.lines.size(), 1U);
  const LetterLine& line = drawing.lines[0];
  EXPECT_EQ(line.x0, 60U);
  EXPECT_EQ(line.x1, 103U);
  EXPECT_EQ(line.y0, 248U);
  EXPECT_EQ(line.y1, 262U);
  const auto dark = std::count_if(drawing.picture.pixels.begin(), drawing.picture.pixels.end(),
                                  [](float pixel) { return pixel < 60; });
  const double scale = 32.0 / 14;
  EXPECT_NEAR(static_cast<double>(dark), 4 * 7 * 14 * scale * scale, 0.15 * 4 * 7 * 14 * scale * scale);
}

TEST(ScaleBar, LabelsInWords) {
  EXPECT_EQ(parse_scale_label("500 nm"), 500);
  EXPECT_EQ(parse_scale_label("100nm"), 100);
  EXPECT_EQ(parse_scale_label("0.2 \xC2\xB5m"), 200);
  EXPECT_EQ(parse_scale_label("0,5 \xCE\xBCm"), 500);
  EXPECT_EQ(parse_scale_label("2 um"), 2000);
  EXPECT_EQ(parse_scale_label("1 mm"), 1e6);
  EXPECT_EQ(parse_scale_label("5OO nm"), 500) << "letters for zeros";
  EXPECT_EQ(parse_scale_label("l00 nm"), 100) << "a letter for one";
  EXPECT_EQ(parse_scale_label("1 pm"), 1000) << "a misread micro";
  EXPECT_EQ(parse_scale_label("200 nm."), 200);
  EXPECT_EQ(parse_scale_label("05 um"), 500) << "a lost point";
  EXPECT_EQ(parse_scale_label("2 yum"), 2000);
  for (const char* text : {"", "nm", "500", "0 nm", "-5 nm", "500 kV", "HFW 2 um", "5 nm 3", "1e9 mm", "99999999 mm",
                           "1.2.3 nm", "..nm", "l", "|||||"}) {
    EXPECT_FALSE(parse_scale_label(text).has_value()) << text;
  }
}

}  // namespace

}  // namespace vesica
