// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/names.h"

#include <vector>

#include <gtest/gtest.h>

namespace vesica {
namespace {

TEST(Names, BlanksOfEveryKindAreTrimmed) {
  EXPECT_EQ(trim_unicode(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim_unicode("\u3000\u00A0\u200B一 号\uFEFF\u2009"), "一 号");
  EXPECT_EQ(trim_unicode("\u3000\u200B"), "");
  EXPECT_EQ(trim_unicode(""), "");
  EXPECT_EQ(trim_unicode("\xFF\xFE"), "\xFF\xFE") << "bytes that are no UTF-8 are left alone";
}

TEST(Names, FullWidthBecomesHalfWidth) {
  EXPECT_EQ(half_width("１２．５（ｈ）："), "12.5(h):");
  EXPECT_EQ(half_width("外泌体"), "外泌体");
  EXPECT_EQ(half_width("\xE5\xA4"), "\xE5\xA4") << "a truncated character stays as it stands";
}

TEST(Names, VisualFormKnowsWhatTheEyeDoesNotSee) {
  EXPECT_EQ(visual_form("SA+Exos"), visual_form("ＳＡ＋ｅｘｏｓ "));
  EXPECT_EQ(visual_form("NC\u2013 1"), "nc- 1");
  EXPECT_EQ(visual_form("µg"), visual_form("μg"));
  EXPECT_EQ(visual_form("ÄÖ Δ Ж"), "äö δ ж");
  EXPECT_NE(visual_form("NC-1"), visual_form("NC_1"));
}

TEST(Names, FoldingJoinsSeparatorsButKeepsAMinusAtTheEnd) {
  EXPECT_EQ(fold_name("Sample ID"), "sample_id");
  EXPECT_EQ(fold_name(" SAMPLE--ID "), "sample_id");
  EXPECT_NE(fold_name("Ctsk-"), fold_name("Ctsk"));
  EXPECT_NE(fold_name("Ctsk-"), fold_name("Ctsk+"));
  EXPECT_EQ(fold_name("_x_"), "x");
  EXPECT_EQ(fold_name(""), "");
}

TEST(Names, SlipsKeepTheirDigits) {
  EXPECT_TRUE(is_slip("diluton", "dilution"));
  EXPECT_TRUE(is_slip("Dilution Factor", "dilution_factor"));
  EXPECT_FALSE(is_slip("NC-1", "NC-2"));
  EXPECT_FALSE(is_slip("sex", "rep"));
  EXPECT_FALSE(is_slip("性别", "组别")) << "one of two characters is no slip";
  EXPECT_TRUE(is_slip("稀释倍", "稀释倍数"));
  EXPECT_FALSE(is_slip(std::string(5000, 'a'), std::string(5000, 'b')));
}

TEST(Names, TheNearestIsFound) {
  const std::vector<std::string> known = {"sample", "samples_of", "condition"};
  EXPECT_EQ(nearest_name("smaple", known), "sample");
  EXPECT_EQ(nearest_name("weight", known), std::nullopt);
  EXPECT_EQ(nearest_name("sample", known), std::nullopt) << "the name itself is no suggestion";
}

TEST(Names, TimesInWords) {
  for (const char* day7 :
       {"day 7", "Day7", "d7", "D7", "7d", "7 days", "POD7", "pod 7", "第7天", "7天", "day_7", "７天", "week 1", "1w"})
    EXPECT_EQ(hours_from_words(day7), 168.0) << day7;
  for (const char* hours24 : {"24h", "24 h", "24 hours", "24小时", "h24", "24hpi"})
    EXPECT_EQ(hours_from_words(hours24), 24.0) << hours24;
  EXPECT_EQ(hours_from_words("30min"), 0.5);
  EXPECT_EQ(hours_from_words("0.5 h"), 0.5);
  for (const char* none : {"7", "", "h", "day", "exp7x", "SA1", "7 months", "d7-2", "1h2"})
    EXPECT_EQ(hours_from_words(none), std::nullopt) << none;
}

}  // namespace
}  // namespace vesica
