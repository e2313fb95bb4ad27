// SPDX-License-Identifier: Apache-2.0
// Images: every fast operation against a slow obvious twin, and against closed forms.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/image_texture.h"
#include "vesica/ops/register.h"

namespace vesica {
namespace {

Image2 noise(std::size_t width, std::size_t height, std::uint64_t seed, double mean = 100, double sd = 10) {
  Image2 out(width, height);
  Random random(seed, 1);
  for (float& value : out.pixels) value = static_cast<float>(random.normal(mean, sd));
  return out;
}

/// Index mirrored at the borders, the outermost pixel repeated.
std::size_t mirrored(std::ptrdiff_t i, std::size_t size) {
  const auto n = static_cast<std::ptrdiff_t>(size);
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return static_cast<std::size_t>(i);
}

Image2 slow_gaussian(const Image2& image, double sigma) {
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(4 * sigma));
  Image2 out(image.width, image.height);
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      double sum = 0, weight = 0;
      for (std::ptrdiff_t j = -reach; j <= reach; ++j) {
        for (std::ptrdiff_t i = -reach; i <= reach; ++i) {
          const double w = std::exp(-0.5 * static_cast<double>(i * i + j * j) / (sigma * sigma));
          sum += w * image.at(mirrored(static_cast<std::ptrdiff_t>(x) + i, image.width),
                              mirrored(static_cast<std::ptrdiff_t>(y) + j, image.height));
          weight += w;
        }
      }
      out.at(x, y) = static_cast<float>(sum / weight);
    }
  }
  return out;
}

/// A random texture moved by (dx, dy), multiples of a quarter pixel: blocks of a finer image.
Image2 texture(std::size_t width, std::size_t height, double dx, double dy, std::uint64_t seed = 5) {
  constexpr std::size_t kFine = 4, kMargin = 32;
  static const Image2 kPlane = gaussian(noise((110 + 2 * kMargin) * kFine, (90 + 2 * kMargin) * kFine, seed, 0, 60), 5);
  Image2 cut(width * kFine, height * kFine);
  const auto x0 = static_cast<std::size_t>(std::lround((kMargin - dx) * kFine));
  const auto y0 = static_cast<std::size_t>(std::lround((kMargin - dy) * kFine));
  for (std::size_t y = 0; y < cut.height; ++y) {
    for (std::size_t x = 0; x < cut.width; ++x) cut.at(x, y) = 100 + kPlane.at(x0 + x, y0 + y);
  }
  return block_means(cut, kFine);
}

TEST(OpsImage, GreyIsTheWeightedSumOfColours) {
  std::vector<Image2> channels = {Image2(2, 1, 10), Image2(2, 1, 20), Image2(2, 1, 40)};
  EXPECT_NEAR(grey_of(channels).at(1, 0), 0.299 * 10 + 0.587 * 20 + 0.114 * 40, 1e-4);
  EXPECT_EQ(grey_of({channels.data(), 1}), channels[0]);
  EXPECT_NEAR(grey_of({channels.data(), 2}).at(0, 0), 15, 1e-5);
}

TEST(OpsImage, BlocksAreMeansOverWhatTheyHold) {
  const Image2 image = noise(11, 7, 2);
  const Image2 blocks = block_means(image, 3), squares = block_mean_squares(image, 3);
  ASSERT_EQ(blocks.width, 4U);
  ASSERT_EQ(blocks.height, 3U);
  double sum = 0, square = 0;
  for (std::size_t x = 9; x < 11; ++x) {
    sum += image.at(x, 6);
    square += static_cast<double>(image.at(x, 6)) * image.at(x, 6);
  }
  EXPECT_NEAR(blocks.at(3, 2), sum / 2, 1e-3);
  EXPECT_NEAR(squares.at(3, 2), square / 2, 1e-1);
}

TEST(OpsImage, BlurAgreesWithItsTwin) {
  const Image2 image = noise(23, 17, 3);
  for (const double sigma : {0.7, 2.3}) {
    const Image2 fast = gaussian(image, sigma), slow = slow_gaussian(image, sigma);
    for (std::size_t i = 0; i < fast.pixels.size(); ++i) EXPECT_NEAR(fast.pixels[i], slow.pixels[i], 1e-2);
  }
  EXPECT_EQ(gaussian(image, 0), image);
  EXPECT_TRUE(gaussian(Image2{}, 2).empty());
}

TEST(OpsImage, BackgroundIsABroadBlur) {
  Image2 image(160, 120);
  for (std::size_t y = 0; y < 120; ++y) {
    for (std::size_t x = 0; x < 160; ++x) {
      image.at(x, y) =
          static_cast<float>(100 + 40 * std::sin(static_cast<double>(x) / 40) + static_cast<double>(y) / 4);
    }
  }
  const Image2 fast = background(image, 12), exact = gaussian(image, 12);
  for (std::size_t i = 0; i < fast.pixels.size(); ++i) EXPECT_NEAR(fast.pixels[i] / exact.pixels[i], 1, 0.02);
  const Image2 one = background(Image2(1, 1, 7), 12);
  EXPECT_FLOAT_EQ(one.at(0, 0), 7);
}

TEST(OpsTexture, NoiseHasItsOwnDeviation) {
  const Image2 image = noise(240, 200, 4, 100, 10);
  const TextureMap map = local_texture(image, Texture::kSd, 36, 100);
  EXPECT_EQ(map.step, 3U);
  EXPECT_NEAR(map.sigma, 36 / std::sqrt(12.0) / 3, 1e-12);
  double sum = 0;
  for (const float value : map.value.pixels) sum += std::exp(value);
  EXPECT_NEAR(sum / static_cast<double>(map.value.pixels.size()), 0.1, 0.002);
}

TEST(OpsTexture, ConstantAndDarkFieldsHaveTheFloor) {
  for (const float level : {0.0F, 128.0F}) {
    const Image2 flat(40, 30, level);
    for (const Texture kind : {Texture::kSd, Texture::kGradient}) {
      for (const float value : local_texture(flat, kind, 10, 40).value.pixels) {
        EXPECT_NEAR(std::exp(value), 1 / std::sqrt(12.0) / 127.75, 2e-4);
      }
    }
    for (const float value : local_texture(flat, Texture::kEntropy, 10, 40).value.pixels) EXPECT_NEAR(value, 0, 1e-3);
  }
  EXPECT_TRUE(local_texture(Image2{}, Texture::kSd, 10, 40).value.empty());
}

TEST(OpsTexture, GradientOfARampIsItsSlope) {
  Image2 ramp(60, 50);
  for (std::size_t y = 0; y < 50; ++y) {
    for (std::size_t x = 0; x < 60; ++x) ramp.at(x, y) = static_cast<float>(1000 + 3 * x + 4 * y);
  }
  const TextureMap map = local_texture(ramp, Texture::kGradient, 6, 1000);
  EXPECT_NEAR(std::exp(map.value.at(30, 25)), std::hypot(5.0 / 1187, 0.00226), 2e-4);
}

TEST(OpsTexture, EntropyOfTwoLevelsIsLogTwo) {
  Image2 board(64, 64);
  for (std::size_t y = 0; y < 64; ++y) {
    for (std::size_t x = 0; x < 64; ++x) board.at(x, y) = (x + y) % 2 == 0 ? 80.0F : 120.0F;
  }
  EXPECT_NEAR(local_texture(board, Texture::kEntropy, 12, 48).value.at(32, 32), std::log(2.0), 0.02);
}

TEST(OpsTexture, BlurredEdgeIsFoundAgain) {
  Image2 image = noise(240, 200, 6, 100, 15);
  const Image2 calm = noise(240, 200, 7, 100, 1.5);
  for (std::size_t y = 0; y < 200; ++y) {
    for (std::size_t x = 0; x < 120; ++x) image.at(x, y) = calm.at(x, y);
  }
  const TextureMap map = local_texture(image, Texture::kSd, 24, 2000);
  const double smooth = std::log(0.015), textured = std::log(0.15), threshold = std::log(0.05);
  const double offset = edge_offset(Texture::kSd, map.sigma, threshold, smooth, textured);
  EXPECT_GT(offset, 1);
  double sum = 0;
  for (std::size_t y = 0; y < map.value.height; ++y) {
    std::size_t x = 0;
    while (map.value.at(x, y) < threshold) ++x;
    sum += static_cast<double>(x);
  }
  const double crossing = sum / static_cast<double>(map.value.height);
  EXPECT_NEAR((crossing + offset) * static_cast<double>(map.step), 120, 1.5);
  EXPECT_EQ(edge_offset(Texture::kSd, 3, 2, 0, 1), 0);
}

TEST(OpsTexture, StepOfBrightnessIsNoTexture) {
  // A weak texture beside a darker smooth half: without the step the map crosses the threshold too early.
  Image2 image = noise(240, 200, 6, 110, 6);
  const Image2 calm = noise(240, 200, 7, 100, 1.5);
  for (std::size_t y = 0; y < 200; ++y) {
    for (std::size_t x = 0; x < 120; ++x) image.at(x, y) = calm.at(x, y);
  }
  const TextureMap map = local_texture(image, Texture::kSd, 24, 2000);
  const double mean = 105, step = 10 / mean;
  const double smooth = std::log(1.5 / mean), textured = std::log(6 / mean), threshold = std::log(3 / mean);
  double sum = 0;
  for (std::size_t y = 0; y < map.value.height; ++y) {
    std::size_t x = 0;
    while (map.value.at(x, y) < threshold) ++x;
    sum += static_cast<double>(x);
  }
  const double crossing = sum / static_cast<double>(map.value.height);
  const double with = edge_offset(Texture::kSd, map.sigma, threshold, smooth, textured, step);
  const double without = edge_offset(Texture::kSd, map.sigma, threshold, smooth, textured);
  EXPECT_NEAR((crossing + with) * static_cast<double>(map.step), 120, 1.5);
  EXPECT_LT((crossing + without) * static_cast<double>(map.step), 118);
  EXPECT_NEAR(map.level.at(map.level.width - 20, 50) - map.level.at(20, 50), step, 0.01);
  EXPECT_NEAR(edge_offset(Texture::kSd, 5, threshold, smooth, textured, 1e-9),
              edge_offset(Texture::kSd, 5, threshold, smooth, textured), 1e-6);
}

TEST(OpsRegister, ShiftsAreFoundBelowAPixel) {
  const Image2 still = texture(96, 80, 0, 0);
  for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {3.0, -2.0}, {-4.5, 2.75}}) {
    const Shift2 shift = phase_shift(still, texture(96, 80, dx, dy), 0.1);
    EXPECT_TRUE(shift.trusted);
    EXPECT_NEAR(shift.dx, dx, 0.15);
    EXPECT_NEAR(shift.dy, dy, 0.15);
  }
}

TEST(OpsRegister, FloatingCellsDoNotPull) {
  Image2 first = texture(96, 80, 0, 0), second = texture(96, 80, 2, 1);
  Random random(9, 1);
  for (int i = 0; i < 25; ++i) {
    const auto x = static_cast<std::size_t>(random.uniform() * 90), y = static_cast<std::size_t>(random.uniform() * 74);
    for (std::size_t v = 0; v < 5; ++v) {
      for (std::size_t u = 0; u < 5; ++u) {
        first.at(x + u, y + v) += 200;
        second.at((x * 7 + 13) % 90 + u, (y * 5 + 3) % 74 + v) += 200;
      }
    }
  }
  const Shift2 shift = phase_shift(first, second, 0.1);
  EXPECT_TRUE(shift.trusted);
  EXPECT_NEAR(shift.dx, 2, 0.3);
  EXPECT_NEAR(shift.dy, 1, 0.3);
}

TEST(OpsRegister, StrangersAndFlatFieldsAreNotTrusted) {
  const Shift2 strangers = phase_shift(noise(96, 80, 1), noise(96, 80, 2), 0.1);
  EXPECT_FALSE(strangers.trusted);
  EXPECT_EQ(strangers.dx, 0);
  EXPECT_FALSE(phase_shift(Image2(50, 50, 3), Image2(50, 50, 3), 0.1).trusted);
  EXPECT_FALSE(phase_shift(Image2{}, Image2{}, 0.1).trusted);
  EXPECT_FALSE(phase_shift(Image2(1, 1, 3), Image2(1, 1, 3), 0.1).trusted);
  // A true shift beyond the limit is not believed either.
  EXPECT_FALSE(phase_shift(texture(96, 80, 0, 0), texture(96, 80, 25, 0), 0.1).trusted);
}

}  // namespace
}  // namespace vesica
