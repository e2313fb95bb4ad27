// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/uptake/uptake.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "vesica/contract/contract.h"

namespace vesica::uptake {
namespace {

TEST(Uptake, DiffusionBringsWhatSmoluchowskiSays) {
  // 4 pi D R c with D = 6.57e-12 m2/s (100 nm, 37 °C, 0.692 mPa.s), R = 8 um, 1e9/mL: 2.4e3 an hour.
  EXPECT_NEAR(encounter_ml_per_h(100, 8, 37, 0.692) * 1e9, 2.4e3, 0.03e3);
  EXPECT_NEAR(encounter_ml_per_h(50, 8, 37, 0.692) / encounter_ml_per_h(100, 8, 37, 0.692), 2, 1e-12);
  for (const double bad : {0.0, -1.0, std::nan("")}) EXPECT_TRUE(std::isnan(encounter_ml_per_h(bad, 8, 37, 1)));
}

TEST(Uptake, PositiveCells) {
  // 60 % in 4 h is 0.23 hits an hour.
  EXPECT_NEAR(positive_share(0.229 * 4, {}), 0.60, 0.001);
  EXPECT_NEAR(positive_share(2, {.least = 3}), 1 - std::exp(-2.0) * (1 + 2 + 2), 1e-12);
  EXPECT_NEAR(positive_share(2, {.least = 1, .shape = 0.5}), 1 - std::pow(1 + 2 / 0.5, -0.5), 1e-12);
  // Two or more of a negative binomial of mean m and shape k: 1 - q^k (1 + k p) with p = m/(m+k), q = 1-p.
  EXPECT_NEAR(positive_share(3, {.least = 2, .shape = 2.0}), 1 - std::pow(0.4, 2) * (1 + 2 * 0.6), 1e-12);
  EXPECT_NEAR(positive_share(2, {.least = 3, .shape = 1e6}), positive_share(2, {.least = 3}), 1e-5);
  EXPECT_DOUBLE_EQ(positive_share(0, {.false_share = 0.05}), 0.05);
  EXPECT_DOUBLE_EQ(positive_share(INFINITY, {}), 1);
  EXPECT_TRUE(std::isnan(positive_share(-1, {})));
  EXPECT_TRUE(std::isnan(positive_share(1, {.least = 0})));
  EXPECT_TRUE(std::isnan(positive_share(1, {.false_share = 1.1})));
  EXPECT_TRUE(std::isnan(positive_share(1, {.shape = 0.0})));
}

using Rows = std::map<std::pair<std::string, double>, double>;

Rows run(const std::vector<std::pair<std::string, std::string>>& set, std::span<const Taken> taken = {}) {
  AnySettings settings = kUptakeModel.make_settings();
  for (const auto& [name, value] : set) set_field(settings, name, value);
  Scenario scenario;
  scenario.times_h = {0, 1, 4, 24};
  const Predictions out = kUptakeModel.evaluate(scenario, std::span(&settings, 1), taken, Context{});
  Rows rows;
  for (std::size_t k = 0; k < out.rows.size(); ++k) rows[{out.rows[k].quantity, out.rows[k].time_h}] = out.value(0, k);
  return rows;
}

Taken constant_medium(double per_ml) {
  Taken taken;
  taken.port = "concentration";
  for (const double time : {0.0, 10.0, 30.0}) {
    Observation row;
    row.quantity = "course.concentration";
    row.time_h = time;
    taken.given.rows.push_back(row);
    taken.given.values.push_back(per_ml);
  }
  return taken;
}

TEST(UptakeModel, ConstantMediumHasClosedForms) {
  const Taken medium = constant_medium(1e9);
  const double k_off = 1, k_in = 2, k = k_off + k_in;
  const Rows rows = run({{"cells_per_ml", "1"},
                         {"k_recycle_per_h", "0"},
                         {"k_escape_per_h", "0.75"},
                         {"k_lysis_per_h", "2.25"},
                         {"copies_per_vesicle", "2"},
                         {"k_off_per_h", "1"},
                         {"k_in_per_h", "2"},
                         {"k_loss_per_h", "0.5"},
                         {"sticking", "1"},
                         {"viscosity_mpa_s", "0.692"}},
                        std::span(&medium, 1));
  const double hits = encounter_ml_per_h(100, 8, 37, 0.692) * 1e9;
  for (const double t : {1.0, 4.0, 24.0}) {
    const double rest = hits / k, bound = rest * (1 - std::exp(-k * t));
    const double taken = k_in * rest * (t - (1 - std::exp(-k * t)) / k);
    // One cell in a mL takes up to 6e4 of 1e9 vesicles: that share of the medium is gone.
    EXPECT_NEAR(rows.at({"uptake.bound_per_cell", t}) / bound, 1, 1e-4);
    EXPECT_NEAR(rows.at({"uptake.vesicles_per_cell", t}) / taken, 1, 1e-4);
  }
  // At rest as much enters the cytosol as is lost: hits · k_in/k · escape share · copies / loss.
  EXPECT_NEAR(rows.at({"uptake.copies_per_cell", 24.0}) / (hits * k_in / k * 0.25 * 2 / 0.5), 1, 1e-4);
  EXPECT_FALSE(rows.contains({"uptake.medium_share", 1.0})) << "a course is not used up";
}

TEST(UptakeModel, NoVesicleIsLostInAWell) {
  const double concentration = 1e9, cells = 2e5, each = concentration / cells;
  const Rows rows = run({{"concentration", "1e9"}, {"cells_per_ml", "2e5"}, {"sticking", "0.5"}});
  for (const double t : {0.0, 1.0, 4.0, 24.0}) {
    const double sum = rows.at({"uptake.medium_share", t}) * each + rows.at({"uptake.bound_per_cell", t}) +
                       rows.at({"uptake.vesicles_per_cell", t});
    EXPECT_NEAR(sum / each, 1, 1e-6) << t;
  }
  EXPECT_LT(rows.at({"uptake.medium_share", 24.0}), 0.5);
}

TEST(UptakeModel, CellsTakeNoMoreThanTheTissueHolds) {
  // 6e7 vesicles per mL among 2e8 cells per mL: 0.3 a cell, however greedy the cells.
  const Taken medium = constant_medium(6e7);
  const Rows rows = run({{"cells_per_ml", "2e8"}, {"sticking", "1"}, {"k_recycle_per_h", "0"}}, std::span(&medium, 1));
  const double most = 6e7 / 2e8;
  for (const double t : {1.0, 4.0, 24.0}) {
    const double held = rows.at({"uptake.vesicles_per_cell", t}) + rows.at({"uptake.bound_per_cell", t});
    EXPECT_LT(held, most * (1 + 1e-6)) << t;
  }
  EXPECT_GT(rows.at({"uptake.vesicles_per_cell", 24.0}), 0.9 * most);
}

TEST(UptakeModel, NothingSticksNothingShows) {
  const Rows rows = run({{"concentration", "1e9"}, {"sticking", "0"}, {"false_share", "0.03"}});
  EXPECT_EQ(rows.at({"uptake.vesicles_per_cell", 24.0}), 0);
  EXPECT_DOUBLE_EQ(rows.at({"uptake.positive_fraction", 24.0}), 0.03);
  EXPECT_DOUBLE_EQ(rows.at({"uptake.medium_share", 24.0}), 1);
}

TEST(UptakeModel, UnstatedDoseHasNoNumber) {
  AnySettings settings = kUptakeModel.make_settings();
  const Outcome out = kUptakeModel.predict(Scenario{}, settings, Context{});
  ASSERT_FALSE(out.observations.empty());
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    EXPECT_TRUE(std::isnan(out.observations.value(i)));
    EXPECT_EQ(out.observations.status(i), Status::kNotMeasurable);
  }
  ASSERT_FALSE(out.issues.empty());
  EXPECT_EQ(out.issues[0].setting, "concentration");
}

TEST(UptakeModel, BandsHoldTheCentre) {
  AnySettings settings = kUptakeModel.make_settings();
  set_field(settings, "concentration", "1e9");
  Scenario scenario;
  scenario.draws = 200;
  const Outcome out = kUptakeModel.predict(scenario, settings, Context{});
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.time_h(i) == 0) continue;
    EXPECT_LE(out.observations.low(i), out.observations.value(i)) << out.observations.quantity(i);
    EXPECT_GE(out.observations.high(i), out.observations.value(i)) << out.observations.quantity(i);
    EXPECT_EQ(out.observations.interval(i), "mc95");
  }
}

}  // namespace
}  // namespace vesica::uptake
