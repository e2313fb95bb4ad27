// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/published.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vesica {
namespace {

Observation band(std::string_view quantity, std::string_view target, double time_h, double low, double high) {
  Observation row;
  row.quantity = quantity;
  row.target = target;
  row.condition = "iodine";
  row.time_h = time_h;
  row.value = (low + high) / 2;
  row.low = low;
  row.high = high;
  row.interval = "mc95";
  row.origin = Origin::kPredicted;
  row.source = "distribution";
  return row;
}

Reported reported(std::string quantity, std::string target, double time_h, double value, std::vector<double> naive) {
  Reported out;
  out.quantity = std::move(quantity);
  out.target = std::move(target);
  out.condition = "iodine";
  out.time_h = time_h;
  out.value = value;
  out.source = "a paper";
  out.naive = std::move(naive);
  return out;
}

TEST(Published, IntervalScoreOfGneitingAndRaftery) {
  EXPECT_DOUBLE_EQ(interval_score(2, 6, 3), 4);
  EXPECT_DOUBLE_EQ(interval_score(2, 6, 1.5), 4 + 40 * 0.5);
  EXPECT_DOUBLE_EQ(interval_score(2, 6, 7), 4 + 40);
}

TEST(Published, PairsByTimeAndTargetScoredOnTheScaleOfTheQuantity) {
  ObservationTable table;
  table.add(band("course.dose_fraction", "liver", 1, 0, 1));
  table.add(band("course.dose_fraction", "liver", 4, 10, 40));
  table.add(band("course.clearance", "plasma", kNaN, 1, 4));
  Study study;
  study.reported = {reported("course.dose_fraction", "liver", 4, 28, {0, 100}),
                    reported("course.clearance", "plasma", kNaN, 8, {0.5, 32}),
                    reported("course.dose_fraction", "spleen", 4, 1, {})};
  const auto pairs = published_pairs(table, study);
  ASSERT_EQ(pairs.size(), 2u) << "nothing is predicted of the spleen";
  EXPECT_TRUE(pairs[0].inside);
  EXPECT_DOUBLE_EQ(pairs[0].score, 30);
  EXPECT_DOUBLE_EQ(pairs[0].naive_score, 100);
  EXPECT_FALSE(pairs[1].inside);
  EXPECT_NEAR(pairs[1].score, std::log(4) + 40 * std::log(2), 1e-12);
  EXPECT_NEAR(pairs[1].naive_score, std::log(64), 1e-12);
  const auto findings = check_published(table, study);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].assumptions.size(), 2u);
  EXPECT_EQ(findings[0].details.find("inside")->integer, 1);
  EXPECT_EQ(findings[0].details.find("narrower")->integer, 2);
  EXPECT_EQ(findings[0].details.find("better")->integer, 1);
}

TEST(Published, NumbersOfTheEvidenceInTheUnitOfTheCatalogue) {
  ObservationTable table;
  table.add(band("course.clearance", "plasma", kNaN, 0.1, 4));
  Study study;
  study.reported = {reported("course.clearance", "plasma", kNaN, kNaN, {})};
  study.reported[0].evidence = "pk.iodine.clearance";
  study.reported[0].source = "";
  const auto pairs = published_pairs(table, study);
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_NEAR(pairs[0].value, 0.96, 1e-9) << "0.016 mL/min";
  EXPECT_NE(pairs[0].source.find("Kim"), std::string::npos);
  EXPECT_TRUE(std::isnan(pairs[0].naive_score));
  study.reported[0].evidence = "pk.fluorophore.clearance";
  EXPECT_NEAR(published_pairs(table, study)[0].value, 60 * std::sqrt(0.0054 * 0.0154), 1e-9) << "geometric middle";
  study.reported[0].evidence = "no.such";
  EXPECT_THROW(published_pairs(table, study), Error);
  study.reported[0].evidence = "pk.organ4h.liver";
  EXPECT_THROW(published_pairs(table, study), Error) << "a share is no clearance";
}

TEST(Published, NothingReportedIsNoFinding) { EXPECT_TRUE(check_published(ObservationTable(), Study()).empty()); }

}  // namespace
}  // namespace vesica
