// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/study.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

/// donor D (condition A) > preparation P > well W (condition B); X and Y are each other's parents.
Study tree() {
  Study study;
  const auto add = [&](std::string id, std::string kind, std::string parent, std::string condition, std::string block) {
    Sample sample;
    sample.id = std::move(id);
    sample.kind = std::move(kind);
    sample.parent = std::move(parent);
    sample.condition = std::move(condition);
    sample.block = std::move(block);
    study.samples.push_back(std::move(sample));
  };
  add("D", "donor", "", "A", "day 1");
  add("P", "preparation", "D", "", "");
  add("W", "well", "P", "B", "");
  add("X", "animal", "Y", "", "");
  add("Y", "animal", "X", "", "");
  study.conditions.push_back({"A", "", {{"gel", {"SA", std::nan("")}}, {"dose", {"0", 0}}}, {}});
  study.conditions.push_back({"B", "", {{"dose", {"1e9", 1e9}}}, {}});
  return study;
}

TEST(Study, WalksUpTheTree) {
  Study study = tree();
  for (const bool indexed : {false, true}) {
    if (indexed) study.index_samples();
    EXPECT_EQ(study.ancestor("W", "donor")->id, "D");
    EXPECT_EQ(study.ancestor("W", "well")->id, "W");
    EXPECT_EQ(study.ancestor("W", "litter"), nullptr);
    EXPECT_EQ(study.condition_of("P"), "A");
    EXPECT_EQ(study.condition_of("W"), "B");
    EXPECT_EQ(study.block_of("W"), "day 1");
    EXPECT_EQ(study.level_of("W", "dose")->number, 1e9) << "the nearest condition wins";
    EXPECT_EQ(study.level_of("W", "gel")->text, "SA") << "what it does not say comes from above";
    EXPECT_EQ(study.level_of("W", "sex"), nullptr);
  }
}

TEST(Study, OwnLevelsGoBeforeThoseOfTheCondition) {
  Study study = tree();
  study.samples[2].levels["dose"] = {"5", 5};
  EXPECT_EQ(study.level_of("W", "dose")->number, 5);
}

TEST(Study, CyclesAndUnknownNamesEnd) {
  Study study = tree();
  EXPECT_EQ(study.condition_of("X"), "");
  EXPECT_EQ(study.ancestor("X", "donor"), nullptr);
  EXPECT_EQ(study.condition_of("nobody"), "");
  EXPECT_EQ(study.find_sample(""), nullptr);
}

TEST(Study, TheIndexIsNeverWrongAfterAChange) {
  Study study = tree();
  study.index_samples();
  study.samples.erase(study.samples.begin());
  EXPECT_EQ(study.find_sample("D"), nullptr);
  EXPECT_EQ(study.find_sample("Y")->id, "Y");
  study.samples[0].id = "Q";
  EXPECT_EQ(study.find_sample("Q")->id, "Q");
  EXPECT_EQ(study.find_sample("P"), nullptr);
}

TEST(Study, LevelsCompareAsNumbersWhenBothAre) {
  EXPECT_EQ((Level{"1e9", 1e9}), (Level{"1000000000", 1e9}));
  EXPECT_FALSE((Level{"SA", std::nan("")}) == (Level{"SB", std::nan("")}));
  EXPECT_EQ((Level{"5", 5}), (Level{"5", std::nan("")}));
}

}  // namespace
}  // namespace vesica
