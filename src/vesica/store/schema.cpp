// SPDX-License-Identifier: Apache-2.0
// The schema, version by version. A published step is never edited: a change is a new step.
#include "vesica/store/schema.h"

#include <array>

#include <fmt/format.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica::schema {

namespace {

// Texts are stored once and referred to by number. An observation names its `subject` (which run, condition, sample and
// replicate) and its `kind` (quantity, target, part, source, unit, interval): about 30 bytes a row.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  version TEXT NOT NULL,
  user TEXT NOT NULL,
  host TEXT NOT NULL,
  system TEXT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  status TEXT NOT NULL
) STRICT;
CREATE TABLE text (
  id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE file (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  live INTEGER NOT NULL,
  run INTEGER REFERENCES run (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  item INTEGER NOT NULL REFERENCES item (id),
  session INTEGER NOT NULL REFERENCES session (id),
  fingerprint TEXT NOT NULL,
  producer INTEGER NOT NULL REFERENCES text (id),
  version INTEGER NOT NULL REFERENCES text (id),
  settings INTEGER NOT NULL REFERENCES text (id),
  result TEXT,
  seed INTEGER NOT NULL,
  started TEXT NOT NULL,
  ended TEXT NOT NULL,
  status TEXT NOT NULL,
  edits TEXT,
  first_subject INTEGER NOT NULL,
  subjects INTEGER NOT NULL,
  first_observation INTEGER NOT NULL,
  observations INTEGER NOT NULL,
  issues INTEGER NOT NULL
) STRICT;
CREATE INDEX run_by_id ON run (id);
CREATE TABLE run_input (
  run INTEGER NOT NULL REFERENCES run (number),
  position INTEGER NOT NULL,
  path INTEGER NOT NULL REFERENCES text (id),
  sha256 INTEGER NOT NULL REFERENCES text (id),
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  quantity INTEGER NOT NULL REFERENCES text (id),
  target INTEGER NOT NULL REFERENCES text (id),
  part INTEGER NOT NULL REFERENCES text (id),
  origin INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES text (id),
  unit INTEGER NOT NULL REFERENCES text (id),
  interval INTEGER NOT NULL REFERENCES text (id)
) STRICT;
CREATE TABLE subject (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run (number),
  condition INTEGER NOT NULL REFERENCES text (id),
  sample INTEGER NOT NULL REFERENCES text (id),
  replicate INTEGER NOT NULL REFERENCES text (id)
) STRICT;
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL REFERENCES subject (id),
  kind INTEGER NOT NULL REFERENCES kind (id),
  time_h REAL,
  at REAL,
  value REAL,
  low REAL,
  high REAL,
  sd REAL,
  n INTEGER NOT NULL,
  status INTEGER NOT NULL
) STRICT;
CREATE TABLE issue (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run (number),
  severity INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  "column" INTEGER NOT NULL,
  item TEXT NOT NULL,
  hint TEXT NOT NULL,
  input TEXT NOT NULL,
  sample TEXT NOT NULL
) STRICT;
CREATE INDEX issue_by_run ON issue (run);
CREATE TABLE derived (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL
) STRICT;
CREATE TABLE artifact (
  run INTEGER NOT NULL REFERENCES run (number),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  about TEXT NOT NULL,
  derived INTEGER NOT NULL REFERENCES derived (id),
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE edit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  action TEXT NOT NULL,
  match TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  time TEXT NOT NULL,
  undoes INTEGER REFERENCES edit (number)
) STRICT;
CREATE TABLE export (
  path TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE export_plan (
  position INTEGER PRIMARY KEY,
  action TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  other TEXT NOT NULL
) STRICT;
CREATE VIEW current_observation AS
  SELECT q.value AS quantity, t.value AS target, c.value AS condition, s.value AS sample, r.value AS replicate,
    p.value AS part, o.time_h, o.at, CASE k.origin WHEN 0 THEN 'measured' ELSE 'predicted' END AS origin,
    src.value AS source, o.value, u.value AS unit, o.low, o.high, i.value AS interval, o.sd, o.n,
    CASE o.status WHEN 0 THEN 'ok' WHEN 1 THEN 'below_range' WHEN 2 THEN 'above_range' WHEN 3 THEN 'no_objects'
      WHEN 4 THEN 'not_measurable' ELSE 'not_converged' END AS status,
    run.id AS run
  FROM observation o
  JOIN subject ON subject.id = o.subject
  JOIN run ON run.number = subject.run
  JOIN item ON item.run = run.number AND item.live = 1
  JOIN kind k ON k.id = o.kind
  JOIN text q ON q.id = k.quantity
  JOIN text t ON t.id = k.target
  JOIN text p ON p.id = k.part
  JOIN text src ON src.id = k.source
  JOIN text u ON u.id = k.unit
  JOIN text i ON i.id = k.interval
  JOIN text c ON c.id = subject.condition
  JOIN text s ON s.id = subject.sample
  JOIN text r ON r.id = subject.replicate;
)sql";

// What a correction corrects, and how.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE edit ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE edit ADD COLUMN geometry TEXT NOT NULL DEFAULT '';
)sql";

constexpr std::array<const char*, 2> kMigrations = {kVersion1, kVersion2};

// The file format of SQLite, https://www.sqlite.org/fileformat2.html §1.3.
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = at; i < at + 4; ++i) out = (out << 8) | static_cast<unsigned char>(bytes[i]);
  return out;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
  throw Error(
      ErrorKind::kData, what, Place{path_text(file), 0, 0, ""},
      say("Bring back a copy from your backup, or run `vesica run STUDY --new-store`: it moves the damaged file "
          "aside and measures everything again from the raw files."));
}

void apply(sql::Database& database, std::span<const char* const> steps, std::size_t from) {
  for (std::size_t i = from; i < steps.size(); ++i) database.execute(steps[i]);
  database.execute(fmt::format("PRAGMA user_version={}", steps.size()));
}

/// Every object of the schema that is ours, one a line.
std::string words_of(sql::Database& database, bool with_strangers, sql::Database* ours) {
  std::string out;
  sql::Statement query(database,
                       "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                       "ORDER BY type, name");
  while (query.step()) {
    if (!with_strangers) {
      sql::Statement known(*ours, "SELECT 1 FROM sqlite_schema WHERE type=? AND name=?");
      if (!known.bind(1, query.text(0)).bind(2, query.text(1)).step()) continue;
    }
    out += fmt::format("{}\x1f{}\x1f{}\n", query.text(0), query.text(1), query.text(2));
  }
  return out;
}

}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

std::string empty_store(std::span<const char* const> steps) {
  sql::Database database("vesica.db", sql::Mode::kMemory);
  database.execute(fmt::format("PRAGMA application_id={}", kApplicationId));
  apply(database, steps, 0);
  database.execute("INSERT INTO text (id, value) VALUES (1, '')");
  return database.serialized();
}

void check_header(const std::filesystem::path& file, std::span<const char* const> steps) {
  const std::string head = read_head(file, kHeaderBytes);
  if (head.empty()) refuse(file, say("The study's database is an empty file."));
  if (head.size() < kHeaderBytes || !std::string_view(head).starts_with(kMagic)) {
    refuse(file, say("This is not a database of Vesica: it does not begin as an SQLite file does."));
  }
  if (big_endian(head, kApplicationIdAt) != kApplicationId) {
    refuse(file, say("This SQLite database belongs to another program (application id {}).",
                     big_endian(head, kApplicationIdAt)));
  }
  const std::uint32_t version = big_endian(head, kUserVersionAt);
  if (version > steps.size()) {
    throw Error(ErrorKind::kUnsupported,
                say("The study's database has version {}; this Vesica knows versions up to {}.", version, steps.size()),
                Place{path_text(file), 0, 0, ""}, say("Use the newer Vesica that wrote it."));
  }
}

void check_schema(sql::Database& database, std::span<const char* const> steps) {
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version < 1 || static_cast<std::size_t>(version) > steps.size()) {
    refuse(database.file(), say("The version of the study's database is {}, which no Vesica writes.", version));
  }
  sql::Database fresh("vesica.db", sql::Mode::kMemory);
  apply(fresh, steps.first(static_cast<std::size_t>(version)), 0);
  // Tables that a user added are no concern of ours: triggers and views are switched off on our connection.
  if (words_of(database, false, &fresh) != words_of(fresh, true, nullptr)) {
    refuse(database.file(), say("The tables of the study's database are not those of its version."));
  }
}

void check_pages(sql::Database& database) {
  const std::string verdict = database.text("PRAGMA quick_check(1)");
  if (verdict != "ok") refuse(database.file(), say("The study's database is damaged: {}.", verdict));
}

bool is_older(sql::Database& database, std::span<const char* const> steps) {
  return static_cast<std::size_t>(database.integer("PRAGMA user_version")) < steps.size();
}

bool migrate(sql::Database& database, std::span<const char* const> steps) {
  if (!is_older(database, steps)) return false;
  const auto version = static_cast<std::size_t>(database.integer("PRAGMA user_version"));
  const auto backup = database.file().parent_path() / fmt::format("vesica.backup-v{}.db", version);
  database.copy_to(backup);
  sql::Transaction transaction(database);
  apply(database, steps, version);
  transaction.commit();
  return true;
}

}  // namespace vesica::schema
