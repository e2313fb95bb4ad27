// SPDX-License-Identifier: Apache-2.0
// Single questions without a study: measure files, render a phantom.
#include <algorithm>
#include <mutex>

#include "phantoms/phantoms.h"

#include "vesica/app/answer.h"
#include "vesica/app/execute.h"
#include "vesica/app/names.h"
#include "vesica/app/reading.h"
#include "vesica/base/file_name.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/report/exports.h"

namespace vesica {

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

void append(Outcome& to, Outcome&& from) {
  to.observations.append(from.observations);
  std::move(from.issues.begin(), from.issues.end(), std::back_inserter(to.issues));
  std::move(from.artifacts.begin(), from.artifacts.end(), std::back_inserter(to.artifacts));
}

namespace {

void set_all(AnySettings& settings, const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) set_field(settings, name, value, {"--set", 0, 0, name});
}

/// A file measured on its own stands for a sample of its own name.
MeasureItem item_for(const Assay& assay, const AnySettings& settings, const std::string& file) {
  MeasureItem item;
  item.key = "measure|" + file;
  item.assay = &assay;
  item.settings = settings;
  item.facts.sample = file_stem(file);
  item.facts.source = assay.id;
  return item;
}

KnownFile known_file_of(const std::string& file) {
  KnownFile known;
  known.path = path_from(file);
  known.shown = file;
  return known;
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
    results[i] = execute(item_for(assay, settings, options.files[i]), file, {}, nullptr, single);
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
  if (files.size() > kMostListed) text += say("... and {} more file(s)", files.size() - kMostListed) + "\n";
  return text + say("{} file(s) in {}; the truth is in truth.tsv.", files.size(), out) + "\n";
}

}  // namespace vesica
