// SPDX-License-Identifier: Apache-2.0
// Explanations over small tables whose paths, signs and counts are worked out by hand.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/explain/explain_testing.h"
#include "vesica/explain/text.h"

namespace vesica::explain {
namespace {

using testing::Tables;

std::vector<std::string> paths_of(const Explanation& e) {
  std::vector<std::string> out;
  for (const Path& path : e.found.paths) out.push_back(path_text(e.graph, path));
  return out;
}

const Path& path_called(const Explanation& e, const std::string& text) {
  for (const Path& path : e.found.paths) {
    if (path_text(e.graph, path) == text) return path;
  }
  ADD_FAILURE() << "no path " << text;
  return e.found.paths.front();
}

TEST(Explain, SignOfAPathIsTheProductOfItsSigns) {
  EXPECT_EQ(Sign::kLowers * Sign::kLowers, Sign::kRaises);
  EXPECT_EQ(Sign::kRaises * Sign::kLowers, Sign::kLowers);
  EXPECT_EQ(Sign::kUnsigned * Sign::kLowers, Sign::kUnsigned);
  Tables t;
  t.row("a", "cell one", "miR-1", "inhibits", "B");
  t.row("b", "n/a", "B", "inhibits", "C");
  t.row("c", "n/a", "C", "inhibits", "D");
  t.row("d", "n/a", "D", "binds", "E");
  const Explanation c = t.explain({.from = "miR-1", .to = "C"});
  EXPECT_EQ(paths_of(c), (std::vector<std::string>{"miR-1 ⊣ B ⊣ C"}));
  EXPECT_EQ(c.found.paths[0].sign, Sign::kRaises);
  EXPECT_EQ(t.explain({.from = "miR-1", .to = "D"}).found.paths[0].sign, Sign::kLowers);
  EXPECT_EQ(t.explain({.from = "miR-1", .to = "E"}).found.paths[0].sign, Sign::kUnsigned);
}

TEST(Explain, EffectsAreReadThroughTheTarget) {
  Tables t;
  t.outcome("death lower", "death", "lower");
  t.outcome("vessels higher", "vessels", "higher");
  t.outcome("vessels perhaps", "vessels", "unsigned");
  t.row("a", "cell one", "miR-1", "inhibits", "B", "death lower");       // B → death
  t.row("b", "cell one", "miR-1", "inhibits", "C", "vessels higher");    // C ⊣ vessels
  t.row("c", "cell one", "miR-1", "activates", "D", "vessels perhaps");  // D – vessels
  const Explanation e = t.explain({.from = "miR-1"});
  EXPECT_EQ(paths_of(e).size(), 3u);
  EXPECT_EQ(path_called(e, "miR-1 ⊣ B → death").sign, Sign::kLowers);
  EXPECT_EQ(path_called(e, "miR-1 ⊣ C ⊣ vessels").sign, Sign::kRaises);
  EXPECT_EQ(path_called(e, "miR-1 → D –?– vessels").sign, Sign::kUnsigned);
}

TEST(Explain, OppositeSpellingsTurnTheSign) {
  Tables t;
  t.names.push_back(Tables::name("p62", "molecule", "p62"));
  t.names.back().opposites = {"p62 ubiquitination"};
  t.row("a", "cell one", "miR-1", "activates", "p62 ubiquitination");
  const Explanation e = t.explain({.from = "miR-1", .to = "p62"});
  EXPECT_EQ(e.found.paths.at(0).sign, Sign::kLowers);
}

TEST(Explain, CirclesEndAndDiamondsAreBothSides) {
  Tables t;
  t.row("a", "cell one", "miR-1", "activates", "B");
  t.row("b", "n/a", "B", "activates", "C");
  t.row("c", "n/a", "C", "inhibits", "B");   // B and C in a circle
  t.row("d", "n/a", "C", "activates", "B");  // the other sign beside it
  t.row("e", "n/a", "C", "activates", "G");
  t.row("f", "n/a", "B", "inhibits", "G");
  const Explanation e = t.explain({.from = "miR-1", .to = "G"});
  ASSERT_EQ(paths_of(e), (std::vector<std::string>{"miR-1 → B ⊣ G", "miR-1 → B → C → G"}));
  EXPECT_EQ(e.found.paths[0].sign, Sign::kLowers);
  EXPECT_EQ(e.found.paths[1].sign, Sign::kRaises);
  EXPECT_EQ(paths_of(t.explain({.from = "miR-1", .to = "G", .longest = 2})).size(), 1u);
  EXPECT_TRUE(t.explain({.from = "G", .to = "miR-1"}).found.paths.empty());
}

TEST(Explain, TwoSignsBetweenTheSameTwoAreTwoPaths) {
  Tables t;
  t.row("a", "cell one", "miR-1", "activates", "B");
  t.row("b", "cell two", "miR-1", "inhibits", "B");
  const Explanation e = t.explain({.from = "miR-1", .to = "B"});
  EXPECT_EQ(paths_of(e), (std::vector<std::string>{"miR-1 → B", "miR-1 ⊣ B"}));
  ASSERT_EQ(e.opposites.size(), 1u);
  EXPECT_EQ(e.opposites[0].raises.at(0).row->id, "a");
  EXPECT_EQ(e.opposites[0].lowers.at(0).row->id, "b");
}

TEST(Explain, GroupsStandForTheirPartsAndPreparationsForTheirSource) {
  Tables t;
  t.names.push_back(Tables::name("pair", "group", "B and C"));
  t.names.back().parts = {"b", "c"};
  t.row("a", "cell one", "exosome", "activates", "B and C");
  t.row("b", "cell two", "exosome", "inhibits", "B");
  EXPECT_EQ(paths_of(t.explain({.from = "cell one", .to = "C"})),
            (std::vector<std::string>{"cell one: cell one exosome → C"}));
  EXPECT_EQ(paths_of(t.explain({.from = "exosome", .to = "B"})).size(), 2u);
  EXPECT_EQ(paths_of(t.explain({.from = "exosome", .to = "B", .source = "cell two"})),
            (std::vector<std::string>{"cell two exosome ⊣ B"}));
  EXPECT_EQ(paths_of(t.explain({.from = "cell two exosome", .to = "B"})).size(), 1u);
}

TEST(Explain, FiltersChooseTheFirstLinkOnly) {
  Tables t;
  t.row("a", "cell one", "miR-1", "activates", "B").disease = "brain ill";
  t.row("b", "cell two", "miR-1", "activates", "C").disease = "cord ill";
  t.row("c", "n/a", "B", "activates", "G").disease = "cord ill";
  t.row("d", "n/a", "C", "activates", "G").disease = "cord ill";
  t.row("e", "n/a", "B", "activates", "H").disease = "bone ill";  // another system: never behind the brain
  EXPECT_EQ(paths_of(t.explain({.from = "miR-1", .to = "G", .disease = "brain ill"})),
            (std::vector<std::string>{"miR-1 → B → G"}));
  EXPECT_EQ(paths_of(t.explain({.from = "miR-1", .to = "G", .source = "cell two"})),
            (std::vector<std::string>{"miR-1 → C → G"}));
  EXPECT_EQ(paths_of(t.explain({.from = "miR-1", .to = "G"})).size(), 2u);
  const Explanation none = t.explain({.from = "miR-1", .to = "H"});
  EXPECT_TRUE(none.found.paths.empty());
  const std::string text = text_of(none, 100, 10);
  EXPECT_TRUE(text.starts_with("No path of at most 6 links from miR-1 to H.")) << text;
  EXPECT_NE(text.find("The nearest that lead to H: B"), std::string::npos) << text;
  const Explanation filtered = t.explain({.from = "miR-1", .to = "G", .disease = "bone ill"});
  EXPECT_EQ(filtered.unfiltered, 2u);
}

TEST(Explain, FirstLineSaysWhatIsUnchecked) {
  Tables t;
  t.row("a", "cell one", "miR-1", "activates", "B").citation_supports_claim = "yes";
  t.row("b", "cell one", "miR-2", "activates", "B").citation_supports_claim = "unchecked";
  t.row("c", "cell one", "miR-3", "activates", "B").citation_supports_claim = "no";
  const auto first = [&](const std::string& from) {
    const std::string text = text_of(t.explain({.from = from, .to = "B"}), 100, 10);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(first("miR-1"), "Checked: every link below was compared with the paper that it cites.");
  EXPECT_EQ(first("miR-2"), "Unchecked: every path below holds a link that was not compared with the paper it cites.");
  EXPECT_NE(first("miR-3").find("1 of 1 hold a link that its paper does not support."), std::string::npos);
  // Refuted paths come last.
  const Explanation all = t.explain({.to = "B"});
  EXPECT_EQ(paths_of(all).back(), "miR-3 → B");
  EXPECT_EQ(paths_of(all).front(), "miR-1 → B");
}

TEST(Explain, RankingCountsDistinctPapers) {
  Tables t;
  t.outcome("g lower", "g", "lower");
  // miR-1 lowers G: papers 1 and 2 say so and were checked, 2 twice; paper 3 says the opposite: score 2 - 1.
  t.row("a", "cell one", "miR-1", "inhibits", "G").citation_supports_claim = "yes";
  t.rows.back().reference = "1;2";
  t.row("b", "cell one", "miR-1", "inhibits", "B", "g lower").citation_supports_claim = "yes";
  t.rows.back().reference = "2";
  t.row("c", "cell one", "miR-1", "activates", "G").citation_supports_claim = "unchecked";
  t.rows.back().reference = "3";
  // miR-2 lowers G by one checked paper: score 1 too, behind miR-1 because fewer papers support it.
  t.row("d", "cell two", "miR-2", "inhibits", "G").citation_supports_claim = "yes";
  t.rows.back().reference = "4";
  // miR-3 only through B: chained. miR-4 is refuted.
  t.row("e", "cell two", "miR-3", "activates", "B").citation_supports_claim = "yes";
  t.rows.back().reference = "5";
  t.row("f", "cell two", "miR-4", "inhibits", "G").citation_supports_claim = "no";
  t.rows.back().reference = "6";
  const Explanation e = t.explain({.to = "G"});
  ASSERT_EQ(e.ranking.size(), 4u);
  const auto name = [&](std::size_t i) { return e.graph.nodes[e.ranking[i].cargo].name; };
  EXPECT_EQ(name(0), "miR-1");
  EXPECT_EQ(e.ranking[0].supported, 2);
  EXPECT_EQ(e.ranking[0].against, 1);
  EXPECT_EQ(e.ranking[0].score, 1);
  EXPECT_EQ(e.ranking[0].sign, Sign::kLowers);
  EXPECT_EQ(name(1), "miR-2");
  EXPECT_EQ(e.ranking[1].score, 1);
  EXPECT_EQ(name(2), "miR-3");
  EXPECT_EQ(e.ranking[2].chained, 1);
  EXPECT_EQ(e.ranking[2].supported, 0);
  EXPECT_EQ(e.ranking[2].sign, Sign::kRaises);  // B raises G
  EXPECT_EQ(name(3), "miR-4");
  EXPECT_EQ(e.ranking[3].score, -1);
}

TEST(Explain, ReferencesOfARow) {
  MechanismRow row;
  row.source = "review";
  row.reference = "2; 9";
  EXPECT_EQ(references_of(row), (std::vector<std::string>{"2 @ review", "9 @ review"}));
  row.cited_doi = {"10.1/X"};
  EXPECT_EQ(references_of(row), std::vector<std::string>{"doi:10.1/x"});
}

TEST(Explain, UnknownNamesAreUsageErrorsWithAHint) {
  Tables t;
  t.row("a", "cell one", "miR-1", "activates", "B");
  for (const Question& question :
       {Question{.from = "miR-11"}, Question{.from = "miR-1", .to = "nothing known"}, Question{.disease = "brain il"},
        Question{.from = "miR-1", .source = "cell oe"}, Question{.from = "miR-1", .longest = 13}}) {
    try {
      t.explain(question);
      ADD_FAILURE() << question.from << question.disease;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    }
  }
  try {
    t.explain({.from = "miR-1", .disease = "brain il"});
  } catch (const Error& error) {
    EXPECT_NE(error.hint().find("brain ill"), std::string::npos) << error.hint();
  }
}

TEST(Explain, ManyPathsAreCut) {
  // Six layers of eight nodes, each joined to all of the next: 8^5 paths and more.
  Tables t;
  const auto node = [](int layer, int i) { return "n" + std::to_string(layer) + "x" + std::to_string(i); };
  for (int i = 0; i < 8; ++i) t.row("s" + std::to_string(i), "cell one", "miR-1", "activates", node(0, i));
  for (int layer = 0; layer < 5; ++layer) {
    for (int i = 0; i < 8; ++i) {
      for (int k = 0; k < 8; ++k)
        t.row("r" + std::to_string(layer) + std::to_string(i) + std::to_string(k), "n/a", node(layer, i), "activates",
              node(layer + 1, k));
    }
  }
  const Explanation e = t.explain({.from = "miR-1", .to = node(5, 0)});
  EXPECT_TRUE(e.found.cut);
  EXPECT_EQ(e.found.paths.size(), kMostPaths);
}

TEST(Explain, CopiesPerCellAreTheBalance) {
  // §5.3: 1.2e10 vesicles, 1 % in the organ, all taken up, 1e8 cells, 0.00825 copies a vesicle: 0.0099 before escape.
  Dose dose;
  dose.vesicles = 1.2e10;
  dose.organ_share = 0.01;
  dose.uptake_share = 1;
  dose.cells = 1e8;
  dose.copies_per_vesicle = 0.00825;
  dose.escape_share = 1;
  const Copies copies = copies_per_cell(dose, 1);
  EXPECT_NEAR(copies.middle, 0.0099, 1e-12);
  EXPECT_NEAR(copies.low, 0.0099, 1e-12);
  EXPECT_NEAR(copies.high, 0.0099, 1e-12);
  EXPECT_EQ(copies.verdict, feasibility::Verdict::kFails);
  EXPECT_TRUE(copies.assumed.empty());
  dose.organ_share.reset();
  dose.route = "intranasal";
  const Copies wide = copies_per_cell(dose, 1);
  EXPECT_LT(wide.low, wide.middle);
  EXPECT_GT(wide.high, wide.middle);
  EXPECT_EQ(wide.assumed, std::vector<std::string>{"distribution.intranasal.brain_share"});
  dose.cells = 0;
  EXPECT_THROW(copies_per_cell(dose, 1), Error);
}

// The seeds' own table.

TEST(ExplainSeeds, AngiogenesisHasBothSigns) {
  const Explanation e = explain::explain({.from = "Schwann cell", .to = "angiogenesis"}, evidence(), built_in_names());
  ASSERT_EQ(e.opposites.size(), 1u);
  std::set<std::string> up, down;
  for (const Claim& claim : e.opposites[0].raises) up.insert(claim.row->id);
  for (const Claim& claim : e.opposites[0].lowers) down.insert(claim.row->id);
  EXPECT_TRUE(up.contains("sci.035")) << "endothelial progenitors raise";
  EXPECT_TRUE(down.contains("sci.036")) << "Schwann cells lower";
  EXPECT_EQ(e.found.paths.at(0).sign, Sign::kLowers);
}

TEST(ExplainSeeds, ChainsOfTheReviews) {
  const auto texts = [](const Question& question) {
    return paths_of(explain::explain(question, evidence(), built_in_names()));
  };
  const auto has = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  EXPECT_TRUE(has(texts({.from = "miR-146a", .to = "TNF-α"}), "miR-146a-5p ⊣ NF-κB → TNF"));
  EXPECT_TRUE(
      has(texts({.from = "miR-653-3p", .to = "NF-κB"}), "miR-653-3p ⊣ TRIM21 ⊣ SQSTM1 → NFE2L2 → CYLD ⊣ NF-κB"));
  EXPECT_TRUE(has(texts({.from = "miR-410", .to = "neuronal apoptosis"}), "miR-410-3p ⊣ HDAC1 → neuronal apoptosis"));
  EXPECT_TRUE(texts({.from = "miR-146a-5p", .to = "bone regeneration"}).empty()) << "brain and bone are not chained";
}

TEST(ExplainSeeds, EverySignedRowIsAPathOfItsOwnSign) {
  const Graph graph = build_graph(evidence().mechanisms, evidence().outcomes, built_in_names());
  for (const MechanismRow& row : evidence().mechanisms) {
    bool found = false;
    for (const Link& link : graph.links) {
      for (const Support& support : link.rows)
        found = found || (support.row == &row && !link.carries && !support.effect);
    }
    EXPECT_TRUE(found) << row.id;
  }
}

TEST(ExplainSeeds, TsvAndJsonHoldTheSamePaths) {
  const Explanation e = explain::explain({.from = "miR-146a-5p", .to = "TNF"}, evidence(), built_in_names());
  const std::string tsv = tsv_of(e);
  const Value value = value_of(e);
  ASSERT_NE(value.find("paths"), nullptr);
  EXPECT_EQ(value.find("paths")->items.size(), e.found.paths.size());
  std::size_t rows = 0;
  for (const Path& path : e.found.paths) {
    for (const Step& step : path.steps) rows += step.rows.size();
  }
  const std::size_t columns = split(split_lines(tsv)[0], '\t').size();
  std::size_t lines = 0;
  for (const std::string_view line : split_lines(tsv)) {
    if (line.empty()) continue;
    ++lines;
    EXPECT_EQ(split(line, '\t').size(), columns) << line;
  }
  EXPECT_EQ(lines, rows + 1);
}

}  // namespace
}  // namespace vesica::explain
