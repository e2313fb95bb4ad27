// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/dose.h"

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica::kinetics {
namespace {

TEST(Dose, ReadsEveryForm) {
  const auto doses = parse_doses(" 100@0+24x6; 50 @ 3 / 2 ;-1e-3@-2.5/1e+1+12x2", "row 2");
  ASSERT_EQ(doses.size(), 3u);
  EXPECT_EQ(doses[0].amount, 100);
  EXPECT_EQ(doses[0].count, 6u);
  EXPECT_EQ(doses[0].interval, 24);
  EXPECT_EQ(doses[1].time, 3);
  EXPECT_EQ(doses[1].duration, 2);
  EXPECT_EQ(doses[2].amount, -1e-3);
  EXPECT_EQ(doses[2].time, -2.5);
  EXPECT_EQ(doses[2].duration, 10);
  EXPECT_EQ(doses[2].interval, 12);
  EXPECT_TRUE(parse_doses("  ", "").empty());
  EXPECT_EQ(to_text(doses), "100@0+24x6;50@3/2;-0.001@-2.5/10+12x2");
  EXPECT_EQ(to_text(parse_doses(to_text(doses), "")), to_text(doses));
}

TEST(Dose, NamesThePlaceOfAnError) {
  const auto column = [](const char* text) {
    try {
      parse_doses(text, "dose");
    } catch (const Error& error) {
      EXPECT_EQ(error.where().item, "dose");
      return error.where().column;
    }
    return 0;
  };
  EXPECT_EQ(column("100"), 4);
  EXPECT_EQ(column("x@0"), 1);
  EXPECT_EQ(column("100@"), 5);
  EXPECT_EQ(column("100@0;;"), 7);
  EXPECT_EQ(column("100@0/"), 7);
  EXPECT_EQ(column("100@0/-1"), 1);
  EXPECT_EQ(column("100@0+24"), 9);
  EXPECT_EQ(column("100@0+24x0"), 10);
  EXPECT_EQ(column("100@0+24x2.5"), 10);
  EXPECT_EQ(column("100@0+24x99999999"), 10);
  EXPECT_EQ(column("1@0; 2@1+0x3"), 6);
  EXPECT_EQ(column("nan@0"), 1);
  EXPECT_EQ(column("1e999@0"), 1);
  EXPECT_EQ(column("100@0 50@3"), 7);
}

TEST(Dose, ScheduleWritesRepeatsOutInOrder) {
  const std::vector<Given> given{{0, {10, 4, 0, 2, 3}}, {1, {7, 5, 0, 0, 1}}};
  const auto moments = schedule(given);
  ASSERT_EQ(moments.size(), 4u);
  EXPECT_EQ(moments[0].time, 4);
  EXPECT_EQ(moments[1].time, 5);
  EXPECT_EQ(moments[1].target, 1u);
  EXPECT_EQ(moments[1].amount, 7);
  EXPECT_EQ(moments[2].time, 6);
  EXPECT_EQ(moments[3].time, 8);
}

TEST(Dose, OverlappingInfusionsAddAndEndAtExactlyZero) {
  const std::vector<Given> given{{0, {1, 0, 3, 0, 1}}, {0, {0.7, 1, 7, 0, 1}}, {0, {1, 2, 1, 0, 1}}};
  const auto moments = schedule(given);
  ASSERT_EQ(moments.size(), 5u);  // changes at 0, 1, 2, 3, 8
  const double third = 1.0 / 3, tenth = 0.7 / 7;
  EXPECT_EQ(moments[0].amount, third);
  EXPECT_EQ(moments[1].amount, third + tenth);
  EXPECT_EQ(moments[2].amount, third + tenth + 1);
  EXPECT_EQ(moments[3].amount, tenth);
  EXPECT_EQ(moments[4].amount, 0);
  EXPECT_EQ(moments[4].time, 8);
  for (const auto& moment : moments) EXPECT_TRUE(moment.sets_rate);
}

TEST(Dose, BackToBackInfusionsNeverOverlap) {
  const std::vector<Given> given{{0, {6, 0, 2, 2, 3}}};
  for (const auto& moment : schedule(given)) EXPECT_EQ(moment.amount, moment.time < 6 ? 3 : 0);
}

}  // namespace
}  // namespace vesica::kinetics
