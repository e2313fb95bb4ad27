// SPDX-License-Identifier: Apache-2.0
// Reading back in closed form, exports of many habits, phantoms of known protein, bad plates.
#include "vesica/assays/protein/protein.h"

#include <cmath>
#include <functional>
#include <map>

#include "phantoms/plates.h"
#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/plate_reading.h"
#include "vesica/io/csv.h"
#include "vesica/study/plate_map.h"

namespace vesica::protein {
namespace {

Reading reading_of(const std::string& text, const std::string& path = "plate.csv") {
  Workbook book;
  book.file = path;
  book.sheets.push_back(read_text_table(text, path));
  return {path, "", "text", std::make_shared<const ReadingData>(std::move(book))};
}

Layout layout_of(const std::string& map) {
  const Sheet sheet = read_text_table(map, "map.csv");
  Problems problems;
  PlateMap read;
  PlateMapReader reader(sheet, "plate 1", problems);
  EXPECT_TRUE(reader.read(read));
  EXPECT_TRUE(problems.empty());
  Layout out;
  out.id = "plate 1";
  out.unit = read.unit;
  out.wells = 96;
  for (const auto& [well, said] : read.wells) {
    const std::string name = well_name(well);
    if (!said.sample.empty()) out.positions[name] = said.sample;
    if (!said.role.empty()) out.roles[name] = said.role;
    if (!std::isnan(said.level)) out.levels[name] = said.level;
    if (!std::isnan(said.dilution)) out.dilutions[name] = said.dilution;
  }
  return out;
}

Outcome measure(const Reading& reading, const Layout& layout,
                const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  AnySettings any = kProteinAssay.make_settings();
  for (const auto& [name, value] : settings) set_field(any, name, value);
  InputFacts facts;
  facts.source = "protein";
  facts.layout = layout;
  return kProteinAssay.measure(reading, {}, any, facts, Context{});
}

Outcome measure(const Rendered& rendered, const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  return measure(reading_of(rendered.files[0].bytes), layout_of(rendered.files[1].bytes), settings);
}

std::map<std::string, Observation> rows_of(const Outcome& outcome, std::string_view quantity) {
  std::map<std::string, Observation> out;
  for (std::size_t i = 0; i < outcome.observations.size(); ++i)
    if (outcome.observations.quantity(i) == quantity) {
      const Observation row = outcome.observations.row(i);
      out[row.sample + (row.target.empty() ? "" : "|" + row.target)] = row;
    }
  return out;
}

bool has_issue(const Outcome& outcome, std::string_view kind) {
  for (const Issue& issue : outcome.issues)
    if (issue.kind == kind) return true;
  return false;
}

std::string problem_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

CurveFit exact_curve() {
  constexpr CurveParameters kTruth = {0.0, 2.0, 100, 1, 1};
  std::vector<StandardReading> points;
  for (const double x : {0.0, 10.0, 30.0, 100.0, 300.0, 1000.0})
    points.push_back({x, curve_value(CurveModel::kFourParameters, kTruth, x)});
  return *fit_curve(points, {});
}

TEST(Protein, ReadsBackTimesTheDilution) {
  const CurveFit curve = exact_curve();  // y = 2 x / (100 + x)
  const Amount amount = read_back(curve, {10, 1000}, {5, {1.0, 1.0}, 0});
  EXPECT_EQ(amount.status, Status::kOk);
  EXPECT_NEAR(amount.value, 500, 1e-3);
  const Amount below = read_back(curve, {10, 1000}, {5, {0.1}, 0});
  EXPECT_EQ(below.status, Status::kBelowRange);
  EXPECT_EQ(below.value, 50) << "the range's low end times the dilution";
  EXPECT_EQ(read_back(curve, {10, 1000}, {1, {-0.2}, 0}).status, Status::kBelowRange);
  EXPECT_EQ(read_back(curve, {10, 1000}, {1, {2.5}, 0}).status, Status::kAboveRange);
  EXPECT_EQ(read_back(curve, {10, 1000}, {2, {}, 2}).value, 2000) << "beyond the reader";
  EXPECT_EQ(read_back(curve, {10, 1000}, {2, {}, 0}).status, Status::kNotMeasurable);
}

TEST(Protein, DilutionsAreCombinedByTheirErrors) {
  Amount a, b, low;
  a.fold = 1, a.value = 100, a.relative_se = 0.1, a.status = Status::kOk, a.wells = 2;
  b.fold = 4, b.value = 110, b.relative_se = 0.1, b.status = Status::kOk, b.wells = 2;
  low.fold = 16, low.value = 400, low.status = Status::kBelowRange, low.wells = 2;
  const std::vector<Amount> all = {a, b, low};
  const Amount both = combine(all, 1000000);
  EXPECT_NEAR(both.value, std::sqrt(100 * 110.0), 1e-9);
  EXPECT_NEAR(both.relative_se, 0.1 / std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(std::log(both.high / both.value), 1.959964 * 0.1 / std::sqrt(2.0), 1e-6);
  EXPECT_EQ(both.wells, 4u);
  const std::vector<Amount> one = {low, a};
  EXPECT_EQ(combine(one, 10).value, 100);
  Amount lower = low;
  lower.value = 100, lower.fold = 4;
  const std::vector<Amount> none = {low, lower};
  EXPECT_EQ(combine(none, 10).status, Status::kBelowRange);
  EXPECT_EQ(combine(none, 10).value, 100) << "the tightest limit";
  Amount above = low;
  above.status = Status::kAboveRange;
  const std::vector<Amount> torn = {low, above};
  EXPECT_EQ(combine(torn, 10).status, Status::kNotMeasurable);
  EXPECT_TRUE(std::isnan(cv_percent(std::vector<double>{1})));
  EXPECT_NEAR(cv_percent(std::vector<double>{9, 11}), 100 * std::sqrt(2.0) / 10, 1e-9);
}

TEST(Protein, PhantomComesBack) {
  ProteinPhantomSettings settings;
  settings.noise = 1e-4, settings.noise_share = 0;
  const Rendered rendered = render_protein(settings, 1);
  const auto rows = rows_of(measure(rendered), "protein.concentration");
  ASSERT_EQ(rows.size(), 6u);
  for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
    const Observation& row = rows.at(std::string(rendered.truth.sample(i)));
    EXPECT_EQ(row.status, Status::kOk) << row.sample;
    EXPECT_NEAR(row.value / rendered.truth.value(i), 1, 0.01) << row.sample;
  }
}

TEST(ProteinSlow, IntervalsHoldTheTruthOverPlates) {
  int hold = 0, all = 0;
  double bias = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Rendered rendered = render_protein({}, seed);
    const auto rows = rows_of(measure(rendered, {{"weight", "1/y"}}), "protein.concentration");
    for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
      const auto row = rows.find(std::string(rendered.truth.sample(i)));
      if (row == rows.end() || row->second.status != Status::kOk) continue;
      const double truth = rendered.truth.value(i);
      ++all;
      hold += row->second.low <= truth && truth <= row->second.high ? 1 : 0;
      bias += std::log(row->second.value / truth);
    }
  }
  const double share = static_cast<double>(hold) / all;
  EXPECT_GE(all, 340) << "of 360";
  EXPECT_GE(share, 0.90);
  EXPECT_LE(share, 0.99);
  EXPECT_NEAR(bias / all, 0, 0.01);
  std::cout << share << " of " << all << " intervals hold the truth; mean ln ratio " << bias / all << "\n";
}

TEST(Protein, HabitsOfExportsGiveTheSameNumbers) {
  ProteinPhantomSettings settings;
  const Rendered rendered = render_protein(settings, 3);
  const Layout layout = layout_of(rendered.files[1].bytes);
  const auto truth = rows_of(measure(rendered), "protein.concentration");
  settings.decimal_mark = "comma";
  const auto comma = rows_of(measure(render_protein(settings, 3)), "protein.concentration");
  ASSERT_EQ(comma.size(), truth.size());
  // Tecan: "<>" in the corner; SoftMax: no letters; Gen5: what was read behind each row; a list.
  const std::string plain = rendered.files[0].bytes;
  const std::size_t corner = plain.find("\n,1,2");
  const std::string tecan = plain.substr(0, corner) + "\n<>" + plain.substr(corner + 1);
  std::string softmax, gen5, list = "Well,OD562\n";
  std::size_t line = 0;
  for (const std::string_view row : split_lines(std::string_view(plain).substr(corner + 1))) {
    if (row.empty()) continue;
    const std::vector<std::string_view> cells = split(row, ',');
    softmax += (line == 0 ? "Temperature(C)" : line == 1 ? "25.0" : "") + std::string(row.substr(row.find(','))) + "\n";
    gen5 += std::string(row) + (line == 0 ? "" : ",562") + "\n";
    for (std::size_t c = 1; line > 0 && c < cells.size(); ++c)
      if (!cells[c].empty())
        list += std::string(cells[0]) + "0" + std::to_string(c) + "," + std::string(cells[c]) + "\n";
    ++line;
  }
  for (const std::string& text : {tecan, "##BLOCKS= 1\nPlate:,Plate1\n" + softmax + "~End\n", gen5, list}) {
    const auto rows = rows_of(measure(reading_of(text), layout), "protein.concentration");
    ASSERT_EQ(rows.size(), truth.size()) << text.substr(0, 80);
    for (const auto& [sample, row] : truth) {
      EXPECT_EQ(rows.at(sample).value, row.value) << sample << " of " << text.substr(0, 40);
      EXPECT_NEAR(comma.at(sample).value / row.value, 1, 1e-9);
    }
  }
}

TEST(Protein, APanelHasATargetForEachAnalyte) {
  std::string text = "Well,Sample,Type,Concentration (pg/mL),Dilution,IL-6,TNF-a\n";
  int column = 1;
  for (const double x : {0.0, 10.0, 40.0, 160.0, 640.0, 2560.0}) {
    text += "A" + std::to_string(column) + ",,Standard," + std::to_string(x) + ",," +
            std::to_string(50 + 4000 * x / (300 + x)) + "," + std::to_string(20 + 9000 * x / (900 + x)) + "\n";
    text += "B" + std::to_string(column++) + ",,Standard," + std::to_string(x) + ",," +
            std::to_string(51 + 4000 * x / (300 + x)) + "," + std::to_string(21 + 9000 * x / (900 + x)) + "\n";
  }
  text += "C1,S1,Unknown,,2," + std::to_string(50 + 4000 * 100.0 / 400) + "," + std::to_string(20 + 9000 * 50.0 / 950) +
          "\n";
  const auto rows = rows_of(measure(reading_of(text), {}, {{"several", "true"}, {"subtract_blank", "false"}}),
                            "protein.analyte_concentration");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NEAR(rows.at("S1|IL-6").value, 200, 2);
  EXPECT_NEAR(rows.at("S1|TNF-a").value, 100, 2);
  EXPECT_EQ(rows.at("S1|IL-6").unit, "pg/mL");
}

TEST(Protein, WhatIsWrongIsSaid) {
  const Rendered rendered = render_protein({}, 4);
  Layout layout = layout_of(rendered.files[1].bytes);
  const Reading reading = reading_of(rendered.files[0].bytes);
  Layout without = layout;
  without.levels.erase("C1");
  EXPECT_NE(problem_of([&] { measure(reading, without); }).find("Standards without a level: C1"), std::string::npos);
  without = layout;
  without.unit = "U/mL";
  EXPECT_NE(problem_of([&] { measure(reading, without); }).find("no mass per volume"), std::string::npos);
  without.unit.clear();
  EXPECT_NE(problem_of([&] { measure(reading, without); }).find("unit of the standards"), std::string::npos);
  without = layout;
  without.roles.clear();
  EXPECT_NE(problem_of([&] { measure(reading, without); }).find("no standards"), std::string::npos);
  EXPECT_NE(problem_of([&] { measure(reading, {}); }).find("Nothing says what lies in the wells"), std::string::npos);
  EXPECT_NE(problem_of([&] { measure(reading_of("a,b\n1,2\n"), layout); }).find("holds no plate"), std::string::npos);
  EXPECT_NE(problem_of([&] { measure(reading, layout, {{"read", "450"}}); }).find("It has"), std::string::npos);
  Layout swapped = layout;  // the two ends of the series changed places
  for (const char* well : {"A1", "A2"}) swapped.levels[well] = 31.25;
  for (const char* well : {"G1", "G2"}) swapped.levels[well] = 2000;
  EXPECT_TRUE(has_issue(measure(reading, swapped), "protein.poor_curve") ||
              has_issue(measure(reading, swapped), "protein.no_curve"));
  Layout few = layout;
  for (const char* row : {"C", "D", "E", "F"})
    for (const char* column : {"1", "2"}) few.roles.erase(std::string(row) + column);
  const Outcome none = measure(reading, few, {{"model", "5pl"}});
  EXPECT_TRUE(has_issue(none, "protein.no_curve"));
  for (const auto& [sample, row] : rows_of(none, "protein.concentration")) EXPECT_EQ(row.status, Status::kNotConverged);
}

TEST(Protein, OverflowIsAboveTheRange) {
  const Rendered rendered = render_protein({}, 5);
  Layout layout = layout_of(rendered.files[1].bytes);
  Layout only = layout;
  std::erase_if(only.positions, [](const auto& item) { return item.second != "prep-6"; });
  std::string text = "Well,OD\n";
  for (const auto& [well, role] : layout.roles)
    text += well + "," + std::to_string(0.09 + 2.3 * layout.levels.at(well) / (400 + layout.levels.at(well))) + "\n";
  for (const auto& [well, sample] : only.positions) text += well + ",OVRFLW\n";
  const auto rows = rows_of(measure(reading_of(text), only), "protein.concentration");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.at("prep-6").status, Status::kAboveRange);
  EXPECT_EQ(rows.at("prep-6").value, 2000 * 16) << "the highest standard times the strongest dilution";
}

TEST(Protein, MatrixThatBendsTheDilutionsIsReported) {
  const Rendered rendered = render_protein({}, 6);
  Layout layout = layout_of(rendered.files[1].bytes);
  // The map says 1:4 where 1:2 was pipetted.
  for (auto& [well, fold] : layout.dilutions)
    if (fold == 4) fold = 8;
  EXPECT_TRUE(has_issue(measure(reading_of(rendered.files[0].bytes), layout), "protein.not_linear"));
}

}  // namespace
}  // namespace vesica::protein
