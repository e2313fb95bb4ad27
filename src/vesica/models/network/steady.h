// SPDX-License-Identifier: Apache-2.0
// Where one individual of a network comes to rest.
#pragma once

#include <string>
#include <vector>

#include "vesica/kinetics/simulate.h"
#include "vesica/solve/steady_state.h"

namespace vesica::network {

/// What was found for one individual.
struct Rest {
  std::vector<double> values;  ///< one an output of the simulator; NaN when it does not come to rest
  std::string failure;         ///< one sentence, empty when it rests
  solve::Stability stability = solve::Stability::kUnknown;
  solve::Work work;
};

/// Weights of the amounts that reactions never change, one a state: what find_steady_state() needs to know.
std::vector<std::vector<double>> conserved_weights(const kinetics::Network& network,
                                                   const kinetics::CompiledModel& model);

/// The steady state that the individual's own course from `start` reaches; doses are not given. A model with events has
/// none in this sense, a model that time drives neither: both are failures, as is a course that does not come to rest
/// (oscillation, growth), even where a resting state exists.
Rest find_rest(const kinetics::Simulator& simulator, const kinetics::Individual& individual, double start,
               const solve::SteadyOptions& options);

}  // namespace vesica::network
