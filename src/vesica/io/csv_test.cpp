// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/csv.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/random.h"

namespace vesica {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows texts(const Sheet& sheet) {
  Rows rows;
  for (const auto& row : sheet.rows) {
    std::vector<std::string>& out = rows.emplace_back();
    for (const Cell& cell : row) out.push_back(cell.text);
  }
  return rows;
}

Rows read(std::string_view bytes) { return texts(read_text_table(bytes, "f.csv")); }

Error refused(std::string_view bytes) {
  try {
    read_text_table(bytes, "f.csv");
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::kInternal, "accepted");
}

TEST(CsvSniff, SeparatorAndDecimalMark) {
  struct Case {
    const char* text;
    char separator;
    DecimalMark mark;
  };
  const Case cases[] = {
      {"a,b\n1.5,2\n", ',', DecimalMark::kPoint},
      {"a;b\n1,5;2,25\n", ';', DecimalMark::kComma},
      {"1,5;2,3;4,5\n2,5;3,3;4,6\n", ';', DecimalMark::kComma},
      {"a;b\n1.5;2\n", ';', DecimalMark::kPoint},
      {"a\tb\n1,5\t2,25\n", '\t', DecimalMark::kComma},
      {"Size / nm\tNumber\n2,500E+0\t1\n7,500E+0\t3\n", '\t', DecimalMark::kComma},
      {"id,value,terms\n1,2.5,GO:1;GO:2\n2,3.5,GO:3;GO:4;GO:5\n", ',', DecimalMark::kPoint},
      {"key:\tvalue, with comma; and more\nother:\t1.5\n", '\t', DecimalMark::kPoint},
      {"sep=;\na;b,c\n", ';', DecimalMark::kPoint},
      {"a;b\n\"1,5\";\"2\"\n", ';', DecimalMark::kComma},
      {"a,b\n\"1,5\",\"2,7\"\n", ',', DecimalMark::kComma},
      {"a\tb\n1,234\t5,678\n", '\t', DecimalMark::kPoint},  // may be grouped integers: never guessed small
      {"a\tb\n1,234\t0,5\n", '\t', DecimalMark::kComma},
      {"a;b\n1,234;5,678\n", ';', DecimalMark::kComma},
      {"one\ntwo\n", ',', DecimalMark::kPoint},
      {"", ',', DecimalMark::kPoint},
  };
  for (const Case& c : cases) {
    const TextFormat format = sniff_text_format(c.text);
    EXPECT_EQ(format.separator, c.separator) << c.text;
    EXPECT_EQ(format.decimal_mark, c.mark) << c.text;
  }
}

TEST(CsvRead, QuotesFollowTheStandard) {
  EXPECT_EQ(read("a,\"b,1\"\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\n"),
            (Rows{{"a", "b,1"}, {"say \"hi\"", "two\nlines"}}));
  EXPECT_EQ(read("5\" pipe,\"x\" nm,\"y\" \n"), (Rows{{"5\" pipe", "x nm", "y"}}));
  EXPECT_EQ(read("\"\",\"\"\"\"\n"), (Rows{{"", "\""}}));
}

TEST(CsvRead, RaggedPaddedAndBlank) {
  EXPECT_EQ(read("a,b,,,\n\n,,,\nc\n1,,3,\n"), (Rows{{"a", "b"}, {}, {}, {"c"}, {"1", "", "3"}}));
  EXPECT_EQ(read("a,b"), (Rows{{"a", "b"}}));
  EXPECT_EQ(read("a\rb,c\r"), (Rows{{"a"}, {"b", "c"}}));
  EXPECT_TRUE(read("").empty());
  EXPECT_EQ(read("a, b\n"), (Rows{{"a", " b"}}));
}

TEST(CsvRead, LinesCountThroughQuotes) {
  const Sheet sheet = read_text_table("sep=,\n\"a\r\nb\rc\nd\",2\n\nlast,\"x\"\n", "f.csv");
  EXPECT_EQ(sheet.row_lines, (std::vector<int>{2, 6, 7}));
  EXPECT_EQ(sheet.place(2, 1).text(), "f.csv:7:2");
}

TEST(CsvRead, EncodingsAndNumbers) {
  const Sheet sheet = read_text_table(
      "Gr\xF6\xDF"
      "e;nm\xB2\n1,5;2\n",
      "f.csv");
  EXPECT_EQ(sheet.at(0, 0).text, "Größe");
  EXPECT_EQ(sheet.number_at(1, 0), 1.5);
  EXPECT_FALSE(sheet.at(1, 0).typed);
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "a\0,\0b\0\n\0",
                                  10)),
            (Rows{{"a", "b"}}));
  EXPECT_EQ(read("\xD1\xF9\xC6\xB7,\xC5\xA8\xB6\xC8\n1,2\n")[0], (std::vector<std::string>{"样品", "浓度"}));
}

TEST(CsvRead, RefusesWithAPlace) {
  const Error open = refused("a,b\n1,\"never\nclosed\n");
  EXPECT_EQ(open.kind(), ErrorKind::kData);
  EXPECT_EQ(open.where().text(), "f.csv:2:2");
  EXPECT_FALSE(open.hint().empty());
  EXPECT_EQ(refused(std::string_view("a\0b", 3)).kind(), ErrorKind::kData);
}

TEST(CsvRead, BoundsHold) {
  EXPECT_EQ(refused(std::string(kMaxCellBytes + 1, 'x')).kind(), ErrorKind::kData);
  EXPECT_EQ(refused(std::string(kMaxTextColumns, ',')).where().text(),
            "f.csv:1:" + std::to_string(kMaxTextColumns + 1));
  EXPECT_EQ(read(std::string(kMaxTextColumns - 1, ',')), (Rows{{}}));
  const std::string padded(kMaxTextColumns - 1, ',');
  std::string many;
  for (int i = 0; i < 50; ++i) many += padded + "\n";
  for (const auto& row : read_text_table(many, "f.csv").rows) EXPECT_EQ(row.capacity(), 0u);
}

TEST(CsvReadSlow, OneLineOf100Megabytes) {
  EXPECT_EQ(refused(std::string(100'000'000, 'x')).kind(), ErrorKind::kData);
  EXPECT_EQ(refused(std::string(100'000'000, ';')).kind(), ErrorKind::kData);
  EXPECT_EQ(refused("\"" + std::string(100'000'000, 'x')).kind(), ErrorKind::kData);
  EXPECT_EQ(refused(std::string(kMaxTextRows + 1, '\n')).kind(), ErrorKind::kData);
}

TEST(CsvWrite, GuardsTextAndNeverNumbers) {
  Sheet sheet;
  sheet.rows = {{{"gene"}, {"value"}},
                {{"=cmd()"}, {"-5", -5, true}},
                {{"a,b\tc"}, {"", std::nan(""), true}},
                {{"say \"hi\"\n"}, {"-0.1"}}};
  EXPECT_EQ(write_csv(sheet), "gene,value\n'=cmd(),-5\n\"a,b\tc\",\n\"say \"\"hi\"\"\n\",-0.1\n");
  EXPECT_EQ(write_tsv(sheet), "gene\tvalue\n'=cmd()\t-5\n\"a,b\tc\"\t\n\"say \"\"hi\"\"\n\"\t-0.1\n");
}

TEST(CsvWrite, AnyCellsComeBack) {
  Random random(11);
  const std::string letters = "ab1.;,\t\"\n\r '\xC3\xA9";
  for (int round = 0; round < 300; ++round) {
    Sheet sheet;
    sheet.rows.resize(1 + random.below(4));
    for (auto& row : sheet.rows) {
      row.resize(1 + random.below(4));
      for (Cell& cell : row) {
        const std::size_t n = random.below(5);
        cell.text = "x";  // no blank rows, no trailing empty cells, no guard
        for (std::size_t i = 0; i < n; ++i) {
          const std::size_t k = random.below(letters.size() - 1);
          cell.text += k + 2 >= letters.size() ? "é" : letters.substr(k, 1);
        }
      }
    }
    EXPECT_EQ(texts(parse_text_table(write_csv(sheet), "f", {',', DecimalMark::kPoint})), texts(sheet));
    EXPECT_EQ(texts(parse_text_table(write_tsv(sheet), "f", {'\t', DecimalMark::kPoint})), texts(sheet));
  }
}

}  // namespace
}  // namespace vesica
