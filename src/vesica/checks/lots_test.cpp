// SPDX-License-Identifier: Apache-2.0
// Variance components against the balanced analysis of variance, charts, criteria, stability of made-up lots.
#include "vesica/checks/lots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/study/study.h"

namespace vesica {
namespace {

struct Made {
  Study study;
  ObservationTable table;
  void preparation(const std::string& id, const std::map<std::string, std::string>& attributes) {
    Sample sample;
    sample.id = id;
    sample.kind = "preparation";
    sample.attributes = attributes;
    study.samples.push_back(sample);
  }
  void add(const std::string& sample, std::string_view quantity, double value, const std::string& replicate) {
    Observation row;
    row.quantity = quantity;
    row.sample = sample;
    row.replicate = replicate;
    row.source = "nta";
    row.value = value;
    table.add(row);
  }
};

constexpr double kLotSd = 0.25, kRepeatSd = 0.08;

/// `lots` lots of one preparation with three videos each; one lot may be planted `factor` higher.
Made lots(int count, std::uint64_t seed, int planted = -1, double factor = 1) {
  Made out;
  for (int lot = 0; lot < count; ++lot) {
    Random random(seed, static_cast<std::uint64_t>(lot));
    const std::string name = "L" + std::to_string(lot + 1), id = "P" + std::to_string(lot + 1);
    const std::string day = std::to_string(10 + lot);
    out.preparation(id, {{"lot", name},
                         {"donor", lot % 3 == 0   ? "D1"
                                   : lot % 3 == 1 ? "D2"
                                                  : "D3"},
                         {"isolation_date", "2026-03-" + day}});
    const double level = 1e11 * std::exp(kLotSd * random.normal()) * (lot == planted ? factor : 1);
    for (int video = 1; video <= 3; ++video) {
      out.add(id, "vesicle.concentration", level * std::exp(kRepeatSd * random.normal()), std::to_string(video));
      out.add(id, "vesicle.diameter.mean", 120 + 5 * random.normal(), std::to_string(video));
    }
  }
  return out;
}

std::vector<LotValue> values_of(const Made& made) {
  std::vector<LotValue> out;
  for (std::size_t i = 0; i < made.table.size(); ++i) {
    if (made.table.quantity(i) != "vesicle.concentration") continue;
    const std::string sample(made.table.sample(i));
    out.push_back({made.table.value(i), "", made.study.find_sample(sample)->attributes.at("lot"), sample});
  }
  return out;
}

TEST(Lots, BalancedComponentsAreThoseOfTheAnalysisOfVariance) {
  const Made made = lots(12, 4);
  const std::vector<LotValue> values = values_of(made);
  const LotSpread spread = lot_spread(values, true);
  ASSERT_EQ(spread.fit.status, stats::TestStatus::kOk);
  ASSERT_EQ(spread.fit.components.size(), 2u) << "one preparation a lot: the two groupings are one";
  double grand = 0, between = 0, within = 0;
  std::vector<double> means(12, 0);
  for (std::size_t i = 0; i < values.size(); ++i) means[i / 3] += std::log(values[i].value) / 3;
  for (const double mean : means) grand += mean / 12;
  for (const double mean : means) between += 3 * (mean - grand) * (mean - grand) / 11;
  for (std::size_t i = 0; i < values.size(); ++i) within += std::pow(std::log(values[i].value) - means[i / 3], 2) / 24;
  EXPECT_NEAR(spread.fit.components[0].variance, (between - within) / 3, 1e-8);
  EXPECT_NEAR(spread.fit.components[1].variance, within, 1e-8);
  EXPECT_NEAR(spread.mean, std::exp(grand), 1e-6 * std::exp(grand));
  EXPECT_NEAR(spread.cv(1), std::sqrt(std::expm1(within)), 1e-8);
  EXPECT_NEAR(spread.share(0) + spread.share(1), 1, 1e-12);
}

TEST(Lots, ComponentsAreRecoveredOverSeeds) {
  double lot = 0, repeat = 0;
  constexpr int kTimes = 40;
  for (int seed = 0; seed < kTimes; ++seed) {
    const LotSpread spread = lot_spread(values_of(lots(12, static_cast<std::uint64_t>(seed) + 100)), true);
    lot += spread.fit.components[0].variance / kTimes;
    repeat += spread.fit.components[1].variance / kTimes;
  }
  EXPECT_NEAR(lot / (kLotSd * kLotSd), 1, 0.15);
  EXPECT_NEAR(repeat / (kRepeatSd * kRepeatSd), 1, 0.1);
}

const Finding* find(const std::vector<Finding>& all, const std::string& id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Finding& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

TEST(Lots, ChartNamesThePlantedLot) {
  const Made made = lots(14, 4, 11, 12.0);
  const std::vector<Finding> found = check_lots(made.table, made.study, {});
  const Finding* concentration = find(found, "lots_vesicle.concentration");
  ASSERT_NE(concentration, nullptr);
  EXPECT_NE(concentration->answer.find("L12"), std::string::npos) << concentration->answer;
  EXPECT_EQ(concentration->details.find("figures")->items.size(), 2u);
  ASSERT_NE(find(found, "lots_vesicle.diameter.mean"), nullptr);
  EXPECT_EQ(find(found, "release"), nullptr) << "no criteria are declared";
}

TEST(Lots, AlikeLotsGiveFewSignals) {
  int signals = 0;
  for (int seed = 0; seed < 50; ++seed) {
    const Made made = lots(12, static_cast<std::uint64_t>(seed) + 500);
    const std::vector<Finding> found = check_lots(made.table, made.study, {});
    signals += find(found, "lots_vesicle.concentration")->answer.find("no signal") == std::string::npos;
  }
  // Western Electric's four rules signal about 1 in 92 points (Champ & Woodall 1987, 10.1080/00401706.1987.10488266);
  // limits from twelve lots themselves scatter and add some.
  EXPECT_LE(signals, 15);
}

Made with_criteria(const std::vector<std::tuple<std::string, double, double>>& criteria, Made made) {
  Value list = Value::array();
  for (const auto& [quantity, low, high] : criteria) {
    Value one = Value::table();
    one.set("quantity", Value::of(quantity));
    if (std::isfinite(low)) one.set("low", Value::of(low));
    if (std::isfinite(high)) one.set("high", Value::of(high));
    list.append(one);
  }
  Value settings = Value::table();
  settings.set("criteria", list);
  made.study.settings["lots"] = settings;
  return made;
}

TEST(Lots, CriteriaPassFailOrCannotSay) {
  const Criterion criterion{"vesicle.diameter.mean", "", 80, 150};
  EXPECT_EQ(released(criterion, 120, 110, 130), "pass");
  EXPECT_EQ(released(criterion, 148, 140, 156), "cannot_say");
  EXPECT_EQ(released(criterion, 160, 155, 165), "fail");
  EXPECT_EQ(released(criterion, 120, kNaN, kNaN), "cannot_say");
  EXPECT_EQ(released({"vesicle.marker", "CD63", 1, kNaN}, 1, kNaN, kNaN), "pass");
  EXPECT_EQ(released({"vesicle.marker", "CD63", 1, kNaN}, 0, kNaN, kNaN), "fail");
  const Made made =
      with_criteria({{"vesicle.diameter.mean", 80, 150}, {"vesicle.concentration", 1e6, kNaN}}, lots(4, 4));
  const std::vector<Finding> found = check_lots(made.table, made.study, {});
  const Finding* release = find(found, "release");
  ASSERT_NE(release, nullptr);
  for (const Value& verdict : release->details.find("verdicts")->items)
    EXPECT_EQ(verdict.find("verdict")->text, "pass");
  const Made strict = with_criteria({{"vesicle.diameter.mean", 200, kNaN}}, lots(4, 4));
  EXPECT_NE(find(check_lots(strict.table, strict.study, {}), "release")->answer.find("4 fail"), std::string::npos);
}

TEST(Lots, WrongCriteriaSayWhy) {
  EXPECT_THROW(check_lots({}, with_criteria({{"vesicle.diametre", 1, 2}}, {}).study, {}), Error);
  EXPECT_THROW(check_lots({}, with_criteria({{"vesicle.diameter.mean", kNaN, kNaN}}, {}).study, {}), Error);
  EXPECT_THROW(check_lots({}, with_criteria({{"vesicle.diameter.mean", 2, 1}}, {}).study, {}), Error);
}

TEST(Lots, StabilityGivesTheSlopeAndAShelfLife) {
  Made made;
  constexpr double kLoss = 0.004;  // per day
  for (int lot = 1; lot <= 3; ++lot) {
    for (const int day : {0, 30, 60, 90, 180}) {
      const std::string id = "L" + std::to_string(lot) + "-" + std::to_string(day);
      made.preparation(
          id, {{"lot", "L" + std::to_string(lot)}, {"storage_c", "-80"}, {"storage_days", std::to_string(day)}});
      Random random(3, static_cast<std::uint64_t>(1000 * lot + day));
      for (int video = 1; video <= 3; ++video)
        made.add(id, "vesicle.concentration", 1e11 * std::exp(-kLoss * day + 0.05 * random.normal()),
                 std::to_string(video));
    }
  }
  made = with_criteria({{"vesicle.concentration", 5e10, kNaN}}, made);
  const std::vector<Finding> found = check_lots(made.table, made.study, {});
  const Finding* stability = find(found, "stability_vesicle.concentration_-80");
  ASSERT_NE(stability, nullptr);
  EXPECT_NEAR(stability->details.find("slope")->number, -kLoss, 4e-4);
  // Without scatter the mean reaches half at ln 2 / 0.004 = 173 days; the bound is earlier.
  EXPECT_LT(stability->details.find("shelf_life")->number, 175);
  EXPECT_GT(stability->details.find("shelf_life")->number, 150);
  EXPECT_NE(find(found, "lots_vesicle.concentration"), nullptr) << "the fresh ones alone are three lots";
}

TEST(Lots, WithoutLotsThereIsNothingToSay) {
  EXPECT_TRUE(check_lots({}, {}, {}).empty());
  Made made;
  made.preparation("P1", {});
  made.add("P1", "vesicle.concentration", 1e11, "1");
  EXPECT_TRUE(check_lots(made.table, made.study, {}).empty());
}

}  // namespace
}  // namespace vesica
