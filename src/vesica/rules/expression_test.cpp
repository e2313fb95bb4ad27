// SPDX-License-Identifier: Apache-2.0
// The language of rules: what it answers, what it refuses and where, bounds against hostile files.
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/rules/check.h"
#include "vesica/rules/rules_fixture.h"

namespace vesica::rules {
namespace {

const WordLists kLists = {{"ev", {"CD63", "TSG101", "CD9", "PDCD6IP"}}};
const Place kWhere = {"house.toml", 7, 10, ""};

bool holds(const std::string& text, const Facts& facts) { return parse_expression(text, kLists, kWhere).holds(facts); }

std::string error_of(const std::string& text) {
  try {
    parse_expression(text, kLists, kWhere);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

constexpr const char* kToml = R"toml(
[study]
randomised = "rats to groups"
[reporting]
medium = "alpha-MEM"
storage_c = -80
ev_density = "1.09 to 1.12 g/mL"
[[condition]]
id = "A"
[[sample]]
id = "donor"
kind = "donor"
attributes = { passage = 3 }
[[sample]]
id = "EV-1"
kind = "preparation"
parent = "donor"
condition = "A"
[[sample]]
id = "EV-2"
kind = "preparation"
condition = "A"
attributes = { passage = 4, storage_c = -20 }
[[antibody]]
target = "CD63"
dilution = "1:1000"
catalogue = "ab271286"
[[antibody]]
target = "anti-Alix (PDCD6IP)"
dilution = "1:500"
[[antibody]]
target = "CD-63"
used_for = "Western blot"
[[protocol]]
id = "uc"
steps = [{ rcf_g = 300, minutes = 10 }, { rcf_g = 100000, minutes = 70, rotor = "SW 32 Ti" }]
[[reported]]
quantity = "vesicle.diameter.mean"
value = 185.3
source = "paper"
)toml";

TEST(RuleExpression, AnswersWhatTheStudySays) {
  const Facts facts = testing::facts_from(kToml);
  EXPECT_TRUE(holds("study.randomised", facts));
  EXPECT_FALSE(holds("study.blinded", facts));
  EXPECT_TRUE(holds("has(\"reporting.medium\") and not has(reporting.serum)", facts));
  EXPECT_TRUE(holds("count(antibody) == 3 and count(step, rcf_g >= 1000) == 1", facts));
  EXPECT_TRUE(holds("has(\"antibody.target\") and not has(\"antibody.dilution\")", facts));
  EXPECT_TRUE(holds("distinct(antibody, target, in(target, ev)) == 2", facts)) << "CD-63 is CD63; Alix is PDCD6IP";
  EXPECT_TRUE(holds("any(antibody, contains(used_for, \"blot\"))", facts));
  EXPECT_FALSE(holds("all(antibody, dilution)", facts));
  EXPECT_FALSE(holds("all(given, amount)", facts)) << "nothing is no all";
  EXPECT_TRUE(holds("all(step, rcf_g < 40000 or rotor)", facts));
  EXPECT_FALSE(holds("has(\"protocol.steps.rotor\")", facts));
  EXPECT_TRUE(holds("number(reporting.ev_density) > 1.08 and number(reporting.ev_density) < 1.1", facts));
  EXPECT_TRUE(holds("begins(reporting.medium, \"ALPHA\")", facts));
  EXPECT_TRUE(holds("measured(vesicle.diameter.mean) and measured(\"vesicle.diameter.*\")", facts));
  EXPECT_FALSE(holds("measured(\"vesicle.concentration\") or role(dye_only) or assay(nta)", facts));
  EXPECT_TRUE(holds("value(vesicle.diameter.mean) == \"185.3 nm\"", facts));
  EXPECT_TRUE(holds("join(antibody, catalogue, true) == \"ab271286\"", facts));
  EXPECT_TRUE(holds("true or false and false", facts)) << "and binds more closely";
  EXPECT_FALSE(holds("not (true or false)", facts));
}

TEST(RuleExpression, AttributesAreInheritedAndStatedFactsMustAgree) {
  const Facts facts = testing::facts_from(kToml);
  EXPECT_TRUE(holds("attribute(\"preparation\", \"passage\")", facts)) << "EV-1 has its donor's";
  EXPECT_TRUE(holds("stated(passage)", facts));
  EXPECT_FALSE(holds("attribute(preparation, storage_c)", facts));
  Remarks remarks;
  EXPECT_TRUE(parse_expression("stated(storage_c)", kLists, kWhere).holds(facts, &remarks));
  ASSERT_EQ(remarks.conflicts.size(), 1U);
  EXPECT_NE(remarks.conflicts[0].find("EV-2"), std::string::npos);
  parse_expression("all(antibody, dilution)", kLists, kWhere).holds(facts, &remarks);
  ASSERT_EQ(remarks.failing.size(), 1U);
  EXPECT_EQ(remarks.failing[0], "CD-63");
}

TEST(RuleExpression, RefusesWhatDoesNotExistWithPlaceAndHint) {
  const std::pair<const char*, const char*> cases[] = {
      {"reporting.medum", "Did you mean \"medium\"?"},
      {"reportin.medium", "Did you mean \"reporting\"?"},
      {"hass(\"reporting.medium\")", "Did you mean \"has\"?"},
      {"any(antibodies, target)", "Did you mean \"antibody\"?"},
      {"any(antibody, clon)", "Did you mean \"clone\"?"},
      {"count(antibody, in(target, \"evs\"))", "no list \"evs\""},
      {"measured(\"vesicle.diameter.men\")", "Did you mean \"vesicle.diameter.mean\"?"},
      {"stated(\"storagec\")", "Did you mean \"storage_c\"?"},
      {"target", "no word of the language"},
      {"has(\"medium\")", "names no key"},
      {"true true", "should end"},
      {"(true", "\")\" is missing"},
      {"true and", "ends where"},
      {"any(antibody)", "needs 2 arguments"},
      {"count(antibody, true, true)", "at most 2"},
      {"\"open", "does not end"},
      {"1.2.3", "no number"},
      {"true & false", "means nothing"},
      {"= 3", "means nothing"},
      {"", "ends where"},
  };
  for (const auto& [text, part] : cases) {
    const std::string found = error_of(text);
    EXPECT_NE(found.find(part), std::string::npos) << text << ": " << found;
    EXPECT_EQ(found.rfind("house.toml:7:", 0), 0U) << found;
  }
  EXPECT_NE(error_of("true and reporting.medum").find("house.toml:7:29"), std::string::npos)
      << error_of("true and reporting.medum");
}

TEST(RuleExpression, IsBounded) {
  EXPECT_NE(error_of(std::string(kMaxExpression + 1, ' ')).find("characters"), std::string::npos);
  EXPECT_NE(error_of(std::string(1500, '(')).find("deep"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 400; ++i) nots += "not ";
  EXPECT_NE(error_of(nots + "true").find("deep"), std::string::npos);
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "any(step,";
  EXPECT_NE(error_of(nested).find("deep"), std::string::npos);
  std::string chain = "1";
  for (int i = 0; i < 450; ++i) chain += " or 1";
  const std::string found = error_of(chain);
  EXPECT_TRUE(found.find("characters") != std::string::npos || found.find("parts") != std::string::npos) << found;
}

/// What the fuzz target does at length: cut, doubled and changed bytes of real expressions are answered or refused.
TEST(RuleExpression, SurvivesChangedBytes) {
  const Facts facts = testing::facts_from(kToml);
  const std::string seeds[] = {"distinct(antibody, target, in(target, \"ev\") and on != \"cells\") >= 3",
                               "stated(\"storage_c\") or has(\"protocol.steps.rotor\") and not reporting.medium",
                               "any(step, rcf_g >= 4e4) and begins(reporting.serum, \"none\", 'no')"};
  std::uint64_t state = 1;
  const auto random = [&](std::size_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  std::size_t answered = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string text = seeds[random(3)];
    for (std::size_t change = 0; change <= random(4); ++change) {
      const std::size_t at = random(text.size());
      if (random(3) == 0) {
        text[at] = static_cast<char>(random(256));
      } else if (random(2) == 0) {
        text.erase(at, 1 + random(5));
      } else {
        text.insert(at, text.substr(random(text.size()), 1 + random(9)));
      }
      if (text.empty()) text = "x";
    }
    try {
      static_cast<void>(parse_expression(text, kLists, kWhere).answer(facts).shown());
      ++answered;
    } catch (const Error& error) {
      ASSERT_TRUE(is_valid_utf8(error.what())) << text;
    }
  }
  EXPECT_GT(answered, 20U);
}

TEST(RuleExpression, NumbersInTexts) {
  EXPECT_EQ(Answer::of(std::string("-80 °C")).as_number(), -80);
  EXPECT_EQ(Answer::of(std::string("1.09 to 1.12")).as_number(), 1.09);
  EXPECT_EQ(Answer::of(std::string("about 2e9 per mL")).as_number(), 2e9);
  EXPECT_EQ(Answer::of(std::string("5-10")).as_number(), 5);
  EXPECT_TRUE(std::isnan(Answer::of(std::string("none")).as_number()));
}

}  // namespace
}  // namespace vesica::rules
