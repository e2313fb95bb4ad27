// SPDX-License-Identifier: Apache-2.0
// Regions and labels go out and come back; what others damaged is refused.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/bytes.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/io/label_image.h"
#include "vesica/io/tiff.h"
#include "vesica/io/zip.h"

namespace vesica {
namespace {

ImageJRoi polygon(std::string name, std::vector<RoiPoint> corners) {
  return {std::move(name), true, {std::move(corners)}};
}

std::vector<ImageJRoi> read_all(const std::string& zip) {
  std::vector<Error> left_out;
  std::vector<ImageJRoi> out = read_rois(zip, "r.zip", left_out);
  EXPECT_TRUE(left_out.empty());
  return out;
}

double area_of(const std::vector<RoiPoint>& path) {
  double out = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const RoiPoint &a = path[i], &b = path[(i + 1) % path.size()];
    out += a[0] * b[1] - b[0] * a[1];
  }
  return std::abs(out) / 2;
}

TEST(ImageJRoi, ZipsComeBack) {
  const std::vector<ImageJRoi> rois = {
      polygon("0001", {{2, 3}, {20, 3}, {20, 11}, {2, 11}}), polygon("细胞", {{2.25, 3.5}, {900, 3}, {20, 701.125}}),
      polygon("0001", {{0, 0}, {4, 0}, {32767, 5}}), polygon("line", {{1, 2}, {3, 4}})};
  std::size_t left_out = 0;
  const std::string zip = write_roi_zip(rois, left_out);
  EXPECT_EQ(left_out, 1u);
  EXPECT_EQ(zip, write_roi_zip(rois, left_out));
  const std::vector<ImageJRoi> back = read_all(zip);
  ASSERT_EQ(back.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back[i].paths, rois[i].paths) << i;
    EXPECT_TRUE(back[i].is_area);
  }
  EXPECT_EQ(back[1].name, "细胞");
  EXPECT_EQ(back[2].name, "0001-2");
}

/// A region as ImageJ writes it, by the layout of its decoder.
std::string header(int type, int top, int left, int bottom, int right, int count, int version = 217) {
  std::string out(64, '\0');
  const auto half = [&](std::size_t at, int value) {
    out[at] = static_cast<char>((value >> 8) & 0xFF);
    out[at + 1] = static_cast<char>(value & 0xFF);
  };
  out.replace(0, 4, "Iout");
  half(4, version);
  out[6] = static_cast<char>(type);
  half(8, top), half(10, left), half(12, bottom), half(14, right), half(16, count);
  return out;
}

TEST(ImageJRoi, BoxesOvalsAndLines) {
  const ImageJRoi box = read_roi(header(1, 10, 20, 30, 60, 0), "b.roi");
  EXPECT_DOUBLE_EQ(area_of(box.paths[0]), 40 * 20);
  const ImageJRoi oval = read_roi(header(2, 10, 20, 30, 60, 0), "o.roi");
  EXPECT_NEAR(area_of(oval.paths[0]) / (std::numbers::pi * 20 * 10), 1, 5e-4);
  EXPECT_FALSE(read_roi(header(3, 0, 0, 0, 0, 0), "l.roi").is_area);
  EXPECT_TRUE(read_roi(header(3, 0, 0, 0, 0, 0), "l.roi").is_line);
  EXPECT_EQ(read_roi(header(1, -3, -4, 30, 60, 0), "n.roi").paths[0][0], (RoiPoint{-4, -3}));
  EXPECT_EQ(read_roi(header(1, 40000, 0, 40010, 10, 0), "n.roi").paths[0][0], (RoiPoint{0, 40000}));
}

TEST(ImageJRoi, CompositesAreSeveralPaths) {
  std::string bytes = header(1, 0, 0, 10, 10, 0);
  const float numbers[] = {0, 0, 0, 1, 10, 0, 1, 10, 10, 1, 0, 10, 4, 0, 2, 2, 1, 4, 2, 2, 9, 9, 4, 4, 4};
  bytes[39] = static_cast<char>(std::size(numbers));
  for (const float value : numbers) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((bits >> shift) & 0xFF);
  }
  const ImageJRoi roi = read_roi(bytes, "c.roi");
  ASSERT_EQ(roi.paths.size(), 2u);
  EXPECT_DOUBLE_EQ(area_of(roi.paths[0]), 100);
  // A triangle of 2 and, behind its third side, two thirds of the triangle that the curve's corner makes.
  EXPECT_NEAR(area_of(roi.paths[1]), 2 + 10.0 / 3, 0.01);
  bytes.resize(bytes.size() - 3);
  EXPECT_THROW(read_roi(bytes, "c.roi"), Error);
}

TEST(ImageJRoi, DamageIsRefusedAtEveryLength) {
  std::size_t left_out = 0;
  const std::string zip = write_roi_zip(std::vector<ImageJRoi>{polygon("a", {{2.5, 3}, {20, 3}, {20, 11}})}, left_out);
  const std::string whole = read_zip(zip, "r.zip", {"a.roi"}).at("a.roi");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_THROW(read_roi(whole.substr(0, size), "a.roi"), Error);
  EXPECT_THROW(read_roi(header(0, 0, 0, 9, 9, 65535), "a.roi"), Error);
  EXPECT_THROW(read_roi(header(0, 0, 0, 9, 9, 0), "a.roi"), Error);
  EXPECT_THROW(read_roi(header(6, 0, 0, 9, 9, 0), "a.roi"), Error);
  EXPECT_THROW(read_roi(header(77, 0, 0, 9, 9, 0), "a.roi"), Error);
  EXPECT_THROW(read_roi("I am no region", "a.roi"), Error);
  EXPECT_THROW(read_all("PK"), Error);
  EXPECT_THROW(read_all(write_roi_zip({}, left_out)), Error);
  std::string far = header(3, 0, 0, 9, 9, 0);
  far[18] = 0x7F, far[19] = static_cast<char>(0xC0);  // not a number
  EXPECT_THROW(read_roi(far, "a.roi"), Error);
}

Labels2 some_labels(std::int32_t most) {
  Labels2 out(37, 11);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = static_cast<std::int32_t>(i % 7);
  out.pixels[5] = most;
  return out;
}

std::shared_ptr<const ImageSource> opened(const std::string& bytes) { return open_tiff(bytes_of(bytes), "l.tif"); }

TEST(LabelImage, SixteenAndThirtyTwoBitsComeBackWithTheirScale) {
  for (const std::int32_t most : {6, 65535, 65536, 16'777'215}) {
    const Labels2 labels = some_labels(most);
    const std::string bytes = write_label_tiff(labels, 0.325);
    EXPECT_EQ(bytes, write_label_tiff(labels, 0.325));
    const auto source = opened(bytes);
    EXPECT_EQ(source->info().bits, most < 65536 ? 16 : 32);
    EXPECT_NEAR(source->info().pixel_um().value, 0.325, 1e-6);
    EXPECT_EQ(read_labels(*source, 0, "l.tif"), labels);
  }
  EXPECT_FALSE(opened(write_label_tiff(some_labels(3)))->info().pixel_um().known());
}

TEST(LabelImage, WhatIsNoLabelIsRefused) {
  for (const float value : {0.5F, -1.0F, 1e9F, NAN}) {
    Image2 image(4, 3);
    image.pixels[7] = value;
    const auto source = memory_images({}, {image});
    try {
      read_labels(*source, 0, "l.tif");
      ADD_FAILURE() << value;
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("(3, 1)"), std::string::npos) << error.message();
    }
  }
}

}  // namespace
}  // namespace vesica
