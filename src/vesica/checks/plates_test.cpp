// SPDX-License-Identifier: Apache-2.0
// The rim against the inside: closed forms, simulated plates, and the finding with its maps.
#include "vesica/checks/plates.h"

#include <cmath>
#include <iostream>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {
namespace {

constexpr PlateShape kPlate{8, 12};

TEST(EdgeEffect, IsTheRatioWithinGroups) {
  // Two groups of different size: rim 1.2 times the inside in both, without noise but for a known residual.
  const std::vector<WellNumber> wells = {
      {{0, 0}, 1.2 * std::exp(0.01), "a"}, {{0, 1}, 1.2 * std::exp(-0.01), "a"}, {{3, 3}, std::exp(0.01), "a"},
      {{3, 4}, std::exp(-0.01), "a"},      {{7, 0}, 6 * std::exp(0.01), "b"},    {{4, 4}, 5 * std::exp(0.01), "b"},
      {{2, 2}, 5 * std::exp(-0.01), "b"},  {{7, 1}, 6 * std::exp(-0.01), "b"},   {{0, 5}, 100, "rim alone"}};
  const EdgeEffect edge = edge_effect(wells, kPlate);
  EXPECT_NEAR(edge.ratio, 1.2, 1e-12);
  EXPECT_EQ(edge.outer, 4u);
  EXPECT_EQ(edge.inner, 4u);
  EXPECT_EQ(edge.freedom, 5);
  // Residuals are all 0.01: s^2 = 8e-4 / 5, sum of squares of x = 2.
  EXPECT_NEAR(std::log(edge.high / edge.ratio), 2.5705818 * std::sqrt(8e-4 / 5 / 2), 1e-8);
}

TEST(EdgeEffect, SaysNothingWithoutBothSides) {
  EXPECT_TRUE(std::isnan(edge_effect({}, kPlate).ratio));
  const std::vector<WellNumber> rim = {{{0, 0}, 1, "a"}, {{0, 1}, 2, "a"}, {{0, 2}, 1, "a"}, {{0, 3}, 2, "a"}};
  EXPECT_TRUE(std::isnan(edge_effect(rim, kPlate).ratio));
  const std::vector<WellNumber> bad = {{{0, 0}, -1, "a"}, {{3, 3}, 0, "a"}, {{3, 4}, kNaN, "a"}, {{0, 1}, 1, "a"}};
  EXPECT_TRUE(std::isnan(edge_effect(bad, kPlate).ratio));
}

TEST(EdgeEffect, IntervalsHoldTheTruth) {
  int hold = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    std::vector<WellNumber> wells;
    for (std::size_t r = 0; r < 8; ++r)
      for (std::size_t c = 0; c < 12; ++c)
        wells.push_back(
            {{r, c},
             (is_outer({r, c}, kPlate) ? 0.9 : 1) * std::exp(static_cast<double>(c) + 0.1 * random.normal()),
             std::to_string(c)});
    const EdgeEffect edge = edge_effect(wells, kPlate);
    hold += edge.low <= 0.9 && 0.9 <= edge.high ? 1 : 0;
  }
  EXPECT_NEAR(hold / 400.0, 0.95, 0.025);
}

TEST(CheckPlates, MapsWellsAndWarnsOfTheRim) {
  Study study;
  for (const char* id : {"S1", "S2"}) {
    Sample sample;
    sample.id = id;
    sample.condition = id[1] == '1' ? "NC" : "Exo";
    study.samples.push_back(sample);
  }
  study.conditions = {{"NC", "", {}, {}}, {"Exo", "", {}, {}}};
  Layout layout;
  layout.id = "plate 1", layout.wells = 24;
  ObservationTable table;
  Random random(5);
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t c = 0; c < 6; ++c) {
      const std::string position = well_name({r, c}), sample = c < 3 ? "S1" : "S2";
      layout.positions[position] = sample;
      Observation row;
      row.quantity = "viability.signal", row.unit = "1", row.sample = sample, row.replicate = position;
      row.part = "plate 1";
      row.value = (is_outer({r, c}, {4, 6}) ? 0.8 : 1) * std::exp(0.02 * random.normal());
      table.add(row);
    }
  layout.roles["A1"] = "control";
  study.layouts = {layout, Layout{}};
  const std::vector<Finding> findings = check_plates(table, study);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings.front();
  EXPECT_EQ(finding.details.find("maps")->items.size(), 2u);
  ASSERT_EQ(finding.tests.size(), 1u);
  EXPECT_NEAR(finding.tests[0].estimate, 0.8, 0.03);
  ASSERT_EQ(finding.warnings.size(), 1u);
  EXPECT_EQ(finding.warnings[0].kind, "plate.edge");
  const Value& first = finding.details.find("maps")->items[0].find("cells")->items[0].items[0];
  EXPECT_EQ(first.find("text")->text, "control");
  EXPECT_EQ(first.find("colour")->integer, 1);
  EXPECT_TRUE(first.find("compatible")->boolean) << "a role is outlined";
}

/// A plate of 96 wells, samples in columns of six doses, read at the given times.
std::vector<Finding> simulated(double rim, std::uint64_t seed, const std::vector<double>& times = {kNaN}) {
  Study study;
  Layout layout;
  layout.id = "plate 1", layout.wells = 96;
  ObservationTable table;
  Random random(seed);
  for (const double time : times)
    for (std::size_t r = 0; r < 8; ++r)
      for (std::size_t c = 0; c < 12; ++c) {
        Observation row;
        row.quantity = "viability.signal", row.unit = "1", row.part = "plate 1", row.time_h = time;
        row.sample = "S" + std::to_string(c), row.replicate = well_name({r, c});
        layout.positions[row.replicate] = row.sample;
        row.value =
            (is_outer({r, c}, kPlate) ? rim : 1) / static_cast<double>(c + 1) * std::exp(0.05 * random.normal());
        table.add(row);
      }
  study.layouts = {layout};
  return check_plates(table, study);
}

TEST(CheckPlatesSlow, FindsARimOfFifteenPercentAndNoneWhereThereIsNone) {
  int found = 0, invented = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    found += simulated(0.85, seed).at(0).warnings.empty() ? 0 : 1;
    invented += simulated(1, 1000 + seed).at(0).warnings.empty() ? 0 : 1;
  }
  EXPECT_GE(found, 199);
  EXPECT_LE(invented, 2);
  std::cout << found << " of 200 planted rims found, " << invented << " of 200 invented\n";
}

TEST(CheckPlates, EachTimeHasItsOwnMap) {
  const std::vector<Finding> findings = simulated(1, 3, {24, 48});
  ASSERT_EQ(findings.size(), 1u);
  const Value& maps = *findings[0].details.find("maps");
  ASSERT_EQ(maps.items.size(), 3u);
  EXPECT_EQ(maps.items[1].find("title")->text, "signal, 24 h");
  EXPECT_EQ(maps.items[2].find("title")->text, "signal, 48 h");
}

TEST(CheckPlates, DrawsWhatFitsAPageAndWhatIsCompared) {
  Study study;
  Layout layout;
  layout.id = "plate 1", layout.wells = 384;
  ObservationTable table;
  Random random(2);
  const auto add = [&](const char* quantity, const std::string& position, double value) {
    Observation row;
    row.quantity = quantity, row.sample = "plate 1 " + position, row.value = value;
    table.add(row);
  };
  for (std::size_t r = 0; r < 16; ++r)
    for (std::size_t c = 0; c < 24; ++c) {
      const std::string position = well_name({r, c});
      layout.positions[position] = "plate 1 " + position;
      add("nuclei.area", position, 200 + random.normal());
      add("nuclei.circularity", position, 0.8 + 0.01 * random.normal());
      add("nuclei.density", position, 900 + random.normal());
      add("nuclei.field_area", position, 0.5);
      if (r == 0 && c < 8) add("nuclei.count", position, 100 + random.normal());
    }
  Comparison comparison;
  comparison.quantities = {"nuclei.dens*"};
  study.comparisons.push_back(comparison);
  study.layouts = {layout};
  const std::vector<Finding> findings = check_plates(table, study);
  ASSERT_EQ(findings.size(), 1u);
  const Value& maps = *findings[0].details.find("maps");
  ASSERT_EQ(maps.items.size(), 3u) << "sixteen rows each: more are no page";
  EXPECT_EQ(maps.items[0].find("cells")->items[1].items[3].find("text")->text, "B4") << "not \"plate 1 B4\"";
  EXPECT_EQ(maps.items[1].find("title")->text.find("density"), 0u) << "what is compared comes first";
  EXPECT_NE(maps.items[1].find("value_label")->text, maps.items[2].find("value_label")->text)
      << "each has its own range of colours";
  EXPECT_EQ(findings[0].question.find("What lies on plate 1,"), 0u) << findings[0].question;
  EXPECT_NE(findings[0].answer.find("Besides, 1 number of each well is in"), std::string::npos) << findings[0].answer;
}

}  // namespace
}  // namespace vesica
