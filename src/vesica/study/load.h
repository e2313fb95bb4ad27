// SPDX-License-Identifier: Apache-2.0
// Loading a study: study.toml and the sample sheet into one Study, with every problem at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/data/sheet.h"
#include "vesica/study/known.h"
#include "vesica/study/study.h"

namespace vesica {

struct LoadedStudy {
  Study study;                  ///< what could be understood; complete when there are no problems
  std::vector<Error> problems;  ///< each must be mended before a run
  std::vector<Error> warnings;  ///< worth knowing; a run goes on

  bool ok() const { return problems.empty(); }
};

/// How a path of a study relates to the disk.
enum class FileState {
  kPresent,
  kMissing,
  kFolder,   ///< a folder where a file is wanted
  kOutside,  ///< leaves the study's folder and every folder of [study] raw_folders, by "..", "/" or a link
};

/// What the loader asks about the disk; tests and fuzzing answer from memory.
class StudyFiles {
 public:
  virtual ~StudyFiles() = default;
  virtual FileState state(const std::string& path) = 0;
  /// Every file below the study's folder (relative) and below the raw folders (as those are written), natural order.
  virtual const std::vector<std::string>& list() = 0;
  /// The bytes of a file of the study, as a plate map. Throws Error(kNoInput) when it cannot be read.
  virtual std::string read(const std::string& path);
};

struct LoadOptions {
  /// raw_folders of a study are honoured; switched off for studies that a stranger sent (the web door).
  bool allow_raw_folders = true;
  /// Folders below the study's own that hold results, never inputs.
  std::vector<std::string> ignored_folders = {"results", ".vesica"};
  /// The plan alone counts: files that are not there yet, and a study without inputs, are no problems.
  bool plan_only = false;
};

/// Names of the study file and of the sheets that are looked for, in this order.
inline constexpr std::string_view kStudyFile = "study.toml";
inline constexpr std::string_view kSheetFiles[] = {"samples.xlsx", "samples.csv", "samples.tsv"};

/// Loads a folder, its study.toml, or a sheet (with the study.toml beside it, if there is one). A folder with only a
/// sheet is a study. Places name the files as the path was written. Never throws for what the files hold: everything
/// wrong, unreadable files included, is in `problems`, each with `file:line:column`.
LoadedStudy load_study(const std::filesystem::path& path, const KnownNames& known, const LoadOptions& options = {});

/// The same from memory: the texts of study.toml and of the sheet (CSV, TSV or XLSX by its content); either may be
/// absent. `files` answers for the disk.
LoadedStudy load_study_text(std::string_view toml, std::string_view sheet, std::string_view sheet_name,
                            const KnownNames& known, StudyFiles& files, const LoadOptions& options = {});

}  // namespace vesica
