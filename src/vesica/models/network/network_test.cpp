// SPDX-License-Identifier: Apache-2.0
// The question to a network: units, times, maps, doses, individuals; answers against closed forms.
#include "vesica/models/network/network.h"

#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "vesica/io/xlsx.h"
#include "vesica/kinetics/builder.h"
#include "vesica/models/network/files.h"
#include "vesica/models/network/network_test_help.h"
#include "vesica/models/network/run.h"
#include "vesica/table/tsv.h"

namespace vesica::network {
namespace {

Settings until(double to, std::int64_t points = 5) {
  Settings settings;
  settings.file = "model.xml";
  settings.to = to;
  settings.points = points;
  settings.rtol = 1e-9;
  return settings;
}

Value map_of(std::initializer_list<std::pair<std::string_view, std::string_view>> keys) {
  Value item = Value::table();
  for (const auto& [key, text] : keys) item.set(key, Value::of(text));
  Value map = Value::array();
  map.append(std::move(item));
  return map;
}

std::vector<Course> courses(const Problem& problem, const Settings& settings, int threads = 1) {
  Context context;
  context.threads = threads;
  std::vector<Course> out;
  run(problem, settings, context, [&](const Course& course) { out.push_back(course); });
  return out;
}

Outcome predicted(const Settings& settings, std::string_view model, const std::vector<double>& times_h = {},
                  int threads = 1) {
  Scenario scenario;
  scenario.times_h = times_h;
  scenario.condition = "rat";
  scenario.files["model.xml"] = std::make_shared<const std::string>(model);
  Context context;
  context.threads = threads;
  return kNetworkModel.predict(scenario, AnySettings::of(settings), context);
}

void expect_error(const std::function<void()>& body, ErrorKind kind, std::string_view words) {
  try {
    body();
    FAIL() << "nothing was refused; expected: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

void expect_refused(const Settings& settings, std::string_view words, const std::vector<double>& times_h = {}) {
  expect_error([&] { make_problem(settings, read(kDecay), nullptr, times_h, 1); }, ErrorKind::kConfig, words);
}

TEST(Network, DecayIsAnExponentialInTheModelsUnits) {
  const Outcome out = predicted(until(4), kDecay);
  ASSERT_EQ(out.observations.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) {
    const Observation row = out.observations.row(i);
    const double time = static_cast<double>(i);
    EXPECT_EQ(row.quantity, "model.concentration");
    EXPECT_EQ(row.target, "A");
    EXPECT_EQ(row.unit, "nmol/L");
    EXPECT_EQ(row.condition, "rat");
    EXPECT_EQ(row.origin, Origin::kPredicted);
    EXPECT_EQ(row.at, time);
    EXPECT_EQ(row.time_h, time);
    EXPECT_NEAR(row.value, 10 * std::exp(-0.5 * time), 1e-7);
  }
}

TEST(Network, EverySymbolHasItsQuantityAndUnit) {
  Settings settings = until(2, 3);
  settings.select = {"A", "V", "k", "twice", "loss"};
  settings.species = "amount";
  const Outcome out = predicted(settings, kDecay);
  ASSERT_EQ(out.observations.size(), 15u);
  const auto row = [&](std::size_t column) { return out.observations.row(column * 3 + 2); };
  const double a = 10 * std::exp(-1.0);
  EXPECT_EQ(row(0).quantity, "model.amount");
  EXPECT_EQ(row(0).unit, "nmol");
  EXPECT_NEAR(row(0).value, 2 * a, 1e-7);
  EXPECT_EQ(row(1).quantity, "model.size");
  EXPECT_EQ(row(1).unit, "L");
  EXPECT_EQ(row(1).value, 2);
  EXPECT_EQ(row(2).quantity, "model.value");
  EXPECT_EQ(row(2).value, 0.5);
  EXPECT_NEAR(row(3).value, 2 * a, 1e-7);
  EXPECT_EQ(row(4).quantity, "model.rate");
  EXPECT_EQ(row(4).unit, "nmol/h");
  EXPECT_NEAR(row(4).value, 0.5 * a * 2, 1e-7);
}

TEST(Network, SetReplacesValuesAndStarts) {
  Settings settings = until(2, 3);
  settings.set.set("k", Value::of(1.0));
  settings.set.set("A", Value::of(3.0));  // a concentration, as formulas use it, though the file gives an amount
  EXPECT_NEAR(predicted(settings, kDecay).observations.value(2), 3 * std::exp(-2.0), 1e-7);
}

TEST(Network, DosesAreAmounts) {
  Settings settings = until(4, 5);
  settings.doses = {"A=6@1+2x2"};
  const ObservationTable rows = predicted(settings, kDecay).observations;
  const double at_1 = 10 * std::exp(-0.5) + 3, at_3 = at_1 * std::exp(-1.0) + 3;
  EXPECT_NEAR(rows.value(1), at_1, 1e-6);
  EXPECT_NEAR(rows.value(3), at_3, 1e-6);
  settings.doses = {"A=8@0/4"};  // 2 a time: towards 2 / (k V) = 2
  EXPECT_NEAR(predicted(settings, kDecay).observations.value(4), 2 + 8 * std::exp(-2.0), 1e-6);
}

TEST(Network, MapConvertsUnitsAndRefusesWhatCannotBe) {
  Settings settings = until(2, 3);
  settings.map = map_of({{"symbol", "A"}, {"quantity", "other.number_concentration"}, {"unit", "{particles}/L"}});
  const Outcome out = predicted(settings, kDecay);
  ASSERT_EQ(out.observations.size(), 3u) << "mapped symbols alone";
  const Observation row = out.observations.row(2);
  EXPECT_EQ(row.quantity, "other.number_concentration");
  EXPECT_EQ(row.target, "");
  EXPECT_EQ(row.unit, "{particles}/mL");
  EXPECT_EQ(row.time_h, 2);
  EXPECT_TRUE(std::isnan(row.at)) << "the quantity has no axis of its own";
  EXPECT_NEAR(row.value, 0.01 * std::exp(-1.0), 1e-10);
  EXPECT_EQ(kNetworkModel.further_quantities(AnySettings::of(settings)),
            std::vector<std::string>{"other.number_concentration"});
  settings.map = map_of({{"symbol", "A"}, {"quantity", "other.mass"}});
  expect_refused(settings, "A is in nmol/L, other.mass in g");
  settings.map = map_of({{"symbol", "k"}, {"quantity", "other.rate"}});
  expect_refused(settings, "does not say the unit of k");
  settings.map = map_of({{"symbol", "A"}, {"quantity", "other.mas"}});
  expect_refused(settings, "Did you mean \"other.mass\"");
  settings.map = map_of({{"symbol", "A"}, {"quantity", "vesicle.number_share"}});
  expect_refused(settings, "curve over");
  settings.map = map_of({{"symbol", "B"}, {"quantity", "other.mass"}});
  expect_refused(settings, "no symbol \"B\"");
  settings.map = map_of({{"symbol", "A"}});
  expect_refused(settings, "names no quantity");
}

TEST(Network, StudyTimesAreKeptExactlyBesideTheGrid) {
  const Problem both = make_problem(until(2, 3), read(kDecay), nullptr, {0.1 + 0.2, 1, -3}, 1);
  ASSERT_EQ(both.moments.size(), 4u);
  EXPECT_EQ(both.moments[1].time_h, 0.1 + 0.2);
  EXPECT_EQ(both.moments[2].time, 1);
  ASSERT_EQ(both.notes.size(), 1u) << "the time before the beginning is said";
  Settings none = until(2);
  none.to.reset();
  EXPECT_EQ(make_problem(none, read(kDecay), nullptr, {7, 5}, 1).moments.size(), 2u);
  expect_refused(none, "until which time");
  Settings minutes = none;
  minutes.time_unit = "min";
  EXPECT_DOUBLE_EQ(make_problem(minutes, read(kDecay), nullptr, {0.5}, 1).moments[0].time, 30);
  minutes.time_unit = "nm";
  expect_refused(minutes, "no unit of time");
  const Settings silent = none;
  expect_error([&] { make_problem(silent, read(kRunaway), nullptr, {1}, 1); }, ErrorKind::kConfig, "unit of time");
}

TEST(Network, WhatContradictsItselfIsRefused) {
  Settings settings = until(0);
  expect_refused(settings, "Time ends at 0");
  settings = until(2);
  settings.select = {"AA"};
  expect_refused(settings, "no symbol \"AA\"");
  settings.select = {"A", "A"};
  expect_refused(settings, "selected twice");
  settings = until(2);
  settings.set.set("twice", Value::of(1.0));
  expect_refused(settings, "follows from a rule");
  settings = until(2);
  settings.set.set("loss", Value::of(1.0));
  expect_refused(settings, "is a reaction");
  settings = until(2);
  settings.doses = {"k=3@0"};
  expect_refused(settings, "no species");
  settings.doses = {"3@0"};
  expect_refused(settings, "names no species");
  settings = until(2);
  settings.sample = 3;
  expect_refused(settings, "nothing varies");
  settings.vary = {"k=lognormal(1,0.1)", "k=uniform(1,2)"};
  expect_refused(settings, "two distributions");
}

TEST(Network, ATableGivesEachIndividualItsOwn) {
  Settings settings = until(2, 3);
  settings.doses = {"A=2@1"};
  const Sheet sheet =
      sheet_of({{"individual", "k", "dose.A"}, {"one", "1", ""}, {"two", "", "4"}, {}, {"three", "", "6@0"}});
  const Problem problem = make_problem(settings, read(kDecay), &sheet, {}, 1);
  const std::vector<Course> all = courses(problem, settings);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].individual, "two");
  EXPECT_NEAR(all[0].values[2], 10 * std::exp(-2.0) + std::exp(-1.0), 1e-6);
  EXPECT_NEAR(all[1].values[2], 10 * std::exp(-1.0) + 2 * std::exp(-0.5), 1e-6) << "a number replaces the amount";
  EXPECT_NEAR(all[2].values[2], 13 * std::exp(-1.0), 1e-6) << "a schedule replaces the doses";
  EXPECT_EQ(problem.individuals.size(), 3u);
}

TEST(Network, ATableMayBeAWorkbook) {
  XlsxDocument document;
  document.sheets.push_back({});
  document.sheets[0].sheet.rows = {
      {{"individual"}, {"k"}, {"dose.A"}}, {{"one"}, {"", 1, true}, {"", 4, true}}, {{"two"}, {}, {"4@1"}}};
  const Sheet sheet = read_individuals_file(xlsx_bytes(document), "rats.xlsx");
  const Settings settings = until(2, 3);
  const std::vector<Course> all = courses(make_problem(settings, read(kDecay), &sheet, {}, 1), settings);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NEAR(all[0].values[2], 12 * std::exp(-2.0), 1e-6);
  EXPECT_NEAR(all[1].values[2], 10 * std::exp(-1.0) + 2 * std::exp(-0.5), 1e-6);
  expect_error([] { read_individuals_file("%PDF-1.4 no table", "rats.pdf"); }, ErrorKind::kUnsupported, "rats.pdf");
}

TEST(Network, ATableSaysWhichCellIsWrong) {
  const auto refused = [](const std::vector<std::vector<std::string>>& rows, std::string_view words) {
    const Sheet sheet = sheet_of(rows);
    expect_error([&] { make_problem(until(2), read(kDecay), &sheet, {}, 1); }, ErrorKind::kData, words);
  };
  refused({{"name", "k"}, {"a", "1"}}, "table.tsv:1:1");
  refused({{"individual", "kk"}, {"a", "1"}}, "table.tsv:1:2");
  refused({{"individual", "k", "k"}, {"a", "1"}}, "stands twice");
  refused({{"individual", "k"}, {"a", "fast"}}, "table.tsv:2:2");
  refused({{"individual", "k"}, {"a", "1"}, {"a", "2"}}, "table.tsv:3:1");
  refused({{"individual", "k"}, {"", "1"}}, "no name");
  refused({{"individual", "k"}}, "no individual");
  refused({{"individual", "k"}, {"a", "1", "2"}}, "longer");
  refused({{"individual", "dose.k"}, {"a", "1"}}, "no species");
  refused({{"individual", "twice"}, {"a", "1"}}, "follows from a rule");
}

TEST(Network, DrawnIndividualsDependOnNothingButSeedSymbolAndNumber) {
  Settings settings = until(2, 3);
  settings.sample = 200;
  settings.vary = {"k=lognormal(0.5,0.2)"};
  const std::vector<Course> all = courses(make_problem(settings, read(kDecay), nullptr, {}, 7), settings);
  const std::vector<Course> threads = courses(make_problem(settings, read(kDecay), nullptr, {}, 7), settings, 4);
  settings.sample = 50;
  settings.vary.insert(settings.vary.begin(), "A=uniform(10,10.0000001)");
  const Problem few = make_problem(settings, read(kDecay), nullptr, {}, 7);
  ASSERT_EQ(all.size(), 200u);
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].values, threads[i].values);
    EXPECT_EQ(all[i].individual, std::to_string(i + 1));
    sum += std::log(-std::log(all[i].values[2] / 10) / 2 / 0.5);
    if (i < 50) {
      EXPECT_NEAR(few.individual(i).values[1], -std::log(all[i].values[2] / 10) / 2, 1e-6);
    }
  }
  EXPECT_NEAR(sum / 200, 0, 4 * 0.2 / std::sqrt(200.0)) << "the median of the draws is 0.5";
}

TEST(Network, BandsAreQuantilesOfTheIndividuals) {
  Settings settings = until(2, 3);
  settings.sample = 999;
  settings.vary = {"k=uniform(0,1)"};
  const Outcome out = predicted(settings, kDecay);
  ASSERT_EQ(out.observations.size(), 3u);
  const Observation row = out.observations.row(2);
  EXPECT_EQ(row.interval, "mc90");
  EXPECT_EQ(row.n, 999);
  // At time 2 the value is 10 exp(-2 k) with k even on (0, 1); 999 draws: the share has a standard error of 1.6 %.
  EXPECT_NEAR(std::log(10 / row.value) / 2, 0.5, 0.06);
  EXPECT_NEAR(std::log(10 / row.low) / 2, 0.95, 0.03);
  EXPECT_NEAR(std::log(10 / row.high) / 2, 0.05, 0.03);
  EXPECT_EQ(write_observations_tsv(out.observations),
            write_observations_tsv(predicted(settings, kDecay, {}, 3).observations));
}

TEST(Network, ARunThatFailsHasStatusesNotNumbers) {
  Settings settings = until(2, 5);
  settings.select = {"x"};
  const Outcome out = predicted(settings, kRunaway);
  ASSERT_EQ(out.observations.size(), 5u);
  EXPECT_NEAR(out.observations.value(1), 2, 1e-5) << "1 / (1 - t)";
  for (std::size_t i = 3; i < 5; ++i) {
    EXPECT_EQ(out.observations.status(i), Status::kNotConverged);
    EXPECT_TRUE(std::isnan(out.observations.value(i)));
  }
  ASSERT_GE(out.issues.size(), 1u);
  EXPECT_EQ(out.issues[0].kind, "network.run_failed");
  EXPECT_NE(out.issues[0].message.find("\"x\""), std::string::npos) << out.issues[0].message;
}

TEST(Network, ASteadyStateIsWhereTheModelRests) {
  // A <-> B with 1 and 3 per time and A + B = 8: A = 6, B = 2.
  const kinetics::Network network = kinetics::NetworkBuilder("turn")
                                        .compartment("V", 1, "L")
                                        .species("A", "V", 8.0)
                                        .species("B", "V", 0.0)
                                        .parameter("k", 1)
                                        .parameter("back", 3)
                                        .reaction("turn", "A <-> B", "k * A - back * B")
                                        .build();
  Settings settings;
  settings.steady_state = true;
  settings.rtol = 1e-9;
  const auto rest = [&](const kinetics::Network& of) {
    return courses(make_problem(settings, of, nullptr, {}, 1), settings).at(0);
  };
  const Course found = rest(network);
  ASSERT_EQ(found.values.size(), 2u);
  EXPECT_EQ(found.failure, "");
  EXPECT_NEAR(found.values[0], 6, 1e-8);
  EXPECT_NEAR(found.values[1], 2, 1e-8);
  settings.sample = 20;
  settings.vary = {"k=uniform(1,2)"};
  const Problem many = make_problem(settings, network, nullptr, {}, 1);
  for (const Course& course : courses(many, settings, 3))
    EXPECT_NEAR(course.values[0], 8 * 3 / (3 + many.individual(course.index).values[0]), 1e-7);
  settings.sample = 0;
  settings.vary.clear();
  settings.select = {"x"};
  const auto lone = [](std::string rate) {
    return kinetics::NetworkBuilder("lone").parameter("x", 1).rate("x", std::move(rate)).build();
  };
  EXPECT_NEAR(rest(lone("2 - x")).values[0], 2, 1e-8);
  for (const char* rate : {"1", "sin(time)", "x * x"}) {
    const Course never = rest(lone(rate));
    EXPECT_NE(never.failure, "") << rate;
    EXPECT_TRUE(std::isnan(never.values[0])) << rate;
  }
  settings.doses = {"A=1@0"};
  settings.select.clear();
  expect_error([&] { make_problem(settings, network, nullptr, {}, 1); }, ErrorKind::kConfig, "no doses");
}

TEST(Network, UndershootIsClampedAndImpossibleValuesAreNot) {
  Column column;
  column.low = 0;
  column.high = 1;
  EXPECT_EQ(reported(column, -1e-9, 1e-6), 0);
  EXPECT_TRUE(std::isnan(reported(column, -1e-3, 1e-6)));
  EXPECT_EQ(reported(column, 1 + 1e-9, 1e-6), 1);
  EXPECT_TRUE(std::isnan(reported(column, 1.5, 1e-6)));
  EXPECT_EQ(reported(column, 0.5, 1e-6), 0.5);
}

TEST(Network, UnitsOfTheOtherMeasureAreFound) {
  kinetics::Network network = read(kDecay);
  const std::uint32_t a = network.find("A");
  EXPECT_EQ(unit_of(network, a, kinetics::SpeciesMeasure::kConcentration), "nmol/L");
  EXPECT_EQ(unit_of(network, a, kinetics::SpeciesMeasure::kAmount), "nmol");
  network.symbols[a].unit = "mg/L";
  EXPECT_EQ(unit_of(network, a, kinetics::SpeciesMeasure::kAmount), "mg");
  network.units = {};
  network.symbols[a].unit.clear();
  network.symbols[network.find("V")].unit.clear();
  EXPECT_EQ(unit_of(network, a, kinetics::SpeciesMeasure::kAmount), "");
}

}  // namespace
}  // namespace vesica::network
