// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/flat_field.h"

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace vesica {
namespace {

constexpr std::size_t kWidth = 32, kHeight = 20;
constexpr float kZero = 100;  // counts of the camera without light

/// Falls to 0.6 at the right border.
float share_at(std::size_t x) { return 1 - 0.4F * static_cast<float>(x) / (kWidth - 1); }
double mean_share() { return 0.8; }

Image2 lit(float light, float zero = kZero) {
  Image2 out(kWidth, kHeight);
  for (std::size_t y = 0; y < kHeight; ++y) {
    for (std::size_t x = 0; x < kWidth; ++x) out.row(y)[x] = zero + light * share_at(x);
  }
  return out;
}

Reading reading_of(const std::string& path, std::vector<Image2> channels, std::vector<std::string> names = {},
                   int bits = 16) {
  ImageInfo info;
  info.channels = channels.size();
  info.channel_names = std::move(names);
  info.bits = bits;
  Reading out;
  out.path = path;
  out.data = std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), std::move(channels))});
  return out;
}

std::shared_ptr<const ImageSource> source_of(const Reading& reading) { return reading.as<ImageReading>()->source; }

std::string error_of(const std::vector<Reading>& flats, const std::vector<Reading>& darks) {
  try {
    const FlatField light(flats, darks);
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty());
    return error.where().file;
  }
  return "none";
}

TEST(FlatFieldRoles, EvenLightComesBackEven) {
  // Two flats of different brightness: their mean counts. The sample has 500 counts of light everywhere.
  const std::vector<Reading> flats = {reading_of("a.tif", {lit(800)}), reading_of("b.tif", {lit(1200)})};
  const std::vector<Reading> darks = {reading_of("d.tif", {Image2(kWidth, kHeight, kZero)})};
  const auto light = std::make_shared<const FlatField>(flats, darks);
  const auto out = flat_corrected(source_of(reading_of("s.tif", {lit(500)})), light, "s.tif");
  EXPECT_TRUE(out->info().notes.empty());
  for (const float each : out->read_frame(0).pixels) EXPECT_NEAR(each, 500 * mean_share(), 0.01);
  // Without the dark picture the camera's zero counts as light.
  const auto raw = std::make_shared<const FlatField>(flats, std::vector<Reading>{});
  const Image2 left = flat_corrected(source_of(reading_of("s.tif", {lit(500)})), raw, "s.tif")->read_frame(0);
  const double mean = kZero + 1000 * mean_share();
  EXPECT_NEAR(left.row(0)[0], (kZero + 500) * mean / (kZero + 1000), 0.01);
  EXPECT_NEAR(left.row(0)[kWidth - 1], (kZero + 300) * mean / (kZero + 600), 0.01);
}

TEST(FlatFieldRoles, FullPixelsStayFull) {
  const auto light = std::make_shared<const FlatField>(std::vector<Reading>{reading_of("f.tif", {lit(1000, 0)})},
                                                       std::vector<Reading>{});
  Image2 sample(kWidth, kHeight, 4000);
  sample.row(3)[0] = 4095;           // full in the bright corner, where the correction would lower it
  sample.row(3)[kWidth - 1] = 4000;  // becomes 4000 / 0.6 * 0.8 = 5333, more than such a camera counts
  const Image2 out = flat_corrected(source_of(reading_of("s.tif", {sample})), light, "s.tif")->read_frame(0);
  EXPECT_EQ(out.row(3)[0], 4095);
  EXPECT_EQ(out.row(3)[kWidth - 1], 4095);
  EXPECT_NEAR(out.row(0)[0], 4000 * mean_share(), 0.01);
  // No pixel is full and none says how many bits the camera has: nothing is cut off below 16 bits.
  sample.row(3)[0] = 4000;
  const Image2 dim = flat_corrected(source_of(reading_of("s.tif", {sample})), light, "s.tif")->read_frame(0);
  EXPECT_NEAR(dim.row(3)[kWidth - 1], 4000 * mean_share() / 0.6, 0.01);
}

TEST(FlatFieldRoles, ChannelsAreFoundByNameOrNumber) {
  const Image2 even(kWidth, kHeight, 1000);
  const std::vector<Reading> flats = {reading_of("flat_DAPI.tif", {lit(1000, 0)}), reading_of("flat_EdU.tif", {even})};
  const auto light = std::make_shared<const FlatField>(flats, std::vector<Reading>{});
  EXPECT_TRUE(light->knows("dapi"));
  EXPECT_FALSE(light->knows("gfp"));
  const Reading sample = reading_of("s.tif", {lit(500, 0), lit(500, 0), lit(500, 0)}, {"DAPI", "EdU", "GFP"});
  const auto out = flat_corrected(source_of(sample), light, "s.tif");
  const std::vector<Image2> planes = out->read_channels(0);
  EXPECT_NEAR(planes[0].row(0)[kWidth - 1], 500 * mean_share(), 0.01);
  EXPECT_NEAR(planes[1].row(0)[kWidth - 1], 300, 0.01);
  EXPECT_NEAR(planes[2].row(0)[kWidth - 1], 300, 0.01);
  ASSERT_EQ(out->info().notes.size(), 1U);
  EXPECT_NE(out->info().notes[0].message.find("gfp"), std::string::npos);
  // A single picture without a channel serves all; files of one channel say theirs in their own name.
  const auto one = std::make_shared<const FlatField>(std::vector<Reading>{reading_of("flat.tif", {lit(1000, 0)})},
                                                     std::vector<Reading>{});
  for (const Image2& plane : flat_corrected(source_of(sample), one, "s.tif")->read_channels(0))
    EXPECT_NEAR(plane.row(0)[kWidth - 1], 500 * mean_share(), 0.01);
  const Reading alone = reading_of("NC_1_DAPI.tif", {lit(500, 0)});
  EXPECT_NEAR(flat_corrected(source_of(alone), light, alone.path)->read_frame(0).row(0)[0], 500 * mean_share(), 0.01);
}

TEST(FlatFieldRoles, BadPicturesAreNamed) {
  const Reading flat = reading_of("flat.tif", {lit(1000)});
  EXPECT_EQ(error_of({flat}, {}), "none");
  EXPECT_EQ(error_of({}, {reading_of("dark.tif", {lit(0)})}), "dark.tif");
  EXPECT_EQ(error_of({flat}, {reading_of("dark.tif", {Image2(8, 8, 100)})}), "dark.tif");
  EXPECT_EQ(error_of({flat, reading_of("small.tif", {Image2(8, 8, 900)})}, {}), "flat.tif");
  EXPECT_EQ(error_of({flat}, {reading_of("dark.tif", {Image2(kWidth, kHeight, 690)})}), "flat.tif");
  Image2 hole = lit(1000);
  hole.row(5)[5] = std::nanf("");
  EXPECT_EQ(error_of({reading_of("hole.tif", {hole}, {}, 32)}, {}), "hole.tif");
  Reading table;
  table.path = "table.csv";
  EXPECT_EQ(error_of({table}, {}), "table.csv");
  const auto light = std::make_shared<const FlatField>(std::vector<Reading>{flat}, std::vector<Reading>{});
  const Reading other = reading_of("other.tif", {Image2(64, 64, 5)});
  EXPECT_THROW(flat_corrected(source_of(other), light, "other.tif")->read_frame(0), Error);
}

}  // namespace
}  // namespace vesica
