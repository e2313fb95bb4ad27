// SPDX-License-Identifier: Apache-2.0
// Regions whose bytes ImageJ itself wrote.
#include "vesica/io/imagej_roi.h"

#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

namespace vesica {
namespace {

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

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

}  // namespace
}  // namespace vesica
