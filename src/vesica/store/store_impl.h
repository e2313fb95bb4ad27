// SPDX-License-Identifier: Apache-2.0
// What the sources of Store share: connection, lock, what is kept in memory, and the group commit.
#pragma once

#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "vesica/base/os/durable.h"
#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/store/sql.h"
#include "vesica/store/store.h"

namespace vesica {

inline constexpr const char* kDatabaseName = "vesica.db";
inline constexpr const char* kLockName = "vesica.lock";
inline constexpr const char* kDerivedName = "derived";
inline constexpr const char* kStagingName = ".vesica-staging";
inline constexpr const char* kManifestName = "manifest.tsv";

/// One work item as it lies in memory.
struct ItemEntry {
  std::int64_t id = 0;
  bool live = false;
  std::int64_t run = 0;  ///< 0: none
  std::string fingerprint;
  bool complete = false;
  std::optional<std::string> edits;  ///< edits_fingerprint at the time of the run, when it depends on them
};

struct FileEntry {
  FileIdentity identity;
  std::string sha256;
};

/// A run as found by (key, fingerprint), for results that become current again.
struct EarlierRun {
  std::int64_t number = 0;
  std::int64_t item = 0;
  bool complete = false;
  std::optional<std::string> edits;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// The prepared statements of put(), made once.
struct PutStatements {
  explicit PutStatements(sql::Database& db);
  sql::Statement text, item, run, link, subjects, input, kind, subject, observation, observations, issue, derived,
      artifact;
};

struct Store::Impl {
  Impl(std::filesystem::path folder_, StoreOptions options_)
      : folder(std::move(folder_)), options(std::move(options_)) {}
  ~Impl();

  std::filesystem::path folder;
  StoreOptions options;
  bool writable = false;
  std::optional<FileLock> lock;  ///< released after the connection is closed
  std::unique_ptr<sql::Database> db;

  mutable std::recursive_mutex mutex;  ///< guards everything below and the connection

  // Sessions.
  std::string command, version;
  bool session_named = false;
  std::int64_t session = 0;  ///< row, once something was written

  // In memory, loaded at the first question.
  bool items_loaded = false;
  TextMap<ItemEntry> items;
  std::unordered_map<std::uint64_t, EarlierRun> earlier;
  bool files_loaded = false;
  TextMap<FileEntry> known_files;
  bool texts_loaded = false;
  TextMap<std::int64_t> text_ids;
  TextMap<std::int64_t> kind_ids;
  TextMap<std::int64_t> derived_ids;
  std::int64_t next_run = 0, next_subject = 0, next_observation = 0, next_text = 0;
  std::optional<std::string> edits_print;

  // Group commit.
  std::unique_ptr<PutStatements> statements;
  DurableFiles pending_files;
  std::size_t pending_items = 0;
  std::size_t pending_rows = 0;
  double pending_since = 0;
  double group_seconds = 0.05;  ///< how long a group stays open; see commit.cpp
  std::exception_ptr failure;   ///< a commit that failed; every later write reports it
  std::thread flusher;
  std::condition_variable_any wake;
  bool stopping = false;

  void at(std::string_view step) const {
    if (options.at_step) options.at_step(step);
  }
  /// Throws what an earlier commit failed with, or a promise broken when the store was opened for reading.
  void require_writable() const;

  /// Runs a change of the database. When it fails half-way, the open group is gone and what lies in memory says
  /// otherwise: the store refuses to write from then on, and every call reports the first failure.
  template <typename F>
  void change(F&& body) {
    require_writable();
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
      db->abandon();
      throw;
    }
  }

  // open.cpp
  void open_read();
  void open_write();
  void close() noexcept;

  // recover.cpp
  void recover();

  // sessions.cpp
  void ensure_session();
  void write_home();

  // commit.cpp
  void begin_group();
  void commit_group();
  void commit_if_due();
  void start_flusher();

  // items.cpp
  void load_items();
  void load_texts();
  std::int64_t intern(std::string_view text);
  void insert(const ItemResult& result, const std::vector<std::string>& hashes);
  void set_current(ItemEntry& entry, const EarlierRun& run, std::string_view fingerprint);
  bool is_stale(const ItemEntry& entry);

  // edits.cpp
  const std::string& edits_fingerprint();
  void append_edit(const Edit& edit, const std::string& uuid);

  // files.cpp
  void load_files();

  // exports.cpp
  /// Carries out a plan that was committed; yields whether everything in it could be done.
  bool finish_exports();
  bool has_export_plan();
};

/// `derived/ab/abcdef...`, relative. Throws Error(kData) for a text that is no SHA-256.
std::string derived_path(std::string_view sha256, const std::filesystem::path& database);
std::uint64_t run_bits(std::string_view key, std::string_view fingerprint);
/// Edits that no later undo reverts, oldest first, undos left out.
std::vector<Edit> edits_in_force(const std::vector<Edit>& all);
std::vector<Edit> read_edits(sql::Database& db);

}  // namespace vesica
