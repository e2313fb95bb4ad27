// SPDX-License-Identifier: Apache-2.0
// Blurred edges of discs against the blur they were given.
#include "vesica/ops/segment_focus.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"

namespace vesica {
namespace {

/// Four discs of 90 pixels behind a blur, their outlines `off` pixels too wide.
EdgeBlur found_in(double sigma, double off) {
  Image2 image(240, 240, 0.0F);
  Labels2 labels(240, 240);
  for (std::size_t y = 0; y < 240; ++y) {
    for (std::size_t x = 0; x < 240; ++x) {
      for (const std::int32_t k : {0, 1, 2, 3}) {
        const double r =
            std::hypot(static_cast<double>(x) - 60 - 120 * (k % 2), static_cast<double>(y) - 60 - 120 * (k / 2));
        if (r <= 45) image.at(x, y) = 1000;
        if (r <= 45 + off) labels.at(x, y) = k + 1;
      }
    }
  }
  image = gaussian(image, sigma);
  Random random(1, 1);
  for (float& value : image.pixels) value += static_cast<float>(10 * random.normal());
  return edge_blur(labels, image);
}

TEST(EdgeBlur, IsTheBlurOfTheEdge) {
  for (const double off : {-2.0, 0.0, 2.0}) {
    for (const double sigma : {1.0, 2.0, 3.0, 5.0}) {
      const EdgeBlur found = found_in(sigma, off);
      EXPECT_NEAR(found.width, sigma, 0.35) << sigma << " " << off;
      EXPECT_NEAR(found.diameter, 90 + 2 * off, 1);
    }
    EXPECT_FALSE(found_in(5, off).is_blurred) << "a twentieth of the nucleus";
    EXPECT_TRUE(found_in(12, off).is_blurred);
  }
}

TEST(EdgeBlur, OfNothing) {
  EXPECT_TRUE(std::isnan(edge_blur(Labels2(), Image2()).width));
  EXPECT_TRUE(std::isnan(edge_blur(Labels2(9, 9), Image2(9, 9, 1.0F)).width));
  EXPECT_TRUE(std::isnan(edge_blur(Labels2(9, 9, 1), Image2(9, 9, 1.0F)).width));
  EXPECT_TRUE(std::isnan(edge_blur(Labels2(2, 2, 1), Image2(2, 2, 1.0F)).width));
  EXPECT_FALSE(edge_blur(Labels2(9, 9, 1), Image2(9, 9, 1.0F)).is_blurred);
}

}  // namespace
}  // namespace vesica
