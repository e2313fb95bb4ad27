// SPDX-License-Identifier: Apache-2.0
// What loading understands: sheets alone, study.toml, templates, headers in two languages.
#include "vesica/study/load.h"

#include <gtest/gtest.h>

#include "vesica/study/study_fixture.h"

namespace vesica {
namespace {

using testing::has;
using testing::load_text;
using testing::text_of;

TEST(LoadStudy, SheetAloneIsAStudy) {
  const LoadedStudy loaded = load_text("",
                                       "path,assay,sample,condition,replicate,dilution,kind,parent\n"
                                       "a.csv,nta,S1,SA,1,1000,preparation,\n"
                                       "b.csv,nta,S1,SA,2,1000,,\n"
                                       "c.csv,nta,S2,SA+Exos,1,500,preparation,\n");
  ASSERT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(text_of(loaded.warnings), "");
  const Study& study = loaded.study;
  ASSERT_EQ(study.inputs.size(), 3u);
  EXPECT_EQ(study.inputs[1].path, "b.csv");
  EXPECT_EQ(study.inputs[1].replicate, "2");
  EXPECT_EQ(study.inputs[2].settings.at("dilution"), "500");
  EXPECT_EQ(study.inputs[2].condition, "");
  EXPECT_EQ(study.condition_of("S2"), "SA+Exos");
  EXPECT_EQ(study.find_sample("S1")->kind, "preparation");
  ASSERT_EQ(study.conditions.size(), 2u);
  EXPECT_EQ(study.conditions[0].id, "SA");
}

TEST(LoadStudy, ChineseTitlesFullWidthNumbersAndBlanks) {
  const LoadedStudy loaded = load_text("",
                                       "文件名,检测方法,样品,组别,重复,稀释倍数,时间（天）,备注\n"
                                       "　a.csv ,nta,一号　,对照组,１,１０００,7,好\n"
                                       "b.csv,nta,二号,外泌体组,1,1000,第14天,\n");
  ASSERT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 2u);
  EXPECT_EQ(loaded.study.inputs[0].path, "a.csv");
  EXPECT_EQ(loaded.study.inputs[0].sample, "一号");
  EXPECT_EQ(loaded.study.inputs[0].settings.at("dilution"), "1000");
  EXPECT_EQ(loaded.study.inputs[0].time_h, 168);
  EXPECT_EQ(loaded.study.inputs[1].time_h, 336);
  EXPECT_EQ(loaded.study.condition_of("二号"), "外泌体组");
}

TEST(LoadStudy, TemplateCapturesFacts) {
  const LoadedStudy loaded = load_text(R"(
[study]
title = "Gel"
factors = ["gel"]

[[input]]
path = "raw/{factor:gel}/{sample}_{replicate:digits}_{time_d}d.csv"
assay = "nta"
settings = { dilution = 1000 }
)",
                                       "", {"raw/SA/m_1_2_7d.csv", "raw/SA/m_1_3_7d.csv", "raw/none.csv"});
  ASSERT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 2u);
  EXPECT_EQ(loaded.study.inputs[0].sample, "m_1");
  EXPECT_EQ(loaded.study.inputs[0].replicate, "2");
  EXPECT_EQ(loaded.study.inputs[0].time_h, 168);
  EXPECT_EQ(loaded.study.inputs[0].settings.at("dilution"), "1000");
  ASSERT_NE(loaded.study.level_of("m_1", "gel"), nullptr);
  EXPECT_EQ(loaded.study.level_of("m_1", "gel")->text, "SA");
}

TEST(LoadStudy, FolderOfSlicesIsOneInputOfAnAssayThatTakesFolders) {
  const std::vector<std::string> files = {"rats/r1/s1.png", "rats/r1/s2.png", "rats/r2/s1.png", "rats/r2/s2.png"};
  const LoadedStudy sheet = load_text("", "path,assay,sample\nrats/r1,scan,A\nrats/r2,scan,B\n", files);
  EXPECT_EQ(text_of(sheet.problems), "");
  ASSERT_EQ(sheet.study.inputs.size(), 2u);
  const LoadedStudy pattern = load_text("[[input]]\npath = \"rats/{sample}/\"\nassay = \"scan\"\n", "", files);
  EXPECT_EQ(text_of(pattern.problems), "");
  ASSERT_EQ(pattern.study.inputs.size(), 2u) << "a pattern that ends in / matches folders";
  EXPECT_EQ(pattern.study.inputs[1].path, "rats/r2");
  EXPECT_EQ(pattern.study.inputs[1].sample, "r2");
  const LoadedStudy other = load_text("", "path,assay,sample\nrats/r1,nta,A\n", files);
  EXPECT_TRUE(has(other.problems, "samples.csv:2:1", "is a folder")) << text_of(other.problems);
}

TEST(LoadStudy, SheetAndTomlAddUp) {
  const LoadedStudy loaded = load_text(R"(
[[condition]]
id = "SA"
title = "Alginate"
levels = { gel = "SA", particles = 0 }
[[condition]]
id = "SA+Exos"
levels = { gel = "SA", particles = 1e9 }
[[sample]]
id = "donor-1"
kind = "donor"
[[input]]
path = "a.csv"
assay = "nta"
settings = { dilution = 1000 }
)",
                                       "path,assay,sample,condition,parent,temperature_c\n"
                                       "a.csv,,P1,SA+Exos,donor-1,22\n");
  ASSERT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 1u);
  EXPECT_EQ(loaded.study.inputs[0].assay, "nta");
  EXPECT_EQ(loaded.study.inputs[0].settings.at("dilution"), "1000");
  EXPECT_EQ(loaded.study.inputs[0].settings.at("temperature_c"), "22");
  EXPECT_EQ(loaded.study.ancestor("P1", "donor")->id, "donor-1");
  EXPECT_EQ(loaded.study.level_of("P1", "particles")->number, 1e9);
  EXPECT_EQ(loaded.study.factors, (std::vector<std::string>{"gel", "particles"}));
}

}  // namespace
}  // namespace vesica
