// SPDX-License-Identifier: Apache-2.0
// SBML out: a network as a file that other simulators read.
#pragma once

#include <string>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics {

/// The network as SBML Level 3 Version 1 Core, or Version 2 when it uses rateOf, min, max, quotient, rem or mixes truth
/// values and numbers. The same network gives the same bytes. Reading the text back gives the same symbols, values and
/// formulas, down to the order of sums, with these exceptions:
///
/// - a stoichiometry that is a formula (Level 2) becomes a species reference with an id and an initial
///   assignment, or an assignment rule where something in it changes;
/// - units become unit definitions of the same factor and dimension, whose UCUM text may differ; annotations in braces
///   become `item`;
/// - `low`, `high` and `evidence` of settings are not written; libSBML refuses numbers below 2.2e-308 other than 0.
///
/// Throws Error(kUnsupported) naming the symbol for ids that are no SBML ids (letters, digits and underscores, no digit
/// first) and for formulas whose shared parts, written out, would exceed what read_sbml accepts.
std::string write_sbml(const Network& network);

}  // namespace vesica::kinetics
