// SPDX-License-Identifier: Apache-2.0
// model_rows: an SBML file over time as a table, for the comparisons with other programs (bench/peers).
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/simulate.h"

namespace {

using namespace vesica::kinetics;

constexpr const char* kUsage =
    "model_rows MODEL.xml [--to T] [--steps N] [--times T,T,...] [--rtol R] [--atol A] [--method M] [--set "
    "ID=VALUE]...\n"
    "           [--all yes]\n"
    "Prints time, the amount of every species and whatever else has a rate rule, tab-separated; with --all every "
    "symbol\n"
    "as formulas see it. --set replaces a start (as formulas see it) and its initial assignment.\n";

struct Wishes {
  double to = 100;
  int steps = 100;
  bool all = false;
  std::vector<std::pair<std::string, double>> starts;
  Plan plan;
};

double number(std::string_view text) {
  const auto value = vesica::parse_number(text);
  if (!value) throw std::runtime_error("not a number: " + std::string(text));
  return *value;
}

bool read_wishes(int count, char** words, Wishes& wishes) {
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string key = words[i], value = words[i + 1];
    if (key == "--to") {
      wishes.to = number(value);
    } else if (key == "--steps") {
      wishes.steps = static_cast<int>(number(value));
    } else if (key == "--times") {
      for (const auto time : vesica::split(value, ',')) wishes.plan.times.push_back(number(time));
    } else if (key == "--rtol") {
      wishes.plan.tolerances.relative = number(value);
    } else if (key == "--atol") {
      wishes.plan.tolerances.absolute = number(value);
    } else if (key == "--set") {
      const std::size_t equals = value.find('=');
      if (equals == std::string::npos) return false;
      wishes.starts.emplace_back(value.substr(0, equals), number(value.substr(equals + 1)));
    } else if (key == "--all") {
      wishes.all = true;
    } else if (key == "--method") {
      for (const auto method :
           {vesica::solve::Method::kExplicit, vesica::solve::Method::kRosenbrock, vesica::solve::Method::kCvodes})
        if (value == vesica::solve::to_text(method)) wishes.plan.method = method;
    } else {
      return false;
    }
  }
  if (count < 2 || wishes.steps < 1) return false;
  if (!wishes.plan.times.empty()) return true;
  for (int i = 0; i <= wishes.steps; ++i) wishes.plan.times.push_back(wishes.to * i / wishes.steps);
  return true;
}

void replace_starts(Network& network, const Wishes& wishes) {
  for (const auto& [id, value] : wishes.starts) {
    const std::uint32_t index = network.find(id);
    if (index == kNoSymbol) throw std::runtime_error("no symbol named " + id);
    Symbol& symbol = network.symbols[index];
    symbol.value = value;
    symbol.initial = kNoNode;
    symbol.given = symbol.only_substance ? SpeciesMeasure::kAmount : SpeciesMeasure::kConcentration;
  }
}

CompileOptions outputs_of(const Network& network, const Wishes& wishes) {
  CompileOptions options;
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i) {
    const Symbol& symbol = network.symbols[i];
    if (!wishes.all && symbol.kind != SymbolKind::kSpecies && symbol.rule != RuleKind::kRate) continue;
    options.outputs.push_back(i);
    options.output_kinds.push_back(wishes.all && !symbol.only_substance ? SpeciesMeasure::kConcentration
                                                                        : SpeciesMeasure::kAmount);
  }
  return options;
}

int print_rows(const std::string& path, const Wishes& wishes) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Network network = read_sbml(text, path);
  replace_starts(network, wishes);
  const CompileOptions options = outputs_of(network, wishes);
  const Simulator simulator(network, options);
  const Trajectory t = simulator.run(Individual(), wishes.plan, vesica::Context());
  std::string head = "time";
  for (const std::uint32_t output : options.outputs) head += "\t" + network.symbols[output].id;
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
  try {
    Wishes wishes;
    if (!read_wishes(count, words, wishes)) {
      std::fputs(kUsage, stderr);
      return 2;
    }
    return print_rows(words[1], wishes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
