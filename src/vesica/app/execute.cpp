// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/execute.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/corrections.h"
#include "vesica/app/light_files.h"
#include "vesica/app/reading.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/checks/purity.h"
#include "vesica/io/json.h"

namespace vesica {

namespace {

Run begin_run(std::string producer, const AnySettings& settings, const Context& context) {
  Run run;
  run.producer = std::move(producer);
  run.version = version();
  run.settings = to_value(settings);
  run.seed = context.seed;
  run.started = utc_now();
  run.status = "complete";
  return run;
}

/// Runs the science and turns a wrong outside world into a failed result.
ItemResult guarded(Run run, const std::string& key, const std::string& input, const std::string& sample,
                   const std::function<void(ItemResult&)>& body) {
  ItemResult result;
  result.key = key;
  result.run = std::move(run);
  try {
    body(result);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    result.outcome = {};
    result.outcome.issues.push_back(issue_from(error));
    result.run.status = "failed";
  }
  for (Issue& issue : result.outcome.issues) {
    if (issue.input.empty()) issue.input = input;
    if (issue.sample.empty()) issue.sample = sample;
  }
  result.run.ended = utc_now();
  return result;
}

/// Rows must be of declared quantities and in the catalogue's unit: a promise of every assay and model.
template <typename Quantities>
void check_promises(const Outcome& outcome, const Quantities& quantities) {
  std::string_view last;
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    const std::string_view quantity = outcome.observations.quantity(i);
    if (quantity == last) continue;
    last = quantity;
    VESICA_REQUIRE(quantities.empty() || std::find(quantities.begin(), quantities.end(), quantity) != quantities.end(),
                   "an assay or model yields only the quantities that it declares");
  }
}

/// The rows of the targets that the scenario names. Throws Error(kConfig) for one that nothing is predicted of.
void keep_targets(const Scenario& scenario, ObservationTable& rows) {
  if (scenario.targets.empty()) return;
  std::set<std::string> there;
  for (std::size_t i = 0; i < rows.size(); ++i) there.insert(std::string(rows.target(i)));
  for (const std::string& target : scenario.targets) {
    if (!there.contains(target))
      throw Error(ErrorKind::kConfig, say("Scenario {0} predicts nothing of \"{1}\".", scenario.id, target),
                  scenario.place, say("Known: {}.", join(std::vector<std::string>(there.begin(), there.end()), ", ")));
  }
  const auto& wanted = scenario.targets;
  rows = rows.select([&](std::size_t i) {
    return std::find(wanted.begin(), wanted.end(), std::string(rows.target(i))) != wanted.end();
  });
}

/// What the reader of images saw (slices missing, tags not believed) is an issue of the input, whatever the assay.
void add_reader_notes(const Reading& reading, Outcome& outcome) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr) return;
  static constexpr std::array<std::string_view, 5> kHarmless = {"image.resolution_ignored", "image.oblique",
                                                                "image.white_is_low", "image.pages_skipped",
                                                                "image.no_attenuation_scale"};
  for (const ReadNote& note : images->source->info().notes) {
    const bool harmless = std::find(kHarmless.begin(), kHarmless.end(), note.kind) != kHarmless.end();
    outcome.issues.push_back({harmless ? Severity::kNote : Severity::kWarning,
                              note.kind,
                              note.message,
                              {reading.path, 0, 0, ""},
                              note.hint,
                              reading.path,
                              ""});
  }
}

}  // namespace

Reading read_known(const KnownFile& file) {
  if (file.error) throw *file.error;
  Reading reading = read_input(file.path, file.shown, file.sha256);
  if (!file.sha256.empty() && reading.sha256 != file.sha256)
    throw Error(ErrorKind::kIo, say("The file changed while the study was running."), {file.shown, 0, 0, ""},
                say("Run the study again."));
  return reading;
}

std::string KnownFile::contents() const {
  std::string out = sha256;
  for (const auto& [name, hash] : beside) out += ";" + name + "=" + hash;
  return out;
}

std::string fingerprint(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) (text += part) += '\x1f';
  return sha256(text);
}

std::string settings_text(const AnySettings& settings) { return write_json(to_value(settings)); }

ItemResult execute(const CalibrationItem& item, const std::vector<KnownFile>& files, LightFiles* light,
                   const Context& context) {
  Run run = begin_run("calibration " + std::string(item.assay->id) + " " + item.role, item.settings, context);
  for (const KnownFile& file : files) {
    run.inputs.emplace_back(file.shown, file.sha256);
    run.inputs.insert(run.inputs.end(), file.beside.begin(), file.beside.end());
  }
  if (light != nullptr) light->add_to(run);
  const std::string shown = files.empty() ? "" : files.front().shown;
  return guarded(std::move(run), item.key, shown, item.inputs.front()->sample, [&](ItemResult& result) {
    std::vector<Reading> readings;
    for (const KnownFile& file : files) {
      readings.push_back(read_known(file));
      require_format(*item.assay, readings.back());
      if (light != nullptr) readings.back() = light->corrected(std::move(readings.back()));
    }
    Calibration calibration = item.assay->calibrate(readings, item.role, item.settings, context);
    result.values = std::move(calibration.values);
    result.outcome.observations = std::move(calibration.rows);
  });
}

ItemResult execute(const MeasureItem& item, const KnownFile& file, const std::vector<Calibration>& calibrations,
                   LightFiles* light, const Context& context) {
  Run run = begin_run("assay " + std::string(item.assay->id), item.settings, context);
  if (!item.facts.corrections.empty()) run.settings.set("corrections", corrections_value(item.facts.corrections));
  run.inputs.emplace_back(file.shown, file.sha256);
  return guarded(std::move(run), item.key, file.shown, item.facts.sample, [&](ItemResult& result) {
    Reading reading = read_known(file);
    result.run.inputs = {{file.shown, reading.sha256}};
    result.run.inputs.insert(result.run.inputs.end(), file.beside.begin(), file.beside.end());
    require_format(*item.assay, reading);
    if (light != nullptr) {
      light->add_to(result.run);
      reading = light->corrected(std::move(reading));
    }
    result.outcome = item.assay->measure(reading, calibrations, item.settings, item.facts, context);
    add_reader_notes(reading, result.outcome);
    check_promises(result.outcome, item.assay->quantities);
  });
}

ItemResult execute(const TogetherItem& item, const std::vector<KnownFile>& files, const Context& context) {
  Run run = begin_run("files together, " + std::string(item.assay->id), item.assay->make_settings(), context);
  for (const KnownFile& file : files) run.inputs.emplace_back(file.shown, file.sha256);
  return guarded(std::move(run), item.key, "", item.sample, [&](ItemResult& result) {
    std::vector<Reading> readings;
    for (const KnownFile& file : files) {
      try {
        readings.push_back(read_known(file));
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::kCancelled) throw;
      }
    }
    result.outcome.issues = item.assay->check_together(readings);
  });
}

Chain chain_of(const PredictItem& item, std::span<const PredictItem> all, const Context& context) {
  std::vector<ChainStage> stages;
  std::map<std::size_t, std::size_t> stage_of;  // index in `all` → stage
  std::map<std::string, std::size_t> measured_of;
  const auto measured_at = [&](const MeasuredCourse& course) {
    ChainStage giving = measured_stage(course);
    const auto [place, is_new] = measured_of.try_emplace(giving.scenario.id, stages.size());
    if (is_new) stages.push_back(std::move(giving));
    return place->second;
  };
  const std::function<ChainStage(const PredictItem&)> stage_for = [&](const PredictItem& one) {
    if (one.error) throw *one.error;
    ChainStage stage{one.model, one.scenario, one.settings};
    for (std::size_t k = 0; k < one.takes_from.size(); ++k) {
      const std::size_t from = one.takes_from[k];
      if (from == kFromMeasured) {
        stage.links.push_back({measured_at(one.measured.at(k)), one.scenario.takes[k]});
        continue;
      }
      if (!stage_of.contains(from)) {
        ChainStage giving = stage_for(all[from]);
        stage_of[from] = stages.size();
        stages.push_back(std::move(giving));
      }
      stage.links.push_back({stage_of[from], one.scenario.takes[k]});
    }
    return stage;
  };
  ChainStage last = stage_for(item);
  stages.push_back(std::move(last));
  return Chain(std::move(stages), context);
}

ItemResult execute(const PredictItem& item, std::span<const PredictItem> all, const Context& context) {
  Context seeded = context;
  seeded.seed = item.scenario.seed;
  Run run = begin_run("model " + std::string(item.model->id), item.settings, seeded);
  run.inputs = item.inputs;
  return guarded(std::move(run), item.key, "scenario " + item.scenario.id, item.scenario.sample,
                 [&](ItemResult& result) {
                   if (item.error) throw *item.error;
                   result.outcome = item.takes_from.empty() ? item.model->predict(item.scenario, item.settings, seeded)
                                                            : predict_chain(chain_of(item, all, seeded), seeded);
                   for (const auto& [k, course] : item.measured)
                     result.outcome.issues.push_back(measured_note(course, item.scenario));
                   check_promises(result.outcome, item.quantities);
                   keep_targets(item.scenario, result.outcome.observations);
                 });
}

void state_conditions(const Study& study, ObservationTable& rows) {
  ObservationTable out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Observation row = rows.row(i);
    if (row.condition.empty()) row.condition = study.condition_of(row.sample);
    out.add(row);
  }
  rows = std::move(out);
}

ItemResult execute_derive(const Assay& assay, const Study& study, const AnySettings& settings,
                          const ObservationTable& table, const Context& context) {
  return guarded(begin_run("derive " + std::string(assay.id), settings, context), derive_key(assay), "", "",
                 [&](ItemResult& result) {
                   result.depends_on_edits = true;
                   result.outcome = assay.derive(table, study, settings, context);
                   check_promises(result.outcome, assay.quantities);
                 });
}

ItemResult execute_purity(const Study& study, const AnySettings& settings, const ObservationTable& table,
                          const Context& context) {
  return guarded(begin_run("derive purity", settings, context), std::string(kPurityKey), "", "",
                 [&](ItemResult& result) {
                   result.depends_on_edits = true;
                   result.outcome = derive_purity(table, study, context);
                   check_promises(result.outcome, std::span(kPurityQuantities));
                 });
}

}  // namespace vesica
