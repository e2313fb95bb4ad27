// SPDX-License-Identifier: Apache-2.0
// Published shelf lives: LeBlond et al. 2011 as the R package expirest computes them, and a worked spreadsheet.
#include "vesica/stats/shelf_life.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace vesica::stats {
namespace {

struct Points {
  std::vector<double> time, value;
  std::vector<int> lot;
  int lots = 0;
  void add(const std::vector<std::pair<double, double>>& points) {
    for (const auto& [t, v] : points) time.push_back(t), value.push_back(v), lot.push_back(lots);
    ++lots;
  }
  Stability fit(double low, double high = kNoNumber) const { return stability(time, value, lot, {low, high}); }
};

// Potency (% of label claim) over months, LeBlond, Griffith & Aubuchon 2011, J Valid Technol 17(3):47-68, tables IV and
// VIII.
const std::map<std::string, std::vector<std::pair<double, double>>> kPotency = {
    {"b2",
     {{0, 101.0},
      {1, 101.3},
      {3, 99.8},
      {3, 99.2},
      {6, 99.5},
      {6, 97.8},
      {12, 97.4},
      {12, 97.2},
      {24, 96.9},
      {24, 96.0}}},
    {"b4", {{0, 104.0}, {3, 103.2}, {6, 102.8}, {6, 103.3}, {12, 102.4}, {12, 101.2}, {24, 99.1}, {24, 99.5}}},
    {"b5",
     {{0, 102.0},
      {1, 101.4},
      {2, 100.8},
      {3, 100.2},
      {3, 99.7},
      {6, 98.8},
      {6, 98.5},
      {12, 98.0},
      {12, 97.1},
      {24, 96.6},
      {24, 96.1}}},
    {"b7",
     {{0, 101.3},
      {1, 101.5},
      {3, 100.2},
      {3, 99.8},
      {6, 99.0},
      {6, 98.5},
      {12, 98.5},
      {12, 97.4},
      {24, 96.6},
      {24, 96.4}}},
    {"b8", {{0, 101.6}, {3, 100.0}, {6, 99.0}, {12, 97.8}, {12, 97.0}}},
};

// The package takes a limit of 95.0 given to three digits as 94.95 (its option "loose").
constexpr double kLimit = 94.95;

Points potency(const std::vector<std::string>& lots) {
  Points out;
  for (const std::string& lot : lots) out.add(kPotency.at(lot));
  return out;
}

TEST(ShelfLife, PooledLotsOfLeBlond) {
  // expirest_osle(): model "cics", 26.22410 months.
  const Stability fit = potency({"b2", "b5", "b7"}).fit(kLimit);
  ASSERT_EQ(fit.status, TestStatus::kOk);
  EXPECT_EQ(fit.model, StabilityModel::kOneLine);
  EXPECT_NEAR(fit.shelf_life, 26.22410, 5e-6);
  EXPECT_NEAR(fit.slopes_p, 0.797225, 1e-5);
}

TEST(ShelfLife, SeparateLotsOfLeBlond) {
  // Model "dids": 15.96453 months, lot b8.
  const Stability fit = potency({"b4", "b5", "b8"}).fit(kLimit);
  ASSERT_EQ(fit.status, TestStatus::kOk);
  EXPECT_EQ(fit.model, StabilityModel::kSeparateLines);
  EXPECT_NEAR(fit.shelf_life, 15.96453, 1e-5);
  EXPECT_EQ(fit.worst_lot, 2);
  ASSERT_EQ(fit.lots.size(), 3u);
  EXPECT_TRUE(std::isnan(fit.slope));
}

TEST(ShelfLife, OneLotOfAWorkedSpreadsheet) {
  // "Shelf-life estimation for single batch (as per ICH/FDA)", M. Ovais 2007: intercept 102.273, slope -0.139 (SE
  // 0.034), residual SD 1.9892, 64.770 months at 90 %.
  Points points;
  points.add({{0, 103.5},
              {1, 104},
              {3, 102},
              {6, 101.85},
              {9, 100.25},
              {12, 101},
              {18, 95},
              {24, 98.5},
              {48, 97.25},
              {54, 95}});
  const Stability fit = points.fit(90);
  EXPECT_NEAR(fit.shelf_life, 64.770, 5e-4);
  ASSERT_EQ(fit.lots.size(), 1u);
  EXPECT_NEAR(fit.lots[0].intercept, 102.273, 5e-4);
  EXPECT_NEAR(fit.slope, -0.139, 5e-4);
  EXPECT_NEAR(fit.lots[0].residual_sd, 1.9892, 5e-5);
  EXPECT_EQ(fit.last_time, 54);
}

TEST(ShelfLife, RisingValuesMeetTheUpperLimitAndTheMirrorAgrees) {
  std::vector<std::pair<double, double>> down, up;
  for (int i = 0; i < 10; ++i) {
    const double noise = i % 2 == 0 ? 0.4 : -0.4;
    down.emplace_back(i, 100 - 0.5 * i + noise);
    up.emplace_back(i, 0.5 * i - noise);
  }
  Points falling, rising;
  falling.add(down);
  rising.add(up);
  EXPECT_NEAR(falling.fit(90).shelf_life, rising.fit(kNoNumber, 10).shelf_life, 1e-6);
  EXPECT_TRUE(std::isinf(rising.fit(-5).shelf_life));
  EXPECT_EQ(falling.fit(101).shelf_life, 0);
  EXPECT_TRUE(std::isnan(falling.fit(kNoNumber).shelf_life));
}

TEST(ShelfLife, TooLittleIsAStatus) {
  Points none, same_time;
  EXPECT_NE(none.fit(90).status, TestStatus::kOk);
  same_time.add({{3, 1}, {3, 2}, {3, 3}});
  EXPECT_NE(same_time.fit(0).status, TestStatus::kOk);
}

}  // namespace
}  // namespace vesica::stats
