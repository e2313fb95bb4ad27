// SPDX-License-Identifier: Apache-2.0
// Whole comparisons of R's data sets, from rows of an observation table to findings, against values of R 4.2.2.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "vesica/stats/compare_fixture.h"

namespace vesica {
namespace {

using fixture::Made;
using fixture::test_named;

std::vector<std::string> cells_of(const std::string& line, char separator) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, separator);) {
    if (cell.size() > 1 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
  }
  return cells;
}

class DataStatsCompare : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("VESICA_DATA");
    if (data == nullptr || *data == '\0') GTEST_SKIP() << "VESICA_DATA is not set";
    folder_ = std::string(data) + "/stats/r_reference/";
    std::ifstream file(folder_ + "R_EXPECTED.tsv");
    if (!file) GTEST_SKIP() << "no " << folder_;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      const auto cells = cells_of(line, '\t');
      expected_[cells.at(0) + " " + cells.at(1)] = std::stod(cells.at(2));
    }
  }

  std::vector<std::vector<std::string>> rows(const std::string& name) const {
    std::ifstream file(folder_ + name);
    std::string line;
    std::getline(file, line);
    std::vector<std::vector<std::string>> result;
    while (std::getline(file, line)) result.push_back(cells_of(line, ','));
    return result;
  }

  void expect(const std::string& row, double value, double tolerance = 1e-8) {
    ASSERT_TRUE(expected_.count(row)) << row;
    EXPECT_LE(std::abs(value / expected_[row] - 1), tolerance) << row << ": " << value;
  }

  std::string folder_;
  std::map<std::string, double> expected_;
};

TEST_F(DataStatsCompare, PlantGrowth) {
  Made made;
  int n = 0;
  for (const auto& row : rows("PlantGrowth.csv")) {
    made.unit("pot" + std::to_string(++n), row.at(1), std::stod(row.at(0)));
  }
  Comparison& plan = made.comparison();
  const Finding tukey = made.find();
  const FindingTest* whole = test_named(tukey, "all groups");
  expect("PlantGrowth.anova F", whole->statistic);
  expect("PlantGrowth.anova df2", whole->df2);
  expect("PlantGrowth.anova p", whole->p);
  for (const std::string pair : {"trt1-ctrl", "trt2-ctrl", "trt2-trt1"}) {
    const FindingTest* test = test_named(tukey, pair.substr(0, 4) + " − " + pair.substr(5));
    ASSERT_NE(test, nullptr) << pair;
    expect("PlantGrowth.tukey." + pair + " diff", test->estimate);
    expect("PlantGrowth.tukey." + pair + " lwr", test->low, 1e-6);
    expect("PlantGrowth.tukey." + pair + " upr", test->high, 1e-6);
    expect("PlantGrowth.tukey." + pair + " p adj", test->adjusted_p, 1e-6);
  }
  EXPECT_EQ(test_named(tukey, "trt2 − trt1")->stars, "*");
  EXPECT_EQ(test_named(tukey, "trt1 − ctrl")->stars, "ns");
  plan.correction = "holm";
  expect("PlantGrowth.pairwise.holm trt1_ctrl", test_named(made.find(), "trt1 − ctrl")->adjusted_p);
  plan.correction = "bh";
  expect("PlantGrowth.pairwise.BH trt2_ctrl", test_named(made.find(), "trt2 − ctrl")->adjusted_p);
  plan.correction = "auto";
  plan.control = "ctrl";
  expect("PlantGrowth.dunnett.trt2-ctrl p_adj(~1e-5)", test_named(made.find(), "trt2 − ctrl")->adjusted_p, 1e-4);
  plan.method = "rank";
  expect("PlantGrowth.kruskal p", test_named(made.find(), "all groups")->p);
  plan.method = "welch_anova";
  expect("PlantGrowth.welch_anova df2", test_named(made.find(), "all groups")->df2);
}

TEST_F(DataStatsCompare, Sleep) {
  Made made;
  for (const auto& row : rows("sleep.csv")) {
    made.unit(row.at(1) + "/" + row.at(2), "drug" + row.at(1), std::stod(row.at(0)), "person " + row.at(2));
  }
  Comparison& plan = made.comparison();
  plan.pairs = {{"drug1", "drug2"}};
  const FindingTest paired = made.find().tests.at(0);
  expect("sleep.paired t", paired.statistic);
  expect("sleep.paired p", paired.p);
  expect("sleep.paired lo", paired.low);
  plan.use_blocks = false;
  expect("sleep.welch p", made.find().tests.at(0).p);
  plan.method = "student";
  expect("sleep.student p", made.find().tests.at(0).p);
}

TEST_F(DataStatsCompare, ToothGrowth) {
  Made made;
  int n = 0;
  for (const auto& row : rows("ToothGrowth.csv")) {
    Sample& sample = made.sample("pig" + std::to_string(++n), "animal");
    sample.levels["supp"].text = row.at(1);
    sample.levels["dose"].text = row.at(2);
    made.row(sample.id, std::stod(row.at(0)));
  }
  Comparison& plan = made.comparison();
  plan.factor = "supp";
  plan.second_factor = "dose";
  const Finding finding = made.find();
  expect("ToothGrowth.anova2.supp F", test_named(finding, "supp")->statistic);
  expect("ToothGrowth.anova2.factor(dose) p", test_named(finding, "dose")->p);
  expect("ToothGrowth.anova2.supp:factor(dose) p", test_named(finding, "supp × dose")->p);
}

}  // namespace
}  // namespace vesica
