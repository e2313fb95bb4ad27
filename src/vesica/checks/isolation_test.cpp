// SPDX-License-Identifier: Apache-2.0
// The map of the founding bone study against its published values, and findings of small studies.
#include "vesica/checks/isolation.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/contract/registry.h"
#include "vesica/io/csv.h"
#include "vesica/study/load.h"

namespace vesica {
namespace {

const std::string kFolder = std::string(VESICA_SOURCE_DIR) + "/tests/studies/bone_defect_isolation";

KnownNames known() {
  KnownNames out;
  for (const Model* model : all_models()) {
    out.models.push_back({std::string(model->id), std::string(model->title), model->make_settings(), {}, false});
  }
  out.checks.push_back({std::string(kIsolationCheck), "isolation", isolation_settings(), {}, false});
  return out;
}

Study founding_study() {
  const LoadedStudy loaded = load_study(kFolder, known());
  for (const Error& problem : loaded.problems) ADD_FAILURE() << problem.what();
  return loaded.study;
}

/// The cell of details.rows for a density law and rotor.
const Value* cell_of(const Value& details, std::string_view law, std::string_view rotor) {
  for (const Value& row : details.find("rows")->items) {
    if (row.find("density_law")->text != law) continue;
    for (const Value& cell : row.find("cells")->items) {
      if (cell.find("rotor")->text == rotor) return &cell;
    }
  }
  return nullptr;
}

TEST(Isolation, FoundingBoneStudyReproducesThePublishedMap) {
  const std::vector<Finding> findings = check_isolation({}, founding_study(), {});
  ASSERT_EQ(findings.size(), 1u);
  const Value& details = findings[0].details;
  const Value& medians = *details.find("medians_nm");
  const Sheet expected = read_text_table(std::filesystem::path(kFolder + "/map.tsv"));
  int checked = 0;
  for (std::size_t i = 1; i < expected.rows.size(); ++i) {
    const std::string &law = expected.at(i, 1).text, &rotor = expected.at(i, 2).text, &what = expected.at(i, 3).text;
    SCOPED_TRACE(law + " " + rotor + " " + what);
    const Value* cell = cell_of(details, law, rotor);
    ASSERT_NE(cell, nullptr);
    if (what == "mean_at_400_nm") {
      for (std::size_t k = 0; k < medians.items.size(); ++k) {
        if (medians.items[k].number != 400) continue;
        EXPECT_NEAR(cell->find("means_nm")->items[k].number, expected.number_at(i, 4), expected.number_at(i, 5));
      }
    } else if (expected.at(i, 4).text == "> 400") {
      EXPECT_EQ(cell->find("needed_median_nm")->items[0].kind, Value::Kind::kNull);
      EXPECT_EQ(cell->find("verdict")->items[0].text, "above_range");
    } else {
      EXPECT_NEAR(cell->find("needed_median_nm")->items[0].number, expected.number_at(i, 4), expected.number_at(i, 5));
      EXPECT_EQ(cell->find("verdict")->items[0].text, "large_parents");
    }
    ++checked;
  }
  EXPECT_EQ(checked, 13);
}

TEST(Isolation, FoundingBoneStudyAsksForTheRotorAndCallsNothingImpossible) {
  const Finding finding = check_isolation({}, founding_study(), {})[0];
  EXPECT_EQ(finding.kind, "compatibility");
  EXPECT_NE(finding.answer.find("185.3"), std::string::npos);
  EXPECT_NE(finding.answer.find("rotor is not stated"), std::string::npos);
  EXPECT_NE(finding.answer.find("1.15 g/mL, 6 of 10 swing-out and 0 of 15 fixed-angle"), std::string::npos)
      << finding.answer;
  ASSERT_FALSE(finding.warnings.empty());
  EXPECT_EQ(finding.warnings[0].kind, "isolation.rotor_unstated");
  EXPECT_NE(finding.warnings[0].hint.find("rotor = "), std::string::npos);
  std::string all = finding.question + finding.answer + finding.method_text;
  for (const std::string& text : finding.assumptions) all += text;
  for (const Issue& issue : finding.warnings) all += issue.message + issue.hint;
  EXPECT_EQ(lower_ascii(all).find("impossible"), std::string::npos);
}

TEST(Isolation, UsualParentsGiveSmallMeansWithEveryRotor) {
  // Parents of 80 to 130 nm at 1.15 g/mL: every rotor prints means far below 185 nm.
  const Finding finding = check_isolation({}, founding_study(), {})[0];
  double lowest = 1e9, highest = 0;
  for (const Value& cell : finding.details.find("rows")->items[0].find("cells")->items) {
    for (const std::size_t k : {0u, 2u}) {
      lowest = std::min(lowest, cell.find("means_nm")->items[k].number);
      highest = std::max(highest, cell.find("means_nm")->items[k].number);
    }
  }
  EXPECT_GT(lowest, 65);
  EXPECT_LT(highest, 130);
}

TEST(Isolation, DetailsAreMapsThatAFigureCanDraw) {
  const Finding finding = check_isolation({}, founding_study(), {})[0];
  const Value* maps = finding.details.find("maps");
  ASSERT_NE(maps, nullptr);
  ASSERT_EQ(maps->items.size(), 2u);
  for (const Value& map : maps->items) {
    const std::size_t rows = map.find("rows")->items.size(), columns = map.find("columns")->items.size();
    EXPECT_EQ(rows, 3u);
    EXPECT_GT(columns, 3u);
    ASSERT_EQ(map.find("cells")->items.size(), rows);
    for (const Value& row : map.find("cells")->items) EXPECT_EQ(row.items.size(), columns);
  }
}

TEST(Isolation, StatedRotorIsOneColumnAndNotAskedFor) {
  Study study = founding_study();
  for (Value& step : study.protocols[0].steps.items) step.set("rotor", Value::of("SW 32 Ti"));
  const Finding finding = check_isolation({}, study, {})[0];
  EXPECT_EQ(finding.details.find("rows")->items[0].find("cells")->items.size(), 1u);
  for (const Issue& issue : finding.warnings) EXPECT_NE(issue.kind, "isolation.rotor_unstated");
  EXPECT_EQ(finding.answer.find("not stated"), std::string::npos);
}

TEST(Isolation, RotorsCanBeChosenAndThreadsChangeNothing) {
  Study study = founding_study();
  Value settings = Value::table();
  Value rotors = Value::array();
  rotors.append(Value::of("SW 32 Ti"));
  rotors.append(Value::of("45 Ti"));
  settings.set("rotors", rotors);
  study.settings["isolation"] = settings;
  const Finding finding = check_isolation({}, study, {})[0];
  const Value& row = finding.details.find("rows")->items[0];
  ASSERT_EQ(row.find("cells")->items.size(), 2u);
  EXPECT_EQ(row.find("cells")->items[0].find("rotor")->text, "type_45_ti");
  Context four;
  four.threads = 4;
  EXPECT_EQ(check_isolation({}, study, four)[0].answer, finding.answer);
}

Observation measured(const std::string& sample, const std::string& replicate, double value) {
  Observation row;
  row.quantity = "vesicle.diameter.mean";
  row.sample = sample;
  row.condition = "Exos";
  row.replicate = replicate;
  row.source = "nta";
  row.unit = "nm";
  row.value = value;
  return row;
}

TEST(Isolation, MeasuredMeansAreAveragedOverVideosThenPreparations) {
  Study study = founding_study();
  study.reported.clear();
  Sample second = study.samples[0];
  second.id = "exosomes2";
  study.samples.push_back(second);
  ObservationTable table;
  for (const auto& [replicate, value] : {std::pair("1", 100.0), std::pair("2", 140.0)}) {
    table.add(measured("exosomes", replicate, value));
  }
  table.add(measured("exosomes2", "1", 150));
  Observation other = measured("unknown sample", "1", 400);
  table.add(other);
  const std::vector<Finding> findings = check_isolation(table, study, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_DOUBLE_EQ(findings[0].details.find("targets")->items[0].find("mean_nm")->number, 135);
  ASSERT_EQ(findings[0].groups.size(), 1u);
  EXPECT_EQ(findings[0].groups[0].units.size(), 2u);
  EXPECT_EQ(findings[0].groups[0].units[0].row_ids.size(), 2u);
}

/// The founding protocol with a named rotor for the fast steps; the slow ones name only a class. Two conditions.
Study half_stated_study() {
  Study study = founding_study();
  study.reported.clear();
  for (Value& step : study.protocols[0].steps.items) {
    const bool slow = step.find("rcf_g")->number < 5000;
    step.set("rotor", Value::of(slow ? "swing_out" : "Type 45 Ti"));
  }
  Condition small;
  small.id = "Small";
  small.title = "small ones";
  study.conditions.push_back(small);
  Sample other = study.samples[0];
  other.id = "small1";
  other.condition = "Small";
  study.samples.push_back(other);
  return study;
}

ObservationTable two_conditions() {
  ObservationTable table;
  Observation small = measured("small1", "1", 95);
  small.condition = "Small";
  table.add(small);
  table.add(measured("exosomes", "1", 130));
  return table;
}

TEST(Isolation, RotorThatDecidesNothingIsOneColumnAndNotAskedFor) {
  const std::vector<Finding> findings = check_isolation(two_conditions(), half_stated_study(), {});
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_FALSE(finding.details.find("rotor_matters")->boolean);
  std::string all = finding.answer;
  for (const Issue& issue : finding.warnings) {
    EXPECT_NE(issue.kind, "isolation.rotor_unstated");
    all += issue.message + issue.hint;
  }
  EXPECT_EQ(all.find("rotor = "), std::string::npos);
  EXPECT_EQ(all.find("not stated"), std::string::npos);
  std::string assumptions;
  for (const std::string& text : finding.assumptions) assumptions += text;
  EXPECT_NE(assumptions.find("does not matter here: any swing-out rotor"), std::string::npos) << assumptions;
  // Every possible rotor is within the factor that the sentence claims.
  for (const Value& row : finding.details.find("rows")->items) {
    EXPECT_GT(row.find("cells")->items.size(), 5u);
    double low = INFINITY, high = 0;
    for (const Value& cell : row.find("cells")->items) {
      low = std::min(low, cell.find("needed_median_nm")->items[0].number);
      high = std::max(high, cell.find("needed_median_nm")->items[0].number);
    }
    EXPECT_LT(high / low, 1.05);
  }
}

TEST(Isolation, ConditionsOfOneProtocolStandSideBySide) {
  const std::vector<Finding> findings = check_isolation(two_conditions(), half_stated_study(), {});
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.groups.size(), 2u);
  const Value& maps = *finding.details.find("maps");
  ASSERT_EQ(maps.items.size(), 2u);
  ASSERT_EQ(maps.items[0].find("columns")->items.size(), 2u);
  EXPECT_NE(maps.items[0].find("columns")->items[1].text.find("small ones"), std::string::npos);
  EXPECT_EQ(maps.items[1].find("columns")->items.size(), 4u) << "medians_nm of the study";
  // Larger means need larger parents, and the sentence has both.
  for (const Value& row : maps.items[0].find("cells")->items) {
    EXPECT_GT(row.items[0].find("value")->number, row.items[1].find("value")->number);
  }
  EXPECT_NE(finding.answer.find("(130.0 nm)"), std::string::npos) << finding.answer;
  EXPECT_NE(finding.answer.find("small ones (95.0 nm)"), std::string::npos) << finding.answer;
}

TEST(Isolation, PrintsOfTheInstrumentAreNotMeasuredTwice) {
  ObservationTable table = two_conditions();
  Observation print = measured("exosomes", "1", 400);
  print.target = "as_printed";
  table.add(print);
  const Finding finding = check_isolation(table, half_stated_study(), {})[0];
  EXPECT_DOUBLE_EQ(finding.groups[0].mean, 130);
}

TEST(Isolation, NothingToSayIsNoFinding) {
  EXPECT_TRUE(check_isolation({}, {}, {}).empty());
  Study study = founding_study();
  study.protocols[0].steps = Value::array();
  EXPECT_TRUE(check_isolation({}, study, {}).empty());
  Study broken = founding_study();
  broken.protocols[0].steps.items[0].set("rotor", Value::of("SW 99"));
  EXPECT_THROW(check_isolation({}, broken, {}), Error);
  IsolationSettings empty_range;
  empty_range.smallest_median_nm = 400;
  EXPECT_THROW(isolation_map({185}, {}, empty_range, {}), Error);
}

TEST(Agreement, DifferenceRatioAndInterval) {
  ObservationTable table;
  table.add(measured("a", "1", 100));
  table.add(measured("a", "2", 120));
  table.add(measured("b", "1", 200));
  Observation predicted = measured("", "", 100);
  predicted.origin = Origin::kPredicted;
  predicted.source = "spin";
  predicted.low = 80;
  predicted.high = 130;
  table.add(predicted);
  const std::vector<Finding> findings = compare_with_predictions(table, {});
  ASSERT_EQ(findings.size(), 1u);
  const Value& pairs = *findings[0].details.find("pairs");
  ASSERT_EQ(pairs.items.size(), 2u);
  EXPECT_DOUBLE_EQ(pairs.items[0].find("measured")->number, 110);
  EXPECT_DOUBLE_EQ(pairs.items[0].find("difference")->number, 10);
  EXPECT_DOUBLE_EQ(pairs.items[0].find("ratio")->number, 1.1);
  EXPECT_TRUE(pairs.items[0].find("inside")->boolean);
  EXPECT_FALSE(pairs.items[1].find("inside")->boolean);
  EXPECT_EQ(pairs.items[0].find("time_h")->kind, Value::Kind::kNull);
  EXPECT_NE(findings[0].answer.find("1 of 2"), std::string::npos);
  EXPECT_NE(findings[0].answer.find("predicts a mean diameter of 100 nm (80.0 to 130)"), std::string::npos)
      << findings[0].answer;
  EXPECT_NE(findings[0].answer.find("Exos 155.0 nm"), std::string::npos) << findings[0].answer;
  EXPECT_TRUE(compare_with_predictions({}, {}).empty());
}

TEST(Agreement, FamilyIsOneFindingAndTwoScenariosAreTwoPairsOfOneUnit) {
  ObservationTable table;
  table.add(measured("a", "1", 100));
  Observation d90 = measured("a", "1", 150);
  d90.quantity = "vesicle.diameter.d90";
  table.add(d90);
  for (const double value : {90.0, 110.0}) {
    Observation predicted = measured("", "", value);
    predicted.origin = Origin::kPredicted;
    predicted.source = "spin";
    predicted.run = value < 100 ? "first" : "second";
    predicted.low = value - 5;
    predicted.high = value + 5;
    table.add(predicted);
    predicted.quantity = "vesicle.diameter.d90";
    table.add(predicted);
  }
  const std::vector<Finding> findings = compare_with_predictions(table, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].quantity, "vesicle.diameter.mean");
  EXPECT_EQ(findings[0].details.find("pairs")->items.size(), 4u);
  ASSERT_EQ(findings[0].groups.size(), 1u);
  ASSERT_EQ(findings[0].groups[0].units.size(), 1u);
  EXPECT_EQ(findings[0].groups[0].units[0].observations.size(), 1u) << "a video counts once";
}

}  // namespace
}  // namespace vesica
