// SPDX-License-Identifier: Apache-2.0
// Time courses: what is drawn of predicted and measured rows.
#include <gtest/gtest.h>

#include "vesica/report/figures.h"

namespace vesica {
namespace {

Observation row_of(Origin origin, std::string sample, double time_h, double value) {
  Observation row;
  row.quantity = "other.mass_concentration";
  row.target = "label";
  row.condition = "rat";
  row.sample = std::move(sample);
  row.time_h = time_h;
  row.origin = origin;
  row.source = origin == Origin::kPredicted ? "network" : "table";
  row.value = value;
  row.unit = "ug/mL";
  return row;
}

TEST(CourseFigure, PredictionIsALineAndMeasuredValuesArePoints) {
  ObservationTable table;
  for (const double time : {4.0, 0.0, 1.0}) {
    Observation row = row_of(Origin::kPredicted, "", time, 10 - time);
    row.low = row.value - 1;
    row.high = row.value + 1;
    table.add(row);
  }
  table.add(row_of(Origin::kMeasured, "r1", 1, 8.5));
  table.add(row_of(Origin::kMeasured, "r2", 4, 6.5));
  Observation failed = row_of(Origin::kPredicted, "", 9, kNaN);
  failed.status = Status::kNotConverged;
  table.add(failed);
  const std::vector<Figure> figures = course_figures(table, Study{});
  ASSERT_EQ(figures.size(), 1u);
  const Figure& figure = figures[0];
  EXPECT_EQ(figure.id, "course_other.mass_concentration-label");
  EXPECT_EQ(figure.x.label, "Time (h)");
  ASSERT_EQ(figure.series.size(), 3u);
  EXPECT_EQ(figure.series[0].role, Role::kBand);
  EXPECT_EQ(figure.series[1].role, Role::kLine);
  EXPECT_TRUE(figure.series[1].predicted);
  ASSERT_EQ(figure.series[1].marks.size(), 3u) << "what did not converge is not drawn";
  EXPECT_EQ(figure.series[1].marks[0].x, 0);
  EXPECT_EQ(figure.series[1].marks[2].y, 6);
  EXPECT_EQ(figure.series[2].role, Role::kUnit);
  ASSERT_EQ(figure.series[2].marks.size(), 2u);
  EXPECT_EQ(figure.series[2].marks[1].sample, "r2");
}

TEST(CourseFigure, OneTimeIsNoCourse) {
  ObservationTable table;
  table.add(row_of(Origin::kPredicted, "", 1, 9));
  table.add(row_of(Origin::kMeasured, "r1", 1, 8.5));
  table.add(row_of(Origin::kMeasured, "r1", 2, 8.5));
  EXPECT_TRUE(course_figures(table, Study{}).empty());
  EXPECT_TRUE(course_figure(table, Study{}, "other.mass_concentration", "label").series.empty());
}

}  // namespace
}  // namespace vesica
