// SPDX-License-Identifier: Apache-2.0
// model_rows: every species of an SBML file over time, as a table; what bench/peers/agreement.py compares.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>

#include "vesica/base/number.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/simulate.h"

namespace {

using namespace vesica::kinetics;

constexpr const char* kUsage =
    "model_rows MODEL.xml [--to T] [--steps N] [--rtol R] [--atol A] [--method M]\n"
    "Prints time, the amount of every species and whatever else has a rate rule, tab-separated.\n";

struct Wishes {
  double to = 100;
  int steps = 100;
  Plan plan;
};

bool read_wishes(int count, char** words, Wishes& wishes) {
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string key = words[i], value = words[i + 1];
    if (key == "--to")
      wishes.to = std::atof(value.c_str());
    else if (key == "--steps")
      wishes.steps = std::atoi(value.c_str());
    else if (key == "--rtol")
      wishes.plan.tolerances.relative = std::atof(value.c_str());
    else if (key == "--atol")
      wishes.plan.tolerances.absolute = std::atof(value.c_str());
    else if (key == "--method")
      for (const auto method :
           {vesica::solve::Method::kExplicit, vesica::solve::Method::kRosenbrock, vesica::solve::Method::kCvodes}) {
        if (value == vesica::solve::to_text(method)) wishes.plan.method = method;
      }
    else
      return false;
  }
  for (int i = 0; i <= wishes.steps; ++i) wishes.plan.times.push_back(wishes.to * i / wishes.steps);
  return count >= 2 && wishes.steps >= 1;
}

int print_rows(const std::string& path, const Wishes& wishes) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Network network = read_sbml(text, path);
  CompileOptions options;
  std::string head = "time";
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i) {
    const Symbol& symbol = network.symbols[i];
    if (symbol.kind != SymbolKind::kSpecies && symbol.rule != RuleKind::kRate) continue;
    options.outputs.push_back(i);
    options.output_kinds.push_back(SpeciesMeasure::kAmount);
    head += "\t" + network.symbols[i].id;
  }
  const Simulator simulator(network, options);
  const Trajectory t = simulator.run(Individual(), wishes.plan, vesica::Context());
  std::printf("%s\n", head.c_str());
  const std::size_t width = options.outputs.size();
  for (std::size_t row = 0; row < wishes.plan.times.size(); ++row) {
    std::string line = vesica::exact_number(wishes.plan.times[row]);
    for (std::size_t k = 0; k < width; ++k) line += "\t" + vesica::exact_number(t.values[row * width + k]);
    std::printf("%s\n", line.c_str());
  }
  std::fprintf(stderr, "%s; %s; %ld steps, %ld rejected, %ld right-hand sides, %ld Jacobians, %ld events\n",
               sentence(t.status).c_str(), simulator.method_reason(t, wishes.plan.method).c_str(), t.work.steps,
               t.work.rejected, t.work.rhs, t.work.jacobians, t.events);
  return t.status.ok() ? 0 : 3;
}

}  // namespace

int main(int count, char** words) {
  Wishes wishes;
  if (!read_wishes(count, words, wishes)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    return print_rows(words[1], wishes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
