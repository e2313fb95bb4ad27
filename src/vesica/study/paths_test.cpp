// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/paths.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

using Captures = std::vector<std::pair<std::string, std::string>>;

std::optional<PathMatch> match(std::string_view path_template, std::string_view path) {
  return PathTemplate::parse(path_template, {}).match(path);
}

TEST(PathTemplate, CapturesWithoutSlash) {
  const auto found = match("raw/{condition}/{sample}.csv", "raw/SA+Exos/一号 (2).csv");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->captures, (Captures{{"condition", "SA+Exos"}, {"sample", "一号 (2)"}}));
  EXPECT_FALSE(found->ambiguous);
  EXPECT_FALSE(match("raw/{sample}.csv", "raw/a/b.csv"));
  EXPECT_FALSE(match("raw/{sample}.csv", "raw/.csv")) << "a capture is never empty";
}

TEST(PathTemplate, EarlierCapturesTakeWhatTheyCan) {
  const auto found = match("{condition}_{replicate}.csv", "SA_Exos_1.csv");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->captures, (Captures{{"condition", "SA_Exos"}, {"replicate", "1"}}));
  EXPECT_TRUE(found->ambiguous);
  EXPECT_FALSE(match("{condition}_{replicate}.csv", "SA_1.csv")->ambiguous);
}

TEST(PathTemplate, DigitsAndNumbers) {
  EXPECT_FALSE(match("{sample}_{replicate:digits}.csv", "SA_x.csv"));
  const auto found = match("d{time_d}_{sample}{replicate:digits}.csv", "d7_NC12.csv");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->captures, (Captures{{"time_d", "7"}, {"sample", "NC1"}, {"replicate", "2"}}));
  EXPECT_TRUE(found->ambiguous);
  EXPECT_FALSE(match("{time_h}h.csv", "soonh.csv"));
}

TEST(PathTemplate, Stars) {
  EXPECT_TRUE(match("raw/*.csv", "raw/a.csv"));
  EXPECT_FALSE(match("raw/*.csv", "raw/x/a.csv"));
  const auto deep = match("**/{sample}-Summary.csv", "x/y/S1-Summary.csv");
  ASSERT_TRUE(deep);
  EXPECT_EQ(deep->captures, (Captures{{"sample", "S1"}}));
  EXPECT_FALSE(deep->ambiguous);
}

TEST(PathTemplate, TheSameNameTwiceIsTheSameText) {
  EXPECT_TRUE(match("{sample}/{sample}_{replicate}.csv", "S_1/S_1_2.csv"));
  EXPECT_FALSE(match("{sample}/{sample}_{replicate}.csv", "S_1/S_2_2.csv"));
}

TEST(PathTemplate, LiteralPathsAreNoPatterns) {
  const PathTemplate literal = PathTemplate::parse("raw/NC-1 (2).csv", {});
  EXPECT_FALSE(literal.is_pattern());
  EXPECT_TRUE(literal.match("raw/NC-1 (2).csv"));
}

TEST(PathTemplate, BrokenTemplatesAreErrors) {
  for (const char* broken : {"{", "a}", "{}", "{ }", "{a{b}}", "{sample}{condition}", "{:digits}"})
    EXPECT_THROW(PathTemplate::parse(broken, {}), Error) << broken;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "{a}_";
  EXPECT_THROW(PathTemplate::parse(many, {}), Error);
}

TEST(PathTemplate, HostilePathsCostLittle) {
  std::string path_template, path;
  for (int i = 0; i < 30; ++i) path_template += "{x" + std::to_string(i) + "}a";
  path.assign(4000, 'a');
  path += "b";
  EXPECT_FALSE(match(path_template, path));
  EXPECT_FALSE(match("{sample}", std::string(5000, 'a')));
}

}  // namespace
}  // namespace vesica
