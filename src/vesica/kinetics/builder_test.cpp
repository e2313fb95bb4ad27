// SPDX-License-Identifier: Apache-2.0
// The builder: what it declares is what the network says, and every mistake is reported with its place.
#include "vesica/kinetics/builder.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/infix.h"
#include "vesica/kinetics/network_compare.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_testing.h"
#include "vesica/kinetics/sbml_write.h"

namespace vesica::kinetics {
namespace {

NetworkBuilder uptake() {
  return NetworkBuilder("uptake")
      .units({.time = "h", .substance = "nmol", .extent = "", .volume = "L", .area = "", .length = ""})
      .compartment("well", 1e-4, "L")
      .species("free", "well", 2.0)
      .species("bound", "well", 0)
      .parameter("k_on", 0.3, {.unit = "h-1", .low = 0, .high = 10, .evidence = "uptake.k_on"})
      .parameter("half_life", 2, {.unit = "h", .low = 0.1, .high = 100})
      .parameter("k_loss", 0, {.unit = "h-1"})
      .assign("k_loss", "ln(2) / half_life")
      .reaction("binding", "free -> bound", "k_on * free * well")
      .reaction("loss", "bound ->", "k_loss * bound * well")
      .event("wash", "time >= 1", {{"free", "0"}});
}

TEST(Builder, DeclaresANetwork) {
  const Network n = uptake().build();
  const auto at = [&](const std::string& id) -> const Symbol& { return n.symbols.at(n.find(id)); };
  EXPECT_EQ(at("free").compartment, n.find("well"));
  EXPECT_EQ(at("free").unit, "nmol/L");
  EXPECT_EQ(at("free").given, SpeciesMeasure::kConcentration);
  EXPECT_TRUE(at("k_on").constant);
  EXPECT_EQ(at("k_on").high, 10);
  EXPECT_EQ(at("k_on").evidence, "uptake.k_on");
  EXPECT_FALSE(at("k_loss").constant);
  EXPECT_DOUBLE_EQ(testing::value_of(n, at("k_loss").formula), std::log(2.0) / 2);
  ASSERT_EQ(n.reactions.size(), 2u);
  EXPECT_EQ(n.reactions[0].products.at(0).species, n.find("bound"));
  EXPECT_FALSE(n.reactions[0].reversible);
  EXPECT_DOUBLE_EQ(testing::value_of(n, n.reactions[0].rate), 0.3 * 2 * 1e-4);
  EXPECT_EQ(testing::value_of(n, n.events.at(0).trigger, 1), 1);
  EXPECT_EQ(test::Comparison(n, read_sbml(write_sbml(n), "written")).difference().value_or(""), "");
}

TEST(Builder, Equations) {
  const Network n = NetworkBuilder("m")
                        .compartment("c", 1)
                        .species("A", "c", 1)
                        .species("B", "c", 1)
                        .species("E", "c", 1)
                        .reaction("r", "2 A + 0.5*B <-> A", "E * A")
                        .reaction("s", " -> B", "1")
                        .build();
  const Reaction& r = n.reactions.at(0);
  EXPECT_TRUE(r.reversible);
  ASSERT_EQ(r.reactants.size(), 2u);
  EXPECT_EQ(r.reactants[0].stoichiometry, 2);
  EXPECT_EQ(r.reactants[1].stoichiometry, 0.5);
  ASSERT_EQ(r.modifiers.size(), 1u);
  EXPECT_EQ(r.modifiers[0], n.find("E"));
  EXPECT_TRUE(n.reactions.at(1).reactants.empty());
}

TEST(Builder, RulesEventsAndStarts) {
  const Network n = NetworkBuilder("m")
                        .parameter("x", 1)
                        .parameter("y", 2)
                        .parameter("z", 0)
                        .rate("x", "-y * x")
                        .initial("z", "x + y")
                        .event("e", "x < 0.5", {{"y", "y * 2"}},
                               {.initially_true = false, .persistent = false, .delay = "1", .priority = "z"})
                        .build();
  EXPECT_EQ(n.symbols[n.find("x")].rule, RuleKind::kRate);
  EXPECT_EQ(testing::initial_value(n, "z"), 3);
  EXPECT_FALSE(n.symbols[n.find("y")].constant) << "an event sets it";
  EXPECT_TRUE(n.symbols[n.find("z")].constant);
  EXPECT_FALSE(n.events[0].initially_true);
  EXPECT_EQ(testing::value_of(n, n.events[0].delay), 1);
}

TEST(Builder, EveryProblemAtOnce) {
  try {
    NetworkBuilder("bad")
        .compartment("c", 1, "furlong")
        .species("A", "d", 1)
        .species("A", "c", 1)
        .parameter("2x", 1)
        .parameter("time", 1)
        .parameter("k", 5, {.low = 0, .high = 1})
        .reaction("r", "A => B", "k * * A")
        .reaction("s", "A -> C", "k * unknown")
        .assign("nowhere", "1")
        .build();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    for (const char* part : {"furlong", "d, which is no compartment", "A is given twice", "2x", "time", "outside its",
                             "A => B", "character 5", "C is not declared", "unknown", "nowhere"})
      EXPECT_NE(error.message().find(part), std::string::npos) << part << "\n" << error.message();
  }
}

TEST(Builder, RefusesRulesThatContradict) {
  const auto base = [] { return NetworkBuilder("m").compartment("c", 1).species("A", "c", 1).parameter("k", 1); };
  EXPECT_THROW(base().assign("k", "1").assign("k", "2").build(), Error);
  EXPECT_THROW(base().rate("A", "1").reaction("r", "A ->", "k").build(), Error);
  EXPECT_THROW(base().reaction("r", "A ->", "k").assign("r", "1").build(), Error);
  EXPECT_THROW(base().assign("k", "1").event("e", "time > 1", {{"k", "2"}}).build(), Error);
  EXPECT_THROW(base().event("A", "time > 1", {}).build(), Error);
}

double infix(const std::string& formula) {
  Network network = NetworkBuilder("m").parameter("a", 3).parameter("b", 4).parameter("Time", 7).build();
  return testing::value_of(network, read_infix(network, formula, {}), 2);
}

TEST(Infix, Formulas) {
  EXPECT_EQ(infix("a + b * 2 ^ 3"), 35);
  EXPECT_EQ(infix("-a ^ 2"), -9);
  EXPECT_EQ(infix("2 ^ 3 ^ 2"), 512) << "powers from the right";
  EXPECT_EQ(infix("a - b - 1"), -2);
  EXPECT_EQ(infix("log(100)"), 2);
  EXPECT_EQ(infix("log10(100)"), 2);
  EXPECT_EQ(infix("ln(exponentiale)"), 1);
  EXPECT_EQ(infix("log(2, 8)"), std::log(8.0) / std::log(2.0));
  EXPECT_EQ(infix("sqrt(b) + root(3, 8)"), 2 + std::pow(8.0, 1.0 / 3));
  EXPECT_EQ(infix("piecewise(1, a > b, 2)"), 2);
  EXPECT_EQ(infix("a < b && b <= 4"), 1);
  EXPECT_EQ(infix("!(a == 3) || a != 3"), 0);
  EXPECT_EQ(infix("max(a, b, 9) - min(a, b)"), 6);
  EXPECT_EQ(infix("7 % 4"), 3);
  EXPECT_EQ(infix("1.5e-3 * 2"), 0.003);
  EXPECT_EQ(infix("time + Time"), 9) << "words keep their case";
  EXPECT_EQ(infix("avogadro"), 6.02214179e23);
}

TEST(Infix, RefusesWithThePlace) {
  Network network = NetworkBuilder("m").parameter("a", 3).build();
  const auto column = [&](const std::string& formula) {
    try {
      read_infix(network, formula, {"f", 0, 0, "x"});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData) << error.what();
      return error.where().column;
    }
    ADD_FAILURE() << formula;
    return -1;
  };
  EXPECT_EQ(column("a + * 2"), 5);
  EXPECT_GT(column("(a"), 0);
  column("");
  column("a b");
  column("5 mL");
  column("f(a)");
  column("z");
  column("exp()");
  column(std::string(kLongestFormula + 1, '1'));
  column(std::string(30000, '(') + "a" + std::string(30000, ')'));
  column(std::string("a\0b", 3));
}

}  // namespace
}  // namespace vesica::kinetics
