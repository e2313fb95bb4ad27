// SPDX-License-Identifier: Apache-2.0
// A table with one row an individual.
#pragma once

#include "vesica/models/network/network.h"

namespace vesica::network {

/// Fills `given`, `dosed` and `individuals` of the problem from the sheet: first column `individual`, further columns
/// symbols or dose.SYMBOL. `doses` are those of everybody: a number in a dose column replaces their amounts, a schedule
/// replaces them. Throws Error(kData) with the cell.
void read_individuals(const Sheet& sheet, const std::vector<kinetics::Given>& doses, Problem& problem);

}  // namespace vesica::network
