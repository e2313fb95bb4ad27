// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/feasibility/feasibility.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/contract/contract.h"

namespace vesica::feasibility {
namespace {

Question row(double dose) {
  return {.dose = dose,
          .organ_share = 0.01,
          .taken_up_share = 1,
          .recipient_cells = 1e8,
          .copies_per_vesicle = 0.00825,
          .escape_share = 0.3,
          .copies_needed = 1000};
}

/// To two significant digits.
void expect_two_digits(double value, double printed) { EXPECT_NEAR(value / printed, 1, 0.05) << value; }

TEST(Feasibility, TheTableOfPublishedDoses) {
  // 3e8 particles (Ikeda 2024, one day), 1.2e10 and 1e11, 1 % of them in an organ of 1e8 cells, copies before escape:
  // 2.475e-4, 9.9e-3 and 8.25e-2 by hand.
  EXPECT_NEAR(answer(row(3e8)).delivered_per_cell, 2.475e-4, 1e-12);
  EXPECT_NEAR(answer(row(1.2e10)).delivered_per_cell, 9.9e-3, 1e-12);
  EXPECT_NEAR(answer(row(1e11)).delivered_per_cell, 8.25e-2, 1e-12);
  // 1,000 copies: 1.2e5 vesicles a cell before escape at 0.008 copies, 3e3 (3,333) at one copy and 30 % escape.
  Question before = row(3e8);
  before.escape_share = 1;
  expect_two_digits(answer(before).vesicles_needed, 1.2e5);
  Question full = row(3e8);
  full.copies_per_vesicle = 1;
  EXPECT_NEAR(answer(full).vesicles_needed, 1000 / 0.3, 1e-9);
}

TEST(Feasibility, TheDoseNeededJustPasses) {
  Question q = row(3e8);
  q.dose = answer(q).dose_needed;
  EXPECT_NEAR(answer(q).ratio, 1, 1e-12);
  EXPECT_EQ(verdict(answer(q).ratio * (1 + 1e-9)), Verdict::kPasses);
  EXPECT_EQ(verdict(0.5), Verdict::kUncertain);
  EXPECT_EQ(verdict(answer(row(1e11)).ratio), Verdict::kFails);
  EXPECT_EQ(verdict(NAN), Verdict::kUnknown);
}

TEST(Feasibility, KnownVesiclesTakeTheDosesPlace) {
  const Answer by_dose = answer(row(1e11));
  const Answer by_cell = answer(row(0), by_dose.vesicles_per_cell);
  EXPECT_EQ(by_cell.copies_per_cell, by_dose.copies_per_cell);
  EXPECT_TRUE(std::isnan(by_cell.dose_needed));
}

TEST(Feasibility, NothingGetsThroughAndNonsenseHasNoNumber) {
  Question none = row(1e9);
  none.escape_share = 0;
  EXPECT_EQ(answer(none).ratio, 0);
  EXPECT_TRUE(std::isinf(answer(none).vesicles_needed));
  for (double Question::*member :
       {&Question::dose, &Question::organ_share, &Question::taken_up_share, &Question::recipient_cells,
        &Question::copies_per_vesicle, &Question::escape_share, &Question::copies_needed}) {
    for (const double value : {-1.0, std::nan("")}) {
      Question q = row(1e9);
      q.*member = value;
      EXPECT_TRUE(std::isnan(answer(q).ratio)) << value;
    }
  }
  Question above = row(1e9);
  above.organ_share = 1.2;
  EXPECT_TRUE(std::isnan(answer(above).ratio));
}

TEST(Feasibility, HalfTheEffectAtEc50) {
  EXPECT_DOUBLE_EQ(empirical_effect(100, 100, 1), 0.5);
  EXPECT_DOUBLE_EQ(empirical_effect(100, 100, 3), 0.5);
  EXPECT_DOUBLE_EQ(empirical_effect(300, 100, 1), 0.75);
  EXPECT_EQ(empirical_effect(0, 100, 1), 0);
  EXPECT_TRUE(std::isnan(empirical_effect(-1, 100, 1)));
  EXPECT_TRUE(std::isnan(empirical_effect(1, 0, 1)));
}

/// The rows of the model by quantity.
double value_of(const Outcome& outcome, std::string_view quantity) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i)
    if (outcome.observations.quantity(i) == quantity) return outcome.observations.value(i);
  ADD_FAILURE() << quantity << " is not predicted";
  return NAN;
}

Outcome predict(const std::vector<std::pair<std::string, std::string>>& set) {
  AnySettings settings = kFeasibilityModel.make_settings();
  for (const auto& [name, value] : set) set_field(settings, name, value);
  return kFeasibilityModel.predict(Scenario{}, settings, Context{});
}

bool has_issue(const Outcome& outcome, std::string_view kind) {
  for (const Issue& issue : outcome.issues)
    if (issue.kind == kind) return true;
  return false;
}

TEST(FeasibilityModel, SaysVerdictAndCounterArgument) {
  const Outcome out = predict({{"dose", "3e8"}, {"organ_share", "0.01"}, {"recipient_cells", "1e8"}});
  EXPECT_NEAR(value_of(out, "feasibility.delivered_per_cell"), 2.475e-4, 1e-9);
  EXPECT_TRUE(has_issue(out, "feasibility.fails"));
  EXPECT_TRUE(has_issue(out, "feasibility.counter_argument"));
  EXPECT_LT(value_of(out, "feasibility.pass_share"), 0.01);
  const Outcome much = predict({{"dose", "1e17"}, {"organ_share", "1"}, {"recipient_cells", "1e8"}});
  EXPECT_TRUE(has_issue(much, "feasibility.passes"));
  EXPECT_FALSE(has_issue(much, "feasibility.counter_argument"));
}

TEST(FeasibilityModel, TheEmpiricalArmNamesItself) {
  const Outcome out =
      predict({{"dose", "1e10"}, {"organ_share", "0.01"}, {"recipient_cells", "1e8"}, {"ec50_vesicles", "1"}});
  EXPECT_NEAR(value_of(out, "feasibility.empirical_effect"), 0.5, 1e-12);
  EXPECT_TRUE(has_issue(out, "feasibility.empirical_arm"));
}

TEST(FeasibilityModel, WithoutADoseOnlyTheNeedIsPredicted) {
  const Outcome out = predict({{"recipient_cells", "1e8"}});
  EXPECT_TRUE(std::isnan(value_of(out, "feasibility.ratio")));
  EXPECT_NEAR(value_of(out, "feasibility.vesicles_needed"), 1000 / (0.00825 * 0.3), 1e-6);
  EXPECT_NEAR(value_of(out, "feasibility.dose_needed"), 1e8 * 1000 / (0.00825 * 0.3), 1e2);
  EXPECT_TRUE(has_issue(out, "feasibility.unstated"));
}

TEST(FeasibilityModel, ChainedVesiclesReplaceTheDose) {
  AnySettings settings = kFeasibilityModel.make_settings();
  Taken taken;
  taken.port = "vesicles_per_cell";
  for (const double time : {0.0, 1.0, 2.0}) {
    Observation row;
    row.quantity = "uptake.vesicles_per_cell";
    row.time_h = time;
    taken.given.rows.push_back(row);
  }
  taken.given.values = {0, 100, 200};
  const Predictions out = kFeasibilityModel.evaluate(Scenario{}, std::span(&settings, 1), std::span(&taken, 1), {});
  for (std::size_t k = 0; k < out.rows.size(); ++k) {
    if (out.rows[k].quantity == "feasibility.delivered_per_cell") {
      EXPECT_NEAR(out.value(0, k), 200 * 0.00825, 1e-12);
    }
  }
}

}  // namespace
}  // namespace vesica::feasibility
