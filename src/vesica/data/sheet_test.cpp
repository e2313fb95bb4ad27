// SPDX-License-Identifier: Apache-2.0
#include "vesica/data/sheet.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vesica {
namespace {

TEST(Sheet, ColumnLetters) {
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(701), "ZZ");
  EXPECT_EQ(column_letters(702), "AAA");
  EXPECT_EQ(column_letters(16383), "XFD");  // the last column of Excel
}

TEST(Sheet, CellsOutsideAreEmpty) {
  Sheet sheet;
  sheet.rows = {{{"1,5"}, {"x", 2, true}}};
  sheet.decimal_mark = DecimalMark::kComma;
  EXPECT_EQ(sheet.at(0, 5).text, "");
  EXPECT_EQ(sheet.at(9, 0).text, "");
  EXPECT_EQ(sheet.number_at(0, 0), 1.5);
  EXPECT_EQ(sheet.number_at(0, 1), 2);
  EXPECT_TRUE(std::isnan(sheet.number_at(0, 2)));
}

TEST(Sheet, Places) {
  Sheet text;
  text.file = "a.csv";
  text.rows.resize(2);
  text.row_lines = {1, 7};
  EXPECT_EQ(text.place(1, 2).text(), "a.csv:7:3");
  Sheet book;
  book.file = "a.xlsx";
  book.name = "Sheet1";
  EXPECT_EQ(book.place(6, 2).text(), "a.xlsx (Sheet1!C7)");
}

}  // namespace
}  // namespace vesica
