// SPDX-License-Identifier: Apache-2.0
// For tests: small SBML documents, and the value of a formula by the slow obvious way.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics::testing {

inline std::string document(int level, int version, const std::string& model) {
  std::string uri = "http://www.sbml.org/sbml/level" + std::to_string(level);
  if (level == 3 || version > 1) uri += "/version" + std::to_string(version);
  if (level == 3) uri += "/core";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sbml xmlns=\"" + uri + "\" level=\"" + std::to_string(level) +
         "\" version=\"" + std::to_string(version) + "\">\n<model id=\"m\">\n" + model + "\n</model>\n</sbml>\n";
}

inline std::string math(const std::string& content) {
  return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">" + content + "</math>";
}

/// Parameters x = 3, y = 4 and p, whose initial assignment is the formula.
inline std::string formula_document(const std::string& content, int level = 3, int version = 2) {
  return document(level, version,
                  "<listOfParameters><parameter id=\"x\" value=\"3\" constant=\"true\"/>"
                  "<parameter id=\"y\" value=\"4\" constant=\"true\"/>"
                  "<parameter id=\"p\" constant=\"false\"/></listOfParameters>"
                  "<listOfInitialAssignments><initialAssignment symbol=\"p\">" +
                      math(content) + "</initialAssignment></listOfInitialAssignments>");
}

/// The formula's value where symbols have the values that the model declares (or `given`), at `time`.
inline double value_of(const Network& network, Node node, double time = 0,
                       const std::map<std::string, double>& given = {}) {
  std::vector<double> values(network.graph.size());
  for (Node n = 0; n < values.size(); ++n) {
    const Term& term = network.graph[n];
    switch (term.op) {
      case Op::kNumber:
        values[n] = term.value;
        break;
      case Op::kTime:
        values[n] = time;
        break;
      case Op::kSymbol: {
        const Symbol& symbol = network.symbols[term.a];
        const auto found = given.find(symbol.id);
        values[n] = found == given.end() ? symbol.value : found->second;
        break;
      }
      case Op::kRateOf:
        values[n] = std::nan("");
        break;
      default: {
        const int count = argument_count(term.op);
        values[n] = evaluate(term.op, values[term.a], count > 1 ? values[term.b] : 0, count > 2 ? values[term.c] : 0);
      }
    }
  }
  return node == kNoNode ? std::nan("") : values[node];
}

inline double initial_value(const Network& network, const std::string& id, double time = 0) {
  return value_of(network, network.symbols.at(network.find(id)).initial, time);
}

}  // namespace vesica::kinetics::testing
