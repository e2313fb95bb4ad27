// SPDX-License-Identifier: Apache-2.0
// Values of R 4.2.2 and NIST, read from the data folder: every row is computed here or named as not covered, with why.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "vesica/stats/anova.h"
#include "vesica/stats/correlation.h"
#include "vesica/stats/linear_model.h"
#include "vesica/stats/multiple.h"
#include "vesica/stats/power.h"
#include "vesica/stats/rank.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

using Groups = std::vector<std::vector<double>>;
using Table = std::map<std::string, std::vector<std::string>>;  // column → cells

std::vector<std::string> cells_of(const std::string& line, char separator) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, separator);) {
    if (cell.size() > 1 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
  }
  return cells;
}

Table read_csv(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const auto header = cells_of(line, ',');
  Table table;
  while (std::getline(file, line)) {
    const auto cells = cells_of(line, ',');
    for (std::size_t i = 0; i < header.size(); ++i) table[header[i]].push_back(cells.at(i));
  }
  return table;
}

std::vector<double> numbers(const std::vector<std::string>& cells) {
  std::vector<double> values;
  for (const auto& cell : cells) values.push_back(cell == "NA" ? kNoNumber : std::stod(cell));
  return values;
}

Groups split(const std::vector<double>& values, const Factor& factor) {
  Groups groups(static_cast<std::size_t>(factor.levels));
  for (std::size_t i = 0; i < values.size(); ++i)
    groups[static_cast<std::size_t>(factor.level[i])].push_back(values[i]);
  return groups;
}

class DataStats : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("VESICA_DATA");
    if (data == nullptr || *data == '\0') GTEST_SKIP() << "VESICA_DATA is not set";
    folder_ = std::string(data) + "/stats/r_reference/";
    nist_ = std::string(data) + "/stats/nist_strd_anova/";
    std::ifstream file(folder_ + "R_EXPECTED.tsv");
    if (!file) GTEST_SKIP() << "no " << folder_;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      const auto cells = cells_of(line, '\t');
      keys_.push_back(cells.at(0) + "\t" + cells.at(1));
      expected_[keys_.back()] = std::stod(cells.at(2));
    }
  }

  // Checks one row and remembers by what and how well it was met. `tolerance` is relative.
  void row(const std::string& test, const std::string& quantity, double value, const std::string& by,
           double tolerance = 1e-8) {
    const std::string key = test + "\t" + quantity;
    ASSERT_TRUE(expected_.count(key)) << key;
    const double truth = expected_[key];
    const double error = std::abs(value - truth) / std::abs(truth);
    EXPECT_LE(error, tolerance) << key << ": " << value << " instead of " << truth;
    covered_[key] = {by, error};
  }

  void t_rows(const std::string& name, const TestResult& test, const std::string& by) {
    row(name, "t", test.statistic, by);
    row(name, "df", test.df, by);
    row(name, "p", test.p, by);
    row(name, "lo", test.interval.low, by);
    row(name, "hi", test.interval.high, by);
  }

  void sleep_rows() {
    const Table sleep = read_csv(folder_ + "sleep.csv");
    const Groups g = split(numbers(sleep.at("extra")), make_factor("group", sleep.at("group")));
    t_rows("sleep.student", student_t(g[0], g[1]), "student_t");
    t_rows("sleep.welch", welch_t(g[0], g[1]), "welch_t");
    t_rows("sleep.paired", paired_t(g[0], g[1]), "paired_t");
    const TestResult rank = mann_whitney(g[0], g[1], RankP::kNormal);
    row("sleep.wilcoxon_normal_cc", "W", rank.statistic, "mann_whitney(kNormal)");
    row("sleep.wilcoxon_normal_cc", "p", rank.p, "mann_whitney(kNormal)");
  }

  void anova_rows(const std::string& name, const AnovaRow& term, const std::string& by) {
    row(name, "F", term.f, by);
    row(name, "df1", term.df, by);
    row(name, "df2", term.error_df, by);
    row(name, "p", term.p, by);
  }

  void plant_rows() {
    const Table plants = read_csv(folder_ + "PlantGrowth.csv");
    const Groups g = split(numbers(plants.at("weight")), make_factor("group", plants.at("group")));
    const AnovaTable table = one_way_anova(g);
    anova_rows("PlantGrowth.anova", table.rows[0], "one_way_anova");
    row("PlantGrowth.anova", "SSb", table.rows[0].ss, "one_way_anova");
    row("PlantGrowth.anova", "SSw", table.residual_ss, "one_way_anova");
    const std::vector<std::string> names{"ctrl", "trt1", "trt2"};
    for (const auto& judged : tukey_kramer(g)) {
      const std::string test =
          "PlantGrowth.tukey." + names[judged.contrast.first] + "-" + names[judged.contrast.second];
      row(test, "diff", judged.contrast.test.estimate, "tukey_kramer");
      row(test, "lwr", judged.simultaneous.low, "tukey_kramer", 1e-6);
      row(test, "upr", judged.simultaneous.high, "tukey_kramer", 1e-6);
      row(test, "p adj", judged.adjusted_p, "tukey_kramer", 1e-6);
    }
    const TestResult kruskal = kruskal_wallis(g);
    row("PlantGrowth.kruskal", "H", kruskal.statistic, "kruskal_wallis");
    row("PlantGrowth.kruskal", "df", kruskal.df, "kruskal_wallis");
    row("PlantGrowth.kruskal", "p", kruskal.p, "kruskal_wallis");
    const TestResult welch = welch_anova(g);
    row("PlantGrowth.welch_anova", "F", welch.statistic, "welch_anova");
    row("PlantGrowth.welch_anova", "df1", welch.df, "welch_anova");
    row("PlantGrowth.welch_anova", "df2", welch.df2, "welch_anova");
    row("PlantGrowth.welch_anova", "p", welch.p, "welch_anova");
    const TestResult spread = bartlett(g);
    row("PlantGrowth.bartlett", "K2", spread.statistic, "bartlett");
    row("PlantGrowth.bartlett", "df", spread.df, "bartlett");
    row("PlantGrowth.bartlett", "p", spread.p, "bartlett");
    for (std::size_t i = 0; i < 3; ++i) {
      const TestResult shape = shapiro_wilk(g[i]);
      row("PlantGrowth.shapiro." + names[i], "W", shape.statistic, "shapiro_wilk");
      row("PlantGrowth.shapiro." + names[i], "p", shape.p, "shapiro_wilk");
    }
    const auto contrasts = pooled_contrasts(g, all_pairs(3));
    for (const auto& [method, id] :
         {std::pair{Correction::kBonferroni, "bonferroni"}, std::pair{Correction::kHolm, "holm"},
          std::pair{Correction::kBenjaminiHochberg, "BH"}}) {
      for (const auto& judged : judge(contrasts, method, {3, {}})) {
        row(std::string("PlantGrowth.pairwise.") + id,
            names[judged.contrast.first] + "_" + names[judged.contrast.second], judged.adjusted_p,
            std::string("judge(") + to_text(method) + ")");
      }
    }
    for (const auto& judged : dunnett(g, 0)) {
      const std::string test = "PlantGrowth.dunnett." + names[judged.contrast.first] + "-ctrl";
      row(test, "estimate", judged.contrast.test.estimate, "dunnett");
      row(test, "t", judged.contrast.test.statistic, "dunnett", 1e-11);
      // multcomp's p is a quasi-random integral, printed with the note that it is good to 1e-5.
      row(test, "p_adj(~1e-5)", judged.adjusted_p, "dunnett", 1e-5 / judged.adjusted_p);
    }
  }

  void factor_rows() {
    const Table teeth = read_csv(folder_ + "ToothGrowth.csv");
    const AnovaTable two = two_way_anova(numbers(teeth.at("len")), make_factor("supp", teeth.at("supp")),
                                         make_factor("factor(dose)", teeth.at("dose")));
    for (const auto& term : two.rows) anova_rows("ToothGrowth.anova2." + term.term, term, "two_way_anova");
    const Table insects = read_csv(folder_ + "InsectSprays.csv");
    auto counts = numbers(insects.at("count"));
    for (double& count : counts) count = std::sqrt(count);
    anova_rows("InsectSprays.sqrt.anova",
               one_way_anova(split(counts, make_factor("spray", insects.at("spray")))).rows[0], "one_way_anova");
  }

  void correlation_rows() {
    const Table air = read_csv(folder_ + "airquality.csv");
    const auto ozone = numbers(air.at("Ozone"));
    const auto temperature = numbers(air.at("Temp"));
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t i = 0; i < ozone.size(); ++i) {
      if (std::isnan(ozone[i])) continue;
      x.push_back(ozone[i]);
      y.push_back(temperature[i]);
    }
    const TestResult line = pearson(x, y);
    row("airquality.pearson", "r", line.estimate, "pearson");
    t_rows("airquality.pearson", line, "pearson");
    row("airquality.spearman", "rho", spearman(x, y).estimate, "spearman");
    row("airquality.spearman", "p", spearman(x, y).p, "spearman");
    row("power.t.n3.d1.sd0.3", "power", power_t(Layout::kTwoSample, 3, 1, 0.3), "power_t");
    // R searches this root to 1.2e-4 only (uniroot's default); the test of the inverse follows below.
    row("power.t.n_for_0.9", "n", n_for_power(Layout::kTwoSample, 0.9, 1, 0.5), "n_for_power", 2e-5);
  }

  std::string why_not(const std::string& key) const {
    for (const char* fit : {"michaelis", "fourPL", "biexp"}) {
      if (key.find(fit) != std::string::npos) return "no: nonlinear least squares, a matter of fit/";
    }
    return key.find("Theoph") == 0 ? "no: pharmacokinetic area, a matter of assays/" : "";
  }

  std::string reference_table() {
    std::ostringstream text;
    text << "test\tquantity\tcovered_by\trelative_error_at_most\n";
    for (const auto& key : keys_) {
      text << key << "\t";
      if (!covered_.count(key)) {
        text << why_not(key) << "\t\n";
        continue;
      }
      const auto& [by, error] = covered_[key];
      const double power = error == 0 ? -16 : std::max(-16.0, std::ceil(std::log10(error)));
      text << by << "\t1e" << static_cast<int>(power) << "\n";
    }
    return text.str();
  }

  std::string folder_, nist_;
  std::vector<std::string> keys_;
  std::map<std::string, double> expected_;
  std::map<std::string, std::pair<std::string, double>> covered_;
};

TEST_F(DataStats, RowsOfR) {
  sleep_rows();
  plant_rows();
  factor_rows();
  correlation_rows();
  EXPECT_NEAR(power_t(Layout::kTwoSample, n_for_power(Layout::kTwoSample, 0.9, 1, 0.5), 1, 0.5), 0.9, 1e-12);
  std::size_t left = 0;
  for (const auto& key : keys_) {
    if (covered_.count(key)) continue;
    ++left;
    EXPECT_FALSE(why_not(key).empty()) << key;
  }
  RecordProperty("covered", static_cast<int>(covered_.size()));
  RecordProperty("left", static_cast<int>(left));
  const std::string path = std::string(VESICA_SOURCE_DIR) + "/docs/stats_reference.tsv";
  const char* update = std::getenv("VESICA_UPDATE_DOCS");
  if (update != nullptr && *update != '\0') std::ofstream(path) << reference_table();
  // The document names the same rows; its bounds may differ by rounding from machine to machine.
  std::ifstream document(path);
  std::string line;
  std::getline(document, line);
  for (const auto& key : keys_) {
    ASSERT_TRUE(std::getline(document, line)) << "docs/stats_reference.tsv ends before " << key;
    const auto cells = cells_of(line, '\t');
    EXPECT_EQ(cells.at(0) + "\t" + cells.at(1), key);
    EXPECT_EQ(cells.at(2), covered_.count(key) ? covered_[key].first : why_not(key));
  }
}

// Correct digits of a value: -log10 of the relative error, at most 15.
double digits(double value, double certified) {
  const double error = std::abs(value - certified) / std::abs(certified);
  return error == 0 ? 15 : std::min(15.0, -std::log10(error));
}

Groups read_nist(const std::string& path, std::vector<std::string>& certified) {
  std::ifstream file(path);
  std::map<int, std::vector<double>> groups;
  std::string line;
  constexpr int kFirstData = 61;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    if (line.rfind("Between", 0) == 0 || line.rfind("Within", 0) == 0) certified.push_back(line);
    int group = 0;
    double value = 0;
    if (number >= kFirstData && words >> group >> value) groups[group].push_back(value);
  }
  Groups result;
  for (auto& [id, values] : groups) result.push_back(std::move(values));
  return result;
}

TEST_F(DataStats, NistAnova) {
  const std::map<std::string, double> least{{"SiRstv", 12.0}, {"SmLs01", 14.0}};
  for (const auto& [name, wanted] : least) {
    std::vector<std::string> certified;
    const Groups groups = read_nist(nist_ + name + ".dat", certified);
    ASSERT_EQ(certified.size(), 2U) << name;
    const AnovaTable table = one_way_anova(groups);
    std::istringstream between(certified[0].substr(certified[0].find_first_of("0123456789")));
    std::istringstream within(certified[1].substr(certified[1].find_first_of("0123456789")));
    double df = 0, ss = 0, ms = 0, f = 0;
    between >> df >> ss >> ms >> f;
    EXPECT_EQ(table.rows[0].df, df);
    double least_digits = std::min(digits(table.rows[0].ss, ss), digits(table.rows[0].f, f));
    within >> df >> ss >> ms;
    least_digits = std::min(least_digits, digits(table.residual_ss, ss));
    EXPECT_EQ(table.residual_df, df);
    RecordProperty(name + "_digits", std::to_string(least_digits));
    EXPECT_GE(least_digits, wanted) << name;
    std::printf("%s: %.1f digits\n", name.c_str(), least_digits);
  }
}

// Longley's regression: six nearly collinear columns, the hardest that least squares here will meet.
TEST_F(DataStats, NistLongley) {
  std::ifstream file(nist_ + "Longley.dat");
  std::string line;
  std::vector<double> certified, numbers_read;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    std::string name;
    double value = 0;
    constexpr int kFirstEstimate = 31, kLastEstimate = 37, kFirstData = 61;
    if (number >= kFirstEstimate && number <= kLastEstimate && words >> name >> value) certified.push_back(value);
    if (number >= kFirstData) {
      while (words >> value) numbers_read.push_back(value);
    }
  }
  ASSERT_EQ(certified.size(), 7U);
  ASSERT_EQ(numbers_read.size(), 16U * 7U);
  Eigen::MatrixXd design = Eigen::MatrixXd::Ones(16, 7);
  Eigen::VectorXd y(16);
  for (Eigen::Index i = 0; i < 16; ++i) {
    y[i] = numbers_read[static_cast<std::size_t>(7 * i)];
    for (Eigen::Index j = 1; j < 7; ++j) design(i, j) = numbers_read[static_cast<std::size_t>(7 * i + j)];
  }
  const LinearFit fit = fit_linear(design, y);
  ASSERT_EQ(fit.status, TestStatus::kOk);
  double least = 15;
  for (Eigen::Index j = 0; j < 7; ++j)
    least = std::min(least, digits(fit.beta[j], certified[static_cast<std::size_t>(j)]));
  EXPECT_GE(least, 8.5);
  EXPECT_GE(digits(std::sqrt(fit.residual_variance), 304.854073561965), 10);
  std::printf("Longley: %.1f digits\n", least);
}

}  // namespace
}  // namespace vesica::stats
