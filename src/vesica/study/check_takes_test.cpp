// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "vesica/study/study_fixture.h"

namespace vesica {
namespace {

using testing::has;
using testing::load_text;
using testing::text_of;

#define EXPECT_PROBLEM(loaded, place, words) \
  EXPECT_TRUE(has((loaded).problems, place, words)) << text_of((loaded).problems)

/// Two scenarios of a model that gives and takes; the second has `rest`.
LoadedStudy chained(const std::string& rest) {
  return load_text("[[scenario]]\nid = \"a\"\nmodel = \"gel\"\n[[scenario]]\nid = \"b\"\nmodel = \"gel\"\n" + rest, "");
}
LoadedStudy taking(const std::string& rest) { return chained("[[scenario.take]]\n" + rest); }

TEST(StudyTakes, ReadWithPortFound) {
  const LoadedStudy loaded = chained(
      "draws = 200\nvary = { radius_nm = \"lognormal(5, 0.3)\" }\n"
      "[[scenario.take]]\nfrom = \"a\"\nquantity = \"vesicle.concentration\"\ntarget = \"brain\"\n"
      "[[scenario.take]]\nfrom = \"a\"\nquantity = \"vesicle.diameter.mean\"\nport = \"dose\"\ntime_h = 3\n");
  ASSERT_EQ(text_of(loaded.problems), "");
  const Scenario& scenario = loaded.study.scenarios[1];
  EXPECT_EQ(scenario.draws, 200u);
  EXPECT_EQ(scenario.vary.find("radius_nm")->text, "lognormal(5, 0.3)");
  ASSERT_EQ(scenario.takes.size(), 2u);
  EXPECT_EQ(scenario.takes[0].port, "inflow");
  EXPECT_EQ(scenario.takes[0].target, "brain");
  EXPECT_EQ(scenario.takes[1].port, "dose") << "another quantity of the same unit, at a port that is named";
  EXPECT_EQ(scenario.takes[1].time_h, 3);
}

TEST(StudyTakes, NamesAreChecked) {
  const std::string quantity = "quantity = \"vesicle.concentration\"\n";
  EXPECT_PROBLEM(taking(quantity), "study.toml:7:1", "lacks \"from\"");
  EXPECT_PROBLEM(taking("from = \"a\"\n"), "study.toml:7:1", "lacks \"quantity\"");
  EXPECT_PROBLEM(taking("from = \"aa\"\n" + quantity), "study.toml:8:8", "no scenario \"aa\"");
  EXPECT_PROBLEM(taking("from = 3\n" + quantity), "study.toml:8:8", "must be a text");
  EXPECT_PROBLEM(taking("form = \"a\"\n" + quantity), "study.toml:8:8", "Did you mean \"from\"?");
  EXPECT_PROBLEM(taking("from = \"a\"\nquantity = \"vesicle.diameter.sd\"\n"), "study.toml:9:12",
                 "does not predict \"vesicle.diameter.sd\"");
  EXPECT_PROBLEM(taking("from = \"a\"\nport = \"inflw\"\n" + quantity), "study.toml:9:8", "Did you mean \"inflow\"?");
  EXPECT_PROBLEM(taking("from = \"a\"\nquantity = \"vesicle.diameter.mean\"\n"), "study.toml:9:12",
                 "No port of model gel takes");
  EXPECT_PROBLEM(taking("from = \"a\"\ntime_h = 2\n" + quantity), "study.toml:9:10", "not its value at one");
  EXPECT_PROBLEM(taking("from = \"a\"\n" + quantity + "[[scenario.take]]\nfrom = \"a\"\n" + quantity),
                 "study.toml:10:1", "taken twice");
}

TEST(StudyTakes, UnitsMustAgree) {
  EXPECT_PROBLEM(taking("from = \"a\"\nport = \"inflow\"\nquantity = \"vesicle.diameter.mean\"\n"), "study.toml:10:12",
                 "Unit mismatch");
}

TEST(StudyTakes, ModelsThatGiveOrTakeNothing) {
  const std::string spin = "[[scenario]]\nid = \"s\"\nmodel = \"spin\"\n";
  EXPECT_PROBLEM(load_text(spin + "[[scenario]]\nid = \"g\"\nmodel = \"gel\"\n[[scenario.take]]\nfrom = \"s\"\n"
                                  "quantity = \"vesicle.concentration\"\n",
                           ""),
                 "study.toml:8:8", "cannot hand");
  EXPECT_PROBLEM(chained(spin + "[[scenario.take]]\nfrom = \"a\"\nquantity = \"vesicle.concentration\"\n"),
                 "study.toml:10:1", "takes nothing");
}

TEST(StudyTakes, CirclesAndDraws) {
  const std::string take = "quantity = \"vesicle.concentration\"\n";
  EXPECT_PROBLEM(taking("from = \"b\"\n" + take), "study.toml:7:1", "b → b");
  EXPECT_PROBLEM(load_text("[[scenario]]\nid = \"a\"\nmodel = \"gel\"\n[[scenario.take]]\nfrom = \"b\"\n" + take +
                               "[[scenario]]\nid = \"b\"\nmodel = \"gel\"\n[[scenario.take]]\nfrom = \"a\"\n" + take,
                           ""),
                 "study.toml:4:1", "a → b → a");
  EXPECT_PROBLEM(chained("draws = 1\n"), "study.toml:7:9", "makes no interval");
  EXPECT_PROBLEM(chained("draws = 3000000\n"), "study.toml:7:9", "make no interval");
}

TEST(StudyTakes, LongChains) {
  std::string text;
  for (int i = 0; i < 70; ++i) {
    const std::string id = std::to_string(i), next = std::to_string(i + 1);
    text += "[[scenario]]\nid = \"s" + id + "\"\nmodel = \"gel\"\n";
    if (i < 69) text += "[[scenario.take]]\nfrom = \"s" + next + "\"\nquantity = \"vesicle.concentration\"\n";
  }
  EXPECT_PROBLEM(load_text(text, ""), "study.toml:385:1", "More than 64 scenarios");
}

}  // namespace
}  // namespace vesica
