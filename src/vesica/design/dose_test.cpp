// SPDX-License-Identifier: Apache-2.0
// Designed doses against closed forms of one compartment, monotony, and the model's own prediction.
#include "vesica/design/dose.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica::design {
namespace {

constexpr double kRate = 0.2;  // per h

/// Plasma as one compartment: elimination at kRate, nothing exchanged.
DoseWish one_compartment(double from_h, double to_h) {
  DoseWish wish;
  wish.organ = "plasma";
  wish.at_least = 1e9;
  wish.from_h = from_h;
  wish.to_h = to_h;
  wish.draws = 0;
  wish.body.structure = "two_compartments";
  wish.body.k12_per_h = 0;
  wish.body.elimination_per_h = kRate;
  wish.body.rtol = 1e-9;
  wish.body.atol = 1e-13;
  return wish;
}

const DoseWay& way_of(const DoseDesign& design, double every_h, bool infusion) {
  for (const DoseWay& way : design.ways) {
    if (way.every_h == every_h && way.infusion == infusion) return way;
  }
  ADD_FAILURE() << every_h;
  return design.ways.front();
}

/// What the rate constant really is in this animal, from the model itself.
double rate_in(const DoseWish& wish) {
  DoseWay once;
  once.route = "iv";
  const std::vector<double> course = course_of(wish, once, 1e10, {1, 2}, {});
  return std::log(course[0] / course[1]);
}

TEST(DesignDose, OneCompartmentDosesAreTheClosedForms) {
  const DoseWish wish = one_compartment(6, 24);
  const double k = rate_in(wish);
  const DoseDesign design = design_dose(wish, {});
  ASSERT_TRUE(design.reached());
  const double tolerance = 3e-4;
  // Once: wanted e^(k t_end).
  EXPECT_NEAR(way_of(design, 0, false).total.value / (1e9 * std::exp(k * 24)), 1, tolerance);
  // Infusion until the end: the rate, over CL·C = k·wanted, reaches it at the window's begin: R (1 − e^(−k t1)) / k.
  EXPECT_NEAR(way_of(design, 0, true).total.value / (1e9 * k * 24 / (1 - std::exp(-k * 6))), 1, tolerance);
  // Every 6 h, the second dose as the window begins: the smallest trough is that before the third, D (q + q²).
  const double q = std::exp(-k * 6);
  EXPECT_NEAR(way_of(design, 6, false).each() / (1e9 / (q + q * q)), 1, tolerance);
  EXPECT_EQ(way_of(design, 6, false).doses, 4);
  // Ranked by the total: infusion before doses every 6 h before 12 h before one.
  EXPECT_TRUE(design.ways.front().infusion);
  for (std::size_t i = 1; i < design.ways.size(); ++i)
    EXPECT_GE(design.ways[i].total.value, design.ways[i - 1].total.value * (1 - 2e-3));
}

TEST(DesignDose, RepeatedDosesAccumulate) {
  // A window late in a long course: troughs are D e^(−k tau) / (1 − e^(−k tau)), the accumulation of the steady state.
  DoseWish wish = one_compartment(120, 144);
  wish.every_h = {12};
  const double k = rate_in(wish), q = std::exp(-k * 12);
  const DoseWay way = way_of(design_dose(wish, {}), 12, false);
  EXPECT_NEAR(way.each() / (1e9 * (1 - q) / q), 1, 3e-4);
  // The infusion of a steady state: rate = CL C.
  EXPECT_NEAR(way_of(design_dose(wish, {}), 0, true).total.value / 144 / (k * 1e9), 1, 3e-4);
}

TEST(DesignDose, AverageIsTheAreaOverTheWindow) {
  DoseWish wish = one_compartment(6, 24);
  wish.measure = Measure::kAverage;
  wish.every_h.clear();
  const double k = rate_in(wish);
  const double area = (std::exp(-k * 6) - std::exp(-k * 24)) / k / 18;
  EXPECT_NEAR(way_of(design_dose(wish, {}), 0, false).total.value / (1e9 / area), 1, 1e-3);
}

TEST(DesignDose, DoseScalesWhereNothingSaturates) {
  DoseWish wish = one_compartment(6, 24);
  const double one = way_of(design_dose(wish, {}), 0, false).total.value;
  wish.at_least *= 1000;
  EXPECT_NEAR(way_of(design_dose(wish, {}), 0, false).total.value / one, 1000, 0.3);
}

DoseWish brain_of_a_pup() {
  DoseWish wish;
  wish.organ = "brain";
  wish.at_least = 1e8;
  wish.from_h = 6;
  wish.to_h = 72;
  wish.body.species = "rat_pup";
  wish.draws = 0;
  return wish;
}

TEST(DesignDoseSlow, DesignedTotalsGiveTheWishInTheNetworkOfOrgans) {
  DoseWish wish = brain_of_a_pup();
  wish.every_h = {24};
  for (const double wanted : {1e8, 1e13}) {  // the second saturates phagocytes: the search brackets
    wish.at_least = wanted;
    const DoseDesign design = design_dose(wish, {});
    ASSERT_TRUE(design.reached());
    bool has_gel = false;
    for (const DoseWay& way : design.ways) {
      if (way.status != WayStatus::kReached) continue;
      has_gel = has_gel || !way.gel.empty();
      EXPECT_NEAR(exposure_of(wish, way, way.total.value, {}) / wanted, 1, 2e-4) << way.route << way.gel;
      EXPECT_GT(exposure_of(wish, way, 2 * way.total.value, {}), wanted) << way.route;
    }
    EXPECT_TRUE(has_gel);
    EXPECT_FALSE(design.ways.front().drivers.empty());
  }
}

TEST(DesignDoseSlow, IntranasalLeansOnItsShare) {
  DoseWish wish = brain_of_a_pup();
  wish.routes = {"intranasal"};
  wish.every_h = {24};
  wish.draws = 60;
  Context one, four;
  four.threads = 4;
  const DoseDesign design = design_dose(wish, one), again = design_dose(wish, four);
  ASSERT_TRUE(design.reached());
  const DoseWay& best = design.ways.front();
  EXPECT_EQ(best.total.low, again.ways.front().total.low);
  EXPECT_EQ(best.total.high, again.ways.front().total.high);
  EXPECT_GT(best.total.high / best.total.low, 10);  // the share alone is unknown a hundredfold
  bool named = false;
  for (const DoseDriver& driver : best.drivers)
    named = named || driver.row->id == "distribution.intranasal.brain_share";
  EXPECT_TRUE(named);
  EXPECT_GT(best.reached, 0);
  EXPECT_LT(best.reached, 1);
}

TEST(DesignDose, WhatIsThereIsCompared) {
  DoseWish wish = brain_of_a_pup();
  wish.routes = {"intranasal"};
  wish.available = 1e9;
  const DoseDesign design = design_dose(wish, {});
  EXPECT_FALSE(design.reached());
  EXPECT_EQ(design.ways.front().status, WayStatus::kTooMany);
  // 1e8 vesicles for 1e8 cells: half of one vesicle a cell; far from a thousand copies.
  EXPECT_TRUE(design.knows_cells);
  EXPECT_NEAR(design.answer.vesicles_per_cell, 0.5, 1e-12);
  EXPECT_EQ(feasibility::verdict(design.answer.ratio), feasibility::Verdict::kFails);
}

std::string message_of(const DoseWish& wish) {
  try {
    design_dose(wish, {});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_FALSE(error.hint().empty());
    return error.message() + " " + error.hint();
  }
  return "";
}

TEST(DesignDose, BadWishesAreNamed) {
  const auto has = [](const DoseWish& wish, std::string_view word) {
    const std::string said = message_of(wish);
    EXPECT_NE(said.find(word), std::string::npos) << said;
  };
  DoseWish wish = brain_of_a_pup();
  wish.organ = "brian";
  has(wish, "brain");
  wish = brain_of_a_pup();
  wish.body.species = "rat_pop";
  has(wish, "rat_pup");
  wish = brain_of_a_pup();
  wish.routes = {"intranassal"};
  has(wish, "intranasal");
  wish = brain_of_a_pup();
  wish.gels = {"alginat_disc"};
  has(wish, "alginate_disc");
  wish = brain_of_a_pup();
  wish.at_least = -1;
  has(wish, "-1");
  wish = brain_of_a_pup();
  wish.to_h = 3;
  has(wish, "window");
  wish = brain_of_a_pup();
  wish.from_h = 0;
  has(wish, "first dose");
  wish = brain_of_a_pup();
  wish.every_h = {0};
  has(wish, "every 0");
  wish = brain_of_a_pup();
  wish.organ = "local";
  wish.routes = {"iv"};
  has(wish, "no place");
}

}  // namespace
}  // namespace vesica::design
