// SPDX-License-Identifier: Apache-2.0
// What a study knows, on disk: observations, runs, edits, artifacts and the list of exported files. Crash-only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/os/files.h"
#include "vesica/contract/contract.h"
#include "vesica/store/records.h"

namespace vesica {

/// The store of one output folder: `vesica.db` (SQLite, the only authority), `derived/<sha256[0:2]>/<sha256>`
/// (artifacts by content) and `vesica.lock`. A row in the database implies that its file is complete; a file without a
/// row does not exist for anybody and goes at the next start. One process writes; the system ends its lock when it
/// dies. Readers of a local folder work meanwhile. All functions may be called from any thread; all throw Error.
class Store {
 public:
  /// Opens an existing store without changing it. Error(kNoInput) when the folder holds none; it is never created here.
  static Store open_for_reading(const std::filesystem::path& folder, const StoreOptions& options = {});
  /// Opens or creates the store, waits up to `options.wait_s` for another writer and then throws Error(kBusy) naming
  /// it; migrates an older schema (after a backup `vesica.backup-v<N>.db`) and finishes what a killed run left
  /// half-way.
  static Store open_for_writing(const std::filesystem::path& folder, const StoreOptions& options = {});
  static bool exists(const std::filesystem::path& folder);
  /// Moves a damaged `vesica.db` (and its journals) to `vesica.damaged-<N>.db`, so that the next run begins a new
  /// store; only on the user's explicit command. Yields the new name.
  static std::filesystem::path set_aside(const std::filesystem::path& folder, const StoreOptions& options = {});

  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) noexcept;
  /// Commits what was put, leaves the session open (the next start calls it interrupted) unless end_session was called.
  ~Store();

  /// Names the command that now writes. Nothing is written until something changes, so a rerun without work leaves the
  /// database as it was.
  void begin_session(const std::string& command, const std::string& version);
  /// Commits everything; status "complete", "failed" or "cancelled".
  void end_session(const std::string& status = "complete");
  std::vector<SessionRecord> sessions() const;

  /// The SHA-256 of a file that has not changed since it was hashed; nothing with `StoreOptions::verify`.
  std::optional<std::string> known_file(std::string_view path, const FileIdentity& identity) const;
  /// `identity` was taken before hashing. A file younger than the clock of its disk can tell (chosen: 0.1 s; 3 s when
  /// its time has no fraction) is not trusted next time.
  void remember_file(std::string_view path, const FileIdentity& identity, std::string_view sha256);

  /// What the store holds for a work item. A look-up in memory.
  ItemState state(std::string_view key, std::string_view fingerprint) const;
  /// True when the item need not be executed: it is current, or an earlier run with this fingerprint becomes current.
  /// A failed run counts only with `accept_failed`.
  bool up_to_date(std::string_view key, std::string_view fingerprint, bool accept_failed = false);
  /// Stores one finished item, all or nothing, and makes it current; yields its run id. `result.run.status` is
  /// "complete" or "failed" (a failed run replaces older rows too: its input is no longer what they were made of).
  /// Durable at the next group commit (50 ms, on a slow disk up to 1 s), at flush() and end_session().
  std::string put(const ItemResult& result);
  /// Returns when all that was put is on the disk.
  void flush();
  /// Items of other keys are not current any more (their files left the study); nothing is deleted, and a key that
  /// comes back brings its results back.
  void keep_only(std::span<const std::string> keys);
  /// All items that are in the study, by key.
  std::vector<ItemRecord> items() const;
  /// The current result of an item with all rows, issues and artifacts; nothing when there is none.
  std::optional<ItemResult> item(std::string_view key) const;

  /// The rows of all current runs, sorted.
  ObservationTable current_observations() const;
  /// The issues of all current runs, by item, then in the order in which they were found.
  std::vector<Issue> current_issues() const;
  /// The artifacts of all current runs, by item and name.
  std::vector<ArtifactRecord> artifacts() const;
  /// Reads an artifact and checks its hash.
  std::string artifact_bytes(const ArtifactRecord& artifact) const;
  /// The newest run of that id (Run::id; ids are a function of item key and fingerprint).
  std::optional<Run> run(std::string_view id) const;
  /// All runs ever made, oldest first.
  std::vector<RunRecord> runs() const;
  /// Changes when any current result that does not depend on edits does: part of the fingerprint of findings.
  std::string results_fingerprint() const;

  /// Appends an edit ("exclude", "include", "correct") and yields its number; time and, when empty, author are filled
  /// in.
  std::int64_t add_edit(Edit edit);
  /// Appends the inverse of an edit; an undo can be undone. Error(kUsage) for an unknown number or one undone already.
  std::int64_t undo(std::int64_t number, const std::string& reason, const std::string& author = {});
  std::vector<Edit> edits() const;
  /// The edits in force (excludes, includes, corrections), oldest first; see edit_in_force().
  std::vector<Edit> active_edits() const;
  /// Of these the exclusions that no later inclusion of at least the same rows lifts.
  std::vector<Edit> active_exclusions() const;
  /// Changes with the edits in force and comes back with an undo: results that depend on edits are stale when it
  /// differs.
  std::string edits_fingerprint() const;

  /// Makes the exported files of the folder equal to `files`: writes only what changed, removes what was exported
  /// before and is not in the list, and writes `manifest.tsv` (path, SHA-256) last; while the manifest is absent the
  /// set is being replaced. A file that somebody changed by hand is kept as `NAME.changed-<hash>.EXT`.
  ExportReport publish(std::span<const ExportFile> files);
  std::vector<ExportRecord> exports() const;
  /// True when a killed run left a set half replaced; the next open_for_writing() or publish() finishes it.
  bool exports_unfinished() const;

  /// Imports the current items of another store (a shard) that this one lacks or holds in an older version, its edits
  /// and its known files.
  MergeReport merge(const std::filesystem::path& other);

  /// Checks the database (Error(kData) when it is damaged) and every artifact against its hash; which are wrong.
  std::vector<Issue> verify() const;

  struct Impl;  ///< store_impl.h; of no use outside this folder

 private:
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The id of the run that executes an item: ten characters, the same on every machine.
std::string run_id(std::string_view key, std::string_view fingerprint);

/// Whether a row is excluded: the last edit in force that matches it decides. `column(name)` yields the row's text of a
/// column ("sample", "replicate", "input", "quantity", "id", ...).
bool is_excluded(std::span<const Edit> active, const std::function<std::string(std::string_view name)>& column);

}  // namespace vesica
