// SPDX-License-Identifier: Apache-2.0
// Means up the tree and their intervals by hand; who is asked, and what a comparison would need.
#include "vesica/checks/measured.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

Sample sample(const std::string& id, const std::string& kind, const std::string& parent, const std::string& condition) {
  Sample out;
  out.id = id, out.kind = kind, out.parent = parent, out.condition = condition;
  return out;
}

/// Two cultures a group of two wells each, on one donor a culture.
Study cultures() {
  Study study;
  for (const char* condition : {"NC", "Exo"}) {
    Condition named;
    named.id = condition;
    study.conditions.push_back(named);
    for (const char* number : {"1", "2"}) {
      const std::string culture = std::string(condition) + number;
      study.samples.push_back(sample("donor " + culture, "donor", "", ""));
      study.samples.push_back(sample(culture, "culture", "donor " + culture, condition));
      for (const char* well : {"a", "b"}) study.samples.push_back(sample(culture + well, "well", culture, ""));
    }
  }
  return study;
}

Observation row(const std::string& sample, double value, const std::string& target = "edu+") {
  Observation out;
  out.quantity = "nuclei.positive_rate", out.target = target, out.sample = sample;
  out.value = value, out.unit = "1", out.source = "nuclei", out.n = 100, out.status = Status::kOk;
  out.low = value / 2, out.high = (1 + value) / 2, out.interval = "wilson95";
  return out;
}

ObservationTable rates() {
  ObservationTable table;
  const double values[] = {0.1, 0.2, 0.3, 0.2, 0.5, 0.6, 0.7, 1.0};
  std::size_t k = 0;
  for (const char* sample : {"NC1a", "NC1b", "NC2a", "NC2b", "Exo1a", "Exo1b", "Exo2a", "Exo2b"})
    table.add(row(sample, values[k++]));
  return table;
}

TEST(Measured, WellsAreAveragedToWhatHasTheCondition) {
  const std::vector<Finding> findings = check_measured(rates(), cultures(), {});
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.unit, "culture") << "not the well, whose group is the culture's; not the donor, who has none";
  ASSERT_EQ(finding.groups.size(), 2u);
  EXPECT_EQ(finding.groups[0].name, "NC") << "in the study's order";
  ASSERT_EQ(finding.groups[0].units.size(), 2u);
  EXPECT_NEAR(finding.groups[0].mean, 0.2, 1e-12);  // (0.15 + 0.25) / 2
  // Student's t for one degree of freedom, 12.706 (table), times 0.05: beyond what a share can be.
  EXPECT_EQ(finding.groups[0].low, 0);
  EXPECT_NEAR(finding.groups[0].high, 0.2 + 12.7062 * 0.05, 1e-4);
  EXPECT_EQ(finding.groups[1].high, 1);
  EXPECT_NE(finding.answer.find("NC 0.200"), std::string::npos) << finding.answer;
  EXPECT_NE(finding.answer.find("n = 2"), std::string::npos) << finding.answer;
}

TEST(Measured, TheLinesOfAComparisonNameWhatIsThere) {
  const std::vector<Finding> findings = check_measured(rates(), cultures(), {});
  ASSERT_EQ(findings.size(), 1u);
  const Value* ask = findings[0].details.find("ask");
  ASSERT_NE(ask, nullptr);
  for (const char* line :
       {"[[comparison]]", "id = \"edu\"", "quantities = [\"nuclei.positive_rate\"]", "target = \"edu+\"",
        "unit = \"culture\"", "groups = [\"NC\", \"Exo\"]", "scale = \"linear\""})
    EXPECT_NE(ask->text.find(line), std::string::npos) << line << " in\n" << ask->text;
  EXPECT_EQ(findings[0].details.find("missing"), nullptr);
}

TEST(Measured, AStudyWithoutGroupsIsToldAndAskedForThem) {
  Study study;
  study.samples = {sample("D03", "", "", "")};
  ObservationTable table;
  table.add(row("D03", 0.25));
  const std::vector<Finding> findings = check_measured(table, study, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].answer.find("of 100 counted"), std::string::npos) << findings[0].answer;
  EXPECT_EQ(findings[0].details.find("ask"), nullptr);
  ASSERT_NE(findings[0].details.find("missing"), nullptr);
  EXPECT_NE(findings[0].details.find("missing")->text.find("condition"), std::string::npos);
}

TEST(Measured, DosesInUnitsOfTheirOwnStandApart) {
  ObservationTable table;
  std::size_t k = 0;
  for (const char* sample : {"NC1", "NC2", "Exo1", "Exo2"}) {
    for (const char* unit : {"ug/mL", "{particles}/mL"}) {
      Observation one = row(sample, std::string_view(unit) == "ug/mL" ? 10.0 + static_cast<double>(k++) : 1e9, "");
      one.quantity = "viability.ec50", one.source = "viability", one.unit = unit, one.interval.clear();
      table.add(one);
    }
  }
  const std::vector<Finding> findings = check_measured(table, cultures(), {});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_NE(findings[0].id, findings[1].id);
  const Finding& mass = findings[findings[0].value_unit == "ug/mL" ? 0 : 1];
  EXPECT_EQ(mass.value_unit, "ug/mL");
  EXPECT_NE(mass.answer.find("µg/mL (10.0 and 11.0; n = 2)"), std::string::npos) << mass.answer;
}

TEST(Measured, SamplesWithoutAConditionBesideOthersAreCalledSo) {
  Study study = cultures();
  study.samples.push_back(sample("lonely", "culture", "", ""));
  ObservationTable table;
  for (const char* id : {"NC1a", "Exo1a", "lonely"}) {
    Observation one = row(id, 600, "");
    one.quantity = "nuclei.density", one.unit = "1/mm2", one.interval.clear();
    table.add(one);
  }
  const std::vector<Finding> findings = check_measured(table, study, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].answer.find("no condition 600/mm² (n = 1)"), std::string::npos) << findings[0].answer;
  EXPECT_NE(findings[0].details.find("ask"), nullptr);
}

TEST(Measured, WhatComparisonsAnswerIsNotToldAgain) {
  Finding told;
  told.kind = "comparison", told.quantity = "nuclei.positive_rate";
  told.tests.emplace_back();
  EXPECT_TRUE(check_measured(rates(), cultures(), std::vector<Finding>{told}).empty());
  told.tests[0].status = "one_group";
  EXPECT_EQ(check_measured(rates(), cultures(), std::vector<Finding>{told}).size(), 1u) << "it gave no answer";
}

TEST(Measured, WithoutNumbersNothingIsSaid) {
  ObservationTable table;
  Observation none = row("NC1a", kNaN);
  none.status = Status::kNoObjects;
  table.add(none);
  table.add(row("nobody", 0.5));
  EXPECT_TRUE(check_measured(table, cultures(), {}).empty());
  EXPECT_TRUE(check_measured(ObservationTable(), Study(), {}).empty());
}

}  // namespace
}  // namespace vesica
