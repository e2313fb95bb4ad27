// SPDX-License-Identifier: Apache-2.0
// The built-in standards: sound files, a complete study in which each change flips exactly the right items, the
// founding bone study, hostile and house rule files.
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/rules/rules_fixture.h"
#include "vesica/rules/text.h"

namespace vesica::rules {
namespace {

std::string read_source(const std::string& name) {
  std::ifstream file(std::string(VESICA_SOURCE_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

using testing::facts_from;
using testing::load_text;
using testing::states_of;

TEST(Standards, BuiltInFilesAreSound) {
  std::vector<Error> problems;
  std::set<std::string> ids;
  for (const RuleText& text : built_in_rules()) {
    const Standard standard = read_standard(text.toml, "rules/" + std::string(text.name) + ".toml", problems);
    EXPECT_EQ(standard.id, text.name);
    EXPECT_FALSE(standard.doi.empty());
    for (const Item& item : standard.items) {
      EXPECT_TRUE(ids.insert(item.id).second) << item.id;
      EXPECT_EQ(item.id.rfind(standard.id + ".", 0), 0U) << item.id;
      EXPECT_NE(item.source.find("10."), std::string::npos) << item.id << " needs a DOI";
      EXPECT_FALSE(item.verified.empty()) << item.id;
    }
  }
  for (const Error& problem : problems) ADD_FAILURE() << problem.what();
  EXPECT_GT(ids.size(), 100U);
}

TEST(Standards, EveryRuleIsThereInChinese) {
  set_language(Language::kChinese);
  const auto has_chinese = [](std::string_view english) {
    return translate(english) != english || english.find_first_of("abcdefghijklmnopqrstuvwxyz") == english.npos;
  };
  for (const Standard& standard : built_in_standards()) {
    EXPECT_TRUE(has_chinese(standard.title)) << standard.title;
    EXPECT_TRUE(standard.about.empty() || has_chinese(standard.about)) << standard.about;
    for (const Item& item : standard.items) {
      EXPECT_TRUE(has_chinese(item.title) && has_chinese(item.asks)) << item.id;
      EXPECT_TRUE(item.clause.size() <= 4 || has_chinese(item.clause)) << item.id;
      for (const Part& part : item.parts) EXPECT_TRUE(has_chinese(part.missing)) << item.id << ": " << part.missing;
      for (const Contradiction& one : item.contradictions) EXPECT_TRUE(has_chinese(one.says)) << item.id;
    }
  }
  set_language(Language::kEnglish);
}

/// Every line that a rule tells a user to write is one that study.toml takes.
TEST(Standards, LinesToWriteAreTakenByTheReader) {
  const std::map<std::string, std::string> needed = {
      {"[[antibody]]", "target = \"x\"\n"},
      {"[[primer]]", "gene = \"x\"\n"},
      {"[[given]]", "to = \"x\"\npreparation = \"x\"\n"},
      {"[[comparison]]", "quantities = [\"vesicle.concentration\"]\nunit = \"animal\"\n"},
      {"[[protocol]]", "id = \"x\"\n"},
      {"[[input]]", "path = \"x\"\nassay = \"nta\"\n"},
      {"[[reported]]", "value = 1\nsource = \"x\"\n"}};
  for (const Standard& standard : built_in_standards()) {
    for (const Item& item : standard.items) {
      for (const Part& part : item.parts) {
        const auto more = needed.find(part.where);
        std::string toml = part.where + "\n" + part.write + "\n";
        const std::string key = part.write.substr(0, part.write.find(' '));
        if (more != needed.end()) {
          for (const std::string_view line : split_lines(more->second))
            if (!line.empty() && line.substr(0, line.find(' ')) != key) toml += std::string(line) + "\n";
        }
        for (const Error& problem : load_text(toml).problems) {
          const std::string what = problem.what();
          const bool about_form =
              what.find("no key") != std::string::npos || what.find("must be") != std::string::npos ||
              what.find("no section") != std::string::npos || what.find("lacks") != std::string::npos ||
              what.find("expected") != std::string::npos || what.find("TOML") != std::string::npos;
          EXPECT_FALSE(about_form) << item.id << ": " << what << "\n" << toml;
        }
      }
    }
  }
}

TEST(Standards, CompleteStudyHasEverything) {
  for (const auto& [item, state] : states_of(facts_from(read_source("tests/rules/complete.toml"))))
    EXPECT_EQ(state, "present") << item;
}

/// Removes or replaces the one line that begins so; a line that begins with [[ takes its block along.
std::string changed(const std::string& toml, const std::string& beginning, const std::string& with) {
  std::string out;
  int found = 0;
  bool skipping = false;
  for (const std::string_view line : split_lines(toml)) {
    if (skipping && !line.empty()) continue;
    skipping = false;
    if (!line.starts_with(beginning)) {
      out += std::string(line) + "\n";
      continue;
    }
    ++found;
    skipping = beginning.starts_with("[[");
    if (!with.empty()) out += with + "\n";
  }
  EXPECT_EQ(found, 1) << beginning;
  return out;
}

TEST(Standards, EachChangeFlipsExactlyTheRightItems) {
  const std::string complete = read_source("tests/rules/complete.toml");
  const std::map<std::string, std::string> before = states_of(facts_from(complete));
  std::set<std::string> flipped, reporting;
  const std::string mutations = read_source("tests/rules/mutations.tsv");
  for (const std::string_view line : split_lines(mutations)) {
    if (line.empty() || line[0] == '#' || line.starts_with("line\t")) continue;
    const auto cells = split(line, '\t');
    ASSERT_EQ(cells.size(), 3U) << line;
    reporting.insert(std::string(cells[0].substr(0, cells[0].find(' '))));
    std::map<std::string, std::string> wanted;
    for (const std::string_view item : split(cells[2], ' ')) {
      if (item.empty()) continue;
      const auto equals = item.find('=');
      wanted[std::string(item.substr(0, equals))] =
          equals == std::string_view::npos ? "absent" : std::string(item.substr(equals + 1));
    }
    std::map<std::string, std::string> seen;
    for (const auto& [item, state] :
         states_of(facts_from(changed(complete, std::string(cells[0]), std::string(cells[1]))))) {
      if (state == before.at(item)) continue;
      seen[item] = state.substr(0, state.find('/'));
      flipped.insert(item);
    }
    EXPECT_EQ(seen, wanted) << line;
  }
  for (const std::string& key : vocabulary().tables.find("reporting")->second)
    EXPECT_EQ(reporting.count(key), 1U) << key << " is in no line of mutations.tsv";
  for (const auto& [item, state] : before) {
    if (item == "miqe.1" || item == "misev2023.13") continue;  // two groups and two proteins of the membrane: see below
    EXPECT_EQ(flipped.count(item), 1U) << item << " never flips";
  }
}

TEST(Standards, ItemsThatTwoFactsHoldFlipWhenBothGo) {
  const std::string complete = read_source("tests/rules/complete.toml");
  std::string toml = changed(complete, "target = \"CD63\"", "target = \"OPN\"");
  toml = changed(toml, "target = \"CD9\"", "target = \"OPN\"");
  EXPECT_EQ(states_of(facts_from(toml)).at("misev2023.13"), "absent");
  EXPECT_EQ(states_of(facts_from(complete + "\n[[condition]]\nid = \"C\"\n")).at("miqe.1"), "present");
  EXPECT_EQ(states_of(facts_from("[reporting]\nqpcr_sample = \"cells\"\n")).at("miqe.1"), "absent");
}

TEST(Standards, ContradictionsThatNeedTwoChanges) {
  const std::string complete = read_source("tests/rules/complete.toml");
  const auto states =
      states_of(facts_from(complete + "\n[[exclude]]\nmatch = { sample = \"rat-1\" }\nreason = \"lost\"\n"));
  EXPECT_EQ(states.at("arrive.3b"), "contradictory");
  std::string toml = changed(complete, "term = ", "term = \"pure small EVs\"");
  toml = changed(toml, "result = \"not detected\"", "result = \"detected\"");
  EXPECT_EQ(states_of(facts_from(toml)).at("misev2023.15"), "contradictory");
}

TEST(Standards, NothingAppliesToAStudyWithoutVesicles) {
  const auto states = states_of(facts_from("[study]\ntitle = \"Sleep\"\n[[condition]]\nid = \"drug\"\n"));
  for (const auto& [item, state] : states) EXPECT_EQ(state, "not_applicable") << item;
}

TEST(Standards, PlannedInputsCountUntilSomethingIsMeasured) {
  const std::string toml =
      "[[condition]]\nid = \"A\"\n[[input]]\npath = \"a.csv\"\nassay = \"nta\"\nsample = \"EV\"\ncondition = \"A\"\n";
  const LoadedStudy loaded = load_text(toml);
  ASSERT_TRUE(loaded.ok());
  const std::vector<AssayAbility> assays = {{"nta", {"vesicle.concentration", "vesicle.diameter.mean"}}};
  const auto state = [&](const ObservationTable& rows) {
    return states_of(facts_of(loaded.study, rows, assays)).at("misev2023.10");
  };
  EXPECT_EQ(state({}), "present");
  ObservationTable rows;
  Observation row;
  row.quantity = "vesicle.diameter.mean";
  row.sample = "EV";
  row.value = 120;
  row.origin = Origin::kMeasured;
  rows.add(row);
  EXPECT_EQ(state(rows), "absent") << "measured, and no concentration came out";
  row.quantity = "vesicle.concentration";
  row.value = std::numeric_limits<double>::quiet_NaN();
  rows.add(row);
  EXPECT_EQ(state(rows), "absent") << "a status is no number";
  row.value = 1e10;
  rows.add(row);
  EXPECT_EQ(state(rows), "present");
}

/// What characterisation notes found by reading the founding bone study: 3 and 9 met, 7 and 8 partial, 4 unclear, 1, 2,
/// 5, 6 not met.
TEST(Standards, FoundingBoneStudyHasItsKnownGaps) {
  // Settings of models are unknown here; they say nothing about reporting.
  const Facts facts = facts_of(load_text(read_source("tests/studies/bone_defect_isolation/study.toml")).study, {}, {});
  const auto states = states_of(facts);
  const std::map<std::string, std::string> wanted = {{"1", "absent"},         {"2", "absent"},        {"3", "present"},
                                                     {"4", "absent/unclear"}, {"5", "absent"},        {"6", "absent"},
                                                     {"7", "absent/partly"},  {"8", "absent/partly"}, {"9", "present"}};
  for (const auto& [clause, state] : wanted) EXPECT_EQ(states.at("ev_metric." + clause), state) << clause;
  for (const Standard& standard : built_in_standards()) {
    if (standard.id != "ev_metric") continue;
    const StandardResult result = check(standard, facts);
    EXPECT_EQ(result.applicable(), 9U);
    EXPECT_NEAR(result.percent(), 100.0 * 2 / 9, 1e-12);
    const std::string text = text_of({result}, 100, false);
    EXPECT_NE(text.find("TSG101"), std::string::npos) << text;
    EXPECT_NE(text.find("the rotor (uc step 4, uc step 5)"), std::string::npos) << text;
    const auto sheets = filled_sheets(result, facts);
    ASSERT_EQ(sheets.size(), 2U);
    EXPECT_NE(sheets[1].bytes.find("CD63; TSG101"), std::string::npos) << sheets[1].bytes;
    EXPECT_EQ(sheets[0].bytes, filled_sheets(result, facts)[0].bytes);
  }
  // Further gaps of its sections 2.3 and 2.4: no particles per mL, no protein, no ratio, no settings, no dose, no dye
  // alone.
  for (const char* item : {"10", "11", "12", "15", "19", "20", "23"})
    EXPECT_EQ(states.at("misev2023." + std::string(item)).substr(0, 6), "absent") << item;
}

constexpr const char* kHouse = R"toml(
[standard]
id = "our_lab"
title = "What our lab writes down"
[lists]
rotors = ["SW 32 Ti"]
[[item]]
id = "our_lab.1"
clause = "1"
title = "Our rotor"
asks = "Spins in our rotor."
severity = "should"
source = "house rule"
wording_verified = true
verified = "our own"
[[item.part]]
test = 'all(step, in(rotor, "rotors"))'
missing = "our rotor"
where = "[[protocol]]"
write = 'steps = [{ rotor = "SW 32 Ti" }]'
)toml";

TEST(Standards, HouseRulesNeedNoProgramming) {
  std::vector<Error> problems;
  const auto chosen = choose_standards({{"rules/our_lab.toml", kHouse}}, {"our_lab"}, problems);
  ASSERT_TRUE(problems.empty()) << problems[0].what();
  ASSERT_EQ(chosen.size(), 1U);
  const Facts facts = facts_from(
      "[[protocol]]\nid = \"uc\"\nsteps = [{ rcf_g = 1e5, rotor = \"SW 32 Ti\" }, { rcf_g = 1e5, rotor = \"SW 28\" "
      "}]\n");
  const StandardResult result = check(chosen[0], facts);
  ASSERT_EQ(result.items.size(), 1U);
  EXPECT_EQ(result.items[0].state, State::kAbsent);
  EXPECT_EQ(result.musts_open, 0U);
  EXPECT_EQ(missing_words(result.items[0].parts[0]), "our rotor (uc step 2)");
}

TEST(Standards, WrongRuleFilesSayWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {replace_all(kHouse, "severity = \"should\"", "severity = \"shall\""), "\"severity\" cannot be \"shall\""},
      {replace_all(kHouse, "test = ", "tets = "), "Did you mean \"test\"?"},
      {replace_all(kHouse, "in(rotor", "in(roter"), "Did you mean \"rotor\"?"},
      {replace_all(kHouse, "clause = \"1\"", "clause = 1"), "must be a text"},
      {replace_all(kHouse, "id = \"our_lab\"", "id = \"../lab\""), "letters, digits"},
      {replace_all(kHouse, "[[item.part]]", "[[item.parts]]"), "tests nothing"},
      {replace_all(kHouse, "wording_verified = true\n", ""), "lacks \"wording_verified\""},
      {replace_all(kHouse, "rotors = [\"SW 32 Ti\"]", "rotors = 3"), "list of texts"},
      {std::string(kHouse) + std::string(kHouse).substr(std::string(kHouse).find("[[item]]")), "Two items"},
      {"item = 3\n[standard]\nid = \"x\"\ntitle = \"x\"\n", "list of at most"},
      {"", "lacks \"standard\""},
      {"[standard\n", "house.toml:1"},
      {std::string(kMaxRuleBytes + 1, '#'), "at most"},
  };
  for (const auto& [toml, part] : cases) {
    std::vector<Error> problems;
    read_standard(toml, "house.toml", problems);
    ASSERT_FALSE(problems.empty()) << part;
    std::string all;
    for (const Error& problem : problems) all += std::string(problem.what()) + "\n";
    EXPECT_NE(all.find(part), std::string::npos) << all;
    EXPECT_EQ(all.rfind("house.toml", 0), 0U) << all;
  }
  std::vector<Error> problems;
  choose_standards({{"mine.toml", replace_all(kHouse, "our_lab", "miqe")}}, {}, problems);
  EXPECT_FALSE(problems.empty());
  EXPECT_THROW(choose_standards({}, {"ev_metrik"}, problems), Error);
}

}  // namespace
}  // namespace vesica::rules
