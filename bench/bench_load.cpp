// SPDX-License-Identifier: Apache-2.0
// Loading models: from the bytes of a file to a simulator that can run, beside libSBML's bare parse of the same bytes.
// With --sbml it prints the made model, with --rewrite FILE a model as Vesica writes it (for bench/peers).
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>

#include "bench/bench.h"
#include <sbml/SBMLTypes.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/builder.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"
#include "vesica/kinetics/simulate.h"

namespace {

using namespace vesica;
using namespace vesica::kinetics;

/// Processor time: other programs on the machine do not count. The best of the repeats for each part, since the ratio
/// of the parts is what is asked.
double least_milliseconds(int repeats, const std::function<void()>& work) {
  double least = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t start = std::clock();
    work();
    least = std::min(least, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

struct Load {
  double parse, read, ready;  ///< libSBML alone; to a network; to a simulator with all species as outputs (ms)
};

Load measured(const std::string& text, const std::string& name, int repeats) {
  Load out{};
  out.parse = least_milliseconds(
      repeats, [&] { const std::unique_ptr<SBMLDocument> document(readSBMLFromString(text.c_str())); });
  out.read = least_milliseconds(repeats, [&] { (void)read_sbml(text, name); });
  out.ready = least_milliseconds(repeats, [&] {
    const Network network = read_sbml(text, name);
    CompileOptions options;
    for (std::uint32_t i = 0; i < network.symbols.size(); ++i)
      if (network.symbols[i].kind == SymbolKind::kSpecies) options.outputs.push_back(i);
    const Simulator simulator(network, options);
  });
  return out;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void biomodels(const std::string& corpora) {
  constexpr int kRepeats = 5;
  std::vector<double> parse, read, ready, ratio;
  for (const auto& [name, text] :
       read_tar(read_file(path_from(corpora + "/biomodels_1_100.tar.xz")), "biomodels", ".xml")) {
    if (name.find("BIOMD") == std::string::npos) continue;
    try {
      const Load load = measured(text, name, kRepeats);
      parse.push_back(load.parse);
      read.push_back(load.read);
      ready.push_back(load.ready);
      ratio.push_back(load.ready / load.parse);
    } catch (const Error&) {  // three models use delays
    }
  }
  bench::print_result("load, median of BioModels 1 to 100", median(ready), "ms", "< 4");
  bench::print_result("load / libSBML's bare parse, median of BioModels 1 to 100", median(ratio), "x", "< 2");
  bench::print_result("read into a network, median of BioModels 1 to 100", median(read), "ms");
  bench::print_result("libSBML's bare parse, median of BioModels 1 to 100", median(parse), "ms");
}

void one(const std::string& text, const std::string& name, const std::string& promise) {
  constexpr int kRepeats = 3;
  const Load load = measured(text, name, kRepeats);
  bench::print_result("load, " + name, load.ready, "ms", promise);
  bench::print_result("read into a network, " + name, load.read, "ms");
  bench::print_result("libSBML's bare parse, " + name, load.parse, "ms");
}

/// As large as the published model of the EGF receptor with 356 species and 3,749 reactions: each reaction binds two
/// species into a third.
std::string made_model() {
  constexpr int kSpecies = 356, kReactions = 3749;
  NetworkBuilder builder("made");
  builder.compartment("cell", 1);
  for (int i = 0; i < kSpecies; ++i) builder.species("s" + std::to_string(i), "cell", 1 + i % 7);
  for (int i = 0; i < kReactions; ++i) {
    const auto species = [&](int step) { return "s" + std::to_string((i * step + i / kSpecies) % kSpecies); };
    const std::string forward = "k" + std::to_string(i), back = "b" + std::to_string(i);
    builder.parameter(forward, 0.1).parameter(back, 0.01);
    builder.reaction(
        "r" + std::to_string(i), species(1) + " + " + species(3) + " <-> " + species(7),
        "cell * (" + forward + " * " + species(1) + " * " + species(3) + " - " + back + " * " + species(7) + ")");
  }
  return write_sbml(builder.build());
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 2 && std::string(arguments[1]) == "--rewrite") {
    try {
      const std::string text = write_sbml(read_sbml(read_file(path_from(arguments[2])), arguments[2]));
      std::fwrite(text.data(), 1, text.size(), stdout);
      return 0;
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      return 1;
    }
  }
  const std::string made = made_model();
  if (count > 1 && std::string(arguments[1]) == "--sbml") {
    std::fwrite(made.data(), 1, made.size(), stdout);
    return 0;
  }
  if (const char* data = std::getenv("VESICA_DATA"); data != nullptr && *data != '\0') {
    const std::string corpora = std::string(data) + "/corpora";
    biomodels(corpora);
    for (const auto& [name, text] :
         read_tar(read_file(path_from(corpora + "/petab_benchmarks.tar.xz")), "petab", "model_Chen_MSB2009.xml"))
      one(text, "Chen (500 species)", "< 150");
  }
  one(made, "a made model of 356 species and 3,749 reactions", "");
}
