// SPDX-License-Identifier: Apache-2.0
// Checks of a network: conserved sums and units by hand.
#include "vesica/kinetics/check.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "vesica/kinetics/builder.h"
#include "vesica/kinetics/moiety.h"
#include "vesica/kinetics/sbml_testing.h"
#include "vesica/kinetics/unit_check.h"

namespace vesica::kinetics {
namespace {

std::vector<std::string> sums(const Network& network) {
  std::vector<std::string> out;
  for (const Moiety& moiety : conserved_moieties(network).found) out.push_back(to_text(moiety, network));
  std::sort(out.begin(), out.end());
  return out;
}

NetworkBuilder enzyme() {
  return NetworkBuilder("m")
      .compartment("c", 2)
      .species("E", "c", 1)
      .species("S", "c", 10)
      .species("ES", "c", 0)
      .species("P", "c", 0)
      .reaction("bind", "E + S <-> ES", "c * (E * S - ES)")
      .reaction("turn", "ES -> E + P", "c * ES");
}

TEST(Moiety, EnzymeAndSubstrate) {
  EXPECT_EQ(sums(enzyme().build()), (std::vector<std::string>{"E + ES = 2", "S + ES + P = 20"}));
}

TEST(Moiety, DimersCountTwice) {
  const Network n = NetworkBuilder("m")
                        .compartment("c", 1)
                        .species("A", "c", 3)
                        .species("AB", "c", 0)
                        .species("B", "c", 1)
                        .species("A2", "c", 0.5)
                        .reaction("r", "2 A -> A2", "A")
                        .reaction("s", "A + B -> AB", "A")
                        .build();
  EXPECT_EQ(sums(n), (std::vector<std::string>{"A + AB + 2 A2 = 4", "AB + B = 1"}));
}

TEST(Moiety, WhatBreaksASum) {
  EXPECT_TRUE(sums(enzyme().reaction("made", "-> E", "1").reaction("fed", "-> S", "1").build()).empty());
  EXPECT_EQ(sums(enzyme().event("e", "time > 1", {{"E", "2"}}).build()).size(), 1u) << "an event sets E";
  const Network half = NetworkBuilder("m")
                           .compartment("c", 1)
                           .species("A", "c", 1)
                           .species("B", "c", 1, {.boundary = true})
                           .species("C", "c", 1)
                           .reaction("r", "A -> B + 1.5 C", "A")
                           .build();
  EXPECT_EQ(sums(half), (std::vector<std::string>{"3 A + 2 C = 5"}));
  const Network odd = NetworkBuilder("m")
                          .compartment("c", 1)
                          .species("A", "c", 1)
                          .species("C", "c", 1)
                          .reaction("r", "A -> 3.14159265 C", "A")
                          .build();
  EXPECT_FALSE(conserved_moieties(odd).complete);
}

TEST(Moiety, LongChainsStayExact) {
  NetworkBuilder b("m");
  b.compartment("c", 1);
  for (int i = 0; i < 200; ++i) b.species("S" + std::to_string(i), "c", 1);
  for (int i = 0; i + 1 < 200; ++i)
    b.reaction("r" + std::to_string(i), "S" + std::to_string(i) + " -> S" + std::to_string(i + 1), "1");
  const Network n = b.build();
  const Moieties m = conserved_moieties(n);
  ASSERT_EQ(m.found.size(), 1u);
  EXPECT_EQ(m.found[0].terms.size(), 200u);
  EXPECT_EQ(m.found[0].total, 200);
}

TEST(DeclaredValues, FollowsAssignments) {
  const Network n = NetworkBuilder("m")
                        .compartment("c", 2)
                        .species("A", "c", 6, {.given = SpeciesMeasure::kAmount})
                        .parameter("x", 0)
                        .parameter("y", 0)
                        .parameter("z", 0)
                        .assign("x", "y + 1")
                        .initial("y", "A * 2")
                        .assign("z", "z + 1")
                        .build();
  const auto values = declared_values(n);
  EXPECT_EQ(values[n.find("A")], 3);
  EXPECT_EQ(values[n.find("x")], 7);
  EXPECT_TRUE(std::isnan(values[n.find("z")])) << "a circle";
}

/// Texts of the findings of a kind.
std::vector<std::string> told(const Network& network, CheckKind kind) {
  std::vector<std::string> out;
  for (const CheckFinding& finding : check_network(network)) {
    if (finding.kind == kind) out.push_back(finding.text);
  }
  return out;
}

NetworkBuilder with_units() {
  return NetworkBuilder("m")
      .units({.time = "h", .substance = "nmol", .extent = "", .volume = "L", .area = "", .length = ""})
      .compartment("c", 1, "L")
      .species("A", "c", 1)
      .species("B", "c", 1);
}

TEST(UnitCheck, ConsistentModelsAreSilent) {
  const Network n = with_units()
                        .parameter("k", 1, {.unit = "h-1"})
                        .parameter("K", 1, {.unit = "nmol/L"})
                        .parameter("n", 2, {.unit = "1"})
                        .parameter("half", 1, {.unit = "h"})
                        .parameter("kk", 1, {.unit = "h-1"})
                        .assign("kk", "ln(2) / half")
                        .reaction("r", "A -> B", "c * k * A / (1 + A / K)")
                        .reaction("s", "B ->", "c * kk * K * (B / K)^n / (1 + (B / K)^n)")
                        .event("e", "time > 2 && A < K", {{"A", "A / 2 + K"}}, {.delay = "half"})
                        .build();
  EXPECT_EQ(told(n, CheckKind::kUnits), std::vector<std::string>());
}

TEST(UnitCheck, TellsWhatIsWrong) {
  const auto units = [](NetworkBuilder b) { return told(b.build(), CheckKind::kUnits); };
  using Texts = std::vector<std::string>;
  const auto base = [] {
    return with_units().parameter("k", 1, {.unit = "h-1"}).parameter("K", 1, {.unit = "umol/L"});
  };
  EXPECT_EQ(units(base().reaction("r", "A -> B", "k * A")),
            Texts{"The rate of r comes out in 2.77778e-13 mol/(L s), not in 2.77778e-13 mol/s."});
  EXPECT_EQ(units(base().reaction("r", "A -> B", "c * k * (A + K)")),
            Texts{"The rate of r adds or compares 1e-09 mol/L and 1e-06 mol/L."})
      << "nmol is not umol";
  EXPECT_EQ(units(base().parameter("x", 1, {.unit = "nmol/L"}).rate("x", "x")),
            Texts{"The rate rule of x comes out in 1e-09 mol/L, not in 2.77778e-13 mol/(L s)."});
  EXPECT_EQ(units(base().parameter("x", 1).assign("x", "exp(A)")).size(), 1u);
  EXPECT_EQ(units(base().parameter("x", 1).assign("x", "2 ^ A")).size(), 1u);
  EXPECT_EQ(units(base().parameter("x", 1).assign("x", "0.37 * A + K")).size(), 0u) << "0.37 may carry a unit";
  EXPECT_EQ(units(base().event("e", "time > 1", {{"A", "K"}}, {.delay = "A"})).size(), 2u);
}

TEST(UnitCheck, ReadableUnits) {
  EXPECT_EQ(readable_unit(*parse_unit("nmol/L")), "1e-09 mol/L");
  EXPECT_EQ(readable_unit(*parse_unit("1")), "1");
  EXPECT_EQ(readable_unit(*parse_unit("%")), "0.01");
  EXPECT_EQ(readable_unit(*parse_unit("s-1")), "1/s");
  EXPECT_EQ(readable_unit(*parse_unit("m2")), "m2");
}

TEST(CheckNetwork, UnusedUnchangedMissing) {
  const Network n = NetworkBuilder("m")
                        .compartment("c", 1)
                        .compartment("spare", 1)
                        .species("A", "c", std::nan(""))
                        .species("B", "c", 1)
                        .parameter("k", std::nan(""))
                        .parameter("unused", 1)
                        .parameter("shown", 0)
                        .assign("shown", "2 * A")
                        .reaction("r", "A ->", "k * A")
                        .build();
  EXPECT_EQ(told(n, CheckKind::kUnused),
            (std::vector<std::string>{"No formula uses spare.", "No formula uses unused."}));
  EXPECT_EQ(told(n, CheckKind::kMissingValue),
            (std::vector<std::string>{"A has no value to start from.", "k has no value to start from."}));
  ASSERT_EQ(told(n, CheckKind::kUnchanged).size(), 1u);
  EXPECT_NE(told(n, CheckKind::kUnchanged)[0].find("B"), std::string::npos);
}

TEST(CheckSbml, ProblemsOneByOne) {
  const std::string text = testing::document(
      3, 2,
      "<listOfParameters><parameter id=\"a\" constant=\"false\"/></listOfParameters><listOfRules>\n<assignmentRule "
      "variable=\"a\">" +
          testing::math("<ci>b</ci>") + "</assignmentRule>\n<algebraicRule>" + testing::math("<ci>a</ci>") +
          "</algebraicRule></listOfRules>");
  const auto findings = check_sbml(text, "m.xml");
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, CheckKind::kUnsupported);
  EXPECT_EQ(findings[0].line, 6);
  EXPECT_EQ(findings[1].kind, CheckKind::kUndefined);
  EXPECT_EQ(findings[1].line, 5);
  EXPECT_EQ(check_sbml("nonsense", "m.xml").size(), 1u);
  const auto sizeless =
      check_sbml(testing::document(2, 4, "<listOfCompartments><compartment id=\"c\"/></listOfCompartments>"), "m.xml");
  ASSERT_EQ(sizeless.size(), 2u);
  EXPECT_EQ(sizeless[0].kind, CheckKind::kMissingValue);
  EXPECT_EQ(sizeless[1].kind, CheckKind::kUnused);
}

}  // namespace
}  // namespace vesica::kinetics
