// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "vesica/report/figures.h"

namespace vesica {
namespace {

/// Two conditions, one preparation each, with a curve each and one prediction for both conditions.
struct Case {
  Study study;
  ObservationTable table;

  Case() {
    for (const char* id : {"A", "B"}) {
      Condition condition;
      condition.id = id;
      study.conditions.push_back(condition);
      Sample sample;
      sample.id = std::string(id) + "1", sample.kind = "preparation", sample.condition = id;
      study.samples.push_back(sample);
      // B was measured at one position more, so its prediction has one more too.
      for (const double at : {62.5, 67.5, 72.5, 77.5}) {
        if (at > 75 && *id == 'A') continue;
        add(id, sample.id, "vesicle.number_share", at, 0.05);
        add(id, "", "vesicle.number_share", at, at < 65 ? 0 : 0.1);
      }
      add(id, "", "isolation.detection_limit", kNaN, 65);
    }
  }
  void add(const std::string& condition, const std::string& sample, const char* quantity, double at, double value) {
    Observation row;
    row.quantity = quantity, row.condition = condition, row.sample = sample, row.at = at, row.value = value;
    row.origin = sample.empty() ? Origin::kPredicted : Origin::kMeasured;
    if (sample.empty() && value > 0) row.low = value / 2, row.high = value * 2;
    table.add(row);
  }
};

std::size_t count(const Figure& figure, bool (*wanted)(const Series&)) {
  return static_cast<std::size_t>(std::count_if(figure.series.begin(), figure.series.end(), wanted));
}
bool is_dashed(const Series& series) { return series.predicted; }
bool is_limit(const Series& series) {
  return series.role == Role::kReference && series.marks.size() == 1 && series.marks[0].x == 65;
}

TEST(FigureAgreement, MeasuredAndPredictedCurveShareOneAxisWithTheLimit) {
  const Case c;
  const Figure figure = curve_figure(c.table, c.study, "vesicle.number_share", "B1");
  EXPECT_EQ(count(figure, is_dashed), 1u);
  EXPECT_EQ(count(figure, is_limit), 1u);
  EXPECT_EQ(figure.series.front().role, Role::kBand) << "the interval lies behind the lines";
}

TEST(FigureAgreement, OnePredictionForAllConditionsIsOneLine) {
  Case c;
  Figure figure = curve_overlay_figure(c.table, c.study, "vesicle.number_share");
  EXPECT_EQ(count(figure, is_dashed), 1u);
  EXPECT_EQ(count(figure, is_limit), 1u);
  const auto line = std::find_if(figure.series.begin(), figure.series.end(), is_dashed);
  EXPECT_EQ(line->marks.back().x, 77.5) << "the longest of the equal curves";
  Case other;  // a condition that is predicted otherwise
  other.table = c.table.select(
      [&](std::size_t i) { return !(c.table.origin(i) == Origin::kPredicted && c.table.condition(i) == "A"); });
  other.add("A", "", "vesicle.number_share", 67.5, 0.2);
  figure = curve_overlay_figure(other.table, other.study, "vesicle.number_share");
  EXPECT_EQ(count(figure, is_dashed), 2u);
}

TEST(FigureAgreement, ShapeStandsInForTheDensityOnlyWhereItIsPredicted) {
  Case c;
  for (const double at : {62.5, 67.5}) c.add("A", "A1", "vesicle.number_density", at, 1e9);
  const auto ids_of = [&](const ObservationTable& table) {
    std::string ids;
    for (const Figure& figure : study_figures(c.study, table, {}, {})) ids += figure.id + " ";
    return ids;
  };
  EXPECT_NE(ids_of(c.table).find("curve_vesicle.number_share_A1"), std::string::npos);
  EXPECT_EQ(ids_of(c.table).find("curve_vesicle.number_density_A1"), std::string::npos);
  const std::string alone =
      ids_of(c.table.select([&](std::size_t i) { return c.table.origin(i) == Origin::kMeasured; }));
  EXPECT_NE(alone.find("curve_vesicle.number_density_A1"), std::string::npos);
  EXPECT_EQ(alone.find("number_share"), std::string::npos);
}

Finding agreement(const std::vector<double>& predictions) {
  Finding finding;
  finding.id = "agreement_vesicle.diameter", finding.kind = "agreement", finding.quantity = "vesicle.diameter.mean";
  finding.unit = "preparation";
  FindingGroup group;
  group.name = "A";
  group.units = {{"A1", "", kNaN, 117, {117}, {"id1"}}, {"A2", "", kNaN, 119, {119}, {"id2"}}};
  finding.groups = {group};
  Value pairs = Value::array();
  for (const double predicted : predictions) {
    Value pair = Value::table();
    pair.set("quantity", Value::of("vesicle.diameter.mean"));
    pair.set("target", Value::of(""));
    pair.set("condition", Value::of("A"));
    pair.set("predicted", Value::of(predicted));
    pair.set("low", Value::of(predicted - 10));
    pair.set("high", Value::of(predicted + 10));
    pairs.append(pair);
  }
  finding.details = Value::table();
  finding.details.set("pairs", pairs);
  return finding;
}

TEST(FigureAgreement, UnitsStandBesideTheirPrediction) {
  const Finding finding = agreement({100, 100});
  EXPECT_TRUE(is_predicted_by_group(finding));
  const Figure figure = agreement_figure(finding, Study{});
  ASSERT_EQ(figure.series.size(), 2u);
  EXPECT_EQ(figure.series[0].marks.size(), 2u);
  EXPECT_EQ(figure.series[0].marks[1].id, "id2");
  ASSERT_EQ(figure.series[1].marks.size(), 1u) << "one prediction, however many units";
  EXPECT_EQ(figure.series[1].marks[0].low, 90);
  EXPECT_FALSE(is_predicted_by_group(agreement({100, 105}))) << "predicted for each unit: measured against predicted";
  EXPECT_FALSE(is_predicted_by_group(Finding{}));
}

}  // namespace
}  // namespace vesica
