// SPDX-License-Identifier: Apache-2.0
// Reading results back: rows, issues, artifacts, runs. Numbers from the file are checked before they are believed.
#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/store/schema.h"
#include "vesica/store/store_impl.h"
#include "vesica/store/value_json.h"

namespace vesica {

namespace {

[[noreturn]] void refuse(const sql::Database& db, const std::string& what) {
  throw Error(ErrorKind::kData, say("The study's database contradicts itself: {}.", what),
              Place{path_text(db.file()), 0, 0, ""},
              say("Bring back a copy from your backup, or run `vesica run STUDY --new-store`."));
}

/// Texts by number, read when first asked for.
class Texts {
 public:
  explicit Texts(sql::Database& db) : db_(db), query_(db, "SELECT value FROM text WHERE id=?") {}
  const std::string& at(std::int64_t id) {
    const auto found = texts_.find(id);
    if (found != texts_.end()) return found->second;
    if (!query_.bind(1, id).step()) refuse(db_, say("text {} is missing", id));
    const std::string& text = texts_.emplace(id, query_.text(0)).first->second;
    query_.reset();
    return text;
  }

 private:
  sql::Database& db_;
  sql::Statement query_;
  std::unordered_map<std::int64_t, std::string> texts_;
};

template <typename T>
T checked_enum(sql::Database& db, std::int64_t number, T last, std::string_view column) {
  if (number < 0 || number > static_cast<std::int64_t>(last)) refuse(db, say("{} is {}", column, number));
  return static_cast<T>(number);
}

/// Reads the rows of runs; kinds and texts are kept between runs.
class RowReader {
 public:
  explicit RowReader(sql::Database& db)
      : db_(db),
        texts_(db),
        subjects_(db, "SELECT id, condition, sample, replicate FROM subject WHERE id>=? AND id<? AND run=?"),
        kind_query_(db, "SELECT quantity, target, part, origin, source, unit, interval FROM kind WHERE id=?"),
        rows_(db,
              "SELECT subject, kind, time_h, at, value, low, high, sd, n, status FROM observation "
              "WHERE id>=? AND id<? ORDER BY id") {}

  /// Appends the rows of one run (its row in the table `run` gives the ranges).
  void read(std::int64_t run, const std::string& id, std::int64_t first_subject, std::int64_t subjects,
            std::int64_t first_row, std::int64_t rows, ObservationTable& out) {
    if (rows == 0) return;
    std::unordered_map<std::int64_t, Observation> places;
    subjects_.bind(1, first_subject).bind(2, end_of(first_subject, subjects)).bind(3, run);
    while (subjects_.step()) {
      Observation& place = places[subjects_.integer(0)];
      place.condition = texts_.at(subjects_.integer(1));
      place.sample = texts_.at(subjects_.integer(2));
      place.replicate = texts_.at(subjects_.integer(3));
    }
    Observation row;
    row.run = id;
    std::int64_t kind = 0, subject = 0, count = 0;
    rows_.bind(1, first_row).bind(2, end_of(first_row, rows));
    while (rows_.step()) {
      if (rows_.integer(0) != subject) set_subject(row, places, subject = rows_.integer(0));
      if (rows_.integer(1) != kind) set_kind(row, kind = rows_.integer(1));
      row.time_h = rows_.number(2);
      row.at = rows_.number(3);
      row.value = rows_.number(4);
      row.low = rows_.number(5);
      row.high = rows_.number(6);
      row.sd = rows_.number(7);
      row.n = rows_.integer(8);
      row.status = checked_enum(db_, rows_.integer(9), Status::kNotConverged, "status");
      out.add(row);
      ++count;
    }
    if (count != rows) refuse(db_, say("run {} has {} row(s) instead of {}", id, count, rows));
  }

 private:
  std::int64_t end_of(std::int64_t first, std::int64_t count) {
    if (first < 0 || count < 0 || count > std::numeric_limits<std::int64_t>::max() - first) {
      refuse(db_, say("{} row(s) from {}", count, first));
    }
    return first + count;
  }

  void set_subject(Observation& row, const std::unordered_map<std::int64_t, Observation>& places, std::int64_t id) {
    const auto found = places.find(id);
    if (found == places.end()) refuse(db_, say("subject {} is missing", id));
    row.condition = found->second.condition;
    row.sample = found->second.sample;
    row.replicate = found->second.replicate;
  }

  void set_kind(Observation& row, std::int64_t id) {
    auto found = kinds_.find(id);
    if (found == kinds_.end()) found = kinds_.emplace(id, read_kind(id)).first;
    const Observation& kind = found->second;
    row.quantity = kind.quantity;
    row.target = kind.target;
    row.part = kind.part;
    row.origin = kind.origin;
    row.source = kind.source;
    row.unit = kind.unit;
    row.interval = kind.interval;
  }

  Observation read_kind(std::int64_t id) {
    if (!kind_query_.bind(1, id).step()) refuse(db_, say("kind {} is missing", id));
    Observation kind;
    kind.quantity = texts_.at(kind_query_.integer(0));
    kind.target = texts_.at(kind_query_.integer(1));
    kind.part = texts_.at(kind_query_.integer(2));
    kind.origin = checked_enum(db_, kind_query_.integer(3), Origin::kPredicted, "origin");
    kind.source = texts_.at(kind_query_.integer(4));
    kind.unit = texts_.at(kind_query_.integer(5));
    kind.interval = texts_.at(kind_query_.integer(6));
    kind_query_.reset();
    return kind;
  }

  sql::Database& db_;
  Texts texts_;
  std::unordered_map<std::int64_t, Observation> kinds_;
  sql::Statement subjects_, kind_query_, rows_;
};

constexpr const char* kIssueColumns =
    "issue.severity, issue.kind, issue.message, issue.file, issue.line, issue.\"column\", issue.item, issue.hint, "
    "issue.input, issue.sample";

Issue issue_of(sql::Database& db, const sql::Statement& query) {
  Issue issue;
  issue.severity = checked_enum(db, query.integer(0), Severity::kError, "severity");
  issue.kind = query.text(1);
  issue.message = query.text(2);
  issue.where.file = query.text(3);
  issue.where.line = static_cast<int>(query.integer(4));
  issue.where.column = static_cast<int>(query.integer(5));
  issue.where.item = query.text(6);
  issue.hint = query.text(7);
  issue.input = query.text(8);
  issue.sample = query.text(9);
  return issue;
}

constexpr const char* kRunColumns =
    "SELECT run.number, run.id, producer.value, version.value, settings.value, run.seed, run.started, run.ended, "
    "run.status FROM run JOIN text producer ON producer.id=run.producer JOIN text version ON version.id=run.version "
    "JOIN text settings ON settings.id=run.settings ";

Run run_of(sql::Database& db, const sql::Statement& query) {
  Run run;
  run.id = query.text(1);
  run.producer = query.text(2);
  run.version = query.text(3);
  run.settings = store::from_json(query.text(4), path_text(db.file()));
  run.seed = static_cast<std::uint64_t>(query.integer(5));
  run.started = query.text(6);
  run.ended = query.text(7);
  run.status = query.text(8);
  sql::Statement inputs(db,
                        "SELECT path.value, hash.value FROM run_input JOIN text path ON path.id=run_input.path "
                        "JOIN text hash ON hash.id=run_input.sha256 WHERE run=? ORDER BY position");
  inputs.bind(1, query.integer(0));
  while (inputs.step()) run.inputs.emplace_back(inputs.text(0), inputs.text(1));
  return run;
}

std::vector<ArtifactRecord> artifacts_of(sql::Database& db, std::int64_t run) {
  std::vector<ArtifactRecord> out;
  sql::Statement query(db,
                       fmt::format("SELECT run.id, item.key, name, media_type, about, sha256, size FROM item "
                                   "JOIN run ON run.number=item.run JOIN artifact ON artifact.run=run.number "
                                   "JOIN derived ON derived.id=artifact.derived WHERE {} ORDER BY item.key, {}",
                                   run == 0 ? "item.live=1 AND ?=0" : "run.number=?", run == 0 ? "name" : "position"));
  query.bind(1, run);
  while (query.step()) {
    ArtifactRecord record;
    record.run = query.text(0);
    record.key = query.text(1);
    record.name = query.text(2);
    record.media_type = query.text(3);
    record.about = query.text(4);
    record.sha256 = query.text(5);
    record.size = static_cast<std::uint64_t>(query.integer(6));
    record.path = derived_path(record.sha256, db.file());
    out.push_back(std::move(record));
  }
  return out;
}

/// Reads a derived file; what is wrong with it, if anything.
std::optional<Error> problem_of(const std::filesystem::path& folder, const ArtifactRecord& artifact,
                                std::string& bytes) {
  const auto file = folder / derived_path(artifact.sha256, folder / kDatabaseName);
  const auto there = file_identity(file);
  const std::string hint = say("Bring the file back from your backup, or run the study again with --verify.");
  const Place where{path_text(file), 0, 0, ""};
  if (!there || there->size != artifact.size) {
    return Error(ErrorKind::kNoInput, say("The derived file of {} is missing or cut short.", artifact.name), where,
                 hint);
  }
  bytes = read_file(file, artifact.size);
  if (sha256(bytes) == artifact.sha256) return std::nullopt;
  return Error(ErrorKind::kData, say("The derived file of {} was changed after it was written.", artifact.name), where,
               hint);
}

}  // namespace

ObservationTable Store::current_observations() const {
  const std::lock_guard guard(impl_->mutex);
  ObservationTable out;
  RowReader reader(*impl_->db);
  sql::Statement query(*impl_->db,
                       "SELECT run.number, run.id, first_subject, subjects, first_observation, observations FROM item "
                       "JOIN run ON run.number=item.run WHERE item.live=1 AND observations>0 ORDER BY item.key");
  while (query.step()) {
    reader.read(query.integer(0), std::string(query.text(1)), query.integer(2), query.integer(3), query.integer(4),
                query.integer(5), out);
  }
  return out.sorted();
}

std::vector<Issue> Store::current_issues() const {
  const std::lock_guard guard(impl_->mutex);
  std::vector<Issue> out;
  sql::Statement query(*impl_->db, fmt::format("SELECT {} FROM item JOIN issue ON issue.run=item.run "
                                               "WHERE item.live=1 ORDER BY item.key, issue.id",
                                               kIssueColumns));
  while (query.step()) out.push_back(issue_of(*impl_->db, query));
  return out;
}

std::vector<ArtifactRecord> Store::artifacts() const {
  const std::lock_guard guard(impl_->mutex);
  return artifacts_of(*impl_->db, 0);
}

std::string Store::artifact_bytes(const ArtifactRecord& artifact) const {
  {
    const std::lock_guard guard(impl_->mutex);
    if (impl_->writable) impl_->commit_group();  // its file appears with the commit
  }
  std::string bytes;
  if (const auto problem = problem_of(impl_->folder, artifact, bytes)) throw *problem;
  return bytes;
}

std::optional<Run> Store::run(std::string_view id) const {
  const std::lock_guard guard(impl_->mutex);
  sql::Statement query(*impl_->db, std::string(kRunColumns) + "WHERE run.id=? ORDER BY run.number DESC LIMIT 1");
  if (!query.bind(1, id).step()) return std::nullopt;
  return run_of(*impl_->db, query);
}

std::vector<RunRecord> Store::runs() const {
  const std::lock_guard guard(impl_->mutex);
  std::vector<RunRecord> out;
  sql::Statement query(*impl_->db,
                       "SELECT run.id, item.key, fingerprint, producer.value, version.value, started, ended, status, "
                       "observations, item.live=1 AND item.run=run.number FROM run JOIN item ON item.id=run.item "
                       "JOIN text producer ON producer.id=run.producer JOIN text version ON version.id=run.version "
                       "ORDER BY run.number");
  while (query.step()) {
    RunRecord record;
    record.id = query.text(0);
    record.key = query.text(1);
    record.fingerprint = query.text(2);
    record.producer = query.text(3);
    record.version = query.text(4);
    record.started = query.text(5);
    record.ended = query.text(6);
    record.status = query.text(7);
    record.observations = query.integer(8);
    record.current = query.integer(9) != 0;
    out.push_back(std::move(record));
  }
  return out;
}

std::optional<ItemResult> Store::item(std::string_view key) const {
  const std::lock_guard guard(impl_->mutex);
  sql::Database& db = *impl_->db;
  sql::Statement query(
      db,
      "SELECT run.number, run.id, first_subject, subjects, first_observation, observations, fingerprint, "
      "result, edits FROM item JOIN run ON run.number=item.run WHERE item.key=? AND item.live=1");
  if (!query.bind(1, key).step()) return std::nullopt;
  ItemResult out;
  const std::int64_t number = query.integer(0);
  out.key = key;
  out.fingerprint = query.text(6);
  if (!query.is_null(7)) out.values = store::from_json(query.text(7), path_text(db.file()));
  out.depends_on_edits = !query.is_null(8);
  RowReader(db).read(number, std::string(query.text(1)), query.integer(2), query.integer(3), query.integer(4),
                     query.integer(5), out.outcome.observations);
  sql::Statement run_query(db, std::string(kRunColumns) + "WHERE run.number=?");
  if (run_query.bind(1, number).step()) out.run = run_of(db, run_query);
  sql::Statement issues(db, fmt::format("SELECT {} FROM issue WHERE run=? ORDER BY id", kIssueColumns));
  issues.bind(1, number);
  while (issues.step()) out.outcome.issues.push_back(issue_of(db, issues));
  for (const ArtifactRecord& record : artifacts_of(db, number)) {
    out.outcome.artifacts.push_back({record.name, record.media_type, artifact_bytes(record), record.about});
  }
  return out;
}

std::vector<Issue> Store::verify() const {
  const std::lock_guard guard(impl_->mutex);
  if (impl_->writable) impl_->commit_group();
  schema::check_pages(*impl_->db);
  std::vector<Issue> out;
  sql::Statement query(*impl_->db, "SELECT sha256, size FROM derived ORDER BY sha256");
  while (query.step()) {
    ArtifactRecord record;
    record.sha256 = query.text(0);
    record.size = static_cast<std::uint64_t>(query.integer(1));
    record.name = record.sha256;
    std::string bytes;
    if (const auto problem = problem_of(impl_->folder, record, bytes)) out.push_back(issue_from(*problem));
  }
  return out;
}

}  // namespace vesica
