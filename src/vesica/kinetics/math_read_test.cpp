// SPDX-License-Identifier: Apache-2.0
// MathML: every operator of SBML Level 3 Version 2 Core, section 3.4 and appendix; truths from <cmath> and the text.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_testing.h"

namespace vesica::kinetics {
namespace {

using testing::document;
using testing::formula_document;
using testing::math;

double value(const std::string& content, double time = 0) {
  const Network network = read_sbml(formula_document(content), "f.xml");
  return testing::initial_value(network, "p", time);
}

std::string applied(const std::string& op, const std::string& arguments) {
  return "<apply>" + op + arguments + "</apply>";
}

std::string cn(double x) { return "<cn>" + std::to_string(x) + "</cn>"; }

const std::string kX = "<ci>x</ci>", kY = "<ci>y</ci>";

TEST(MathRead, Arithmetic) {
  EXPECT_EQ(value(applied("<plus/>", kX + kY + kX)), 10);
  EXPECT_EQ(value(applied("<times/>", kX + kY + kY)), 48);
  EXPECT_EQ(value(applied("<minus/>", kX + kY)), -1);
  EXPECT_EQ(value(applied("<minus/>", kX)), -3);
  EXPECT_EQ(value(applied("<divide/>", kX + kY)), 0.75);
  EXPECT_EQ(value(applied("<power/>", kX + kY)), 81);
  EXPECT_EQ(value(applied("<quotient/>", cn(-7) + cn(2))), -3);
  EXPECT_EQ(value(applied("<rem/>", cn(-7) + cn(2))), -1);
  EXPECT_EQ(value(applied("<max/>", kX + cn(9) + kY)), 9);
  EXPECT_EQ(value(applied("<min/>", kX + cn(9) + kY)), 3);
  EXPECT_EQ(value(applied("<factorial/>", kY)), 24);
  EXPECT_EQ(value(applied("<abs/>", cn(-2))), 2);
  EXPECT_EQ(value(applied("<ceiling/>", cn(1.2))), 2);
  EXPECT_EQ(value(applied("<floor/>", cn(-1.2))), -2);
}

TEST(MathRead, FewArguments) {
  EXPECT_EQ(value(applied("<plus/>", "")), 0);
  EXPECT_EQ(value(applied("<times/>", "")), 1);
  EXPECT_EQ(value(applied("<plus/>", kX)), 3);
  EXPECT_EQ(value(applied("<times/>", kX)), 3);
  EXPECT_EQ(value(applied("<and/>", "")), 1);
  EXPECT_EQ(value(applied("<or/>", "")), 0);
  EXPECT_EQ(value(applied("<xor/>", "")), 0);
  EXPECT_EQ(value(applied("<and/>", kX)), 1) << "a truth value is 0 or 1";
  EXPECT_EQ(value(applied("<xor/>", "<true/><true/><true/>")), 1);
}

TEST(MathRead, Numbers) {
  EXPECT_EQ(value("<cn type=\"integer\"> 12 </cn>"), 12);
  EXPECT_EQ(value("<cn type=\"e-notation\">1.1<sep/>-5</cn>"), 1.1e-5);
  EXPECT_EQ(value("<cn type=\"e-notation\">2<sep/>300</cn>"), 2e300);
  EXPECT_EQ(value("<cn type=\"rational\">1<sep/>3</cn>"), 1.0 / 3);
  EXPECT_EQ(value("<cn> 6.25e-2 </cn>"), 0.0625);
  EXPECT_EQ(value("<pi/>"), std::numbers::pi);
  EXPECT_EQ(value("<exponentiale/>"), std::numbers::e);
  EXPECT_EQ(value("<infinity/>"), INFINITY);
  EXPECT_TRUE(std::isnan(value("<notanumber/>")));
  EXPECT_EQ(value("<cn xmlns:sbml=\"http://www.sbml.org/sbml/level3/version2/core\" sbml:units=\"mole\">7</cn>"), 7);
}

TEST(MathRead, Symbols) {
  const std::string base = "http://www.sbml.org/sbml/symbols/";
  EXPECT_EQ(value("<csymbol encoding=\"text\" definitionURL=\"" + base + "time\"> t </csymbol>", 2.5), 2.5);
  EXPECT_EQ(value("<csymbol encoding=\"text\" definitionURL=\"" + base + "avogadro\"> N </csymbol>"), 6.02214179e23);
}

TEST(MathRead, Elementary) {
  const double x = 0.4, big = 1.7;
  const auto of = [](const std::string& name, double a) { return value(applied("<" + name + "/>", cn(a))); };
  EXPECT_DOUBLE_EQ(of("exp", x), std::exp(x));
  EXPECT_DOUBLE_EQ(of("ln", x), std::log(x));
  EXPECT_DOUBLE_EQ(of("log", x), std::log10(x));
  EXPECT_DOUBLE_EQ(of("root", x), std::sqrt(x));
  EXPECT_DOUBLE_EQ(of("sin", x), std::sin(x));
  EXPECT_DOUBLE_EQ(of("cos", x), std::cos(x));
  EXPECT_DOUBLE_EQ(of("tan", x), std::tan(x));
  EXPECT_DOUBLE_EQ(of("sec", x), 1 / std::cos(x));
  EXPECT_DOUBLE_EQ(of("csc", x), 1 / std::sin(x));
  EXPECT_DOUBLE_EQ(of("cot", x), 1 / std::tan(x));
  EXPECT_DOUBLE_EQ(of("sinh", x), std::sinh(x));
  EXPECT_DOUBLE_EQ(of("cosh", x), std::cosh(x));
  EXPECT_DOUBLE_EQ(of("tanh", x), std::tanh(x));
  EXPECT_DOUBLE_EQ(of("sech", x), 1 / std::cosh(x));
  EXPECT_DOUBLE_EQ(of("csch", x), 1 / std::sinh(x));
  EXPECT_DOUBLE_EQ(of("coth", x), 1 / std::tanh(x));
  EXPECT_DOUBLE_EQ(of("arcsin", x), std::asin(x));
  EXPECT_DOUBLE_EQ(of("arccos", x), std::acos(x));
  EXPECT_DOUBLE_EQ(of("arctan", x), std::atan(x));
  EXPECT_DOUBLE_EQ(of("arcsec", big), std::acos(1 / big));
  EXPECT_DOUBLE_EQ(of("arccsc", big), std::asin(1 / big));
  EXPECT_DOUBLE_EQ(of("arccot", x), std::numbers::pi / 2 - std::atan(x));
  EXPECT_DOUBLE_EQ(of("arccot", 0), std::numbers::pi / 2);
  EXPECT_DOUBLE_EQ(of("arcsinh", x), std::asinh(x));
  EXPECT_DOUBLE_EQ(of("arccosh", big), std::acosh(big));
  EXPECT_DOUBLE_EQ(of("arctanh", x), std::atanh(x));
  EXPECT_DOUBLE_EQ(of("arcsech", x), std::acosh(1 / x));
  EXPECT_DOUBLE_EQ(of("arccsch", x), std::asinh(1 / x));
  EXPECT_DOUBLE_EQ(of("arccoth", big), std::atanh(1 / big));
  EXPECT_DOUBLE_EQ(value(applied("<root/>", "<degree><cn>3</cn></degree>" + cn(27))), 3);
  EXPECT_DOUBLE_EQ(value(applied("<log/>", "<logbase><cn>2</cn></logbase>" + cn(32))), 5);
  EXPECT_DOUBLE_EQ(value(applied("<log/>", "<logbase><exponentiale/></logbase>" + cn(x))), std::log(x));
}

TEST(MathRead, Comparisons) {
  EXPECT_EQ(value(applied("<lt/>", kX + kY + cn(5))), 1);
  EXPECT_EQ(value(applied("<lt/>", kX + kY + cn(4))), 0) << "x < y and y < 4";
  EXPECT_EQ(value(applied("<leq/>", kX + kY + cn(4))), 1);
  EXPECT_EQ(value(applied("<gt/>", kX + kY)), 0);
  EXPECT_EQ(value(applied("<geq/>", kY + kY + kX)), 1);
  EXPECT_EQ(value(applied("<eq/>", kX + kX + kY)), 0);
  EXPECT_EQ(value(applied("<neq/>", kX + kY)), 1);
  EXPECT_EQ(value(applied("<not/>", applied("<eq/>", kX + kY))), 1);
  EXPECT_EQ(value(applied("<implies/>", "<true/><false/>")), 0);
  EXPECT_EQ(value(applied("<implies/>", "<false/><false/>")), 1);
  EXPECT_EQ(value(applied("<and/>", "<true/><true/><false/>")), 0);
  EXPECT_EQ(value(applied("<or/>", "<false/><false/><true/>")), 1);
}

TEST(MathRead, Piecewise) {
  const auto piece = [](const std::string& v, const std::string& c) { return "<piece>" + v + c + "</piece>"; };
  const std::string less = applied("<lt/>", kX + kY), greater = applied("<gt/>", kX + kY);
  EXPECT_EQ(value("<piecewise>" + piece(cn(1), less) + "<otherwise>" + cn(2) + "</otherwise></piecewise>"), 1);
  EXPECT_EQ(value("<piecewise>" + piece(cn(1), greater) + "<otherwise>" + cn(2) + "</otherwise></piecewise>"), 2);
  EXPECT_EQ(
      value("<piecewise>" + piece(cn(1), greater) + piece(cn(2), less) + piece(cn(3), "<true/>") + "</piecewise>"), 2)
      << "the first true piece counts";
  EXPECT_TRUE(std::isnan(value("<piecewise>" + piece(cn(1), greater) + "</piecewise>"))) << "undefined";
}

TEST(MathRead, FunctionsAreInlined) {
  const auto function = [](const std::string& id, const std::string& lambda) {
    return "<functionDefinition id=\"" + id + "\">" + math("<lambda>" + lambda + "</lambda>") + "</functionDefinition>";
  };
  const std::string model =
      "<listOfFunctionDefinitions>" +
      function("twice", "<bvar><ci>x</ci></bvar>" + applied("<times/>", "<cn>2</cn><ci>x</ci>")) +
      function("four", "<bvar><ci>a</ci></bvar><bvar><ci>b</ci></bvar>" +
                           applied("<minus/>",
                                   applied("<ci>twice</ci>", applied("<ci>twice</ci>", "<ci>a</ci>")) + "<ci>b</ci>")) +
      function("none", "<cn>5</cn>") +
      "</listOfFunctionDefinitions><listOfParameters><parameter id=\"x\" value=\"10\" constant=\"true\"/>"
      "<parameter id=\"p\" constant=\"false\"/></listOfParameters><listOfInitialAssignments>"
      "<initialAssignment symbol=\"p\">" +
      math(applied("<plus/>", applied("<ci>four</ci>", "<ci>x</ci><cn>1</cn>") + applied("<ci>none</ci>", ""))) +
      "</initialAssignment></listOfInitialAssignments>";
  const Network network = read_sbml(document(3, 2, model), "f.xml");
  EXPECT_EQ(testing::initial_value(network, "p"), 44);
}

ErrorKind refused(const std::string& model, const std::string& part) {
  try {
    read_sbml(model, "f.xml");
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_GT(error.where().line, 0) << error.what();
    return error.kind();
  }
  ADD_FAILURE() << "not refused: " << part;
  return ErrorKind::kInternal;
}

TEST(MathRead, RefusesWhatMeansNothing) {
  EXPECT_EQ(refused(formula_document("<ci>z</ci>"), "z"), ErrorKind::kData);
  EXPECT_EQ(refused(formula_document(applied("<ci>f</ci>", kX)), "f"), ErrorKind::kData);
  EXPECT_EQ(
      refused(formula_document(applied("<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/"
                                       "delay\"> d </csymbol>",
                                       kX + "<cn>1</cn>")),
              "delay"),
      ErrorKind::kUnsupported);
  EXPECT_EQ(
      refused(formula_document(applied("<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/"
                                       "rateOf\"> r </csymbol>",
                                       "<cn>1</cn>")),
              "rateOf"),
      ErrorKind::kData);
}

std::string function_chain(int count, const std::string& body_of_last, const std::string& call) {
  std::string out = "<listOfFunctionDefinitions>";
  for (int i = 0; i < count; ++i) {
    const std::string next = "<ci>f" + std::to_string(i + 1) + "</ci>";
    std::string body = i + 1 < count ? call : body_of_last;
    for (auto at = body.find("NEXT"); at != std::string::npos; at = body.find("NEXT")) body.replace(at, 4, next);
    out += "<functionDefinition id=\"f" + std::to_string(i) + "\">" +
           math("<lambda><bvar><ci>x</ci></bvar>" + body + "</lambda>") + "</functionDefinition>";
  }
  return out +
         "</listOfFunctionDefinitions><listOfParameters><parameter id=\"p\" constant=\"false\"/>"
         "</listOfParameters><listOfInitialAssignments><initialAssignment symbol=\"p\">" +
         math(applied("<ci>f0</ci>", "<cn>1</cn>")) + "</initialAssignment></listOfInitialAssignments>";
}

TEST(MathRead, HostileFunctions) {
  EXPECT_EQ(
      refused(document(3, 2, function_chain(3, applied("<ci>f0</ci>", "<ci>x</ci>"), applied("NEXT", "<ci>x</ci>"))),
              "calls itself"),
      ErrorKind::kData);
  EXPECT_EQ(refused(document(3, 2, function_chain(5000, "<ci>x</ci>", applied("NEXT", "<ci>x</ci>"))), "nested"),
            ErrorKind::kData);
  // f(x) = g(x) + g(x): 2^60 calls written out, 60 when equal calls are one.
  const Network network = read_sbml(
      document(3, 2,
               function_chain(60, "<ci>x</ci>",
                              applied("<plus/>", applied("NEXT", "<ci>x</ci>") + applied("NEXT", "<ci>x</ci>")))),
      "f.xml");
  EXPECT_EQ(testing::initial_value(network, "p"), std::ldexp(1.0, 59));
}

}  // namespace
}  // namespace vesica::kinetics
