// SPDX-License-Identifier: Apache-2.0
// Declared attributes: days, ranges, titles in two scripts.
#include "vesica/study/attributes.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/study/columns.h"

namespace vesica {
namespace {

const AttributeInfo& attribute(std::string_view name) {
  static const std::vector<AttributeInfo> known = known_attributes();
  for (const AttributeInfo& one : known) {
    if (one.name == name) return one;
  }
  throw std::out_of_range("no such attribute");
}

TEST(Attributes, DaysAreCountedAndNonsenseIsNone) {
  EXPECT_EQ(day_number("1970-01-01"), 0);
  EXPECT_EQ(day_number("2000-03-01"), 11017);  // date -d 2000-03-01 +%s / 86400
  EXPECT_EQ(day_number("2024-02-29") - day_number("2024-02-28"), 1);
  for (const char* text : {"2023-02-29", "2026-13-01", "26-1-1", "", "2026/11/20", "tomorrow", "2026-11-2x"})
    EXPECT_TRUE(std::isnan(day_number(text))) << text;
}

TEST(Attributes, ValuesAreChecked) {
  EXPECT_EQ(attribute_problem(attribute("storage_c"), "-80"), "");
  EXPECT_NE(attribute_problem(attribute("storage_c"), "-300"), "");
  EXPECT_NE(attribute_problem(attribute("storage_c"), "cold"), "");
  EXPECT_EQ(attribute_problem(attribute("freeze_thaw"), "2"), "");
  EXPECT_NE(attribute_problem(attribute("freeze_thaw"), "1.5"), "");
  EXPECT_NE(attribute_problem(attribute("passage"), "-1"), "");
  EXPECT_NE(attribute_problem(attribute("isolation_date"), "20.11.2026"), "");
  EXPECT_EQ(attribute_problem(attribute("lot"), "anything at all"), "");
  EXPECT_EQ(attribute_problem(attribute("storage_days"), ""), "");
}

TEST(Attributes, ColumnsAreKnownByTheirTitles) {
  const auto meaning = [](const char* title) { return column_meaning(title, {}, {}); };
  for (const auto& [title, name] : {std::pair("lot", "lot"),
                                    {"批号", "lot"},
                                    {"Storage temperature (°C)", "storage_c"},
                                    {"冻融次数", "freeze_thaw"},
                                    {"storage time (d)", "storage_days"},
                                    {"分离日期", "isolation_date"},
                                    {"Donor", "donor"},
                                    {"代次", "passage"}}) {
    EXPECT_EQ(meaning(title).kind, ColumnMeaning::Kind::kAttribute) << title;
    EXPECT_EQ(meaning(title).name, name) << title;
    EXPECT_TRUE(meaning(title).unit_known) << title;
  }
  EXPECT_FALSE(meaning("storage time (months)").unit_known);
  EXPECT_EQ(column_meaning("donor", {}, {"donor"}).kind, ColumnMeaning::Kind::kFactor) << "a factor of the design wins";
}

}  // namespace
}  // namespace vesica
