// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edit.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/ops/segment_labels.h"

namespace vesica {
namespace {

/// Two rectangles of 6 x 4 pixels, 1 at (2, 2), 2 at (12, 2), on 20 x 10.
Labels2 two_boxes() {
  Labels2 out(20, 10);
  for (std::size_t y = 2; y < 6; ++y) {
    for (std::size_t x = 2; x < 8; ++x) out.at(x, y) = 1, out.at(x + 10, y) = 2;
  }
  return out;
}

TEST(SegmentEdit, ShapesCoverThePixelsWhoseCentresTheyHold) {
  EXPECT_EQ(pixels_of({{{1, 1}, {4, 1}, {4, 3}, {1, 3}}}, 10, 10), (std::vector<std::size_t>{11, 12, 13, 21, 22, 23}));
  const double r = 60;
  const auto disc = pixels_of({{{100, 100}}, r}, 200, 200);
  EXPECT_NEAR(static_cast<double>(disc.size()) / (std::numbers::pi * r * r), 1, 0.002);
  EXPECT_EQ(pixels_of({{{-50, -50}, {-40, -50}, {-40, -40}}}, 10, 10).size(), 0u);
  EXPECT_EQ(pixels_of({{{-5, -5}, {500, -5}, {500, 500}, {-5, 500}}}, 10, 10).size(), 100u);
  EXPECT_TRUE(pixels_of({{{NAN, 1}, {4, 1}, {4, 3}}}, 10, 10).empty());
  EXPECT_TRUE(pixels_of({{{1, 1}, {4, 1}}}, 10, 10).empty());
  EXPECT_TRUE(pixels_of({{{1, 1}}, 1e300}, 0, 0).empty());
}

TEST(SegmentEdit, APointFindsWhatCoversItAndElseTheNearest) {
  const Labels2 labels = two_boxes();
  EXPECT_EQ(object_at(labels, {3.2, 4.9}, 5), 1);
  EXPECT_EQ(object_at(labels, {9.4, 4.0}, 5), 1);
  EXPECT_EQ(object_at(labels, {10.8, 4.0}, 5), 2);
  EXPECT_EQ(object_at(labels, {9.4, 4.0}, 1), 0);
  EXPECT_EQ(object_at(labels, {-3, -3}, 2), 0);
  EXPECT_EQ(object_at(labels, {NAN, 3}, 2), 0);
}

TEST(SegmentEdit, ALineCutsAnObjectAndLeavesEveryPixelWithAPiece) {
  Labels2 labels = two_boxes();
  const std::vector<ImagePoint> across = {{5, 0}, {5, 9}};
  ASSERT_TRUE(split_object(labels, 1, across));
  EXPECT_EQ(label_areas(labels).size(), 4u);
  EXPECT_EQ(area_of(labels, 1) + area_of(labels, 3), 24u);
  EXPECT_EQ(area_of(labels, 2), 24u);
  const std::vector<ImagePoint> beside = {{0, 8}, {19, 8}}, into = {{3, 0}, {3, 3.5}}, slanted = {{11, 1}, {19, 7}};
  EXPECT_FALSE(split_object(labels, 2, beside));
  EXPECT_FALSE(split_object(labels, 1, into));
  EXPECT_TRUE(split_object(labels, 2, slanted));
}

TEST(SegmentEdit, PointsShareAnObject) {
  Labels2 labels = two_boxes();
  const std::vector<ImagePoint> both = {{3, 4}, {7, 4}}, far = {{3, 4}, {300, 4}};
  ASSERT_TRUE(split_by_points(labels, 1, both));
  EXPECT_EQ(area_of(labels, 1), 12u);
  EXPECT_EQ(area_of(labels, 3), 12u);
  const Labels2 before = labels;
  EXPECT_FALSE(split_by_points(labels, 2, far));
  EXPECT_EQ(labels, before);
}

TEST(SegmentEdit, AddedMergedRemoved) {
  Labels2 labels = two_boxes();
  const auto bridge = pixels_of({{{6, 3}, {14, 3}, {14, 5}, {6, 5}}}, 20, 10);
  const std::int32_t added = add_object(labels, bridge);
  EXPECT_EQ(added, 3);
  EXPECT_EQ(area_of(labels, 3), 8u) << "what belongs to others stays with them";
  const std::int32_t all[] = {1, 3, 2};
  merge_objects(labels, all);
  EXPECT_EQ(area_of(labels, 1), 56u);
  EXPECT_EQ(separate_pieces(labels), 1u);
  remove_object(labels, 1);
  EXPECT_EQ(greatest_label(labels), 0);
  EXPECT_EQ(best_overlap(labels, bridge).label, 0);
}

TEST(SegmentEdit, OverlapIsSharedOverEither) {
  const Labels2 labels = two_boxes();
  const Overlap half = best_overlap(labels, pixels_of({{{2, 2}, {5, 2}, {5, 6}, {2, 6}}}, 20, 10));
  EXPECT_EQ(half.label, 1);
  EXPECT_DOUBLE_EQ(half.share, 0.5);
}

}  // namespace
}  // namespace vesica
