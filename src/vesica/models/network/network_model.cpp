// SPDX-License-Identifier: Apache-2.0
// A user's reaction network as a model of the house: files in, rows out.
#include <algorithm>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/contract/contract.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/models/network/files.h"
#include "vesica/models/network/run.h"

namespace vesica {

namespace {

using namespace network;

constexpr std::string_view kSources[] = {"10.1515/jib-2019-0021", "10.1093/bioinformatics/btn051"};
constexpr std::string_view kQuantities[] = {"model.amount", "model.concentration", "model.rate", "model.size",
                                            "model.value"};
/// Rows that one scenario of a study may yield (chosen: some 0.5 GB); the command line streams any number.
constexpr std::uint64_t kMostRows = 5'000'000;

AnySettings make_settings() { return AnySettings::of(Settings{}); }

std::vector<std::string> files(const AnySettings& any) {
  const auto& settings = any.get<Settings>();
  std::vector<std::string> out;
  for (const std::string& file : {settings.file, settings.individuals}) {
    if (!file.empty()) out.push_back(file);
  }
  return out;
}

std::vector<std::string> mapped(const AnySettings& any) {
  std::vector<std::string> out;
  for (const Mapping& map : read_map(any.get<Settings>().map)) out.push_back(map.quantity);
  return out;
}

std::string_view content(const Scenario& scenario, const std::string& file) {
  const auto found = scenario.files.find(file);
  VESICA_REQUIRE(found != scenario.files.end(), "app hands over every file that files() names");
  return *found->second;
}

void note_failures(std::vector<std::string> failures, std::uint64_t failed, std::vector<Issue>& issues) {
  for (std::string& failure : failures)
    issues.push_back({Severity::kWarning, "network.run_failed", std::move(failure), {}, "", "", ""});
  if (failed > failures.size())
    issues.push_back({Severity::kWarning,
                      "network.run_failed",
                      say("{} more individual(s) did not run to the end.", failed - failures.size()),
                      {},
                      "",
                      "",
                      ""});
}

/// The rows that the scenario asks for by name, or "model.*"; all when it names none.
ObservationTable wanted_rows(const ObservationTable& rows, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return rows;
  return rows.select([&](std::size_t i) {
    return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view name) {
      return name.ends_with('*') ? rows.quantity(i).starts_with(name.substr(0, name.size() - 1))
                                 : rows.quantity(i) == name;
    });
  });
}

Outcome predict(const Scenario& scenario, const AnySettings& any, const Context& context) {
  const auto& settings = any.get<Settings>();
  if (settings.file.empty())
    throw Error(ErrorKind::kConfig, say("The scenario names no model file"), scenario.place,
                say("Add file = \"model.xml\""));
  std::optional<Sheet> sheet;
  if (!settings.individuals.empty())
    sheet = read_individuals_file(content(scenario, settings.individuals), settings.individuals);
  const Problem problem = make_problem(settings, kinetics::read_sbml(content(scenario, settings.file), settings.file),
                                       sheet ? &*sheet : nullptr,
                                       settings.steady_state ? std::vector<double>{} : scenario.times_h, scenario.seed);
  const std::uint64_t cells = problem.columns.size() * std::max<std::size_t>(problem.moments.size(), 1);
  const std::uint64_t rows = problem.drawn > 0 ? cells : cells * problem.size();
  if (rows > kMostRows)
    throw Error(ErrorKind::kConfig, say("{} rows are more than a study can hold for one scenario", rows),
                scenario.place,
                say("Take fewer points, symbols or individuals; vesica predict MODEL --tsv has no such limit"));
  Outcome out;
  out.issues = problem.notes;
  const About about{scenario.condition, scenario.sample};
  Bands bands(problem);
  std::vector<std::string> failures;
  constexpr std::size_t kMostTold = 10;
  const Totals totals = run(problem, settings, context, [&](const Course& course) {
    if (!course.failure.empty() && failures.size() < kMostTold) failures.push_back(course.failure);
    if (problem.drawn > 0) {
      bands.add(course);
    } else {
      add_rows(problem, course, about, out.observations);
    }
  });
  if (problem.drawn > 0) bands.add_rows(problem, about, out.observations);
  out.observations = wanted_rows(out.observations, scenario.quantities);
  note_failures(std::move(failures), totals.failed, out.issues);
  out.issues.push_back({Severity::kNote, "network.method", say("Method: {}.", totals.method), {}, "", "", ""});
  return out;
}

}  // namespace

const Model kNetworkModel = {
    .id = "network",
    .title = "Reaction network",
    .summary = "A user's own SBML model: its species, compartments, parameters and reactions over time.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .files = files,
    .further_quantities = mapped,
};

}  // namespace vesica
