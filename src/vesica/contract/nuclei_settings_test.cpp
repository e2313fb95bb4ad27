// SPDX-License-Identifier: Apache-2.0
// Nuclei of every magnification, with and without a pixel size.
#include "vesica/contract/nuclei_settings.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {
namespace {

/// Nine nuclei of 12 µm with grainy chromatin, their edges blurred by 0.3 µm, on a noisy ground.
Image2 nine(double pixel_um) {
  const double radius = 6 / pixel_um, spacing = 24 / pixel_um;
  const auto side = static_cast<std::size_t>(3 * spacing);
  Image2 out(side, side, 0.0F);
  Random random(3, 1);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double dx = std::fmod(static_cast<double>(x), spacing) - spacing / 2;
      const double dy = std::fmod(static_cast<double>(y), spacing) - spacing / 2;
      if (std::hypot(dx, dy) <= radius) out.at(x, y) = static_cast<float>(900 + 150 * random.normal());
    }
  }
  out = gaussian(out, 0.3 / pixel_um);
  for (float& value : out.pixels) value += static_cast<float>(200 + 10 * random.normal());
  return out;
}

TEST(NucleiSettings, EveryMagnificationHasItsNuclei) {
  for (const double pixel : {1.3, 0.65, 0.325, 0.16, 0.1, 0.065}) {
    const NucleiInImage here = nuclei_in(nine(pixel), {}, pixel);
    ASSERT_EQ(greatest_label(here.found.labels), 9) << pixel;
    const double truth = std::numbers::pi * 36 / (pixel * pixel);
    for (const std::size_t area : label_areas(here.found.labels)) {
      if (static_cast<double>(area) > 4 * truth) continue;  // outside
      EXPECT_NEAR(static_cast<double>(area) / truth, 1, pixel > 1 ? 0.1 : 0.06) << pixel;
    }
    EXPECT_GT(here.share, 0.85) << pixel;
  }
}

TEST(NucleiSettings, SmallObjectsAreNotBlockedAway) {
  Image2 image(200, 200, 100.0F);
  for (std::size_t y = 20; y < 190; y += 20) {
    for (std::size_t x = 20; x < 190; x += 20) {
      for (std::size_t k = 0; k < 9; ++k) image.at(x + k % 3, y + k / 3) = 900;
    }
  }
  NucleiSettings settings;
  settings.least_um2 = 0.03;
  settings.background_um = 2;
  EXPECT_EQ(greatest_label(nuclei_in(image, settings, 0.1).found.labels), 81);
}

TEST(NucleiSettings, LargeNucleiWithoutAPixelSize) {
  const NucleiInImage here = nuclei_in(nine(0.08), {}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(greatest_label(here.found.labels), 9);
  EXPECT_NEAR(here.pixel_um, 0.08, 0.01);
  EXPECT_DOUBLE_EQ(nuclei_in(nine(0.325), {}, 0).pixel_um, kNominalPixelUm);  // found at the nominal size as well
  EXPECT_EQ(greatest_label(nuclei_in(Image2(50, 50, 3.0F), {}, 0).found.labels), 0);
  EXPECT_EQ(greatest_label(nuclei_in(Image2(), {}, 0.1).found.labels), 0);
}

}  // namespace
}  // namespace vesica
