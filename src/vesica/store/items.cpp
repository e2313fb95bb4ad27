// SPDX-License-Identifier: Apache-2.0
// Work items: what is up to date, what is current, what left the study.
#include <algorithm>
#include <unordered_set>

#include "vesica/base/hash.h"
#include "vesica/base/require.h"
#include "vesica/store/store_impl.h"

namespace vesica {

std::uint64_t run_bits(std::string_view key, std::string_view fingerprint) {
  return hash64(std::string(key) + '\x1f' + std::string(fingerprint));
}

std::string run_id(std::string_view key, std::string_view fingerprint) { return short_id(run_bits(key, fingerprint)); }

void Store::Impl::load_items() {
  if (items_loaded) return;
  std::unordered_map<std::int64_t, std::string> keys;
  sql::Statement item_query(*db, "SELECT id, key, live, coalesce(run, 0) FROM item");
  while (item_query.step()) {
    ItemEntry entry;
    entry.id = item_query.integer(0);
    entry.live = item_query.integer(2) != 0;
    entry.run = item_query.integer(3);
    keys[entry.id] = item_query.text(1);
    items.emplace(item_query.text(1), std::move(entry));
  }
  sql::Statement run_query(*db, "SELECT number, item, fingerprint, status='complete', edits FROM run ORDER BY number");
  while (run_query.step()) {
    EarlierRun run;
    run.number = run_query.integer(0);
    run.item = run_query.integer(1);
    run.complete = run_query.integer(3) != 0;
    if (!run_query.is_null(4)) run.edits = run_query.text(4);
    const std::string& key = keys[run.item];
    ItemEntry& entry = items[key];
    if (entry.run == run.number) {
      entry.fingerprint = run_query.text(2);
      entry.complete = run.complete;
      entry.edits = run.edits;
    }
    earlier[run_bits(key, run_query.text(2))] = std::move(run);
  }
  items_loaded = true;
}

bool Store::Impl::is_stale(const ItemEntry& entry) { return entry.edits && *entry.edits != edits_fingerprint(); }

ItemState Store::state(std::string_view key, std::string_view fingerprint) const {
  const std::lock_guard guard(impl_->mutex);
  impl_->load_items();
  const auto entry = impl_->items.find(key);
  if (entry == impl_->items.end()) return ItemState::kToDo;
  const ItemEntry& item = entry->second;
  if (item.live && item.run != 0 && item.fingerprint == fingerprint) {
    if (!item.complete) return ItemState::kFailed;
    if (!impl_->is_stale(item)) return ItemState::kCurrent;
    return ItemState::kToDo;
  }
  const auto run = impl_->earlier.find(run_bits(key, fingerprint));
  if (run == impl_->earlier.end() || run->second.item != item.id) return ItemState::kToDo;
  if (run->second.edits && *run->second.edits != impl_->edits_fingerprint()) return ItemState::kToDo;
  return run->second.complete ? ItemState::kEarlier : ItemState::kFailed;
}

void Store::Impl::set_current(ItemEntry& entry, const EarlierRun& run, std::string_view fingerprint) {
  ensure_session();
  begin_group();
  sql::Statement statement(*db, "UPDATE item SET run=?, live=1 WHERE id=?");
  statement.bind(1, run.number).bind(2, entry.id).run();
  entry.live = true;
  entry.run = run.number;
  entry.fingerprint = fingerprint;
  entry.complete = run.complete;
  entry.edits = run.edits;
  ++pending_items;
}

bool Store::up_to_date(std::string_view key, std::string_view fingerprint, bool accept_failed) {
  const std::lock_guard guard(impl_->mutex);
  const ItemState found = state(key, fingerprint);
  if (found == ItemState::kCurrent) return true;
  if (found == ItemState::kToDo || (found == ItemState::kFailed && !accept_failed)) return false;
  ItemEntry& entry = impl_->items.find(key)->second;
  const EarlierRun run = impl_->earlier.at(run_bits(key, fingerprint));
  if (entry.live && entry.run == run.number) return true;
  impl_->change([&] { impl_->set_current(entry, run, fingerprint); });
  impl_->start_flusher();
  impl_->wake.notify_all();
  return true;
}

void Store::keep_only(std::span<const std::string> keys) {
  const std::lock_guard guard(impl_->mutex);
  impl_->require_writable();
  impl_->load_items();
  const std::unordered_set<std::string_view> wanted(keys.begin(), keys.end());
  std::vector<ItemEntry*> changed;
  for (auto& [key, entry] : impl_->items) {
    if (entry.live != (wanted.count(key) > 0)) changed.push_back(&entry);
  }
  if (changed.empty()) return;
  impl_->change([&] {
    impl_->ensure_session();
    impl_->begin_group();
    sql::Statement statement(*impl_->db, "UPDATE item SET live=? WHERE id=?");
    for (ItemEntry* entry : changed) {
      entry->live = !entry->live;
      statement.bind(1, std::int64_t{entry->live}).bind(2, entry->id).run();
    }
    impl_->commit_group();
  });
}

std::vector<ItemRecord> Store::items() const {
  const std::lock_guard guard(impl_->mutex);
  impl_->load_items();
  std::vector<ItemRecord> out;
  sql::Statement query(
      *impl_->db,
      "SELECT item.key, run.fingerprint, run.id, producer.value, run.status, run.observations, run.issues "
      "FROM item JOIN run ON run.number=item.run JOIN text producer ON producer.id=run.producer "
      "WHERE item.live=1 ORDER BY item.key");
  while (query.step()) {
    ItemRecord record;
    record.key = query.text(0);
    record.fingerprint = query.text(1);
    record.run = query.text(2);
    record.producer = query.text(3);
    record.status = query.text(4);
    record.observations = query.integer(5);
    record.issues = query.integer(6);
    const auto entry = impl_->items.find(record.key);
    record.stale = entry != impl_->items.end() && impl_->is_stale(entry->second);
    out.push_back(std::move(record));
  }
  return out;
}

std::string Store::results_fingerprint() const {
  const std::lock_guard guard(impl_->mutex);
  impl_->load_items();
  std::vector<std::string> parts;
  for (const auto& [key, entry] : impl_->items) {
    if (entry.live && entry.run != 0 && !entry.edits) parts.push_back(key + '\x1f' + entry.fingerprint + '\n');
  }
  std::sort(parts.begin(), parts.end());
  Sha256 hash;
  for (const std::string& part : parts) hash.add(part);
  return hash.hex();
}

}  // namespace vesica
