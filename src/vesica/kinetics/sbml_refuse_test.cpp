// SPDX-License-Identifier: Apache-2.0
// SBML that is wrong, hostile or not supported: refused by name, at its line, in bounded time.
#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_scan.h"
#include "vesica/kinetics/sbml_testing.h"

namespace vesica::kinetics {
namespace {

using testing::document;
using testing::formula_document;
using testing::math;

/// The error's text; its kind must be `kind`.
std::string refusal(const std::string& text, ErrorKind kind) {
  try {
    read_sbml(text, "bad.xml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(error.where().file, "bad.xml");
    return error.what();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

#define EXPECT_REFUSED(text, kind, part)                                  \
  do {                                                                    \
    const std::string said = refusal(text, kind);                         \
    EXPECT_NE(said.find(part), std::string::npos) << said.substr(0, 500); \
  } while (false)

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(SbmlRefuse, NoXml) {
  EXPECT_REFUSED("", ErrorKind::kData, "not XML");
  EXPECT_REFUSED("hello", ErrorKind::kData, "not XML");
  EXPECT_REFUSED("<html><body/></html>", ErrorKind::kData, "not sbml");
  EXPECT_REFUSED(std::string("<sbml>\0</sbml>", 14), ErrorKind::kData, "UTF-8");
  EXPECT_REFUSED("\xFF\xFE<\0s\0", ErrorKind::kData, "UTF-8");
  EXPECT_REFUSED("<sbml", ErrorKind::kData, "never ends");
  EXPECT_REFUSED("<!-- x ", ErrorKind::kData, "ends inside");
}

TEST(SbmlRefuse, XmlErrorsHaveLineAndColumn) {
  const std::string text =
      document(3, 2, "<listOfParameters>\n  <parameter id=\"a\" constant=\"true\"></listOfParameters>");
  try {
    read_sbml(text, "bad.xml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_EQ(error.where().line, 5);
    EXPECT_GT(error.where().column, 0);
  }
}

TEST(SbmlRefuse, Entities) {
  EXPECT_REFUSED("<?xml version=\"1.0\"?><!DOCTYPE sbml [<!ENTITY a \"b\">]><sbml/>", ErrorKind::kUnsupported,
                 "DOCTYPE");
}

TEST(SbmlRefuse, DeepAndWide) {
  const std::string deep = repeated("<apply><minus/>", 3000) + "<cn>1</cn>" + repeated("</apply>", 3000);
  EXPECT_REFUSED(formula_document(deep), ErrorKind::kData, "nested");
  EXPECT_REFUSED(formula_document("<apply><plus/>" + repeated("<cn>1</cn>", 20000) + "</apply>"), ErrorKind::kData,
                 "arguments");
  const int depth = SbmlBounds::kDepth - 20;
  const Network n = read_sbml(
      formula_document(repeated("<apply><minus/>", depth) + "<ci>x</ci>" + repeated("</apply>", depth)), "ok.xml");
  EXPECT_EQ(testing::initial_value(n, "p"), 3) << "an even number of signs";
  const Network w = read_sbml(formula_document("<apply><plus/>" + repeated("<ci>x</ci>", 9000) + "</apply>"), "ok.xml");
  EXPECT_EQ(testing::initial_value(w, "p"), 27000);
}

TEST(SbmlRefuse, LongAttributesAndNames) {
  EXPECT_REFUSED(
      document(3, 2, "<listOfParameters><parameter id=\"" + std::string(2 << 20, 'a') + "\"/></listOfParameters>"),
      ErrorKind::kData, "attribute");
  EXPECT_REFUSED("<sbml><" + std::string(5000, 'a') + "/></sbml>", ErrorKind::kData, "element");
}

TEST(SbmlRefuse, HugeNumbersAreNoCrash) {
  EXPECT_REFUSED(formula_document("<cn>1e999999</cn>"), ErrorKind::kData, "double");
  EXPECT_REFUSED(formula_document("<cn type=\"e-notation\">1<sep/>99999</cn>"), ErrorKind::kData, "exponential");
}

TEST(SbmlRefuse, NumbersThatLibsbmlMisreads) {
  for (const char* text :
       {"<cn>1,5</cn>", "<cn type=\"integer\">1.5</cn>", "<cn type=\"integer\">1e5</cn>", "<cn>1.5.2</cn>",
        "<cn type='rational'>1.5<sep/>3</cn>", "<cn type=\"e-notation\">1.5<sep/>3.5</cn>"})
    EXPECT_REFUSED(formula_document(text), ErrorKind::kData, "not a number");
  EXPECT_REFUSED(formula_document("<cn type=\"integer\" base=\"16\">10</cn>"), ErrorKind::kUnsupported, "base");
  for (const char* text : {"<cn type=\"integer\"> 2.0 </cn>", "<cn> +2. </cn>", "<cn>\n.2e+1</cn>", "<cn>20E-1</cn>"})
    EXPECT_EQ(testing::initial_value(read_sbml(formula_document(text), "ok.xml"), "p"), 2) << text;
}

TEST(SbmlRefuse, ByName) {
  const std::string rule = "<listOfRules><algebraicRule>" + math("<cn>1</cn>") + "</algebraicRule></listOfRules>";
  EXPECT_REFUSED(document(3, 2, rule), ErrorKind::kUnsupported, "algebraic rule");
  EXPECT_REFUSED(
      document(3, 1, "<listOfReactions><reaction id=\"r\" reversible=\"false\" fast=\"true\"/></listOfReactions>"),
      ErrorKind::kUnsupported, "fast");
  EXPECT_REFUSED(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sbml xmlns=\"http://www.sbml.org/sbml/level1\" level=\"1\" "
      "version=\"2\"><model><listOfCompartments><compartment name=\"c\"/></listOfCompartments></model></sbml>",
      ErrorKind::kUnsupported, "Level 1");
  const auto package = [](const std::string& name) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" "
           "xmlns:q=\"http://www.sbml.org/sbml/level3/version1/" +
           name +
           "/version1\" level=\"3\" version=\"1\" "
           "q:required=\"true\"><model/></sbml>";
  };
  EXPECT_REFUSED(package("distrib"), ErrorKind::kUnsupported, "distrib");
  EXPECT_REFUSED(package("qual"), ErrorKind::kUnsupported, "qual");
  EXPECT_REFUSED(package("spatial"), ErrorKind::kUnsupported, "spatial");
  EXPECT_EQ(read_sbml(package("comp"), "ok.xml").symbols.size(), 0u) << "comp without submodels changes nothing";
}

TEST(SbmlRefuse, NamespacesThatDoNotFit) {
  EXPECT_REFUSED(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sbml xmlns=\"http://www.sbml.org/sbml/level2/verqion5\" "
      "level=\"2\" version=\"5\"><model><listOfCompartments><compartment id=\"C\"/></listOfCompartments>"
      "<listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference species=\"C\"><stoichiometryMath>" +
          math("<cn>1</cn>") +
          "</stoichiometryMath></speciesReference></listOfReactants></reaction></listOfReactions></model></sbml>",
      ErrorKind::kData, "libSBML");
}

TEST(SbmlRefuse, EverythingAtOnce) {
  const std::string said = refusal(
      document(3, 2,
               "<listOfParameters><parameter id=\"a\" constant=\"true\"/>\n<parameter id=\"a\" constant=\"true\"/>"
               "</listOfParameters>\n<listOfRules><assignmentRule variable=\"b\">" +
                   math("<cn>1</cn>") + "</assignmentRule>\n<algebraicRule>" + math("<ci>nowhere</ci>") +
                   "</algebraicRule></listOfRules>"),
      ErrorKind::kData);
  EXPECT_NE(said.find("given twice"), std::string::npos) << said;
  EXPECT_NE(said.find("b is not defined"), std::string::npos) << said;
  EXPECT_NE(said.find("algebraic"), std::string::npos) << said;
}

TEST(SbmlRefuse, Contradictions) {
  const std::string c = "<listOfCompartments><compartment id=\"c\" constant=\"true\"/></listOfCompartments>";
  EXPECT_REFUSED(
      document(3, 2,
               c + "<listOfRules><rateRule variable=\"c\">" + math("<cn>1</cn>") +
                   "</rateRule><rateRule variable=\"c\">" + math("<cn>2</cn>") + "</rateRule></listOfRules>"),
      ErrorKind::kData, "two rules");
  EXPECT_REFUSED(document(3, 2,
                          "<listOfParameters><parameter id=\"p\" constant=\"true\"/></listOfParameters>"
                          "<listOfSpecies><species id=\"s\" compartment=\"p\" hasOnlySubstanceUnits=\"false\" "
                          "boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>"),
                 ErrorKind::kData, "no compartment");
  EXPECT_REFUSED(document(3, 2,
                          c + "<listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants>"
                              "<speciesReference species=\"c\" stoichiometry=\"1\" constant=\"true\"/>"
                              "</listOfReactants></reaction></listOfReactions>"),
                 ErrorKind::kData, "no species");
  EXPECT_REFUSED(document(3, 2,
                          c +
                              "<listOfReactions><reaction id=\"r\" reversible=\"false\"/></listOfReactions>"
                              "<listOfRules><assignmentRule variable=\"r\">" +
                              math("<cn>1</cn>") + "</assignmentRule></listOfRules>"),
                 ErrorKind::kData, "is a reaction");
}

}  // namespace
}  // namespace vesica::kinetics
