// SPDX-License-Identifier: Apache-2.0
// Distribution: what cannot be, what fails, and nothing.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"
#include "vesica/models/distribution/distribution_test_help.h"
#include "vesica/models/distribution/evaluate.h"

namespace vesica::distribution {
namespace {

std::string refusal(const Settings& settings) {
  try {
    one(settings, {1});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Distribution, WhatCannotBeIsRefusedByName) {
  Settings settings;
  settings.dose = 100;
  EXPECT_NE(refusal(settings).find("without a unit"), std::string::npos) << refusal(settings);
  settings.dose_unit = "ug";
  EXPECT_NE(refusal(settings).find("particles_per_ug"), std::string::npos) << refusal(settings);
  settings.particles_per_ug = 1e8;
  EXPECT_EQ(refusal(settings), "");
  settings = {};
  settings.schedule = "-1e9@0";
  EXPECT_NE(refusal(settings).find("cannot be given"), std::string::npos) << refusal(settings);
  settings = {};
  settings.body_weight_kg = 20;  // grams were meant
  EXPECT_NE(refusal(settings).find("kilograms"), std::string::npos) << refusal(settings);
  settings = {};
  settings.structure = "two_compartments";
  settings.route = "ip";
  EXPECT_NE(refusal(settings).find("two compartments"), std::string::npos) << refusal(settings);
  try {
    body_of("rat_pub");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("rat_pup"), std::string::npos) << error.what();
  }
}

TEST(Distribution, AbsurdStiffnessIsAStatusOrANumberNeverInBetween) {
  Settings settings;
  settings.dose = 1e18;  // against phagocytes that hold next to nothing: rate constants of 1e18 /h
  settings.liver_capacity_ug_g = settings.spleen_capacity_ug_g = settings.lung_capacity_ug_g = 1e-6;
  settings.liver_uptake_per_h = settings.spleen_uptake_per_h = settings.lung_uptake_per_h = 1e4;
  settings.rtol = 1e-13;
  const Predictions out = one(settings, {1, 24});
  for (std::size_t r = 0; r < out.rows.size(); ++r) {
    const double number = out.value(0, r);
    EXPECT_EQ(std::isfinite(number), out.status(0, r) == Status::kOk) << out.rows[r].quantity;
    const bool is_failed_course =
        !out.issues.empty() && out.rows[r].quantity == "course.amount" && !std::isfinite(number);
    if (is_failed_course) {
      EXPECT_EQ(out.status(0, r), Status::kNotConverged);
    }
  }
}

TEST(Distribution, ADoseOfNothingIsNothing) {
  Settings settings;
  settings.dose = 0;
  const Predictions out = one(settings, {1});
  EXPECT_EQ(value(out, "course.amount", "liver", 1), 0);
  EXPECT_TRUE(std::isnan(value(out, "course.clearance", "plasma", kNaN)));
}

}  // namespace
}  // namespace vesica::distribution
