// SPDX-License-Identifier: Apache-2.0
// One prediction, of a model or of the scenarios of a file, and what it depends on.
#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/app/answer.h"
#include "vesica/app/course_figure.h"
#include "vesica/app/execute.h"
#include "vesica/app/names.h"
#include "vesica/app/outputs.h"
#include "vesica/app/scenario_files.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/checks/published.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/report/labels.h"
#include "vesica/report/tornado.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

void throw_problems(const std::vector<Error>& problems, Console& console) {
  if (problems.empty()) return;
  for (const Error& problem : problems) console.issue(issue_from(problem));
  throw Error(ErrorKind::kConfig, say("{} problem(s) with the settings.", problems.size()));
}

Study read_scenarios(const std::string& file, Console& console) {
  LoadedStudy loaded = load_study(path_from(file), known_names());
  for (const Error& problem : loaded.problems) console.issue(issue_from(problem));
  if (!loaded.problems.empty())
    throw Error(ErrorKind::kConfig, say("The scenario has {} problem(s).", loaded.problems.size()), {file, 0, 0, ""});
  if (loaded.study.scenarios.empty())
    throw Error(ErrorKind::kConfig, say("The file holds no scenario."), {file, 0, 0, ""},
                say("Add a [[scenario]] table with a model; vesica describe study shows its keys."));
  return std::move(loaded.study);
}

/// A scenario file as a study, or a study of one scenario with the model's defaults.
Study study_of(const PredictOptions& options, const Context& context, Console& console) {
  if (options.model.ends_with(".toml")) return read_scenarios(options.model, console);
  require_model(options.model);
  Study study;
  Scenario scenario;
  scenario.id = options.model;
  scenario.model = options.model;
  scenario.seed = context.seed;
  study.scenarios.push_back(std::move(scenario));
  return study;
}

/// `--set field=value` is for every scenario, `--set scenario.field=value` for one.
void set_all(std::vector<PredictItem>& items, const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) {
    const std::size_t dot = name.find('.');
    const std::string scenario = dot == std::string::npos ? "" : name.substr(0, dot);
    bool is_set = false;
    for (PredictItem& item : items) {
      if (!scenario.empty() && item.scenario.id != scenario) continue;
      set_field(item.settings, scenario.empty() ? name : name.substr(dot + 1), value, {"--set", 0, 0, name});
      is_set = true;
    }
    if (!is_set) throw Error(ErrorKind::kUsage, say("There is no scenario \"{}\".", scenario), {"--set", 0, 0, name});
  }
}

/// The study's measured rows when a scenario takes some; empty before anything was measured.
ObservationTable measured_rows(const Study& study) {
  const auto takes_measured = [](const Scenario& scenario) {
    return std::any_of(scenario.takes.begin(), scenario.takes.end(),
                       [](const Take& take) { return take.is_measured(); });
  };
  if (std::none_of(study.scenarios.begin(), study.scenarios.end(), takes_measured)) return {};
  const std::filesystem::path folder = results_folder(study.folder, "");
  if (!Store::exists(folder)) return {};
  return current_rows(study, Store::open_for_reading(folder, {})).kept;
}

std::vector<PredictItem> items_of(const Study& study, const PredictOptions& options, Console& console) {
  std::vector<PredictItem> items;
  for (const Scenario& scenario : study.scenarios) {
    const Model& model = require_model(scenario.model);
    std::vector<Error> problems;
    AnySettings defaults = resolve_settings(study, scenario.model, model.make_settings(), problems);
    items.push_back(
        plan_prediction(scenario, model, study.find_protocol(scenario.protocol), std::move(defaults), problems));
    throw_problems(problems, console);
  }
  set_all(items, options.set);
  for (PredictItem& item : items) read_scenario_files(path_from(study.folder), study.raw_folders, item);
  connect_predictions(items);
  const ObservationTable measured = measured_rows(study);
  for (PredictItem& item : items) take_measured(item, measured);
  return items;
}

/// The scenario asked for, or the last one that no other takes from.
const PredictItem& end_of_chain(const std::vector<PredictItem>& items, const std::string& wanted) {
  std::set<std::size_t> taken;
  for (const PredictItem& item : items) taken.insert(item.takes_from.begin(), item.takes_from.end());
  const PredictItem* out = nullptr;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < items.size(); ++i) {
    ids.push_back(items[i].scenario.id);
    if (wanted.empty() ? !taken.contains(i) : items[i].scenario.id == wanted) out = &items[i];
  }
  if (out == nullptr)
    throw Error(ErrorKind::kUsage, say("There is no scenario \"{}\".", wanted), {}, say("Known: {}.", join(ids, ", ")));
  return *out;
}

SensitivityQuestion question_of(const PredictOptions& options) {
  SensitivityQuestion out;
  if (options.sensitivity != "sobol" && options.sensitivity != "morris")
    throw Error(ErrorKind::kUsage, say("There is no sensitivity analysis \"{}\".", options.sensitivity), {},
                say("Write --sensitivity sobol or --sensitivity morris."));
  if (options.sensitivity == "morris") out.method = SensitivityQuestion::Method::kMorris;
  out.samples = options.samples;
  if (options.moment.empty() || options.moment == "last") return out;
  if (options.moment == "peak") {
    out.moment = SensitivityQuestion::Moment::kPeak;
    return out;
  }
  const auto time = parse_number(options.moment);
  if (!time || !std::isfinite(*time))
    throw Error(ErrorKind::kUsage, say("--moment cannot be \"{}\".", options.moment), {},
                say("Write last, peak or a number of hours."));
  out.moment = SensitivityQuestion::Moment::kHour;
  out.time_h = *time;
  return out;
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

Figure tornado_of(const ResultSensitivity& result) {
  std::vector<TornadoBar> bars;
  for (const Influence& one : result.influences) {
    const std::string unit = readable_unit(one.unit);
    bars.push_back(
        {say("{}: {} to {}", one.setting, value_text(one.low, 2), value_text(one.high, 2)) + behind_number(unit),
         one.result_low, one.result_high, one.has_data});
  }
  const std::string what = quantity_text(result.row.quantity, result.row.target);
  const std::string title = std::isnan(result.row.time_h)
                                ? say("What {} depends on", what)
                                : say("What {} at {} h depends on", what, value_text(result.row.time_h, 4));
  return tornado_figure("tornado_" + file_slug(result.row.quantity + "-" + result.row.target), title,
                        quantity_axis(result.row.quantity, result.row.target, result.row.unit), result.row.value,
                        std::move(bars));
}

/// What the file reports of others, beside the bands.
std::string published_text(const ObservationTable& table, const Study& study) {
  std::string out;
  for (const Finding& finding : check_published(table, study)) {
    out += "\n" + finding.answer + "\n";
    for (const std::string& line : finding.assumptions) out += "  " + line + "\n";
  }
  return out;
}

Answer explain_sensitivity(const PredictOptions& options, const std::vector<PredictItem>& items, const Context& context,
                           Console& console) {
  const SensitivityQuestion question = question_of(options);
  const PredictItem& item = end_of_chain(items, options.scenario);
  if (item.model->evaluate == nullptr)
    throw Error(ErrorKind::kUsage, say("Model {} varies its settings by itself.", item.model->id), {},
                say("Its interval holds what is not known; --set changes one number."));
  const Chain chain = chain_of(item, items, context);
  const auto results = sensitivity_of(chain, question, item.scenario.seed, context);
  if (!options.figure.empty()) {
    std::vector<Figure> figures;
    for (const ResultSensitivity& result : results)
      if (!result.influences.empty()) figures.push_back(tornado_of(result));
    write_figure_files(options.figure, figures, console);
  }
  return {print_sensitivity(results, question.method, item.scenario.id, options.print, options.columns), 0};
}

/// The one network that the models hand over beside their rows, as a file.
void write_network(const std::string& file, const Outcome& outcome, Console& console) {
  const auto is_network = [](const Artifact& one) { return one.media_type == "application/sbml+xml"; };
  const auto found = std::find_if(outcome.artifacts.begin(), outcome.artifacts.end(), is_network);
  if (found == outcome.artifacts.end())
    throw Error(ErrorKind::kUsage, say("No reaction network stands behind this prediction: there is no SBML to write."),
                {}, say("Leave out --write-sbml."));
  if (std::count_if(outcome.artifacts.begin(), outcome.artifacts.end(), is_network) > 1)
    throw Error(ErrorKind::kUsage, say("Several reaction networks stand behind this prediction."), {},
                say("Predict one scenario at a time to write its SBML."));
  write_file_atomically(path_from(file), found->bytes);
  console.say_line(say("SBML: {}", file));
}

}  // namespace

Answer predict_once(const PredictOptions& options, const Context& context, Console& console) {
  if (!options.figure.empty()) check_figure_file(options.figure);
  const Study study = study_of(options, context, console);
  const std::vector<PredictItem> items = items_of(study, options, console);
  if (!options.sensitivity.empty()) return explain_sensitivity(options, items, context, console);
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
  if (!options.write_sbml.empty()) write_network(options.write_sbml, all, console);
  Answer answer{print_outcome(all, run, options.print, options.columns), 0};
  if (options.print == Print::kText) answer.text += published_text(all.observations, study);
  return answer;
}

}  // namespace vesica
