// SPDX-License-Identifier: Apache-2.0
// A physiologically based model of 16 states for benchmarks: perfused organs between arterial and venous blood.
#pragma once

#include <string>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::bench {

/// Volumes (L) and blood flows (L/h) of a man of 70 kg, rounded from ICRP Publication 89 (2002); partition coefficients
/// chosen. `given` are the numbers that differ between individuals.
kinetics::Network pbpk_network();
std::vector<std::string> pbpk_given();
std::vector<std::string> pbpk_given_distributions();

}  // namespace vesica::bench
