// SPDX-License-Identifier: Apache-2.0
// Regions whose bytes ImageJ itself wrote.
#include "vesica/io/imagej_roi.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/io/imagej_roi_test_files.h"

namespace vesica {
namespace {

using testing_files::from_hex;

TEST(ImageJRoi, BytesOfImageJAreRead) {
  // ImageJ 1.54p, RoiEncoder.saveAsByteArray of new PolygonRoi({3, 9, 5}, {4, 4, 11}, POLYGON) named "a"; of the same
  // with coordinates 3.25, 4.5; 9.5, 4.75; 5, 11.5; of new OvalRoi(2, 3, 10, 20).
  const ImageJRoi polygon = read_roi(
      from_hex("496f757400e4000000040003000b000900030000000000000000000000000000000000000000000000000000000000000000"
               "000000000000000000020000004c000000060002000000000007000000000000000000000000000000000000008c00000001"
               "000000000000000000000000000000000000000000000000000000000000000000000000000000000061"),
      "a.roi");
  EXPECT_EQ(polygon.name, "a");
  ASSERT_EQ(polygon.paths.size(), 1U);
  EXPECT_EQ(polygon.paths[0], (std::vector<RoiPoint>{{3, 4}, {9, 4}, {5, 11}}));
  const ImageJRoi fine = read_roi(
      from_hex("496f757400e4000000040003000c000a00030000000000000000000000000000000000000000000000000000000000000000"
               "0080000000000000000000000064000000060002000000000007405000004118000040a00000409000004098000041380000"
               "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
               "0000000000000000000000000000"),
      "b.roi");
  EXPECT_EQ(fine.paths.at(0), (std::vector<RoiPoint>{{3.25, 4.5}, {9.5, 4.75}, {5, 11.5}}));
  const ImageJRoi oval = read_roi(
      from_hex("496f757400e40200000300020017000c00000000000000000000000000000000000000000000000000000000000000000000"
               "0000000000000000000000000040000000000000000000000000000000000000000000000000000000000000000000000000"
               "00000000000000000000000000000000000000000000000000000000"),
      "c.roi");
  ASSERT_EQ(oval.paths.size(), 1U);
  for (const RoiPoint& point : oval.paths[0]) {
    EXPECT_NEAR(std::hypot((point[0] - 7) / 5, (point[1] - 13) / 10), 1, 1e-9);
  }
}

/// Shoelace: of a joined outline the pieces' areas with their signs.
double area_of(const std::vector<RoiPoint>& path) {
  double out = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const RoiPoint &a = path[i], &b = path[(i + 1) % path.size()];
    out += a[0] * b[1] - b[0] * a[1];
  }
  return std::abs(out) / 2;
}

TEST(ImageJRoi, CompositesOfImageJAreRead) {
  std::map<std::string, ImageJRoi> rois;
  for (const auto& each : testing_files::kComposites) rois[each.name] = read_roi(from_hex(each.hex), each.name);
  for (const auto& [name, roi] : rois) EXPECT_EQ(roi.name, name);
  EXPECT_EQ(rois["two"].paths.size(), 2U);
  EXPECT_EQ(rois["island"].paths.size(), 3U);
  EXPECT_NEAR(area_of(rois["two"].paths.at(0)), 12 * 9, 1e-9);
  // Closed forms: ellipses of 40 x 30 and 14 x 12; a parabola over a base of 40 under a corner 60 high has two thirds
  // of that triangle's area.
  ASSERT_EQ(rois["egg"].paths.size(), 2U);
  double most = 0, least = 1e9;
  for (const auto& path : rois["egg"].paths)
    most = std::max(most, area_of(path)), least = std::min(least, area_of(path));
  EXPECT_NEAR(most / (std::numbers::pi * 20 * 15), 1, 1e-3);
  EXPECT_NEAR(least / (std::numbers::pi * 7 * 6), 1, 1e-3);
  ASSERT_EQ(rois["arch"].paths.size(), 2U);
  EXPECT_NEAR(area_of(rois["arch"].paths[0]), 2.0 / 3 * (40 * 60 / 2.0), 1);
  for (const auto& [name, roi] : rois)
    for (const auto& path : roi.paths)
      for (const RoiPoint& point : path)
        EXPECT_TRUE(point[0] >= 2 && point[0] <= 50 && point[1] >= 2 && point[1] <= 48) << name;
}

TEST(ImageJRoi, CompositesAreBounded) {
  const std::string whole = from_hex(testing_files::kComposites[2].hex);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    try {
      read_roi(whole.substr(0, size), "cut.roi");
    } catch (const Error& error) {
      ++refused;
      EXPECT_FALSE(error.hint().empty());
    }
  }
  EXPECT_GE(refused, 64U + 64 * 4) << "only the name may be cut off";
  // A million numbers that are curves would be four million corners.
  std::string many = whole.substr(0, 64);
  const std::uint32_t numbers = 999'999;
  for (std::size_t i = 0; i < 4; ++i) many[36 + i] = static_cast<char>((numbers >> (24 - 8 * i)) & 255);
  many[60] = many[61] = many[62] = many[63] = 0;
  std::string curve("\x40\x40\0\0", 4);  // 3, then six zeros
  curve += std::string(24, '\0');
  many += std::string(12, '\0');  // move to 0, 0
  while (many.size() < 64 + 4 * std::size_t{numbers}) many += curve;
  EXPECT_THROW(read_roi(many, "many.roi"), Error);
}

TEST(ImageJRoi, WhatCannotBeReadIsNamedAndTheRestIsRead) {
  const std::string good = from_hex(testing_files::kComposites[0].hex);
  const std::string zip = testing_files::stored_zip({{"1.roi", good},
                                                     {"2.roi", from_hex(testing_files::kTextRoi)},
                                                     {"3.roi", good.substr(0, 100)},
                                                     {"4.roi", good},
                                                     {"notes.txt", "not asked for"}});
  std::vector<Error> left_out;
  const std::vector<ImageJRoi> rois = read_rois(zip, "r.zip", left_out);
  ASSERT_EQ(rois.size(), 2U);
  ASSERT_EQ(left_out.size(), 2U);
  EXPECT_EQ(left_out[0].where().file, "r.zip/2.roi");
  EXPECT_NE(about_left_out(left_out).find("3.roi"), std::string::npos) << about_left_out(left_out);
  left_out.insert(left_out.end(), 9, left_out.front());
  EXPECT_NE(about_left_out(left_out).find("6"), std::string::npos) << about_left_out(left_out);
  left_out.clear();
  EXPECT_THROW(read_rois(testing_files::stored_zip({{"3.roi", good.substr(0, 100)}}), "r.zip", left_out), Error);
}

}  // namespace
}  // namespace vesica
