// SPDX-License-Identifier: Apache-2.0
// run_study: measure what changed, predict, compare, write.
#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/corrections.h"
#include "vesica/app/light_files.h"
#include "vesica/app/outputs.h"
#include "vesica/app/scenario_files.h"
#include "vesica/app/session.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/checks/purity.h"
#include "vesica/io/json.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

/// One run of a study, step by step. Steps share the plan, the hashes and the store.
class StudyRun {
 public:
  StudyRun(const RunOptions& options, const Context& context, Console& console)
      : options_(options), context_(context), console_(console), study_(load_or_explain(options.study, console)) {
    std::vector<Error> problems;
    plan_ = make_plan(study_, problems);
    samples_print_ = samples_fingerprint(study_);
    for (const Error& problem : problems) console_.issue(issue_from(problem));
    if (!problems.empty())
      throw Error(ErrorKind::kConfig, say("The study has {} problem(s); nothing was measured.", problems.size()),
                  {study_.file, 0, 0, ""}, say("Mend them and run the same command again."));
    for (const std::string& assay : options.only) {
      const bool used = std::any_of(study_.inputs.begin(), study_.inputs.end(),
                                    [&](const Input& input) { return input.assay == assay; });
      if (!used)
        throw Error(ErrorKind::kUsage, say("The study has no inputs of the assay \"{}\".", assay),
                    {study_.file, 0, 0, ""});
    }
  }

  RunSummary run();

 private:
  bool wanted(const Assay& assay) const {
    return options_.only.empty() ||
           std::find(options_.only.begin(), options_.only.end(), assay.id) != options_.only.end();
  }
  bool in_shard(const std::string& key) const {
    return options_.shards == 0 ||
           hash64(key) % static_cast<std::uint64_t>(options_.shards) == static_cast<std::uint64_t>(options_.shard - 1);
  }
  StoreOptions store_options() const {
    StoreOptions options;
    options.verify = options_.verify;
    return options;
  }
  std::size_t index_of(const Input* input) const { return static_cast<std::size_t>(input - study_.inputs.data()); }

  RunSummary dry_run();
  void merge_shards();
  LightFiles* light_of(const std::optional<std::size_t>& i) const { return i ? lights_[*i].get() : nullptr; }
  void attach_corrections();
  void tell_unattached_corrections();
  void calibrate();
  void measure();
  void check_together();
  void derive();
  void derive_purity_rows();
  void predict();
  void keep_items_of_the_study();
  void finish_outputs();
  void take(const ItemResult& result);
  bool skip_up_to_date(const std::string& key, const std::string& print);
  std::string measure_fingerprint(const MeasureItem& item) const;
  std::string calibrate_fingerprint(const CalibrationItem& item) const;
  std::string predict_fingerprint(const PredictItem& item, const std::vector<std::string>& prints) const;
  std::vector<std::string> predict_fingerprints(const std::vector<PredictItem>& items) const;
  std::vector<PredictItem> prepared_predictions(const ObservationTable& measured) const;
  PredictItem at_measured_points(const PredictItem& item, const ObservationTable& measured) const;

  const RunOptions& options_;
  const Context& context_;
  Console& console_;
  Study study_;
  Plan plan_;
  std::optional<Store> store_;
  std::vector<KnownFile> files_;
  std::vector<Calibration> calibrations_;
  std::vector<std::string> calibration_prints_;
  std::vector<std::unique_ptr<LightFiles>> lights_;  ///< of Plan::lights
  std::string samples_print_;                        ///< hash of the study's samples and their conditions
  RunSummary summary_;
};

std::string StudyRun::calibrate_fingerprint(const CalibrationItem& item) const {
  std::string inputs;
  for (const Input* input : item.inputs) inputs += files_[index_of(input)].contents() + ";";
  if (item.light) inputs += lights_[*item.light]->contents();
  return fingerprint(
      {item.key, program_identity(), settings_text(item.settings), inputs, std::to_string(context_.seed)});
}

std::string StudyRun::measure_fingerprint(const MeasureItem& item) const {
  std::string calibrations;
  for (const std::size_t i : item.calibrations) calibrations += calibration_prints_[i] + ";";
  if (item.light) calibrations += lights_[*item.light]->contents();
  std::string positions = layout_text(item.facts.layout) + item.facts.position;
  if (item.assay->names_samples) positions += samples_print_;
  // Without corrections this is nothing, so that the first one of a study leaves all other inputs alone.
  const std::string corrections =
      item.facts.corrections.empty() ? "" : write_json(corrections_value(item.facts.corrections));
  return fingerprint({item.key, program_identity(), settings_text(item.settings) + corrections, item.facts.condition,
                      positions, files_[index_of(item.input)].contents(), calibrations, std::to_string(context_.seed)});
}

/// Edits belong to contents, so that the hashes must be known.
void StudyRun::attach_corrections() {
  const std::vector<Edit> active = store_->active_edits();
  for (MeasureItem& item : plan_.measures)
    item.facts.corrections = corrections_for(item, files_[index_of(item.input)].sha256, active);
}

void StudyRun::tell_unattached_corrections() {
  for (const Issue& issue : unattached_corrections(plan_, *store_)) console_.issue(issue);
}

void StudyRun::take(const ItemResult& result) {
  ++summary_.executed;
  if (result.run.status == "failed") {
    ++summary_.failed;
    for (const Issue& issue : result.outcome.issues) {
      if (issue.severity == Severity::kError) console_.issue(issue);
    }
    if (options_.strict) {
      store_->put(result);
      const Issue& first = result.outcome.issues.front();
      throw Error(ErrorKind::kData, first.message, first.where, say("--strict stops at the first input that fails."));
    }
  }
  store_->put(result);
}

/// Nothing to do for an item whose fingerprint is that of its stored result; one that failed is not tried again until
/// its file or settings change, and still counts as failed.
bool StudyRun::skip_up_to_date(const std::string& key, const std::string& print) {
  ++summary_.inputs;
  const bool failed_before = store_->state(key, print) == ItemState::kFailed;
  if (!store_->up_to_date(key, print, true)) return false;
  ++(failed_before ? summary_.failed : summary_.up_to_date);
  if (failed_before) {
    const auto stored = store_->item(key);
    for (const Issue& issue : stored->outcome.issues) {
      if (issue.severity == Severity::kError) console_.issue(issue);
    }
  }
  return true;
}

void StudyRun::calibrate() {
  for (const CalibrationItem& item : plan_.calibrations) {
    const std::string print = calibrate_fingerprint(item);
    calibration_prints_.push_back(print);
    if (!skip_up_to_date(item.key, print)) {
      std::vector<KnownFile> files;
      for (const Input* input : item.inputs) files.push_back(files_[index_of(input)]);
      ItemResult result = execute(item, files, light_of(item.light), context_);
      result.fingerprint = print;
      take(result);
    }
    const auto stored = store_->item(item.key);
    VESICA_REQUIRE(stored.has_value(), "a calibration that was put is there");
    Calibration calibration;
    calibration.role = item.role;
    calibration.values = stored->values;
    calibration.rows = stored->outcome.observations;
    calibration.run = stored->run.id;
    calibrations_.push_back(std::move(calibration));
    if (stored->run.status == "failed") calibrations_.back().role.clear();
  }
}

void StudyRun::measure() {
  std::vector<const MeasureItem*> to_do;
  std::vector<std::string> prints;
  for (const MeasureItem& item : plan_.measures) {
    if (!wanted(*item.assay) || !in_shard(item.key)) continue;
    const std::string print = measure_fingerprint(item);
    if (skip_up_to_date(item.key, print)) continue;
    to_do.push_back(&item);
    prints.push_back(print);
  }
  std::mutex mutex;
  std::size_t done = 0;
  Context single = context_;
  single.threads = 1;
  parallel_for(to_do.size(), context_, [&](std::size_t i) {
    const MeasureItem& item = *to_do[i];
    std::vector<Calibration> calibrations;
    std::string failed_controls;
    for (const std::size_t c : item.calibrations) {
      if (calibrations_[c].role.empty()) {
        failed_controls += (failed_controls.empty() ? "" : ", ") + plan_.calibrations[c].role;
      } else {
        calibrations.push_back(calibrations_[c]);
      }
    }
    ItemResult result = execute(item, files_[index_of(item.input)], calibrations, light_of(item.light), single);
    result.fingerprint = prints[i];
    if (item.assay->names_samples) state_conditions(study_, result.outcome.observations);
    if (!failed_controls.empty())
      result.outcome.issues.push_back(
          {Severity::kWarning,
           "control_failed",
           say("Measured without its control ({}), which could not be read.", failed_controls),
           {},
           say("Mend the control and run again."),
           item.input->path,
           item.facts.sample});
    const std::lock_guard lock(mutex);
    take(result);
    console_.progress(say("Measuring"), ++done, to_do.size());
  });
  context_.check_cancelled();
}

void StudyRun::check_together() {
  struct ToDo {
    const TogetherItem* item;
    std::vector<KnownFile> files;
    std::string print;
  };
  std::vector<ToDo> to_do;
  for (const TogetherItem& item : plan_.together) {
    if (!wanted(*item.assay)) continue;
    ToDo one{&item, {}, ""};
    std::string hashes;
    for (const Input* input : item.inputs) {
      one.files.push_back(files_[index_of(input)]);
      hashes += one.files.back().sha256 + ";";
    }
    one.print = fingerprint({item.key, program_identity(), hashes});
    if (!skip_up_to_date(item.key, one.print)) to_do.push_back(std::move(one));
  }
  std::mutex mutex;
  Context single = context_;
  single.threads = 1;
  parallel_for(to_do.size(), context_, [&](std::size_t i) {
    ItemResult result = execute(*to_do[i].item, to_do[i].files, single);
    result.fingerprint = to_do[i].print;
    const std::lock_guard lock(mutex);
    take(result);
  });
}

void StudyRun::derive() {
  for (const Assay* assay : plan_.deriving) {
    std::vector<Error> problems;
    const AnySettings settings = resolve_settings(study_, assay->id, assay->make_settings(), problems);
    std::string runs;
    for (const ItemRecord& item : store_->items()) {
      if (item.key.starts_with("measure|") && item.producer == "assay " + std::string(assay->id))
        runs += item.run + ";";
    }
    const std::string print = fingerprint({derive_key(*assay), program_identity(), settings_text(settings), runs,
                                           store_->edits_fingerprint(), recipe_fingerprint(study_)});
    if (skip_up_to_date(derive_key(*assay), print)) continue;
    const CurrentRows rows = current_rows(study_, *store_);
    ItemResult result = execute_derive(*assay, study_, settings, rows.kept.select([&](std::size_t i) {
      return rows.kept.source(i) == assay->id && rows.kept.origin(i) == Origin::kMeasured;
    }),
                                       context_);
    result.fingerprint = print;
    take(result);
  }
}

/// Rows that need several assays, and that scenarios may take.
void StudyRun::derive_purity_rows() {
  const bool may_have_protein = std::any_of(study_.inputs.begin(), study_.inputs.end(), [](const Input& input) {
    return input.assay == "protein" || input.assay == "table";
  });
  const bool had_rows = store_->item(std::string(kPurityKey)).has_value();
  if (!may_have_protein && !had_rows) return;
  std::vector<Error> problems;
  const AnySettings settings = resolve_settings(study_, kPurityCheck, purity_settings(), problems);
  if (!problems.empty()) throw problems.front();
  const CurrentRows rows = current_rows(study_, *store_);
  ObservationTable measured = rows.kept.select(
      [&](std::size_t i) { return rows.kept.origin(i) == Origin::kMeasured && rows.kept.source(i) != kPurityCheck; });
  const std::string print = fingerprint({std::string(kPurityKey), program_identity(), settings_text(settings),
                                         sha256(write_observations_tsv(measured)), recipe_fingerprint(study_)});
  if ((!concerns_purity(measured) && !had_rows) || skip_up_to_date(std::string(kPurityKey), print)) return;
  ItemResult result = execute_purity(study_, settings, measured, context_);
  result.fingerprint = print;
  take(result);
}

/// A prediction is evaluated where something was measured, so that the two make pairs; its files are read.
PredictItem StudyRun::at_measured_points(const PredictItem& item, const ObservationTable& measured) const {
  PredictItem out = item;
  std::set<double> at, times;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const bool about = out.scenario.sample.empty()
                           ? (out.scenario.condition.empty() || measured.condition(i) == out.scenario.condition)
                           : measured.sample(i) == out.scenario.sample;
    if (!about || measured.origin(i) != Origin::kMeasured) continue;
    if (!is_asked(item, measured.quantity(i))) continue;
    if (!std::isnan(measured.at(i))) at.insert(measured.at(i));
    if (!std::isnan(measured.time_h(i))) times.insert(measured.time_h(i));
  }
  if (out.scenario.at.empty()) out.scenario.at.assign(at.begin(), at.end());
  if (out.scenario.times_h.empty()) out.scenario.times_h.assign(times.begin(), times.end());
  read_scenario_files(path_from(study_.folder), study_.raw_folders, out);
  take_measured(out, measured);
  return out;
}

std::vector<PredictItem> StudyRun::prepared_predictions(const ObservationTable& measured) const {
  std::vector<PredictItem> out;
  for (const PredictItem& item : plan_.predictions) out.push_back(at_measured_points(item, measured));
  return out;
}

/// `prints` holds those of the scenarios that it takes from: a change there is a change here.
std::string StudyRun::predict_fingerprint(const PredictItem& item, const std::vector<std::string>& prints) const {
  std::string points, taken;
  for (const double at : item.scenario.at) points += exact_number(at) + ";";
  for (const double time : item.scenario.times_h) points += exact_number(time) + ";";
  for (std::size_t k = 0; k < item.takes_from.size(); ++k) {
    const Take& take = item.scenario.takes[k];
    const bool is_measured = item.takes_from[k] == kFromMeasured;
    taken += join(std::vector<std::string>{is_measured ? measured_print(item, k) : prints[item.takes_from[k]],
                                           take.quantity, take.target, take.port, exact_number(take.time_h)},
                  ",") +
             ";";
  }
  std::string files = item.error ? item.error->what() : "";
  for (const auto& [path, hash] : item.inputs) files += path + "=" + hash + ";";
  return fingerprint({item.key, program_identity(), settings_text(item.settings), points, item.scenario.sample,
                      item.scenario.condition, join(item.scenario.quantities, ","), join(item.scenario.targets, ","),
                      std::to_string(item.scenario.seed), files, std::to_string(item.scenario.draws),
                      write_json(item.scenario.vary), taken});
}

/// One a scenario; those that others take from come first.
std::vector<std::string> StudyRun::predict_fingerprints(const std::vector<PredictItem>& items) const {
  std::vector<std::string> prints(items.size());
  const std::function<void(std::size_t)> fill = [&](std::size_t i) {
    if (!prints[i].empty()) return;
    for (const std::size_t from : items[i].takes_from)
      if (from != kFromMeasured) fill(from);
    prints[i] = predict_fingerprint(items[i], prints);
  };
  for (std::size_t i = 0; i < items.size(); ++i) fill(i);
  return prints;
}

void StudyRun::predict() {
  if (plan_.predictions.empty()) return;
  const std::vector<PredictItem> items = prepared_predictions(current_rows(study_, *store_).kept);
  const std::vector<std::string> prints = predict_fingerprints(items);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (skip_up_to_date(items[i].key, prints[i])) continue;
    console_.detail(say("Predicting {}", items[i].scenario.id));
    ItemResult result = execute(items[i], items, context_);
    result.fingerprint = prints[i];
    take(result);
  }
}

void StudyRun::keep_items_of_the_study() {
  std::vector<std::string> keys;
  for (const CalibrationItem& item : plan_.calibrations) keys.push_back(item.key);
  for (const MeasureItem& item : plan_.measures) keys.push_back(item.key);
  for (const TogetherItem& item : plan_.together) keys.push_back(item.key);
  for (const PredictItem& item : plan_.predictions) keys.push_back(item.key);
  for (const Assay* assay : plan_.deriving) keys.push_back(derive_key(*assay));
  keys.emplace_back(kPurityKey);
  keys.emplace_back("outputs");
  store_->keep_only(keys);
}

void StudyRun::merge_shards() {
  for (const std::string& part : options_.merge_from) {
    const MergeReport report = store_->merge(path_from(part));
    console_.say_line(say("{}: {} result(s) taken over, {} already here.", part, report.imported, report.skipped));
  }
}

void StudyRun::finish_outputs() {
  const OutputReport report = write_outputs(study_, *store_, options_, context_, console_);
  summary_.outputs_written = report.written;
  summary_.report = report.report_path;
  summary_.findings = report.findings;
  summary_.issues = report.issues;
  summary_.check_failed = report.check_failed;
}

RunSummary StudyRun::dry_run() {
  const std::filesystem::path folder = results_folder(options_.study, options_.out);
  if (Store::exists(folder)) store_.emplace(Store::open_for_reading(folder, store_options()));
  files_ = know_files(study_, nullptr, context_, console_);
  lights_ = gather_lights(plan_, study_, files_);
  if (store_) attach_corrections();
  for (const CalibrationItem& item : plan_.calibrations) calibration_prints_.push_back(calibrate_fingerprint(item));
  const auto tell = [&](const std::string& key, const std::string& print, const std::string& what) {
    ++summary_.inputs;
    const bool current = store_ && store_->state(key, print) == ItemState::kCurrent;
    const bool failed = store_ && store_->state(key, print) == ItemState::kFailed;
    if (current) ++summary_.up_to_date;
    console_.say_line((current  ? say("up to date")
                       : failed ? say("failed before, unchanged")
                                : say("to do")) +
                      "  " + what);
  };
  for (std::size_t i = 0; i < plan_.calibrations.size(); ++i) {
    const CalibrationItem& item = plan_.calibrations[i];
    tell(item.key, calibration_prints_[i],
         say("calibrate {} with {} ({} file(s))", item.assay->id, item.role, item.inputs.size()));
  }
  for (const MeasureItem& item : plan_.measures) {
    if (wanted(*item.assay) && in_shard(item.key))
      tell(item.key, measure_fingerprint(item), say("measure {} as {}", item.input->path, item.assay->id));
  }
  const ObservationTable measured = store_ ? current_rows(study_, *store_).kept : ObservationTable();
  const std::vector<PredictItem> predictions = prepared_predictions(measured);
  const std::vector<std::string> prints = predict_fingerprints(predictions);
  for (std::size_t i = 0; i < predictions.size(); ++i)
    tell(predictions[i].key, prints[i],
         say("predict {} with {}", predictions[i].scenario.id, predictions[i].model->id));
  console_.say_line(say("Nothing was done (--dry-run)."));
  return summary_;
}

RunSummary StudyRun::run() {
  if (options_.dry_run) return dry_run();
  const std::filesystem::path folder = results_folder(options_.study, options_.out);
  make_folder(folder);
  if (options_.new_store && Store::exists(folder)) {
    console_.say_line(say("The old database is kept as {}; its exclusions are not in the new one.",
                          path_text(Store::set_aside(folder, store_options()))));
  }
  store_.emplace(Store::open_for_writing(folder, store_options()));
  store_->begin_session(options_.merge_from.empty() ? "run" : "merge", std::string(version()));
  try {
    merge_shards();
    files_ = know_files(study_, &*store_, context_, console_);
    lights_ = gather_lights(plan_, study_, files_);
    attach_corrections();
    calibrate();
    measure();
    if (options_.shards == 0) {
      check_together();
      keep_items_of_the_study();
      tell_unattached_corrections();
      derive();
      derive_purity_rows();
      predict();
      finish_outputs();
    }
  } catch (const Error& error) {
    store_->end_session(error.kind() == ErrorKind::kCancelled ? "cancelled" : "failed");
    throw;
  }
  store_->end_session("complete");
  return summary_;
}

}  // namespace

RunSummary run_study(const RunOptions& options, const Context& context, Console& console) {
  console.say_line(say("Vesica {}: reading the study {}", version(), options.study));
  RunSummary summary = StudyRun(options, context, console).run();
  if (options.dry_run) return summary;
  console.say_line(say("{} work item(s): {} executed, {} up to date, {} failed.", summary.inputs, summary.executed,
                       summary.up_to_date, summary.failed));
  if (!summary.report.empty()) console.say_line(say("Report: {}", summary.report));
  return summary;
}

}  // namespace vesica
