// SPDX-License-Identifier: Apache-2.0
// The comparer of golden studies sees what differs and nothing else.
#include "tests/golden.h"

#include <gtest/gtest.h>

#include "vesica/io/csv.h"

namespace vesica::golden {
namespace {

const char* const kActual =
    "id\tquantity\tsample\treplicate\tvalue\tstatus\n"
    "a1\tsize\tS1\t1\t100.04\tok\n"
    "a2\tsize\tS1\t2\t90\tok\n"
    "a3\tsize\tS2\t\t\tno_objects\n";

std::vector<std::string> compare(const std::string& expected) {
  return differences(parse_text_table(kActual, "observations.tsv", {'\t', DecimalMark::kPoint}),
                     parse_text_table(expected, "expected.tsv", {'\t', DecimalMark::kPoint}));
}

TEST(Golden, Fits) {
  EXPECT_TRUE(fits("100.04", "100", "0.05"));
  EXPECT_FALSE(fits("100.06", "100", "0.05"));
  EXPECT_TRUE(fits("100.9", "100", "1 %"));
  EXPECT_FALSE(fits("101.1", "100", "1 %"));
  EXPECT_TRUE(fits("5", "5", ""));
  EXPECT_FALSE(fits("5.0000001", "5", ""));
  EXPECT_FALSE(fits("5", "5.1", "nonsense")) << "a tolerance that is none allows nothing";
  EXPECT_FALSE(fits("", "5", "10"));
  EXPECT_TRUE(fits("", "", ""));
  EXPECT_FALSE(fits("5", "", ""));
  EXPECT_TRUE(fits("ok", "ok", ""));
  EXPECT_TRUE(fits("x", "*", ""));
  EXPECT_FALSE(fits("", "*", ""));
  EXPECT_TRUE(fits("401", "> 400", ""));
  EXPECT_FALSE(fits("400", "> 400", ""));
  EXPECT_TRUE(fits("400", ">= 400", ""));
  EXPECT_TRUE(fits("3.5", "3 .. 4", ""));
  EXPECT_FALSE(fits("4.5", "3 .. 4", ""));
  EXPECT_FALSE(fits("NaN", "> 0", ""));
  EXPECT_TRUE(fits("There is no file.", "~ no file", ""));
  EXPECT_FALSE(fits("There is no file.", "~ folder", ""));
}

TEST(Golden, AgreementIsSilent) {
  EXPECT_EQ(compare("quantity\tsample\treplicate\tfield\tvalue\ttolerance\trows\twhy\n"
                    "size\tS1\t1\t\t100\t0.05\t\tprinted\n"
                    "size\tS1\t*\t\t50 .. 150\t\t2\tprinted\n"
                    "size\tS2\t\tstatus\tno_objects\t\t\tan empty file\n"
                    "size\tS3\t*\t\t\t\t0\tnobody measured it\n"),
            std::vector<std::string>{});
}

TEST(Golden, EveryDifferenceIsNamed) {
  const auto said = compare(
      "quantity\tsample\treplicate\tvalue\ttolerance\trows\twhy\n"
      "size\tS1\t1\t101\t0.5\t\tprinted\n"
      "size\tS1\t\t100\t\t\tthe empty cell selects an empty one\n"
      "size\tS1\t*\t95 .. 105\t\t3\tprinted\n"
      "size\tS1\t1\t100.04\t\t\t\n");
  ASSERT_EQ(said.size(), 5u);
  EXPECT_EQ(said[0], "expected.tsv:2:1: value is \"100.04\", expected 101 ± 0.5 (observations.tsv:2:1)");
  EXPECT_EQ(said[1], "expected.tsv:3:1: 0 rows are selected");
  EXPECT_EQ(said[2], "expected.tsv:4:1: value is \"90\", expected 95 .. 105 (observations.tsv:3:1)");
  EXPECT_EQ(said[3], "expected.tsv:4:1: 2 rows are selected, expected 3");
  EXPECT_EQ(said[4], "expected.tsv:5:1: does not say where the expected value comes from");
}

TEST(Golden, AWrongTableIsNoAgreement) {
  EXPECT_EQ(compare("quantity\tvalue\n").size(), 2u);
  EXPECT_EQ(compare("quantty\tvalue\twhy\nsize\t1\tx\n").size(), 1u);
  EXPECT_EQ(compare("quantity\tfield\tvalue\twhy\nsize\tvalu\t1\tx\n").size(), 1u);
}

}  // namespace
}  // namespace vesica::golden
