// SPDX-License-Identifier: Apache-2.0
// What is written is read back as the same study; schema and reference come from the same declarations.
#include "vesica/study/write.h"

#include <gtest/gtest.h>

#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"
#include "vesica/io/toml.h"
#include "vesica/study/keys.h"
#include "vesica/study/schema.h"
#include "vesica/study/study_fixture.h"

namespace vesica {
namespace {

using testing::known_names;
using testing::load_text;
using testing::text_of;

constexpr std::string_view kToml = R"(
[study]
title = "Exosomes \"heal\" bone, 骨缺损"
question = "Does the gel matter?"
factors = ["gel", "剂量（ug）"]
blinded = "reader"
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
attributes = { sex = "f", age = 34 }
[[sample]]
id = "P1"
kind = "preparation"
parent = "donor-1"
protocol = "uc"
levels = { "剂量（ug）" = 2.5 }
[[sample]]
id = "rat-1"
kind = "animal"
condition = "SA"
[[protocol]]
id = "uc"
steps = [ { rcf_g = 300, minutes = 10, keep = "supernatant" }, { rcf_g = 1e5, minutes = 70, keep = "pellet" } ]
[[given]]
to = "rat-1"
preparation = "P1"
amount = 1e9
unit = "{particles}"
route = "gel"
[[layout]]
id = "plate"
positions = { A1 = "P1", A2 = "rat-1" }
[[input]]
path = "a.csv"
assay = "nta"
sample = "P1"
condition = "SA+Exos"
replicate = 1
time_h = 24.5
settings = { dilution = 1000, rule = "exact" }
[[input]]
path = "b.csv"
assay = "nta"
role = "blank"
controls = "day 1"
[[input]]
path = "c.csv"
assay = "table"
layout = "plate"
part = "=1+1"
controls = "day 1"
[[comparison]]
id = "size"
quantities = ["vesicle.diameter.*"]
unit = "preparation"
groups = ["SA", "SA+Exos"]
pairs = [["SA+Exos", "SA"]]
time = 24
use_blocks = false
alpha = 0.01
[[scenario]]
id = "spin-1"
model = "spin"
protocol = "uc"
times_h = [0, 1.5]
seed = 7
settings = { density_g_ml = 1.12 }
[[scenario]]
id = "network-1"
model = "spin"
file = "models/a b.xml"
[[scenario.map]]
symbol = "A"
quantity = "vesicle.concentration"
[[scenario.map]]
symbol = "B"
quantity = "vesicle.diameter.mean"
target = "b"
[[reported]]
quantity = "vesicle.diameter.mean"
condition = "SA+Exos"
value = 185
source = "paper, p. 3"
[[exclude]]
match = { sample = "rat-1", replicate = 2 }
reason = "died"
[settings.nta]
temperature_c = 22.5
[report]
language = "zh"
)";

std::string as_json(const Value& value) { return write_json(value, 1); }

TEST(WriteStudy, TomlAndSheetReadBackToTheSameStudy) {
  const LoadedStudy first = load_text(kToml, "");
  ASSERT_EQ(text_of(first.problems), "");
  for (const bool explain : {true, false}) {
    const std::string toml = write_study_toml(first.study, {"study.schema.json", explain});
    const std::string sheet = xlsx_bytes(sheet_document(first.study, known_names()));
    const LoadedStudy again = load_text(toml, sheet, {"a.csv", "b.csv", "c.csv"}, "samples.xlsx");
    ASSERT_EQ(text_of(again.problems), "") << toml;
    EXPECT_EQ(text_of(again.warnings), text_of(first.warnings));
    EXPECT_EQ(as_json(study_value(again.study)), as_json(study_value(first.study))) << toml;
    EXPECT_EQ(write_study_toml(again.study, {"study.schema.json", explain}), toml);
  }
}

TEST(WriteStudy, CommentsExplainAndExamplesAreRight) {
  const LoadedStudy loaded = load_text("", "path,assay,sample\na.csv,nta,S1\n");
  const std::string toml = write_study_toml(loaded.study);
  EXPECT_TRUE(toml.starts_with("#:schema study.schema.json\n# The recipe of a study"));
  EXPECT_NE(toml.find("# Who was blinded to what; empty: not stated.\n# blinded = \"\"\n"), std::string::npos) << toml;
  EXPECT_NE(toml.find("# [[comparison]]\n"), std::string::npos);
  // The examples are TOML once their # is gone.
  std::string plain;
  for (const std::string_view line : split_lines(toml)) {
    if (!line.starts_with("# ")) continue;
    const std::string_view rest = line.substr(2);
    const std::size_t word = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
    if (rest.starts_with("[") || (word != std::string_view::npos && rest.substr(word).starts_with(" = ")))
      plain += std::string(rest) + "\n";
  }
  EXPECT_NO_THROW(read_toml(plain, "examples.toml")) << plain;
}

TEST(WriteStudy, HostileNamesSurvive) {
  const LoadedStudy loaded = load_text("",
                                       "path,assay,sample,condition,attribute:a=b\n"
                                       "a.csv,nta,\"=cmd|'/c calc'!A1\",\"x\"\"y\\\",00123\n"
                                       "b.csv,nta,1E5,'quoted',2.50\n");
  ASSERT_EQ(text_of(loaded.problems), "");
  const std::string sheet = xlsx_bytes(sheet_document(loaded.study, known_names()));
  const LoadedStudy again = load_text(write_study_toml(loaded.study), sheet, {"a.csv", "b.csv"}, "samples.xlsx");
  ASSERT_EQ(text_of(again.problems), "");
  EXPECT_EQ(as_json(study_value(again.study)), as_json(study_value(loaded.study)));
}

TEST(WriteStudy, NotesStandBesideTheirFiles) {
  const LoadedStudy loaded = load_text("", "path,assay,sample\na.csv,nta,S1\nb.csv,nta,S2\n");
  const XlsxDocument document = sheet_document(loaded.study, known_names(), {{"b.csv", "guessed"}});
  const Sheet& sheet = document.sheets[0].sheet;
  EXPECT_EQ(sheet.rows[0].back().text, "note");
  EXPECT_EQ(sheet.rows[1].back().text, "");
  EXPECT_EQ(sheet.rows[2].back().text, "guessed");
}

TEST(StudySchema, HasOnlyKeywordsThatBothDraftsReadAlike) {
  const Value schema = study_schema(known_names());
  const std::string text = as_json(schema);
  for (const char* keyword : {"\"$ref\"", "\"$defs\"", "\"definitions\"", "\"id\": \"", "\"exclusiveMinimum\"",
                              "\"const\"", "\"prefixItems\"", "\"dependencies\"", "\"format\""})
    EXPECT_EQ(text.find(keyword), std::string::npos) << keyword;
  EXPECT_NE(schema.find("properties")->find("settings")->find("properties")->find("nta"), nullptr);
  EXPECT_NE(as_json(sheet_schema(known_names())).find("\"dilution\""), std::string::npos);
}

TEST(StudySchema, KnowsEveryKeyThatTheReaderKnows) {
  // Every section with a key that does not exist: the reader's complaint and the schema's keys must agree.
  const Value properties = *study_schema(known_names()).find("properties");
  for (const auto& [section, schema] : properties.members) {
    if (section == "settings") continue;
    const bool array = schema.find("items") != nullptr;
    const Value& keys = *(array ? *schema.find("items") : schema).find("properties");
    std::string toml = array ? "[[" + section + "]]\n" : "[" + section + "]\n";
    for (const auto& [key, ignored] : keys.members) toml += key + " = \"\"\n";
    const LoadedStudy loaded = load_text(toml, "");
    EXPECT_EQ(text_of(loaded.problems).find("has no key"), std::string::npos) << text_of(loaded.problems);
  }
}

TEST(StudyReference, NamesEverySectionAndColumn) {
  const std::string reference = study_reference();
  for (const char* part :
       {"### `[study]`", "### `[[comparison]]`", "`use_blocks`", "One of `auto`", "| `path` |", "稀释倍数"})
    EXPECT_NE(reference.find(part), std::string::npos) << part;
}

TEST(StudyReference, ChineseCommentsAreChosenWhenWritten) {
  set_language(Language::kChinese);
  EXPECT_NO_THROW(write_study_toml(Study{}));
  EXPECT_NO_THROW(study_schema(known_names()));
  set_language(Language::kEnglish);
}

}  // namespace
}  // namespace vesica
