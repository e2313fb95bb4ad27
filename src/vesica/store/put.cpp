// SPDX-License-Identifier: Apache-2.0
// Storing one finished item: its run, rows, issues and artifacts, all or nothing.
#include <array>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/os/system.h"
#include "vesica/base/require.h"
#include "vesica/store/store_impl.h"
#include "vesica/store/value_json.h"

namespace vesica {

namespace {

/// The texts of a row that make up its kind or its subject, as the table's own interned pointers.
using Pointers = std::array<const char*, 7>;

struct PointersHash {
  std::size_t operator()(const Pointers& key) const {
    std::size_t out = 0;
    for (const char* pointer : key) out = out * 0x9E3779B97F4A7C15ull + reinterpret_cast<std::uintptr_t>(pointer);
    return out ^ (out >> 29);
  }
};

/// A small cache in front of a slower look-up; equal neighbours, the usual case, cost one comparison.
class Cache {
 public:
  template <typename F>
  std::int64_t find(const Pointers& key, F&& make) {
    if (last_id_ != 0 && key == last_) return last_id_;
    auto [entry, fresh] = ids_.try_emplace(key, 0);
    if (fresh) entry->second = make();
    last_ = key;
    return last_id_ = entry->second;
  }
  std::size_t size() const { return ids_.size(); }

 private:
  std::unordered_map<Pointers, std::int64_t, PointersHash> ids_;
  Pointers last_{};
  std::int64_t last_id_ = 0;
};

Pointers subject_key(const ObservationTable& rows, std::size_t i) {
  return {rows.condition(i).data(), rows.sample(i).data(), rows.replicate(i).data()};
}

Pointers kind_key(const ObservationTable& rows, std::size_t i) {
  static constexpr char kPredicted = 'p';
  return {rows.quantity(i).data(),
          rows.target(i).data(),
          rows.part(i).data(),
          rows.source(i).data(),
          rows.unit(i).data(),
          rows.interval(i).data(),
          rows.origin(i) == Origin::kPredicted ? &kPredicted : nullptr};
}

constexpr int kRowColumns = 11;
// Chosen: one statement for 16 rows costs half the time a row of 16 statements; more gain little.
constexpr std::size_t kRowsAtOnce = 16;

std::string insert_rows(std::size_t count) {
  std::string out = "INSERT INTO observation (id, subject, kind, time_h, at, value, low, high, sd, n, status) VALUES ";
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "(?,?,?,?,?,?,?,?,?,?,?)" : ",(?,?,?,?,?,?,?,?,?,?,?)";
  return out;
}

}  // namespace

PutStatements::PutStatements(sql::Database& db)
    : text(db, "INSERT INTO text (id, value) VALUES (?, ?)"),
      item(db, "INSERT INTO item (key, live) VALUES (?, 1)"),
      run(db,
          "INSERT INTO run (number, id, item, session, fingerprint, producer, version, settings, result, seed, "
          "started, "
          "ended, status, edits, first_subject, subjects, first_observation, observations, issues) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      link(db, "UPDATE item SET run=?, live=1 WHERE id=?"),
      subjects(db, "UPDATE run SET subjects=? WHERE number=?"),
      input(db, "INSERT INTO run_input (run, position, path, sha256) VALUES (?, ?, ?, ?)"),
      kind(db,
           "INSERT INTO kind (quantity, target, part, origin, source, unit, interval) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      subject(db, "INSERT INTO subject (id, run, condition, sample, replicate) VALUES (?, ?, ?, ?, ?)"),
      observation(db, insert_rows(1)),
      observations(db, insert_rows(kRowsAtOnce)),
      issue(db,
            "INSERT INTO issue (run, severity, kind, message, file, line, \"column\", item, hint, input, sample) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      derived(db, "INSERT INTO derived (sha256, size) VALUES (?, ?)"),
      artifact(db, "INSERT INTO artifact (run, position, name, media_type, about, derived) VALUES (?, ?, ?, ?, ?, ?)") {
}

void Store::Impl::load_texts() {
  if (texts_loaded) return;
  sql::Statement text_query(*db, "SELECT id, value FROM text");
  while (text_query.step()) text_ids.emplace(text_query.text(1), text_query.integer(0));
  sql::Statement kind_query(*db, "SELECT id, quantity, target, part, source, unit, interval, origin FROM kind");
  while (kind_query.step()) {
    std::string key;
    for (int i = 1; i <= 7; ++i) key += fmt::format("{},", kind_query.integer(i));
    kind_ids.emplace(std::move(key), kind_query.integer(0));
  }
  sql::Statement derived_query(*db, "SELECT id, sha256 FROM derived");
  while (derived_query.step()) derived_ids.emplace(derived_query.text(1), derived_query.integer(0));
  next_text = db->integer("SELECT coalesce(max(id), 0) + 1 FROM text");
  next_run = db->integer("SELECT coalesce(max(number), 0) + 1 FROM run");
  next_subject = db->integer("SELECT coalesce(max(id), 0) + 1 FROM subject");
  next_observation = db->integer("SELECT coalesce(max(id), 0) + 1 FROM observation");
  statements = std::make_unique<PutStatements>(*db);
  texts_loaded = true;
}

std::int64_t Store::Impl::intern(std::string_view text) {
  const auto known = text_ids.find(text);
  if (known != text_ids.end()) return known->second;
  const std::int64_t id = next_text++;
  statements->text.bind(1, id).bind(2, text).run();
  text_ids.emplace(text, id);
  return id;
}

namespace {

/// Writes the rows of one run; kinds are shared by all runs, subjects belong to this one.
class RowWriter {
 public:
  RowWriter(Store::Impl& impl, std::int64_t run) : impl_(impl), run_(run) {}

  void write(const ObservationTable& rows) {
    std::size_t i = 0;
    for (; i + kRowsAtOnce <= rows.size(); i += kRowsAtOnce) {
      for (std::size_t k = 0; k < kRowsAtOnce; ++k) bind_row(impl_.statements->observations, k, rows, i + k);
      impl_.statements->observations.run();
    }
    for (; i < rows.size(); ++i) {
      bind_row(impl_.statements->observation, 0, rows, i);
      impl_.statements->observation.run();
    }
  }

 private:
  void bind_row(sql::Statement& statement, std::size_t k, const ObservationTable& rows, std::size_t i) {
    const std::int64_t subject = subject_cache_.find(subject_key(rows, i), [&] { return new_subject(rows, i); });
    const std::int64_t kind = kind_cache_.find(kind_key(rows, i), [&] { return kind_of(rows, i); });
    int at = static_cast<int>(k) * kRowColumns;
    for (const std::int64_t number : {impl_.next_observation++, subject, kind}) statement.bind(++at, number);
    for (const double number : {rows.time_h(i), rows.at(i), rows.value(i), rows.low(i), rows.high(i), rows.sd(i)}) {
      statement.bind(++at, number);
    }
    statement.bind(++at, rows.n(i));
    statement.bind(++at, static_cast<std::int64_t>(rows.status(i)));
  }

  std::int64_t new_subject(const ObservationTable& rows, std::size_t i) {
    const std::int64_t id = impl_.next_subject++;
    const std::int64_t condition = impl_.intern(rows.condition(i)), sample = impl_.intern(rows.sample(i)),
                       replicate = impl_.intern(rows.replicate(i));
    sql::Statement& statement = impl_.statements->subject;
    statement.bind(1, id).bind(2, run_).bind(3, condition).bind(4, sample).bind(5, replicate).run();
    return id;
  }

  std::int64_t kind_of(const ObservationTable& rows, std::size_t i) {
    const std::array<std::int64_t, 7> ids = {impl_.intern(rows.quantity(i)),
                                             impl_.intern(rows.target(i)),
                                             impl_.intern(rows.part(i)),
                                             impl_.intern(rows.source(i)),
                                             impl_.intern(rows.unit(i)),
                                             impl_.intern(rows.interval(i)),
                                             static_cast<std::int64_t>(rows.origin(i))};
    std::string key;
    for (const std::int64_t id : ids) key += fmt::format("{},", id);
    const auto known = impl_.kind_ids.find(key);
    if (known != impl_.kind_ids.end()) return known->second;
    sql::Statement& statement = impl_.statements->kind;
    statement.bind(1, ids[0]).bind(2, ids[1]).bind(3, ids[2]).bind(4, ids[6]).bind(5, ids[3]).bind(6, ids[4]);
    statement.bind(7, ids[5]).run();
    const std::int64_t id = impl_.db->last_id();
    impl_.kind_ids.emplace(std::move(key), id);
    return id;
  }

  Store::Impl& impl_;
  std::int64_t run_;
  Cache subject_cache_, kind_cache_;
};

void write_issues(Store::Impl& impl, std::int64_t run, const std::vector<Issue>& issues) {
  sql::Statement& statement = impl.statements->issue;
  for (const Issue& issue : issues) {
    statement.bind(1, run).bind(2, static_cast<std::int64_t>(issue.severity)).bind(3, issue.kind);
    statement.bind(4, issue.message).bind(5, issue.where.file).bind(6, std::int64_t{issue.where.line});
    statement.bind(7, std::int64_t{issue.where.column}).bind(8, issue.where.item).bind(9, issue.hint);
    statement.bind(10, issue.input).bind(11, issue.sample).run();
  }
}

void write_artifacts(Store::Impl& impl, std::int64_t run, const std::vector<Artifact>& artifacts,
                     const std::vector<std::string>& hashes) {
  for (std::size_t i = 0; i < artifacts.size(); ++i) {
    auto known = impl.derived_ids.find(hashes[i]);
    if (known == impl.derived_ids.end()) {
      const auto size = static_cast<std::int64_t>(artifacts[i].bytes.size());
      impl.statements->derived.bind(1, hashes[i]).bind(2, size).run();
      known = impl.derived_ids.emplace(hashes[i], impl.db->last_id()).first;
    }
    sql::Statement& statement = impl.statements->artifact;
    statement.bind(1, run).bind(2, static_cast<std::int64_t>(i)).bind(3, artifacts[i].name);
    statement.bind(4, artifacts[i].media_type).bind(5, artifacts[i].about).bind(6, known->second).run();
  }
}

void write_run(Store::Impl& impl, std::int64_t number, std::int64_t item, const ItemResult& result,
               std::int64_t first_subject, std::int64_t first_observation) {
  const Run& run = result.run;
  const std::string id = run_id(result.key, result.fingerprint);
  const std::string values = result.values.kind == Value::Kind::kNull ? "" : store::to_json(result.values);
  const std::string ended = run.ended.empty() ? utc_now() : run.ended;
  const std::int64_t producer = impl.intern(run.producer), version = impl.intern(run.version),
                     settings = impl.intern(store::to_json(run.settings));
  sql::Statement& s = impl.statements->run;
  s.bind(1, number).bind(2, id).bind(3, item).bind(4, impl.session).bind(5, result.fingerprint);
  s.bind(6, producer).bind(7, version).bind(8, settings);
  values.empty() ? s.bind_null(9) : s.bind(9, values);
  s.bind(10, static_cast<std::int64_t>(run.seed)).bind(11, run.started).bind(12, ended).bind(13, run.status);
  result.depends_on_edits ? s.bind(14, impl.edits_fingerprint()) : s.bind_null(14);
  s.bind(15, first_subject).bind(16, std::int64_t{0}).bind(17, first_observation);
  s.bind(18, static_cast<std::int64_t>(result.outcome.observations.size()));
  s.bind(19, static_cast<std::int64_t>(result.outcome.issues.size())).run();
  std::int64_t position = 0;
  for (const auto& [path, sha256] : run.inputs) {
    const std::int64_t path_id = impl.intern(path), hash_id = impl.intern(sha256);
    impl.statements->input.bind(1, number).bind(2, position++).bind(3, path_id).bind(4, hash_id).run();
  }
}

}  // namespace

void Store::Impl::insert(const ItemResult& result, const std::vector<std::string>& hashes) {
  ensure_session();
  begin_group();
  auto found = items.find(result.key);
  if (found == items.end()) {
    statements->item.bind(1, result.key).run();
    ItemEntry entry;
    entry.id = db->last_id();
    found = items.emplace(result.key, std::move(entry)).first;
  }
  const std::int64_t number = next_run++;
  const std::int64_t first_subject = next_subject;
  write_run(*this, number, found->second.id, result, first_subject, next_observation);
  RowWriter(*this, number).write(result.outcome.observations);
  write_issues(*this, number, result.outcome.issues);
  write_artifacts(*this, number, result.outcome.artifacts, hashes);
  statements->subjects.bind(1, next_subject - first_subject).bind(2, number).run();
  statements->link.bind(1, number).bind(2, found->second.id).run();
  EarlierRun run{number, found->second.id, result.run.status == "complete", std::nullopt};
  if (result.depends_on_edits) run.edits = edits_fingerprint();
  found->second = ItemEntry{run.item, true, number, result.fingerprint, run.complete, run.edits};
  earlier[run_bits(result.key, result.fingerprint)] = std::move(run);
  ++pending_items;
  pending_rows += result.outcome.observations.size();
}

std::string Store::put(const ItemResult& result) {
  VESICA_REQUIRE(!result.key.empty(), "a work item has a key");
  VESICA_REQUIRE(result.run.status == "complete" || result.run.status == "failed", "a finished run says how it ended");
  std::vector<std::string> hashes;
  for (const Artifact& artifact : result.outcome.artifacts) hashes.push_back(sha256(artifact.bytes));
  {
    const std::lock_guard guard(impl_->mutex);
    impl_->change([&] { impl_->ensure_session(); });  // marks the store as being written before any file appears
  }
  // Files are written outside the lock: several threads fill the disk's queue together.
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const auto target = impl_->folder / derived_path(hashes[i], impl_->db->file());
    const auto there = file_identity(target);
    const std::string& bytes = result.outcome.artifacts[i].bytes;
    if (!there || there->size != bytes.size()) impl_->pending_files.write(target, bytes);
  }
  const std::lock_guard guard(impl_->mutex);
  impl_->change([&] {
    impl_->load_items();
    impl_->load_texts();
    impl_->insert(result, hashes);
    impl_->commit_if_due();
  });
  impl_->start_flusher();
  impl_->wake.notify_all();
  return run_id(result.key, result.fingerprint);
}

}  // namespace vesica
