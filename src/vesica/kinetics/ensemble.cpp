// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/ensemble.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/require.h"

namespace vesica::kinetics {

namespace {

/// Chunks of one wave for each thread (chosen: the last ones of a wave rarely leave threads idle).
constexpr std::size_t kChunksPerThread = 4;
/// Keeps the streams of sampling apart from others of the same individual (chosen: the upper byte says what for).
constexpr std::uint64_t kSampling = std::uint64_t{1} << 56;
constexpr int kPositionShift = 40;  ///< individuals below 2^40, positions below 2^16

void run_chunk(const Simulator& simulator, const Plan& plan, const Generator& generator, const Context& context,
               std::size_t first, std::span<Trajectory> trajectories) {
  std::vector<Individual> individuals;
  individuals.reserve(trajectories.size());
  for (std::size_t i = 0; i < trajectories.size(); ++i) individuals.push_back(generator(first + i));
  Context alone = context;
  alone.threads = 1;
  alone.progress = nullptr;
  simulator.run(individuals, plan, alone, trajectories);
}

}  // namespace

solve::Method ensemble_method(const Simulator& simulator, const Plan& plan, const Generator& generator,
                              const Context& context) {
  if (plan.method != solve::Method::kAuto) return plan.method;
  const Trajectory first = simulator.run(generator(0), plan, context);
  return std::isnan(first.changed_at) ? plan.method : first.method;
}

void run_ensemble(const Simulator& simulator, const Plan& wanted, std::size_t count, const Generator& generator,
                  const EnsembleSink& sink, const Context& context, std::size_t chunk) {
  VESICA_REQUIRE(chunk >= 1, "a chunk holds at least one individual");
  if (count == 0) return;
  Plan plan = wanted;
  plan.method = ensemble_method(simulator, wanted, generator, context);
  const std::size_t wave = chunk * kChunksPerThread * static_cast<std::size_t>(std::max(context.threads, 1));
  parallel_in_order<Trajectory>(
      count, {wave, chunk}, context,
      [&](std::uint64_t first, std::span<Trajectory> trajectories) {
        run_chunk(simulator, plan, generator, context, static_cast<std::size_t>(first), trajectories);
      },
      [&](std::uint64_t first, std::span<Trajectory> trajectories) {
        sink(static_cast<std::size_t>(first), trajectories);
      });
}

std::vector<double> sample(std::span<const Distribution> distributions, std::uint64_t seed, std::uint64_t individual) {
  std::vector<double> values;
  values.reserve(distributions.size());
  for (std::size_t k = 0; k < distributions.size(); ++k) {
    Random random(seed, kSampling ^ (std::uint64_t{k} << kPositionShift) ^ individual);
    values.push_back(draw(distributions[k], random));
  }
  return values;
}

}  // namespace vesica::kinetics
