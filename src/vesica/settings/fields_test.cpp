// SPDX-License-Identifier: Apache-2.0
// One declaration, read and written in every way.
#include "vesica/settings/fields.h"

#include <gtest/gtest.h>

namespace vesica {

namespace {

struct Sample {
  double temperature_c = 25;
  std::optional<double> dilution;
  std::int64_t count = 3;
  bool flag = false;
  std::string name = "x";
  std::string law = "exact";
  std::vector<double> sizes = {1, 2};
  std::vector<std::string> words;

  void describe(Fields& fields) {
    static constexpr std::string_view kLaws[] = {"exact", "first_order"};
    fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 0, .high = 60, .help = "Temperature."});
    fields.optional_number("dilution", dilution, {.low = 1, .help = "Total dilution.", .evidence = "row-1"});
    fields.integer("count", count, {.low = 1, .help = "How many."});
    fields.flag("flag", flag, {.help = "A switch."});
    fields.text("name", name, {.help = "A name."});
    fields.choice("law", law, kLaws, {.help = "A law."});
    fields.numbers("sizes", sizes, {.low = 0, .help = "Sizes."});
    fields.texts("words", words, {.help = "Words."});
  }
};

Value number_at(int line, double value) {
  Value out = Value::of(value);
  out.place = {"study.toml", line, 1, ""};
  return out;
}

}  // namespace

TEST(Fields, TakesWhatIsRightAndReportsTheRestWithItsPlace) {
  AnySettings settings = AnySettings::of<Sample>();
  Value table = Value::table();
  table.set("temperature_c", number_at(3, 99));
  table.set("dilution", number_at(4, 500));
  table.set("law", Value::of("exakt"));
  table.set("temprature_c", number_at(6, 20));
  std::vector<Error> problems;
  apply(table, settings, problems);
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].where().line, 3);
  EXPECT_NE(problems[0].message().find("99"), std::string::npos);
  EXPECT_NE(problems[1].hint().find("\"exact\""), std::string::npos);
  EXPECT_EQ(problems[2].where().line, 6);
  EXPECT_NE(problems[2].hint().find("temperature_c"), std::string::npos);
  EXPECT_EQ(settings.get<Sample>().temperature_c, 25) << "a value out of range is not taken";
  EXPECT_EQ(settings.get<Sample>().dilution, 500);
}

TEST(Fields, EveryFieldGoesThroughText) {
  AnySettings settings = AnySettings::of<Sample>();
  set_field(settings, "temperature-c", "21,5");
  set_field(settings, "flag", "是");
  set_field(settings, "sizes", "1; 2.5;3");
  set_field(settings, "words", "a;b");
  const Sample& s = settings.get<Sample>();
  EXPECT_EQ(s.temperature_c, 21.5);
  EXPECT_TRUE(s.flag);
  EXPECT_EQ(s.sizes, (std::vector<double>{1, 2.5, 3}));
  EXPECT_EQ(s.words, (std::vector<std::string>{"a", "b"}));
  EXPECT_THROW(set_field(settings, "dilution", "1,000"), Error) << "a thousand or one?";
  EXPECT_THROW(set_field(settings, "count", "2.5"), Error);
  EXPECT_THROW(set_field(settings, "count", "0"), Error);
  EXPECT_THROW(set_field(settings, "nothing", "0"), Error);
}

TEST(Fields, RoundTripsThroughValues) {
  AnySettings settings = AnySettings::of<Sample>();
  set_field(settings, "dilution", "1000");
  set_field(settings, "law", "first_order");
  AnySettings again = AnySettings::of<Sample>();
  std::vector<Error> problems;
  apply(to_value(settings), again, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(again.get<Sample>().dilution, 1000);
  EXPECT_EQ(again.get<Sample>().law, "first_order");
  EXPECT_EQ(field_names(settings).size(), 8u);
}

TEST(Fields, SchemaAndTableComeFromTheSameDeclaration) {
  const AnySettings settings = AnySettings::of<Sample>();
  const Value schema = json_schema(settings, "sample");
  const Value* temperature = schema.find("properties")->find("temperature_c");
  ASSERT_NE(temperature, nullptr);
  EXPECT_EQ(temperature->find("maximum")->number, 60);
  EXPECT_EQ(schema.find("properties")->find("law")->find("enum")->items.size(), 2u);
  EXPECT_NE(markdown_table(settings).find("| `temperature_c` | 25 | Cel | 0 to 60 |"), std::string::npos);
  const auto evidence = evidence_of(settings);
  ASSERT_EQ(evidence.size(), 1u);
  EXPECT_EQ(evidence[0].second, "dilution");
}

TEST(Fields, CopiesAreIndependent) {
  AnySettings first = AnySettings::of<Sample>();
  AnySettings second = first;
  set_field(second, "count", "9");
  EXPECT_EQ(first.get<Sample>().count, 3);
  EXPECT_EQ(second.get<Sample>().count, 9);
}

}  // namespace vesica
