// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/object_edits.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {
namespace {

/// Two boxes of 6 x 4 pixels, 1 at (2, 2), 2 at (12, 2), on 20 x 10.
Labels2 two_boxes() {
  Labels2 out(20, 10);
  for (std::size_t y = 2; y < 6; ++y) {
    for (std::size_t x = 2; x < 8; ++x) out.at(x, y) = 1, out.at(x + 10, y) = 2;
  }
  return out;
}

std::int64_t next_number = 0;

Edit event(ObjectEdit edit) {
  Edit out = write_object_edit(edit);
  out.number = ++next_number;
  out.reason = "seen";
  return out;
}
Edit remove_at(ImagePoint at, double area = NAN) {
  ObjectEdit edit;
  edit.at = {at};
  if (area > 0) edit.area_px = {area};
  return event(edit);
}
Edit place(ObjectAction action, DrawnShape shape, const std::string& name = "") {
  ObjectEdit edit;
  edit.action = action;
  edit.shape = std::move(shape);
  edit.name = name;
  return event(edit);
}

EditedObjects apply(Labels2& labels, std::vector<Edit> edits) { return edit_objects(labels, edits); }

TEST(ObjectEdits, EventsReadBackAsTheyWereWritten) {
  ObjectEdit edit;
  edit.action = ObjectAction::kSplit;
  edit.at = {{1.5, 2}, {0.1, 7}};
  edit.line = {{0, 0}, {5, 9}};
  edit.area_px = {24, 7};
  edit.name = "左";
  edit.frame = 3;
  const ObjectEdit back = read_object_edit(write_object_edit(edit));
  EXPECT_EQ(back.action, edit.action);
  EXPECT_EQ(back.at, edit.at);
  EXPECT_EQ(back.line, edit.line);
  EXPECT_EQ(back.area_px, edit.area_px);
  EXPECT_EQ(back.name, edit.name);
  EXPECT_EQ(back.frame, 3u);
  const ObjectEdit circle = read_object_edit(place(ObjectAction::kAdd, {{{4, 5}}, 2.5}));
  EXPECT_DOUBLE_EQ(circle.shape.radius, 2.5);
}

TEST(ObjectEdits, NonsenseIsRefused) {
  const auto refused = [](const std::string& kind, Value geometry) {
    Edit edit;
    edit.kind = kind;
    edit.geometry = std::move(geometry);
    EXPECT_THROW(read_object_edit(edit), Error) << kind;
  };
  const auto table = [](const char* name, std::vector<double> numbers) {
    Value list = Value::array();
    for (const double number : numbers) list.append(Value::of(number));
    Value out = Value::table();
    out.set(name, std::move(list));
    return out;
  };
  refused("cylinder", table("at", {1, 2}));
  refused("remove", Value::table());
  refused("remove", Value::null());
  refused("remove", table("at", {1}));
  refused("remove", table("at", {1, NAN}));
  refused("merge", table("at", {1, 2}));
  refused("split", table("line", {1, 2}));
  refused("add", table("polygon", {1, 2, 3, 4}));
  refused("add", table("circle", {1, 2, -3}));
  refused("region", table("circle", {1, 2}));
  refused("add", table("polygon", std::vector<double>(2 * kMostPoints + 2, 1.0)));
  EXPECT_THROW(check_object_edit(remove_at({30, 4}), 20, 10, 1, "a.tif"), Error);
  EXPECT_THROW(check_object_edit(place(ObjectAction::kAdd, {{{-9, -9}}, 3}), 20, 10, 1, "a.tif"), Error);
  EXPECT_NO_THROW(check_object_edit(remove_at({3, 4}), 20, 10, 1, "a.tif"));
}

TEST(ObjectEdits, RemovedMergedSplitAdded) {
  Labels2 labels = two_boxes();
  ObjectEdit merge, cut;
  merge.action = ObjectAction::kMerge;
  merge.at = {{4, 4}, {15, 4}};
  cut.action = ObjectAction::kSplit;
  cut.line = {{5, 0}, {5, 9}};
  const EditedObjects done =
      apply(labels, {event(merge), event(cut), place(ObjectAction::kAdd, {{{10, 8}}, 1.5}), remove_at({15, 4})});
  EXPECT_EQ(done.attached, 4u);
  EXPECT_TRUE(done.conflicts.empty());
  EXPECT_EQ(greatest_label(labels), 3) << "both halves of the first box and what was drawn; the second box is gone";
  EXPECT_TRUE(done.field.empty());
}

TEST(ObjectEdits, WhatIsReachedAlreadyIsNoConflict) {
  Labels2 labels = two_boxes();
  ObjectEdit merge, share;
  merge.action = ObjectAction::kMerge;
  merge.at = {{3, 4}, {7, 4}};
  share.action = ObjectAction::kSplit;
  share.at = {{4, 4}, {15, 4}};
  const EditedObjects done = apply(labels, {event(merge), event(share), remove_at({10, 9}),
                                            place(ObjectAction::kAdd, {{{2, 2}, {8, 2}, {8, 6}, {2, 6}}})});
  EXPECT_EQ(done.attached, 4u);
  EXPECT_EQ(greatest_label(labels), 2);
}

TEST(ObjectEdits, AnotherSizeOrNothingThereIsAConflict) {
  Labels2 labels = two_boxes();
  ObjectEdit merge, cut;
  merge.action = ObjectAction::kMerge;
  merge.at = {{4, 4}, {10, 9.5}};
  cut.action = ObjectAction::kSplit;
  cut.line = {{0, 8}, {19, 8}};
  const Edit grown = remove_at({4, 4}, 5);
  const EditedObjects done = apply(labels, {grown, event(merge), event(cut)});
  ASSERT_EQ(done.conflicts.size(), 3u);
  EXPECT_EQ(done.attached, 0u);
  EXPECT_EQ(done.conflicts[0].number, grown.number);
  EXPECT_EQ(labels, two_boxes());
  const std::vector<Issue> issues = issues_of(done, "a.tif");
  ASSERT_EQ(issues.size(), 3u);
  EXPECT_EQ(issues[0].kind, "edit.conflict");
  EXPECT_NE(issues[0].hint.find(std::to_string(grown.number)), std::string::npos);
}

TEST(ObjectEdits, RegionsLimitWhatIsLookedAtAndMoveByName) {
  Labels2 labels = two_boxes();
  const DrawnShape left = {{{0, 0}, {10, 0}, {10, 10}, {0, 10}}}, right = {{{10, 0}, {20, 0}, {20, 10}, {10, 10}}};
  EditedObjects done = apply(labels, {place(ObjectAction::kRegion, left, "cortex")});
  EXPECT_EQ(greatest_label(labels), 1);
  EXPECT_EQ(done.field_pixels(labels), 100u);
  EXPECT_EQ(labels.at(3, 3), 1);

  labels = two_boxes();
  done = apply(labels, {place(ObjectAction::kRegion, left, "cortex"), place(ObjectAction::kRegion, right, "cortex")});
  EXPECT_EQ(labels.at(3, 3), 0) << "the region was moved";
  EXPECT_EQ(labels.at(13, 3), 1);

  labels = two_boxes();
  done = apply(labels, {place(ObjectAction::kLeaveOut, {{{5, 4}}, 4})});
  EXPECT_EQ(greatest_label(labels), 1);
  EXPECT_EQ(labels.at(13, 3), 1);
  EXPECT_NEAR(static_cast<double>(done.field_pixels(labels)), 200 - 3.1416 * 16, 4);

  labels = two_boxes();
  ObjectEdit line;  // upwards at x = 10: its left are the small x
  line.action = ObjectAction::kRegion;
  line.line = {{10, 9}, {10, 1}};
  done = apply(labels, {event(line)});
  EXPECT_EQ(labels.at(3, 3), 1);
  EXPECT_EQ(labels.at(13, 3), 0);
  EXPECT_EQ(done.field_pixels(labels), 100u);
}

TEST(ObjectEdits, OtherFramesAndOtherCorrectionsAreLeftAlone) {
  Labels2 labels = two_boxes();
  ObjectEdit later;
  later.at = {{4, 4}};
  later.frame = 2;
  Edit cylinder;
  cylinder.kind = "cylinder";
  const std::vector<Edit> edits = {event(later), cylinder};
  EXPECT_EQ(edit_objects(labels, edits, 0).attached, 0u);
  EXPECT_EQ(labels, two_boxes());
  EXPECT_EQ(edit_objects(labels, edits, 2).attached, 1u);
  EXPECT_EQ(greatest_label(labels), 1);
}

/// Round cells of 16 pixels across on a jittered grid, every fifth touching its right neighbour, noise of a tenth.
struct Cells {
  Image2 image;
  std::vector<ImagePoint> centres;
};
Cells cells() {
  Cells out;
  constexpr std::size_t kSide = 24, kColumns = 26;
  out.image = Image2(kSide * kColumns, kSide * kColumns, 20.0F);
  Random random(7);
  for (std::size_t k = 0; k < kColumns * kColumns; ++k) {
    const double near = k % 5 == 0 ? 4.5 : k % 5 == 1 && k % kColumns != 0 ? -4.5 : 0;
    out.centres.push_back({(static_cast<double>(k % kColumns) + 0.5) * kSide + near + random.uniform() - 0.5,
                           (static_cast<double>(k / kColumns) + 0.5) * kSide + random.uniform() - 0.5});
  }
  for (const ImagePoint& c : out.centres) {
    for (const std::size_t i : pixels_of({{c}, 12}, out.image.width, out.image.height)) {
      const double x = static_cast<double>(i % out.image.width) + 0.5 - c.x;
      const double y = static_cast<double>(i / out.image.width) + 0.5 - c.y;
      const double r = std::hypot(x, y);
      out.image.pixels[i] += static_cast<float>(100 / (1 + std::exp((r - 8) / 0.8)));
    }
  }
  for (float& pixel : out.image.pixels) pixel += static_cast<float>(10 * random.normal());
  return out;
}

Labels2 segmented(const Image2& image, double sigma, float threshold) {
  const Image2 smooth = gaussian(image, sigma);
  Mask2 mask(image.width, image.height);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = smooth.pixels[i] > threshold ? 1 : 0;
  Labels2 labels = split_touching(image, mask, {SplitBy::kShape, 1.0, 8, 0.1});
  filter_by_area(labels, 40, 1e9);
  return labels;
}

TEST(ObjectEditsSlow, TwoHundredHoldWhenSigmaAndThresholdChange) {
  const Cells field = cells();
  const Labels2 before = segmented(field.image, 1, 70);
  ASSERT_NEAR(greatest_label(before), 676, 20);
  std::vector<Edit> edits;
  std::vector<ImagePoint> removed, added;
  for (std::size_t k = 0; k < 200; ++k) {
    const ImagePoint c = field.centres[3 * k + 2];
    ObjectEdit edit;
    switch (k % 4) {
      case 0:
        edit.at = {{c.x + 2, c.y - 2}};
        edit.area_px = {static_cast<double>(area_of(before, object_at(before, c, 1)))};
        removed.push_back(c);
        break;
      case 1:
        edit.action = ObjectAction::kMerge;
        edit.at = {c, field.centres[3 * k + 1]};
        break;
      case 2:
        edit.action = ObjectAction::kSplit;
        edit.line = {{c.x, c.y - 14}, {c.x, c.y + 14}};
        break;
      default:
        edit.action = ObjectAction::kAdd;
        edit.shape = {{{c.x + 12, c.y + 12}}, 3};
        added.push_back({c.x + 12, c.y + 12});
        break;
    }
    edits.push_back(event(edit));
  }
  for (const auto& [sigma, threshold] : {std::pair{2.0, 60.0F}, {0.7, 85.0F}, {1.5, 75.0F}}) {
    Labels2 after = segmented(field.image, sigma, threshold);
    const EditedObjects done = edit_objects(after, edits);
    EXPECT_EQ(done.attached + done.conflicts.size(), 200u);
    EXPECT_GE(done.attached, 190u) << sigma;
    std::size_t wrong = 0;
    for (const ImagePoint& c : removed) wrong += object_at(after, c, 1) != 0;
    for (const ImagePoint& c : added) wrong += object_at(after, c, 1) == 0;
    EXPECT_LE(wrong, done.conflicts.size()) << "an edit that is said to hold holds";
  }
}

}  // namespace
}  // namespace vesica
