// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/course/course.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "phantoms/course.h"
#include <gtest/gtest.h>

#include "vesica/assays/course/course_derive.h"
#include "vesica/base/random.h"
#include "vesica/io/csv.h"

namespace vesica::course {
namespace {

std::vector<Point> exponential(double c0, double k, std::initializer_list<double> times) {
  std::vector<Point> out;
  for (const double t : times) out.push_back({t, c0 * std::exp(-k * t), false});
  return out;
}

TEST(Course, ABolusIntoOneCompartmentIsExact) {
  // C = 100 exp(-0.3 t): area 100/0.3, mean residence 1/0.3, whichever times are sampled.
  const auto q = quantities_of(exponential(100, 0.3, {0.5, 1, 2, 5, 9}), Trapezoid::kLinearLog, Entry::kBolus);
  EXPECT_NEAR(q.at_start, 100, 1e-9);
  EXPECT_NEAR(q.auc_infinity, 100 / 0.3, 1e-9);
  EXPECT_NEAR(q.auc_last, 100 / 0.3 * (1 - std::exp(-2.7)), 1e-9);
  EXPECT_NEAR(q.residence_h, 1 / 0.3, 1e-9);
  EXPECT_NEAR(q.half_life_h, std::log(2) / 0.3, 1e-9);
  EXPECT_NEAR(q.extrapolated_share, std::exp(-2.7), 1e-9);
  EXPECT_EQ(q.terminal_points, 5u);
}

TEST(Course, StraightLinesAreAreasOfTrapezoids) {
  const std::vector<Point> points = {{0, 0, false}, {1, 10, false}, {3, 6, false}, {6, 0, false}};
  const auto q = quantities_of(points, Trapezoid::kLinear, Entry::kOther);
  EXPECT_DOUBLE_EQ(q.auc_last, 5 + 16);
  EXPECT_DOUBLE_EQ(q.peak, 10);
  EXPECT_DOUBLE_EQ(q.time_of_peak, 1);
  EXPECT_DOUBLE_EQ(q.time_of_last, 3);
  EXPECT_TRUE(std::isnan(q.auc_infinity)) << "two points after the peak make no terminal line";
}

TEST(Course, WhatTheInstrumentDidNotSee) {
  // 0 before the first value, left out between and behind.
  const std::vector<Point> points = {{0, 99, true}, {1, 8, false}, {2, 99, true}, {3, 4, false}, {9, 99, true}};
  const auto q = quantities_of(points, Trapezoid::kLinear, Entry::kOther);
  EXPECT_DOUBLE_EQ(q.auc_last, 4 + 12);
  EXPECT_DOUBLE_EQ(q.time_of_last, 3);
  const std::vector<Point> nothing = {{0, 1, true}, {1, 1, true}};
  EXPECT_TRUE(std::isnan(quantities_of(nothing, Trapezoid::kLinear, Entry::kOther).auc_last));
  EXPECT_TRUE(std::isnan(quantities_of({}, Trapezoid::kLinear, Entry::kOther).peak));
}

TEST(Course, ARisingCourseHasNoHalfLife) {
  const std::vector<Point> points = {{0, 1, false}, {1, 2, false}, {2, 4, false}, {4, 8, false}};
  const auto q = quantities_of(points, Trapezoid::kLinearLog, Entry::kOther);
  EXPECT_EQ(q.terminal_points, 0u);
  EXPECT_TRUE(std::isnan(q.half_life_h));
}

TEST(Course, SparseAreaByHand) {
  // Means 2, 6, 1 at 0, 1, 3 h: weights 0.5, 1.5, 1; variances of the means 1, 4/3, 0.5 (2, 3, 2 animals).
  const std::vector<Group> groups = {{0, {1, 3}, {0, 1}}, {1, {4, 6, 8}, {2, 3, 4}}, {3, {0, 2}, {5, 6}}};
  const SparseArea area = sparse_area(groups);
  EXPECT_DOUBLE_EQ(area.area, 1 + 9 + 1);
  const double v0 = 0.25 * 1, v1 = 2.25 * 4 / 3, v2 = 1 * 1;
  EXPECT_NEAR(area.standard_error, std::sqrt(v0 + v1 + v2), 1e-12);
  EXPECT_NEAR(area.degrees, std::pow(v0 + v1 + v2, 2) / (v0 * v0 / 1 + v1 * v1 / 2 + v2 * v2 / 1), 1e-12);
  // One animal at some time: an area without error.
  const std::vector<Group> single = {{0, {1, 3}, {0, 1}}, {1, {4}, {2}}, {3, {0, 2}, {5, 6}}};
  EXPECT_TRUE(std::isnan(sparse_area(single).standard_error));
  EXPECT_FALSE(std::isnan(sparse_area(single).area));
}

TEST(Course, FullySharedAnimalsGiveTheErrorOfTheirOwnAreas) {
  // When every animal is sampled at every time, the variance of the mean area is that of the individual areas.
  const std::vector<std::vector<double>> animals = {{1, 5, 2}, {2, 9, 3}, {0.5, 6, 1}, {1.5, 4, 4}};
  std::vector<Group> groups = {{0, {}, {}}, {2, {}, {}}, {5, {}, {}}};
  std::vector<double> areas;
  for (std::size_t a = 0; a < animals.size(); ++a) {
    for (std::size_t k = 0; k < 3; ++k) groups[k].values.push_back(animals[a][k]), groups[k].who.push_back(a);
    areas.push_back(animals[a][0] + animals[a][1] + 1.5 * (animals[a][1] + animals[a][2]));
  }
  double mean = 0, sum = 0;
  for (const double area : areas) mean += area / 4;
  for (const double area : areas) sum += (area - mean) * (area - mean);
  EXPECT_NEAR(sparse_area(groups).area, mean, 1e-12);
  EXPECT_NEAR(sparse_area(groups).standard_error, std::sqrt(sum / 3 / 4), 1e-12);
}

TEST(CourseSlow, SparseIntervalsHoldTheirTruth) {
  // 5 animals at each of 6 times, noise of 20 %: the 95 % interval holds the area of the true means (trapezoids).
  const double times[] = {0.25, 0.5, 1, 2, 4, 8};
  int held = 0;
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) {
    Random random(7, static_cast<std::uint64_t>(run));
    std::vector<Group> groups;
    std::vector<Point> truth;
    std::size_t who = 0;
    for (const double t : times) {
      const double mean = 100 * std::exp(-0.4 * t);
      Group group{t, {}, {}};
      for (int a = 0; a < 5; ++a)
        group.values.push_back(mean * (1 + 0.2 * random.normal())), group.who.push_back(who++);
      groups.push_back(group);
      truth.push_back({t, mean, false});
    }
    const double area = quantities_of(truth, Trapezoid::kLinear, Entry::kOther).auc_last;
    const SparseArea found = sparse_area(groups);
    held += found.low <= area && area <= found.high ? 1 : 0;
  }
  EXPECT_NEAR(held / static_cast<double>(kRuns), 0.95, 0.02);
}

Reading reading_of(const std::string& text) {
  Workbook book{"t.csv", {read_text_table(text, "t.csv")}};
  return {"t.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
}

Outcome measured(const std::string& text, std::vector<std::pair<std::string, std::string>> set = {}) {
  AnySettings settings = kCourseAssay.make_settings();
  for (const auto& [name, value] : set) set_field(settings, name, value);
  InputFacts facts;
  facts.source = "course";
  return kCourseAssay.measure(reading_of(text), {}, settings, facts, Context{});
}

double value_of(const ObservationTable& table, std::string_view quantity, std::string_view target,
                std::string_view sample, std::string_view part = "") {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table.quantity(i) == quantity && table.target(i) == target && table.sample(i) == sample &&
        table.part(i) == part)
      return table.value(i);
  ADD_FAILURE() << quantity << " of " << target << " in " << sample << " is missing";
  return NAN;
}

TEST(CourseAssay, ReadsOrgansInTheFieldsOwnUnits) {
  const Outcome out = measured("Animal,Time (h),liver (%ID/g),spleen (%ID/g)\nM1,1,20,5\nM1,4,15,<0.1\n");
  EXPECT_TRUE(out.issues.empty());
  ASSERT_EQ(out.observations.size(), 4u);
  EXPECT_EQ(value_of(out.observations, "course.dose_fraction_per_g", "liver", "M1"), 20);
  bool below = false;
  for (std::size_t i = 0; i < out.observations.size(); ++i)
    below = below || (out.observations.target(i) == "spleen" && out.observations.status(i) == Status::kBelowRange);
  EXPECT_TRUE(below);
}

TEST(CourseAssay, ReadsLightParticlesAndMass) {
  const Outcome light = measured("sample,time (h),ROI (p/s/cm²/sr)\nA,1,2.5e6\n");
  EXPECT_EQ(value_of(light.observations, "course.radiance", "ROI", "A"), 2.5e6);
  const Outcome count = measured("sample,time (min),conc (particles/mL)\nA,30,1e9\n");
  EXPECT_EQ(value_of(count.observations, "course.concentration", "plasma", "A"), 1e9);
  EXPECT_NEAR(count.observations.time_h(0), 0.5, 1e-12);
  const Outcome mass = measured("sample,time (h),conc (mg/L)\nA,1,3\n");
  EXPECT_NEAR(value_of(mass.observations, "course.mass_concentration", "plasma", "A"), 3, 1e-12);
  const Outcome limit = measured("sample,time (h),conc (mg/L)\nA,1,3\nA,2,0.4\n", {{"quantification_limit", "0.5"}});
  EXPECT_EQ(limit.observations.status(1), Status::kBelowRange);
  EXPECT_EQ(limit.observations.value(1), 0.5);
}

TEST(CourseAssay, DerivesClearanceFromWhatTheStudySaysWasGiven) {
  std::string text = "sample,time (h),plasma (particles/mL),liver (particles/mL)\n";
  for (const double t : {0.25, 0.5, 1.0, 2.0, 4.0}) {
    const std::string c = std::to_string(1e8 * std::exp(-0.5 * t));
    text += "M1," + std::to_string(t) + "," + c + "," + std::to_string(2e8 * std::exp(-0.5 * t)) + "\n";
  }
  const Outcome read = measured(text);
  Study study;
  Given given;
  given.to = "M1";
  given.amount = 1e9;
  given.unit = "{particles}";
  given.route = "iv";
  study.givens.push_back(given);
  const Outcome out = derive_courses(read.observations, study, Settings{});
  const ObservationTable& rows = out.observations;
  EXPECT_NEAR(value_of(rows, "course.clearance", "plasma", "M1"), 1e9 / (1e8 / 0.5), 1e-3);
  EXPECT_NEAR(value_of(rows, "course.volume_steady", "plasma", "M1"), 10, 1e-3);
  EXPECT_NEAR(value_of(rows, "course.volume_terminal", "plasma", "M1"), 10, 1e-3);
  EXPECT_NEAR(value_of(rows, "course.mean_residence_time", "plasma", "M1"), 2, 1e-3);
  // The liver is no bolus: its area begins with the first sample, where plasma's begins at 0 h.
  const double late = (std::exp(-0.125) - std::exp(-2.0)) / (1 - std::exp(-2.0));
  EXPECT_NEAR(value_of(rows, "course.tissue_ratio", "liver", "M1", "concentration"), 2 * late, 1e-4);
}

TEST(CourseAssay, AnimalsThatDieForEachSampleGiveOneArea) {
  const Outcome read = measured(
      "sample,condition,time (h),liver (%ID)\na,iv,1,20\nb,iv,1,30\nc,iv,4,10\nd,iv,4,14\ne,iv,24,2\nf,iv,24,4\n");
  const Outcome out = derive_courses(read.observations, Study{}, Settings{});
  ASSERT_EQ(out.observations.size(), 1u);
  const Observation row = out.observations.row(0);
  EXPECT_EQ(row.quantity, "course.auc.dose_fraction");
  EXPECT_EQ(row.condition, "iv");
  EXPECT_EQ(row.part, "mean course");
  EXPECT_NEAR(row.value, 3 * (25 + 12) / 2.0 + 20 * (12 + 3) / 2.0, 1e-9);
  EXPECT_EQ(row.interval, "t95");
  EXPECT_EQ(row.n, 6);
}

TEST(CourseAssay, KnowsItsOwnTables) {
  const auto suits = [](const std::string& text) { return kCourseAssay.suits(reading_of(text)); };
  EXPECT_TRUE(suits("Animal,Time (h),liver (%ID/g)\nM1,1,20\n"));
  EXPECT_TRUE(suits("Subject,Time,conc\n1,0,2\n"));
  EXPECT_TRUE(suits("Animal,Time (h),liver (%ID)\nM1,1,20\n"));
  EXPECT_FALSE(suits("Animal,Time (h),survival (%)\nM1,1,20\n"));
  EXPECT_FALSE(suits("Animal,weight (g)\nM1,20\n"));
  EXPECT_FALSE(suits("Animal,conc (mg/L)\nM1,20\n")) << "without times no course";
  EXPECT_FALSE(suits("nothing\n"));
}

TEST(CourseAssay, TwoQuantitiesOfOnePlasmaShareNoKey) {
  std::string text = "sample,time (h),plasma (particles/mL),blood (%ID/g)\n";
  for (const double t : {0.5, 1.0, 2.0, 4.0})
    text += "M1," + std::to_string(t) + "," + std::to_string(1e8 * std::exp(-0.5 * t)) + "," +
            std::to_string(20 * std::exp(-0.25 * t)) + "\n";
  ObservationTable read;
  const ObservationTable cells = measured(text).observations;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Observation row = cells.row(i);
    row.target = "plasma";
    read.add(row);
  }
  const ObservationTable rows = derive_courses(read, Study{}, Settings{}).observations;
  EXPECT_TRUE(rows.duplicates().empty());
  EXPECT_NEAR(value_of(rows, "course.half_life", "plasma", "M1"), std::log(2) / 0.5, 1e-6);
  EXPECT_NEAR(value_of(rows, "course.half_life", "plasma", "M1", "dose_fraction_per_g"), std::log(2) / 0.25, 1e-6);
}

TEST(CourseAssay, MoreThanTheDoseIsSaid) {
  const Outcome read = measured("sample,time (h),liver (%ID),spleen (%ID)\na,1,90,40\n");
  const Outcome out = derive_courses(read.observations, Study{}, Settings{});
  ASSERT_FALSE(out.issues.empty());
  EXPECT_EQ(out.issues[0].kind, "course.more_than_given");
}

TEST(CourseSlow, PhantomsOfTwentySeeds) {
  // 20 seeds of 6 animals: clearance and residence time against the animal's own truth, 10 % noise a value.
  std::map<std::string, std::vector<double>> ratios;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Rendered phantom = kCoursePhantom.render(kCoursePhantom.make_settings(), seed);
    const Outcome read = measured(phantom.files[0].bytes, {{"sample_column", "animal"}});
    Settings settings;
    settings.entry = "bolus";
    settings.dose = CoursePhantomSettings{}.dose;
    const ObservationTable rows = derive_courses(read.observations, Study{}, settings).observations;
    for (std::size_t i = 0; i < phantom.truth.size(); ++i) {
      const Observation truth = phantom.truth.row(i);
      const double found = value_of(rows, truth.quantity, truth.target, truth.sample, truth.part);
      ratios[truth.quantity].push_back(std::log(found / truth.value));
    }
  }
  for (const auto& [quantity, logs] : ratios) {
    double mean = 0, sum = 0;
    for (const double log : logs) mean += log / static_cast<double>(logs.size());
    for (const double log : logs) sum += (log - mean) * (log - mean);
    const double spread = std::sqrt(sum / static_cast<double>(logs.size() - 1));
    std::cout << quantity << ": bias " << 100 * mean << " %, SD " << 100 * spread << " %\n";
    EXPECT_LT(std::fabs(mean), 0.04) << quantity;  // areas: the line back to 0 h through the fast phase reads low
    EXPECT_LT(spread, 0.08) << quantity;
  }
}

std::string data_file(const std::string& name) {
  const char* folder = std::getenv("VESICA_DATA");
  if (folder == nullptr) return "";
  std::ifstream file(std::filesystem::path(folder) / "pk/r_theoph_indometh" / name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ObservationTable derived(const std::string& text, const std::string& rule, const std::string& entry) {
  const Outcome read = measured(text, {{"sample_column", "Subject"}});
  Settings settings;
  settings.rule = rule;
  settings.entry = entry;
  return derive_courses(read.observations, Study{}, settings).observations;
}

/// The header says no units: time in h and mg/L, as R documents both sets.
std::string with_units(std::string text, const std::string& time) {
  const std::size_t conc = text.find("\"conc\"");
  text.replace(conc, 6, "\"conc (mg/L)\"");
  const std::size_t at = text.find("\"" + time + "\"");
  return text.replace(at, time.size() + 2, "\"time (h)\"");
}

TEST(DataCourse, TheophyllineAsPhoenixWinNonlinHasIt) {
  // Linear and linear-log areas, terminal slopes of all 12 subjects: output of Phoenix WinNonlin (Certara) as published
  // with the R package NonCompart (Kim, Han, Cho; github.com/asancpt/NonCompart-tests), printed to six decimals.
  struct Truth {
    int subject;
    double linear_last, linear_infinity, log_last, log_infinity, lambda;
  };
  static constexpr Truth kTruth[] = {
      {1, 148.92305, 216.611933, 147.234748, 214.923632, 0.048457},
      {2, 91.5268, 100.173459, 88.731275, 97.377935, 0.104086},
      {3, 99.2865, 109.535971, 95.878198, 106.127668, 0.102444},
      {4, 106.7963, 118.378881, 102.633623, 114.216205, 0.099287},
      {5, 121.2944, 139.419778, 118.179354, 136.304732, 0.086619},
      {6, 73.77555, 84.254418, 71.697015, 82.175883, 0.087796},
      {7, 90.7534, 103.771802, 87.969227, 100.987629, 0.088336},
      {8, 88.55995, 103.906687, 86.806563, 102.1533, 0.081451},
      {9, 86.32615, 99.908718, 83.937436, 97.520004, 0.082459},
      {10, 138.3681, 170.652061, 135.57607, 167.860031, 0.07496},
      {11, 80.0936, 89.102745, 77.893472, 86.902617, 0.095459},
      {12, 119.9775, 130.588832, 115.220208, 125.83154, 0.110259},
  };
  std::string text = data_file("Theoph.csv");
  if (text.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  text = with_units(std::move(text), "Time");
  const ObservationTable linear = derived(text, "linear", "other"), logarithmic = derived(text, "linear_log", "other");
  for (const Truth& truth : kTruth) {
    const std::string subject = std::to_string(truth.subject);
    SCOPED_TRACE(subject);
    constexpr std::string_view kArea = "course.auc.mass_concentration";
    EXPECT_NEAR(value_of(linear, kArea, "plasma", subject), truth.linear_last, 2e-6);
    EXPECT_NEAR(value_of(logarithmic, kArea, "plasma", subject), truth.log_last, 2e-6);
    EXPECT_NEAR(value_of(linear, "course.half_life", "plasma", subject), std::log(2) / truth.lambda, 2e-4);
    EXPECT_NEAR(value_of(linear, kArea, "plasma", subject, "to infinity"), truth.linear_infinity, 2e-6);
    EXPECT_NEAR(value_of(logarithmic, kArea, "plasma", subject, "to infinity"), truth.log_infinity, 2e-6);
  }
}

TEST(DataCourse, IndometacinSlopesAsPhoenixWinNonlinHasThem) {
  static constexpr std::pair<int, double> kSlopes[] = {{1, 0.15832},  {2, 0.30228},  {3, 0.421893},
                                                       {4, 0.455445}, {5, 0.252748}, {6, 0.353521}};
  std::string text = data_file("Indometh.csv");
  if (text.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const ObservationTable rows = derived(with_units(std::move(text), "time"), "linear_log", "bolus");
  for (const auto& [subject, slope] : kSlopes) {
    EXPECT_NEAR(std::log(2) / value_of(rows, "course.half_life", "plasma", std::to_string(subject)), slope, 1e-6)
        << subject;
  }
}

}  // namespace
}  // namespace vesica::course
