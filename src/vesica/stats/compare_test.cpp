// SPDX-License-Identifier: Apache-2.0
// Whole comparisons: the design is read, the right test is made, what cannot be answered is said.
#include "vesica/stats/compare.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "vesica/stats/anova.h"
#include "vesica/stats/compare_fixture.h"
#include "vesica/stats/effect.h"
#include "vesica/stats/mixed_model.h"
#include "vesica/stats/multiple.h"
#include "vesica/stats/power.h"
#include "vesica/stats/rank.h"
#include "vesica/stats/two_sample.h"

namespace vesica {
namespace {

using fixture::Made;
using fixture::test_named;
using fixture::warns;

const std::vector<double> kA{1.1, 2.3, 3.8, 4.4, 2.9};
const std::vector<double> kB{5.1, 4.2, 6.6, 7.9, 3.3, 8.2};
const std::vector<double> kC{2.2, 9.1, 7.3, 6.0};

void add(Made& made, const std::string& condition, const std::vector<double>& values, bool blocks = false) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.unit(condition + std::to_string(i + 1), condition, values[i], blocks ? "day" + std::to_string(i) : "");
  }
}

Made two_groups() {
  Made made;
  add(made, "NC", kA);
  add(made, "SA", kB);
  made.comparison();
  return made;
}

TEST(Compare, TwoGroupsByWelch) {
  const Finding finding = two_groups().find();
  const stats::TestResult welch = stats::welch_t(kB, kA);
  ASSERT_EQ(finding.tests.size(), 1U);
  const FindingTest& test = finding.tests[0];
  EXPECT_EQ(test.method, "welch_t");
  EXPECT_EQ(test.contrast, "SA − NC");
  EXPECT_EQ(test.p, welch.p);
  EXPECT_EQ(test.estimate, welch.estimate);
  EXPECT_EQ(test.low, welch.interval.low);
  EXPECT_EQ(test.df1, welch.df);
  EXPECT_EQ(test.stars, "*");
  EXPECT_TRUE(std::isnan(test.adjusted_p));
  EXPECT_NEAR(test.hedges_g, stats::hedges_g(kB, kA).estimate, 1e-12);
  EXPECT_EQ(test.estimate_kind, "mean difference");
  ASSERT_EQ(finding.groups.size(), 2U);
  EXPECT_EQ(finding.groups[1].units.size(), 6U);
  EXPECT_EQ(finding.groups[1].units[0].row_ids.size(), 1U);
  EXPECT_EQ(finding.id, "main-other.value");
  EXPECT_EQ(finding.question, "Does value differ between NC and SA?");
  EXPECT_EQ(
      finding.answer.find(
          "Value differs between SA and NC: 5.883 in SA against 2.900 in NC; mean difference 2.98 (95 % interval "),
      0U)
      << finding.answer;
}

TEST(Compare, PowerIsAboutTheDeclaredSize) {
  Made made = two_groups();
  made.study.comparisons[0].relevant = 1.5;
  const FindingTest test = made.find().tests[0];
  EXPECT_EQ(test.power_for, 1.5);
  const double sd = std::sqrt((4 * 1.6650 + 5 * 3.9017) / 9);  // rounded variances of the two groups
  EXPECT_NEAR(test.n_needed, std::ceil(stats::n_for_power(stats::Layout::kTwoSample, 0.8, 1.5, sd)), 1);
  EXPECT_GE(stats::power_t(stats::Layout::kTwoSample, test.n_needed, 1.5, sd), 0.79);
}

TEST(Compare, LogScaleGivesARatio) {
  Made made;
  for (const double x : {2.0, 8.0, 4.0}) made.unit("a" + std::to_string(x), "NC", x, "", "vesicle.concentration");
  for (const double x : {6.0, 24.0, 9.0}) made.unit("b" + std::to_string(x), "SA", x, "", "vesicle.concentration");
  made.comparison("vesicle.concentration");
  const Finding finding = made.find();
  EXPECT_EQ(finding.scale, "log");
  const stats::Effect ratio =
      stats::ratio_of_geometric_means(std::vector<double>{6, 24, 9}, std::vector<double>{2, 8, 4});
  EXPECT_NEAR(finding.tests[0].estimate, ratio.estimate, 1e-12);
  EXPECT_NEAR(finding.tests[0].high, ratio.interval.high, 1e-9);
  EXPECT_EQ(finding.tests[0].estimate_kind, "ratio of geometric means");
  EXPECT_NEAR(finding.groups[0].mean, 4, 1e-12);
  made.row("a2.000000", 0, "vesicle.concentration", "again");
  EXPECT_EQ(made.find().tests[0].status, "outside_scale");
}

TEST(Compare, DosesAreComparedInOneUnit) {
  Made made;
  const auto add_dose = [&](const std::string& id, const std::string& condition, double value, const char* unit) {
    made.sample(id, "animal", condition);
    Observation dose;
    dose.quantity = "viability.ec50", dose.sample = id, dose.value = value, dose.source = "viability", dose.unit = unit;
    made.table.add(dose);
  };
  for (const double x : {2.0, 8.0, 4.0}) add_dose("a" + std::to_string(x), "NC", x, "ug/mL");
  for (const double x : {6.0, 24.0, 9.0}) add_dose("b" + std::to_string(x), "SA", x, "ug/mL");
  made.comparison("viability.ec50");
  const Finding finding = made.find();
  EXPECT_EQ(finding.value_unit, "ug/mL");
  EXPECT_NE(finding.answer.find("µg/mL"), std::string::npos) << finding.answer;
  add_dose("c", "SA", 1e9, "{particles}/mL");
  const Finding mixed = made.find();
  EXPECT_EQ(mixed.tests.at(0).status, "mixed_units");
  EXPECT_NE(mixed.answer.find("different units"), std::string::npos) << mixed.answer;
}

TEST(Compare, ThreeGroupsByAnovaAndTukey) {
  Made made = two_groups();
  add(made, "SX", kC);
  const Finding finding = made.find();
  const std::vector<std::vector<double>> groups{kA, kB, kC};
  EXPECT_NEAR(test_named(finding, "all groups")->p, stats::one_way_anova(groups).rows[0].p, 1e-14);
  const auto tukey = stats::tukey_kramer(groups);
  EXPECT_NEAR(test_named(finding, "SX − NC")->adjusted_p, tukey[1].adjusted_p, 1e-12);
  EXPECT_EQ(test_named(finding, "SX − NC")->correction, "Tukey-Kramer");
  EXPECT_EQ(finding.tests.size(), 4U);
}

TEST(Compare, ControlMeansDunnett) {
  Made made = two_groups();
  add(made, "SX", kC);
  made.study.comparisons[0].control = "SA";
  const Finding finding = made.find();
  EXPECT_EQ(finding.groups[0].name, "SA");
  const auto dunnett = stats::dunnett(std::vector<std::vector<double>>{kB, kA, kC}, 0);
  EXPECT_NEAR(test_named(finding, "SX − SA")->adjusted_p, dunnett[1].adjusted_p, 1e-12);
  EXPECT_EQ(finding.tests.size(), 3U);
  made.study.comparisons[0].method = "welch_anova";
  EXPECT_EQ(test_named(made.find(), "SX − SA")->correction, "Šidák");
}

TEST(Compare, SelectedPairsBySidakAndGroupsInOrder) {
  Made made = two_groups();
  add(made, "SX", kC);
  made.study.comparisons[0].groups = {"SX", "NC", "SA"};
  made.study.comparisons[0].pairs = {{"SA", "SX"}, {"SX", "NC"}};
  const Finding finding = made.find();
  EXPECT_EQ(finding.groups[0].name, "SX");
  ASSERT_NE(test_named(finding, "SA − SX"), nullptr);
  const FindingTest* test = test_named(finding, "SX − NC");
  EXPECT_NEAR(test->adjusted_p, 1 - std::pow(1 - test->p, 2), 1e-12);
}

TEST(Compare, GamesHowellOnRequest) {
  Made made = two_groups();
  add(made, "SX", kC);
  made.study.comparisons[0].method = "welch_anova";
  const Finding finding = made.find();
  const std::vector<std::vector<double>> groups{kA, kB, kC};
  EXPECT_NEAR(test_named(finding, "SX − NC")->adjusted_p, stats::games_howell(groups)[1].adjusted_p, 1e-12);
  EXPECT_NEAR(test_named(finding, "all groups")->df2, stats::welch_anova(groups).df2, 1e-12);
}

TEST(Compare, UncorrectedTestsAreWarnedOf) {
  Made made = two_groups();
  add(made, "SX", kC);
  made.study.comparisons[0].correction = "none";
  const Finding finding = made.find();
  EXPECT_TRUE(warns(finding, "uncorrected"));
  EXPECT_TRUE(std::isnan(test_named(finding, "SX − NC")->adjusted_p));
}

TEST(Compare, BlocksMakePairs) {
  Made made;
  add(made, "NC", kA, true);
  add(made, "SA", kB, true);
  made.comparison();
  const Finding finding = made.find();
  const stats::TestResult paired = stats::paired_t(std::vector<double>(kB.begin(), kB.begin() + 5), kA);
  EXPECT_NEAR(finding.tests[0].p, paired.p, 1e-14);
  EXPECT_EQ(finding.tests[0].method, "paired_t");
  EXPECT_TRUE(warns(finding, "incomplete_blocks"));
  made.study.comparisons[0].use_blocks = false;
  EXPECT_EQ(made.find().tests[0].method, "welch_t");
  made.study.comparisons[0].use_blocks = true;
  made.study.comparisons[0].method = "student";
  EXPECT_TRUE(warns(made.find(), "blocks_ignored"));
}

TEST(Compare, ThreeGroupsWithinBlocks) {
  Made made;
  add(made, "NC", kA, true);
  add(made, "SA", {5.1, 4.2, 6.6, 7.9, 3.3}, true);
  add(made, "SX", {2.2, 9.1, 7.3, 6.0, 4.0}, true);
  made.comparison().control = "NC";
  const Finding finding = made.find();
  EXPECT_EQ(test_named(finding, "all groups")->method, "block_anova");
  EXPECT_EQ(test_named(finding, "all groups")->df2, 8);
  // Complete blocks: Dunnett with correlation one half at the residual's eight degrees of freedom.
  const FindingTest* test = test_named(finding, "SX − NC");
  EXPECT_NEAR(test->estimate, 5.72 - 2.9, 1e-12);
  EXPECT_GT(test->adjusted_p, test->p);
  made.study.comparisons[0].method = "rank";
  EXPECT_EQ(made.find().tests[0].method, "friedman");
}

TEST(Compare, BlocksInsideGroupsAreARandomEffect) {
  Made made;
  const double values[2][3][2] = {{{1.0, 1.2}, {2.0, 2.1}, {3.1, 2.9}}, {{4.0, 4.3}, {5.2, 5.1}, {3.6, 3.9}}};
  for (int g = 0; g < 2; ++g) {
    for (int litter = 0; litter < 3; ++litter) {
      for (int pup = 0; pup < 2; ++pup) {
        const std::string name = std::to_string(g) + std::to_string(litter);
        made.unit("pup" + name + std::to_string(pup), g == 0 ? "sham" : "HI", values[g][litter][pup], "litter" + name);
      }
    }
  }
  made.comparison();
  const Finding finding = made.find();
  const FindingTest* test = test_named(finding, "sham − HI");
  ASSERT_NE(test, nullptr);
  // Balanced: the litters' means decide, four degrees of freedom, not ten.
  const std::vector<double> hi{4.15, 5.15, 3.75}, sham{1.1, 2.05, 3.0};
  EXPECT_NEAR(test->df1, 4, 1e-4);
  EXPECT_NEAR(test->p, stats::student_t(sham, hi).p, 1e-6);
}

TEST(Compare, RepeatsAreAveragedUpTheTree) {
  Made made;
  int n = 0;
  for (const auto& [condition, values] : {std::pair<std::string, std::vector<double>>{"NC", kA}, {"SA", kB}}) {
    for (const double value : values) {
      const std::string id = "P" + std::to_string(++n);
      made.sample(id, "animal", condition);
      // Two wells, one with four repeats and one with one: both weigh the same.
      made.sample(id + "a", "well", "", id);
      made.sample(id + "b", "well", "", id);
      for (int r = 0; r < 4; ++r)
        made.row(id + "a", value - 1 + 0.1 * (r - 1.5), "other.value", "v" + std::to_string(r));
      made.row(id + "b", value + 1, "other.value", "v0");
      made.row(id + "b", 1000, "other.value");  // the well's own summary beside its repeats does not count twice
    }
  }
  made.comparison();
  const Finding finding = made.find();
  EXPECT_NEAR(finding.tests[0].p, stats::welch_t(kB, kA).p, 1e-12);
  EXPECT_NEAR(finding.groups[0].units[0].value, kA[0], 1e-12);
  EXPECT_EQ(finding.groups[0].units[0].observations.size(), 5U);
  EXPECT_TRUE(warns(finding, "repeats_are_not_n"));
}

TEST(Compare, UnitBelowTheTreatmentIsWarnedOf) {
  Made made;
  for (int a = 0; a < 6; ++a) {
    const std::string animal = "A" + std::to_string(a);
    made.sample(animal, "animal", a < 3 ? "NC" : "SA");
    for (int f = 0; f < 4; ++f) {
      made.sample(animal + "f" + std::to_string(f), "field", "", animal);
      made.row(animal + "f" + std::to_string(f), a + 0.1 * f * (f % 2 == 0 ? 1 : -1));
    }
  }
  made.comparison("other.value", "field");
  const Finding finding = made.find();
  ASSERT_TRUE(warns(finding, "unit_below_treatment"));
  EXPECT_NE(finding.warnings[0].message.find("n would be 6, not 24"), std::string::npos);
  made.comparison("other.value", "animal");
  EXPECT_FALSE(warns(made.find(), "unit_below_treatment"));
}

TEST(Compare, ConditionBelowTheUnitIsRefused) {
  Made made;
  for (int a = 0; a < 4; ++a) {
    const std::string animal = "A" + std::to_string(a);
    made.sample(animal, "animal");
    for (const std::string side : {"left", "right"}) {
      made.sample(animal + side, "hemisphere", side == "left" ? "injured" : "intact", animal);
      made.row(animal + side, a + (side == "left" ? 1.5 : 0.2) + 0.1 * a * a);
    }
  }
  made.comparison();
  const Finding refused = made.find();
  EXPECT_EQ(refused.tests[0].status, "varies_below_unit");
  EXPECT_TRUE(std::isnan(refused.tests[0].p));
  EXPECT_TRUE(warns(refused, "varies_below_unit"));
  // With the hemisphere as unit the animal should be the block; that is said until it is declared.
  made.comparison("other.value", "hemisphere");
  EXPECT_TRUE(warns(made.find(), "undeclared_block"));
  for (Sample& sample : made.study.samples) sample.block = sample.parent;
  const Finding paired = made.find();
  EXPECT_EQ(paired.tests[0].method, "paired_t");
  EXPECT_FALSE(warns(paired, "undeclared_block"));
}

TEST(Compare, SeveralTimesNeedADeclaration) {
  Made made;
  for (int a = 0; a < 8; ++a) {
    const std::string animal = "A" + std::to_string(a);
    made.sample(animal, "animal", a < 4 ? "NC" : "SA");
    const double jitter = 0.3 * std::sin(3.0 * a);
    for (const double time : {24.0, 72.0, 168.0}) {
      made.row(animal, 1 + jitter + (a < 4 ? 0.2 : 0.9) * time / 100 + 0.2 * std::cos(a * time), "other.value", "",
               time);
    }
  }
  Comparison& plan = made.comparison();
  const Finding refused = made.find();
  EXPECT_EQ(refused.tests[0].status, "time_undeclared");
  EXPECT_TRUE(warns(refused, "time_undeclared"));
  EXPECT_EQ(refused.groups.size(), 6U);  // the course is still shown

  plan.time = "72";
  const Finding one = made.find();
  EXPECT_EQ(one.time_h, 72);
  EXPECT_EQ(one.tests[0].method, "welch_t");
  EXPECT_EQ(one.groups[0].units.size(), 4U);

  plan.time = "repeated";
  const Finding course = made.find();
  EXPECT_EQ(test_named(course, "time")->method, "repeated_anova");
  ASSERT_NE(test_named(course, "group × time"), nullptr);
  const FindingTest* late = test_named(course, "SA − NC at 168 h");
  ASSERT_NE(late, nullptr);
  EXPECT_NEAR(late->adjusted_p, 1 - std::pow(1 - late->p, 3), 1e-12);
  EXPECT_EQ(course.groups[0].second, "24");

  plan.time = "48";
  EXPECT_EQ(made.find().tests[0].status, "no_values");

  // A missing visit: one mixed model instead.
  plan.time = "repeated";
  made.table = made.table.select([&](std::size_t i) { return i != 4; });
  const Finding mixed = made.find();
  EXPECT_EQ(test_named(mixed, "time")->method, "mixed_f");
  EXPECT_NE(test_named(mixed, "SA − NC at 168 h"), nullptr);
}

TEST(Compare, TwoFactors) {
  Made made;
  int n = 0;
  std::vector<double> values;
  stats::Factor gel{"gel", {}, 2}, day{"day", {}, 2};
  for (int g = 0; g < 2; ++g) {
    for (int d = 0; d < 2; ++d) {
      for (int r = 0; r < 4; ++r) {
        Sample& sample = made.sample("A" + std::to_string(++n), "animal");
        sample.levels["gel"].text = g == 0 ? "none" : "SA";
        sample.levels["day"].text = d == 0 ? "7" : "14";
        values.push_back(g + d + 2 * g * d + 0.3 * std::sin(7.0 * n));
        made.row(sample.id, values.back());
        gel.level.push_back(g);
        day.level.push_back(d);
      }
    }
  }
  Comparison& plan = made.comparison();
  plan.factor = "gel";
  plan.second_factor = "day";
  plan.groups = {"none", "SA"};
  const Finding finding = made.find();
  const stats::AnovaTable table = stats::two_way_anova(values, gel, day);
  EXPECT_NEAR(test_named(finding, "gel")->p, table.find("gel")->p, 1e-12);
  EXPECT_NEAR(test_named(finding, "gel × day")->statistic, table.find("gel:day")->f, 1e-8);
  ASSERT_NE(test_named(finding, "SA − none (14)"), nullptr);
  EXPECT_EQ(finding.groups.size(), 4U);
  EXPECT_EQ(finding.groups[0].second, "7");
}

TEST(Compare, MixedOnRequestEqualsUnitMeansWhereBalanced) {
  Made made;
  std::vector<double> means[2];
  for (int a = 0; a < 8; ++a) {
    const std::string animal = "A" + std::to_string(a);
    made.sample(animal, "animal", a < 4 ? "NC" : "SA");
    double sum = 0;
    for (int f = 0; f < 3; ++f) {
      const double value = (a < 4 ? 0 : 1) + std::sin(5.0 * a) + 0.3 * std::cos(9.0 * a + 4.0 * f);
      made.row(animal, value, "other.value", "field " + std::to_string(f));
      sum += value;
    }
    means[a / 4].push_back(sum / 3);
  }
  made.comparison().method = "mixed";
  const Finding finding = made.find();
  EXPECT_NEAR(test_named(finding, "SA − NC")->p, stats::student_t(means[1], means[0]).p, 1e-6);
  EXPECT_NEAR(test_named(finding, "SA − NC")->df1, 6, 1e-4);
}

TEST(Compare, RanksSayWhatTheyCannotReach) {
  Made made;
  for (int i = 0; i < 3; ++i) made.unit("a" + std::to_string(i), "NC", i);
  for (int i = 0; i < 3; ++i) made.unit("b" + std::to_string(i), "SA", 10 + i);
  made.comparison().method = "rank";
  const Finding finding = made.find();
  EXPECT_NEAR(finding.tests[0].p, 0.1, 1e-12);
  EXPECT_TRUE(warns(finding, "rank_floor"));
  EXPECT_EQ(finding.tests[0].stars, "ns");
}

TEST(Compare, DegenerateGroupsGiveStatusAndSentence) {
  Made one = two_groups();
  one.study.comparisons[0].groups = {"NC", "lonely"};
  one.unit("L1", "lonely", 4);
  const Finding lonely = one.find();
  EXPECT_EQ(lonely.tests[0].status, "too_few_units");
  EXPECT_TRUE(warns(lonely, "one_unit"));
  EXPECT_EQ(lonely.answer, "No test of value was possible: a group has fewer than two units.");

  Made flat;
  for (int i = 0; i < 3; ++i) flat.unit("a" + std::to_string(i), "NC", 1);
  for (int i = 0; i < 3; ++i) flat.unit("b" + std::to_string(i), "SA", 2);
  flat.comparison();
  for (const char* method : {"auto", "student", "anova", "welch_anova", "mixed"}) {
    flat.study.comparisons[0].method = method;
    const Finding finding = flat.find();
    EXPECT_EQ(finding.tests[0].status, "no_variance") << method;
    EXPECT_TRUE(std::isnan(finding.tests[0].p) && finding.tests[0].stars.empty()) << method;
    EXPECT_TRUE(warns(finding, "no_variance")) << method;
  }

  Made nothing = two_groups();
  nothing.study.comparisons[0].quantities = {"vesicle.*"};
  EXPECT_EQ(nothing.find().tests[0].status, "no_values");
  Made single = two_groups();
  single.study.comparisons[0].groups = {"NC"};
  EXPECT_EQ(single.find().tests[0].status, "one_group");
  Made none = two_groups();
  none.study.comparisons.clear();
  EXPECT_TRUE(compare(none.table, none.study, Context{}).empty());
  EXPECT_EQ(compare(ObservationTable{}, two_groups().study, Context{}).size(), 1U);
}

TEST(Compare, ValuesWithoutPlaceAreSaid) {
  Made made = two_groups();
  made.sample("plate", "plate");
  made.row("plate", 3);
  made.sample("bare", "animal");
  made.row("bare", 4);
  Observation low;
  low.quantity = "other.value", low.sample = "NC1", low.value = 0.5, low.status = Status::kBelowRange;
  made.table.add(low);
  Observation predicted;
  predicted.quantity = "other.value", predicted.sample = "NC1", predicted.value = 99;
  predicted.origin = Origin::kPredicted;
  made.table.add(predicted);
  const Finding finding = made.find();
  EXPECT_TRUE(warns(finding, "outside_units"));
  EXPECT_TRUE(warns(finding, "without_group"));
  EXPECT_TRUE(warns(finding, "outside_range"));
  EXPECT_NEAR(finding.tests[0].p, stats::welch_t(kB, kA).p, 1e-14);
}

TEST(Compare, PatternsAndTargets) {
  Made made = two_groups();
  for (const Sample& sample : std::vector<Sample>(made.study.samples)) {
    made.row(sample.id, static_cast<double>(sample.id.size()) + 0.1 * sample.id.back(), "other.score", "", kNaN, "BBB");
    made.row(sample.id, 0.2 * sample.id.back(), "other.score", "", kNaN, "grid");
  }
  made.study.comparisons[0].quantities = {"other.*"};
  const auto findings = compare(made.table, made.study, Context{});
  ASSERT_EQ(findings.size(), 3U);
  std::set<std::string> ids;
  for (const Finding& finding : findings) ids.insert(finding.id);
  EXPECT_TRUE(ids.contains("main-other.score-BBB"));
  EXPECT_TRUE(warns(findings[0], "many_quantities"));
  made.study.comparisons[0].target = "grid";
  EXPECT_EQ(compare(made.table, made.study, Context{}).size(), 2U);  // value has no such target: a finding that says so
}

TEST(Compare, StarsFollowTheScheme) {
  Made made = two_groups();
  made.study.report.stars = "strict";
  EXPECT_EQ(made.find().tests[0].stars, "*");
  made.study.report.stars = "none";
  EXPECT_EQ(made.find().tests[0].stars, "");
  made.study.report.stars = "prism";
  made.study.report.error_bars = "sem";
  EXPECT_TRUE(warns(made.find(), "sem"));
}

TEST(Compare, SameInputSameBytes) {
  Made made = two_groups();
  add(made, "SX", kC);
  const Finding first = made.find();
  Context many;
  many.threads = 8;
  const Finding second = compare(made.table, made.study, many)[0];
  EXPECT_EQ(first.answer, second.answer);
  EXPECT_EQ(first.tests[2].adjusted_p, second.tests[2].adjusted_p);
}

}  // namespace
}  // namespace vesica
