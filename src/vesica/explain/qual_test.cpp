// SPDX-License-Identifier: Apache-2.0
// The logical model is read back by libSBML, holds the signs and is consistent.
#include "vesica/explain/qual.h"

#include <memory>

#include <gtest/gtest.h>
#include <sbml/SBMLTypes.h>
#include <sbml/packages/qual/common/QualExtensionTypes.h>

#include "vesica/explain/explain_testing.h"

namespace vesica::explain {
namespace {

std::unique_ptr<SBMLDocument> read_back(const std::string& text) {
  std::unique_ptr<SBMLDocument> document(readSBMLFromString(text.c_str()));
  document->setConsistencyChecks(LIBSBML_CAT_UNITS_CONSISTENCY, false);
  document->checkConsistency();
  for (unsigned int i = 0; i < document->getNumErrors(); ++i) {
    EXPECT_LT(document->getError(i)->getSeverity(), static_cast<unsigned int>(LIBSBML_SEV_ERROR))
        << document->getError(i)->getMessage();
  }
  return document;
}

QualModelPlugin& qual_of(SBMLDocument& document) {
  return *dynamic_cast<QualModelPlugin*>(document.getModel()->getPlugin("qual"));
}

TEST(ExplainQual, SignsAndLogic) {
  testing::Tables t;
  t.row("a", "cell one", "miR-1", "inhibits", "B").citation_supports_claim = "yes";
  t.rows.back().cited_doi = {"10.1000/one"};
  t.row("b", "cell one", "miR-1", "activates", "C");
  t.row("c", "n/a", "B", "activates", "G");
  t.row("d", "n/a", "C", "inhibits", "G");
  t.row("e", "cell one", "miR-1", "binds", "D");
  t.row("f", "n/a", "D", "activates", "G").citation_supports_claim = "no";
  const std::string text = write_qual(t.explain({.from = "miR-1", .to = "G"}), 0);
  const auto document = read_back(text);
  QualModelPlugin& qual = qual_of(*document);
  EXPECT_EQ(qual.getNumQualitativeSpecies(), 5u);  // miR-1, B, C, D, G
  EXPECT_EQ(qual.getNumTransitions(), 4u);
  const Transition* to_g = qual.getTransition("to_g");
  ASSERT_NE(to_g, nullptr);
  EXPECT_EQ(to_g->getNumInputs(), 2u) << "the refuted link is left out";
  EXPECT_EQ(to_g->getInput("to_g_from_b")->getSign(), INPUT_SIGN_POSITIVE);
  EXPECT_EQ(to_g->getInput("to_g_from_c")->getSign(), INPUT_SIGN_NEGATIVE);
  const std::unique_ptr<char, decltype(&std::free)> formula(SBML_formulaToL3String(to_g->getFunctionTerm(0)->getMath()),
                                                            &std::free);
  EXPECT_STREQ(formula.get(), "(b >= 1) && !(c >= 1)");
  EXPECT_EQ(qual.getTransition("to_d")->getInput(0)->getSign(), INPUT_SIGN_UNKNOWN);
  EXPECT_EQ(qual.getTransition("to_d")->getNumFunctionTerms(), 0u);
  EXPECT_TRUE(qual.getQualitativeSpecies("mir_1")->getConstant());
  EXPECT_EQ(qual.getQualitativeSpecies("mir_1")->getInitialLevel(), 1);
  EXPECT_NE(text.find("https://identifiers.org/doi:10.1000/one"), std::string::npos);
  EXPECT_NE(text.find("citation supports claim: yes"), std::string::npos);
}

TEST(ExplainQual, TheWholeTableIsConsistent) {
  const Explanation e = explain::explain({}, evidence(), built_in_names());
  const std::string text = write_qual(e, 0);
  const auto document = read_back(text);
  EXPECT_GT(qual_of(*document).getNumTransitions(), 50u);
  EXPECT_EQ(text, write_qual(e, 0));
}

}  // namespace
}  // namespace vesica::explain
