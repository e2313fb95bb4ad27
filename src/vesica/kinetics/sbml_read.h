// SPDX-License-Identifier: Apache-2.0
// SBML in: Level 2 Versions 1 to 5 and Level 3 Versions 1 and 2 (core, l3v2extendedmath).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vesica/kinetics/network.h"
#include "vesica/kinetics/problems.h"

namespace vesica::kinetics {

/// The network of an SBML file (Hucka et al. 2019, SBML Level 3 Version 2 Core, doi:10.1515/jib-2019-0021). libSBML
/// (Bornstein et al. 2008, doi:10.1093/bioinformatics/btn051) parses; notes and annotations are not even parsed, and no
/// consistency checks run.
///
/// - Function definitions are inlined. Local parameters become symbols "reaction.id". Ids of reactions and (in Level 3)
///   of species references are symbols like any other.
/// - Level 2 defaults: three dimensions, constant compartments, stoichiometry 1, species not boundary, events
///   persistent and initially true. A species in a compartment of no dimensions is an amount (Level 2 Version 4,
///   section 4.8.5).
/// - What Level 3 Version 2 lets a model leave out (formulas, triggers, kinetic laws) has no effect.
/// - A compartment without a size, rule and initial assignment has size 1, as in COPASI and libRoadRunner; SBML calls
///   it undefined.
/// - A stoichiometry that Level 3 leaves undefined stays NaN when the species reference has an id, else it is refused.
/// - Constraints are not looked at.
///
/// Throws one Error with all problems found: kData with line and column for what is no XML, no SBML, undefined,
/// contradictory or beyond the bounds of SbmlBounds; kUnsupported by name for algebraic rules, fast reactions, delay(),
/// Level 1, flux balance models and packages that change the mathematics (comp, qual, distrib, ...).
Network read_sbml(std::string_view bytes, const std::string& path);

/// The same, with the problems one by one instead of an Error; nothing when there is no model to speak of.
std::optional<Network> read_sbml(std::string_view bytes, const std::string& path, Problems& problems);

}  // namespace vesica::kinetics
