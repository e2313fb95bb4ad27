// SPDX-License-Identifier: Apache-2.0
// Reading SBML: what each part of a model becomes; truths from the specifications of Level 2 Version 4 and Level 3
// Version 2.
#include "vesica/kinetics/sbml_read.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/sbml_testing.h"

namespace vesica::kinetics {
namespace {

using testing::document;
using testing::math;

const Symbol& symbol(const Network& network, const std::string& id) { return network.symbols.at(network.find(id)); }

Network l3(const std::string& model, int version = 2) { return read_sbml(document(3, version, model), "m.xml"); }
Network l2(const std::string& model, int version = 4) { return read_sbml(document(2, version, model), "m.xml"); }

TEST(SbmlRead, Level3Symbols) {
  const Network n =
      l3("<listOfCompartments><compartment id=\"c\" size=\"2\" constant=\"false\" spatialDimensions=\"2\"/>"
         "<compartment id=\"d\" constant=\"true\" spatialDimensions=\"3\"/></listOfCompartments>"
         "<listOfSpecies>"
         "<species id=\"A\" name=\"alpha\" compartment=\"c\" initialAmount=\"5\" hasOnlySubstanceUnits=\"false\" "
         "boundaryCondition=\"true\" constant=\"false\" conversionFactor=\"k\"/>"
         "<species id=\"B\" compartment=\"c\" initialConcentration=\"7\" hasOnlySubstanceUnits=\"true\" "
         "boundaryCondition=\"false\" constant=\"true\"/>"
         "<species id=\"C\" compartment=\"d\" hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" "
         "constant=\"false\"/></listOfSpecies>"
         "<listOfParameters><parameter id=\"k\" value=\"3\" constant=\"true\"/></listOfParameters>");
  EXPECT_EQ(symbol(n, "c").kind, SymbolKind::kCompartment);
  EXPECT_EQ(symbol(n, "c").dimensions, 2);
  EXPECT_EQ(symbol(n, "c").value, 2);
  EXPECT_FALSE(symbol(n, "c").constant);
  EXPECT_EQ(symbol(n, "d").value, 1) << "no size, rule or assignment: 1 as in the peers";
  const Symbol& a = symbol(n, "A");
  EXPECT_EQ(a.name, "alpha");
  EXPECT_EQ(a.given, SpeciesMeasure::kAmount);
  EXPECT_EQ(a.value, 5);
  EXPECT_TRUE(a.boundary);
  EXPECT_FALSE(a.only_substance);
  EXPECT_EQ(a.compartment, n.find("c"));
  EXPECT_EQ(a.conversion_factor, n.find("k"));
  EXPECT_EQ(symbol(n, "B").given, SpeciesMeasure::kConcentration);
  EXPECT_TRUE(symbol(n, "B").only_substance);
  EXPECT_TRUE(symbol(n, "B").constant);
  EXPECT_TRUE(std::isnan(symbol(n, "C").value)) << "not declared";
}

TEST(SbmlRead, Level2Defaults) {
  const Network n =
      l2("<listOfCompartments><compartment id=\"c\"/><compartment id=\"z\" spatialDimensions=\"0\"/>"
         "</listOfCompartments><listOfSpecies><species id=\"A\" compartment=\"c\" initialConcentration=\"1\"/>"
         "<species id=\"Z\" compartment=\"z\" initialAmount=\"2\"/></listOfSpecies>"
         "<listOfParameters><parameter id=\"k\"/></listOfParameters>"
         "<listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference species=\"A\"/></listOfReactants>"
         "</reaction></listOfReactions>");
  EXPECT_EQ(symbol(n, "c").dimensions, 3);
  EXPECT_TRUE(symbol(n, "c").constant);
  EXPECT_FALSE(symbol(n, "A").boundary);
  EXPECT_FALSE(symbol(n, "A").constant);
  EXPECT_FALSE(symbol(n, "A").only_substance);
  EXPECT_TRUE(symbol(n, "Z").only_substance) << "no dimensions, no concentration";
  EXPECT_TRUE(symbol(n, "k").constant);
  EXPECT_EQ(n.reactions.at(0).reactants.at(0).stoichiometry, 1);
  EXPECT_TRUE(n.reactions.at(0).reversible);
  EXPECT_EQ(n.reactions.at(0).rate, kNoNode);
  EXPECT_EQ(n.units.time, "s");
  EXPECT_EQ(n.units.substance, "mol");
  EXPECT_EQ(symbol(n, "c").unit, "L");
  EXPECT_EQ(symbol(n, "A").unit, "mol/L");
}

const std::string kTwoSpecies =
    "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments><listOfSpecies>"
    "<species id=\"A\" compartment=\"c\" initialAmount=\"1\" hasOnlySubstanceUnits=\"false\" "
    "boundaryCondition=\"false\" constant=\"false\"/><species id=\"B\" compartment=\"c\" initialAmount=\"0\" "
    "hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>"
    "<listOfParameters><parameter id=\"k\" value=\"2\" constant=\"true\"/>"
    "<parameter id=\"q\" value=\"9\" constant=\"false\"/></listOfParameters>";

TEST(SbmlRead, LocalParametersHideGlobalOnes) {
  const Network n =
      l3(kTwoSpecies +
         "<listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants><speciesReference "
         "species=\"A\" stoichiometry=\"2\" constant=\"true\"/></listOfReactants><listOfProducts>"
         "<speciesReference species=\"B\" stoichiometry=\"1\" constant=\"true\"/></listOfProducts>"
         "<listOfModifiers><modifierSpeciesReference species=\"B\"/></listOfModifiers><kineticLaw>" +
         math("<apply><times/><ci>k</ci><ci>q</ci></apply>") +
         "<listOfLocalParameters><localParameter id=\"k\" value=\"5\"/></listOfLocalParameters>"
         "</kineticLaw></reaction><reaction id=\"s\" reversible=\"true\"><kineticLaw>" +
         math("<apply><times/><ci>k</ci><ci>r</ci></apply>") + "</kineticLaw></reaction></listOfReactions>");
  ASSERT_EQ(n.reactions.size(), 2u);
  EXPECT_EQ(symbol(n, "r.k").kind, SymbolKind::kLocalParameter);
  EXPECT_EQ(testing::value_of(n, n.reactions[0].rate), 45);
  EXPECT_EQ(testing::value_of(n, n.reactions[1].rate, 0, {{"r", 10}}), 20) << "another reaction's rate is a symbol";
  EXPECT_EQ(n.reactions[0].reactants.at(0).stoichiometry, 2);
  EXPECT_EQ(n.reactions[0].modifiers.at(0), n.find("B"));
  EXPECT_FALSE(n.reactions[0].reversible);
  EXPECT_EQ(symbol(n, "r").kind, SymbolKind::kReaction);
}

TEST(SbmlRead, Stoichiometries) {
  const Network n =
      l3(kTwoSpecies + "<listOfInitialAssignments><initialAssignment symbol=\"b\">" + math("<ci>k</ci>") +
         "</initialAssignment></listOfInitialAssignments><listOfRules><rateRule variable=\"a\">" + math("<cn>1</cn>") +
         "</rateRule></listOfRules><listOfReactions><reaction id=\"r\" reversible=\"false\">"
         "<listOfReactants><speciesReference id=\"a\" species=\"A\" stoichiometry=\"3\" "
         "constant=\"false\"/></listOfReactants><listOfProducts><speciesReference id=\"b\" species=\"B\" "
         "constant=\"true\"/></listOfProducts></reaction></listOfReactions>");
  EXPECT_EQ(n.reactions[0].reactants[0].symbol, n.find("a"));
  EXPECT_EQ(symbol(n, "a").kind, SymbolKind::kStoichiometry);
  EXPECT_EQ(symbol(n, "a").value, 3);
  EXPECT_EQ(symbol(n, "a").rule, RuleKind::kRate);
  EXPECT_EQ(testing::initial_value(n, "b"), 2);
  const Network m =
      l2("<listOfCompartments><compartment id=\"c\"/></listOfCompartments><listOfSpecies><species id=\"A\" "
         "compartment=\"c\"/></listOfSpecies><listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference "
         "species=\"A\"><stoichiometryMath>" +
         math("<apply><times/><cn>2</cn><ci>c</ci></apply>") +
         "</stoichiometryMath></speciesReference></listOfReactants><listOfProducts><speciesReference species=\"A\">"
         "<stoichiometryMath>" +
         math("<apply><plus/><cn>2</cn><cn>1</cn></apply>") +
         "</stoichiometryMath></speciesReference></listOfProducts></reaction></listOfReactions>");
  EXPECT_EQ(testing::value_of(m, m.reactions[0].reactants[0].formula), 2);
  EXPECT_EQ(m.reactions[0].products.at(0).formula, kNoNode) << "a number is no formula";
  EXPECT_EQ(m.reactions[0].products.at(0).stoichiometry, 3);
}

TEST(SbmlRead, Rules) {
  const Network n =
      l3(kTwoSpecies + "<listOfRules><assignmentRule variable=\"q\">" +
         math("<apply><plus/><ci>k</ci><cn>1</cn></apply>") + "</assignmentRule><rateRule variable=\"B\">" +
         math("<apply><csymbol encoding=\"text\" "
              "definitionURL=\"http://www.sbml.org/sbml/symbols/rateOf\"> rateOf </csymbol>"
              "<ci>A</ci></apply>") +
         "</rateRule></listOfRules>");
  EXPECT_EQ(symbol(n, "q").rule, RuleKind::kAssignment);
  EXPECT_EQ(testing::value_of(n, symbol(n, "q").formula), 3);
  EXPECT_EQ(symbol(n, "B").rule, RuleKind::kRate);
  EXPECT_EQ(n.graph[symbol(n, "B").formula].op, Op::kRateOf);
  EXPECT_EQ(n.graph[symbol(n, "B").formula].a, n.find("A"));
}

TEST(SbmlRead, Events) {
  const std::string assignments = "<listOfEventAssignments><eventAssignment variable=\"q\">" + math("<cn>1</cn>") +
                                  "</eventAssignment></listOfEventAssignments>";
  const std::string truth = math("<apply><gt/><ci>q</ci><ci>k</ci></apply>");
  const Network n = l3(kTwoSpecies +
                       "<listOfEvents><event id=\"e\" useValuesFromTriggerTime=\"false\"><trigger "
                       "initialValue=\"false\" persistent=\"false\">" +
                       truth + "</trigger><delay>" + math("<cn>4</cn>") + "</delay><priority>" + math("<cn>5</cn>") +
                       "</priority>" + assignments + "</event></listOfEvents>");
  ASSERT_EQ(n.events.size(), 1u);
  EXPECT_FALSE(n.events[0].values_from_trigger_time);
  EXPECT_FALSE(n.events[0].initially_true);
  EXPECT_FALSE(n.events[0].persistent);
  EXPECT_EQ(testing::value_of(n, n.events[0].delay), 4);
  EXPECT_EQ(testing::value_of(n, n.events[0].priority), 5);
  EXPECT_EQ(testing::value_of(n, n.events[0].trigger), 1);
  EXPECT_EQ(n.events[0].assignments.at(0).first, n.find("q"));
  const Network m =
      l2("<listOfParameters><parameter id=\"k\" value=\"2\"/><parameter id=\"q\" value=\"1\" "
         "constant=\"false\"/></listOfParameters><listOfEvents><event><trigger>" +
         truth + "</trigger>" + assignments + "</event></listOfEvents>");
  EXPECT_TRUE(m.events[0].initially_true);
  EXPECT_TRUE(m.events[0].persistent);
  EXPECT_TRUE(m.events[0].values_from_trigger_time);
  EXPECT_EQ(m.events[0].delay, kNoNode);
}

TEST(SbmlRead, WhatLevel3Version2LeavesOut) {
  const Network n =
      l3(kTwoSpecies +
         "<listOfInitialAssignments><initialAssignment symbol=\"q\"/></listOfInitialAssignments>"
         "<listOfRules><rateRule variable=\"A\"/><algebraicRule/></listOfRules><listOfReactions>"
         "<reaction id=\"r\" reversible=\"false\"><kineticLaw/></reaction></listOfReactions><listOfEvents>"
         "<event useValuesFromTriggerTime=\"true\"><listOfEventAssignments><eventAssignment "
         "variable=\"q\"/></listOfEventAssignments></event></listOfEvents>");
  EXPECT_EQ(symbol(n, "q").initial, kNoNode);
  EXPECT_EQ(symbol(n, "A").rule, RuleKind::kNone);
  EXPECT_EQ(n.reactions[0].rate, kNoNode);
  EXPECT_EQ(testing::value_of(n, n.events.at(0).trigger), 0) << "never";
  EXPECT_TRUE(n.events[0].assignments.empty());
}

TEST(SbmlRead, VariablesNamedTime) {
  const Network n =
      l3("<listOfParameters><parameter id=\"time\" value=\"10\" constant=\"true\"/><parameter id=\"p\" "
         "constant=\"false\"/></listOfParameters><listOfInitialAssignments><initialAssignment symbol=\"p\">" +
         math("<apply><plus/><ci>time</ci><csymbol encoding=\"text\" "
              "definitionURL=\"http://www.sbml.org/sbml/symbols/time\">time</csymbol></apply>") +
         "</initialAssignment></listOfInitialAssignments>");
  EXPECT_EQ(testing::initial_value(n, "p", 3), 13);
}

TEST(SbmlRead, Units) {
  const Network n = read_sbml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" "
      "level=\"3\" version=\"1\"><model substanceUnits=\"nmole\" timeUnits=\"hour\" volumeUnits=\"ml\" "
      "extentUnits=\"nmole\"><listOfUnitDefinitions><unitDefinition id=\"nmole\"><listOfUnits><unit kind=\"mole\" "
      "exponent=\"1\" scale=\"-9\" multiplier=\"1\"/></listOfUnits></unitDefinition><unitDefinition id=\"hour\">"
      "<listOfUnits><unit kind=\"second\" exponent=\"1\" scale=\"0\" multiplier=\"3600\"/></listOfUnits>"
      "</unitDefinition><unitDefinition id=\"ml\"><listOfUnits><unit kind=\"litre\" exponent=\"1\" scale=\"-3\" "
      "multiplier=\"1\"/></listOfUnits></unitDefinition><unitDefinition id=\"rate\"><listOfUnits><unit kind=\"mole\" "
      "exponent=\"-1\" scale=\"-6\" multiplier=\"1\"/><unit kind=\"litre\" exponent=\"1\" scale=\"0\" "
      "multiplier=\"1\"/><unit kind=\"second\" exponent=\"-1\" scale=\"0\" multiplier=\"60\"/></listOfUnits>"
      "</unitDefinition><unitDefinition id=\"half\"><listOfUnits><unit kind=\"second\" exponent=\"0.5\" scale=\"0\" "
      "multiplier=\"1\"/></listOfUnits></unitDefinition><unitDefinition id=\"odd\"><listOfUnits><unit kind=\"gram\" "
      "exponent=\"1\" scale=\"0\" multiplier=\"0.0025\"/></listOfUnits></unitDefinition></listOfUnitDefinitions>"
      "<listOfCompartments><compartment id=\"c\" spatialDimensions=\"3\" size=\"1\" constant=\"true\"/>"
      "</listOfCompartments><listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"1\" "
      "hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>"
      "<listOfParameters><parameter id=\"k\" units=\"rate\" constant=\"true\"/><parameter id=\"h\" units=\"half\" "
      "constant=\"true\"/><parameter id=\"n\" units=\"dimensionless\" constant=\"true\"/><parameter id=\"o\" "
      "units=\"odd\" constant=\"true\"/><parameter id=\"i\" units=\"item\" constant=\"true\"/></listOfParameters>"
      "</model></sbml>",
      "u.xml");
  EXPECT_EQ(n.units.substance, "nmol");
  EXPECT_EQ(n.units.time, "h");
  EXPECT_EQ(n.units.volume, "mL");
  EXPECT_EQ(symbol(n, "c").unit, "mL");
  EXPECT_EQ(symbol(n, "A").unit, "nmol/mL");
  EXPECT_EQ(symbol(n, "k").unit, "umol-1.L.min-1");
  EXPECT_EQ(symbol(n, "h").unit, "") << "no half powers in UCUM as read here";
  EXPECT_EQ(symbol(n, "n").unit, "1");
  EXPECT_EQ(symbol(n, "o").unit, "25.10*-4.g");
  EXPECT_EQ(symbol(n, "i").unit, "{item}");
}

TEST(SbmlRead, DeclarationAndEncodingMayBeMissing) {
  constexpr std::string_view kModel =
      "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\"><model>"
      "<listOfParameters><parameter id=\"k\" value=\"2\" constant=\"true\"/></listOfParameters></model></sbml>";
  for (const std::string_view head : {"", "<?xml version=\"1.0\"?>\n", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"})
    EXPECT_EQ(read_sbml(std::string(head) + std::string(kModel), "m.xml").symbols.at(0).value, 2) << head;
}

TEST(SbmlRead, NotesAndAnnotationsKeepLines) {
  const std::string text = document(3, 2,
                                    "<notes><body xmlns=\"http://www.w3.org/1999/xhtml\">\n<p>a\n</p></body></notes>\n"
                                    "<annotation>\n<x xmlns=\"urn:x\"/>\n</annotation><listOfRules>\n"
                                    "<algebraicRule>" +
                                        math("<cn>1</cn>") + "</algebraicRule></listOfRules>");
  try {
    read_sbml(text, "m.xml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_EQ(error.where().line, 10);
    EXPECT_EQ(error.where().file, "m.xml");
  }
}

}  // namespace
}  // namespace vesica::kinetics
