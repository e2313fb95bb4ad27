// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/text.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/encoding.h"

namespace vesica {
namespace {

std::string decoded(std::string_view bytes) { return decode_text(bytes, "f.txt").utf8; }
Encoding encoding(std::string_view bytes) { return decode_text(bytes, "f.txt").encoding; }

TEST(DecodeText, AsciiAndUtf8StayAsTheyAre) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("a,b\r\nc\rd\n"), "a,b\r\nc\rd\n");
  EXPECT_EQ(decoded("25 µm 样品"), "25 µm 样品");
  EXPECT_FALSE(decode_text("25 µm", "f").guessed);
}

TEST(DecodeText, TakesMarksOff) {
  EXPECT_EQ(decoded("\xEF\xBB\xBFµ"), "µ");
  EXPECT_EQ(decoded(std::string_view("\xFF\xFE\x2D\x4E\x87\x65", 6)), "中文");
  EXPECT_EQ(decoded(std::string_view("\xFE\xFF\x4E\x2D\x65\x87", 6)), "中文");
  EXPECT_EQ(decoded(std::string_view("\xFF\xFE\x3D\xD8\x00\xDE\x00\xD8", 8)), "😀\xEF\xBF\xBD");  // pair, then half
  EXPECT_EQ(decoded(std::string_view("\xFF\xFE\x41\x00\x42", 5)), "A\xEF\xBF\xBD");
}

TEST(DecodeText, FindsUtf16WithoutMark) {
  EXPECT_EQ(decoded(std::string_view("a\0b\0\xB5\0\n\0", 8)), "abµ\n");
  EXPECT_EQ(decoded(std::string_view("\0a\0b\0\xB5\0\n", 8)), "abµ\n");
  EXPECT_EQ(encoding(std::string_view("\0a\0b", 4)), Encoding::kUtf16Be);
}

TEST(DecodeText, WesternTextNeverTurnsChinese) {
  // Each is valid or nearly valid GB18030; the comment says what a naive decoder would print.
  const std::pair<const char*, const char*> cases[] = {
      {"25 \xB5m", "25 µm"},  // 祄
      {"Temperature 25 \xB0"
       "C",
       "Temperature 25 °C"},  // 癈
      {"Camera Trigger Duration [\xB5s]:\t10", "Camera Trigger Duration [µs]:\t10"},
      {"Gr\xF6\xDF"
       "e / nm",
       "Größe / nm"},  // 鲞, level 2
      {"Fl\xE4"
       "che / nm\xB2",
       "Fläche / nm²"},
      {"cm\xB2\xB7s", "cm²·s"},  // 卜 is level 1, but stands within a word
      {"CONCENTRA\xC7\xC3O;DILUI\xC7\xC3O", "CONCENTRAÇÃO;DILUIÇÃO"},
      {"op\xE9rateur: Andr\xE9", "opérateur: André"},
      {"caf\xE9s", "cafés"},
      {"\xB1"
       "5\xB1"
       "3",
       "±5±3"},  // a valid four-byte form
      {"\x80 100 \x96 \x93x\x94", "€ 100 – “x”"},
      {"M\xC4\xC4R\xC4;1", "MÄÄRÄ;1"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(decoded(bytes), text);
    EXPECT_EQ(encoding(bytes), Encoding::kLatin1) << text;
    EXPECT_TRUE(decode_text(bytes, "f").guessed);
  }
}

TEST(DecodeText, ReadsChinese) {
  EXPECT_EQ(decoded("\xD6\xD0\xCE\xC4"), "中文");
  EXPECT_EQ(encoding("\xD6\xD0\xCE\xC4"), Encoding::kGb18030);
  EXPECT_EQ(decoded("\xD1\xF9\xC6\xB7\xC3\xFB\xB3\xC6,\xC5\xA8\xB6\xC8(\xA6\xCCg/mL)\r\n"), "样品名称,浓度(μg/mL)\r\n");
  EXPECT_EQ(decoded("\xD6\xEC\xE9\x46\xBB\xF9"), "朱镕基");  // a name with a character of GBK's extension
  EXPECT_EQ(decoded("DNA\xC5\xA8\xB6\xC8"), "DNA浓度");
  // One character within a word says nothing by itself and follows the other lines.
  EXPECT_EQ(decoded("\xD1\xF9\xC6\xB7\nNC\xD7\xE9mean"), "样品\nNC组mean");
}

TEST(DecodeText, DecidesLineByLine) {
  // A raw µ of the instrument beside a sample name typed on a Chinese computer.
  EXPECT_EQ(decoded("Sample:\t\xD1\xF9\xC6\xB7\r\nDuration [\xB5s]:\t10\r\n25 \xB0"
                    "C\r\n37 \xB0"
                    "C\r\n"),
            "Sample:\t样品\r\nDuration [µs]:\t10\r\n25 °C\r\n37 °C\r\n");
}

TEST(DecodeText, ForgivesACutEnd) {
  EXPECT_EQ(decoded("µm \xE6\xA0"), "µm \xEF\xBF\xBD");
  EXPECT_EQ(decoded("\xD6\xD0\xCE"), "中\xEF\xBF\xBD");
}

TEST(DecodeText, MarkedUtf8WithForeignLines) {
  EXPECT_EQ(decoded("\xEF\xBB\xBFµ\n25 \xB5m\n"), "µ\n25 µm\n");
  EXPECT_EQ(encoding("\xEF\xBB\xBFµ\n25 \xB5m\n"), Encoding::kUtf8);
}

TEST(DecodeText, RefusesBinaries) {
  try {
    decode_text(std::string_view("abc\nd\0e", 7), "x.csv");
    FAIL() << "a zero byte passed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_EQ(error.where().file, "x.csv");
    EXPECT_EQ(error.where().line, 2);
  }
}

TEST(DecodeText, EveryByteStringGivesValidUtf8) {
  for (int a = 1; a < 256; ++a) {
    for (int b = 1; b < 256; ++b) {
      const std::string bytes = {'x', static_cast<char>(a), static_cast<char>(b), 'z'};
      EXPECT_TRUE(is_valid_utf8(decoded(bytes))) << a << " " << b;
    }
  }
}

TEST(DecodeText, Gb18030TableOfTheSystem) {
  EXPECT_EQ(gb18030_to_utf8("\x81\x30\x81\x30"), "\xC2\x80");  // first four-byte form is U+0080
  EXPECT_EQ(gb18030_to_utf8("\xFF"), std::nullopt);
}

TEST(Utf8, ValidityFollowsTheStandard) {
  EXPECT_TRUE(is_valid_utf8("a\xC2\xB5\xE4\xB8\xAD\xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xC2"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Utf8, Width) {
  EXPECT_EQ(text_width("µm"), 2u);
  EXPECT_EQ(text_width("样品 1"), 6u);
  EXPECT_EQ(text_width("样品 1", false), 4u);
  EXPECT_EQ(text_width("e\xCC\x81"), 1u);  // combining accent
}

TEST(Text, TrimSplitJoin) {
  EXPECT_EQ(trim(" \t\xC2\xA0 a b\xE3\x80\x80\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(split_lines("a\r\nb\rc\n\nd"), (std::vector<std::string_view>{"a", "b", "c", "", "d"}));
  EXPECT_EQ(split_lines("a\n"), (std::vector<std::string_view>{"a"}));
  EXPECT_TRUE(split_lines("").empty());
  const std::vector<std::string> parts = {"a", "b"};
  EXPECT_EQ(join(parts, ", "), "a, b");
  EXPECT_EQ(replace_all("aXbXX", "X", "yX"), "ayXbyXyX");
  EXPECT_EQ(lower_ascii("AÉz"), "aÉz");
  EXPECT_TRUE(equals_ignoring_case("aBc", "AbC"));
  EXPECT_FALSE(equals_ignoring_case("aB", "AbC"));
  EXPECT_TRUE(starts_with_ignoring_case("Size Data", "size"));
}

TEST(Text, NaturalOrderIsTotal) {
  EXPECT_TRUE(natural_less("video 2", "video 10"));
  EXPECT_TRUE(natural_less("a9999999999999999999999", "a10000000000000000000000"));
  EXPECT_FALSE(natural_less("a", "a"));
  const std::vector<std::string> names = {"",    "a",   "A", "a1", "a01", "a001b", "a1b", "a2",
                                          "a10", "A10", "b", "1",  "01",  "10",    "2a"};
  for (const auto& x : names) {
    for (const auto& y : names) {
      EXPECT_EQ(natural_less(x, y) || natural_less(y, x), x != y) << x << " | " << y;
      for (const auto& z : names) {
        if (natural_less(x, y) && natural_less(y, z)) {
          EXPECT_TRUE(natural_less(x, z)) << x << y << z;
        }
      }
    }
  }
}

TEST(Text, EditDistanceAndSuggestion) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  const std::vector<std::string> known = {"dilution", "diluent", "viscosity"};
  EXPECT_EQ(did_you_mean("dilutoin", known), "dilution");
  EXPECT_EQ(did_you_mean("Viscosity", known), "viscosity");
  EXPECT_EQ(did_you_mean("xyz", known), std::nullopt);
  EXPECT_EQ(did_you_mean("", known), std::nullopt);
}

TEST(Text, GuardsFormulasButNoNumbers) {
  for (const std::string risky : {"=1+1", "+cmd|' /C calc'!A0", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-"}) {
    EXPECT_EQ(guard_formula(risky), "'" + risky);
  }
  for (const std::string plain : {"", "a=b", "-5", "+1e3", "-inf", "1-2", "'x", "MARCH1"}) {
    EXPECT_EQ(guard_formula(plain), plain);
  }
}

TEST(Text, EscapesXml) {
  EXPECT_EQ(escape_xml("<a b=\"&'\">\x01\t"), "&lt;a b=&quot;&amp;&#39;&quot;&gt;\xEF\xBF\xBD\t");
}

}  // namespace
TEST(Text, ShortenedCutsNoCharacter) {
  EXPECT_EQ(shortened("abc", 2), "ab");
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("外泌体", 8), "外泌");
  EXPECT_EQ(shortened("外泌体", 2), "");
}

}  // namespace vesica
