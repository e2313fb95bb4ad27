// SPDX-License-Identifier: Apache-2.0
// Single questions without a study: measure files, predict once, render a phantom.
#include <algorithm>
#include <mutex>

#include "phantoms/phantoms.h"

#include "vesica/app/app.h"
#include "vesica/app/course_figure.h"
#include "vesica/app/execute.h"
#include "vesica/app/names.h"
#include "vesica/app/reading.h"
#include "vesica/app/scenario_files.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/evidence/evidence.h"
#include "vesica/io/toml.h"
#include "vesica/report/exports.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

std::string print_outcome(const Outcome& outcome, const Run& run, Print print, std::size_t columns) {
  switch (print) {
    case Print::kJson:
      return write_outcome_json(outcome, run);
    case Print::kTsv:
      return write_outcome_tsv(outcome);
    case Print::kText:
      return write_outcome_text(outcome, columns);
  }
  return "";
}

void set_all(AnySettings& settings, const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) set_field(settings, name, value, {"--set", 0, 0, name});
}

void throw_problems(const std::vector<Error>& problems, Console& console) {
  if (problems.empty()) return;
  for (const Error& problem : problems) console.issue(issue_from(problem));
  throw Error(ErrorKind::kConfig, say("There are {} problems with the settings.", problems.size()));
}

void append(Outcome& to, Outcome&& from) {
  to.observations.append(from.observations);
  std::move(from.issues.begin(), from.issues.end(), std::back_inserter(to.issues));
  std::move(from.artifacts.begin(), from.artifacts.end(), std::back_inserter(to.artifacts));
}

/// A file measured on its own stands for a sample of its own name.
MeasureItem item_for(const Assay& assay, const AnySettings& settings, const std::string& file) {
  MeasureItem item;
  item.key = "measure|" + file;
  item.assay = &assay;
  item.settings = settings;
  item.facts.sample = path_text(path_from(file).stem());
  item.facts.source = assay.id;
  return item;
}

KnownFile known_file_of(const std::string& file) {
  KnownFile known;
  known.path = path_from(file);
  known.shown = file;
  return known;
}

/// The scenarios of a file: `[[scenario]]` tables with protocols, or one scenario as the whole file.
struct ScenarioFile {
  std::vector<Scenario> scenarios;
  std::vector<Protocol> protocols;
  std::filesystem::path folder;  ///< files of models are relative to it
  std::vector<std::string> raw_folders;
};

ScenarioFile read_scenarios(const std::string& file, Console& console) {
  const LoadedStudy loaded = load_study(path_from(file), known_names());
  for (const Error& problem : loaded.problems) console.issue(issue_from(problem));
  if (!loaded.problems.empty())
    throw Error(ErrorKind::kConfig, say("The scenario has {} problems.", loaded.problems.size()), {file, 0, 0, ""});
  if (loaded.study.scenarios.empty())
    throw Error(ErrorKind::kConfig, say("The file holds no scenario."), {file, 0, 0, ""},
                say("Add a [[scenario]] table with a model; vesica describe study shows its keys."));
  return {loaded.study.scenarios, loaded.study.protocols, path_from(loaded.study.folder), loaded.study.raw_folders};
}

/// The same question at moments that make a smooth curve, when the scenario leaves the moments to the model.
PredictItem at_figure_times(const PredictItem& item) {
  PredictItem out = item;
  const Value settings = to_value(item.settings);
  const Value* end = settings.find("duration_h");
  if (out.scenario.times_h.empty() && end != nullptr && end->is_number() && end->number > 0)
    out.scenario.times_h = figure_times(end->number);
  return out;
}

}  // namespace

Answer measure_files(const MeasureOptions& options, const Context& context, Console& console) {
  const Assay& assay = require_assay(options.assay);
  AnySettings settings = assay.make_settings();
  set_all(settings, options.set);
  std::vector<ItemResult> results(options.files.size());
  Context single = context;
  single.threads = 1;
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(options.files.size(), context, [&](std::size_t i) {
    KnownFile file = known_file_of(options.files[i]);
    results[i] = execute(item_for(assay, settings, options.files[i]), file, {}, single);
    const std::lock_guard lock(mutex);
    console.progress(say("Measuring"), ++done, results.size());
  });
  Answer answer;
  Outcome all;
  Run run = results.front().run;
  run.inputs.clear();
  for (ItemResult& result : results) {
    if (result.run.status == "failed") ++answer.failed;
    for (const Issue& issue : result.outcome.issues) {
      if (options.print != Print::kText || issue.severity == Severity::kError) console.issue(issue);
    }
    run.inputs.insert(run.inputs.end(), result.run.inputs.begin(), result.run.inputs.end());
    append(all, std::move(result.outcome));
  }
  run.status = answer.failed == 0 ? "complete" : (answer.failed == results.size() ? "failed" : "partial");
  all.observations = all.observations.sorted();
  answer.text = print_outcome(all, run, options.print, options.columns);
  return answer;
}

Answer predict_once(const PredictOptions& options, const Context& context, Console& console) {
  if (!options.figure.empty()) check_figure_file(options.figure);
  ScenarioFile file;
  if (options.model.ends_with(".toml")) {
    file = read_scenarios(options.model, console);
  } else {
    Scenario scenario;
    scenario.id = options.model;
    scenario.model = options.model;
    scenario.seed = context.seed;
    file.scenarios.push_back(std::move(scenario));
  }
  std::vector<PredictItem> items;
  for (const Scenario& scenario : file.scenarios) {
    const Model& model = require_model(scenario.model);
    const auto protocol = std::find_if(file.protocols.begin(), file.protocols.end(),
                                       [&](const Protocol& one) { return one.id == scenario.protocol; });
    std::vector<Error> problems;
    PredictItem item = plan_prediction(scenario, model, protocol == file.protocols.end() ? nullptr : &*protocol,
                                       model.make_settings(), problems);
    throw_problems(problems, console);
    set_all(item.settings, options.set);
    read_scenario_files(file.folder, file.raw_folders, item);
    items.push_back(std::move(item));
  }
  connect_predictions(items);
  Outcome all;
  Run run;
  std::vector<Figure> figures;
  for (const PredictItem& item : items) {
    ItemResult result = execute(item, items, context);
    if (result.run.status == "failed") {
      const Issue& issue = result.outcome.issues.front();
      throw Error(ErrorKind::kConfig, issue.message, issue.where, issue.hint);
    }
    run = result.run;
    append(all, std::move(result.outcome));
    if (options.figure.empty()) continue;
    const ItemResult fine = execute(at_figure_times(item), items, context);
    const auto drawn = course_figures(std::string(translate(item.model->title)), fine.outcome.observations);
    std::move(drawn.begin(), drawn.end(), std::back_inserter(figures));
  }
  if (!options.figure.empty() && figures.empty())
    throw Error(ErrorKind::kUsage, say("Nothing here has a course over time to draw."), {},
                say("Leave out --figure, or ask for a model of time courses."));
  write_figure_files(options.figure, figures, console);
  return {print_outcome(all, run, options.print, options.columns), 0};
}

std::string render_phantom(const std::string& id, const std::string& out, std::uint64_t seed,
                           const std::vector<std::pair<std::string, std::string>>& set) {
  const Phantom* phantom = find_phantom(id);
  if (phantom == nullptr) {
    std::vector<std::string> ids;
    for (const Phantom* one : all_phantoms()) ids.emplace_back(one->id);
    const auto near = did_you_mean(id, ids);
    throw Error(ErrorKind::kUsage, say("There is no phantom \"{}\".", id), {},
                near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", join(ids, ", ")));
  }
  AnySettings settings = phantom->make_settings();
  set_all(settings, set);
  const std::vector<std::string> files = write_phantom(phantom->render(settings, seed), path_from(out));
  std::string text;
  constexpr std::size_t kMostListed = 20;
  for (std::size_t i = 0; i < std::min(files.size(), kMostListed); ++i) text += files[i] + "\n";
  if (files.size() > kMostListed) text += say("... and {} more files", files.size() - kMostListed) + "\n";
  return text + say("{} files in {}; the truth is in truth.tsv.", files.size(), out) + "\n";
}

}  // namespace vesica
