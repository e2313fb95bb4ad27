// SPDX-License-Identifier: Apache-2.0
// One question to a reaction network in an SBML file.
#include <algorithm>
#include <cmath>

#include "vesica/app/app.h"
#include "vesica/app/course_figure.h"
#include "vesica/app/network_check.h"
#include "vesica/app/network_text.h"
#include "vesica/app/scenario_files.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/contract/registry.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"
#include "vesica/models/network/files.h"
#include "vesica/models/network/run.h"
#include "vesica/report/exports.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

/// Rows of one JSON object (chosen: some 500 MB of text); TSV streams any number.
constexpr std::uint64_t kMostJsonRows = 1'000'000;
/// Cells of bands (chosen: some 400 MB of quantiles).
constexpr std::uint64_t kMostBandCells = 2'000'000;
constexpr std::size_t kMostFailuresTold = 10;

[[noreturn]] void refuse(std::string what, std::string hint = "") {
  throw Error(ErrorKind::kUsage, std::move(what), {}, std::move(hint));
}

bool has_field(const NetworkOptions& options, std::string_view name) {
  return std::any_of(options.fields.begin(), options.fields.end(), [&](const auto& one) { return one.first == name; });
}

std::string lower_extension(const std::string& file) { return lower_ascii(path_text(path_from(file).extension())); }

void check_combination(const NetworkOptions& options) {
  const bool steady = has_field(options, "steady_state");
  if (!options.figure.empty()) {
    check_figure_file(options.figure);
    if (steady) refuse(say("A steady state has no course to draw."), say("Leave out --figure or --steady-state."));
  }
  if (options.check) {
    if (steady || !options.figure.empty() || options.print != Print::kText)
      refuse(say("--check runs nothing: it goes with no result and no figure."), say("Leave out --check to run."));
    return;
  }
  if (steady) {
    for (const std::string_view name : {"to", "points"}) {
      if (has_field(options, name))
        refuse(say("--{} and --steady-state exclude each other.", name), say("Leave one of them out."));
    }
  } else if (!has_field(options, "to") && options.write_sbml.empty()) {
    refuse(say("--to is missing: until which time is the model to run?"),
           say("Write --to 100 (in the model's unit of time), --steady-state, or --check."));
  }
  const bool drawn = has_field(options, "sample") || !options.vary.empty();
  if (!options.individuals.empty() && drawn)
    refuse(say("Individuals come either from --individuals or from --sample with --vary."),
           say("Leave one of them out."));
  if (has_field(options, "sample") != !options.vary.empty())
    refuse(say("--sample and --vary belong together."),
           say("Write both, as --sample 1000 --vary \"k1=lognormal(0.3,0.2)\""));
}

Value set_table(const NetworkOptions& options) {
  Value out = Value::table();
  for (const auto& [symbol, text] : options.set) {
    const auto value = parse_number(text);
    if (!value || !std::isfinite(*value)) refuse(say("--set {} is \"{}\", no number.", symbol, text));
    if (out.find(symbol) != nullptr) refuse(say("--set {} is given twice.", symbol), say("Leave one of them out."));
    out.set(symbol, Value::of(*value)).place = {"--set", 0, 0, symbol};
  }
  return out;
}

/// What was typed as settings of the model, so that command line and study mean the same.
network::Settings settings_of(const NetworkOptions& options) {
  AnySettings any = AnySettings::of(network::Settings{});
  for (const auto& [name, value] : options.fields) set_field(any, name, value, {"--" + name, 0, 0, ""});
  auto& settings = any.get<network::Settings>();
  settings.file = options.file;
  settings.select = options.select;
  settings.doses = options.doses;
  settings.vary = options.vary;
  settings.individuals = options.individuals;
  settings.set = set_table(options);
  return std::move(settings);
}

/// What was typed wrongly is the command line's fault, whatever part found it; what stands in a file is not. Places
/// of the former have no file and the name of a setting, or of an option, as item.
[[noreturn]] void rethrow_as_usage(const Error& error) {
  const Place& where = error.where();
  const std::vector<std::string> names = field_names(AnySettings::of(network::Settings{}));
  const bool is_option = where.file.starts_with("--");
  const bool is_setting = where.file.empty() && std::find(names.begin(), names.end(), where.item) != names.end();
  if (!is_option && !is_setting) throw error;
  const std::string option = where.item == "doses" ? "dose" : replace_all(where.item, "_", "-");
  throw Error(ErrorKind::kUsage, error.message(), is_option ? where : Place{"--" + option, 0, 0, ""}, error.hint());
}

void require_writable(const std::string& file) {
  const std::filesystem::path folder = path_from(file).parent_path();
  std::error_code ignored;
  if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return;
  throw Error(ErrorKind::kCannotCreate, say("The folder does not exist."), {path_text(folder), 0, 0, ""},
              say("Make the folder or write the file somewhere else."));
}

void write_figures(const NetworkOptions& options, const Gathered& gathered, Console& console) {
  std::size_t left_out = 0;
  const auto figures = network_figures(network_heading(options.file, gathered.problem()), gathered, left_out);
  write_figure_files(options.figure, figures, console);
  if (left_out > 0)
    console.say_line(say(
        "{} symbol(s) (is|are) not in the figure, which shows those that change most; --select chooses.", left_out));
}

/// One question from reading the file to the last row.
class NetworkQuestion {
 public:
  NetworkQuestion(const NetworkOptions& options, const Context& context, Console& console,
                  const std::function<void(std::string_view)>& write)
      : options_(options), context_(context), console_(console), write_(write) {
    context_.progress = [this](std::size_t done, std::size_t total) {
      if (total > 1) console_.progress(say("Predicting"), done, total);
    };
  }

  NetworkAnswer answer() {
    check_combination(options_);
    try {
      settings_ = settings_of(options_);
    } catch (const Error& error) {
      rethrow_as_usage(error);
    }
    for (const std::string& file : {options_.figure, options_.write_sbml}) {
      if (!file.empty()) require_writable(file);
    }
    const std::string bytes = read_model_file(path_from(options_.file), options_.file);
    run_.inputs.emplace_back(options_.file, sha256(bytes));
    if (options_.check) {
      const NetworkCheck check = check_network_file(bytes, options_.file);
      write_(check.text);
      return {.check_failed = !check.fine};
    }
    kinetics::Network network = kinetics::read_sbml(bytes, options_.file);
    if (!options_.write_sbml.empty() && !write_network(network)) return {};
    make_problem(std::move(network));
    return {.failed = run()};
  }

 private:
  /// Writes the network with the values of --set; yields whether there is more to do.
  bool write_network(kinetics::Network network) {
    try {
      network::apply_set(network, network::read_set(settings_.set));
    } catch (const Error& error) {
      rethrow_as_usage(error);
    }

    write_file_atomically(path_from(options_.write_sbml), kinetics::write_sbml(network));
    console_.say_line(say("Wrote {}", options_.write_sbml));
    return settings_.to.has_value() || settings_.steady_state;
  }

  void make_problem(kinetics::Network network) {
    std::optional<Sheet> sheet;
    if (!options_.individuals.empty()) {
      const std::string table = read_model_file(path_from(options_.individuals), options_.individuals);
      run_.inputs.emplace_back(options_.individuals, sha256(table));
      sheet = network::read_individuals_file(table, options_.individuals);
    }
    try {
      problem_ = network::make_problem(settings_, std::move(network), sheet ? &*sheet : nullptr, {}, context_.seed);
    } catch (const Error& error) {
      rethrow_as_usage(error);
    }
    const std::uint64_t cells = problem_.columns.size() * std::max<std::size_t>(problem_.moments.size(), 1);
    const bool gathers = options_.print == Print::kText || !options_.figure.empty();
    if (gathers && problem_.is_ensemble() && cells > kMostBandCells)
      refuse(say("Bands over {} times of {} symbols are too many.", problem_.moments.size(), problem_.columns.size()),
             say("Take fewer --points or --select symbols; --tsv without --figure streams any number."));
    if (options_.print == Print::kJson && cells * problem_.size() > kMostJsonRows)
      refuse(say("{} rows are too many for one JSON object.", cells * problem_.size()),
             say("Take --tsv, which streams them, or fewer --points."));
  }

  std::size_t run() {
    std::optional<Gathered> gathered;
    if (options_.print == Print::kText || !options_.figure.empty()) gathered.emplace(problem_);
    run_.started = utc_now();
    if (options_.print == Print::kTsv) write_(write_observations_tsv({}));
    const network::Totals totals = network::run(problem_, settings_, context_, [&](const network::Course& course) {
      if (gathered) gathered->add(course);
      if (!course.failure.empty()) tell(course);
      if (options_.print != Print::kText) give_rows(course);
    });
    run_.ended = utc_now();
    if (totals.failed > kMostFailuresTold)
      console_.say_line(say("{} more individual(s) did not run to the end.", totals.failed - kMostFailuresTold));
    if (options_.print == Print::kText)
      write_(network_heading(options_.file, problem_) + network_summary(*gathered, totals, options_.columns));
    if (options_.print == Print::kJson) write_(json(totals));
    if (!options_.figure.empty()) write_figures(options_, *gathered, console_);
    return static_cast<std::size_t>(totals.failed);
  }

  void tell(const network::Course& course) {
    if (++told_ > kMostFailuresTold) return;
    Issue issue{Severity::kError, "network.run_failed", course.failure, {}, "", options_.file, course.individual};
    console_.issue(issue);
    outcome_.issues.push_back(std::move(issue));
  }

  void give_rows(const network::Course& course) {
    if (options_.print == Print::kJson) return network::add_rows(problem_, course, {}, outcome_.observations);
    ObservationTable rows;
    network::add_rows(problem_, course, {}, rows);
    const std::string text = write_observations_tsv(rows);
    write_(std::string_view(text).substr(text.find('\n') + 1));
  }

  std::string json(const network::Totals& totals) {
    run_.producer = "model network";
    run_.version = version();
    run_.settings = to_value(AnySettings::of(settings_));
    run_.seed = context_.seed;
    run_.status = totals.failed == 0 ? "complete" : totals.failed == totals.runs ? "failed" : "partial";
    outcome_.issues.push_back(
        {Severity::kNote, "network.method", say("Method: {}.", totals.method), {}, "", options_.file, ""});
    return write_outcome_json(outcome_, run_);
  }

  const NetworkOptions& options_;
  Context context_;
  Console& console_;
  const std::function<void(std::string_view)>& write_;
  network::Settings settings_;
  network::Problem problem_;
  Outcome outcome_;
  Run run_;
  std::size_t told_ = 0;
};

}  // namespace

bool names_network_file(const std::string& word) {
  if (find_model(word) != nullptr || word.ends_with(".toml")) return false;
  const std::string ending = lower_extension(word);
  std::error_code ignored;
  return ending == ".xml" || ending == ".sbml" || std::filesystem::is_regular_file(path_from(word), ignored);
}

NetworkAnswer predict_network(const NetworkOptions& options, const Context& context, Console& console,
                              const std::function<void(std::string_view)>& write) {
  return NetworkQuestion(options, context, console, write).answer();
}

}  // namespace vesica
