// SPDX-License-Identifier: Apache-2.0
// SQLite's calls and the translation of its result codes, once.
#include "vesica/store/sql.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

#include <sqlite3.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"

namespace vesica::sql {

namespace {

// Chosen: far above anything Vesica writes (settings of a run are a few kB), far below what exhausts memory.
constexpr int kMaxTextBytes = 64 << 20;
constexpr int kMaxStatementBytes = 100'000;
constexpr int kMaxColumns = 100;
constexpr int kMaxExpressionDepth = 100;
// Chosen: holds the inner pages of the largest table expected (300 MB) with room to spare.
constexpr const char* kCacheSize = "PRAGMA cache_size=-65536";

void harden(sqlite3* handle) {
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, kMaxStatementBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, kMaxColumns);
  sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, kMaxExpressionDepth);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

/// A file name as a URI; every byte but the plainest is escaped.
std::string uri_of(const std::filesystem::path& file, Mode mode) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out = "file:";
  const std::filesystem::path whole = std::filesystem::absolute(file);
  for (const char c : whole.native()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out + (mode == Mode::kImmutable ? "?immutable=1" : "");
}

/// Bytes that are no UTF-8 become U+FFFD: one bad sentence of a reader must not make the whole database unreadable.
std::string with_replacements(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 4;
    while (length > 0 && (length > text.size() || !is_valid_utf8(text.substr(0, length)))) --length;
    out += length > 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

int flags_of(Mode mode) {
  // No lock of SQLite's own: Store has one for everything, and a second costs a fifth of the time of an insert.
  const int common = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Mode::kRead:
    case Mode::kImmutable:
      return common | SQLITE_OPEN_READONLY;
    case Mode::kWrite:
      return common | SQLITE_OPEN_READWRITE;
    case Mode::kMemory:
      return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  }
  return common;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
  const std::string name = mode == Mode::kMemory ? ":memory:" : uri_of(file, mode);
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags_of(mode), nullptr);
  try {
    if (code != SQLITE_OK) fail(code);
    harden(handle_);
    execute("PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
    execute(kCacheSize);
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::fail(int code) const {
  const Place where{path_text(file_), 0, 0, ""};
  std::string why = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  if (!is_valid_utf8(why)) why = sqlite3_errstr(code);  // the message may quote a damaged file
  const int system = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  const std::string reason = system != 0 ? why + " (" + std::generic_category().message(system) + ")" : why;
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorKind::kBusy, say("Another process is using the study's database."), where,
                  say("Wait until it has finished and run the same command again."));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      throw Error(ErrorKind::kData, say("The study's database is damaged: {}.", reason), where,
                  say("Bring back a copy from your backup, or run `vesica run STUDY --new-store`: it moves the damaged "
                      "file aside and measures everything again from the raw files."));
    case SQLITE_FULL:
      throw Error(ErrorKind::kIo, say("The disk is full; the study's database is as it was before this step."), where,
                  say("Free some space and run the same command again."));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      throw Error(ErrorKind::kCannotCreate, say("The study's database cannot be opened or written: {}.", reason), where,
                  say("Make the folder writable, or choose another one with --out."));
    case SQLITE_IOERR:
      throw Error(ErrorKind::kIo, say("Reading or writing the study's database failed: {}.", reason), where,
                  say("Check the disk, its free space and the network connection, then run the same command again."));
    case SQLITE_TOOBIG:
      throw Error(ErrorKind::kData, say("A text is longer than the {} bytes that the database takes.", kMaxTextBytes),
                  where, say("Shorten it in the study or in the input file."));
    default:
      throw Error(ErrorKind::kInternal, say("The study's database refused a statement: {}.", reason), where,
                  say("Please report this with the file's name and the command."));
  }
}

void Database::execute(const std::string& statements) {
  const int code = sqlite3_exec(handle_, statements.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::integer(const std::string& query) {
  Statement statement(*this, query);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const std::string& query) {
  Statement statement(*this, query);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::string Database::serialized() {
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(handle_, "main", &size, 0);
  if (bytes == nullptr) fail(SQLITE_NOMEM);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  sqlite3_free(bytes);
  return out;
}

void Database::copy_to(const std::filesystem::path& target) {
  // A backup through memory and an atomic write: the copy is either whole or absent.
  write_file_atomically(target, serialized());
}

void Database::abandon() noexcept {
  if (handle_ != nullptr && in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::Statement(Database& database, std::string_view query) : database_(database) {
  const int code = sqlite3_prepare_v3(database.handle(), query.data(), static_cast<int>(query.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(int i, std::int64_t value) {
  const int code = sqlite3_bind_int64(handle_, i, value);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(int i, double value) {
  if (std::isnan(value)) return bind_null(i);
  const int code = sqlite3_bind_double(handle_, i, value);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(int i, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  const bool valid = is_valid_utf8(value);
  const std::string repaired = valid ? std::string() : with_replacements(value);
  const int code =
      valid ? sqlite3_bind_text64(handle_, i, data, value.size(), SQLITE_STATIC, SQLITE_UTF8)
            : sqlite3_bind_text64(handle_, i, repaired.data(), repaired.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind_null(int i) {
  const int code = sqlite3_bind_null(handle_, i);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(handle_);
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  step();
  reset();
}

void Statement::reset() { sqlite3_reset(handle_); }

std::int64_t Statement::integer(int i) const { return sqlite3_column_int64(handle_, i); }

double Statement::number(int i) const {
  if (is_null(i)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(handle_, i);
}

std::string_view Statement::text(int i) const {
  const unsigned char* data = sqlite3_column_text(handle_, i);
  if (data == nullptr) return {};
  const std::string_view out(reinterpret_cast<const char*>(data),
                             static_cast<std::size_t>(sqlite3_column_bytes(handle_, i)));
  if (!is_valid_utf8(out)) database_.fail(SQLITE_CORRUPT);  // Vesica writes UTF-8 only
  return out;
}

bool Statement::is_null(int i) const { return sqlite3_column_type(handle_, i) == SQLITE_NULL; }

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (open_) database_.abandon();
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace vesica::sql
