// SPDX-License-Identifier: Apache-2.0
// The plain values that go into a Store and come out of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"

namespace vesica {

struct StoreOptions {
  double wait_s = 3;  ///< for another writer, before Error(kBusy); chosen: longer than a status, shorter than patience
  bool verify = false;  ///< trust no file by size and time: known_file() knows nothing
  /// For tests of crashes and full disks: called with the name of each step between write, sync, rename and commit.
  std::function<void(std::string_view step)> at_step;
};

enum class ItemState {
  kToDo,     ///< never executed with this fingerprint
  kCurrent,  ///< complete and current
  kEarlier,  ///< complete, but a later run with other settings or content is current; up_to_date() brings it back
  kFailed,   ///< executed with this fingerprint, and the input could not be measured
};

/// One finished work item: what was done and what came out.
struct ItemResult {
  std::string key;          ///< "input path|assay|sample|...", "scenario|model", "findings"
  std::string fingerprint;  ///< hash over content, settings, version, seed, calibrations: equal means "same result"
  Run run;                  ///< `id` is filled in by the store
  Outcome outcome;
  Value values;                   ///< a calibration's values or any other tree that a later item needs
  bool depends_on_edits = false;  ///< findings and report: stale when the edits in force differ
};

struct ItemRecord {
  std::string key, fingerprint, run, producer, status;
  std::int64_t observations = 0, issues = 0;
  bool stale = false;  ///< depends on edits that have changed since
};

struct RunRecord {
  std::string id, key, fingerprint, producer, version, started, ended, status;
  std::int64_t observations = 0;
  bool current = false;
};

struct SessionRecord {
  std::string command, version, user, host, started, ended;
  std::string status;  ///< "started", "complete", "failed", "cancelled", "interrupted"
};

struct ArtifactRecord {
  std::string run, key, name, media_type, about, sha256;
  std::uint64_t size = 0;
  std::string path;  ///< relative to the store's folder
};

/// A file to be exported; `path` is relative to the store's folder, with forward slashes.
struct ExportFile {
  std::string path;
  std::string bytes;
};

struct ExportRecord {
  std::string path, sha256;
  std::uint64_t size = 0;
};

struct ExportReport {
  std::vector<std::string> written, unchanged, removed;
  std::vector<std::string> kept;  ///< changed by hand: new name of the old content, or the stale file left in place
};

struct MergeReport {
  std::int64_t imported = 0, skipped = 0, edits = 0;
};

}  // namespace vesica
