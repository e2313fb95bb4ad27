// SPDX-License-Identifier: Apache-2.0
// Many individuals over the threads: same bytes whatever their number, the chunks or the machine's load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/kinetics/distribution.h"
#include "vesica/kinetics/simulate.h"

namespace vesica::kinetics {

/// Makes individual number `index`. Called from several threads at a time, once an individual; must depend on nothing
/// but the index (and what is keyed by it). Its `key` should be the index.
using Generator = std::function<Individual(std::size_t index)>;

/// Takes the trajectories of individuals first, first + 1, ... Called from one thread at a time, in order.
using EnsembleSink = std::function<void(std::size_t first, std::span<Trajectory> trajectories)>;

/// Individuals that one thread runs in one go (chosen: many batches, so that lanes are seldom empty).
inline constexpr std::size_t kChunk = 128;

/// The method of a whole ensemble. `auto` runs the first individual: when the explicit method had to be left there, all
/// individuals begin with the one that took over, since most of them would change as well; otherwise each may change
/// for itself. Other methods are what they are.
solve::Method ensemble_method(const Simulator& simulator, const Plan& plan, const Generator& generator,
                              const Context& context);

/// Runs individuals 0 .. count-1 by ensemble_method() on context.threads threads and hands their trajectories to `sink`
/// in order. Memory holds the trajectories of at most 4 chunks a thread. `context.progress` counts individuals. Throws
/// what Simulator::run() throws, of several the first individual's, and Error(kCancelled) once the user asked to stop:
/// what the sink has seen until then is complete.
void run_ensemble(const Simulator& simulator, const Plan& plan, std::size_t count, const Generator& generator,
                  const EnsembleSink& sink, const Context& context, std::size_t chunk = kChunk);

/// One value a distribution for this individual. Each value is drawn from a stream of its own keyed by (seed,
/// individual, position): adding a distribution at the end changes no other value.
std::vector<double> sample(std::span<const Distribution> distributions, std::uint64_t seed, std::uint64_t individual);

}  // namespace vesica::kinetics
