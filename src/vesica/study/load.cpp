// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/load.h"

#include <algorithm>
#include <unordered_map>

#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/csv.h"
#include "vesica/io/toml.h"
#include "vesica/io/xlsx.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"
#include "vesica/study/plate.h"

namespace vesica {

namespace fs = std::filesystem;

std::string StudyFiles::read(const std::string& path) {
  throw Error(ErrorKind::kNoInput, say("The file cannot be read."), Place{path, 0, 0, ""}, say("Check its name."));
}

Workbook read_book_bytes(std::string_view bytes, const std::string& file) {
  constexpr std::string_view kZip = "PK", kOldOffice = "\xD0\xCF\x11\xE0";
  if (bytes.starts_with(kZip) || bytes.starts_with(kOldOffice)) return read_xlsx(bytes, file);
  Workbook out;
  out.file = file;
  out.sheets.push_back(read_text_table(bytes, file));
  return out;
}

namespace {

/// Files below the study's folder and the raw folders that it allows, with the answers of the disk remembered.
class DiskFiles final : public StudyFiles {
 public:
  DiskFiles(fs::path folder, std::vector<std::string> ignored)
      : folder_(std::move(folder)), ignored_(std::move(ignored)) {
    std::error_code error;
    roots_.push_back(fs::canonical(folder_, error));
  }

  /// Adds a raw folder; false when it is not there.
  bool allow(const std::string& raw) {
    std::error_code error;
    const fs::path root = fs::canonical(folder_ / path_from(raw), error);
    if (error || !fs::is_directory(root, error)) return false;
    roots_.push_back(root);
    raw_.push_back(raw);
    return true;
  }

  FileState state(const std::string& path) override {
    const fs::path full = (folder_ / path_from(path)).lexically_normal();
    std::error_code error;
    const fs::file_status status = fs::status(full, error);
    const fs::path& parent = real_parent(full.parent_path());
    if (!is_allowed(parent / full.filename())) return FileState::kOutside;
    if (fs::is_symlink(fs::symlink_status(full, error)) && !is_allowed(fs::weakly_canonical(full, error)))
      return FileState::kOutside;
    if (fs::is_directory(status)) return FileState::kFolder;
    return fs::is_regular_file(status) ? FileState::kPresent : FileState::kMissing;
  }

  std::string read(const std::string& path) override { return read_file(folder_ / path_from(path), kMaxTextBytes); }

  const std::vector<std::string>& list() override {
    if (listed_) return files_;
    listed_ = true;
    add_below(folder_, "");
    for (const std::string& raw : raw_) add_below(folder_ / path_from(raw), raw);
    return files_;
  }

 private:
  const fs::path& real_parent(const fs::path& parent) {
    const auto known = parents_.find(parent.native());
    if (known != parents_.end()) return known->second;
    std::error_code error;
    fs::path real = fs::weakly_canonical(parent, error);
    if (error) real = parent;
    return parents_.emplace(parent.native(), std::move(real)).first->second;
  }

  bool is_allowed(const fs::path& path) const {
    return std::any_of(roots_.begin(), roots_.end(), [&](const fs::path& root) {
      return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
    });
  }

  void add_below(const fs::path& folder, const std::string& as_written) {
    for (const fs::path& file : list_files(folder)) {
      const fs::path relative = file.lexically_relative(folder);
      const std::string first = path_text(*relative.begin());
      if (as_written.empty() && std::find(ignored_.begin(), ignored_.end(), first) != ignored_.end()) continue;
      const std::string text = path_text(relative);
      files_.push_back(as_written.empty() ? text : as_written + (as_written.ends_with('/') ? "" : "/") + text);
    }
  }

  fs::path folder_;
  std::vector<std::string> ignored_;
  std::vector<fs::path> roots_;
  std::vector<std::string> raw_;
  std::unordered_map<std::string, fs::path> parents_;
  bool listed_ = false;
  std::vector<std::string> files_;
};

/// The sample sheet and the plates drawn beside it.
struct SampleBook {
  Sheet samples;
  std::vector<Sheet> plates;
};

/// The sheets of a file by its content; of a workbook the samples are the sheet of that name, else the first that is no
/// plate.
SampleBook read_sheet_bytes(std::string_view bytes, const std::string& file) {
  Workbook book = read_book_bytes(bytes, file);
  if (book.sheets.empty())
    throw Error(ErrorKind::kConfig, say("The workbook holds no sheet."), Place{file, 0, 0, ""},
                say("Write one row for each file."));
  const auto is_samples = [](const Sheet& sheet) {
    const std::string name = fold_name(sheet.name);
    return name == "samples" || name == "样品" || name == "样本" || name == "样品表" || name == "样本表";
  };
  const auto is_plate = [](const Sheet& sheet) { return !sheet.name.empty() && is_plate_name(sheet.name); };
  auto samples = std::find_if(book.sheets.begin(), book.sheets.end(), is_samples);
  if (samples == book.sheets.end()) samples = std::find_if_not(book.sheets.begin(), book.sheets.end(), is_plate);
  if (samples == book.sheets.end()) samples = book.sheets.begin();
  SampleBook out;
  for (auto sheet = book.sheets.begin(); sheet != book.sheets.end(); ++sheet)
    if (sheet != samples && is_plate(*sheet)) out.plates.push_back(std::move(*sheet));
  out.samples = std::move(*samples);
  return out;
}

void assemble(Assembly& assembly, const SampleBook* book, StudyFiles& files) {
  if (book != nullptr) read_sheet(book->samples, assembly);
  gather_inputs(assembly, files);
  gather_layouts(assembly, book != nullptr ? book->plates : std::vector<Sheet>(), files);
  merge_sample_facts(assembly);
  check_attributes(assembly);
  block_layouts(assembly);
  check_names(assembly);
  check_inputs(assembly);
  check_plan(assembly);
  check_takes(assembly);
  Study& study = assembly.study;
  for (const std::string& factor : assembly.factors)
    if (std::find(study.factors.begin(), study.factors.end(), factor) == study.factors.end())
      study.factors.push_back(factor);
  if (study.inputs.empty() && study.scenarios.empty() && assembly.problems.empty() && !assembly.plan_only)
    assembly.problems.add("", say("The study names no input and no scenario."),
                          Place{study.file.empty() ? study.folder : study.file, 0, 0, ""},
                          say("Add rows to the sheet, or [[input]] or [[scenario]] to study.toml."));
}

LoadedStudy finish(Assembly& assembly) {
  assembly.study.index_samples();
  return {std::move(assembly.study), assembly.problems.errors(), assembly.problems.warnings()};
}

/// What load_study() found in the folder.
struct Sources {
  fs::path folder;  ///< absolute
  fs::path shown;   ///< the same as the user wrote it, for places in messages
  fs::path toml;    ///< empty when there is none
  fs::path sheet;   ///< empty: to be looked for

  std::string shown_name(const fs::path& file) const { return path_text(shown / file.lexically_relative(folder)); }
};

Sources find_sources(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  Sources out;
  out.shown = path.lexically_normal();
  if (!fs::is_directory(absolute, error)) out.shown = out.shown.parent_path();
  if (out.shown == ".") out.shown.clear();
  if (fs::is_directory(absolute, error)) {
    out.folder = absolute;
  } else if (!fs::exists(absolute, error)) {
    throw Error(ErrorKind::kNoInput, say("There is no such file or folder."), Place{path_text(path), 0, 0, ""},
                say("Check the name; \"vesica new\" makes a study from a folder of files."));
  } else if (lower_ascii(path_text(absolute.extension())) == ".toml") {
    out.folder = absolute.parent_path();
    out.toml = absolute;
    return out;
  } else {
    out.folder = absolute.parent_path();
    out.sheet = absolute;
  }
  if (out.folder.filename().empty()) out.folder = out.folder.parent_path();
  if (fs::exists(out.folder / kStudyFile, error)) out.toml = out.folder / kStudyFile;
  return out;
}

/// The sheet that [study] sheet names, else the one of the usual names; two of those at once are a problem.
fs::path find_sheet(const Sources& sources, Assembly& assembly) {
  std::error_code error;
  if (!sources.sheet.empty()) return sources.sheet;
  const std::string& named = assembly.study.sheet;
  if (!named.empty()) {
    const Value* value = assembly.tree.find("study")->find("sheet");
    DiskFiles files(sources.folder, {});
    const FileState state = files.state(named);
    if (state == FileState::kPresent) return sources.folder / path_from(named);
    assembly.problems.add("",
                          state == FileState::kOutside ? say("{} leads out of the study's folder.", in_quotes(named))
                                                       : say("The sheet {} is not there.", in_quotes(named)),
                          value->place, say("Put the sheet beside study.toml."));
    return {};
  }
  fs::path found;
  for (const std::string_view name : kSheetFiles) {
    if (!fs::exists(sources.folder / name, error)) continue;
    if (!found.empty()) {
      assembly.problems.add(
          "", say("There are two sheets, {0} and {1}.", in_quotes(path_text(found.filename())), in_quotes(name)),
          Place{path_text(sources.folder), 0, 0, ""},
          say("Keep one, or name the one that counts in study.toml: [study] sheet = \"{}\".",
              path_text(found.filename())));
      return found;
    }
    found = sources.folder / name;
  }
  return found;
}

void allow_raw_folders(DiskFiles& files, Assembly& assembly, const LoadOptions& options) {
  const Value* study = assembly.tree.find("study");
  const Value* listed = study == nullptr ? nullptr : study->find("raw_folders");
  for (std::size_t i = 0; i < assembly.study.raw_folders.size(); ++i) {
    const std::string& raw = assembly.study.raw_folders[i];
    const Place place = listed != nullptr && i < listed->items.size() ? listed->items[i].place : Place{};
    if (!options.allow_raw_folders) {
      assembly.problems.add("", say("This study may not read outside its own folder, as {} would.", in_quotes(raw)),
                            place, say("Copy the files into the study's folder."));
    } else if (!files.allow(raw)) {
      assembly.problems.add("", say("The folder {} is not there.", in_quotes(raw)), place, say("Check its name."));
    } else {
      assembly.problems.warn("", say("The study reads files outside its own folder, from {}.", in_quotes(raw)), place,
                             say("It moves to another machine only with them."));
    }
  }
}

}  // namespace

LoadedStudy load_study(const fs::path& path, const KnownNames& known, const LoadOptions& options) {
  Assembly assembly{known};
  assembly.plan_only = options.plan_only;
  try {
    const Sources sources = find_sources(path);
    Study& study = assembly.study;
    study.folder = path_text(sources.folder);
    study.file = sources.toml.empty() ? "" : path_text(sources.toml);
    if (!sources.toml.empty()) {
      try {
        const std::string name = sources.shown_name(sources.toml);
        assembly.tree = read_toml(decode_text(read_file(sources.toml, kMaxTomlBytes), name).utf8, name);
        read_study_tree(assembly);
      } catch (const Error& error) {
        assembly.problems.add(error);
      }
    }
    if (study.id.empty()) study.id = path_text(sources.folder.filename());
    DiskFiles files(sources.folder, options.ignored_folders);
    allow_raw_folders(files, assembly, options);
    const fs::path sheet_file = find_sheet(sources, assembly);
    if (sources.toml.empty() && sheet_file.empty())
      throw Error(ErrorKind::kNoInput, say("The folder holds neither study.toml nor a sheet named samples."),
                  Place{study.folder, 0, 0, ""},
                  say("\"vesica new STUDY --from FOLDER\" writes both from a folder of files."));
    if (!sheet_file.empty() && study.sheet.empty()) study.sheet = path_text(sheet_file.filename());
    std::optional<SampleBook> sheet;
    try {
      if (!sheet_file.empty())
        sheet = read_sheet_bytes(read_file(sheet_file, kMaxTextBytes), sources.shown_name(sheet_file));
    } catch (const Error& error) {
      assembly.problems.add(error);
    }
    assemble(assembly, sheet ? &*sheet : nullptr, files);
  } catch (const Error& error) {
    assembly.problems.add(error);
  }
  return finish(assembly);
}

LoadedStudy load_study_text(std::string_view toml, std::string_view sheet, std::string_view sheet_name,
                            const KnownNames& known, StudyFiles& files, const LoadOptions& options) {
  Assembly assembly{known};
  assembly.plan_only = options.plan_only;
  assembly.study.file = toml.empty() ? "" : std::string(kStudyFile);
  assembly.study.id = "study";
  std::optional<SampleBook> read;
  try {
    if (!toml.empty()) {
      assembly.tree = read_toml(toml, assembly.study.file);
      read_study_tree(assembly);
    }
  } catch (const Error& error) {
    assembly.problems.add(error);
  }
  try {
    if (!sheet.empty()) read = read_sheet_bytes(sheet, std::string(sheet_name));
  } catch (const Error& error) {
    assembly.problems.add(error);
  }
  try {
    assemble(assembly, read ? &*read : nullptr, files);
  } catch (const Error& error) {
    assembly.problems.add(error);
  }
  return finish(assembly);
}

}  // namespace vesica
