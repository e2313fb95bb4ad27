// SPDX-License-Identifier: Apache-2.0
// Sums of amounts that no reaction changes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics {

/// Σ factor · amount(species) stays as it is at the start.
struct Moiety {
  std::vector<std::pair<std::uint32_t, std::int64_t>> terms;  ///< species and its factor, in the order of the symbols
  double total;                                               ///< at the start; NaN when a value is not declared
};

struct Moieties {
  std::vector<Moiety> found;
  bool complete = true;  ///< false: the stoichiometries are no small fractions, or the work exceeds the bound
};

/// A basis of the left null space of the stoichiometry matrix in exact integers (elimination of [N | I] by rows with
/// common divisors removed), with as few negative factors as adding one relation to another gives (our choice). Only
/// species that reactions alone change take part: no boundary species, rules, events, stoichiometries that are formulas
/// or may change; with conversion factors only those that share one. In amounts, so that changing compartments do not
/// matter. Doses break these sums.
Moieties conserved_moieties(const Network& network);

/// "A + AB + 2 C = 3", or "A + AB + 2 C" when the total is not known.
std::string to_text(const Moiety& moiety, const Network& network);

/// Values of all symbols at time 0 as declared, initial assignments and assignment rules followed; NaN where something
/// is missing or rules go round in a circle. Species: in what formulas see.
std::vector<double> declared_values(const Network& network);

}  // namespace vesica::kinetics
