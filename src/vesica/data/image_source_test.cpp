// SPDX-License-Identifier: Apache-2.0
// A series and a volume in memory give the planes and boxes that they hold.
#include "vesica/data/image_source.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

float number_at(std::size_t x, std::size_t y, std::size_t z) { return static_cast<float>(x + 10 * y + 100 * z); }

std::vector<Image2> planes(float offset) {
  std::vector<Image2> out;
  for (std::size_t z = 0; z < 3; ++z) {
    Image2 plane(5, 4);
    for (std::size_t y = 0; y < 4; ++y) {
      for (std::size_t x = 0; x < 5; ++x) plane.at(x, y) = number_at(x, y, z) + offset;
    }
    out.push_back(plane);
  }
  return out;
}

TEST(ImageSource, PagesOfUnknownAxisServeAsSeriesAndAsVolume) {
  ImageInfo info;
  info.frames = 3;
  info.axis_known = false;
  info.bits = 16;
  const auto source = memory_images(info, planes(0));
  EXPECT_EQ(source->series_length(), 3u);
  EXPECT_EQ(source->volume_depth(), 3u);
  EXPECT_EQ(source->read_frame(2).at(4, 3), number_at(4, 3, 2));
  const Volume box = source->read_box({1, 2, 1, 4, 4, 3});
  EXPECT_EQ(box.nx, 3u);
  EXPECT_EQ(box.value(2, 1, 1), number_at(3, 3, 2));
  EXPECT_EQ(box.box.z0, 1u);
}

TEST(ImageSource, FractionsAndNegativesAreScaledInto16Bits) {
  ImageInfo info;
  info.depth = 3;
  info.bits = 32;
  info.floating = true;
  const auto source = memory_images(info, planes(-50.25F));
  const Volume box = source->read_box(source->whole());
  for (std::size_t z = 0; z < 3; ++z) EXPECT_NEAR(box.value(1, 2, z), number_at(1, 2, z) - 50.25, 234.0 / 65535);
  const auto shifted = memory_images(info, planes(-50));
  const Volume exact = shifted->read_box(shifted->whole());
  EXPECT_EQ(exact.slope, 1);
  EXPECT_EQ(exact.value(3, 3, 1), number_at(3, 3, 1) - 50);
}

TEST(ImageSource, VolumeInMemoryGivesItsBox) {
  Volume volume = make_volume(5, 4, 3, 8);
  for (std::size_t i = 0; i < volume.voxels(); ++i) volume.bytes[i] = static_cast<std::uint8_t>(i);
  volume.voxel_um = {10, 10, 20};
  const auto source = memory_volume({}, volume);
  EXPECT_EQ(source->info().pixel_um().value, 10);
  const Volume box = source->read_box({2, 1, 1, 5, 3, 2});
  EXPECT_EQ(box.stored(box.index(0, 1, 0)), volume.stored(volume.index(2, 2, 1)));
  EXPECT_EQ(box.voxel_um[2], 20);
  EXPECT_EQ(source->read_frame(2).at(1, 0), 41);
}

TEST(ImageSource, GivenGoesBeforeTheTag) {
  EXPECT_EQ(given_or(2.5, "pixel_um", {1, KnownFrom::kTag, "x"}).value, 2.5);
  EXPECT_EQ(given_or(std::nullopt, "pixel_um", {1, KnownFrom::kTag, "x"}).from, KnownFrom::kTag);
  ImageInfo info;
  info.voxel_um[0] = {1, KnownFrom::kTag, ""};
  info.voxel_um[1] = {1.05, KnownFrom::kTag, ""};
  EXPECT_FALSE(info.pixel_um().known());
}

}  // namespace
}  // namespace vesica
