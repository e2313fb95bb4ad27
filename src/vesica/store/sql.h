// SPDX-License-Identifier: Apache-2.0
// A thin layer over SQLite: a connection, prepared statements, and every failure as an Error with a next step.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace vesica::sql {

enum class Mode {
  kRead,       ///< read-only; other processes may write
  kImmutable,  ///< read-only on a medium where nobody can write
  kWrite,      ///< read and write an existing file
  kMemory,     ///< a database of its own in memory
};

/// One connection. Not for several threads at once.
class Database {
 public:
  /// Opens with trusted_schema off, defensive mode, no triggers, no views, foreign keys on, and limits on lengths.
  Database(const std::filesystem::path& file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& statements);
  /// First column of the first row; 0 and "" when there is none.
  std::int64_t integer(const std::string& query);
  std::string text(const std::string& query);
  std::int64_t last_id() const;
  bool in_transaction() const;
  /// The whole database as the bytes of a file.
  std::string serialized();
  /// Copies the whole database into a new file, synchronised.
  void copy_to(const std::filesystem::path& target);
  /// Rolls back what is open; never throws.
  void abandon() noexcept;

  sqlite3* handle() const { return handle_; }
  const std::filesystem::path& file() const { return file_; }
  /// Throws the Error that belongs to a result code of SQLite.
  [[noreturn]] void fail(int code) const;

 private:
  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Parameters and columns count from 1 and 0, as in SQLite. NaN is NULL in both directions.
class Statement {
 public:
  Statement(Database& database, std::string_view query);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int i, std::int64_t value);
  Statement& bind(int i, double value);
  Statement& bind(int i, std::string_view value);  ///< the text must live until the statement is reset
  Statement& bind_null(int i);
  /// Advances; false at the end, after which the statement is ready for the next use.
  bool step();
  /// For statements without rows: one step, then ready for the next use.
  void run();
  void reset();

  std::int64_t integer(int i) const;
  double number(int i) const;
  /// Until the next step. Error(kData) when it is not UTF-8.
  std::string_view text(int i) const;
  bool is_null(int i) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// begin immediate … commit; rolls back when left without commit().
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace vesica::sql
