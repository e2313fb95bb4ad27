// SPDX-License-Identifier: Apache-2.0
// Simulation: BioModels 1 to 100, Chen's model, and an ensemble of a physiologically based model.
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "bench/bench.h"
#include "bench/pbpk.h"

#include "vesica/base/os/files.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/ensemble.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"

namespace {

using namespace vesica;
using namespace vesica::kinetics;

constexpr int kRepeats = 20;

/// As published for the peers: t = 0 to 100 with 100 rows, relative tolerance 1e-6, absolute 1e-12, one thread.
Plan usual_plan() {
  Plan plan;
  for (int i = 0; i <= 100; ++i) plan.times.push_back(i);
  plan.tolerances.relative = 1e-6;
  plan.tolerances.absolute = 1e-12;
  return plan;
}

Simulator simulator_of(const Network& network) {
  CompileOptions options;
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i)
    if (network.symbols[i].kind == SymbolKind::kSpecies) options.outputs.push_back(i);
  return Simulator(network, options);
}

/// Of the processor, not of the clock on the wall: other programs on the machine do not count.
double median_processor_seconds(int repeats, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t start = std::clock();
    work();
    seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

double milliseconds(const Simulator& simulator, const Plan& plan, int repeats) {
  const Individual individual;
  return 1e3 * median_processor_seconds(repeats, [&] { (void)simulator.run(individual, plan, Context()); });
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void biomodels(const std::string& corpora, const char* listed) {
  std::vector<double> times;
  for (const auto& [name, text] :
       read_tar(read_file(path_from(corpora + "/biomodels_1_100.tar.xz")), "biomodels", ".xml")) {
    if (name.find("BIOMD") == std::string::npos) continue;
    try {
      const Simulator simulator = simulator_of(read_sbml(text, name));
      times.push_back(milliseconds(simulator, usual_plan(), kRepeats));
      if (listed != nullptr) {
        const Trajectory t = simulator.run(Individual(), usual_plan(), Context());
        std::fprintf(stderr, "%s\t%zu\t%.4f\t%s\t%ld\t%ld\t%ld\t%ld\t%ld\n", name.c_str(),
                     simulator.model().states.size(), times.back(), solve::to_text(t.method), t.work.steps,
                     t.work.rejected, t.work.rhs, t.work.jacobians, t.restarts);
      }
    } catch (const std::exception&) {  // three models use delays
    }
  }
  double sum = 0;
  for (const double time : times) sum += time;
  bench::print_result("simulate, median of BioModels 1 to 100", median(times), "ms", "< 0.35");
  bench::print_result("simulate, sum of BioModels 1 to 100", sum, "ms");
}

void chen(const std::string& corpora) {
  for (const auto& [name, text] :
       read_tar(read_file(path_from(corpora + "/petab_benchmarks.tar.xz")), "petab", "model_Chen_MSB2009.xml"))
    bench::print_result("simulate, Chen (500 species)",
                        milliseconds(simulator_of(read_sbml(text, name)), usual_plan(), kRepeats), "ms", "< 10");
}

/// As mrgsolve was measured: 1,000 individuals, 97 rows of all states over 24 h after one oral dose; one thread.
void pbpk() {
  const Network network = bench::pbpk_network();
  CompileOptions options;
  std::vector<Distribution> distributions;
  for (const std::string& id : bench::pbpk_given()) options.given.push_back(network.find(id));
  for (const std::string& text : bench::pbpk_given_distributions())
    distributions.push_back(parse_distribution(text, ""));
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i)
    if (network.symbols[i].kind == SymbolKind::kSpecies) options.outputs.push_back(i);
  const std::uint32_t lumen = network.find("lumen");
  options.dosed = {lumen};
  const Simulator simulator(network, options);
  Plan plan;
  for (int i = 0; i <= 96; ++i) plan.times.push_back(0.25 * i);
  plan.tolerances.relative = 1e-6;
  plan.tolerances.absolute = 1e-9;
  constexpr std::size_t kIndividuals = 1000;
  std::size_t steps = 0, stiff = 0;
  const auto generator = [&](std::size_t i) {
    return Individual{i, sample(distributions, 1, i), {{lumen, {100, 0, 0, 0, 1}}}, {}};
  };
  const auto sink = [&](std::size_t, std::span<Trajectory> trajectories) {
    for (const Trajectory& t : trajectories) {
      steps += static_cast<std::size_t>(t.work.steps);
      stiff += t.method != solve::Method::kExplicit ? 1 : 0;
    }
  };
  const double seconds =
      median_processor_seconds(5, [&] { run_ensemble(simulator, plan, kIndividuals, generator, sink, Context()); });
  bench::print_result("individuals of a 16-state physiologically based model", kIndividuals / seconds, "1/s",
                      "> 20000");
  if (std::getenv("VESICA_BENCH_LIST") != nullptr)
    std::fprintf(stderr, "%zu states, %.1f steps an individual, %zu stiff\n", simulator.model().states.size(),
                 static_cast<double>(steps) / (5 * kIndividuals), stiff / 5);
}

}  // namespace

/// With --sbml it prints the physiologically based model, for the peers.
int main(int count, char** words) {
  if (count > 1 && std::string(words[1]) == "--sbml") {
    std::fputs(write_sbml(bench::pbpk_network()).c_str(), stdout);
    return 0;
  }
  const char* data = std::getenv("VESICA_DATA");
  if (data != nullptr && *data != '\0') {
    biomodels(std::string(data) + "/corpora", std::getenv("VESICA_BENCH_LIST"));
    chen(std::string(data) + "/corpora");
  }
  pbpk();
  return 0;
}
