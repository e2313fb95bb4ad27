// SPDX-License-Identifier: Apache-2.0
// Plates as they come: read twice, with controls of nobody, in two units, saturated, at two wavelengths.
#include <cmath>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "vesica/assays/viability/viability.h"
#include "vesica/assays/viability/viability_settings.h"
#include "vesica/base/random.h"
#include "vesica/contract/contract.h"
#include "vesica/io/csv.h"

namespace vesica::viability {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

AnySettings settings_of(const Settings& settings) {
  AnySettings any = kViabilityAssay.make_settings();
  for (const auto& [name, value] : settings) set_field(any, name, value);
  return any;
}

Outcome measured(const std::string& csv, const Layout& layout, double time_h, const std::string& run,
                 const Settings& settings = {}, const std::string& replicate = "") {
  Workbook book;
  book.sheets.push_back(read_text_table(csv, "plate.csv"));
  const Reading reading{"plate.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
  InputFacts facts;
  facts.source = "viability";
  facts.layout = layout;
  facts.time_h = time_h;
  facts.replicate = replicate;
  Outcome out = kViabilityAssay.measure(reading, {}, settings_of(settings), facts, Context{});
  out.observations.set_run(run);
  return out;
}

Outcome derived(const ObservationTable& table, const std::vector<Layout>& layouts, const Settings& settings = {}) {
  Study study;
  study.layouts = layouts;
  return kViabilityAssay.derive(table, study, settings_of(settings), Context{});
}

std::string kinds(const Outcome& outcome) {
  std::string out;
  for (const Issue& issue : outcome.issues) out += issue.kind + " ";
  return out;
}

Layout small(const std::string& id) {
  Layout out;
  out.id = id, out.wells = 6;
  out.roles = {{"A1", "blank"}, {"A2", "control"}, {"B2", "control"}};
  out.positions = {{"A3", "S"}, {"B3", "S"}};
  return out;
}

TEST(ViabilityPlates, OneMapReadAtTwoTimesKeepsItsOwnControls) {
  const Layout map = small("plate 1");
  ObservationTable table;
  table.append(measured("<>,1,2,3\nA,0.1,1.1,1.0\nB,,1.1,1.0\n", map, 24, "r1").observations);
  table.append(measured("<>,1,2,3\nA,0.1,2.1,0.6\nB,,2.1,0.6\n", map, 48, "r2").observations);
  const Outcome out = derived(table, {map});
  ASSERT_EQ(out.observations.size(), 2u);
  EXPECT_NEAR(out.observations.value(0), 90, 1e-9);
  EXPECT_EQ(out.observations.time_h(0), 24);
  EXPECT_NEAR(out.observations.value(1), 25, 1e-9);
  EXPECT_EQ(out.observations.time_h(1), 48);
}

TEST(ViabilityPlates, TwoFilesOfOneMapAreRepeatsWithTheirOwnControls) {
  const Layout map = small("plate 1");
  ObservationTable table;
  table.append(measured("<>,1,2,3\nA,0.1,1.1,1.0\nB,,1.1,1.0\n", map, kNaN, "r1").observations);
  table.append(measured("<>,1,2,3\nA,0.1,2.1,0.6\nB,,2.1,0.6\n", map, kNaN, "r2").observations);
  const Outcome out = derived(table, {map});
  ASSERT_EQ(out.observations.size(), 2u);
  EXPECT_NEAR(out.observations.value(0), 90, 1e-9);
  EXPECT_NEAR(out.observations.value(1), 25, 1e-9);
  EXPECT_TRUE(out.observations.duplicates().empty());
}

/// Six doses in duplicate at columns 3 to 8, controls of nobody in column 2, 24 wells more than it needs.
Layout doses(const std::string& id, const std::string& sample, const std::string& unit, double factor) {
  Layout out;
  out.id = id, out.wells = 96, out.unit = unit;
  const double levels[] = {0.5, 1.5, 4.5, 13.5, 40.5, 121.5};
  for (const char row : {'A', 'B'}) {
    out.roles[std::string(1, row) + "1"] = "blank";
    out.roles[std::string(1, row) + "2"] = "control";
    for (int i = 0; i < 6; ++i) {
      const std::string well = row + std::to_string(i + 3);
      out.positions[well] = sample;
      out.levels[well] = levels[i] * factor;
    }
  }
  return out;
}

std::string dose_plate(double ec50) {
  std::string text = "<>,1,2,3,4,5,6,7,8,9,10,11,12\n";
  const double levels[] = {0.5, 1.5, 4.5, 13.5, 40.5, 121.5};
  for (const char row : {'A', 'B'}) {
    const double off = row == 'A' ? 0.002 : -0.002;
    text += std::string(1, row) + ",0.1,1.1";
    for (const double level : levels) text += "," + std::to_string(0.1 + off + 1 / (1 + level / ec50));
    text += ",,,,\n";
  }
  return text;
}

Observation row_of(const Outcome& outcome, const std::string& quantity, const std::string& sample) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i)
    if (outcome.observations.quantity(i) == quantity && outcome.observations.sample(i) == sample)
      return outcome.observations.row(i);
  return {};
}

TEST(ViabilityPlates, ARepeatNamedInTheSheetIsAPartOfItsOwn) {
  EXPECT_EQ(part_of("plate 1", ""), "plate 1");
  const Layout map = doses("plate 1", "S", "ug/mL", 1);
  ObservationTable table;
  for (const char* repeat : {"1", "2"})
    table.append(measured(dose_plate(12), map, kNaN, repeat, {}, repeat).observations);
  EXPECT_TRUE(table.duplicates().empty());
  const Outcome out = derived(table, {map});
  EXPECT_NEAR(row_of(out, "viability.ec50", "S").value, 12, 0.2) << "doses are found through the layout";
  EXPECT_TRUE(out.observations.duplicates().empty());
}

TEST(ViabilityPlates, ControlsOfNobodyAreEveryonesDoseZero) {
  const Layout map = doses("plate 1", "S", "ug/mL", 1);
  const Outcome out = derived(measured(dose_plate(12), map, kNaN, "r1").observations, {map});
  const Observation ec50 = row_of(out, "viability.ec50", "S");
  EXPECT_EQ(ec50.n, 14) << "twelve wells with a dose, two without";
  EXPECT_NEAR(ec50.value, 12, 0.2);
  ASSERT_EQ(out.artifacts.size(), 1u) << "wells and curve, for the figure";
  const std::string& table = out.artifacts[0].bytes;
  EXPECT_EQ(table.find("kind\tname\tx\ty\tse\nsample\tS\t"), 0u);
  EXPECT_NE(table.find("\nwell\t\t121.5\t"), std::string::npos);
  EXPECT_NE(table.find("\ncurve\t\t0.5\t"), std::string::npos);
}

TEST(ViabilityPlates, DosesInTwoUnitsComeTogetherOrAreTold) {
  const Layout first = doses("plate 1", "S", "ug/mL", 1), second = doses("plate 2", "T", "ng/mL", 1000),
               third = doses("plate 3", "U", "umol/L", 1);
  ObservationTable table;
  table.append(measured(dose_plate(12), first, kNaN, "r1").observations);
  table.append(measured(dose_plate(12), second, kNaN, "r2").observations);
  table.append(measured(dose_plate(12), third, kNaN, "r3").observations);
  const Outcome out = derived(table, {first, second, third});
  const Observation a = row_of(out, "viability.ec50", "S"), b = row_of(out, "viability.ec50", "T");
  EXPECT_EQ(b.unit, "ug/mL");
  EXPECT_NEAR(b.value, a.value, 1e-6 * a.value);
  EXPECT_TRUE(row_of(out, "viability.ec50", "U").quantity.empty()) << "micromoles are no micrograms";
  EXPECT_EQ(kinds(out), "viability.dose_units ");
}

TEST(ViabilityPlates, SaturatedControlsAreNoReference) {
  const Layout map = small("plate 1");
  const Outcome signals = measured("<>,1,2,3\nA,0.1,OVRFLW,1.0\nB,,1.1,1.0\n", map, kNaN, "r1");
  EXPECT_NE(kinds(signals).find("viability.overflow"), std::string::npos);
  const Outcome out = derived(signals.observations, {map});
  EXPECT_EQ(out.observations.size(), 0u) << "the one control left is the dimmest, not the mean";
  EXPECT_EQ(kinds(out), "viability.control_overflow ");
}

TEST(ViabilityPlates, ControlsNoBrighterThanTheBlankAreTold) {
  const Layout map = small("plate 1");
  const Outcome out = derived(measured("<>,1,2,3\nA,1.1,0.1,1.0\nB,,0.1,1.0\n", map, kNaN, "r").observations, {map});
  ASSERT_EQ(out.observations.size(), 1u);
  EXPECT_EQ(out.observations.status(0), Status::kNotMeasurable);
  EXPECT_EQ(kinds(out), "viability.dead_control ");
}

TEST(ViabilityPlates, WellsOfOtherRolesAreTold) {
  Layout map = small("plate 1");
  map.roles["B1"] = "negative";
  EXPECT_NE(kinds(measured("<>,1,2,3\nA,0.1,1.1,1.0\nB,0.5,1.1,1.0\n", map, kNaN, "r")).find("viability.other_role"),
            std::string::npos);
}

TEST(ViabilityPlates, MapAndExportOfDifferentPlatesAreTold) {
  Layout map = small("plate 1");
  EXPECT_EQ(kinds(measured("<>,1,2,3\nA,0.1,1.1,1.0\nB,0.1,1.1,1.0\n", map, kNaN, "r")), "");
  const std::string wider = "<>,1,2,3,4\nA,0.1,1.1,1.0,1\nB,0.1,1.1,1.0,1\nC,0.1,1.1,1.0,1\n";
  EXPECT_EQ(kinds(measured(wider, map, kNaN, "r")), "viability.other_plate ");
  map.positions["A3"] = "S";
  EXPECT_EQ(kinds(measured("<>,1,2\nA,0.1,1.1\nB,0.1,1.1\n", map, kNaN, "r")), "viability.missing_wells ");
}

TEST(ViabilityPlates, ReferenceWavelengthIsTakenOff) {
  const Layout map = small("plate 1");
  const std::string csv = "450\n<>,1,2,3\nA,0.15,1.2,0.7\nB,,1.3,0.7\n\n650\n<>,1,2,3\nA,0.05,0.1,0.1\nB,,0.2,0.1\n";
  const Outcome one = measured(csv, map, kNaN, "r", {{"read", "450"}});
  EXPECT_NE(kinds(one).find("viability.left_out"), std::string::npos) << "the second wavelength is told";
  const Outcome both = measured(csv, map, kNaN, "r", {{"read", "450"}, {"reference", "650"}});
  EXPECT_EQ(kinds(both), "");
  const Outcome out = derived(both.observations, {map});
  ASSERT_EQ(out.observations.size(), 1u);
  EXPECT_NEAR(out.observations.value(0), 50, 1e-9) << "(0.6 - 0.1) / (1.1 - 0.1)";
  EXPECT_THROW(measured(csv, map, kNaN, "r", {{"read", "450"}, {"reference", "450"}}), Error);
}

TEST(ViabilityPlates, AlamarTakesTheOxidisedDyeOff) {
  // Bio-Rad's way: R_O = AO_LW / AO_HW = 0.3 / 0.6, signal A_LW - R_O A_HW, medium taken off first.
  Layout map = small("plate 1");
  map.roles["B1"] = "dye_only";
  const std::string csv =
      "570\n<>,1,2,3\nA,0.05,0.95,0.65\nB,0.35,0.95,0.65\n\n600\n<>,1,2,3\nA,0.1,0.3,0.5\nB,0.7,0.3,0.5\n";
  const Settings settings = {{"kind", "alamar"}, {"read", "570"}, {"reference", "600"}};
  const Outcome signals = measured(csv, map, kNaN, "r", settings);
  EXPECT_EQ(kinds(signals), "");
  const Outcome out = derived(signals.observations, {map}, settings);
  ASSERT_EQ(out.observations.size(), 1u);
  EXPECT_NEAR(out.observations.value(0), 100 * (0.6 - 0.5 * 0.4) / (0.9 - 0.5 * 0.2), 1e-9);
  map.roles.erase("B1");
  EXPECT_EQ(kinds(measured(csv, map, kNaN, "r", settings)), "viability.no_dye_only ");
  EXPECT_TRUE(std::isnan(oxidised_ratio(0.3, 0)));
}

TEST(ViabilityPlates, FewWellsAndStepsAreNoCurve) {
  std::vector<Response> wells;
  for (const double dose : {0.0, 1.0, 3.0, 10.0, 30.0}) wells.push_back({dose, 100 / (1 + dose / 12) + dose * 0.01});
  EXPECT_EQ(half_effect(wells).status, Status::kNotMeasurable);
  EXPECT_NE(half_effect(wells).why.find("6 wells"), std::string::npos) << half_effect(wells).why;
  for (const double dose : {100.0, 300.0}) wells.push_back({dose, 100 / (1 + dose / 12) - 0.1});
  EXPECT_EQ(half_effect(wells).status, Status::kOk) << half_effect(wells).why;  // one well a dose will do
  EXPECT_NEAR(half_effect(wells).ec50, 12, 0.5);
  std::vector<Response> step;
  for (const double dose : {0.0, 1.0, 3.0, 10.0, 30.0, 100.0})
    for (const double off : {-1.0, 0.5, 1.0}) step.push_back({dose, (dose < 5 ? 100 : 10) + off});
  EXPECT_EQ(half_effect(step).status, Status::kNotMeasurable) << "anywhere between 3 and 10";
  EXPECT_TRUE(std::isnan(half_effect(step).ec50));
}

TEST(ViabilityPlatesSlow, FlatCurvesRarelyHaveAMiddle) {
  int given = 0;
  constexpr int kCurves = 400;
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    Random random(seed);
    std::vector<Response> flat;
    for (const double dose : {0.0, 0.5, 1.5, 4.5, 13.5, 40.5, 121.5})
      for (int k = 0; k < 3; ++k) flat.push_back({dose, 100 + 5 * random.normal()});
    given += half_effect(flat).status == Status::kOk ? 1 : 0;
  }
  EXPECT_LE(given, kCurves / 20);
  std::cout << given << " of " << kCurves << " flat curves have an EC50\n";
}

TEST(ViabilityPlates, AnotherShapeIsDoubted) {
  const auto shape = [](double hump) {
    std::vector<Response> out;
    for (const double dose : {0.0, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0})
      for (const double off : {-2.0, 0.0, 2.0})
        out.push_back({dose, 10 + 90 / (1 + std::pow(dose / 30, 1.5)) + hump * (dose == 1 || dose == 3 ? 1 : 0) + off});
    return out;
  };
  EXPECT_EQ(half_effect(shape(0)).doubt, "");
  const HalfEffect bent = half_effect(shape(15));
  EXPECT_EQ(bent.status, Status::kOk);
  EXPECT_NE(bent.doubt, "");
  std::vector<Response> outlier = shape(0);
  for (std::size_t i = 0; i < outlier.size(); ++i)
    outlier[i].percent += (i % 3 == 0 ? 0.1 : -0.1) * static_cast<double>(i);
  EXPECT_EQ(half_effect(outlier).doubt, "");
  outlier[4].percent = 400;
  EXPECT_NE(half_effect(outlier).doubt.find("A well at dose 0.3"), std::string::npos) << half_effect(outlier).doubt;
}

}  // namespace
}  // namespace vesica::viability
