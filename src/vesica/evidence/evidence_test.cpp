// SPDX-License-Identifier: Apache-2.0
#include "vesica/evidence/evidence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/evidence/table_reader.h"
#include "vesica/evidence/water.h"

namespace vesica {
namespace {

constexpr std::string_view kSchema =
    "table\tcolumn\ttype\trequired\tunit\tmeaning\n"
    "parameters\tid\tid\tyes\t\t\nparameters\tsymbol\ttext\tno\t\t\nparameters\tvalue\tnumber\tyes\t\t\n"
    "parameters\tlow\tnumber\tno\t\t\nparameters\thigh\tnumber\tno\t\t\n"
    "parameters\tdistribution\tword:uniform|loguniform|normal|lognormal\tno\t\t\nparameters\tunit\tunit\tyes\t\t\n"
    "parameters\tmeaning\ttext\tyes\t\t\nparameters\tsystem\ttext\tno\t\t\nparameters\tsource\ttext\tyes\t\t\n"
    "parameters\tdoi\tdoi\tno\t\t\nparameters\tknown\tword:read|in_code|second_hand|recalled|derived\tyes\t\t\n"
    "parameters\tnote\ttext\tno\t\t\n";
constexpr std::string_view kHeader =
    "id\tsymbol\tvalue\tlow\thigh\tdistribution\tunit\tmeaning\tsystem\tsource\tdoi\tknown\tnote\n";

std::vector<Error> problems_of(const std::string& row) {
  const std::string text = std::string(kHeader) + "good\t\t1\t\t\t\tnm\tm\t\ts\t\tread\t\n" + row;
  std::vector<Error> problems;
  const Evidence read = read_evidence({{"schema", kSchema}, {"parameters", text}}, problems);
  EXPECT_EQ(read.parameters.size(), problems.empty() ? 2u : 1u);
  return problems;
}

TEST(Evidence, BuiltInTablesKeepTheirSchema) {
  std::vector<Error> problems;
  const Evidence read = read_evidence(built_in_tables(), problems);
  for (const Error& problem : problems) ADD_FAILURE() << problem.what();
  // Every line is a row: nothing was dropped in silence.
  const std::map<std::string_view, std::size_t> rows = {
      {"parameters", read.parameters.size()}, {"rotors", read.rotors.size()},
      {"physiology", read.physiology.size()}, {"results", read.results.size()},
      {"mechanisms", read.mechanisms.size()}, {"conflicts", read.conflicts.size()},
      {"names", read.names.size()},           {"outcomes", read.outcomes.size()}};
  for (const EvidenceText& text : built_in_tables()) {
    const auto lines = static_cast<std::size_t>(std::count(text.tsv.begin(), text.tsv.end(), '\n')) - 1;
    if (text.table != "schema") {
      EXPECT_EQ(rows.at(text.table), lines) << text.table;
    }
  }
  EXPECT_EQ(read.mechanisms.size(), 180u);
}

TEST(Evidence, CountsOfTheMechanismLinks) {
  std::map<std::string, int> relations;
  for (const MechanismRow& row : evidence().mechanisms) ++relations[row.relation];
  EXPECT_EQ(relations["activates"], 107);
  EXPECT_EQ(relations["inhibits"], 63);
  EXPECT_EQ(relations["binds"], 2);
  EXPECT_EQ(relations["unsigned"], 8);
}

TEST(Evidence, ProblemsNameFileLineAndColumn) {
  const auto number = problems_of("a\t\tx1\t\t\t\tnm\tm\t\ts\t\tread\t\n");
  ASSERT_EQ(number.size(), 1u);
  EXPECT_EQ(number[0].where().file, "evidence/parameters.tsv");
  EXPECT_EQ(number[0].where().line, 3);
  EXPECT_EQ(number[0].where().column, 3);
  EXPECT_NE(number[0].message().find("x1"), std::string::npos);

  EXPECT_EQ(problems_of("a\t\t1\t\t\t\tnmm\tm\t\ts\t\tread\t\n").size(), 1u) << "unit";
  EXPECT_EQ(problems_of("a\t\t1\t\t\t\tnm\tm\t\ts\thttps://doi.org/10.1/x\tread\t\n").size(), 1u) << "doi";
  const auto word = problems_of("a\t\t1\t\t\t\tnm\tm\t\ts\t\trecaled\t\n");
  ASSERT_EQ(word.size(), 1u);
  EXPECT_NE(word[0].hint().find("recalled"), std::string::npos);
  EXPECT_EQ(problems_of("good\t\t1\t\t\t\tnm\tm\t\ts\t\tread\t\n").size(), 1u) << "id twice";
  EXPECT_EQ(problems_of("a\t\t1\t2\t3\t\tnm\tm\t\ts\t\tread\t\n").size(), 1u) << "value outside range";
  EXPECT_EQ(problems_of("a\t\t1\t0\t\t\tnm\tm\t\ts\t\tread\t\n").size(), 1u) << "half a range";
  EXPECT_EQ(problems_of("a\t\t1\t\t\t\tnm\t\t\ts\t\tread\t\n").size(), 1u) << "required cell empty";
  EXPECT_EQ(problems_of("a\t\t1\t\t\t\tnm\tm\t\ts\t\tread\t\tmore\n").size(), 1u) << "too many cells";
  EXPECT_TRUE(problems_of("a\t\t1\t0\t2\t\tnm\tm\t\ts\t10.1038/srep17319\tread\t\n").empty());
}

TEST(Evidence, MissingColumnAndUnknownTable) {
  std::vector<Error> problems;
  read_evidence({{"schema", kSchema}, {"parameters", "id\tvalue\na\t1\n"}}, problems);
  EXPECT_EQ(problems.size(), 11u);
  problems.clear();
  read_evidence({{"schema", kSchema}, {"rotors", "id\na\n"}}, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].hint().find("schema.tsv"), std::string::npos);
  problems.clear();
  read_evidence({{"schema", kSchema}, {"parameters", ""}}, problems);
  EXPECT_FALSE(problems.empty());
}

TEST(Evidence, DoiForm) {
  EXPECT_TRUE(evidence_detail::is_doi("10.1016/0168-3659(87)90034-4"));
  for (const char* bad : {"", "10.1038", "10.1038/", "doi:10.1038/x", "10.12/x", "10.1038/a b", "10.1o38/x"}) {
    EXPECT_FALSE(evidence_detail::is_doi(bad)) << bad;
  }
}

TEST(Evidence, FindsParameterAndResult) {
  const ParameterRow* density = find_parameter("vesicle.density");
  ASSERT_NE(density, nullptr);
  EXPECT_EQ(density->value, 1.15);
  EXPECT_EQ(density->unit, "g/mL");
  EXPECT_EQ(find_parameter("vesicle.densty"), nullptr);
  ASSERT_NE(find_result("bone_study.nta_mean"), nullptr);
  EXPECT_EQ(find_result("bone_study.nta_mean")->value, 185.3);
}

TEST(Evidence, RotorsByAnySpelling) {
  for (const char* name : {"Type 45 Ti", "45Ti", "45 ti", "type_45_ti", "Beckman Type 45 Ti", "BECKMAN 45-TI"}) {
    EXPECT_EQ(find_rotor(name).id, "type_45_ti") << name;
  }
  EXPECT_EQ(find_rotor("SW32").id, "sw_32_ti");
  EXPECT_EQ(find_rotor("SW 32.1 Ti").id, "sw_32_1_ti");
  EXPECT_EQ(find_rotor("Type 70.1 Ti").id, "type_70_1_ti");
  try {
    find_rotor("SW 38 Tii", Place{"study.toml", 12, 9, ""});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where().line, 12);
    EXPECT_NE(error.hint().find("Did you mean SW"), std::string::npos) << error.hint();
    EXPECT_NE(error.message().find("SW 38 Tii"), std::string::npos);
  }
  EXPECT_THROW(find_rotor(""), Error);
}

TEST(Evidence, NoTwoRotorsShareASpelling) {
  std::set<std::string> seen;
  for (const RotorRow& rotor : evidence().rotors) {
    for (const std::string& spelling : rotor.aliases) {
      EXPECT_EQ(find_rotor(spelling).id, rotor.id) << spelling;
      EXPECT_TRUE(seen.insert(spelling).second) << spelling;
    }
    EXPECT_EQ(find_rotor(rotor.name).id, rotor.id);
  }
}

TEST(Evidence, MislabelledRotorIsRefused) {
  // What a public database calls "45 Ti" at 30 degrees: the radii do not carry the published 235,000 g at 45,000 rpm.
  std::vector<Error> problems;
  std::vector<EvidenceText> tables = built_in_tables();
  std::string text;
  for (EvidenceText& table : tables) {
    if (table.table != "rotors") continue;
    text = std::string(table.tsv) +
           "wrong\tType 45 Ti wrong\t\tfixed_angle\t30\t45000\t104\t113\t108.5\t\t\t235000\trecalled\tx\t\tin_code\t\n";
    table.tsv = text;
  }
  read_evidence(tables, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message().find("does not follow"), std::string::npos);
}

TEST(Evidence, SearchRanksIdsFirst) {
  const auto hits = search_evidence("vesicle density");
  ASSERT_GE(hits.size(), 2u);
  EXPECT_EQ(hits[0].row->id, "vesicle.density");
  for (std::size_t i = 1; i < hits.size(); ++i) EXPECT_GE(hits[i - 1].score, hits[i].score);
  EXPECT_EQ(search_evidence("VESICLE Density")[0].row->id, "vesicle.density");
  EXPECT_EQ(search_evidence("45Ti")[0].row->id, "type_45_ti");
  EXPECT_FALSE(search_evidence("miR-124").empty());
  EXPECT_EQ(search_evidence("miR-124")[0].table, "mechanisms");
  EXPECT_EQ(search_evidence("vesicle", 3).size(), 3u);
  EXPECT_TRUE(search_evidence("no such words at all").empty());
  const Evidence& all = evidence();
  EXPECT_EQ(search_evidence("").size(), all.parameters.size() + all.rotors.size() + all.physiology.size() +
                                            all.results.size() + all.mechanisms.size() + all.conflicts.size() +
                                            all.names.size() + all.outcomes.size());
}

TEST(Evidence, EveryRowSaysWhoAndHow) {
  for (const EvidenceHit& hit : search_evidence("")) {
    EXPECT_FALSE(hit.row->source.empty()) << hit.row->id;
    EXPECT_FALSE(hit.headline.empty()) << hit.row->id;
    EXPECT_GT(hit.row->place.line, 1) << hit.row->id;
  }
}

TEST(Water, PublishedViscosities) {
  // Kestin 1978 Table: 1.002 at 20 °C by definition, 0.8903 at 25 °C, 0.6527 at 40 °C (recommended values), and 1.55 at
  // the 4 to 5 °C at which the rotor tables of Livshits 2015 must have been made.
  EXPECT_DOUBLE_EQ(water_viscosity_mpa_s(20), 1.002);
  EXPECT_NEAR(water_viscosity_mpa_s(25), 0.8903, 5e-4);
  EXPECT_NEAR(water_viscosity_mpa_s(37), 0.6913, 5e-4);
  EXPECT_NEAR(water_viscosity_mpa_s(40), 0.6530, 5e-4);
  EXPECT_NEAR(water_viscosity_mpa_s(4.4), 1.55, 0.005);
  // IAPWS R12-08, water at 0.1 MPa.
  EXPECT_NEAR(water_viscosity_mpa_s(25), 0.8900, 3e-4);
  EXPECT_NEAR(water_viscosity_mpa_s(30), 0.7972, 3e-4);
  EXPECT_NEAR(water_viscosity_mpa_s(40), 0.6527, 3e-4);
  EXPECT_TRUE(std::isnan(water_viscosity_mpa_s(-20)));
  EXPECT_TRUE(std::isnan(water_viscosity_mpa_s(200)));
  EXPECT_TRUE(std::isnan(water_viscosity_mpa_s(std::nan(""))));
}

}  // namespace
}  // namespace vesica
