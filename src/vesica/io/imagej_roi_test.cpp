// SPDX-License-Identifier: Apache-2.0
// Outlines: there and back, bytes of ImageJ itself, damage; label images read back.
#include "vesica/io/imagej_roi.h"

#include <string>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/bytes.h"
#include "vesica/io/labels_tiff.h"
#include "vesica/io/tiff.h"
#include "vesica/io/zip.h"

namespace vesica {
namespace {

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

ImagejRoi triangle() { return {"0001-cell", RoiKind::kTraced, {{10, 20}, {40, 20}, {40, 60}}, 3}; }

TEST(ImagejRoi, ThereAndBack) {
  const std::vector<ImagejRoi> rois = {triangle(),
                                       {"box", RoiKind::kRectangle, {{5, 6}, {50, 70}}, 0},
                                       {"oval", RoiKind::kOval, {{0, 0}, {9, 4}}, 0},
                                       {"line", RoiKind::kLine, {{1.5, 2.5}, {30, 4}}, 0},
                                       {"points", RoiKind::kPoints, {{7, 8}}, 1},
                                       {"far", RoiKind::kPolygon, {{60000, 3}, {65535, 3}, {65000, 40000}}, 0}};
  for (const ImagejRoi& roi : rois) EXPECT_EQ(read_roi(write_roi(roi), "a.roi"), roi) << roi.name;
  EXPECT_EQ(read_roi_zip(write_roi_zip(rois), "set.zip"), rois);
}

TEST(ImagejRoi, NamesInAnArchiveAreUnique) {
  const std::string bytes = write_roi_zip({triangle(), triangle()});
  EXPECT_EQ(zip_names(bytes, "set.zip"), (std::vector<std::string>{"0001-cell.roi", "0001-cell-2.roi"}));
  EXPECT_EQ(bytes, write_roi_zip({triangle(), triangle()}));
}

TEST(ImagejRoi, ReadsWhatImageJWrites) {
  // ImageJ 1.54p, RoiEncoder.saveAsByteArray of new PolygonRoi({3, 9, 5}, {4, 4, 11}, POLYGON) named "a", position 2;
  // of the same with coordinates 3.25, 4.5; 9.5, 4.75; 5, 11.5; of new OvalRoi(2, 3, 10, 20).
  const ImagejRoi polygon = read_roi(
      from_hex("496f757400e4000000040003000b000900030000000000000000000000000000000000000000000000000000000000000000"
               "000000000000000000020000004c000000060002000000000007000000000000000000000000000000000000008c00000001"
               "000000000000000000000000000000000000000000000000000000000000000000000000000000000061"),
      "a.roi");
  EXPECT_EQ(polygon, (ImagejRoi{"a", RoiKind::kPolygon, {{3, 4}, {9, 4}, {5, 11}}, 2}));
  const ImagejRoi fine = read_roi(
      from_hex("496f757400e4000000040003000c000a00030000000000000000000000000000000000000000000000000000000000000000"
               "0080000000000000000000000064000000060002000000000007405000004118000040a00000409000004098000041380000"
               "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
               "0000000000000000000000000000"),
      "b.roi");
  EXPECT_EQ(fine.points, (std::vector<std::pair<double, double>>{{3.25, 4.5}, {9.5, 4.75}, {5, 11.5}}));
  const ImagejRoi oval = read_roi(
      from_hex("496f757400e40200000300020017000c00000000000000000000000000000000000000000000000000000000000000000000"
               "0000000000000000000000000040000000000000000000000000000000000000000000000000000000000000000000000000"
               "00000000000000000000000000000000000000000000000000000000"),
      "c.roi");
  EXPECT_EQ(oval.kind, RoiKind::kOval);
  EXPECT_EQ(oval.points, (std::vector<std::pair<double, double>>{{2, 3}, {12, 23}}));
}

TEST(ImagejRoi, DamageIsRefused) {
  const std::string whole = write_roi(triangle());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    try {
      read_roi(whole.substr(0, size), "a.roi");
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == ErrorKind::kData || error.kind() == ErrorKind::kUnsupported);
    }
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int value : {0, 1, 127, 128, 255}) {
      std::string hostile = whole;
      hostile[i] = static_cast<char>(value);
      try {
        read_roi(hostile, "a.roi");
      } catch (const Error&) {
      }
    }
  }
  std::string many = whole;
  many[16] = many[17] = '\xFF';  // more points than bytes
  EXPECT_THROW(read_roi(many, "a.roi"), Error);
  std::string composite = whole;
  composite[39] = 9;
  EXPECT_THROW(read_roi(composite, "a.roi"), Error);
  EXPECT_THROW(read_roi("", "a.roi"), Error);
  EXPECT_THROW(read_roi_zip("PK", "set.zip"), Error);
}

TEST(LabelsTiff, ReadBackWithTheirScale) {
  Labels2 labels(7, 5);
  labels.at(2, 3) = 1;
  labels.at(6, 4) = 65535;
  for (const std::int32_t top : {65535, 70000}) {
    labels.at(0, 0) = top;
    const std::string bytes = write_labels_tiff(labels, 0.325);
    const auto source = open_tiff(bytes_of(bytes), "labels.tif");
    EXPECT_EQ(source->info().bits, top > 65535 ? 32 : 16);
    EXPECT_NEAR(source->info().pixel_um().value, 0.325, 1e-6);
    EXPECT_EQ(labels_from(source->read_frame(0), "labels.tif"), labels);
  }
  EXPECT_FALSE(open_tiff(bytes_of(write_labels_tiff(labels)), "labels.tif")->info().pixel_um().known());
  EXPECT_THROW(labels_from(Image2(2, 2, 0.5F), "x"), Error);
  EXPECT_THROW(labels_from(Image2(2, 2, -1.0F), "x"), Error);
}

}  // namespace
}  // namespace vesica
