// SPDX-License-Identifier: Apache-2.0
// The network of an explanation as a logical model in SBML.
#pragma once

#include <cstddef>
#include <string>

#include "vesica/explain/explanation.h"

namespace vesica::explain {

/// SBML Level 3 Version 1 with the package Qualitative Models version 1 (Chaouiya et al. 2013, 10.1186/1752-0509-7-135)
/// of the first `paths` paths (0: all). Every node is a species with levels 0 and 1; what nothing acts on is constant,
/// the beginnings at 1, the rest at 0. A node with inputs has one transition: it is 1 when at least one input that
/// raises it is 1, or none raises it at all, and no input that lowers it is 1 (our choice: the sources give signs, no
/// logic). Inputs without sign, or of both signs, stand in the transition ("unknown", "dual") and not in its function.
/// Links refuted by the papers they cite are left out, and the model's notes say so. Notes hold the rows of each link
/// with species, route, dose and check; annotations hold identifiers of nodes and DOIs of the papers. The same
/// explanation gives the same bytes.
std::string write_qual(const Explanation& explanation, std::size_t paths);

}  // namespace vesica::explain
