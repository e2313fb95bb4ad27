// SPDX-License-Identifier: Apache-2.0
// Taking over the results of another store: the second half of `--shard i/n`.
#include <algorithm>
#include <map>

#include "vesica/store/store_impl.h"

namespace vesica {

namespace {

/// When each item's current run ended: RFC 3339 in UTC, so the order of the texts is the order of the times.
std::map<std::string, std::string> ends_of(sql::Database& db) {
  std::map<std::string, std::string> out;
  sql::Statement query(db, "SELECT key, ended FROM item JOIN run ON run.number=item.run WHERE live=1");
  while (query.step()) out.emplace(query.text(0), query.text(1));
  return out;
}

std::int64_t merge_edits(Store::Impl& into, sql::Database& from) {
  std::map<std::string, std::int64_t> known;
  sql::Statement ours(*into.db, "SELECT uuid, number FROM edit");
  while (ours.step()) known.emplace(ours.text(0), ours.integer(1));
  std::map<std::int64_t, std::string> uuids;
  sql::Statement theirs(from, "SELECT number, uuid FROM edit");
  while (theirs.step()) uuids.emplace(theirs.integer(0), theirs.text(1));
  std::int64_t count = 0;
  for (Edit edit : read_edits(from)) {
    const std::string& uuid = uuids[edit.number];
    if (known.count(uuid) > 0) continue;
    if (edit.undoes != 0) edit.undoes = known[uuids[edit.undoes]];
    into.append_edit(edit, uuid);
    known.emplace(uuid, into.db->last_id());
    ++count;
  }
  return count;
}

}  // namespace

MergeReport Store::merge(const std::filesystem::path& other) {
  const Store shard = open_for_reading(other);
  const std::lock_guard guard(impl_->mutex);
  impl_->require_writable();
  MergeReport report;
  const auto ours = ends_of(*impl_->db);
  for (const auto& [key, ended] : ends_of(*shard.impl_->db)) {
    const auto known = ours.find(key);
    if (known != ours.end() && known->second >= ended) {
      ++report.skipped;
      continue;
    }
    const std::optional<ItemResult> result = shard.item(key);
    if (!result || up_to_date(key, result->fingerprint, true)) {
      ++report.skipped;
      continue;
    }
    put(*result);
    ++report.imported;
  }
  shard.impl_->load_files();
  std::vector<std::string> paths;
  for (const auto& [path, entry] : shard.impl_->known_files) paths.push_back(path);
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    const FileEntry& entry = shard.impl_->known_files.find(path)->second;
    remember_file(path, entry.identity, entry.sha256);
  }
  flush();
  report.edits = merge_edits(*impl_, *shard.impl_->db);
  return report;
}

}  // namespace vesica
