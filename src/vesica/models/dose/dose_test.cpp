// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/dose/dose.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "vesica/contract/contract.h"

namespace vesica::dose {
namespace {

const Body kRat{"rat", 0.25, 0.3, {}};
const Body kNeonate{"human_neonate", 3.5, 40.0, {}};

TEST(Dose, RatToNeonateByEachRule) {
  // 3e8 particles in a 0.25 kg rat: 4.2e9, 2.2e9 and 1.8e9 in a neonate of 3.5 kg; cerebrospinal fluid 0.3 to 40 mL is
  // 133-fold.
  EXPECT_NEAR(carry_over(3e8, kRat, kNeonate, Rule::kBodyWeight), 4.2e9, 1);
  EXPECT_NEAR(carry_over(3e8, kRat, kNeonate, Rule::kWeight075) / 2.2e9, 1, 0.02);
  EXPECT_NEAR(carry_over(3e8, kRat, kNeonate, Rule::kWeight067) / 1.8e9, 1, 0.03);
  EXPECT_NEAR(carry_over(3e8, kRat, kNeonate, Rule::kCsfVolume) / 3e8, 133.3, 0.1);
}

TEST(Dose, SurfaceIsTheRatioOfTheGuidance) {
  // FDA 2005: a dose per kg in mice is divided by 37/3 = 12.3 for adults, in rats by 37/6 = 6.2.
  const Body adult{"human_adult", 60.0, {}, {}};
  const Body mouse{"mouse", 0.02, {}, {}};
  const double per_kg_mouse = 1e9 / 0.02;
  EXPECT_NEAR(per_kg_mouse / (carry_over(1e9, mouse, adult, Rule::kSurface) / 60), 12.3, 0.05);
  const Body rat{"rat", 0.15, {}, {}};
  EXPECT_NEAR(1e9 / 0.15 / (carry_over(1e9, rat, adult, Rule::kSurface) / 60), 6.2, 0.05);
}

TEST(Dose, ThereAndBackIsTheSame) {
  for (const std::string_view a : kSpecies) {
    for (const std::string_view b : kSpecies) {
      for (const Rule rule : kRules) {
        const Body from{std::string(a), {}, {}, {}}, to{std::string(b), {}, {}, {}};
        const double there = carry_over(1e9, from, to, rule);
        if (std::isnan(there)) continue;
        EXPECT_NEAR(carry_over(there, to, from, rule), 1e9, 1e-3) << a << " " << b << " " << to_text(rule);
      }
    }
  }
}

TEST(Dose, UnknownSizesHaveNoNumber) {
  EXPECT_TRUE(std::isnan(carry_over(-1, kRat, kNeonate, Rule::kBodyWeight)));
  EXPECT_TRUE(std::isnan(carry_over(1, {"dog", 10.0, {}, {}}, kNeonate, Rule::kSurface)));
  EXPECT_FALSE(std::isnan(carry_over(1, {"dog", 10.0, {}, {}}, kNeonate, Rule::kBodyWeight)));
}

std::map<std::pair<std::string, std::string>, double> predict(
    const std::vector<std::pair<std::string, std::string>>& set) {
  AnySettings settings = kDoseModel.make_settings();
  for (const auto& [name, value] : set) set_field(settings, name, value);
  const Outcome out = kDoseModel.predict(Scenario{}, settings, Context{});
  std::map<std::pair<std::string, std::string>, double> rows;
  for (std::size_t i = 0; i < out.observations.size(); ++i)
    rows[{std::string(out.observations.quantity(i)), std::string(out.observations.part(i))}] =
        out.observations.value(i);
  return rows;
}

TEST(DoseModel, UnitsMeetThroughTheSamplesOwnRatio) {
  const std::vector<std::pair<std::string, std::string>> common = {
      {"from", "rat"}, {"to", "human_neonate"}, {"from_weight_kg", "0.25"}, {"to_weight_kg", "3.5"}};
  auto set = common;
  set.insert(set.end(), {{"dose", "3e8"}, {"particles_per_ug", "2e9"}, {"particles_per_cell", "3000"}});
  const auto rows = predict(set);
  EXPECT_NEAR(rows.at({"dose.particles", "body_weight"}), 4.2e9, 1);
  EXPECT_NEAR(rows.at({"dose.protein", "body_weight"}), 2.1, 1e-9);
  EXPECT_NEAR(rows.at({"dose.cell_equivalents", "body_weight"}), 1.4e6, 1e-3);
  EXPECT_NEAR(rows.at({"dose.particles_per_weight", "body_weight"}), 1.2e9, 1);
  // 0.15 ug is 3e8 particles of this preparation.
  auto protein = common;
  protein.insert(protein.end(), {{"dose", "0.15"}, {"dose_unit", "ug"}, {"particles_per_ug", "2e9"}});
  EXPECT_NEAR(predict(protein).at({"dose.particles", "body_weight"}), 4.2e9, 1);
  // Without the ratio a dose in protein has no number of particles.
  auto unknown = common;
  unknown.insert(unknown.end(), {{"dose", "0.15"}, {"dose_unit", "ug"}});
  EXPECT_TRUE(std::isnan(predict(unknown).at({"dose.particles", "body_weight"})));
}

TEST(DoseModel, MeasuredRatioComesThroughThePort) {
  AnySettings settings = kDoseModel.make_settings();
  set_field(settings, "dose", "3e8");
  Taken taken;
  taken.port = "particles_per_ug";
  taken.given.rows.resize(1);
  taken.given.values = {1e9};
  const Predictions out = kDoseModel.evaluate(Scenario{}, std::span(&settings, 1), std::span(&taken, 1), Context{});
  double particles = NAN, protein = NAN;
  for (std::size_t k = 0; k < out.rows.size(); ++k) {
    if (out.rows[k].part != "weight_0.75") continue;
    if (out.rows[k].quantity == "dose.particles") particles = out.value(0, k);
    if (out.rows[k].quantity == "dose.protein") protein = out.value(0, k);
  }
  EXPECT_NEAR(protein, particles / 1e9, 1e-12 * particles);
}

}  // namespace
}  // namespace vesica::dose
