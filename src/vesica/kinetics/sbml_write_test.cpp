// SPDX-License-Identifier: Apache-2.0
// Writing SBML: what is written is read back as the same network.
#include "vesica/kinetics/sbml_write.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/formula_test_help.h"
#include "vesica/kinetics/network_compare.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_testing.h"
#include "vesica/kinetics/unit_write.h"

namespace vesica::kinetics {
namespace {

using test::Bench;
using test::Comparison;

Network again(const Network& network) { return read_sbml(write_sbml(network), "again.xml"); }

TEST(SbmlWrite, WholeModelComesBack) {
  Bench b;
  b.network.id = "demo";
  b.network.name = "a < b & \"c\"";
  b.network.units = {"h", "nmol", "nmol", "mL", "", ""};
  const auto c = b.compartment("c", 0.3);
  b.network.symbols[c].unit = "mL";
  const auto A = b.species("A", c, 1.1e-5);
  const auto B = b.species("B", c, 7, SpeciesMeasure::kAmount, true);
  b.network.symbols[A].unit = "nmol/mL";
  b.network.symbols[B].unit = "nmol";
  b.network.symbols[B].boundary = true;
  const auto k = b.parameter("k", 1.0 / 3);
  b.network.symbols[k].unit = "h-1";
  const auto q = b.parameter("q", std::nan(""));
  b.network.symbols[q].initial = b.g.mul(b(k), b.n(-2.5e-300));
  const auto f = b.parameter("f", 2);
  b.network.symbols[A].conversion_factor = f;
  b.network.conversion_factor = f;
  b.reaction("r", {A}, {B}, b.g.mul(b(k), b(A)));
  b.network.reactions[0].modifiers = {B};
  b.network.reactions[0].reversible = false;
  b.rule(q, RuleKind::kRate, b.g.select(b.g.binary(Op::kLess, b(A), b.n(0.1)), b.g.time(), b.g.rate_of(A)));
  Event event;
  event.id = "e";
  event.trigger = b.g.binary(Op::kGreaterEqual, b.g.time(), b.n(3));
  event.initially_true = event.persistent = event.values_from_trigger_time = false;
  event.delay = b.n(2);
  event.priority = b(k);
  event.assignments = {{k, b.g.add(b(k), b.n(1))}};
  b.network.events.push_back(event);

  const std::string text = write_sbml(b.network);
  const Network n = read_sbml(text, "again.xml");
  EXPECT_EQ(Comparison(b.network, n).difference().value_or(""), "");
  EXPECT_EQ(n.name, b.network.name);
  EXPECT_EQ(n.id, "demo");
  EXPECT_EQ(n.units.time, "h");
  EXPECT_EQ(n.units.substance, "nmol");
  EXPECT_EQ(n.symbols[n.find("A")].unit, "nmol/mL");
  EXPECT_EQ(n.conversion_factor, n.find("f"));
  EXPECT_NE(text.find("version=\"2\""), std::string::npos) << "rateOf needs Version 2";
  EXPECT_EQ(write_sbml(n), write_sbml(again(n))) << "stable";
}

TEST(SbmlWrite, Version1WhereItIsEnough) {
  Bench b;
  const auto p = b.parameter("p", 1);
  b.rule(p, RuleKind::kRate, b.g.mul(b(p), b.g.unary(Op::kAsinh, b(p))));
  EXPECT_NE(write_sbml(b.network).find("level3/version1/core"), std::string::npos);
  const auto q = b.parameter("q", 1);
  b.rule(q, RuleKind::kAssignment, b.g.add(b(p), b.g.binary(Op::kLess, b(p), b.n(2))));
  EXPECT_NE(write_sbml(b.network).find("level3/version2/core"), std::string::npos) << "a truth value as a number";
}

TEST(SbmlWrite, RandomFormulasKeepTheirValue) {
  test::Dice dice;
  for (int round = 0; round < 200; ++round) {
    Bench b;
    const auto x = b.parameter("x", dice.between(-2, 2));
    const auto y = b.parameter("y", dice.between(0, 3));
    const auto p = b.parameter("p", 0);
    b.network.symbols[p].initial = test::random_formula(b, dice, {x, y}, 6);
    const Network n = again(b.network);
    const double before = testing::initial_value(b.network, "p", 1.5), after = testing::initial_value(n, "p", 1.5);
    EXPECT_TRUE(before == after || (std::isnan(before) && std::isnan(after))) << before << " " << after;
  }
}

TEST(SbmlWrite, NumbersComeBackExactly) {
  test::Dice dice;
  std::vector<double> values = {0.0,
                                -0.0,
                                1e9,
                                123456789012.0,
                                2.2250738585072014e-308,
                                1.7976931348623157e308,
                                9.5500000000000011e-09,
                                4.1789999999940035e18,
                                6.02214179e23,
                                INFINITY,
                                -INFINITY,
                                std::nan("")};
  for (int i = 0; i < 300; ++i)
    values.push_back(std::ldexp(dice.between(-1, 1), static_cast<int>(dice.below(2000)) - 1000));
  Bench b;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto p = b.parameter("p" + std::to_string(i), values[i]);
    b.network.symbols[p].initial = b.n(values[i]);
  }
  const Network n = again(b.network);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double got = testing::initial_value(n, "p" + std::to_string(i));
    if (std::isnan(values[i])) {
      EXPECT_TRUE(std::isnan(got));
    } else {
      EXPECT_EQ(got, values[i]);
      EXPECT_EQ(n.symbols[i].value, values[i]);
    }
  }
}

TEST(SbmlWrite, StoichiometryFormulasBecomeSymbols) {
  Bench b;
  const auto c = b.compartment("c", 1);
  const auto A = b.species("A", c, 1);
  const auto k = b.parameter("k", 4);
  const auto moving = b.parameter("moving", 1);
  b.rule(moving, RuleKind::kRate, b.n(1));
  b.reaction("r", {A}, {A}, b(k));
  b.network.reactions[0].reactants[0].formula = b.g.mul(b(k), b.n(2));
  b.network.reactions[0].products[0].formula = b.g.mul(b(moving), b.n(3));
  const Network n = again(b.network);
  const Participant &fixed = n.reactions[0].reactants[0], &variable = n.reactions[0].products[0];
  ASSERT_NE(fixed.symbol, kNoSymbol);
  ASSERT_NE(variable.symbol, kNoSymbol);
  EXPECT_EQ(n.symbols[fixed.symbol].rule, RuleKind::kNone);
  EXPECT_EQ(testing::value_of(n, n.symbols[fixed.symbol].initial), 8);
  EXPECT_EQ(n.symbols[fixed.symbol].value, 8);
  EXPECT_EQ(n.symbols[variable.symbol].rule, RuleKind::kAssignment);
  EXPECT_EQ(testing::value_of(n, n.symbols[variable.symbol].formula), 3);
  EXPECT_EQ(Comparison(n, again(n)).difference().value_or(""), "");
}

TEST(SbmlWrite, LocalParametersStayLocal) {
  const std::string text = testing::document(
      2, 4,
      "<listOfCompartments><compartment id=\"c\" size=\"1\"/></listOfCompartments><listOfSpecies><species id=\"A\" "
      "compartment=\"c\" initialAmount=\"1\"/></listOfSpecies><listOfParameters><parameter id=\"k\" value=\"1\"/>"
      "</listOfParameters><listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference species=\"A\"/>"
      "</listOfReactants><kineticLaw>" +
          testing::math("<apply><times/><ci>k</ci><ci>A</ci></apply>") +
          "<listOfParameters><parameter id=\"k\" value=\"3\"/></listOfParameters></kineticLaw></reaction>"
          "</listOfReactions>");
  const Network n = read_sbml(text, "l.xml");
  EXPECT_EQ(Comparison(n, again(n)).difference().value_or(""), "");
}

TEST(SbmlWrite, RefusesWhatWouldExplode) {
  Bench b;
  const auto p = b.parameter("p", 1);
  Node sum = b(p);
  for (int i = 0; i < 60; ++i) sum = b.g.add(sum, sum);  // 2^60 written out
  b.network.symbols[p].initial = sum;
  EXPECT_THROW(write_sbml(b.network), Error);
  Bench deep;
  const auto q = deep.parameter("q", 1);
  Node chain = deep(q);
  for (int i = 0; i < 5000; ++i) chain = deep.g.unary(Op::kSin, chain);
  deep.network.symbols[q].initial = chain;
  EXPECT_THROW(write_sbml(deep.network), Error);
  Bench id;
  id.parameter("IL-6", 1);
  EXPECT_THROW(write_sbml(id.network), Error);
}

TEST(SbmlWrite, LongSumsAreOneOperation) {
  Bench b;
  const auto p = b.parameter("p", 1), q = b.parameter("q", 2);
  Node sum = b(p);
  for (int i = 0; i < 3000; ++i) sum = b.g.add(sum, b(q));
  b.network.symbols[p].initial = sum;
  EXPECT_EQ(testing::initial_value(again(b.network), "p"), 6001);
}

TEST(UnitWrite, Definitions) {
  UnitDefinitions units;
  EXPECT_EQ(units.id_of("mol"), "mole");
  EXPECT_EQ(units.id_of("L"), "litre");
  EXPECT_EQ(units.id_of("1"), "dimensionless");
  EXPECT_EQ(units.id_of("s"), "second");
  EXPECT_EQ(units.id_of("kg"), "kilogram");
  EXPECT_EQ(units.id_of("{particles}"), "item");
  EXPECT_EQ(units.id_of(""), "");
  EXPECT_EQ(units.id_of("nonsense"), "");
  EXPECT_EQ(units.id_of("Cel"), "") << "Level 3 has no Celsius";
  EXPECT_EQ(units.id_of("nmol"), "unit_1");
  EXPECT_EQ(units.id_of("nmol"), "unit_1");
  EXPECT_EQ(units.xml(),
            "<listOfUnitDefinitions>\n<unitDefinition id=\"unit_1\"><listOfUnits><unit kind=\"mole\" exponent=\"1\" "
            "scale=\"0\" multiplier=\"1e-09\"/></listOfUnits></unitDefinition>\n</listOfUnitDefinitions>\n");
}

}  // namespace
}  // namespace vesica::kinetics
