// SPDX-License-Identifier: Apache-2.0
// Nuclei in blocks against closed forms; pixels that hang on their seeds.
#include "vesica/ops/segment_nuclei_fine.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {
namespace {

/// Two blurred ellipses of 90 by 70 pixels' radii, noise, a size that no block divides.
Image2 two_large() {
  Image2 out(503, 251, 0.0F);
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) {
      for (const double middle : {120.0, 380.0}) {
        const double dx = (static_cast<double>(x) - middle) / 90, dy = (static_cast<double>(y) - 125) / 70;
        if (std::hypot(dx, dy) <= 1) out.at(x, y) = 600;
      }
    }
  }
  out = gaussian(out, 4);
  Random random(2, 2);
  for (float& value : out.pixels) value += static_cast<float>(100 + 8 * random.normal());
  return out;
}

TEST(NucleiInBlocks, LargeOnesKeepTheirOutlines) {
  NucleiSearch how;
  how.least_px = 20;
  const NucleiFound found = find_nuclei_in_blocks(two_large(), how, 5);
  ASSERT_EQ(greatest_label(found.labels), 2);
  EXPECT_EQ(found.light.width, 503U);
  const std::vector<std::size_t> areas = label_areas(found.labels);
  for (std::size_t i = 1; i < areas.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(areas[i]) / (std::numbers::pi * 90 * 70), 1, 0.03);
  }
  // The outline lies where the light has half of its height: at the ellipse, to a pixel or two.
  EXPECT_EQ(found.labels.at(120, 125 - 67), 1);
  EXPECT_EQ(found.labels.at(120, 125 - 73), 0);
  EXPECT_EQ(found.labels.at(120 + 87, 125), 1);
  EXPECT_EQ(found.labels.at(120 + 93, 125), 0);
}

TEST(NucleiInBlocks, OnePixelABlockIsTheSearchItself) {
  const Image2 small = block_means(two_large(), 4);
  EXPECT_EQ(find_nuclei_in_blocks(small, {}, 1).labels, find_nuclei(small, {}).labels);
}

TEST(NucleiInBlocks, NothingInNothing) {
  for (const std::size_t step : {1, 3, 100}) {
    EXPECT_EQ(greatest_label(find_nuclei_in_blocks(Image2(40, 30, 7.0F), {}, step).labels), 0) << step;
    EXPECT_TRUE(find_nuclei_in_blocks(Image2(), {}, step).labels.empty());
    Image2 broken(9, 9, 1.0F);
    broken.at(4, 4) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(greatest_label(find_nuclei_in_blocks(broken, {}, step).labels), 0);
  }
}

TEST(KeepAttached, CrumbsGo) {
  Labels2 labels(7, 3), seeds(7, 3);
  for (const std::size_t x : {0, 1, 2, 4, 6}) labels.at(x, 1) = 1;
  labels.at(4, 0) = labels.at(5, 1) = 2;
  seeds.at(0, 1) = 1;
  seeds.at(5, 1) = 2;
  seeds.at(6, 2) = 2;  // labelled nowhere
  keep_attached(labels, seeds);
  Labels2 expected(7, 3);
  expected.at(0, 1) = expected.at(1, 1) = expected.at(2, 1) = 1;
  expected.at(5, 1) = 2;  // (4, 0) touches it at a corner alone
  EXPECT_EQ(labels, expected);
}

}  // namespace
}  // namespace vesica
