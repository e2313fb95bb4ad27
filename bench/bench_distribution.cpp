// SPDX-License-Identifier: Apache-2.0
// Speed of the physiologically based scenario: 24 h, 12 organs, 10,000 sampled subjects, processor time.
//   bench_distribution            one line for tools/bench
//   bench_distribution --sbml     the model as SBML
//   bench_distribution --rows N   N subjects: their numbers, then the rows that ours gives, for peer_distribution.py
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "bench/bench.h"

#include "vesica/base/number.h"
#include "vesica/contract/sampling.h"
#include "vesica/kinetics/ensemble.h"
#include "vesica/kinetics/sbml_write.h"
#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"

namespace {

using namespace vesica;
using namespace vesica::distribution;

constexpr std::size_t kSubjects = 10000;
constexpr double kHours = 24;
constexpr double kRelative = 1e-6, kAbsolute = 1e-10;

Settings settings() {
  Settings out;
  out.species = "rat";
  return out;
}

/// What every subject shares: the network, its targets as outputs, hourly rows, the dose as starting amount.
struct Scene {
  Settings base = settings();
  Structure structure = structure_of(base);
  kinetics::Network network = stated_network(base);
  kinetics::CompileOptions options;
  kinetics::Plan plan;
  std::vector<Unknown> unknowns = unknowns_of(AnySettings::of(base));

  Scene() {
    for (const std::string& target : targets_of(structure)) options.outputs.push_back(network.find("amount_" + target));
    for (const auto& [id, value] : numbers_of(structure, base, base.dose)) options.given.push_back(network.find(id));
    for (double hour = 0; hour <= kHours; ++hour) plan.times.push_back(hour);
    plan.tolerances.relative = kRelative;
    plan.tolerances.absolute = kAbsolute;
  }

  /// Subject number `index`: every number that evidence gives a range is drawn from it.
  std::vector<std::pair<std::string, double>> numbers(std::size_t index) const {
    const AnySettings any = with_values(AnySettings::of(base), unknowns, draw_values(unknowns, 1, index));
    return numbers_of(structure, any.get<Settings>(), base.dose);
  }
  kinetics::Individual individual(std::size_t index) const {
    kinetics::Individual out;
    out.key = index;
    for (const auto& [id, value] : numbers(index)) out.given.push_back(value);
    return out;
  }
};

/// Volumes, flows and exchange follow from the numbers by initial assignments, which libRoadRunner does not repeat when
/// a number changes: it is told them as well.
void print_subject(const Scene& scene, std::size_t index) {
  static const auto derived = [&] {
    std::pair<std::vector<std::string>, kinetics::CompileOptions> out;
    out.second.given = scene.options.given;
    for (std::uint32_t i = 0; i < scene.network.symbols.size(); ++i) {
      if (scene.network.symbols[i].initial == kinetics::kNoNode) continue;
      out.first.push_back(scene.network.symbols[i].id);
      out.second.outputs.push_back(i);
    }
    return out;
  }();
  static const kinetics::Simulator simulator(scene.network, derived.second);
  kinetics::Plan start;
  start.times = {0};
  const kinetics::Trajectory run = simulator.run(scene.individual(index), start, Context{});
  std::printf("subject");
  for (const auto& [id, value] : scene.numbers(index)) std::printf("\t%s=%s", id.c_str(), exact_number(value).c_str());
  for (std::size_t k = 0; k < derived.first.size(); ++k)
    std::printf("\t%s=%s", derived.first[k].c_str(), exact_number(run.values[k]).c_str());
  std::printf("\n");
}

void print_rows(const Scene& scene, std::size_t count) {
  const kinetics::Simulator simulator(scene.network, scene.options);
  const auto make = [&](std::size_t i) { return scene.individual(i); };
  const auto print = [&](std::size_t first, std::span<kinetics::Trajectory> runs) {
    for (std::size_t j = 0; j < runs.size(); ++j) {
      print_subject(scene, first + j);
      for (std::size_t t = 0; t < scene.plan.times.size(); ++t) {
        std::printf("%s", exact_number(scene.plan.times[t]).c_str());
        for (std::size_t k = 0; k < scene.options.outputs.size(); ++k)
          std::printf("\t%s", exact_number(runs[j].values[t * scene.options.outputs.size() + k]).c_str());
        std::printf("\n");
      }
    }
  };
  kinetics::Plan fine = scene.plan;
  if (std::getenv("VESICA_BENCH_RTOL") != nullptr) {
    fine.tolerances.relative = std::atof(std::getenv("VESICA_BENCH_RTOL"));
    fine.tolerances.absolute = fine.tolerances.relative * kAbsolute / kRelative;
  }
  kinetics::run_ensemble(simulator, fine, count, make, print, Context{});
}

void measure(const Scene& scene) {
  Context context;
  context.threads = 2;
  std::size_t failed = 0;
  const std::clock_t start = std::clock();  // processor time of all threads
  const kinetics::Simulator simulator(scene.network, scene.options);
  const auto make = [&](std::size_t i) { return scene.individual(i); };
  const auto count = [&](std::size_t, std::span<kinetics::Trajectory> runs) {
    for (const kinetics::Trajectory& run : runs) failed += run.status.ok() ? 0 : 1;
  };
  kinetics::run_ensemble(simulator, scene.plan, kSubjects, make, count, context);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  bench::print_result("subjects of the physiologically based scenario", kSubjects / seconds, "1/s");
  bench::print_result("subjects that failed", static_cast<double>(failed), "1", "< 1");
}

}  // namespace

int main(int count, char** words) {
  const Scene scene;
  if (count > 1 && std::strcmp(words[1], "--sbml") == 0) {
    std::fputs(kinetics::write_sbml(scene.network).c_str(), stdout);
  } else if (count > 2 && std::strcmp(words[1], "--rows") == 0) {
    print_rows(scene, std::strtoul(words[2], nullptr, 10));
  } else {
    measure(scene);
  }
  return 0;
}
