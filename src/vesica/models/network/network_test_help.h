// SPDX-License-Identifier: Apache-2.0
// Small SBML models for tests of model network.
#pragma once

#include <string>

#include "vesica/kinetics/sbml_read.h"
#include "vesica/models/network/network.h"

namespace vesica::network {

/// dA/dt = -k A in 2 L from A = 10 nmol/L, k = 0.5 /h; hours, nmol, litres.
inline constexpr std::string_view kDecay = R"(<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
<model id="decay" timeUnits="hour" substanceUnits="nmol" volumeUnits="litre" extentUnits="nmol">
<listOfUnitDefinitions>
<unitDefinition id="hour"><listOfUnits><unit kind="second" exponent="1" scale="0" multiplier="3600"/></listOfUnits></unitDefinition>
<unitDefinition id="nmol"><listOfUnits><unit kind="mole" exponent="1" scale="-9" multiplier="1"/></listOfUnits></unitDefinition>
</listOfUnitDefinitions>
<listOfCompartments><compartment id="V" size="2" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="A" compartment="V" initialAmount="20" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
</listOfSpecies>
<listOfParameters>
<parameter id="k" value="0.5" constant="true"/>
<parameter id="twice" constant="false"/>
</listOfParameters>
<listOfRules><assignmentRule variable="twice"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>2</cn><ci>A</ci></apply></math></assignmentRule></listOfRules>
<listOfReactions><reaction id="loss" reversible="false">
<listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>k</ci><ci>A</ci><ci>V</ci></apply></math></kineticLaw>
</reaction></listOfReactions>
</model></sbml>)";

/// dx/dt = x² from x = 1 (runs away at time 1); no units.
inline constexpr std::string_view kRunaway = R"(<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="runaway">
<listOfParameters><parameter id="x" value="1" constant="false"/></listOfParameters>
<listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><power/><ci>x</ci><cn>2</cn></apply></math></rateRule></listOfRules>
</model></sbml>)";

inline kinetics::Network read(std::string_view text) { return kinetics::read_sbml(text, "model.xml"); }

inline Sheet sheet_of(const std::vector<std::vector<std::string>>& rows) {
  Sheet sheet;
  sheet.file = "table.tsv";
  for (const auto& row : rows) {
    sheet.rows.emplace_back();
    sheet.row_lines.push_back(static_cast<int>(sheet.rows.size()));
    for (const std::string& text : row) sheet.rows.back().push_back({text, kNaN, false});
  }
  return sheet;
}

}  // namespace vesica::network
