// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/measured.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/quantity/quantity.h"

namespace vesica {
namespace {

constexpr const char* kRatio = "vesicle.particles_per_protein";  // compared by its logarithm

Observation ratio(const std::string& sample, double value, const std::string& condition = "uc") {
  Observation row;
  row.quantity = kRatio;
  row.sample = sample;
  row.condition = condition;
  row.unit = find_quantity(kRatio)->unit;
  row.value = value;
  return row;
}

Take take_of(const std::string& sample, const std::string& condition = "") {
  Take take;
  take.from = kMeasuredRows;
  take.quantity = kRatio;
  take.sample = sample;
  take.condition = condition;
  take.port = "p";
  return take;
}

/// Passes on what its port takes.
struct Echo {
  void describe(Fields&) {}
};
Predictions echo(const Scenario&, std::span<const AnySettings> all, std::span<const Taken> taken, const Context&) {
  Predictions out;
  out.rows = taken.empty() ? std::vector<Observation>{ratio("", 0, "")} : taken.front().given.rows;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < out.rows.size(); ++k)
      out.values.push_back(taken.empty() ? 1 : taken.front().given.value(i, k));
  }
  return out;
}
AnySettings echo_settings() { return AnySettings::of(Echo{}); }
constexpr Port kNumberPort[] = {{"p", kRatio, "", false}};
constexpr std::string_view kEchoes[] = {kRatio};
constexpr Model kEcho = {"echo", "", "", {}, kEchoes, echo_settings, nullptr, nullptr, nullptr, echo, kNumberPort};

Observation predicted(const MeasuredCourse& course, std::uint64_t draws = 20'000) {
  ChainStage last{&kEcho, {}, echo_settings()};
  last.scenario.id = "dose";
  last.scenario.draws = draws;
  last.links.push_back({0, take_of(course.of)});
  const Outcome out = predict_chain(Chain({measured_stage(course), last}, Context{}), Context{});
  return out.observations.row(0);
}

TEST(Measured, BandIsTheTIntervalOfTheLogarithms) {
  ObservationTable table;
  for (const double value : {1e9, 2e9, 4e9}) table.add(ratio("P1", value));
  table.add(ratio("P2", 9e9));
  const MeasuredCourse course = measured_course(table, {}, take_of("P1"));
  EXPECT_NEAR(course.values.front(), 2e9, 1);
  EXPECT_EQ(course.rows, 3u);
  // Logarithms: mean ln 2e9, SD ln 2, three values: half width t(0.975, 2) ln 2 / sqrt 3 with t = 4.302653.
  const double half = 4.302653 * std::log(2.0) / std::sqrt(3.0);
  const Observation row = predicted(course);
  EXPECT_NEAR(row.value, 2e9, 1);
  EXPECT_NEAR(std::log(row.high / 2e9) / half, 1, 0.03);
  EXPECT_NEAR(std::log(2e9 / row.low) / half, 1, 0.03);
}

TEST(Measured, SingleRowBringsItsOwnInterval) {
  ObservationTable table;
  Observation row = ratio("P1", 3e9);
  row.low = 1e9;
  row.high = 9e9;
  table.add(row);
  const Observation out = predicted(measured_course(table, {}, take_of("P1")));
  EXPECT_NEAR(out.low / 1e9, 1, 0.06);
  EXPECT_NEAR(out.high / 9e9, 1, 0.06);
}

TEST(Measured, WithoutAnIntervalIsTakenAsExactAndSaysSo) {
  ObservationTable table;
  table.add(ratio("P1", 3e9));
  const MeasuredCourse course = measured_course(table, {}, take_of("P1"));
  EXPECT_TRUE(std::isnan(predicted(course).low));
  EXPECT_NE(measured_note(course, {}).message.find("exact"), std::string::npos);
}

TEST(Measured, ConditionIsTheMeanOfItsSamplesHoweverOftenEachWasMeasured) {
  ObservationTable table;
  for (int i = 0; i < 10; ++i) table.add(ratio("P1", 1e9));
  table.add(ratio("P2", 4e9));
  table.add(ratio("X", 1e12, "sec"));
  const MeasuredCourse course = measured_course(table, {}, take_of("", "uc"));
  EXPECT_NEAR(course.values.front(), 2e9, 1);
  EXPECT_EQ(course.samples, 2u);
  Scenario scenario;
  scenario.condition = "sec";
  EXPECT_NEAR(measured_course(table, scenario, take_of("")).values.front(), 1e12, 1);
}

TEST(Measured, WhatIsNotThereIsRefusedAtItsPlace) {
  ObservationTable table;
  table.add(ratio("P1", 3e9));
  Observation below = ratio("P2", 3e9);
  below.status = Status::kBelowRange;
  table.add(below);
  Take take = take_of("P2");
  take.place.line = 7;
  try {
    measured_course(table, {}, take);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where().line, 7u);
    EXPECT_NE(error.message().find("P2"), std::string::npos);
  }
  take.sample = "P1";
  take.target = "liver";
  EXPECT_THROW(measured_course(table, {}, take), Error);
}

TEST(Measured, CourseKeepsItsTimesAndMovesAsOne) {
  ObservationTable table;
  for (const double time : {4.0, 1.0}) {
    Observation row = ratio("P1", 1e9 * time);
    row.time_h = time;
    row.low = row.value / 2;
    row.high = row.value * 2;
    table.add(row);
  }
  const MeasuredCourse course = measured_course(table, {}, take_of("P1"));
  EXPECT_EQ(course.times_h, (std::vector<double>{1, 4}));
  Take at_four = take_of("P1");
  at_four.time_h = 4;
  EXPECT_EQ(measured_course(table, {}, at_four).values.size(), 1u);
  const ChainStage stage = measured_stage(course);
  AnySettings away = stage.settings;
  set_field(away, "spreads_off", "1.959963984540054");
  const Predictions moved = stage.model->evaluate({}, std::span(&away, 1), {}, Context{});
  EXPECT_NEAR(moved.value(0, 0), 2e9, 10);
  EXPECT_NEAR(moved.value(0, 1), 8e9, 10);
}

}  // namespace
}  // namespace vesica
