// SPDX-License-Identifier: Apache-2.0
// Opening and closing: who may, in which journal mode, and what is checked first.
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/os/system.h"
#include "vesica/store/schema.h"
#include "vesica/store/store_impl.h"
#include "vesica/store/value_json.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

constexpr auto kLockPause = std::chrono::milliseconds(20);  // chosen: below what a person notices
constexpr int kReaderPatienceMs = 2000;                     // chosen: a commit takes milliseconds
constexpr std::uint64_t kMaxLockNote = 4096;

std::string holder_of(const fs::path& lock_file) {
  const Value note = [&] {
    const std::string text = read_file(lock_file, kMaxLockNote);
    const bool whole = text.starts_with('{') && text.ends_with('}');  // the holder may be writing it just now
    return whole ? store::from_json(text, path_text(lock_file)) : Value::null();
  }();
  const auto part = [&](const char* key) {
    const Value* value = note.find(key);
    return value != nullptr ? value->text : std::string("?");
  };
  if (note.kind != Value::Kind::kTable) return say("another process");
  return say("process {} on {} (by {}, since {})", part("pid"), part("host"), part("user"), part("since"));
}

[[noreturn]] void throw_busy(const fs::path& folder) {
  throw Error(
      ErrorKind::kBusy, say("The study is in use by {}.", holder_of(folder / kLockName)),
      Place{path_text(folder), 0, 0, ""},
      say("Wait until it has finished, or stop it; nothing needs to be deleted, the lock ends with the process."));
}

FileLock acquire(const fs::path& folder, double wait_s) {
  const double until = monotonic_seconds() + wait_s;
  for (;;) {
    if (auto lock = FileLock::try_acquire(folder / kLockName)) return std::move(*lock);
    if (monotonic_seconds() >= until) throw_busy(folder);
    std::this_thread::sleep_for(kLockPause);
  }
}

/// For the message of the next process; the lock itself is the system's.
void leave_note(const fs::path& folder) {
  Value note = Value::table();
  note.set("pid", Value::of(std::to_string(process_number())));
  note.set("host", Value::of(host_name()));
  note.set("user", Value::of(user_name()));
  note.set("since", Value::of(utc_now()));
  std::ofstream(folder / kLockName, std::ios::binary | std::ios::trunc) << store::to_json(note);
}

fs::path wal_of(const fs::path& file) { return path_from(path_text(file) + "-wal"); }

/// Network and synchronised folders cannot share memory between processes, which WAL needs.
bool wants_rollback_journal(const fs::path& folder) { return is_network_folder(folder); }

/// The host and place where the store was last written: another one means that the file travelled.
std::string home_of(const fs::path& folder) {
  const auto identity = file_identity(folder / kDatabaseName);
  return fmt::format("{}:{}:{}", host_name(), path_text(fs::weakly_canonical(folder)), identity ? identity->inode : 0);
}

bool was_interrupted(sql::Database& db) {
  return db.integer("SELECT count(*) FROM session WHERE status='started'") > 0;
}

bool travelled(sql::Database& db, const fs::path& folder) {
  return db.text("SELECT value FROM meta WHERE key='home'") != home_of(folder);
}

void refuse_missing(const fs::path& folder) {
  if (Store::exists(folder)) return;
  throw Error(ErrorKind::kNoInput, say("There are no results here yet: {} is missing.", kDatabaseName),
              Place{path_text(folder), 0, 0, ""}, say("Run the study first: `vesica run STUDY`."));
}

}  // namespace

bool Store::exists(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kDatabaseName, ignored);
}

Store Store::open_for_reading(const fs::path& folder, const StoreOptions& options) {
  auto impl = std::make_unique<Impl>(folder, options);
  impl->open_read();
  return Store(std::move(impl));
}

Store Store::open_for_writing(const fs::path& folder, const StoreOptions& options) {
  auto impl = std::make_unique<Impl>(folder, options);
  impl->open_write();
  return Store(std::move(impl));
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&& other) noexcept = default;
Store& Store::operator=(Store&& other) noexcept = default;
Store::~Store() = default;

Store::Impl::~Impl() { close(); }

void Store::Impl::open_read() {
  refuse_missing(folder);
  const fs::path file = folder / kDatabaseName;
  schema::check_header(file);
  std::error_code ignored;
  const bool has_wal = fs::exists(wal_of(file), ignored) && fs::file_size(wal_of(file), ignored) > 0;
  const bool alone = !is_writable_folder(folder) || wants_rollback_journal(folder);
  if (alone && !wants_rollback_journal(folder) && has_wal) {
    throw Error(ErrorKind::kCannotCreate,
                say("An interrupted run left a journal that cannot be read in a folder "
                    "without permission to write."),
                Place{path_text(wal_of(file)), 0, 0, ""},
                say("Copy the whole folder to a place where you may write, and use the copy."));
  }
  const bool immutable = !is_writable_folder(folder) && !has_wal;
  db = std::make_unique<sql::Database>(file, immutable ? sql::Mode::kImmutable : sql::Mode::kRead);
  db->execute(fmt::format("PRAGMA busy_timeout={}; PRAGMA query_only=ON", kReaderPatienceMs));
  schema::check_schema(*db);
  if (schema::is_older(*db)) {
    throw Error(ErrorKind::kUnsupported, say("An older Vesica wrote these results."), Place{path_text(file), 0, 0, ""},
                say("Run the study once: `vesica run STUDY` keeps a backup and brings the database up to date."));
  }
  bool doubtful = travelled(*db, folder);
  if (!doubtful && was_interrupted(*db) && is_writable_folder(folder)) {
    doubtful = FileLock::try_acquire(folder / kLockName).has_value();  // a session that nobody runs any more
  }
  if (doubtful) schema::check_pages(*db);
}

void Store::Impl::open_write() {
  make_folder(folder);
  lock = acquire(folder, options.wait_s);
  leave_note(folder);
  const fs::path file = folder / kDatabaseName;
  if (!Store::exists(folder)) {
    write_file_atomically(file, schema::empty_store());
    at("store.created");
  }
  schema::check_header(file);
  db = std::make_unique<sql::Database>(file, sql::Mode::kWrite);
  db->execute(fmt::format("PRAGMA busy_timeout={}", static_cast<int>(options.wait_s * 1000)));
  const bool alone = wants_rollback_journal(folder);
  if (alone) db->execute("PRAGMA locking_mode=EXCLUSIVE");
  schema::check_schema(*db);  // before anything that would change a stranger's file
  db->execute(alone ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=WAL");
  db->execute("PRAGMA synchronous=FULL");
  if (was_interrupted(*db) || travelled(*db, folder)) schema::check_pages(*db);
  schema::migrate(*db);
  writable = true;
  recover();
}

void Store::Impl::write_home() {
  sql::Statement statement(*db,
                           "INSERT INTO meta (key, value) VALUES ('home', ?) "
                           "ON CONFLICT (key) DO UPDATE SET value=excluded.value");
  const std::string home = home_of(folder);
  statement.bind(1, home).run();
}

void Store::Impl::close() noexcept {
  {
    const std::lock_guard guard(mutex);
    stopping = true;
  }
  wake.notify_all();
  if (flusher.joinable()) flusher.join();
  if (!db) return;
  try {
    if (writable && !failure) commit_group();
  } catch (...) {  // a destructor has nobody to tell; the session stays "started" and the next start finds it so
    db->abandon();
  }
  statements.reset();
  db.reset();
  lock.reset();
}

void Store::Impl::require_writable() const {
  VESICA_REQUIRE(writable, "the store was opened for reading");
  if (failure) std::rethrow_exception(failure);
}

fs::path Store::set_aside(const fs::path& folder, const StoreOptions& options) {
  refuse_missing(folder);
  const FileLock lock = acquire(folder, options.wait_s);
  int number = 1;
  const auto name = [&] { return fmt::format("vesica.damaged-{}.db", number); };
  while (fs::exists(folder / name())) ++number;
  std::error_code error;
  for (const char* suffix : {"-wal", "-journal", "-shm", ""}) {
    const fs::path from = folder / (std::string(kDatabaseName) + suffix);
    if (fs::exists(from)) fs::rename(from, folder / (name() + suffix), error);
    if (error) {
      throw Error(ErrorKind::kCannotCreate, say("The file cannot be renamed: {}.", error.message()),
                  Place{path_text(from), 0, 0, ""}, say("Make the folder writable."));
    }
  }
  sync_folder(folder);
  return folder / name();
}

}  // namespace vesica
