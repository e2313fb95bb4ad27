// SPDX-License-Identifier: Apache-2.0
// Tables of every habit become rows; every wrong cell is named.
#include "vesica/assays/table/table.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/io/csv.h"

namespace vesica {

namespace {

using namespace sheet_rows;

Reading reading_of(const std::string& text) {
  Workbook book{"t.csv", {read_text_table(text, "t.csv")}};
  return {"t.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
}

AnySettings settings_of(std::vector<std::pair<std::string, std::string>> values = {}) {
  AnySettings settings = kTableAssay.make_settings();
  for (const auto& [name, value] : values) set_field(settings, name, value);
  return settings;
}

Outcome measured(const std::string& text, const AnySettings& settings = settings_of(), InputFacts facts = {}) {
  facts.source = kTableAssay.id;
  return kTableAssay.measure(reading_of(text), {}, settings, facts, Context{});
}

std::string problem_of(const std::string& text, const AnySettings& settings) {
  try {
    measured(text, settings);
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty()) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "read without an error: " << text;
  return "";
}

Value column(std::vector<std::pair<std::string, std::string>> members) {
  Value out = Value::table();
  for (const auto& [key, text] : members) out.set(key, Value::of(text));
  return out;
}

AnySettings with_columns(std::vector<Value> items) {
  AnySettings settings = settings_of();
  Value columns = Value::array();
  for (Value& item : items) columns.append(std::move(item));
  settings.get<Settings>().columns = std::move(columns);
  return settings;
}

}  // namespace

TEST(TableLong, PlainHeadersNeedNoMapping) {
  const Outcome out = measured("sample,value,unit\nm1,25.5,g\nm2,26100,mg\n");
  ASSERT_EQ(out.observations.size(), 2u);
  EXPECT_EQ(out.observations.quantity(0), "other.mass");
  EXPECT_EQ(out.observations.sample(1), "m2");
  EXPECT_DOUBLE_EQ(out.observations.value(1), 26.1);
  EXPECT_EQ(out.observations.unit(1), "g");
  EXPECT_TRUE(out.issues.empty());
}

TEST(TableLong, TakesEveryColumnOfTheKey) {
  const Outcome out = measured(
      "Animal;Group;Day;Measure;Replicate;Value;Unit\nr1;SA;28;bone length;1;12,5;mm\nr1;SA;28;bone length;2;1,3;cm\n");
  ASSERT_EQ(out.observations.size(), 2u);
  const Observation row = out.observations.row(1);
  EXPECT_EQ(row.sample, "r1");
  EXPECT_EQ(row.condition, "SA");
  EXPECT_EQ(row.time_h, 28 * 24);
  EXPECT_EQ(row.target, "bone length");
  EXPECT_EQ(row.replicate, "2");
  EXPECT_EQ(row.quantity, "other.length");
  EXPECT_DOUBLE_EQ(row.value, 13);
}

TEST(TableLong, ChineseHeadersAndCatalogueQuantities) {
  const Outcome out = measured("样品,数值,单位\n甲,1.5,mg/mL\n");
  ASSERT_EQ(out.observations.size(), 1u);
  EXPECT_EQ(out.observations.quantity(0), "other.mass_concentration");
  EXPECT_DOUBLE_EQ(out.observations.value(0), 1500);
  const Outcome named = measured("sample,quantity,value,unit\np1,vesicle.diameter.mean,0.15,um\n");
  EXPECT_NEAR(named.observations.value(0), 150, 1e-9);
}

TEST(TableWide, HeadersCarryNamesAndUnits) {
  const Outcome out = measured(
      "Preamble of a plate reader\n\nsample,weight (mg),BBB score [points],viability / %\na,250,17,95\nb,,18,90\n");
  ASSERT_EQ(out.observations.size(), 5u);
  EXPECT_EQ(out.observations.target(0), "weight");
  EXPECT_DOUBLE_EQ(out.observations.value(0), 0.25);
  EXPECT_EQ(out.observations.quantity(1), "other.score");
  EXPECT_EQ(out.observations.quantity(2), "other.fraction");
  EXPECT_DOUBLE_EQ(out.observations.value(2), 0.95);
}

TEST(TableWide, ExplicitColumnsDecide) {
  AnySettings settings = with_columns({column({{"column", "BCA"},
                                               {"quantity", "other.mass_concentration"},
                                               {"unit", "mg/mL"},
                                               {"target", "protein"},
                                               {"condition", "EV"}})});
  set_field(settings, "sample_column", "Probe");
  const Outcome out = measured("Probe,BCA,note\nP1,\"0.5\",x\n", settings);
  ASSERT_EQ(out.observations.size(), 1u);
  EXPECT_EQ(out.observations.target(0), "protein");
  EXPECT_EQ(out.observations.condition(0), "EV");
  EXPECT_DOUBLE_EQ(out.observations.value(0), 500);
}

TEST(TableGroups, EachColumnIsAGroup) {
  const Outcome out = measured("Control,EV\n1.0,2.0\n1.1,2.1\n,2.2\n",
                               settings_of({{"layout", "groups"}, {"quantity", "other.ratio"}, {"target", "fold"}}));
  ASSERT_EQ(out.observations.size(), 5u);
  EXPECT_EQ(out.observations.condition(1), "EV");
  EXPECT_EQ(out.observations.sample(4), "EV 3");
}

TEST(TablePlate, PositionsBecomeSamples) {
  InputFacts facts;
  facts.positions = {{"A1", "s1"}, {"B2", "s2"}};
  const std::string plate = "OD450,,,\n,1,2,3\nA,0.1,0.2,0.3\nB,0.4,0.5,0.6\n";
  const Outcome out = measured(plate, settings_of({{"quantity", "other.absorbance"}}), facts);
  ASSERT_EQ(out.observations.size(), 2u);
  EXPECT_EQ(out.observations.sample(1), "s2");
  EXPECT_EQ(out.observations.replicate(1), "B2");
  EXPECT_DOUBLE_EQ(out.observations.value(1), 0.5);
  EXPECT_EQ(measured(plate, settings_of({{"quantity", "other.absorbance"}})).observations.size(), 6u);
}

TEST(TableCells, LimitsWordsAndRepeatsKeepTheirMeaning) {
  const Outcome out = measured("sample,value,unit\na,<0.5,mg\na,>20,mg\nb,n.d.,mg\nb,NA,mg\nc,,mg\nd,\"1,5\",mg\n",
                               settings_of({{"decimal_mark", "comma"}}));
  ASSERT_EQ(out.observations.size(), 4u);
  EXPECT_EQ(out.observations.status(0), Status::kBelowRange);
  EXPECT_DOUBLE_EQ(out.observations.value(0), 0.0005);
  EXPECT_EQ(out.observations.replicate(0), "1");
  EXPECT_EQ(out.observations.status(1), Status::kAboveRange);
  EXPECT_EQ(out.observations.replicate(1), "2");
  EXPECT_EQ(out.observations.status(2), Status::kNoObjects);
  EXPECT_DOUBLE_EQ(out.observations.value(3), 0.0015);
}

TEST(TableCells, EveryWrongCellIsNamedAndTheRestIsTaken) {
  const Outcome out = measured("sample,value,unit\na,1.2.3,g\nb,5,parsec\nc,-4,g\n,7,g\ne,8,g\nf,#DIV/0!,g\n");
  EXPECT_EQ(out.observations.size(), 1u);
  ASSERT_EQ(out.issues.size(), 5u);
  for (const Issue& each : out.issues) {
    EXPECT_EQ(each.severity, Severity::kError);
    EXPECT_EQ(each.where.file, "t.csv");
    EXPECT_GT(each.where.line, 1);
    EXPECT_FALSE(each.hint.empty());
  }
  EXPECT_NE(out.issues[0].message.find("1.2.3"), std::string::npos);
  EXPECT_NE(out.issues[1].message.find("parsec"), std::string::npos);
  EXPECT_NE(out.issues[2].message.find("-4"), std::string::npos);
  std::string many = "sample,value,unit\n";
  for (int i = 0; i < 200; ++i) many += "s,x,g\n";
  EXPECT_EQ(measured(many).issues.size(), kMaxCellIssues + 1);
}

TEST(TableMapping, MistakesOfTheMappingAreAnswered) {
  const std::string text = "sample,weight (g)\na,1\n";
  EXPECT_NE(problem_of(text, settings_of({{"sample_column", "sampel"}})).find("Did you mean \"sample\""),
            std::string::npos);
  EXPECT_NE(problem_of(text, settings_of({{"quantity", "other.mas"}})).find("other.mass"), std::string::npos);
  EXPECT_NE(problem_of(text, with_columns({column({{"column", "weight"}, {"quantity", "other.length"}})}))
                .find("cannot become"),
            std::string::npos);
  EXPECT_NE(problem_of(text, with_columns({column({{"colum", "weight"}})})).find("\"column\""), std::string::npos);
  EXPECT_NE(problem_of(text, with_columns({column({{"quantity", "other.mass"}})})).find("does not name"),
            std::string::npos);
  EXPECT_NE(problem_of(text, with_columns({Value::of("weight")})).find("not a table"), std::string::npos);
  EXPECT_NE(problem_of(text, settings_of({{"layout", "long"}})).find("value_column"), std::string::npos);
  EXPECT_NE(problem_of(text, settings_of({{"header_row", "9"}})).find("header_row"), std::string::npos);
  EXPECT_NE(problem_of(text, settings_of({{"sheet", "Data"}})).find("Data"), std::string::npos);
  EXPECT_NE(problem_of("1,2\n3,4\n", settings_of()).find("header"), std::string::npos);
  EXPECT_NE(problem_of("sample,time,value\na,1,1\n", settings_of({{"time_unit", "fortnight"}})).find("fortnight"),
            std::string::npos);
}

TEST(TableMapping, UnitsDecideTheGenericQuantity) {
  EXPECT_EQ(quantity_for_unit("kg"), "other.mass");
  EXPECT_EQ(quantity_for_unit("um2"), "other.area");
  EXPECT_EQ(quantity_for_unit("uL"), "other.volume");
  EXPECT_EQ(quantity_for_unit("ng/uL"), "other.mass_concentration");
  EXPECT_EQ(quantity_for_unit("particles/mL"), "other.number_concentration");
  EXPECT_EQ(quantity_for_unit("min"), "other.duration");
  EXPECT_EQ(quantity_for_unit("°C"), "other.temperature");
  EXPECT_EQ(quantity_for_unit("OD"), "other.absorbance");
  EXPECT_EQ(quantity_for_unit(""), "other.value");
  EXPECT_EQ(quantity_for_unit("kat"), "");
  EXPECT_EQ(split_header("weight (left)").name, "weight (left)") << "left is no unit";
  EXPECT_EQ(split_header("体重（g）").unit, "g");
  EXPECT_EQ(plate_position("h12"), "H12");
  EXPECT_EQ(plate_position("A0"), "");
}

TEST(TableMissing, SaysWhenNoColumnNamesTheSample) {
  const std::vector<Issue> issues = kTableAssay.missing(reading_of("weight (g),length\n1,2\n"), settings_of());
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].kind, "table.no_sample");
  EXPECT_EQ(issues[1].kind, "table.no_unit");
}

}  // namespace vesica
