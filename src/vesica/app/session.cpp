// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/session.h"

#include <mutex>

#include "vesica/app/names.h"
#include "vesica/app/reading.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/io/companions.h"
#include "vesica/study/load.h"

namespace vesica {

std::filesystem::path results_folder(const std::string& study, const std::string& out) {
  if (!out.empty()) return path_from(out);
  std::filesystem::path folder = path_from(study);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(folder, ignored)) folder = folder.parent_path();
  return folder / "results";
}

Study load_or_explain(const std::string& path, Console& console) {
  LoadedStudy loaded = load_study(path_from(path), known_names());
  for (const Error& warning : loaded.warnings) {
    Issue issue = issue_from(warning);
    issue.severity = Severity::kWarning;
    console.issue(issue);
  }
  for (const Error& problem : loaded.problems) console.issue(issue_from(problem));
  if (!loaded.problems.empty())
    throw Error(loaded.problems.size() == 1 ? loaded.problems.front().kind() : ErrorKind::kConfig,
                say("The study has {} problem(s); nothing was measured.", loaded.problems.size()), {path, 0, 0, ""},
                say("Mend them and run the same command again."));
  return std::move(loaded.study);
}

Study load_quietly(const std::string& path) { return load_study(path_from(path), known_names()).study; }

Store open_results(const std::string& study, const std::string& out) {
  const std::filesystem::path folder = results_folder(study, out);
  if (!Store::exists(folder))
    throw Error(ErrorKind::kNoInput, say("There are no results yet."), {path_text(folder), 0, 0, ""},
                say("First: vesica run {}", study));
  return Store::open_for_writing(folder);
}

namespace {

/// The hash of an input, that of the store for one that looks unchanged.
std::string known_hash(const std::filesystem::path& path, const std::string& shown, Store* store) {
  const auto identity = input_identity(path);
  if (!identity)
    throw Error(ErrorKind::kNoInput, say("The file is not there or cannot be read."), {shown, 0, 0, ""},
                say("Correct its path in the sheet or put the file back."));
  std::optional<std::string> known = store != nullptr ? store->known_file(shown, *identity) : std::nullopt;
  if (known) return *known;
  std::string out = hash_input(path);
  if (store != nullptr) store->remember_file(shown, *identity, out);
  return out;
}

/// As the study shows what lies beside an input.
std::string shown_beside(const std::filesystem::path& input, const std::string& shown, const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_directory(input, ignored)) return shown + "/" + name;
  const std::string::size_type slash = shown.find_last_of("/\\");
  return slash == std::string::npos ? name : shown.substr(0, slash + 1) + name;
}

}  // namespace

std::vector<KnownFile> know_files(const Study& study, Store* store, const Context& context, Console& console) {
  std::vector<KnownFile> files(study.inputs.size());
  CompanionFinder finder;
  std::vector<std::vector<Companion>> beside;
  for (const Input& input : study.inputs)
    beside.push_back(finder.beside(path_from(study.folder) / path_from(input.path)));
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(files.size(), context, [&](std::size_t i) {
    KnownFile& file = files[i];
    file.shown = study.inputs[i].path;
    file.path = path_from(study.folder) / path_from(file.shown);
    try {
      file.sha256 = known_hash(file.path, file.shown, store);
      for (const Companion& each : beside[i])
        file.beside.emplace_back(shown_beside(file.path, file.shown, each.shown()),
                                 known_hash(each.path, shown_beside(file.path, file.shown, each.shown()), store));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      file.error = error;
    }
    const std::lock_guard lock(mutex);
    console.progress(say("Looking at files"), ++done, files.size());
  });
  return files;
}

std::string recipe_fingerprint(const Study& study) {
  std::string text = program_identity();
  std::vector<std::filesystem::path> sources = {path_from(study.file)};
  for (const std::string_view sheet : kSheetFiles) sources.push_back(path_from(study.folder) / path_from(sheet));
  for (const std::filesystem::path& source : sources) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(source, ignored)) text += '\x1f' + hash_input(source);
  }
  return sha256(text);
}

std::string layout_text(const Layout& layout) {
  std::string out;
  for (const auto& [position, sample] : layout.positions) out += position + "=" + sample + ";";
  for (const auto& [position, role] : layout.roles) out += position + "!" + role + ";";
  for (const auto& [position, level] : layout.levels) out += position + "@" + exact_number(level) + ";";
  for (const auto& [position, fold] : layout.dilutions) out += position + "/" + exact_number(fold) + ";";
  return out.empty() ? out : out + layout.unit + ";" + std::to_string(layout.wells) + ";";
}

std::string samples_fingerprint(const Study& study) {
  std::string out;
  for (const Sample& sample : study.samples) out += sample.id + ":" + study.condition_of(sample.id) + ";";
  return sha256(out);
}

}  // namespace vesica
