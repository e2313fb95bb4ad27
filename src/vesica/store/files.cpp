// SPDX-License-Identifier: Apache-2.0
// Raw files: their hashes, trusted as long as size, time and inode stay what they were.
#include <chrono>

#include "vesica/store/store_impl.h"

namespace vesica {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kFineGuardNs = kSecondNs / 10;   // chosen: 25 ticks of a 250 Hz kernel clock
constexpr std::int64_t kCoarseGuardNs = 3 * kSecondNs;  // chosen: FAT tells time in steps of 2 s

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A file that changed within the last tick of its clock could change again without showing it.
bool is_settled(const FileIdentity& identity) {
  const std::int64_t guard = identity.mtime_ns % kSecondNs == 0 ? kCoarseGuardNs : kFineGuardNs;
  return now_ns() - identity.mtime_ns > guard;
}

}  // namespace

void Store::Impl::load_files() {
  if (files_loaded) return;
  sql::Statement query(*db, "SELECT path, size, mtime_ns, inode, sha256 FROM file");
  while (query.step()) {
    FileEntry entry;
    entry.identity = {static_cast<std::uint64_t>(query.integer(1)), query.integer(2),
                      static_cast<std::uint64_t>(query.integer(3))};
    entry.sha256 = query.text(4);
    known_files.emplace(query.text(0), std::move(entry));
  }
  files_loaded = true;
}

std::optional<std::string> Store::known_file(std::string_view path, const FileIdentity& identity) const {
  const std::lock_guard guard(impl_->mutex);
  if (impl_->options.verify) return std::nullopt;
  impl_->load_files();
  const auto entry = impl_->known_files.find(path);
  if (entry == impl_->known_files.end() || entry->second.identity != identity) return std::nullopt;
  return entry->second.sha256;
}

void Store::remember_file(std::string_view path, const FileIdentity& identity, std::string_view sha256) {
  const std::lock_guard guard(impl_->mutex);
  impl_->require_writable();
  impl_->load_files();
  const auto known = impl_->known_files.find(path);
  if (known != impl_->known_files.end() && known->second.identity == identity && known->second.sha256 == sha256) return;
  if (!is_settled(identity)) return;
  impl_->change([&] {
    impl_->ensure_session();
    impl_->begin_group();
    sql::Statement statement(*impl_->db,
                             "INSERT INTO file (path, size, mtime_ns, inode, sha256) VALUES (?, ?, ?, ?, ?) "
                             "ON CONFLICT (path) DO UPDATE SET size=excluded.size, mtime_ns=excluded.mtime_ns, "
                             "inode=excluded.inode, sha256=excluded.sha256");
    statement.bind(1, path).bind(2, static_cast<std::int64_t>(identity.size)).bind(3, identity.mtime_ns);
    statement.bind(4, static_cast<std::int64_t>(identity.inode)).bind(5, sha256).run();
  });
  impl_->known_files.insert_or_assign(std::string(path), FileEntry{identity, std::string(sha256)});
  ++impl_->pending_items;
  impl_->start_flusher();
  impl_->wake.notify_all();
}

}  // namespace vesica
