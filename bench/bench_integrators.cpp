// SPDX-License-Identifier: Apache-2.0
// Work and precision of the integrators over BioModels 1 to 100: processor time and error against a run at 1e-11.
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <string>

#include "bench/bench.h"

#include "vesica/base/os/files.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/simulate.h"
#include "vesica/solve/methods.h"

namespace {

using namespace vesica;
using namespace vesica::kinetics;

constexpr int kRows = 101;
// Each measured at least so often, and the quickest taken: what the method itself needs.
constexpr int kRepeats = 4;
// Species that never hold more than this say nothing about relative errors.
constexpr double kWorthLooking = 1e-9;

using Make = std::unique_ptr<solve::Integrator> (*)(solve::OdeSystem&, const solve::Tolerances&);

template <const solve::Rodas& kMethod>
std::unique_ptr<solve::Integrator> make_rodas(solve::OdeSystem& system, const solve::Tolerances& tolerances) {
  return solve::make_rosenbrock(system, tolerances, kMethod, best_instruction_set());
}

struct Named {
  const char* name;
  Make make;
};
constexpr Named kMethods[] = {{"Rodas4", make_rodas<solve::kRodas4>},
                              {"Rodas4P", make_rodas<solve::kRodas4P>},
                              {"Rodas5P", make_rodas<solve::kRodas5P>},
                              {"CVODES", solve::make_cvodes}};

/// States at t = 0, 1, ..., 100 row by row; none when the run fails.
std::optional<std::vector<double>> rows_of(solve::Integrator& integrator, const std::vector<double>& start) {
  const std::size_t n = start.size();
  std::vector<double> rows(n * kRows);
  std::copy(start.begin(), start.end(), rows.begin());
  integrator.start(0, 0, start, kRows - 1);
  int next = 1;
  while (integrator.running(0)) {
    integrator.advance();
    const solve::StepResult result = integrator.result(0);
    if (result == solve::StepResult::kRejected) continue;
    if (result != solve::StepResult::kAccepted) return std::nullopt;
    for (; next < kRows && next <= integrator.time(0); ++next)
      integrator.interpolate(0, next, std::span(rows).subspan(static_cast<std::size_t>(next) * n, n));
  }
  return rows;
}

/// Largest difference of any state, as a share of the largest value of that state.
double error_of(const std::vector<double>& rows, const std::vector<double>& truth, std::size_t n) {
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double largest = 0, difference = 0;
    for (std::size_t at = i; at < rows.size(); at += n) {
      largest = std::max(largest, std::abs(truth[at]));
      difference = std::max(difference, std::abs(rows[at] - truth[at]));
    }
    if (largest > kWorthLooking) worst = std::max(worst, difference / largest);
  }
  return std::max(worst, 1e-15);
}

struct Sum {
  double log_time = 0, log_error = 0, attempts = 0;
  int models = 0;
};

/// Adds one model to the sums, unless a method fails on it or it has events.
void add_model(const std::string& text, const std::string& name, double relative, std::map<std::string, Sum>& sums) {
  const Simulator simulator(read_sbml(text, name), {});
  const CompiledModel& model = simulator.model();
  if (model.states.empty() || !model.events.empty()) return;
  Plan plan;
  plan.tolerances = {.relative = relative, .absolute = relative * 1e-6, .absolute_each = {}, .most_steps = 20'000};
  const solve::Tolerances tolerances = simulator.tolerances(plan);
  plan.tolerances = {.relative = 1e-11, .absolute = 1e-17, .absolute_each = {}, .most_steps = 300'000};
  Evaluator evaluator(model, 1);
  std::vector<double> start(model.states.size());
  evaluator.initialise(0, 0, start);
  const auto truth = rows_of(*solve::make_rosenbrock(evaluator, simulator.tolerances(plan)), start);
  if (!truth) return;
  std::map<std::string, Sum> found;
  for (const Named& method : kMethods) {
    double least = 1e9, error = 0, attempts = 0;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
      const std::clock_t begin = std::clock();
      const auto integrator = method.make(evaluator, tolerances);
      const auto rows = rows_of(*integrator, start);
      least = std::min(least, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
      if (!rows) return;
      error = error_of(*rows, *truth, start.size());
      attempts = static_cast<double>(integrator->work(0).steps + integrator->work(0).rejected);
    }
    found[method.name] = {std::log(std::max(least, 1e-6)), std::log10(error), std::log(attempts), 1};
  }
  for (const auto& [method, one] : found) {
    Sum& sum = sums[method];
    sum.log_time += one.log_time;
    sum.log_error += one.log_error;
    sum.attempts += one.attempts;
    ++sum.models;
  }
}

}  // namespace

int main() {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr || *data == '\0') return 0;
  const auto models =
      read_tar(read_file(path_from(std::string(data) + "/corpora/biomodels_1_100.tar.xz")), "biomodels", ".xml");
  for (const double relative : {1e-4, 1e-6, 1e-8}) {
    std::map<std::string, Sum> sums;
    for (const auto& [name, text] : models) {
      if (name.find("BIOMD") == std::string::npos) continue;
      try {
        add_model(text, name, relative, sums);
      } catch (const std::exception&) {  // three models use delays
      }
    }
    for (const auto& [method, sum] : sums) {
      const std::string what =
          "integrators, " + method + " at " + std::to_string(static_cast<int>(std::log10(relative))) + ", ";
      bench::print_result(what + "models", sum.models, "");
      bench::print_result(what + "geometric mean of times", 1e6 * std::exp(sum.log_time / sum.models), "us");
      bench::print_result(what + "geometric mean of attempts", std::exp(sum.attempts / sum.models), "");
      bench::print_result(what + "mean digits of the largest error", -sum.log_error / sum.models, "");
    }
  }
  return 0;
}
