// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <cmath>

#include "cli/help.h"

#include "vesica/app/app.h"
#include "vesica/app/preparation.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"

namespace vesica::cli {

namespace {

long long whole_number(const Arguments& arguments, std::string_view name, long long fallback, long long low,
                       long long high) {
  if (!arguments.has(name)) return fallback;
  const auto number = parse_integer(arguments.get(name));
  if (!number || *number < low || *number > high)
    throw Error(ErrorKind::kUsage,
                say("--{} must be a whole number from {} to {}, but is \"{}\".", name, low, high, arguments.get(name)));
  return *number;
}

Context make_context(const Arguments& arguments) {
  Context context;
  context.threads = static_cast<int>(whole_number(arguments, "jobs", hardware_threads(), 1, 1024));
  context.seed = static_cast<std::uint64_t>(whole_number(arguments, "seed", 1, 0, 9'000'000'000'000'000'000LL));
  context.cancelled = &install_interrupt_flag();
  return context;
}

std::vector<std::pair<std::string, std::string>> settings_of(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& text : arguments.all("set")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(ErrorKind::kUsage, say("--set takes FIELD=VALUE, but got \"{}\".", text));
    out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

Print print_form(const Arguments& arguments) {
  if (arguments.has("json") && arguments.has("tsv"))
    throw Error(ErrorKind::kUsage, say("Choose one of --json and --tsv."));
  return arguments.has("json") ? Print::kJson : (arguments.has("tsv") ? Print::kTsv : Print::kText);
}

int finish(const RunSummary& summary) {
  if (summary.failed > 0) return kSomeFailed;
  return summary.check_failed ? kCheckFailed : kOk;
}

void parse_shard(const std::string& text, RunOptions& options) {
  const auto slash = text.find('/');
  const long long shard = parse_integer(std::string_view(text).substr(0, slash)).value_or(0);
  const long long shards =
      slash == std::string::npos ? 0 : parse_integer(std::string_view(text).substr(slash + 1)).value_or(0);
  if (shard < 1 || shards < shard || shards > 1'000'000)
    throw Error(ErrorKind::kUsage, say("--shard takes i/n with 1 ≤ i ≤ n, but got \"{}\".", text));
  options.shard = static_cast<int>(shard);
  options.shards = static_cast<int>(shards);
}

std::size_t width_for(const Terminal& terminal) {
  return terminal.out_is_terminal() ? static_cast<std::size_t>(terminal.columns()) : 0;
}

}  // namespace

int run_new(const Arguments& arguments, Terminal& terminal) {
  return finish(
      new_study({arguments.get("study"), arguments.get("from"), arguments.has("force"), !arguments.has("no-report")},
                make_context(arguments), terminal));
}

int run_run(const Arguments& arguments, Terminal& terminal) {
  RunOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.only = arguments.all("only");
  options.strict = arguments.has("strict");
  options.dry_run = arguments.has("dry-run");
  options.verify = arguments.has("verify");
  options.new_store = arguments.has("new-store");
  if (arguments.has("shard")) parse_shard(arguments.get("shard"), options);
  return finish(run_study(options, make_context(arguments), terminal));
}

int run_merge(const Arguments& arguments, Terminal& terminal) {
  RunOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.merge_from = arguments.all("parts");
  return finish(run_study(options, make_context(arguments), terminal));
}

int run_status(const Arguments& arguments, Terminal& terminal) {
  int code = kOk;
  terminal.out(study_status(arguments.get("study"), arguments.get("out"), arguments.has("json"), code));
  return code;
}

int run_why(const Arguments& arguments, Terminal& terminal) {
  terminal.out(study_why(arguments.get("study"), arguments.get("out"), arguments.get("id"), arguments.has("json")));
  return kOk;
}

int run_preparation(const Arguments& arguments, Terminal& terminal) {
  PreparationOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.id = arguments.get("id");
  options.json = arguments.has("json");
  options.columns = width_for(terminal);
  terminal.out(study_preparation(options, make_context(arguments)));
  return kOk;
}

int run_exclude(const Arguments& arguments, Terminal& terminal) {
  ExcludeOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.reason = arguments.get("reason");
  options.author = arguments.get("author", user_name());
  for (const std::string_view column : {"sample", "input", "replicate", "quantity", "id"}) {
    if (arguments.has(column)) options.match.emplace_back(column, arguments.get(column));
  }
  terminal.out(exclude_rows(options));
  return kOk;
}

namespace {

/// "1.5,2,0.25" (blanks and semicolons separate too) as three numbers; empty when the option was not typed.
std::vector<double> three_numbers(const Arguments& arguments, std::string_view name) {
  std::vector<double> out;
  if (!arguments.has(name)) return out;
  std::string text = arguments.get(name);
  for (char& c : text) c = c == ';' || c == ' ' ? ',' : c;
  bool good = true;
  for (const std::string_view part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto number = parse_number(trim(part));
    good = good && number && std::isfinite(*number);
    out.push_back(number.value_or(0));
  }
  if (!good || out.size() != 3)
    throw Error(ErrorKind::kUsage, say("--{} takes three numbers x,y,z, but got \"{}\".", name, arguments.get(name)),
                {}, say("Write decimals with a point: 5.2,4.9,3"));
  return out;
}

std::optional<double> length_mm(const Arguments& arguments, std::string_view name) {
  if (!arguments.has(name)) return std::nullopt;
  const auto number = parse_number(arguments.get(name));
  if (!number || !(*number > 0) || !std::isfinite(*number))
    throw Error(ErrorKind::kUsage,
                say("--{} takes a length in mm above 0, but got \"{}\".", name, arguments.get(name)));
  return number;
}

}  // namespace

int run_place(const Arguments& arguments, Terminal& terminal) {
  PlaceOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.what = arguments.get("what");
  options.centre_mm = three_numbers(arguments, "centre-mm");
  options.axis = three_numbers(arguments, "axis");
  options.radius_mm = length_mm(arguments, "radius-mm");
  options.height_mm = length_mm(arguments, "height-mm");
  options.reason = arguments.get("reason");
  options.author = arguments.get("author", user_name());
  terminal.out(place_region(options));
  return kOk;
}

int run_undo(const Arguments& arguments, Terminal& terminal) {
  std::optional<std::int64_t> number;
  if (arguments.has("edit")) number = whole_number(arguments, "edit", 0, 1, 1'000'000'000);
  if (number && arguments.has("input"))
    throw Error(ErrorKind::kUsage, say("--edit names one edit; --input asks for the last of a file."), {},
                say("Give one of the two."));
  if (number && arguments.has("count"))
    throw Error(ErrorKind::kUsage, say("--edit names one edit; --count asks for the last ones."), {},
                say("Give one of the two."));
  terminal.out(undo_edit(arguments.get("study"), arguments.get("out"), number, arguments.get("input"),
                         static_cast<std::size_t>(whole_number(arguments, "count", 1, 1, 1'000'000))));
  return kOk;
}

int run_redo(const Arguments& arguments, Terminal& terminal) {
  terminal.out(redo_edit(arguments.get("study"), arguments.get("out"), arguments.get("input"),
                         static_cast<std::size_t>(whole_number(arguments, "count", 1, 1, 1'000'000))));
  return kOk;
}

int run_edit(const Arguments& arguments, Terminal& terminal) {
  EditOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.what = arguments.get("what");
  options.remove = arguments.all("remove");
  options.merge = arguments.all("merge");
  options.split = arguments.all("split");
  options.split_at = arguments.all("split-at");
  options.add = arguments.all("add");
  options.leave_out = arguments.all("leave-out");
  options.region = arguments.all("region");
  options.move = arguments.all("move");
  options.accept = arguments.get("accept");
  options.reject = arguments.get("reject");
  options.name = arguments.get("name");
  options.frame = static_cast<std::size_t>(whole_number(arguments, "frame", 0, 0, 1'000'000'000));
  options.reason = arguments.get("reason");
  options.author = arguments.get("author", user_name());
  terminal.out(edit_input(options));
  return kOk;
}

int run_history(const Arguments& arguments, Terminal& terminal) {
  terminal.out(
      study_history(arguments.get("study"), arguments.get("out"), arguments.has("json"), arguments.get("input")));
  return kOk;
}

int run_measure(const Arguments& arguments, Terminal& terminal) {
  const Answer answer = measure_files({arguments.get("assay"), arguments.all("files"), settings_of(arguments),
                                       print_form(arguments), width_for(terminal)},
                                      make_context(arguments), terminal);
  terminal.out(answer.text);
  return answer.failed > 0 ? kSomeFailed : kOk;
}

namespace {

// Options of `predict` that only an SBML file takes.
constexpr std::string_view kNetworkFields[] = {"to", "from", "points", "sample", "method", "rtol", "atol"};
constexpr std::string_view kNetworkOthers[] = {"select",      "amounts", "concentrations", "dose",
                                               "individuals", "vary",    "check",          "steady-state"};
// Options of `predict` that an SBML file does not take.
constexpr std::string_view kScenarioOptions[] = {"sensitivity", "samples", "moment", "scenario"};

/// A,B and repeated options are one list.
std::vector<std::string> listed(const Arguments& arguments, std::string_view name) {
  std::vector<std::string> out;
  for (const std::string& text : arguments.all(name)) {
    for (const std::string_view part : split(text, ',')) {
      if (!trim(part).empty()) out.emplace_back(trim(part));
    }
  }
  return out;
}

NetworkOptions network_options(const Arguments& arguments, const Terminal& terminal) {
  NetworkOptions options;
  options.file = arguments.get("model");
  options.set = settings_of(arguments);
  for (const std::string_view name : kNetworkFields) {
    if (arguments.has(name)) options.fields.emplace_back(name, arguments.get(name));
  }
  if (arguments.has("amounts") && arguments.has("concentrations"))
    throw Error(ErrorKind::kUsage, say("Choose one of --amounts and --concentrations."));
  if (arguments.has("amounts")) options.fields.emplace_back("species", "amount");
  if (arguments.has("concentrations")) options.fields.emplace_back("species", "concentration");
  if (arguments.has("steady-state")) options.fields.emplace_back("steady_state", "true");
  options.select = listed(arguments, "select");
  options.doses = arguments.all("dose");
  options.vary = arguments.all("vary");
  options.individuals = arguments.get("individuals");
  options.figure = arguments.get("figure");
  options.write_sbml = arguments.get("write-sbml");
  options.check = arguments.has("check");
  options.print = print_form(arguments);
  options.columns = width_for(terminal);
  return options;
}

/// A model of Vesica takes none of the options of an SBML file.
void refuse_network_options(const Arguments& arguments) {
  const auto refuse = [&](std::string_view name) {
    if (!arguments.has(name)) return;
    throw Error(
        ErrorKind::kUsage, say("--{} is for SBML files, and \"{}\" is none.", name, arguments.get("model")), {},
        say("Settings of a model go into --set FIELD=VALUE; vesica describe {} lists them.", arguments.get("model")));
  };
  for (const std::string_view name : kNetworkFields) refuse(name);
  for (const std::string_view name : kNetworkOthers) refuse(name);
}

/// These say how an analysis is to be made, and there is none.
void refuse_without_sensitivity(const Arguments& arguments) {
  for (const std::string_view name : kScenarioOptions)
    if (arguments.has(name))
      throw Error(ErrorKind::kUsage, say("--{} needs --sensitivity.", name), {}, say("Add --sensitivity sobol."));
}

}  // namespace

int run_predict(const Arguments& arguments, Terminal& terminal) {
  if (names_network_file(arguments.get("model"))) {
    for (const std::string_view name : kScenarioOptions)
      if (arguments.has(name))
        throw Error(ErrorKind::kUsage, say("--{} is for models of Vesica and scenario files.", name));
    const NetworkAnswer answer = predict_network(network_options(arguments, terminal), make_context(arguments),
                                                 terminal, [&](std::string_view text) { terminal.out(text); });
    return answer.failed > 0 ? kSomeFailed : answer.check_failed ? kCheckFailed : kOk;
  }
  refuse_network_options(arguments);
  PredictOptions options{arguments.get("model"), settings_of(arguments), print_form(arguments), width_for(terminal)};
  options.figure = arguments.get("figure");
  options.write_sbml = arguments.get("write-sbml");
  options.sensitivity = arguments.get("sensitivity");
  options.samples = static_cast<std::size_t>(whole_number(arguments, "samples", 0, 0, 10'000'000));
  options.moment = arguments.get("moment");
  options.scenario = arguments.get("scenario");
  if (options.sensitivity.empty()) refuse_without_sensitivity(arguments);
  const Answer answer = predict_once(options, make_context(arguments), terminal);
  terminal.out(answer.text);
  return kOk;
}

int run_phantom(const Arguments& arguments, Terminal& terminal) {
  const Context context = make_context(arguments);
  terminal.out(render_phantom(arguments.get("phantom"), arguments.get("out"), context.seed, settings_of(arguments)));
  return kOk;
}

int run_describe(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("commands")) {
    terminal.out(reference_markdown());
    return kOk;
  }
  if (arguments.has("completion")) {
    if (arguments.get("completion") != "bash")
      throw Error(ErrorKind::kUsage,
                  say("There is a completion script for bash only, not for \"{}\".", arguments.get("completion")));
    terminal.out(bash_completion());
    return kOk;
  }
  const DescribeForm form = arguments.has("json")       ? DescribeForm::kJson
                            : arguments.has("markdown") ? DescribeForm::kMarkdown
                                                        : DescribeForm::kText;
  terminal.out(describe(arguments.get("what"), form));
  return kOk;
}

namespace {

std::optional<double> number_option(const Arguments& arguments, std::string_view name) {
  if (!arguments.has(name)) return std::nullopt;
  const auto number = parse_number(arguments.get(name));
  if (!number || !std::isfinite(*number))
    throw Error(ErrorKind::kUsage, say("--{} is \"{}\", no number.", name, arguments.get(name)), {},
                say("Decimals are written with a point; the unit stands in the help."));
  return number;
}

}  // namespace

int run_design(const Arguments& arguments, Terminal&) {
  const std::vector<std::string> known = {"spin", "dose"};
  const auto near = did_you_mean(arguments.get("what"), known);
  throw Error(ErrorKind::kUsage, say("\"{}\" cannot be designed.", arguments.get("what")), {},
              near ? say("Did you mean vesica design {}?", *near) : say("Known: {}.", join(known, ", ")));
}

int run_design_spin(const Arguments& arguments, Terminal& terminal) {
  DesignSpinOptions options;
  options.rotor = arguments.get("rotor");
  options.to_rotor = arguments.get("to-rotor");
  options.protocol = arguments.get("protocol");
  options.keep_from_nm = number_option(arguments, "keep-from");
  options.remove_above_nm = number_option(arguments, "remove-above");
  options.yield = number_option(arguments, "yield");
  options.max_rpm = number_option(arguments, "max-rpm");
  options.tube_bore_mm = number_option(arguments, "tube-bore-mm");
  options.to_tube_bore_mm = number_option(arguments, "to-tube-bore-mm");
  options.shortest_minutes = number_option(arguments, "shortest-min");
  options.longest_h = number_option(arguments, "longest-h");
  options.draws = whole_number(arguments, "draws", 400, 0, 100000);
  if (arguments.has("rounds")) options.rounds = whole_number(arguments, "rounds", 3, 1, 20);
  constexpr std::pair<std::string_view, std::string_view> kSettings[] = {{"temperature-c", "temperature_c"},
                                                                         {"viscosity-mpa-s", "viscosity_mpa_s"},
                                                                         {"density", "density_g_ml"},
                                                                         {"parent-median", "parent_median_nm"}};
  for (const auto& [name, field] : kSettings) {
    if (arguments.has(name)) options.set.emplace_back(field, arguments.get(name));
  }
  for (const auto& pair : settings_of(arguments)) options.set.push_back(pair);
  options.figure = arguments.get("figure");
  options.print = print_form(arguments);
  options.columns = width_for(terminal);
  const DesignAnswer answer = design_spin(options, make_context(arguments), terminal);
  terminal.out(answer.text);
  return answer.reached ? kOk : kCheckFailed;
}

int run_design_dose(const Arguments& arguments, Terminal& terminal) {
  DesignDoseOptions options;
  options.organ = arguments.get("organ");
  options.measure = arguments.get("measure");
  options.at_least = number_option(arguments, "at-least");
  options.area = number_option(arguments, "area");
  options.from_h = number_option(arguments, "from-h");
  options.to_h = number_option(arguments, "to-h");
  options.start_h = number_option(arguments, "start-h");
  options.available = number_option(arguments, "available");
  options.cells = number_option(arguments, "cells");
  options.routes = listed(arguments, "routes");
  options.gels = listed(arguments, "gels");
  if (arguments.has("every")) {
    options.every_h.emplace();
    for (const std::string& text : listed(arguments, "every")) {
      const auto number = parse_number(text);
      if (!number) throw Error(ErrorKind::kUsage, say("--{} is \"{}\", no number.", "every", text));
      options.every_h->push_back(*number);
    }
  }
  if (arguments.has("draws")) options.draws = whole_number(arguments, "draws", 200, 0, 100000);
  if (arguments.has("limit")) options.shown = whole_number(arguments, "limit", 10, 0, 1'000'000);
  if (arguments.has("species")) options.set.emplace_back("species", arguments.get("species"));
  for (const auto& pair : settings_of(arguments)) options.set.push_back(pair);
  options.figure = arguments.get("figure");
  options.print = print_form(arguments);
  options.columns = width_for(terminal);
  const DesignAnswer answer = design_dose(options, make_context(arguments), terminal);
  terminal.out(answer.text);
  return answer.reached ? kOk : kCheckFailed;
}

int run_check(const Arguments& arguments, Terminal& terminal) {
  CheckOptions options;
  options.study = arguments.get("study");
  options.out = arguments.get("out");
  options.standards = arguments.all("standard");
  options.rules = arguments.all("rules");
  options.sheets = arguments.get("sheets");
  options.all = arguments.has("all");
  options.print = print_form(arguments);
  options.columns = width_for(terminal);
  const CheckAnswer answer = check_study(options, terminal);
  terminal.out(answer.text);
  return answer.open > 0 ? kCheckFailed : kOk;
}

int run_explain(const Arguments& arguments, Terminal& terminal) {
  ExplainOptions options;
  options.from = arguments.get("from");
  options.to = arguments.get("to");
  options.disease = arguments.get("disease");
  options.source = arguments.get("source");
  options.route = arguments.get("route");
  for (const std::string_view name : {"dose", "organ-share", "uptake-share", "cells", "copies", "escape-share"}) {
    if (!arguments.has(name)) continue;
    const auto number = parse_number(arguments.get(name));
    if (!number) throw Error(ErrorKind::kUsage, say("--{} is \"{}\", no number.", name, arguments.get(name)));
    options.numbers.emplace_back(name, *number);
  }
  options.longest = static_cast<std::size_t>(whole_number(arguments, "longest", 6, 1, 12));
  options.limit = static_cast<std::size_t>(whole_number(arguments, "limit", 10, 0, 1'000'000));
  options.figure = arguments.get("figure");
  options.qual = arguments.get("qual");
  options.print = print_form(arguments);
  options.columns = width_for(terminal);
  const ExplainAnswer answer = explain_mechanism(options, make_context(arguments), terminal);
  terminal.out(answer.text);
  return answer.found ? kOk : kCheckFailed;
}

int run_evidence(const Arguments& arguments, Terminal& terminal) {
  const auto limit = static_cast<std::size_t>(whole_number(arguments, "limit", 20, 0, 1'000'000));
  terminal.out(evidence_text(arguments.get("about"), limit, print_form(arguments)));
  return kOk;
}

}  // namespace vesica::cli
